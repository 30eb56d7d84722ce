"""The traces of the faces: every quantity of every step of a run, by the names of the literature.

A trace is a view of the run of its cell by its equations.
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.notation import GATES, Gate

if TYPE_CHECKING:
    from lstm_viz.cells.run import Trace


class _Line:
    """A line of the run as an attribute of a trace; 1 where the cell has no such line."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, trace: "_View", owner: type) -> Array:
        lines = trace.run.setting.graph.lines
        return trace.run[self._name] if self._name in lines else trace.everywhere(1.0)


class _Before:
    """What a state was before each step, as an attribute of a trace."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, trace: "_View", owner: type) -> Array:
        return trace.run.before(self._name)


class _Part:
    """One of the blocks that z stacks, as an attribute of a trace or a step."""

    def __init__(self, at: int, blocks: int) -> None:
        self._at, self._blocks = at, blocks

    def __get__(self, record: Any, owner: type) -> Array:
        width = record.z.shape[-1] // self._blocks
        part: Array = record.z[..., self._at * width : (self._at + 1) * width]
        return part


@dataclass(frozen=True, eq=False)
class _View:
    run: "Trace"

    h = _Line("h")
    h_prev = _Before("h")

    def __len__(self) -> int:
        return len(self.run)

    @property
    def x(self) -> Array:
        """The input."""
        return self.run["x"]

    @property
    def reverse(self) -> bool:
        """Whether the last step was run first."""
        return self.run.reverse

    def everywhere(self, value: float) -> Array:
        """Return a number in the shape of a line."""
        like = self.run[self.run.cell.equations.lines[0].name]
        return np.broadcast_to(np.asarray(value, like.dtype), like.shape)

    def _at(self, t: int, step: type) -> dict[str, Array]:
        """Return the fields of a step."""
        t = operator.index(t)
        return {field.name: getattr(self, field.name)[t] for field in fields(step)}

    def _stacked(self, lines: Sequence[str]) -> Array:
        z = np.concatenate([self._z(line) for line in lines], axis=-1)
        z.flags.writeable = False
        return z

    def _z(self, line: str) -> Array:
        """Return what a line is before its activation."""
        z = self.run.z(line)
        assert z is not None
        return z


class _LSTMParts:
    __slots__ = ()

    z_i, z_f, z_g, z_o = (_Part(at, len(GATES)) for at in range(len(GATES)))


@dataclass(frozen=True, slots=True, eq=False)
class LSTMStep(_LSTMParts):
    """One step of a run: the arrays of an :class:`LSTMTrace` without their time axis."""

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


@dataclass(frozen=True, eq=False)
class LSTMTrace(_View, _LSTMParts):
    """A run of a cell of the LSTM family: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only, and may be strided views of a common buffer: ``np.ascontiguousarray`` packs them.

    Attributes
    ----------
    run
        The run of the cell of the equations: every line by its name there.
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

    i, f, g, o, c = map(_Line, "ifgoc")
    c_prev = _Before("c")

    def __getitem__(self, t: int) -> LSTMStep:
        return LSTMStep(**self._at(t, LSTMStep))

    @cached_property
    def z(self) -> Array:
        """The gates before their activation, stacked."""
        return self._stacked(GATES)

    @property
    def clamped(self) -> frozenset[Gate]:
        """The gates that were held at a value."""
        held = self.run.setting.clamps
        return frozenset(gate for gate in GATES if gate in held)

    def _z(self, line: str) -> Array:
        if line not in self.run.setting.graph.lines:
            return self.everywhere(0.0)
        z = self.run.z(line)
        # Of a coupled pair f = 1 − σ(z_i) = σ(−z_i).
        return -self._z("i") if z is None else z


@dataclass(frozen=True, slots=True, eq=False)
class RNNStep:
    """One step of a run: the arrays of an :class:`RNNTrace` without their time axis."""

    x: Array
    z: Array
    h: Array
    h_prev: Array


@dataclass(frozen=True, eq=False)
class RNNTrace(_View):
    """A run of an :class:`RNNCell`: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only.

    Attributes
    ----------
    run
        The run of the cell of the equations: every line by its name there.
    x
        The input, (time, [batch,] inputs).
    z
        What is activated, W x_t + U h_{t-1} + b: (time, [batch,] hidden).
    h, h_prev
        The output after and before each step: (time, [batch,] hidden).
    reverse
        True if the last step was run first.
    """

    def __getitem__(self, t: int) -> RNNStep:
        return RNNStep(**self._at(t, RNNStep))

    @property
    def z(self) -> Array:
        """What is activated."""
        return self._z("h")


class _GRUParts:
    __slots__ = ()

    z_r, z_u, z_n = (_Part(at, 3) for at in range(3))


@dataclass(frozen=True, slots=True, eq=False)
class GRUStep(_GRUParts):
    """One step of a run: the arrays of a :class:`GRUTrace` without their time axis."""

    x: Array
    z: Array
    r: Array
    u: Array
    n: Array
    n_h: Array
    h: Array
    h_prev: Array


@dataclass(frozen=True, eq=False)
class GRUTrace(_View, _GRUParts):
    """A run of a :class:`GRUCell`: ``len(trace)`` steps, each of them at hand as ``trace[t]``.

    Entry t of every array belongs to x[t], in a reversed run too; the batch axis is there if x had one. The
    arrays are read-only. The update gate, z in most papers, is ``u``: here z is what is not yet activated.

    Attributes
    ----------
    run
        The run of the cell of the equations: every line by its name there.
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

    r, u, n = map(_Line, "rzn")

    def __getitem__(self, t: int) -> GRUStep:
        return GRUStep(**self._at(t, GRUStep))

    @cached_property
    def z(self) -> Array:
        """The gates before their activation, stacked."""
        return self._stacked("rzn")

    @cached_property
    def n_h(self) -> Array:
        """The recurrent product within n."""
        weights = self.run.cell.weights
        after = "b1_n" in weights
        seen = self.h_prev if after else self.r * self.h_prev
        n_h: Array = seen @ weights["U_n"].T + (weights["b1_n"] if after else 0.0)
        n_h.flags.writeable = False
        return n_h
