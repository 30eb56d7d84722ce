"""By which routes the gradient of the last memory came to an earlier one."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeVar

from numpy.typing import ArrayLike

from lstm_viz.notation import DIAGRAM_GATES

if TYPE_CHECKING:
    from lstm_viz.cells.routes import Routes

AnyTrace = TypeVar("AnyTrace", contravariant=True)


class AnyCell(Protocol[AnyTrace]):
    """Every cell, by its equations or by a name of its own."""

    def routes(self, trace: AnyTrace, state: str, at_end: ArrayLike | None = None) -> "Routes":
        """Take a gradient apart: see :meth:`lstm_viz.cells.cell.Cell.routes`."""


def routes(
    cell: AnyCell[AnyTrace], trace: AnyTrace, at_end: ArrayLike | None = None, state: str = "c"
) -> "Routes":
    r"""Split ∂C_T/∂C_k into the direct route :math:`\prod f` and the routes through each gate.

    ``∂C_t/∂C_{t-1} = f_t`` is the direct route only: h_{t-1} is made of C_{t-1} too, and feeds every gate.

    Parameters
    ----------
    cell, trace
        Any cell, and its run: in either direction, of one sequence or a batch.
    at_end
        ∂L/∂ the last value of one or more losses, (rows, size) or (rows, batch, size); the identity by
        default, which gives ∂C_T/∂C_k itself.
    state
        Whose gradient: C, or h of a cell without C.

    Returns
    -------
    Routes
        The whole, the direct part, and what came through each line that sees the step before, those of an
        LSTM in the order f, i, g, o; k counts steps in the order of the run.

    Raises
    ------
    ValueError
        If it is no state of the cell, or ``at_end`` does not fit.
    """
    found = cell.routes(trace, state, at_end)
    order = dict.fromkeys((*DIAGRAM_GATES, *found.through))
    through = {line: found.through[line] for line in order if line in found.through}
    return type(found)(found.whole, found.direct, MappingProxyType(through))
