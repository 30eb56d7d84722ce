"""A cell of one's own, as the editor has it: its equations, the cell it started from, weights and input."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.settings.cell import MAX_ABS, MAX_INPUTS, MAX_UNITS, Rows
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gallery import X

LONGEST: Final = 200
"""Steps of the input."""

MAX_SEED: Final = 9999
MAX_SCALE: Final = 6.0


@dataclass(frozen=True, slots=True)
class OwnCell:
    """A cell by its equations, with weights drawn by a seed, and its input.

    Parameters
    ----------
    cell
        The equations.
    lines
        The input: for each of 1 or 2 inputs a line of 1 to 200 numbers, equally long.
    base
        The cell of the catalogue that it started from: what differs from that is marked.
    units
        Hidden units, 1 to 4; see :attr:`hidden`.
    seed
        Draws the weights from U(−1/√hidden, 1/√hidden), 0 to 9999.
    scale
        What they are multiplied by, 0 to 6.

    Raises
    ------
    ValueError
        If a number is out of its range, or the catalogue has no such base.
    """

    cell: CellChoice
    lines: Rows
    base: str = "LSTM"
    units: int = 2
    seed: int = 0
    scale: float = 2.0

    def __post_init__(self) -> None:
        if self.base not in CATALOGUE:
            raise ValueError(f"base must be a name of the catalogue, got {self.base!r}")
        if not 1 <= self.units <= MAX_UNITS:
            raise ValueError(f"units must be 1 to {MAX_UNITS}, got {self.units}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"seed must be 0 to {MAX_SEED}, got {self.seed}")
        if not 0.0 <= self.scale <= MAX_SCALE:
            raise ValueError(f"scale must be from 0 to {MAX_SCALE:g}, got {self.scale}")
        self._check_input()

    def _check_input(self) -> None:
        if not 1 <= len(self.lines) <= MAX_INPUTS or len({len(line) for line in self.lines}) != 1:
            raise ValueError(f"lines must be 1 to {MAX_INPUTS}, equally long")
        if not 1 <= len(self.lines[0]) <= LONGEST:
            raise ValueError(f"lines must hold 1 to {LONGEST} numbers, got {len(self.lines[0])}")
        for number in sum(self.lines, ()):
            if not abs(number) <= MAX_ABS:
                raise ValueError(f"lines must hold numbers from -{MAX_ABS:g} to {MAX_ABS:g}, got {number}")

    @property
    def equations(self) -> Equations:
        """What the cell computes."""
        return self.cell.equations

    @property
    def hidden(self) -> int:
        """Units of the cell: as many as inputs where it uses x unit by unit, otherwise ``units``."""
        return len(self.lines) if self.equations.graph.square else self.units

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the inputs are called."""
        return ("x",) if len(self.lines) == 1 else ("x₁", "x₂")

    @property
    def x(self) -> NDArray[np.float64]:
        """(time, inputs): the input."""
        return np.array(self.lines).T

    def with_weights(self) -> Cell:
        """Return the cell with its weights. Sizes that it declares besides are as many as units."""
        equations, sizes = self.equations, dict.fromkeys(self.equations.declared_sizes, self.hidden)
        drawn = Cell.random(equations, len(self.lines), self.hidden, self.seed, sizes=sizes)
        weights = {name: self.scale * array for name, array in drawn.weights.items()}
        return Cell(equations, weights, sizes=drawn.sizes)


class Invitation(NamedTuple):
    """One thing to change in an LSTM: what it is, and what comes of it."""

    title: str
    point: str
    text: str


_LSTM: Final = CATALOGUE["LSTM"].text

INVITATIONS: Final[Mapping[str, Invitation]] = MappingProxyType(
    {
        "drop": Invitation(
            "Drop the tanh",
            "The memory leaves the cell as it is: h can grow beyond 1.",
            _LSTM.replace("h = o*tanh(c)", "h = o*c"),
        ),
        "tie": Invitation(
            "Tie f and i",
            "What is written anew is taken from what is kept: C becomes a moving average.",
            _LSTM.replace("f = sigmoid(W@x + U@h + b)", "f = 1 - i"),
        ),
        "peek": Invitation(
            "Let the gate see the memory",
            "A peephole: the output gate can open once C has grown large enough.",
            _LSTM.replace("o = sigmoid(W@x + U@h + b)", "o = sigmoid(W@x + U@h + p*c + b)"),
        ),
    }
)
"""Three changes that invite, by key."""

DEFAULT_OWN_CELL: Final = OwnCell(CellChoice("LSTM"), tuple(tuple(line) for line in X.T.tolist()))
"""The LSTM, to be changed, on the input of the gallery: values and flags."""
