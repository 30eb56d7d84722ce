"""How a step of a cell is computed with few calls into NumPy: which calls are one, and where values lie.

A small cell spends its time on the fixed cost of each call and of each view of an array. So every step works
in the same place, seen through views that are made once. Affine maps that see the same values are one
product; the sign of σ(z) = 1 / (1 + exp(−z)) is folded into the weights; equal functions of neighbouring
blocks are one call; a state is overwritten by its successor where nothing needs it any more. What follows
from x alone is computed for all steps at once and copied in. The plan holds for every size of the cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from lstm_viz.cells.chains import Chains
from lstm_viz.cells.functions import COMMUTATIVE
from lstm_viz.cells.graph import Graph
from lstm_viz.cells.steps import ONE, Apply, Average, Multiply, Plan, Write

Operand: TypeAlias = int | float
"""A block, or a number."""


@dataclass(eq=False, slots=True)
class _Call:
    """A call before it is merged with others; ``operands`` may change places where it does not matter."""

    key: tuple[object, ...]
    write: Write | None
    operands: list[Operand]
    out: int
    commutes: bool = False
    stack: tuple[int, ...] = ()
    """The affine nodes of a product."""


def _copy(value: object, out: object) -> None:
    np.copyto(out, value)  # type: ignore[arg-type]


class _Group:
    """Calls that are made as one, from left to right in memory."""

    def __init__(self, call: _Call, bit: int) -> None:
        self.calls = [call]
        self.bits = bit
        self.after = 0
        """The bits of all groups that come before this one."""


def plan(graph: Graph) -> Plan:
    """Return how to compute one step of a cell; see the module."""
    return _Planner(graph).plan()


class _Planner:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._nodes = graph.nodes
        self._dynamic = [at for at in range(len(self._nodes)) if not graph.static[at]]
        self._block = {at: at for at in self._dynamic}
        self._share_lines()
        self._folded = frozenset(at for at in self._dynamic if self._folds(at))
        self._groups: list[_Group] = []
        self._stacks = self._stacked()
        self._writer: dict[int, _Group] = {}
        for call in self._listed():
            group = _Group(call, 1 << len(self._groups))
            self._groups.append(group)
            self._writer[call.out] = group
        self._order_groups()
        self._in_place()

    # Blocks

    def _share_lines(self) -> None:
        """Let a line lie where its value is computed, unless another reads that value, too."""
        for line in self._graph.lines.values():
            (value,) = self._nodes[line].arguments
            computed = value in self._block and self._nodes[value].kind in ("call", "affine", "mean")
            if line in self._block and computed and self._graph.readers[value] == (line,):
                self._block[value] = line

    def _folds(self, at: int) -> bool:
        """Return whether an affine node is seen by σ alone, which takes −z at a smaller cost."""
        readers = self._graph.readers[at]
        if self._nodes[at].kind != "affine" or len(readers) != 1:
            return False
        function = self._nodes[readers[0]].function
        return function is not None and function.of_minus is not None

    def _operand(self, at: int) -> Operand:
        node = self._nodes[at]
        return node.value if node.kind == "number" else self._block.get(at, at)

    def _stacked(self) -> dict[tuple[int, ...], list[int]]:
        """Return the affine nodes that see the same values of the loop, by these."""
        stacks: dict[tuple[int, ...], list[int]] = {}
        for at in self._dynamic:
            node = self._nodes[at]
            if node.kind == "affine":
                seen = sorted({argument for argument in node.arguments if not self._graph.static[argument]})
                stacks.setdefault(tuple(seen), []).append(at)
        return stacks

    def _sources(self, stack: list[int]) -> list[int]:
        """Return all blocks that affine nodes see: what is copied in, x last, then 1, then the loop's own."""
        static: dict[int, None] = {}
        own: dict[int, None] = {}
        for at in stack:
            for argument in self._nodes[at].arguments:
                (static if self._graph.static[argument] else own)[argument] = None
        fed = sorted(static, key=lambda at: self._nodes[at].kind == "input")
        one = [ONE] if any(self._nodes[at].biases for at in stack) else []
        return [*fed, *one, *(self._block.get(at, at) for at in own)]

    # Calls and what must come before what

    def _listed(self) -> Iterator[_Call]:
        """Yield all calls, unmerged; a stack is one call from the start, named by its first node."""
        for number, stack in enumerate(self._stacks.values()):
            sources: list[Operand] = list(self._sources(stack))
            yield _Call(("affine", number), None, sources, stack[0], stack=tuple(stack))
        for at in self._dynamic:
            node = self._nodes[at]
            operands = [self._operand(argument) for argument in node.arguments]
            if node.kind == "mean":
                yield _Call(("mean", at), None, operands, self._block[at])
            elif node.function is not None:
                write = node.function.write
                if node.arguments[0] in self._folded and node.function.of_minus is not None:
                    write = node.function.of_minus
                numbers = tuple(operand if isinstance(operand, float) else None for operand in operands)
                commutes = node.function.name in COMMUTATIVE and numbers == (None, None)
                yield _Call((len(operands), write, numbers), write, operands, self._block[at], commutes)
            elif node.kind == "line" and self._block.get(node.arguments[0]) != at:
                number_copied = operands[0] if isinstance(operands[0], float) else None
                yield _Call((1, _copy, number_copied), _copy, operands, at)

    def _reads(self, group: _Group) -> set[int]:
        return {operand for call in group.calls for operand in call.operands if isinstance(operand, int)}

    def _order_groups(self) -> None:
        """Note for each group which others compute what it reads."""
        rows = {self._block[at]: self._writer[stack[0]] for stack in self._stacks.values() for at in stack}
        self._writer |= rows
        for group in self._groups:
            for block in self._reads(group):
                if block in self._writer:
                    self._come_before(self._writer[block], group)

    def _come_before(self, one: _Group, other: _Group) -> None:
        """Put ``one`` before ``other``, and so before all that comes after that."""
        earlier = one.after | one.bits
        for group in self._groups:
            if group is other or group.after & other.bits:
                group.after |= earlier

    def _in_place(self) -> None:
        """Let each state be overwritten by its successor, or give it a place of its own if still needed."""
        self._states: dict[str, int] = {}
        for name, at in self._graph.previous.items():
            if self._graph.static[at]:
                continue
            line = self._graph.lines[name]
            readers = [group for group in self._groups if at in self._reads(group)]
            writer = self._writer[line]
            by_product = writer in readers and writer.calls[0].key[0] in ("affine", "mean")
            others = [reader for reader in readers if reader is not writer]
            if not by_product and not any(reader.after & writer.bits for reader in others):
                for reader in others:
                    self._come_before(reader, writer)
                self._move(at, line)
                self._states[name] = line
            else:
                carry = _Group(_Call((1, "carry", None), _copy, [line], at), 1 << len(self._groups))
                self._groups.append(carry)
                for reader in {*others, writer}:
                    self._come_before(reader, carry)
                self._states[name] = at

    def _move(self, block: int, to: int) -> None:
        self._block[block] = to
        for group in self._groups:
            for call in group.calls:
                # A number may be equal to a block, and is none.
                call.operands = [
                    to if isinstance(operand, int) and operand == block else operand
                    for operand in call.operands
                ]

    # Merging

    def plan(self) -> Plan:
        """Link what products see, merge calls, and put all chains in an order."""
        if not self._dynamic:
            return Plan((), (), {}, (), (), {}, (0, 0), frozenset())
        fed = [at for at in self._read_blocks() if at >= 0 and at not in self._block
               and self._nodes[at].kind != "vector"]  # fmt: skip
        constant = [at for at in self._read_blocks() if at >= 0 and self._nodes[at].kind == "vector"]
        families: dict[int, object] = dict.fromkeys(fed, "fed")
        for stack in self._stacks.values():
            families |= dict.fromkeys((self._block[at] for at in stack), stack[0])
        self._chains = Chains(families)
        for stack in sorted(self._stacks.values(), key=len, reverse=True):
            sources = self._sources(stack)
            for pair in pairwise(sources):
                self._chains.link([pair], across=True)
        self._merge()
        for stack in self._stacks.values():
            self._chains.join(self._block[at] for at in stack)
        inputs = [at for at in fed if self._nodes[at].kind == "input"]
        self._chains.join([*(at for at in fed if at not in inputs), *inputs])
        order = self._placed([*fed, *constant])
        kept = [order.index(self._block[at]) for at in self._kept()]
        return Plan(
            order=tuple(order),
            calls=tuple(self._planned()),
            block=self._block,
            fed=tuple(map(tuple, self._chains.runs(fed))),
            constant=tuple(constant),
            states=self._states,
            kept=(order[min(kept)], order[max(kept)]),
            folded=self._folded,
        )

    def _read_blocks(self) -> list[int]:
        return list(dict.fromkeys(block for group in self._groups for block in sorted(self._reads(group))))

    def _kept(self) -> set[int]:
        """Return the nodes that are written down: lines, affine maps, what lines are functions of."""
        kept = {at for at in self._dynamic if self._nodes[at].kind in ("affine", "line")}
        activated = (self._graph.activated(name) for name in self._graph.lines)
        return kept | {at for at in activated if at in self._block and at is not None}

    def _merge(self) -> None:
        """Merge calls of the same function as far as they and their blocks can stand side by side."""
        # Functions of two first: those of one follow where their values lie.
        keys = dict.fromkeys(call.key for group in self._groups for call in group.calls)
        for key in sorted(
            (key for key in keys if isinstance(key[0], int)), key=lambda key: -int(str(key[0]))
        ):
            merged = True
            while merged:
                groups = [group for group in self._groups if group.calls[0].key == key]
                merged = any(
                    self._merged(one, other) for one in groups for other in groups if one is not other
                )

    def _merged(self, one: _Group, other: _Group) -> bool:
        """Put ``other`` to the right of ``one``, if possible, and return whether it was."""
        if one.after & other.bits or other.after & one.bits:
            return False
        left, right = one.calls[-1], other.calls[0]
        for flipped in (False, True) if right.commutes else (False,):
            operands = right.operands[::-1] if flipped else right.operands
            pairs = [(left.out, right.out)]
            pairs += [(a, b) for a, b in zip(left.operands, operands, strict=True) if isinstance(a, int)
                      and isinstance(b, int)]  # fmt: skip
            if all(a != b for a, b in pairs) and self._chains.link(pairs):
                if flipped:
                    for call in other.calls:
                        call.operands.reverse()
                one.calls += other.calls
                one.bits |= other.bits
                one.after |= other.after
                self._groups.remove(other)
                for group in self._groups:
                    if group.after & one.bits:
                        group.after |= one.bits | one.after
                return True
        return False

    def _placed(self, also: list[int]) -> list[int]:
        """Return all blocks in an order that keeps chains whole: what is copied in, is kept, the rest."""
        blocks = dict.fromkeys([*also, *self._read_blocks(), *self._block.values()])
        kept = {self._block[at] for at in self._kept()}
        chains = {self._chains.first(block): self._chains.chain(block) for block in blocks}

        def rank(chain: list[int]) -> int:
            fed, written = bool(set(also).intersection(chain)), bool(kept.intersection(chain))
            return (1 if written else 0) if fed else (2 if written else 3)

        return [block for chain in sorted(chains.values(), key=rank) for block in chain]

    def _block_operands(self, call: _Call) -> list[int]:
        return [operand for operand in call.operands if isinstance(operand, int)]

    def _planned(self) -> Iterator[Apply | Multiply | Average]:
        """Yield the calls, each after what it needs."""
        waiting, done = list(self._groups), 0
        while waiting:
            group = next(group for group in waiting if not group.after & ~done & ~group.bits)
            waiting.remove(group)
            done |= group.bits
            first = group.calls[0]
            if first.key[0] == "affine":
                by_block = {self._block[at]: at for at in first.stack}
                rows = self._chains.runs(by_block)
                sources = self._chains.runs(self._block_operands(first))
                yield Multiply(
                    tuple(tuple(by_block[block] for block in run) for run in rows), tuple(map(tuple, sources))
                )
            elif first.key[0] == "mean":
                yield Average(self._block_operands(first)[0], first.out)
            else:
                operands = tuple(
                    operand if isinstance(operand, float)
                    else tuple(self._operand_of(call, place) for call in group.calls)
                    for place, operand in enumerate(first.operands)
                )  # fmt: skip
                assert first.write is not None
                yield Apply(first.write, operands, tuple(call.out for call in group.calls))

    @staticmethod
    def _operand_of(call: _Call, place: int) -> int:
        operand = call.operands[place]
        assert isinstance(operand, int)
        return operand
