"""How fast the pages feel, in Chromium: ``python -m benchmarks.felt``.

PyTorch is loaded in the server, as it is once anybody has asked for the check against it. A weight is changed
by a real mouse that drags a slider, and by input events of our own, which come without the mouse's share.
"""

import math
import sys
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.app import PROBE, load_torch, open_cell
from benchmarks.report import Fact, Timing, report
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.settings.cell import MAX_INPUTS, MAX_STEPS, MAX_UNITS, RunSettings, SequenceSettings
from lstm_viz.settings.presets import random_run
from tools.browser import LIGHT, Screen, launch, new_page, visit
from tools.serving import Server, serve

STEPS: Final = 30
EDITS: Final = 40
PAUSE: Final = 250  # ms between two actions
PLAYING: Final = 4000  # ms
FRESH_SERVERS: Final = 5

ALL_IN_SIGHT: Final = Screen("all in sight", 1440, 2600, "light")

FRAME: Final = 1000 / 60
SHOWN: Final = ".line output.tint-f"
SLIDER: Final = ".card.f .dial:not(.level) input[type=range]"


def main() -> int:
    """Print the tables; return the exit status."""
    with launch() as browser:
        with serve() as server:
            load_torch(browser, server)
            met = [
                stepping(browser, server),
                dragging(browser, server),
                on_a_laptop(browser, server),
                gradients(browser, server),
                variants(browser, server),
                challenges(browser, server),
            ]
        met.append(opening(browser))
    return 0 if all(met) else 1


def stepping(browser: Browser, server: Server) -> bool:
    """Step by key and play at full speed through the largest run there is; nothing may be sent."""
    page, sent = listening(browser, server, largest_run())
    page.evaluate("window.taken = probe.watchSteps()")
    sent.clear()
    for _ in range(STEPS):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(PAUSE)
    steps = page.evaluate("taken")
    page.keyboard.press("Home")
    page.get_by_label("Speed, steps a second").select_option(label="8×")
    page.get_by_role("button", name="Play").click()
    played = page.evaluate(f"probe.frames({PLAYING})")
    page.wait_for_timeout(
        1000
    )  # the address bar follows when the hand rests; that too must stay in the browser
    messages = len(sent)
    page.context.close()
    return report(
        f"Stepping and playing: {MAX_STEPS} steps, {MAX_UNITS} units",
        [
            # Two frames, and the part of one that has to pass before the first.
            Timing("→ to the second frame after it", steps, median=3 * FRAME),
            Timing("frame while playing at 8×", played["taken"], median=FRAME + 1, p95=FRAME + 4),
            Fact("steps shown while playing", str(played["shown"])),
            Fact("messages to the server", str(messages), "0", messages == 0),
        ],
    )


def dragging(browser: Browser, server: Server) -> bool:
    """Change a weight while stage and figures are all in sight, and the figures are not as they came."""
    page, _ = listening(browser, server, screen=ALL_IN_SIGHT)
    untouched = views(page)
    arrange(page)
    arranged = views(page)
    page.evaluate("window.figures = probe.watchFigures()")
    mouse, events = drag(page), change(page)
    page.evaluate("figures.stop()")
    figures = page.evaluate("({ ...figures })")
    after = views(page)
    page.context.close()
    return report(
        "A weight changed, stage and figures all in sight: the run of a first visit",
        [
            Timing("mouse drags → stage redrawn", shown(mouse), 60, 90),
            Timing("mouse drags → three figures redrawn", plotted(mouse), 150),
            Timing("input event → stage redrawn", shown(events), 60, 90),
            Timing("input event → three figures redrawn", plotted(events), 150),
            Fact(
                "changes that were not seen on the stage",
                *none(2 * EDITS - len(shown(mouse) + shown(events))),
            ),
            Fact(
                "changes that were not seen in the figures",
                *none(2 * EDITS - len(plotted(mouse) + plotted(events))),
            ),
            Fact(
                f"of {figures['frames']} frames, with another node for a figure", *none(figures["replaced"])
            ),
            Fact("   with an empty figure", *none(figures["empty"])),
            Fact("   with a figure in another place", *none(figures["moved"])),
            Fact(
                "zoom and hidden trace set in the first figure", arranged[0], "another", arranged != untouched
            ),
            Fact("   after the changes", after[0], "the same", after == arranged),
        ],
    )


