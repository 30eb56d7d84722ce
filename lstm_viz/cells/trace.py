"""The record of a run: every quantity of every step."""

import operator
from dataclasses import dataclass, fields

from lstm_viz.cells.activations import Array
from lstm_viz.notation import GATES, Gate


def rows(gate: Gate, hidden: int) -> slice:
    """Return where ``gate`` lies in anything that stacks 4*hidden rows in the order i, f, g, o."""
    at = GATES.index(gate)
    return slice(at * hidden, (at + 1) * hidden)


@dataclass(frozen=True, slots=True, eq=False)
class _LSTMRecord:
    x: Array
    z: Array
    i: Array
    f: Array
    g: Array
    o: Array
    c: Array
    h: Array
    c_prev: Array
    h_prev: Array

    @property
    def z_i(self) -> Array:
        """The input gate before its activation."""
        return self._z("i")

    @property
    def z_f(self) -> Array:
        """The forget gate before its activation."""
        return self._z("f")

    @property
    def z_g(self) -> Array:
        """The candidate before its activation."""
        return self._z("g")

    @property
    def z_o(self) -> Array:
        """The output gate before its activation."""
        return self._z("o")

    def _z(self, gate: Gate) -> Array:
        return self.z[..., rows(gate, self.h.shape[-1])]


class LSTMStep(_LSTMRecord):
    """One step of a run: the arrays of an :class:`LSTMTrace` without their time axis."""

    __slots__ = ()


class LSTMTrace(_LSTMRecord):
    """A run of an :class:`LSTMCell`: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only, and may be strided views of a common buffer: ``np.ascontiguousarray`` packs them.

    Attributes
    ----------
    x
        The input, (time, [batch,] inputs).
    z
        The gates before their activation, stacked in the order i, f, g, o: (time, [batch,] 4*hidden).
        ``z_i``, ``z_f``, ``z_g`` and ``z_o`` are its four parts. A clamped gate keeps its z.
    i, f, o
        The gates, in [0, 1]: (time, [batch,] hidden).
    g
        The candidate, in [−1, 1]: (time, [batch,] hidden).
    c, h
        Memory and output after each step: (time, [batch,] hidden).
    c_prev, h_prev
        The same before each step, so c0 and h0 at the step that was run first: (time, [batch,] hidden).
    """

    __slots__ = ()

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, t: int) -> LSTMStep:
        t = operator.index(t)
        return LSTMStep(*(getattr(self, field.name)[t] for field in fields(self)))
