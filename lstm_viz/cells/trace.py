"""The records of runs: every quantity of every step."""

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
        return self.z[..., rows(gate, self.c.shape[-1])]


class LSTMStep(_LSTMRecord):
    """One step of a run: the arrays of an :class:`LSTMTrace` without their time axis."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class LSTMTrace(_LSTMRecord):
    """A run of a cell of the LSTM family: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only, and may be strided views of a common buffer: ``np.ascontiguousarray`` packs them.

    Attributes
    ----------
    x
        The input, (time, [batch,] inputs).
    z
        The gates before their activation, stacked in the order i, f, g, o: (time, [batch,] 4*hidden).
        ``z_i``, ``z_f``, ``z_g`` and ``z_o`` are its four parts. A clamped gate keeps its z; the z of a gate
        that a variant lacks is 0 and stands for nothing.
    i, f, o
        The gates, in [0, 1]: (time, [batch,] hidden). A gate that a variant lacks is 1.
    g
        The candidate, in [−1, 1] unless a variant leaves it wider: (time, [batch,] hidden).
    c, h
        Memory and output after each step: (time, [batch,] hidden). With a recurrent projection h has as many
        features as the projection.
    c_prev, h_prev
        The same before each step, so c0 and h0 at the step that was run first.
    reverse
        True if the last step was run first.
    clamped
        The gates that were held at a value: no gradient passes through them.
    """

    reverse: bool = False
    clamped: frozenset[Gate] = frozenset()

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, t: int) -> LSTMStep:
        t = operator.index(t)
        return LSTMStep(*(getattr(self, field.name)[t] for field in fields(LSTMStep)))


@dataclass(frozen=True, slots=True, eq=False)
class _RNNRecord:
    x: Array
    z: Array
    h: Array
    h_prev: Array


class RNNStep(_RNNRecord):
    """One step of a run: the arrays of an :class:`RNNTrace` without their time axis."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class RNNTrace(_RNNRecord):
    """A run of an :class:`RNNCell`: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only.

    Attributes
    ----------
    x
        The input, (time, [batch,] inputs).
    z
        What is activated, W x_t + U h_{t-1} + b: (time, [batch,] hidden).
    h, h_prev
        The output after and before each step: (time, [batch,] hidden).
    reverse
        True if the last step was run first.
    """

    reverse: bool = False

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, t: int) -> RNNStep:
        t = operator.index(t)
        return RNNStep(*(getattr(self, field.name)[t] for field in fields(RNNStep)))


@dataclass(frozen=True, slots=True, eq=False)
class _GRURecord:
    x: Array
    z: Array
    r: Array
    u: Array
    n: Array
    n_h: Array
    h: Array
    h_prev: Array

    @property
    def z_r(self) -> Array:
        """The reset gate before its activation."""
        return self._z(0)

    @property
    def z_u(self) -> Array:
        """The update gate before its activation."""
        return self._z(1)

    @property
    def z_n(self) -> Array:
        """The new state before its activation."""
        return self._z(2)

    def _z(self, block: int) -> Array:
        hidden = self.h.shape[-1]
        return self.z[..., block * hidden : (block + 1) * hidden]


class GRUStep(_GRURecord):
    """One step of a run: the arrays of a :class:`GRUTrace` without their time axis."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class GRUTrace(_GRURecord):
    """A run of a :class:`GRUCell`: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only. The update gate, z in most papers, is ``u``: here z is what is not yet activated.

    Attributes
    ----------
    x
        The input, (time, [batch,] inputs).
    z
        The gates before their activation, stacked in PyTorch's order r, u, n: (time, [batch,] 3*hidden).
        ``z_r``, ``z_u`` and ``z_n`` are its three parts.
    r, u
        The reset gate, and the update gate (u = 1 keeps the old state), in [0, 1]: (time, [batch,] hidden).
    n
        The new state that is proposed, in [−1, 1]: (time, [batch,] hidden).
    n_h
        The recurrent product within n: U h_{t-1} + b_hn, which r multiplies, where the reset comes after it;
        U (r h_{t-1}) where it comes before. (time, [batch,] hidden).
    h, h_prev
        The output after and before each step: (time, [batch,] hidden).
    reverse
        True if the last step was run first.
    """

    reverse: bool = False

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, t: int) -> GRUStep:
        t = operator.index(t)
        return GRUStep(*(getattr(self, field.name)[t] for field in fields(GRUStep)))
