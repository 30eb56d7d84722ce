"""The state of the Gradients page: what is chosen, and how far it has been measured. No Streamlit here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from lstm_viz.exchange.links.gradients import from_query, to_query
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gradients import GradientSettings
from lstm_viz.settings.history import History
from lstm_viz.views.gradients import Measurement


@dataclass(slots=True)
class GradientsState:
    """Settings being changed, and the measurement of what is shown."""

    history: History[GradientSettings]
    measurement: Measurement = field(init=False)
    reply: int = 0
    """The id of the last edit of the panel that the page answers."""
    has_no_cell: bool = False
    """Whether every cell has been taken out; the last ones are still measured, and the page says so."""
    drawn: GradientSettings | None = None
    """What stands below the curves was drawn for these; None while the whole page is being run."""

    def __post_init__(self) -> None:
        self.measurement = Measurement(self.settings)

    @classmethod
    def from_link(cls, query: Mapping[str, str]) -> Self:
        """Start on what a link names; ``ValueError`` in words for the person if it is damaged."""
        settings = from_query(query)
        return cls(History.start(settings, settings))

    def follow(self, query: Mapping[str, str]) -> None:
        """Go to what a link names; ``ValueError`` in words for the person if it is damaged."""
        self.open(from_query(query))

    def link(self) -> Mapping[str, str]:
        """Return the query that names the committed settings."""
        return to_query(self.history.committed.settings)

    @property
    def settings(self) -> GradientSettings:
        """What is measured now."""
        return self.history.settings

    def open(self, settings: GradientSettings) -> None:
        """Go to a preset or to what a link names."""
        self._take(self.history.open(settings, settings))

    def change(self, settings: GradientSettings, *, done: bool = True) -> None:
        """Measure something else; once the hand is done, it is committed."""
        self._take(self.history.change(settings, done=done))

    def pick(self, cells: tuple[CellChoice, ...]) -> None:
        """Measure other cells; none at all changes nothing, and the page says so."""
        self.has_no_cell = not cells
        if cells:
            self.change(replace(self.settings, cells=cells))

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Apply one edit that came from the panel of dials.

        Raises
        ------
        ValueError, TypeError, KeyError, OverflowError
            If the edit is not one that the panel sends, or a number is out of range.
        """
        settings = self.settings.with_number(edit["key"], float(edit["value"]))
        self.change(settings, done=bool(edit["done"]))

    def _take(self, history: History[GradientSettings]) -> None:
        if history.settings.cells != self.settings.cells:
            self.has_no_cell = False
        self.history = history
        if self.measurement.settings != self.settings:
            self.measurement = Measurement(self.settings)
