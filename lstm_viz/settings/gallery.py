"""Every cell of the catalogue on one input and one job, with weights set by hand.

The job is to hold the newest flagged value: where the flag is 1 the value is to be stored, and kept until the
next flag. Each cell has the weights with which it does that as well as it can.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.run import Trace
from lstm_viz.settings.presets import K

Rows: TypeAlias = tuple[tuple[float, ...], ...]
Weight: TypeAlias = float | tuple[float, ...] | Rows

INPUT_NAMES: Final = ("value", "flag")

VALUES: Final = (0.8, -0.3, 0.5, 0.1, -0.9, -0.6, 0.4, 0.2, 0.7, -0.2, 0.3, -0.5, 0.1, 0.6)
FLAGGED: Final = (0, 5, 10)
"""The steps, counted from 0, whose value is to be stored."""

X: Final[NDArray[np.float64]] = np.array(
    [(value, float(t in FLAGGED)) for t, value in enumerate(VALUES)], dtype=np.float64
)
"""(time, 2): the one input of the gallery, value and flag."""
X.flags.writeable = False


MOST: Final = 4
"""How many cells stand side by side."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The cells of the gallery that are opened, and stand side by side.

    Parameters
    ----------
    cells
        Up to 4 different names of ``EXHIBITS``.

    Raises
    ------
    ValueError
        If a name is none of the gallery, stands there twice, or is one too many.
    """

    cells: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [name for name in self.cells if name not in EXHIBITS]
        if unknown:
            raise ValueError(f"cells must be of the gallery, got {unknown[0]!r}")
        if not len(set(self.cells)) == len(self.cells) <= MOST:
            raise ValueError(f"cells must be at most {MOST} different ones, got {', '.join(self.cells)}")

    def toggled(self, name: str) -> "Choice":
        """Return a choice with a cell more, or without it; of five, the one chosen first gives way."""
        if name in self.cells:
            return Choice(tuple(cell for cell in self.cells if cell != name))
        return Choice((*self.cells[max(0, len(self.cells) + 1 - MOST) :], name))


@dataclass(frozen=True, slots=True)
class Exhibit:
    """How one cell does the job.

    Attributes
    ----------
    weights
        By name, each broadcast to the shape that it has; all that are not named are 0.
    shown
        The line whose first unit is the memory: what the strip shows.
    units
        How many units the cell has.
    sizes
        Those that its equations declare besides.
    """

    weights: Mapping[str, Weight]
    shown: str = "c"
    units: int = 1
    sizes: Mapping[str, int] = field(default_factory=dict)


def cell_of(name: str) -> Cell:
    """Return a cell of the catalogue with the weights that do the job; ``KeyError`` if it is none."""
    exhibit, equations = EXHIBITS[name], CATALOGUE[name]
    sizes = {"D": len(INPUT_NAMES), "H": exhibit.units, **exhibit.sizes}
    zeros = {key: np.zeros([sizes[size] for size in shape]) for key, shape in equations.shapes.items()}
    weights = {key: zero + np.asarray(exhibit.weights.get(key, 0.0)) for key, zero in zeros.items()}
    return Cell(equations, weights, sizes=sizes)


def run_of(name: str, x: NDArray[np.floating[Any]] = X) -> Trace:
    """Run a cell of the gallery, over its one input where no other is given."""
    return cell_of(name).run(x)


_Line: TypeAlias = Mapping[str, Weight]

_WRITE: Final[_Line] = {"W": (0, 2 * K), "b": -K}
"""A gate that opens where there is a flag."""
_KEEP: Final[_Line] = {"W": (0, -2 * K), "b": K}
"""A gate that shuts there."""
_VALUE: Final[_Line] = {"W": (1, 0)}
_OPEN: Final[_Line] = {"b": K}


def _weights(**lines: _Line) -> Mapping[str, Weight]:
    """Return weights by their names, ``W_i``, from those of each line."""
    return {
        f"{letters}_{line}": weight for line, weights in lines.items() for letters, weight in weights.items()
    }


_PLAIN: Final = _weights(i=_WRITE, f=_KEEP, g=_VALUE, o=_OPEN)

_FLAG_UP: Final = {"W": ((0, 1), (0, 0), (0, -1))}
"""Three numbers that add up to 0: their normalisation is (1.22, 0, −1.22) at a flag, and 0 without."""
_FULL: Final = 1.22


def _normalised() -> Mapping[str, Weight]:
    # Of one number nothing is left by a normalisation. The flag beside the value keeps its size: with
    # (value, 5, −5) the first of three is about 0.163 times the value.
    gates: dict[str, Weight] = {"W_g1": ((1, 0), (0, 5), (0, -5)), "p_g": (1 / 0.163, 0, 0), "p_h": 1.0}
    for line, sign in (("i", 1), ("f", -1)):
        gates |= {f"W_{line}1": _FLAG_UP["W"], f"p_{line}": 2 * K * sign / _FULL, f"b_{line}": -K * sign}
    return {**gates, "b_o": K}


EXHIBITS: Final[Mapping[str, Exhibit]] = MappingProxyType(
    {
        "Elman": Exhibit({"W_h": (1, 0), "U_h": 1.0}, "h"),
        "LSTM 1997": Exhibit(_weights(i=_WRITE, g=_VALUE, o=_OPEN)),
        "LSTM": Exhibit(_PLAIN),
        # What a peephole can do and nothing else: the gate sees that the memory is full.
        "V": Exhibit(_weights(i={**_WRITE, "p": -3 * K}, f=_OPEN, g=_VALUE, o=_OPEN)),
        "NIG": Exhibit(_weights(f=_KEEP, g=_VALUE, o=_OPEN)),
        "NFG": Exhibit(_weights(i=_WRITE, g=_VALUE, o=_OPEN)),
        "NOG": Exhibit(_weights(i=_WRITE, f=_KEEP, g=_VALUE)),
        "NIAF": Exhibit(_PLAIN),
        "NOAF": Exhibit(_PLAIN),
        "CIFG": Exhibit(_weights(i=_WRITE, g=_VALUE, o=_OPEN)),
        "FGR": Exhibit(_PLAIN),
        "LSTMP": Exhibit({**_PLAIN, "R_h": 1.0}, sizes={"P": 1}),
        "LSTM hard": Exhibit(_PLAIN),
        "LSTM hard 3": Exhibit(_PLAIN),
        "LSTM relu": Exhibit(_PLAIN),
        "LSTM layer norm": Exhibit(_normalised(), units=3),
        "GRU": Exhibit(_weights(z=_KEEP, n=_VALUE), "h"),
        "GRU before": Exhibit(_weights(z=_KEEP, n=_VALUE), "h"),
        "MGU": Exhibit(_weights(f=_WRITE, n=_VALUE), "h"),
        "UGRNN": Exhibit(_weights(u=_KEEP, g=_VALUE), "h"),
        "JANET": Exhibit(_weights(f=_KEEP, g=_VALUE)),
        "MUT1": Exhibit(_weights(z=_WRITE, h=_VALUE), "h"),
        "MUT2": Exhibit(_weights(z=_WRITE, h=_VALUE), "h"),
        "MUT3": Exhibit(_weights(z=_WRITE, h=_VALUE), "h"),
        "SCRN": Exhibit({"B_s": (20, 0), "P_h": 1.0}, "s"),
        "IndRNN": Exhibit({"W_h": (1, 0), "p_h": 1.0}, "h"),
        "SRU": Exhibit(_weights(f=_KEEP, r=_OPEN, c=_VALUE)),
        "QRNN": Exhibit({"W2_z": (1, 0), "W2_f": (0, -2 * K), "W2_o": (0, 2 * K)}),
        "mLSTM 2016": Exhibit(_PLAIN),
        "minGRU": Exhibit(_weights(z=_WRITE, n=_VALUE), "h"),
        "minLSTM": Exhibit(_weights(f=_KEEP, i=_WRITE, n=_VALUE), "h"),
        "sLSTM": Exhibit(_weights(z=_VALUE, o=_OPEN, a=_WRITE, l=_KEEP), "h"),
        "sLSTM plain": Exhibit(_weights(z=_VALUE, o=_OPEN, i=_WRITE, f=_KEEP), "h"),
        # Its gates see v alone, so v is value and flag.
        "RG-LRU": Exhibit(
            {
                "W_v": ((1, 0), (0, 1)),
                **_weights(r={"W": (0, 2 * K), "b": -K}, i={"W": (0, 2 * K), "b": -K}),
                "p_a": -2.0,
            },
            "h",
            units=2,
        ),
        # At a flag d = softplus(log(e − 1)) is 1, and exp(−d e³) leaves nothing of the old state. The mean of
        # p·v is the flag.
        "selective scan": Exhibit(
            {
                "W_v": ((1, 0), (0, 1)),
                "W_d": (0, K + math.log(math.e - 1)),
                "b_d": -K,
                "p_a": 3.0,
                "p_k": (0, 2),
                "p_q": (0, 2),
            },
            "s",
            units=2,
        ),
    }
)
"""Each cell by its name in the catalogue; one that has no weights here yet is not in the gallery."""
