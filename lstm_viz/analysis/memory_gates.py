"""Which gates of a cell decide over its memory: found in its equations, whatever they are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from lstm_viz.cells.equations import Equations
from lstm_viz.cells.expressions import Apply, Expression, Number, Quantity, Vector
from lstm_viz.cells.functions import Array
from lstm_viz.cells.run import Trace

_GATES: Final = frozenset({"sigmoid", "hard_sigmoid", "hard_sigmoid6"})
"""Functions from 0 to 1 that a large bias opens."""


class Signed(Protocol):
    """A number, an array or a tensor."""

    def __neg__(self) -> Any:
        """Return it with the other sign."""


V = TypeVar("V", bound=Signed)


@dataclass(frozen=True, slots=True)
class MemoryGate:
    """A gate by its line; ``opposite`` where it is 1 − the line that counts."""

    line: str
    opposite: bool = False

    def values(self, trace: Trace) -> Array:
        """Return how far it is open in a run, (time, [batch,] units)."""
        return 1.0 - trace[self.line] if self.opposite else trace[self.line]


@dataclass(frozen=True, slots=True)
class MemoryGates:
    """What is done with the memory of a cell at each step.

    Parameters
    ----------
    memory
        The state that is carried over, each unit by itself.
    keeps
        The gate that the old memory is multiplied by: f of an LSTM, z of a GRU. None where it is carried over
        whole, or by anything but a gate.
    writes
        The gate that what is added is multiplied by: i of an LSTM. None where there is none.
    """

    memory: str
    keeps: MemoryGate | None = None
    writes: MemoryGate | None = None


def memory_gates(equations: Equations) -> MemoryGates | None:
    """Return which gates decide over the memory of a cell.

    It looks for a state whose own line is a sum with the old value in one of its terms: ``c = f*c + i*g``,
    ``h = (1 - z)*n + z*h``, ``c = c + i*g``. Of several the first with a gate that keeps counts.

    Returns
    -------
    MemoryGates or None
        None where every state is made anew at each step, as in a plain RNN.
    """
    found = list(_carried(equations))
    return next((each for each in found if each.keeps), found[0] if found else None)


def gate_biases(equations: Equations, keeps: V, writes: V) -> dict[str, V | float]:
    """Return the biases with which the gates of the memory are open so far.

    Parameters
    ----------
    equations
        Those of the cell.
    keeps, writes
        The whole bias of the gate that keeps, and of the one that writes: numbers, arrays or tensors. Where
        one gate does both, as z of a GRU, it is the bias of the gate that keeps.

    Returns
    -------
    dict
        By the names of weights. Of several biases of a gate, which are added up, the first is the whole and
        the others are 0. A gate without a bias is left out.
    """
    found: dict[str, V | float] = {}
    gates = memory_gates(equations)
    for gate, whole in ((gates.writes, writes), (gates.keeps, keeps)) if gates else ():
        if gate is not None:
            names, opposite = _biases(gate, _values(equations))
            found |= dict.fromkeys(names, 0.0) | dict.fromkeys(names[:1], -whole if opposite else whole)
    return found


def _biases(gate: MemoryGate, values: dict[str, Expression]) -> tuple[list[str], bool]:
    """Return the biases of a gate, and whether it opens as they fall: f = 1 - i has that of i."""
    value = values[gate.line]
    if (other := _opposite_of(value)) is not None:
        return _biases(MemoryGate(other, not gate.opposite), values)
    assert isinstance(value, Apply)
    terms = _terms(value.arguments[0])
    return [each.parameter.name for each in terms if isinstance(each, Vector)], gate.opposite


def _values(equations: Equations) -> dict[str, Expression]:
    return {line.name: line.value for line in equations.lines}


def _carried(equations: Equations) -> Iterator[MemoryGates]:
    """Yield the states whose old value is a term, or a factor of a term, in their own lines."""
    values = _values(equations)
    for name in equations.states:
        terms = [_factors(term) for term in _terms(values[name])]
        old = Quantity(name, previous=True)
        for term in terms:
            if old in term:
                others = [factor for factor in term if factor != old]
                keeps = _gate(others[0], values) if len(others) == 1 else None
                written = [factor for other in terms if other is not term for factor in other]
                writes = next((gate for factor in written if (gate := _gate(factor, values))), None)
                yield MemoryGates(name, keeps, writes)
                break


def _gate(factor: Expression, values: dict[str, Expression]) -> MemoryGate | None:
    """Return the gate that a factor is, if it is one."""
    if isinstance(factor, Quantity) and not factor.previous and factor.name in values:
        return MemoryGate(factor.name) if _is_gate(values[factor.name], values) else None
    other = _opposite_of(factor)
    if other in values and _is_gate(values[other], values):
        return MemoryGate(other, opposite=True)
    return None


def _is_gate(value: Expression, values: dict[str, Expression]) -> bool:
    if (other := _opposite_of(value)) is not None:
        return other in values and _is_gate(values[other], values)
    return isinstance(value, Apply) and value.function.name in _GATES


def _opposite_of(value: Expression) -> str | None:
    """Return the line of this step that 1 − the line is made of."""
    match value:
        case Apply(function=function, arguments=(Number(1.0), Quantity(name, False))) if function.name == "-":
            return name
    return None


def _terms(value: Expression) -> list[Expression]:
    """Return what is added up, or taken away, in an expression."""
    return _split(value, ("+", "-"))


def _factors(value: Expression) -> list[Expression]:
    return _split(value, ("*",))


def _split(value: Expression, operators: tuple[str, ...]) -> list[Expression]:
    if isinstance(value, Apply) and value.function.name in operators:
        return [part for argument in value.arguments for part in _split(argument, operators)]
    return [value]
