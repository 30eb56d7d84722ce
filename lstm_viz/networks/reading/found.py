"""What the layouts find: the arrays of one direction of one layer, and the weights that they stand for."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from lstm_viz.cells.functions import Array
from lstm_viz.networks.layers import Direction, Merge
from lstm_viz.networks.stacked import StackedWeights


@dataclass(frozen=True, eq=False)
class FoundCell:
    """One direction of one layer.

    Attributes
    ----------
    module
        What the names of its arrays have in common with those of the other layers of one module.
    layer
        Which layer of the module, from 0.
    direction
        "forward" or "reverse".
    order
        Whose order of gates and shapes it was: "PyTorch", "Keras" …
    weights
        Stacked in PyTorch's order.
    used
        The names of the arrays.
    as_stored
        The weights as the file has them, to see whether PyTorch has just drawn them; empty for other layouts.
    merge, flipped
        As :class:`lstm_viz.networks.layers.Layer` has them.
    """

    module: str
    layer: int
    direction: Direction
    order: str
    weights: StackedWeights
    used: tuple[str, ...]
    _: KW_ONLY
    as_stored: tuple[Array, ...] = ()
    merge: Merge = "concat"
    flipped: bool = False


@dataclass(frozen=True, eq=False)
class Group:
    """Arrays of one cell by the part they play, and their names in the file."""

    arrays: Mapping[str, Array]
    names: Mapping[str, str]
    rest: Mapping[str, str] = field(default_factory=dict)
