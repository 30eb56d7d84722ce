"""What a person is working on: the run shown, the way back, and what could not be read. No Streamlit here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self, TypeAlias, cast

from lstm_viz.notation import Gate
from lstm_viz.settings.cell import MAX_INPUTS, Loss, RunSettings, SequenceSettings
from lstm_viz.settings.presets import PRESETS
from lstm_viz.settings.sequences import parse_line

MOST_UNDOS: Final = 200
LONGEST_TEXT: Final = 20_000
"""Characters of a typed line that are looked at."""

Place: TypeAlias = tuple[RunSettings, RunSettings]
"""A step of history: a run, and where "back to the preset" leads from there."""


@dataclass(slots=True)
class Workspace:
    """One run being changed, with undo and redo.

    While a hand drags, ``run`` follows it and ``settled`` stays where the drag began; letting go makes one
    step of history of the whole drag.
    """

    run: RunSettings
    settled: RunSettings
    home: RunSettings
    """Where "back to the preset" leads."""
    past: list[Place] = field(default_factory=list)
    future: list[Place] = field(default_factory=list)
    troubles: list[str] = field(default_factory=lambda: [""] * MAX_INPUTS)
    """What is wrong with the typed line of each input; empty where nothing is."""
    reply: int = 0
    """The last edit that ``run`` answers."""
    unit: int = 0
    """The unit shown, counted from 0; always one that ``run`` has."""

    @classmethod
    def open(cls, run: RunSettings) -> Self:
        """Start on a run; the way back leads to its preset, or to the run itself where it has none."""
        return cls(run, run, _home(run))

    def change(self, run: RunSettings, *, done: bool = True) -> None:
        """Show another run; once the hand is done, remember the one before."""
        self._show(run)
        if done and run != self.settled:
            self.past = [*self.past, (self.settled, self.home)][-MOST_UNDOS:]
            self.future.clear()
            self.settled = run

    def restart(self, run: RunSettings) -> None:
        """Go to a preset, a newly drawn cell or a link: one step of history, and the new way back."""
        self.change(run)
        self.home = _home(run)

    def move(self, way: str) -> None:
        """Undo, redo, or reset to the preset; where there is nothing to undo or redo, nothing happens."""
        if way == "reset":
            self.change(self.home)
        elif way == "undo":
            self._go(self.past, self.future)
        elif way == "redo":
            self._go(self.future, self.past)

    def _go(self, source: list[Place], target: list[Place]) -> None:
        if source:
            target.append((self.settled, self.home))
            self.settled, self.home = source.pop()
            self._show(self.settled)

    def _show(self, run: RunSettings) -> None:
        # A line that cannot be read stays as it was typed while something else is changed.
        if run.sequence != self.run.sequence:
            self.troubles = [""] * MAX_INPUTS
        self.run = run
        self.unit = min(self.unit, run.cell.units - 1)

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
            self._type([str(text) for text in edit["texts"]], done=done)
        else:
            self.change(edited(self.run, edit), done=done)

    def choose(self, unit: int) -> None:
        """Show another unit."""
        if not 0 <= unit < self.run.cell.units:
            raise ValueError(f"unit must be 0 to {self.run.cell.units - 1}, got {unit}")
        self.unit = unit

    def _type(self, texts: list[str], *, done: bool) -> None:
        lines, troubles = read_lines(
            texts, PRESETS[self.run.origin].input_names if self.run.origin in PRESETS else ()
        )
        if not any(troubles):
            sequence = SequenceSettings.from_lines(*lines)
            self.change(replace(self.run, sequence=sequence), done=done)
        self.troubles = troubles


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


def read_lines(texts: list[str], names: tuple[str, ...]) -> tuple[list[tuple[float, ...]], list[str]]:
    """Read the typed lines of all inputs.

    Returns
    -------
    lines, troubles
        The values of each line, and for each line what is wrong with it in plain words, or an empty string.
    """
    lines: list[tuple[float, ...]] = []
    troubles = [""] * MAX_INPUTS
    for column, text in enumerate(texts[:MAX_INPUTS]):
        try:
            if len(text) > LONGEST_TEXT:
                raise ValueError(f"That is {len(text):,} characters, far more than this page takes.")
            lines.append(parse_line(text))
        except ValueError as error:
            lines.append(())
            troubles[column] = str(error)
    if not any(troubles) and len({len(line) for line in lines}) > 1:
        called = [names[k] if k < len(names) else f"input {k + 1}" for k in range(len(lines))]
        counts = " and ".join(f"{name} has {len(line)}" for name, line in zip(called, lines, strict=True))
        troubles[len(lines) - 1] = f"Both lines need the same number of steps: {counts}."
    return lines, troubles
