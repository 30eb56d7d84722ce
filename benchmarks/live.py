"""What it is like to watch a training, and to be beside one, in Chromium: ``python -m benchmarks.live``.

One browser, the server and the worker share the machine, so that what is measured here is the worst of it.
"""

import sys
from itertools import pairwise
from typing import Final
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.app import PROBE
from benchmarks.felt import EDITS, SLIDER, drag, listening, none, shown
from benchmarks.report import Fact, Timing, report
from tools.browser import LIGHT, launch, new_page, visit
from tools.serving import Server, serve

ENDLESS: Final = {"task": "adding", "updates": "100000", "minutes": "5", "until_solved": "no"}
"""Settings of a training that outlasts what is measured of it."""

WATCHED: Final = 8000  # ms
WARM: Final = 60_000  # ms, for a worker to import PyTorch
FIRST_POINT: Final = 2000  # ms
LOOK: Final = 250  # ms from one look of the page at the run to the next


def main() -> int:
    """Print the tables; return the exit status."""
    with launch() as browser, serve() as server:
        page = open_train(browser, server)
        met = [watching(page), beside(browser, server, page)]
    return 0 if all(met) else 1


def open_train(browser: Browser, server: Server) -> Page:
    """Open the Train page, and wait until the worker is warm: until a run has come to an end."""
    page = new_page(browser, LIGHT)
    page.add_init_script(path=PROBE)
    visit(page, f"{server.url}/train?{urlencode({**ENDLESS, 'updates': '10'})}")
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".tr-run").filter(has_text="of training").wait_for(timeout=WARM)
    visit(page, f"{server.url}/train?{urlencode(ENDLESS)}")
    return page


def watching(page: Page) -> bool:
    """Press Train, and look at the page while the network learns."""
    page.evaluate("document.addEventListener('click', ({ timeStamp }) => (window.pressed = timeStamp), true)")
    page.evaluate("window.training = probe.watchTraining()")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("training.times.length > 0")
    first = page.evaluate("training.times[0] - pressed")
    page.evaluate("training.stop()")
    page.wait_for_timeout(WATCHED / 4)
    page.evaluate("window.training = probe.watchTraining()")
    page.wait_for_timeout(WATCHED)
    page.evaluate("training.stop()")
    seen = page.evaluate("({ ...training })")
    return report(
        "A training watched: from Train to the first update told, and on",
        [
            Timing("Train pressed → first update on the page", [first], FIRST_POINT),
            Timing(
                "from one update on the page to the next",
                [after - before for before, after in pairwise(seen["times"])],
                LOOK,
            ),
            Fact(f"of {seen['frames']} frames, with another node for a figure", *none(seen["replaced"])),
            Fact("   with an empty figure", *none(seen["empty"])),
        ],
    )


def beside(browser: Browser, server: Server, training: Page) -> bool:
    """Change a weight in another session while the network is trained, and watched."""
    page, _ = listening(browser, server)
    page.locator(SLIDER).last.scroll_into_view_if_needed()
    mouse = drag(page)
    page.context.close()
    going_on = training.locator(".tr-run").filter(has_text="Update").count() == 1
    return report(
        "A weight changed while another session trains",
        [
            Timing("mouse drags → stage redrawn", shown(mouse), 90),
            Fact("changes that were not seen on the stage", *none(EDITS - len(shown(mouse)))),
            Fact("the training", "under way to the end" if going_on else "over", "under way", going_on),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
