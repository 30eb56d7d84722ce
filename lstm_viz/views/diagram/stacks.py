"""The parts of a diagram in stacks beside each other, and what must stand left of what.

A stack is a box with the operators that take its value straight up, operators by themselves, or the *tap* by
which a value comes down from a belt or up from the input.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf

from lstm_viz.views.diagram.parts import Diagram, depths

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Parts above each other, the lowest first, or the tap of a value."""

    parts: tuple[int, ...] = ()
    tap: int | None = None


@dataclass(frozen=True, eq=False)
class Stacks:
    """The stacks of a diagram, and what must stand left of what."""

    diagram: Diagram

    @cached_property
    def on_belt(self) -> Mapping[int, str]:
        """For each operator on a belt its state."""
        return {at: state for state, path in self.diagram.belts.items() for at in path}

    @cached_property
    def last(self) -> frozenset[int]:
        """The last operator of each belt, which gives the new state."""
        return frozenset(path[-1] for path in self.diagram.belts.values() if path)

    @cached_property
    def rails(self) -> Mapping[int, tuple[int, ...]]:
        """The values that reach boxes through matrices, with those boxes: they come from below."""
        parts = self.diagram.parts.values()
        found: dict[int, list[int]] = {}
        for part in parts:
            for value in part.mixed:
                found.setdefault(value, []).append(part.at)
        return {value: tuple(boxes) for value, boxes in found.items()}

    @cached_property
    def descending(self) -> frozenset[int]:
        """What stands on the way from the belts down to the output, and nowhere else."""
        ends: set[int] = set()
        for at in reversed(tuple(self.diagram.parts)):
            if self._loose(at) and ends.issuperset(self.diagram.readers[at]):
                ends.add(at)
        found: set[int] = set()
        for part in self.diagram.parts.values():
            if part.at in ends and (self.last | found).intersection(part.operands):
                found.add(part.at)
        return frozenset(found)

    def _loose(self, at: int) -> bool:
        return at not in self.on_belt and self.diagram.parts[at].kind in ("operator", "function")

    @cached_property
    def under(self) -> Mapping[int, int]:
        """For each operator that stands in the stack of an operand of its own: which."""
        under: dict[int, int] = {}
        for at, part in self.diagram.parts.items():
            if part.kind in ("box", "matrix") or (at in self.rails and at not in self.on_belt):
                continue
            taken = set(under.values())
            fitting = [s for s in part.operands if s not in taken and self._carries(s, at)]
            alone = [s for s in fitting if len(self.diagram.readers[s]) == 1]
            if fitting:
                under[at] = (alone or fitting)[-1]
        return under

    def _carries(self, operand: int, at: int) -> bool:
        if operand not in self.diagram.parts or operand in self.on_belt:
            return False
        if (operand in self.descending) != (at in self.descending):
            return False
        box = self.diagram.parts[operand]
        if self.diagram.parts[at].kind == "function" and len(box.operands) > len(box.mixed):
            return False
        alone = self.diagram.readers[operand] == (at,) and operand != self.diagram.output
        return alone or at in self.on_belt

    def direct(self, value: int, reader: int) -> bool:
        """Return whether a new state goes straight down from its belt to what reads it."""
        if value not in self.last:
            return False
        part = self.diagram.parts[reader]
        if value in part.weighted:
            return True
        first = next((operand for operand in part.operands if operand in self.last), None)
        return reader in self.descending and reader not in self.under and value == first

    @cached_property
    def taps(self) -> tuple[int, ...]:
        """Values that come to some of their readers by a stack of their own."""
        return tuple(value for value in self.diagram.readers if any(self._tapped(value)))

    def _tapped(self, value: int) -> Iterator[bool]:
        belts, parts = self.diagram.belts, self.diagram.parts
        edge = value not in parts and value not in self.belt_starts
        if value in parts and value not in self.on_belt:
            yield value in self.rails and parts[value].kind in ("box", "matrix")
            return
        yield value == self.diagram.output and value not in self.last
        for reader in self.diagram.readers[value]:
            if value in parts[reader].mixed:
                yield not edge
            along = any(pair == (value, reader) for path in belts.values() for pair in pairwise(path))
            along |= value in self.belt_starts and belts[self.belt_starts[value]][:1] == (reader,)
            yield value not in parts[reader].mixed and not along and not self.direct(value, reader)

    def leads_down(self, stack: Stack) -> bool:
        """Return whether a stack has a wire past the boxes, to what runs below them."""
        if stack.tap is None:
            return stack.parts[0] in self.rails and self._loose(stack.parts[0])
        edge = stack.tap not in self.diagram.parts and stack.tap not in self.belt_starts
        return edge or stack.tap in self.rails

    @cached_property
    def belt_starts(self) -> Mapping[int, str]:
        """The last values of the states that have belts."""
        return {self.diagram.graph.previous[state]: state for state in self.diagram.belts}

    @cached_property
    def stacks(self) -> tuple[Stack, ...]:
        """All stacks, in an order that is allowed."""
        above = {operand: at for at, operand in self.under.items()}
        stacks: list[Stack] = []
        for at in self.diagram.parts:
            if at not in self.under:
                column = [at]
                while column[-1] in above:
                    column.append(above[column[-1]])
                stacks.append(Stack(tuple(column)))
        return tuple(sorted([*stacks, *(Stack(tap=value) for value in self.taps)], key=self._depth))

    @cached_property
    def _depths(self) -> Mapping[int, int]:
        return depths(self.diagram)

    def _depth(self, stack: Stack) -> float:
        """Return how far right a stack stands at first."""
        depth = self._depths
        if stack.tap is not None:
            return depth.get(stack.tap, 0) + 0.25
        if self.diagram.output in stack.parts and self.diagram.output not in self.on_belt:
            return inf
        for at in stack.parts:
            if at in self.on_belt:
                return depth[at]
        readers = [depth[reader] for at in stack.parts for reader in self.diagram.readers[at]]
        return min(readers, default=depth[stack.parts[0]] + 0.5) - 0.5

    @cached_property
    def place(self) -> Mapping[int, int]:
        """The stack of each part."""
        return {at: k for k, stack in enumerate(self.stacks) for at in stack.parts}

    @cached_property
    def before(self) -> tuple[tuple[int, int], ...]:
        """Pairs of stacks of which the first must stand left of the second."""
        tap = {stack.tap: k for k, stack in enumerate(self.stacks) if stack.tap is not None}
        pairs: set[tuple[int, int]] = set()
        for state, path in self.diagram.belts.items():
            values = (self.diagram.graph.previous[state], *path)
            chain = [
                at for value in values for at in (self.place.get(value), tap.get(value)) if at is not None
            ]
            pairs.update(pairwise(chain))
        for value in self.last:
            for reader in self.diagram.readers[value]:
                if self.direct(value, reader):
                    pairs.add((self.place[value], self.place[reader]))
        pairs |= self._before_output(tap)
        return tuple(pairs)

    def _before_output(self, tap: Mapping[int, int]) -> set[tuple[int, int]]:
        """Keep the right side of h free for its way out."""
        output = self.diagram.output
        if output in self.on_belt or output not in self.diagram.parts:
            return set()
        end = self.place[output]
        starts = (tap.get(o, self.place.get(o)) for o in self.diagram.parts[output].operands)
        return {(start, end) for start in starts if start is not None and start != end}

    def allowed(self, order: Order) -> bool:
        """Return whether an order keeps what must stand left of what."""
        at = {stack: k for k, stack in enumerate(order)}
        return all(at[left] < at[right] for left, right in self.before)
