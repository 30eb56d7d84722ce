"""The state of the Cell page: the run shown, the way back, and what could not be read. No Streamlit here."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self, cast

from lstm_viz.exchange.links.cell import KEYS, from_query, to_query
from lstm_viz.notation import Gate
from lstm_viz.settings.cell import MAX_INPUTS, Loss, RunSettings, SequenceSettings
from lstm_viz.settings.history import History
from lstm_viz.settings.presets import PRESETS
from lstm_viz.settings.sequences import parse_lines

UNIT: Final = "unit"
"""The key of the query under which a link names the unit shown, counted from 1."""

LINK_KEYS: Final = (*KEYS, UNIT)

_NO_TROUBLE: Final = ("",) * MAX_INPUTS


@dataclass(slots=True)
class CellState:
    """One run being changed, and the unit of it that is shown."""

    history: History[RunSettings]
    unit: int = 0
    """The unit shown, counted from 0; always one that the run has."""
    troubles: tuple[str, ...] = _NO_TROUBLE
    """What is wrong with the typed line of each input; empty where nothing is."""
    reply: int = 0
    """The id of the last edit that the run shown answers."""
    drawn: RunSettings | None = None
    """The run that the page around the stage and its charts was drawn for."""

    @classmethod
    def start(cls, run: RunSettings) -> Self:
        """Start on a run. A reset leads to its preset, or to the run itself where it has none."""
        return cls(History.start(run, _home(run)))

    @classmethod
    def from_link(cls, query: Mapping[str, str]) -> Self:
        """Start on what a link names; ``ValueError`` in words for the person if it is damaged."""
        state = cls.start(from_query(query))
        state._choose_linked_unit(query)
        return state

    def follow(self, query: Mapping[str, str]) -> None:
        """Go to the run and the unit that a link names; undo leads back.

        Raises
        ------
        ValueError
            In words for the person, if the link is damaged.
        """
        if any(key in query for key in KEYS):
            self.restart(from_query(query))
        self._choose_linked_unit(query)

    def _choose_linked_unit(self, query: Mapping[str, str]) -> None:
        with contextlib.suppress(ValueError):
            self.choose(int(query.get(UNIT, "1")) - 1)

    def link(self) -> Mapping[str, str]:
        """Return the query that names the committed run and the unit."""
        unit = {UNIT: str(self.unit + 1)} if self.unit else {}
        return {**to_query(self.committed), **unit}

    @property
    def run(self) -> RunSettings:
        """The run shown."""
        return self.history.settings

    @property
    def committed(self) -> RunSettings:
        """The run shown, but for what a hand that has not let go has changed."""
        return self.history.committed.settings

    def change(self, run: RunSettings, *, done: bool = True) -> None:
        """Show another run; once the hand is done, it is committed."""
        self._take(self.history.change(run, done=done))

    def restart(self, run: RunSettings) -> None:
        """Go to a preset, a newly drawn cell or the run of a link; undo leads back."""
        self._take(self.history.open(run, _home(run)))

    def move(self, way: str) -> None:
        """Undo, redo, or reset to the preset."""
        self._take(self.history.move(way))

    def _take(self, history: History[RunSettings]) -> None:
        # A line that cannot be read stays as it was typed while something else is changed.
        if history.settings.sequence != self.run.sequence:
            self.troubles = _NO_TROUBLE
        self.history = history
        self.unit = min(self.unit, self.run.cell.units - 1)

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Apply one edit that came from the stage.

        Raises
        ------
        ValueError, TypeError, KeyError, IndexError, OverflowError
            If the edit is not one that the stage sends, or a number is out of range; the run is left as it
            was.
        """
        done = bool(edit["done"])
        if edit["kind"] == "unit":
            self.choose(int(edit["unit"]))
        elif edit["kind"] == "lines":
            self._type([str(text) for text in edit["texts"]][:MAX_INPUTS], done=done)
        else:
            self.change(edited(self.run, edit), done=done)

    def choose(self, unit: int) -> None:
        """Show another unit."""
        if not 0 <= unit < self.run.cell.units:
            raise ValueError(f"unit must be 0 to {self.run.cell.units - 1}, got {unit}")
        self.unit = unit

    def _type(self, texts: list[str], *, done: bool) -> None:
        lines, troubles = parse_lines(texts, self._line_names(len(texts)))
        if not any(troubles):
            self.change(replace(self.run, sequence=SequenceSettings.from_lines(*lines)), done=done)
        self.troubles = (*troubles, *_NO_TROUBLE)[:MAX_INPUTS]

    def _line_names(self, count: int) -> tuple[str, ...]:
        preset = PRESETS.get(self.run.origin)
        if preset and len(preset.input_names) == count:
            return preset.input_names
        return tuple(f"input {number}" for number in range(1, count + 1))


def _home(run: RunSettings) -> RunSettings:
    return PRESETS[run.origin].settings if run.origin in PRESETS else run


def edited(run: RunSettings, edit: Mapping[str, Any]) -> RunSettings:
    """Return the run with one weight, input, initial state, clamp or loss changed."""
    kind = edit["kind"]
    if kind == "loss":
        loss = None if edit["loss"] is None else Loss(edit["loss"], float(edit["value"]))
        return replace(run, loss=loss)
    if kind == "clamp":
        value = edit["value"]
        cell = run.cell.with_clamp(edit["gate"], None if value is None else float(value))
        return replace(run, cell=cell)
    value = float(edit["value"])
    if kind == "weight":
        cell = run.cell.with_weight(cast("Gate", edit["gate"]), edit["unit"], edit["column"], value)
        return replace(run, cell=cell)
    if kind in ("c0", "h0"):
        return replace(run, cell=run.cell.with_state(kind, edit["unit"], value))
    if kind == "x":
        return replace(run, sequence=run.sequence.with_value(edit["step"], edit["column"], value))
    raise ValueError(f"kind must be weight, c0, h0, x, clamp or loss, got {kind!r}")
