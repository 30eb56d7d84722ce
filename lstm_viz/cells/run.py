"""What a run of a cell keeps: every line of every step, by its name."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.cells.forward import Log
from lstm_viz.cells.functions import Array
from lstm_viz.cells.values import Setting, Values

if TYPE_CHECKING:
    from lstm_viz.cells.cell import Cell


def inward(array: Array, *, reverse: bool) -> Array:
    """Return (time, [batch,] size) as the engine has it: in running order, (time, size, [batch]).

    A batch of one has no axis there.
    """
    in_order = array[::-1] if reverse else array
    if array.ndim == 3 and array.shape[1] == 1:
        return in_order[:, 0]
    return in_order.swapaxes(1, -1)


def outward(array: Array, batch: tuple[int, ...], *, reverse: bool) -> Array:
    """Return what :func:`inward` was given, as a read-only view."""
    in_order = array[::-1] if reverse else array
    turned: Array = in_order[:, np.newaxis] if batch == (1,) else in_order.swapaxes(1, -1)
    turned.flags.writeable = False
    return turned


class OutOfRangeError(ValueError):
    """A run left the range of its numbers.

    Attributes
    ----------
    line, step
        The first line, in the order of the run, that is not finite, and the step, counted from 0.
    """

    def __init__(self, line: str, step: int, dtype: np.dtype[Any]) -> None:
        super().__init__(
            f"x: expected products with the weights within ±{np.finfo(dtype).max:.3g}, the range of {dtype}, "
            f"got a sum beyond it in {line} at step {step}"
        )
        self.line, self.step = line, step


@dataclass(frozen=True, eq=False)
class Trace:
    """A run of a :class:`Cell`: ``trace["f"]`` is a line, (time, [batch,] size), aligned with x.

    The arrays are read-only, and may be strided views of a common buffer: ``np.ascontiguousarray`` packs
    them.

    Attributes
    ----------
    cell
        What ran.
    setting, log
        As the engine has them.
    batch
        (), or the number of sequences.
    reverse
        True if the last step was run first.
    """

    cell: "Cell"
    setting: Setting
    log: Log
    _: KW_ONLY
    batch: tuple[int, ...]
    reverse: bool

    def __post_init__(self) -> None:
        self._check_range()

    @property
    def run(self) -> "Trace":
        """Itself: so the runs of all cells are read alike, those behind a face and those without."""
        return self

    def __len__(self) -> int:
        return len(self.setting.x)

    def __getitem__(self, name: str) -> Array:
        """Return a line, or x, at every step."""
        return self._lines[name] if name in self._lines else self._find(name)

    @cached_property
    def _lines(self) -> dict[str, Array]:
        return {}

    def _find(self, name: str) -> Array:
        graph = self.setting.graph
        if name == "x":
            array = self.setting.x
        elif name in graph.lines:
            array = self._known(graph.lines[name])
        else:
            raise KeyError(f"expected x or one of {', '.join(graph.lines)}, got {name}")
        self._lines[name] = self.outward(array)
        return self._lines[name]

    def _known(self, at: int) -> Array:
        return self.log.steps[1:, self.log.rows[at]] if at in self.log.rows else self.log.static[at]

    def before(self, name: str) -> Array:
        """Return what a state was before each step, (time, [batch,] size): its first value at the first.

        Raises
        ------
        KeyError
            If it is no state of the cell.
        """
        at = self.setting.graph.lines[name]
        if at in self.log.rows:
            start = self.setting.starts[name]
            array = self.log.steps[:-1, self.log.rows[at]]
            assert start is not None
            return self.outward(array)
        return self.outward(np.asarray(self.values[self.setting.graph.previous[name]]))

    def z(self, name: str) -> Array | None:
        """Return what the outermost function of a line is applied to, whatever the line is held at.

        Of a line that is an affine map it is that itself; None if it is neither.
        """
        at = self.setting.graph.activated(name)
        return None if at is None else self.outward(self.values.array(at))

    @cached_property
    def values(self) -> Values:
        """The value of every node, written down or computed once more."""
        graph, rows = self.setting.graph, self.log.rows
        known = self.log.known(graph)
        for name in self.setting.clamps:
            # What a held line would have been lies where it is held, and has been overwritten.
            line, (value,) = graph.lines[name], graph.nodes[graph.lines[name]].arguments
            if value in known and rows.get(value) == rows.get(line):
                del known[value]
        return Values(self.setting, known)

    def outward(self, array: Array) -> Array:
        """Return an array of the engine as its reader has it: aligned with x, features last."""
        return outward(array, self.batch, reverse=self.reverse)

    def state_outward(self, array: Array) -> Array:
        """Return a state of the engine, (size, [batch]), as its reader has it: ([batch,] size)."""
        return array[np.newaxis] if self.batch == (1,) else array.T.copy()

    def matrices_outward(self, array: Array) -> Array:
        """Return matrices of the engine, (time, [batch,] rows, columns) in running order, aligned with x."""
        in_order = array[::-1] if self.reverse else array
        return in_order[:, np.newaxis] if self.batch == (1,) else in_order

    def inward(self, array: Array) -> Array:
        """Return an array, (time, [batch,] size), as the engine has it."""
        return inward(array, reverse=self.reverse)

    def _check_range(self) -> None:
        """Refuse a run in which finite numbers had an infinite result: inf − inf has no right gate.

        The message names the first line and step, in the order of the run, that is not finite.
        """
        written = (self.log.steps[1:], *self.log.static.values())
        with np.errstate(all="ignore"):
            if all(np.isfinite(array.sum()) for array in written):
                return
        graph = self.setting.graph
        known = {
            at: array
            for at, array in self.log.known(graph).items()
            if graph.nodes[at].kind in ("affine", "line")
        }
        bad = [(int(np.nonzero(~np.isfinite(array))[0][0]), at) for at, array in sorted(known.items())
               if not np.isfinite(array).all()]  # fmt: skip
        if bad:
            t, at = min(bad)
            step = len(self) - 1 - t if self.reverse else t
            raise OutOfRangeError(graph.owner[at], step, self.setting.x.dtype)
