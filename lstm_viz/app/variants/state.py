"""The state of the Variants page: what is compared, the way back, what could not be read; no Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from lstm_viz.exchange.links.variants import from_query, to_query
from lstm_viz.settings.cell import MAX_INPUTS, Rows
from lstm_viz.settings.history import History
from lstm_viz.settings.sequences import parse_lines
from lstm_viz.settings.variants import FEWEST, LONGEST, Comparison, preset_of

UNIT: Final = "unit"
ON_STAGE: Final = "on_stage"
"""Keys of what is asked of the preview route, beside those of a link."""

_NO_TROUBLE: Final = ("",) * MAX_INPUTS


@dataclass(slots=True)
class VariantsState:
    """A comparison being changed, and which unit and which cell of it are shown."""

    history: History[Comparison]
    unit: int = 0
    """The unit shown, counted from 0; always one that the cells have."""
    on_stage: str = ""
    """The cell that was chosen for the stage."""
    troubles: tuple[str, ...] = _NO_TROUBLE
    """What is wrong with the typed line of each input; empty where nothing is."""
    typed: tuple[str, ...] = ()
    """The lines as they were typed, while something is wrong with them."""
    has_too_few: bool = False
    """Whether fewer cells are picked than can be compared."""
    reply: int = 0
    """The id of the last edit of the panel that the page answers."""
    stage_reply: int = 0
    """The same for the stage, which sends the unit that is chosen there."""
    drawn: Comparison | None = None
    """What the page around the strips, the charts and the stage was drawn for."""

    @classmethod
    def from_link(cls, query: Mapping[str, str]) -> Self:
        """Start on what a link names; ``ValueError`` in words for the person if it is damaged."""
        settings = from_query(query)
        return cls(History.start(settings, settings))

    def follow(self, query: Mapping[str, str]) -> None:
        """Go to what a link names; undo leads back. ``ValueError`` in words if the link is damaged."""
        self.open(from_query(query))

    def link(self) -> Mapping[str, str]:
        """Return the query that names the committed comparison."""
        return to_query(self.history.committed.settings)

    def shown_link(self) -> Mapping[str, str]:
        """Return the query that names what is shown, with the unit and the cell on the stage."""
        shown = {UNIT: str(self.unit), ON_STAGE: self.cell_on_stage}
        return {**to_query(self.settings), **shown}

    @classmethod
    def from_shown_link(cls, query: Mapping[str, str]) -> Self:
        """Return the state that :meth:`shown_link` names; ``ValueError`` if it names none."""
        state = cls.from_link(query)
        state.choose(int(query.get(UNIT, "0")))
        state.on_stage = query.get(ON_STAGE, "")
        return state

    @property
    def settings(self) -> Comparison:
        """What is compared."""
        return self.history.settings

    @property
    def origin(self) -> str:
        """A name for what was opened last. A change keeps it, and so the step shown stays where it is."""
        return urlencode(to_query(self.history.home))

    @property
    def cell_on_stage(self) -> str:
        """The cell on the stage: the one chosen, or that of the preset, or the first."""
        cells = self.settings.cells
        preset = preset_of(self.history.home)
        wanted = (self.on_stage, preset.on_stage if preset else "", cells[0])
        return next(cell for cell in wanted if cell in cells)

    @property
    def opening(self) -> int | None:
        """The step of the preset that was opened last, counted from 0; None if it was no preset."""
        preset = preset_of(self.history.home)
        return None if preset is None else min(preset.step, self.settings.steps) - 1

    def open(self, settings: Comparison) -> None:
        """Go to a preset or to what a link names; undo leads back."""
        self.on_stage = ""
        self._take(self.history.open(settings, settings))

    def change(self, settings: Comparison, *, done: bool = True) -> None:
        """Compare something else; once the hand is done, it is committed."""
        self._take(self.history.change(settings, done=done))

    def move(self, way: str) -> None:
        """Undo, redo, or reset to what was opened last."""
        self._take(self.history.move(way))

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Apply one edit that came from the panel of dials.

        Raises
        ------
        ValueError, TypeError, KeyError, OverflowError
            If the edit is not one that the panel sends, or a number is out of range.
        """
        settings = self.settings.with_number(edit["key"], float(edit["value"]))
        self.change(settings, done=bool(edit["done"]))

    def choose(self, unit: int) -> None:
        """Show another unit."""
        if not 0 <= unit < self.settings.units:
            raise ValueError(f"unit must be 0 to {self.settings.units - 1}, got {unit}")
        self.unit = unit

    def pick(self, cells: tuple[str, ...]) -> None:
        """Compare other cells; too few of them change nothing, and the page says so."""
        self.has_too_few = len(cells) < FEWEST
        if not self.has_too_few:
            self.change(replace(self.settings, cells=cells))

    def type(self, texts: list[str]) -> None:
        """Take the input as it is typed; where it cannot be read, the comparison stays as it is."""
        lines, troubles = parse_lines(texts, self.settings.input_names, LONGEST)
        if not any(troubles):
            self.change(replace(self.settings, lines=lines))
        self.troubles, self.typed = (*troubles, *_NO_TROUBLE)[:MAX_INPUTS], tuple(texts)

    def resize(self, seed: int, units: int, inputs: int) -> None:
        """Draw cells of another size or by another seed; a new input line starts as zeros."""
        zeros = (0.0,) * self.settings.steps
        lines: Rows = (*self.settings.lines, *(zeros,) * MAX_INPUTS)[:inputs]
        self.change(replace(self.settings, seed=seed, units=units, lines=lines))

    def _take(self, history: History[Comparison]) -> None:
        # What could not be read is forgotten where something else is now.
        if history.settings.lines != self.settings.lines:
            self.troubles = _NO_TROUBLE
        if history.settings.cells != self.settings.cells:
            self.has_too_few = False
        self.history = history
        self.unit = min(self.unit, self.settings.units - 1)
