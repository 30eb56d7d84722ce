"""The Cell page as a person meets it: what is shown on it, and where to press."""

import re
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import FloatRect, Locator, Page, expect

from lstm_viz.exchange.links.cell import KEYS, from_query, to_query
from lstm_viz.settings.cell import RunSettings
from tools.browser import LIGHT, Screen

QUANTITIES: Final = ("f", "i", "g", "c", "o", "h")
"""What has an equation on the stage, in the order in which one reads them."""

FIGURES: Final = 3
PATIENCE: Final = 10.0
"""Seconds after which what has not come will not come."""

_DRAWN: Final = f"""() => {{
  const canvases = [...document.querySelectorAll(".lstm-chart-canvas")];
  return canvases.filter((canvas) => canvas._fullLayout?.xaxis?._length).length === {FIGURES};
}}"""


class Cell:
    """The Cell page in one browser tab.

    Attributes
    ----------
    page
        The tab.
    sent
        What it has sent to the server since it was opened; grows as it goes on.
    """

    def __init__(self, page: Page, sent: list[object]) -> None:
        self.page = page
        self.sent = sent
        self.stage: Locator = page.locator(".stage")
        self.place: Locator = self.stage.locator(".position")
        self.scrubber: Locator = self.stage.get_by_role("slider", name="Step of the run")
        self.status: Locator = self.stage.locator(".status")
        self.charts: Locator = page.locator(".lstm-chart")

    def wait_until_drawn(self) -> None:
        """Wait until the stage stands and every figure is plotted."""
        self.stage.locator(".strip .cell").first.wait_for()
        self.page.wait_for_function(_DRAWN)

    @property
    def step(self) -> int:
        """The step shown, counted from 0."""
        found = re.match(r"step (\d+) of", self.place.inner_text())
        assert found is not None
        return int(found[1]) - 1

    @property
    def run(self) -> RunSettings:
        """The run that the address names."""
        return run_of(self.page.url)

    def expect_step(self, step: int) -> None:
        """Wait until a step, counted from 0, is shown."""
        expect(self.place).to_have_text(re.compile(rf"^step {step + 1} of \d+$"))

    def expect_step_in_address(self, step: int) -> None:
        """Wait until the address names a step, counted from 0."""
        self.page.wait_for_url(lambda url: query_of(url).get("step") == str(step + 1))

    def expect_run(self, run: RunSettings) -> None:
        """Wait until the address names exactly this run, and the stage shows its numbers."""
        wanted = to_query(run)
        self.page.wait_for_url(lambda url: settings_of(url) == wanted)
        self.expect_numbers(run)

    def expect_numbers(self, run: RunSettings) -> None:
        """Wait until the equations show the numbers of a run at the step shown, of its first unit."""
        trace = run.run()
        expect(self.place).to_have_text(re.compile(rf" of {len(trace)}$"))

        def wrong() -> list[tuple[str, str, float]]:
            step, shown = self.step, self.shown()
            wanted = {key: float(getattr(trace, key)[step, 0]) for key in shown}
            return [(key, text, wanted[key]) for key, text in shown.items() if not agrees(text, wanted[key])]

        expect_none(self.page, wrong)

    def output(self, key: str) -> Locator:
        """Where the equation of a quantity shows its value."""
        return self.stage.locator(f".line output[data-q={key}]")

    def chip(self, key: str) -> Locator:
        """Where the diagram shows a quantity."""
        return self.stage.locator(f".chip[data-q={key}] .value")

    def shown(self) -> dict[str, str]:
        """Return what the equations show now, for each quantity."""
        shown: dict[str, str] = self.stage.evaluate(
            """(stage) => Object.fromEntries(
                 [...stage.querySelectorAll(".line output[data-q]")]
                   .map((node) => [node.dataset.q, node.textContent]))"""
        )
        return shown

    def picture(self) -> list[str]:
        """Return every number of the strip, the diagram and the equations as it stands."""
        picture: list[str] = self.stage.evaluate(
            """(stage) => [...stage.querySelectorAll(".cell, .chip, .z, .line output, .filled, .caption")]
                 .map((node) => node.textContent + (node.style?.backgroundColor ?? ""))"""
        )
        return picture

    def dial(self, name: str) -> tuple[Locator, Locator, Locator]:
        """Return slider, field and message of one number, by its name."""
        slider = self.page.get_by_role("slider", name=name, exact=True)
        field = self.page.get_by_role("textbox", name=f"{name}, number", exact=True)
        return slider, field, self.stage.locator(".dial").filter(has=field).locator(".error")

    def line(self, name: str) -> tuple[Locator, Locator]:
        """Return the typed line of one input, and its message."""
        box = self.page.get_by_role("textbox", name=f"Input {name}, one number a step", exact=True)
        return box, self.stage.locator(".sequence > div").filter(has=box).locator(".error")

    def column(self, step: int) -> tuple[float, float]:
        """Return a point on the page within one column of the strip."""
        self.scrubber.scroll_into_view_if_needed()
        box, steps = box_of(self.scrubber), int(self.scrubber.get_attribute("aria-valuemax") or 0)
        return box["x"] + box["width"] * (step + 0.5) / steps, box["y"] + box["height"] / 2

    def choose_preset(self, title: str) -> None:
        """Pick a preset by its title."""
        self.page.get_by_role("combobox", name="Start from").click()
        self.page.get_by_role("option", name=title, exact=True).click()

    def button(self, name: str) -> Locator:
        """Return a button of the toolbar by the beginning of its name."""
        return self.stage.locator(".toolbar").get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


class OpenCell(Protocol):
    """What the fixture ``cell`` is."""

    def __call__(
        self,
        query: RunSettings | Mapping[str, str] | str = "",
        screen: Screen = LIGHT,
        *,
        before: Callable[[Page], object] | None = None,
        **context: Any,
    ) -> Cell: ...


def path_of(query: RunSettings | Mapping[str, str] | str) -> str:
    """Return the path of the Cell page with a run, or a query, in its address."""
    if isinstance(query, RunSettings):
        query = to_query(query)
    text = query if isinstance(query, str) else urlencode(query)
    return f"/cell?{text}" if text else "/cell"


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def settings_of(url: str) -> dict[str, str]:
    """Return the part of the query that holds the settings of a run."""
    return {key: value for key, value in query_of(url).items() if key in KEYS}


def run_of(url: str) -> RunSettings:
    """Return the run that an address names."""
    return from_query(settings_of(url))


def box_of(locator: Locator) -> FloatRect:
    """Return where one element lies on the page."""
    box = locator.bounding_box()
    assert box is not None
    return box


def agrees(shown: str, value: float) -> bool:
    """Return whether a number as it is shown is ``value`` to the last digit shown."""
    text = shown.replace("−", "-")
    decimals = len(text.partition(".")[2])
    return abs(float(text) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def expect_none(page: Page, faults: Callable[[], Collection[object]]) -> None:
    """Wait until nothing is found any more, and fail with what is found if that takes too long."""
    deadline = time.monotonic() + PATIENCE
    while found := faults():
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(20)
