"""What a person chooses: small frozen records, exactly what a share link holds.

Everything else on a page (the run, the figures, the words) is computed from these, so undo, links and tests
are all the same thing: one record exchanged for another.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Self, TypeAlias, TypeVar

import numpy as np

from lstm_viz.cells import LSTMCell, LSTMTrace
from lstm_viz.notation import GATES, Gate

MAX_UNITS: Final = 4
MAX_INPUTS: Final = 2
MAX_STEPS: Final = 60
MAX_ABS: Final = 1000.0
"""The largest magnitude of a weight, an input or an initial state that a page accepts."""

Rows: TypeAlias = tuple[tuple[float, ...], ...]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class CellSettings:
    """The weights of a small LSTM cell, its initial states, and the gates that are held.

    Parameters
    ----------
    rows
        ``4 * units`` rows in PyTorch's gate order (i, f, g, o; within a gate by unit), each
        ``(w_x..., w_h..., b)``: the weights on the inputs, on the units of h, and the bias.
    h0, c0
        Initial states, one number a unit.
    clamp
        Gates held at a value for the whole run: pairs ``(gate, value)``, each gate at most once, in the order
        i, f, g, o.
    """

    rows: Rows
    h0: tuple[float, ...]
    c0: tuple[float, ...]
    clamp: tuple[tuple[Gate, float], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.units <= MAX_UNITS or len(self.rows) != 4 * self.units:
            raise ValueError(f"rows must hold 4 gates for 1 to {MAX_UNITS} units, got {len(self.rows)} rows")
        if not 1 <= self.inputs <= MAX_INPUTS or any(len(row) != len(self.rows[0]) for row in self.rows):
            raise ValueError(
                f"rows must each hold 1 to {MAX_INPUTS} input weights, {self.units} state weights, a bias"
            )
        if len(self.c0) != self.units:
            raise ValueError(f"c0 must hold {self.units} numbers, one a unit, got {len(self.c0)}")
        for name, numbers in (("rows", sum(self.rows, ())), ("h0", self.h0), ("c0", self.c0)):
            _check_numbers(name, numbers)
        held = [gate for gate, _ in self.clamp]
        if held != [gate for gate in GATES if gate in held]:
            raise ValueError(
                f"clamp must hold gates {', '.join(GATES)}, each at most once and in this order, got {held}"
            )
        for gate, value in self.clamp:
            low = -1.0 if gate == "g" else 0.0
            if not low <= value <= 1.0:
                raise ValueError(
                    f"clamp must hold gates i, f, o in [0, 1] or g in [-1, 1], got {gate}: {value}"
                )

    @classmethod
    def from_gates(
        cls,
        gates: Mapping[Gate, Sequence[Sequence[float]]],
        h0: Sequence[float] = (),
        c0: Sequence[float] = (),
    ) -> Self:
        """Build from one list of rows for each gate.

        Parameters
        ----------
        gates
            For each gate a row ``(w_x..., w_h..., b)`` for each unit.
        h0, c0
            Initial states, one number a unit; zero by default.

        Raises
        ------
        ValueError
            If the rows do not fit together, or a number is out of range.
        """
        rows = tuple(tuple(float(w) for w in row) for gate in GATES for row in gates[gate])
        zeros = (0.0,) * (len(rows) // 4)
        return cls(rows, tuple(map(float, h0)) or zeros, tuple(map(float, c0)) or zeros)

    @property
    def units(self) -> int:
        """Hidden units of the cell."""
        return len(self.h0)

    @property
    def inputs(self) -> int:
        """Numbers read at each step."""
        return len(self.rows[0]) - self.units - 1 if self.rows else 0

    def row_index(self, gate: Gate, unit: int) -> int:
        """Return which row of ``rows`` feeds one gate of one unit.

        Parameters
        ----------
        gate
            The gate.
        unit
            The unit, counted from 0.

        Raises
        ------
        ValueError
            If there is no such unit.
        """
        _check_index(unit, self.units)
        return GATES.index(gate) * self.units + unit

    def with_weight(self, gate: Gate, unit: int, column: int, value: float) -> Self:
        """Return a copy with one weight replaced.

        Parameters
        ----------
        gate, unit
            Whose weight it is; units are counted from 0.
        column
            Its place along ``w_x..., w_h..., b``, counted from 0.
        value
            The new weight, from −1000 to 1000.

        Raises
        ------
        ValueError
            If there is no such weight, or the value is out of range.
        """
        index = self.row_index(gate, unit)
        return replace(self, rows=_replaced(self.rows, index, _replaced(self.rows[index], column, value)))

    def with_state(self, name: str, unit: int, value: float) -> Self:
        """Return a copy with one initial state of one unit replaced.

        Parameters
        ----------
        name
            "h0" or "c0".
        unit
            The unit, counted from 0.
        value
            The new state, from −1000 to 1000.

        Raises
        ------
        ValueError
            If there is no such state, or the value is out of range.
        """
        if name == "h0":
            return replace(self, h0=_replaced(self.h0, unit, value))
        if name == "c0":
            return replace(self, c0=_replaced(self.c0, unit, value))
        raise ValueError(f"name must be h0 or c0, got {name!r}")

    def with_clamp(self, gate: Gate, value: float | None) -> Self:
        """Return a copy with one gate held at a value, or free.

        Parameters
        ----------
        gate
            The gate.
        value
            From 0 to 1, or from −1 to 1 for the candidate g; None sets the gate free.

        Raises
        ------
        ValueError
            If there is no such gate, or the value is out of range.
        """
        if gate not in GATES:
            raise ValueError(f"gate must be one of {', '.join(GATES)}, got {gate!r}")
        held = {**dict(self.clamp), gate: value}
        return replace(self, clamp=tuple((g, v) for g in GATES if (v := held.get(g)) is not None))

    def cell(self) -> LSTMCell:
        """Return the reference cell with these weights."""
        rows = np.array(self.rows)
        return LSTMCell(rows[:, : self.inputs], rows[:, self.inputs : -1], rows[:, -1])


@dataclass(frozen=True, slots=True)
class SequenceSettings:
    """The input of a run.

    Parameters
    ----------
    values
        For each of 1 to 60 steps a tuple of 1 or 2 numbers from −1000 to 1000, one for each input.
    """

    values: Rows

    def __post_init__(self) -> None:
        if not 1 <= len(self.values) <= MAX_STEPS:
            raise ValueError(f"values must hold 1 to {MAX_STEPS} steps, got {len(self.values)}")
        if len({len(step) for step in self.values}) != 1:
            raise ValueError("values must hold the same number of inputs at every step")
        _check_numbers("values", sum(self.values, ()))

    @classmethod
    def from_lines(cls, *lines: Sequence[float]) -> Self:
        """Build from one line of values for each input, equally long and lined up step by step."""
        return cls(tuple(tuple(map(float, step)) for step in zip(*lines, strict=True)))

    @property
    def lines(self) -> Rows:
        """The same values, one tuple for each input."""
        return tuple(zip(*self.values, strict=True))

    def with_value(self, step: int, column: int, value: float) -> Self:
        """Return a copy with one number replaced.

        Parameters
        ----------
        step, column
            Which step and which input, counted from 0.
        value
            The new number, from −1000 to 1000.

        Raises
        ------
        ValueError
            If there is no such step or input, or the value is out of range.
        """
        _check_index(step, len(self.values))
        return replace(self, values=_replaced(self.values, step, _replaced(self.values[step], column, value)))


@dataclass(frozen=True, slots=True)
class Loss:
    """What a gradient on the stage is the gradient of: a number made of one unit's state after the last step.

    Parameters
    ----------
    kind
        "c" for the last C, "h" for the last h, "target" for ½ (h − ``target``)².
    target
        What h is wanted to be, from −1 to 1; 0 for the other two kinds, which have none.
    """

    kind: Literal["c", "h", "target"]
    target: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in ("c", "h", "target"):
            raise ValueError(f"kind must be c, h or target, got {self.kind!r}")
        if not -1.0 <= self.target <= 1.0 or (self.target and self.kind != "target"):
            raise ValueError(f"target must be from -1 to 1, and 0 for a loss without one, got {self.target}")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """A whole run.

    Parameters
    ----------
    origin
        The key of the preset that it started from, or ``RANDOM`` or ``TRAINED``.
    cell, sequence
        The cell and its input; they agree in the number of inputs.
    loss
        What the run is walked back from; None to show no gradient.
    """

    origin: str
    cell: CellSettings
    sequence: SequenceSettings
    loss: Loss | None = None

    def __post_init__(self) -> None:
        if len(self.sequence.values[0]) != self.cell.inputs:
            raise ValueError(
                f"sequence must hold {self.cell.inputs} inputs at every step, "
                f"got {len(self.sequence.values[0])}"
            )

    def run(self) -> LSTMTrace:
        """Run the reference cell, with the clamped gates held."""
        return self._run(dict(self.cell.clamp))

    def run_unclamped(self) -> LSTMTrace:
        """Run the same cell with every gate free: what would have happened."""
        return self._run({})

    def _run(self, clamp: Mapping[Gate, float]) -> LSTMTrace:
        x = np.array(self.sequence.values)
        return self.cell.cell().run(x, np.array(self.cell.h0), np.array(self.cell.c0), clamp=clamp)


def _replaced(items: tuple[_Item, ...], index: int, value: _Item) -> tuple[_Item, ...]:
    _check_index(index, len(items))
    return (*items[:index], value, *items[index + 1 :])


def _check_index(index: int, length: int) -> None:
    if not 0 <= index < length:
        raise ValueError(f"index must be 0 to {length - 1}, got {index}")


def _check_numbers(name: str, numbers: Sequence[float]) -> None:
    for number in numbers:
        if not (math.isfinite(number) and abs(number) <= MAX_ABS):
            raise ValueError(f"{name} must be numbers from -{MAX_ABS:.0f} to {MAX_ABS:.0f}, got {number}")