def on_a_laptop(browser: Browser, server: Server) -> bool:
    """Change a weight on a screen that shows the stage and no more."""
    page, _ = listening(browser, server)
    page.locator(SLIDER).last.scroll_into_view_if_needed()
    mouse, pictures = drag(page), in_motion(page)
    page.context.close()
    page, _ = listening(browser, server, largest_run())
    page.locator(SLIDER).last.scroll_into_view_if_needed()
    events = change(page)
    page.context.close()
    return report(
        f"A weight changed, on a screen of {LIGHT.width} × {LIGHT.height}",
        [
            Timing("mouse drags → stage redrawn", shown(mouse), 60, 90),
            Timing("   without a pause: from each picture to the next", pictures),
            Timing(
                f"   {MAX_STEPS} steps, {MAX_UNITS} units, {MAX_INPUTS} inputs: input event → stage",
                shown(events),
            ),
        ],
    )


def gradients(browser: Browser, server: Server) -> bool:
    """Turn a dial of the Gradients page, with three networks and 20 seeds at T = 100, H = 32."""
    # Values that nobody has asked for before: what was measured once is remembered.
    values = [0.13 * (k + 1) for k in range(EDITS)]
    taken = turn(browser, server, "/gradients?flow=defaults", "Bias of the forget gate", values)
    return report(
        "The Gradients page: three networks, 20 seeds, T = 100, H = 32",
        [Timing("input event of a dial → the curves redrawn", taken, 400)],
    )


def variants(browser: Browser, server: Server) -> bool:
    """Turn a dial of the Variants page: two cells over 200 steps, and four cells over 14."""
    scales = [0.3 + 0.14 * k for k in range(EDITS)]
    long = turn(browser, server, "/variants?variants=endless", "Scale of all weights", scales)
    noises = [0.05 * k for k in range(1, EDITS)]
    wide = turn(browser, server, "/variants?variants=missing", "Noise added to the input", noises)
    return report(
        "The Variants page: strips, two charts, and a stage",
        [
            Timing("input event of a dial → first chart redrawn, 2 cells, 200 steps", long),
            Timing("input event of a dial → first chart redrawn, 4 cells, 14 steps", wide),
        ],
    )


def challenges(browser: Browser, server: Server) -> bool:
    """Drag a weight of a challenge: the cell is run on 24 sequences, and marked, at every move."""
    page = new_page(browser, LIGHT)
    visit(page, f"{server.url}/challenges?challenge=hold&f=0_0_0_5&i=0_10_0_-5&g=1_0_0_0")
    page.get_by_role("heading", name="hidden sequences pass").wait_for()
    taken: list[float] = page.evaluate(
        """async ([moves, pause]) => {
          const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean);
          const curve = roots.map((root) => root.querySelector(".curve .inside")).find(Boolean);
          const weight = roots.map((root) => root.querySelectorAll(".weight")[3]).find(Boolean);
          const { x, y } = weight.getBoundingClientRect();
          const point = (type, by) => {
            const place = { clientX: x + 20 + by, clientY: y + 10, buttons: 1, pointerId: 1 };
            weight.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, ...place }));
          };
          point("pointerdown", 0);
          const taken = [];
          for (let k = 1; k <= moves; k++) {
            await new Promise((done) => setTimeout(done, pause));
            const start = performance.now();
            const changed = (done) => new MutationObserver(done).observe(curve, { attributes: true });
            const drawn = new Promise(changed);
            point("pointermove", 5 + k);
            await drawn;
            taken.push(performance.now() - start);
          }
          point("pointerup", 0);
          return taken;
        }""",
        [EDITS, PAUSE],
    )
    page.context.close()
    return report(
        "The Challenges page: a weight dragged, 24 sequences of 25 steps marked",
        [Timing("pointer moves → curve, marks and reason redrawn", taken, 60, 90)],
    )


def turn(browser: Browser, server: Server, path: str, dial: str, values: list[float]) -> list[float]:
    """Set a dial to one value after the other; return the ms until the first chart was redrawn each time."""
    page = new_page(browser, LIGHT)
    visit(page, server.url + path)
    # The charts themselves: out of sight they are drawn once, and then not again.
    page.locator(".lstm-chart-canvas").first.scroll_into_view_if_needed()
    page.locator(".lstm-chart-canvas .main-svg").first.wait_for()
    taken: list[float] = page.evaluate(
        """async ([dial, values, pause]) => {
          const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean);
          const find = (root) => root.querySelector(`input[type=range][aria-label='${dial}']`);
          const slider = roots.map(find).find(Boolean);
          const chart = document.querySelector(".lstm-chart-canvas");
          const taken = [];
          for (const value of values) {
            await new Promise((done) => setTimeout(done, pause));
            const start = performance.now();
            const drawn = new Promise((done) => chart.once("plotly_afterplot", done));
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await drawn;
            taken.push(performance.now() - start);
          }
          return taken;
        }""",
        [dial, values, 300],
    )
    page.context.close()
    return taken


