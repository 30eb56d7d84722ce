"""The diagonals of one junction as straight-line operations: reverse differentiation, done once for a graph.

What a cell computes between two junctions is known from its text, and so is which slopes are needed, which
are the number 1, and what is multiplied by what. So this is worked out once, and a run plays it: of a small
cell the operations themselves take less time than finding out about them.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from lstm_viz.cells.functions import OPERATORS, Array, Function, Slope
from lstm_viz.cells.graph import Graph
from lstm_viz.cells.values import Setting, Values


class Register(int):
    """Where a tape keeps a value while it is played."""


Known: TypeAlias = Register | float
"""What is computed when the tape is played, or a number that is known before."""


class Operation(NamedTuple):
    """One operation: registers in, one out; ``parent`` is whose diagonal it completes, −1 for none."""

    apply: Callable[..., Slope]
    operands: tuple[int, ...]
    out: int
    parent: int


class Tape(NamedTuple):
    """How the diagonals of a junction are computed.

    Attributes
    ----------
    registers
        What they hold at first: numbers, where they are known.
    values, masks
        Registers with the nodes whose values, and the lines whose masks are put there.
    operations
        What is done, in order.
    ends
        The diagonal of each parent; one that is not there is 0.
    """

    registers: tuple[Slope, ...]
    values: tuple[tuple[int, int], ...]
    masks: tuple[tuple[int, str], ...]
    operations: tuple[Operation, ...]
    ends: tuple[tuple[int, Known], ...]

    def play(self, setting: Setting, values: Values, into: Mapping[int, Array]) -> dict[int, Slope]:
        """Return the diagonals by parent, as far as it is easy in the arrays given for them."""
        registers = list(self.registers)
        for register, at in self.values:
            registers[register] = values[at]
        for register, line in self.masks:
            mask = setting.clamps[line].free
            assert mask is not None
            registers[register] = mask
        for apply, operands, out, parent in self.operations:
            arguments = [registers[operand] for operand in operands]
            if parent in into:
                arguments.append(into[parent])
            registers[out] = apply(*arguments)
        return {parent: registers[end] if end.__class__ is Register else end for parent, end in self.ends}


class Held(NamedTuple):
    """Lines that are held at a value: everywhere, or where a mask says so."""

    everywhere: frozenset[str]
    partly: frozenset[str]


def held_in(setting: Setting) -> Held:
    """Return the lines that a run holds."""
    partly = frozenset(name for name, clamp in setting.clamps.items() if clamp.free is not None)
    return Held(frozenset(setting.clamps) - partly, partly)


def tape(graph: Graph, junction: int, inner: Iterable[int], held: Held) -> Tape:
    """Return how the diagonals of a junction are computed.

    Parameters
    ----------
    graph
        Of the step.
    junction
        Made unit by unit of its parents.
    inner
        The nodes between it and these, last first.
    held
        What a run holds: nothing passes through such a line, or its mask alone.
    """
    return _Recorder(graph, held).record(junction, inner)


_PRODUCT: Final = OPERATORS["*"]


class _Recorder:
    def __init__(self, graph: Graph, held: Held) -> None:
        self._nodes, self._held = graph.nodes, held
        self._registers: list[Slope] = []
        self._values: dict[int, Register] = {}
        self._masks: dict[str, Register] = {}
        self._slopes: dict[int, Register] = {}
        self._operations: list[Operation] = []

    def record(self, junction: int, inner: Iterable[int]) -> Tape:
        totals: dict[int, Known] = {junction: 1.0}
        # Later nodes are made of earlier ones: when one is reached, all of its total has come together.
        for at in (junction, *inner):
            if at not in totals:
                continue
            total = totals.pop(at)
            for place, argument in enumerate(self._nodes[at].arguments):
                slope = self._slope(at, place)
                if self._nodes[argument].kind == "number" or _is(slope, 0.0):
                    continue
                part = self._times(total, slope)
                totals[argument] = self._sum(totals[argument], part) if argument in totals else part
        parents = {end: parent for parent, end in totals.items() if isinstance(end, Register)}
        operations = (
            operation._replace(parent=parents[Register(operation.out)])
            if isinstance(operation.apply, np.ufunc) and operation.out in parents
            else operation
            for operation in self._operations
        )
        return Tape(
            tuple(self._registers),
            tuple((register, at) for at, register in self._values.items()),
            tuple((register, line) for line, register in self._masks.items()),
            tuple(operations),
            tuple(totals.items()),
        )

    def _slope(self, at: int, place: int) -> Known:
        """Return what an argument does to a node."""
        node = self._nodes[at]
        if node.function is None:
            if node.name in self._held.everywhere:
                return 0.0
            return self._mask(node.name) if node.name in self._held.partly else 1.0
        if node.function is _PRODUCT:
            return self._value(node.arguments[1 - place])
        if node.function.reads == "nothing":
            slope = node.function.slopes(0.0, *[0.0] * node.function.arity)[place]
            assert isinstance(slope, float)
            return slope
        return self._slope_of_function(at, node.function, place)

    def _slope_of_function(self, at: int, function: Function, place: int) -> Register:
        arguments = self._nodes[at].arguments
        if function.reads == "value":
            return self._add(lambda value: function.slopes(value, None)[0], (self._value(at),))
        if at not in self._slopes:
            read = (at, *arguments) if function.reads == "both" else arguments
            given = () if function.reads == "both" else (0.0,)
            operands = tuple(map(self._value, read))
            self._slopes[at] = self._add(lambda *values: function.slopes(*given, *values), operands)  # type: ignore[arg-type]
        return self._add(itemgetter(place), (self._slopes[at],))

    def _times(self, one: Known, other: Known) -> Known:
        if _is(one, 1.0) or _is(other, 1.0):
            return other if _is(one, 1.0) else one
        if not (isinstance(one, Register) or isinstance(other, Register)):
            return one * other
        return self._add(np.multiply, (one, other))

    def _sum(self, one: Known, other: Known) -> Known:
        if not (isinstance(one, Register) or isinstance(other, Register)):
            return one + other
        return self._add(np.add, (one, other))

    def _add(self, apply: Callable[..., Slope], operands: tuple[Known, ...]) -> Register:
        registers = tuple(map(self._register, operands))
        out = self._new(0.0)
        self._operations.append(Operation(apply, registers, out, -1))
        return out

    def _register(self, known: Known) -> Register:
        return known if isinstance(known, Register) else self._new(known)

    def _new(self, first: Slope) -> Register:
        self._registers.append(first)
        return Register(len(self._registers) - 1)

    def _value(self, at: int) -> Known:
        node = self._nodes[at]
        if node.kind == "number":
            return node.value
        if at not in self._values:
            self._values[at] = self._new(0.0)
        return self._values[at]

    def _mask(self, line: str) -> Register:
        if line not in self._masks:
            self._masks[line] = self._new(0.0)
        return self._masks[line]


def _is(known: Known, number: float) -> bool:
    return not isinstance(known, Register) and known == number
