"""Stacks in one order: where everything stands, and in which row every wire runs across.

No two stacks share an x, so that a wire up or down meets nothing. Each wire leaves its stack in a row that no
other wire uses at the same x. So wires cross, and never run into each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import NamedTuple

from lstm_viz.views.diagram.parts import Part
from lstm_viz.views.diagram.stacks import Order, Stacks


class Wire(NamedTuple):
    """The way of a value to a part, to the right edge (None), or to its own tap (itself)."""

    value: int
    reader: int | None


@dataclass(frozen=True, slots=True)
class Frame:
    """The lengths of a drawing, wide or for a phone, in its own units.

    Attributes
    ----------
    name
        "wide" or "narrow".
    width
        Of the drawing, if its parts have room in it.
    left, right
        Between which parts stand.
    radius
        Of an operator.
    block, block_height, above_block, below_block
        Width and height of a box, and the room for its chip above and its name below.
    gap
        Between stacks.
    letter
        How wide one is.
    chip, row, thin_row
        Heights: of a chip, of a row with operators and of one with wires alone.
    label
        How much wider than a box is what is written below it, on either side.
    port
        How far from its middle a wire enters a box from above.
    top, pitch, belt
        The height of the first belt, the distance to the next, and how thick they are.
    hidden
        How thick the way of h is.
    rail
        The distance between rails.
    edge
        From the edge of the drawing to where belts begin.
    cell_left, cell_right
        From the edges to the frame around the cell.
    input_x
        Where x comes in.
    """

    name: str
    width: int
    left: int
    right: int
    radius: int
    block: int
    block_height: int
    above_block: int
    below_block: int
    gap: int
    letter: float
    chip: int
    row: int
    thin_row: int
    label: int
    port: int
    top: int
    pitch: int
    belt: int
    hidden: int
    rail: int
    edge: int
    cell_left: int
    cell_right: int
    input_x: int


APART = 10
"""Between wires of one row."""


def width_of(part: Part, frame: Frame, *, named: bool) -> float:
    """Return how wide a part is drawn, with its chip."""
    if part.kind == "box":
        return frame.block
    wide = pill(part, frame)
    return max(wide, 5.2 * frame.letter) if named else wide


def pill(part: Part, frame: Frame) -> float:
    """Return how wide an operator, a function or a matrix is."""
    if part.kind == "operator" and len(part.text) == 1:
        return 2.0 * frame.radius
    return max(2.0 * frame.radius, len(part.text) * frame.letter + 14)


class Placement:
    """Stacks in one order.

    Attributes
    ----------
    x, tap
        Of each part, and of each value that has a tap.
    right
        Where the last stack ends.
    row
        Of each operator that is on no belt; rows count from the boxes upward.
    runs
        The row of each wire that runs across.
    rows
        How many rows there are, with row 0, in which nothing is.
    """

    def __init__(self, stacks: Stacks, frame: Frame, order: Order) -> None:
        self.stacks, self.diagram, self.frame = stacks, stacks.diagram, frame
        self.x: dict[int, float] = {}
        self.tap: dict[int, float] = {}
        self.row: dict[int, int] = {}
        self.runs: dict[Wire, int] = {}
        self._taken: list[list[tuple[float, float]]] = [[]]
        self.right = self._columns(order)
        self._fill_rows()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._taken)

    def _columns(self, order: Order) -> float:
        frame = self.frame
        widths = [self._width(k) for k in order]
        # What is written below a box is wider than the box.
        left = frame.left + frame.label * self._is_box(order[0])
        right = frame.right - frame.label * self._is_box(order[-1])
        room = right - left
        gap = max(frame.gap, min(40.0, (room - sum(widths)) / max(len(widths) - 1, 1)))
        x = left + max(0.0, (room - sum(widths) - gap * (len(widths) - 1)) / 2)
        for k, width in zip(order, widths, strict=True):
            stack = self.stacks.stacks[k]
            middle = round(x + width / 2, 1)
            self.x.update(dict.fromkeys(stack.parts, middle))
            if stack.tap is not None:
                self.tap[stack.tap] = middle
            x += width + gap
        return frame.right + max(0.0, x - gap - right)

    def _is_box(self, stack: int) -> bool:
        parts = self.stacks.stacks[stack].parts
        return bool(parts) and self.diagram.parts[parts[0]].kind == "box"

    def _width(self, stack: int) -> float:
        """Return how wide a stack is; what leads down between boxes keeps away from what is written there."""
        of_stack = self.stacks.stacks[stack]
        parts = [self.diagram.parts[at] for at in of_stack.parts]
        least = 2.0 * self.frame.label if self.stacks.leads_down(of_stack) else 6.0
        return max([least, *(width_of(part, self.frame, named=part.at in self.names) for part in parts)])

    @cached_property
    def names(self) -> frozenset[int]:
        """Loose operators that have a name, and so a chip."""
        diagram = self.diagram
        return frozenset(
            at for at, part in diagram.parts.items()
            if at in diagram.names and part.kind in ("operator", "function") and at not in self.stacks.on_belt
        )  # fmt: skip

    def _fill_rows(self) -> None:
        """Give every wire that runs across its row: what is made first runs lowest."""
        diagram, stacks = self.diagram, self.stacks
        for at, part in diagram.parts.items():
            if at in stacks.on_belt or part.kind in ("box", "matrix"):
                self._entries(at, part)
            elif at not in stacks.descending:
                self._operator(at, part)
            if at in stacks.taps and at not in stacks.on_belt:
                self._run(Wire(at, at), self.x[at], self.tap[at], 1)
            if at == diagram.output and part.kind in ("box", "matrix"):
                self._run(Wire(at, None), self.x[at], inf, 1)
        for at in reversed(tuple(diagram.parts)):
            if at in stacks.descending:
                self._descending(at, diagram.parts[at])
        if diagram.output not in diagram.parts and diagram.output in self.tap:
            self._run(Wire(diagram.output, None), self.tap[diagram.output], inf, 1)

    def source(self, value: int) -> float:
        """Return the x from which a value runs across."""
        on_belt = value in self.stacks.on_belt or value not in self.diagram.parts
        return self.tap[value] if on_belt else self.x[value]

    def _above(self, values: Iterable[int]) -> int:
        """Return the first row above some operators."""
        return 1 + max((self.row.get(value, 0) for value in values), default=0)

    def across(self, at: int, part: Part) -> list[int]:
        """Return the operands that come to a part from the side."""
        stacks = self.stacks
        if part.kind in ("box", "matrix"):
            beside = [operand for operand in part.operands if operand not in part.mixed]
            return [operand for operand in beside if not stacks.direct(operand, at)]
        return [
            operand
            for operand in part.operands
            if stacks.under.get(at) != operand
            and not (at in stacks.on_belt and self._along(operand, at))
            and not stacks.direct(operand, at)
        ]

    def _along(self, operand: int, at: int) -> bool:
        state = self.stacks.on_belt[at]
        path = self.diagram.belts[state]
        values = (self.diagram.graph.previous[state], *path)
        return (operand, at) in pairwise(values)

    def _entries(self, at: int, part: Part) -> None:
        """Let wires run to below an operator on a belt, or to above a box."""
        for operand in self.across(at, part):
            source = self.source(operand)
            end = self.port(at, operand) if part.kind in ("box", "matrix") else self.x[at]
            self._run(Wire(operand, at), source, end, self._above([operand]))

    def port(self, at: int, operand: int) -> float:
        """Return the x at which a value enters a box from above: on the side from which it comes."""
        part, middle = self.diagram.parts[at], self.x[at]
        beside = [value for value in part.operands if value not in part.mixed]
        comes = {
            value: inf if self.stacks.direct(value, at) else self.source(value) - middle for value in beside
        }
        if self.stacks.direct(operand, at):
            return middle + self.frame.port
        side = 1 if comes[operand] > 0 else -1
        same = sorted((v for v in beside if (comes[v] > 0) == (side > 0)), key=lambda v: abs(comes[v]))
        return middle + side * (self.frame.port - 9 * same.index(operand))

    def _operator(self, at: int, part: Part) -> None:
        lowest = self._above(part.operands)
        self._settle(at, part, lowest, self.across(at, part))

    def _descending(self, at: int, part: Part) -> None:
        readers = [reader for reader in self.diagram.readers[at] if reader in self.stacks.descending]
        beside = [o for o in part.operands if o not in self.stacks.descending]
        self._settle(at, part, self._above([*readers, *beside]), self.across(at, part))

    def _settle(self, at: int, part: Part, lowest: int, across: Sequence[int]) -> None:
        """Find the row of an operator, with the wires that come to it from the side."""
        middle, half = self.x[at], pill(part, self.frame) / 2
        ends = [middle - half, middle + half, *(self.source(operand) for operand in across)]
        if at == self.diagram.output:
            ends.append(inf)
        row = self._free(min(ends), max(ends), lowest)
        self.row[at] = row
        for operand in across:
            self.runs[Wire(operand, at)] = row

    def _run(self, wire: Wire, start: float, end: float, lowest: int) -> None:
        self.runs[wire] = self._free(min(start, end), max(start, end), lowest)

    def _free(self, start: float, end: float, lowest: int) -> int:
        """Return the lowest row that is free over a stretch, and take it."""
        row = lowest
        while True:
            self._taken.extend([] for _ in range(row + 1 - len(self._taken)))
            if all(end + APART < low or high + APART < start for low, high in self._taken[row]):
                self._taken[row].append((start, end))
                return row
            row += 1