def opening(browser: Browser) -> bool:
    """Open the Cell page of servers that have just started, twice each."""
    first: list[float] = []
    then: list[float] = []
    for _ in range(FRESH_SERVERS):
        with serve() as server:
            context = new_page(browser, LIGHT).context
            context.add_init_script(path=PROBE)
            for times in (first, then):
                page = context.new_page()
                page.goto(f"{server.url}/cell", wait_until="commit")
                times.append(page.evaluate("probe.completed"))
                page.close()
            context.close()
    return report(
        "A page opened: from the address to stage and figures drawn",
        [
            Timing("first visit, to a server just started", first, 2500),
            Timing("next visit, files in the browser's cache", then, 1500),
        ],
    )


def largest_run() -> RunSettings:
    """Return a run as large as the page takes."""
    run = random_run(0, MAX_UNITS, MAX_INPUTS)
    lines = [tuple(round(math.sin(t / (3 + d)), 2) for t in range(MAX_STEPS)) for d in range(MAX_INPUTS)]
    return RunSettings(run.origin, run.cell, SequenceSettings.from_lines(*lines))


def listening(
    browser: Browser, server: Server, run: RunSettings | None = None, screen: Screen = LIGHT
) -> tuple[Page, list[object]]:
    """Open the Cell page; return it with a list that grows by every message that it sends to the server."""
    sent: list[object] = []

    def note(message: object) -> None:
        sent.append(message)

    def listen(page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framesent", note))

    query = "?" + urlencode(to_query(run)) if run else ""
    return open_cell(browser, server, query, screen, listen), sent


def views(page: Page) -> list[str]:
    """Return what is shown of each figure: the range of steps, and the traces hidden."""
    found: list[str] = page.evaluate("[0, 1, 2].map(probe.view)")
    return found


def arrange(page: Page) -> None:
    """Zoom into the steps of the first figure, and hide its first trace, both by mouse."""
    figure = page.locator(".lstm-chart-canvas").first
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=5)
    page.mouse.up()
    page.wait_for_timeout(500)
    figure.locator(".legendtoggle").first.click()
    page.wait_for_timeout(1000)  # Plotly waits for a second click


def drag(page: Page) -> list[dict[str, Any]]:
    """Drag the slider by mouse, a little at a time; return what the probe saw of every change."""
    left, middle, width = grip(page)
    page.evaluate(f"window.edits = probe.watchEdits({SHOWN!r})")
    for k in range(EDITS):
        page.mouse.move(left + width * place(k), middle)
        page.evaluate(f"probe.settled(edits, {PAUSE})")
    edits: list[dict[str, Any]] = page.evaluate("edits")
    page.mouse.up()
    page.wait_for_timeout(1000)
    return edits


def grip(page: Page) -> tuple[float, float, float]:
    """Press the mouse on the middle of the slider; return its left end, its y and its width."""
    box = page.locator(SLIDER).last.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.wait_for_timeout(1000)
    return box["x"], middle, box["width"]


def place(k: int) -> float:
    """Return where the slider is put by change ``k``, from 0 to 1: always far from the place before."""
    return 0.35 + 0.3 * (7 * k % 20) / 20


def change(page: Page) -> list[dict[str, Any]]:
    """Set the slider and send its input event, again and again; return what the probe saw of every change."""
    slider = page.locator(SLIDER).last
    page.evaluate(f"window.edits = probe.watchEdits({SHOWN!r})")
    for k in range(EDITS):
        slider.evaluate("probe.slide", place(k))
        page.evaluate(f"probe.settled(edits, {PAUSE})")
    edits: list[dict[str, Any]] = page.evaluate("edits")
    return edits


def in_motion(page: Page) -> list[float]:
    """Drag the slider without a pause; return the ms from each picture to the next."""
    left, middle, width = grip(page)
    page.evaluate(f"window.pictures = probe.watchNumber({SHOWN!r})")
    for k in range(8 * EDITS):
        page.mouse.move(left + width * (0.5 + 0.2 * math.sin(k / 10)), middle)
    page.wait_for_timeout(PAUSE)
    times: list[float] = page.evaluate("pictures")
    page.mouse.up()
    return [after - before for before, after in pairwise(times)]


def shown(edits: list[dict[str, Any]]) -> list[float]:
    """Return the ms until the stage showed each change."""
    return [edit["shown"] for edit in edits if edit.get("shown")]


def plotted(edits: list[dict[str, Any]]) -> list[float]:
    """Return the ms until all figures showed each change."""
    return [edit["plotted"] for edit in edits if edit.get("plotted")]


def none(count: int) -> tuple[str, str, bool]:
    """Return what a :class:`Fact` says of something that must not be."""
    return str(count), "0", count == 0


if __name__ == "__main__":
    sys.exit(main())
