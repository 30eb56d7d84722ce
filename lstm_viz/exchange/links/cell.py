"""The links of the Cell page: a whole run in the query of an address.

An untouched preset is ``?preset=latch``. Anything else is written out::

    ?from=latch&i=0_40_0_-20&f=0_-40_0_20&g=1_0_0_0&o=0_0_0_20&x=0.9_-0.3_0.5~1_0_0&clamp=f_1

with a row ``w_x..., w_h..., b`` for each unit of a gate and a line for each input, and without initial states
that are zero. ``loss`` stands beside either, if there is one.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from lstm_viz.exchange.links.codec import (
    LONGEST_NUMBER,
    Format,
    PresetLink,
    UnreadableError,
    format_of,
    optional,
    shortened,
)
from lstm_viz.notation import GATES, Gate
from lstm_viz.settings.cell import (
    MAX_INPUTS,
    MAX_STEPS,
    CellSettings,
    Loss,
    Rows,
    RunSettings,
    SequenceSettings,
)
from lstm_viz.settings.presets import DEFAULT, PRESETS, RANDOM, TRAINED


@dataclass(frozen=True, slots=True)
class _Run:
    """A run as a link holds it: the rows of each gate, the input line by line, no states that are zero."""

    origin: str
    i: Rows
    f: Rows
    g: Rows
    o: Rows
    x: Rows
    h0: tuple[float, ...] = ()
    c0: tuple[float, ...] = ()
    clamp: tuple[tuple[Gate, float], ...] = ()
    loss: Loss | None = None

    @classmethod
    def of(cls, run: RunSettings) -> "_Run":
        cell = run.cell
        return cls(
            run.origin,
            **{gate: _rows(cell, gate) for gate in GATES},
            x=run.sequence.lines,
            h0=_unless_zero(cell.h0),
            c0=_unless_zero(cell.c0),
            clamp=cell.clamp,
            loss=run.loss,
        )

    def settings(self) -> RunSettings:
        if self.origin not in (RANDOM, TRAINED, *PRESETS):
            raise ValueError(f"it starts from a preset “{shortened(self.origin)}”, which does not exist")
        gates: list[Rows] = [getattr(self, gate) for gate in GATES]
        # Without this check, rows missing in one gate could be made up for by another's.
        if len({len(rows) for rows in gates}) != 1:
            raise ValueError("i, f, g and o do not have the same number of rows")
        if len({len(line) for line in self.x}) != 1:
            raise ValueError("the inputs in x are not equally long")
        zeros = (0.0,) * len(self.i)
        cell = CellSettings(sum(gates, ()), self.h0 or zeros, self.c0 or zeros, self.clamp)
        return RunSettings(self.origin, cell, SequenceSettings.from_lines(*self.x), self.loss)


def _rows(cell: CellSettings, gate: Gate) -> Rows:
    first = cell.row_index(gate, 0)
    return cell.rows[first : first + cell.units]


def _unless_zero(state: tuple[float, ...]) -> tuple[float, ...]:
    # −0.0 equals 0.0, and is not the same setting.
    return state if any(number or math.copysign(1.0, number) < 0.0 for number in state) else ()


_TARGET: Final = format_of(tuple[str, float])


def _write_loss(loss: Loss) -> str:
    return _TARGET.write((loss.kind, loss.target)) if loss.kind == "target" else loss.kind


def _read_loss(text: str) -> Loss:
    parts: tuple[Any, ...] = (text,) if text in ("c", "h") else _TARGET.read(text)
    try:
        return Loss(*parts)
    except ValueError:
        raise UnreadableError(text, "not a loss") from None


_LINK: Final = PresetLink(
    "preset",
    {name: preset.settings for name, preset in PRESETS.items()},
    DEFAULT,
    _Run,
    flatten=_Run.of,
    build=_Run.settings,
    names={"origin": "from"},
    own={"loss": optional(Format(_write_loss, _read_loss))},
    longest=MAX_STEPS * MAX_INPUTS * LONGEST_NUMBER,
    beside=("loss",),
)

KEYS: Final = _LINK.keys
"""The keys of the query that belong to the page; all others belong to somebody else."""

to_query: Final = _LINK.to_query
"""Return the query parameters that stand for a run: see :class:`.PresetLink`."""

from_query: Final = _LINK.from_query
"""Return a run that query parameters stand for, or raise ``ValueError`` in plain words."""
