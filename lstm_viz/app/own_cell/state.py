"""The state of the editor of cells: what was typed, the last cell that it was, the way back; no Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.language import EquationError, Problem
from lstm_viz.exchange.links.own_cell import from_query, to_query
from lstm_viz.settings.cell import MAX_INPUTS, Rows
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.history import History
from lstm_viz.settings.own_cell import INVITATIONS, LONGEST, OwnCell
from lstm_viz.settings.sequences import parse_lines

UNIT: Final = "unit"
"""The key of what is asked of the preview route, beside those of a link."""

LONGEST_DRAFT: Final = 100_000
"""Characters of a text that are kept while it is no cell."""

_NO_TROUBLE: Final = ("",) * MAX_INPUTS


@dataclass(slots=True)
class OwnCellState:
    """A cell being written: what was typed, whatever is wrong with it, and the last cell that it was."""

    history: History[OwnCell]
    draft: str
    """What stands in the editor."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it."""
    set_aside: str = ""
    """A text with mistakes that something else was put in place of; it can be brought back."""
    ran: OwnCell | None = None
    """The last cell whose run stayed in the range of numbers."""
    unit: int = 0
    """The unit shown, counted from 0; always one that the cell has."""
    troubles: tuple[str, ...] = _NO_TROUBLE
    """What is wrong with the typed line of each input; empty where nothing is."""
    typed: tuple[str, ...] = ()
    """The lines as they were typed, while something is wrong with them."""
    reply: int = 0
    """The id of the last message of the editor that the page answers."""
    stage_reply: int = 0
    """The same for the stage, which sends the unit that is chosen there."""
    drawn: OwnCell | None = None
    """What the controls around the editor were drawn for."""

    @classmethod
    def start(cls, settings: OwnCell) -> Self:
        """Start on a cell; a reset leads back to it."""
        return cls(History.start(settings, settings), settings.equations.text)

    @classmethod
    def from_link(cls, query: Mapping[str, str]) -> Self:
        """Start on what a link names; ``ValueError`` in words for the person if it is damaged."""
        return cls.start(from_query(query))

    def follow(self, query: Mapping[str, str]) -> None:
        """Go to what a link names; undo leads back. ``ValueError`` in words if the link is damaged."""
        self.open(from_query(query))

    def link(self) -> Mapping[str, str]:
        """Return the query that names the committed cell."""
        return to_query(self.history.committed.settings)

    def shown_link(self) -> Mapping[str, str]:
        """Return the query that names what is shown, with the unit."""
        return {**to_query(self.settings), UNIT: str(self.unit)}

    @classmethod
    def from_shown_link(cls, query: Mapping[str, str]) -> Self:
        """Return the state that :meth:`shown_link` names; ``ValueError`` if it names none."""
        state = cls.from_link(query)
        state.choose(int(query.get(UNIT, "0")))
        return state

    @property
    def settings(self) -> OwnCell:
        """The last cell that what was typed was, with its weights and input."""
        return self.history.settings

    @property
    def origin(self) -> str:
        """A name for what was opened last. A change keeps it, and so the step shown stays where it is."""
        return urlencode(to_query(self.history.home))

    def open(self, settings: OwnCell) -> None:
        """Go to another cell as a whole; undo leads back."""
        self._set_aside()
        self._take(self.history.open(settings, settings))

    def start_from(self, base: str) -> None:
        """Begin with a cell of the catalogue, on the same input with weights by the same seed."""
        self.open(replace(self.settings, cell=CellChoice(base), base=base))

    def accept(self, invitation: str) -> None:
        """Change one thing of an LSTM; a reset then leads to the LSTM itself."""
        self.start_from("LSTM")
        self.change(replace(self.settings, cell=CellChoice(INVITATIONS[invitation].text)))

    def change(self, settings: OwnCell, *, done: bool = True) -> None:
        """Go on with another cell, weights or input; once the hand is done, it is committed."""
        self._take(self.history.change(settings, done=done))

    def move(self, way: str) -> None:
        """Undo, redo, or reset to what was opened last."""
        self._set_aside()
        self._take(self.history.move(way))

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Apply one edit that came from the editor: its text, and the last that was found to be a cell.

        Raises
        ------
        ValueError, TypeError, KeyError
            If the edit is not one that the editor sends.
        """
        text, valid, done = str(edit["text"]), str(edit["valid"]), bool(edit["done"])
        if len(text) > LONGEST_DRAFT:
            raise ValueError(f"text must have at most {LONGEST_DRAFT:,} characters, got {len(text):,}")
        if valid:
            self._become(valid, done=done)
        self._write(text, done=done)

    def bring_back(self) -> None:
        """Write the text with mistakes again that something else was put in place of."""
        text, self.set_aside = self.set_aside, ""
        self._write(text, done=True)

    def _set_aside(self) -> None:
        self.set_aside = self.draft if self.problems else self.set_aside
        self.draft, self.problems = self.settings.equations.text, ()

    def _write(self, text: str, *, done: bool) -> None:
        try:
            self._become(text, done=done)
            self.problems = ()
        except EquationError as error:
            self.problems = error.problems
        self.draft = text

    def _become(self, text: str, *, done: bool) -> None:
        """Go on with the cell of a text; ``EquationError`` if it is none."""
        Equations(text)  # a name of the catalogue is no text of a cell
        original = CATALOGUE[self.settings.base].text
        cell = CellChoice(self.settings.base if text == original else text)
        self.change(replace(self.settings, cell=cell), done=done)

    def choose(self, unit: int) -> None:
        """Show another unit."""
        if not 0 <= unit < self.settings.hidden:
            raise ValueError(f"unit must be 0 to {self.settings.hidden - 1}, got {unit}")
        self.unit = unit

    def type_input(self, texts: list[str]) -> None:
        """Take the input as it is typed; where it cannot be read, the cell stays as it is."""
        lines, troubles = parse_lines(texts, self.settings.input_names, LONGEST)
        if not any(troubles):
            self.change(replace(self.settings, lines=lines))
        self.troubles, self.typed = (*troubles, *_NO_TROUBLE)[:MAX_INPUTS], tuple(texts)

    def resize(self, units: int, inputs: int) -> None:
        """Take other sizes; a new line of the input starts as zeros."""
        zeros = (0.0,) * len(self.settings.lines[0])
        lines: Rows = (*self.settings.lines, *(zeros,) * MAX_INPUTS)[:inputs]
        self.change(replace(self.settings, units=units, lines=lines))

    def _take(self, history: History[OwnCell]) -> None:
        before, after = self.settings, history.settings
        if after.lines != before.lines:
            self.troubles = _NO_TROUBLE
        if after.cell != before.cell:
            self.draft, self.problems = after.equations.text, ()
        self.history = history
        self.unit = min(self.unit, after.hidden - 1)
