"""The plan of a cell's diagram: the place of every part and the corners of every wire, as it is drawn."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, permutations, product
from typing import Final, NamedTuple, TypeAlias

from lstm_viz.cells.equations import Equations
from lstm_viz.views.diagram.parts import diagram
from lstm_viz.views.diagram.placement import Frame, Placement, Wire, pill
from lstm_viz.views.diagram.stacks import Order, Stacks

Corners: TypeAlias = list[tuple[float, float]]

WIDE: Final = Frame(
    name="wide", width=980, left=214, right=836, radius=17, block=96, gap=14, letter=7.6, chip=26, row=44,
    thin_row=18, label=26, port=36, top=70, pitch=76, belt=30, hidden=22, above_block=36, block_height=66,
    below_block=52, rail=15, edge=30, cell_left=150, cell_right=130, input_x=186,
)  # fmt: skip
NARROW: Final = Frame(
    name="narrow", width=400, left=28, right=392, radius=14, block=78, gap=7, letter=6.9, chip=24, row=38,
    thin_row=15, label=18, port=31, top=94, pitch=66, belt=26, hidden=18, above_block=34, block_height=60,
    below_block=70, rail=13, edge=0, cell_left=6, cell_right=6, input_x=18,
)  # fmt: skip
FRAMES: Final = (WIDE, NARROW)


class Segment(NamedTuple):
    """A straight piece of a wire. ``net`` is its value, or a rail."""

    net: object
    x1: float
    y1: float
    x2: float
    y2: float


def crossings(segments: Sequence[Segment]) -> int:
    """Return how often wires of different values cross."""
    flat = [s for s in segments if s.y1 == s.y2]
    tall = [s for s in segments if s.y1 != s.y2]
    return len({
        (f.net, t.net, t.x1, f.y1)
        for f in flat
        for t in tall
        if f.net != t.net
        and min(f.x1, f.x2) < t.x1 < max(f.x1, f.x2)
        and min(t.y1, t.y2) < f.y1 < max(t.y1, t.y2)
    })  # fmt: skip


TRIALS: Final = 2_000
"""Orders that are tried, times the stacks of the cell: bounds the time of a large one."""

LEAST_TRIALS: Final = 20
MOST_PERMUTED: Final = 3
"""Belts of which every order is looked at."""

MOST_SEARCHED: Final = 2
"""Orders of belts for which the order of the stacks is searched."""


class Plan:
    """One order of the stacks, worked out."""

    def __init__(self, stacks: Stacks, frame: Frame, order: Order, belts: tuple[str, ...]) -> None:
        self.stacks, self.diagram, self.frame = stacks, stacks.diagram, frame
        self.order, self.belts = order, belts
        self.placed = Placement(stacks, frame, order)
        self.width = frame.width + self.placed.right - frame.right
        self.edge = self.width - frame.edge

    # --- heights ---

    @cached_property
    def belt_y(self) -> Mapping[str, float]:
        """The height of each belt."""
        return {state: self.frame.top + k * self.frame.pitch for k, state in enumerate(self.belts)}

    @cached_property
    def row_y(self) -> list[float]:
        """The middle of each row, of row 0 the lower edge of row 1."""
        frame = self.frame
        named = {row for at, row in self.placed.row.items() if at in self.placed.names}
        taken = set(self.placed.row.values())
        y = self.frame.top + (len(self.belts) - 1) * frame.pitch + 28 if self.belts else frame.top - 24
        heights = []
        for row in range(self.placed.rows - 1, 0, -1):
            chip = frame.chip if row in named else 0
            height = frame.row if row in taken else frame.thin_row
            heights.append(y + chip + height / 2)
            y += chip + height
        return [y, *heights[::-1]]

    @property
    def block_y(self) -> float:
        """The upper edge of all boxes."""
        return self.row_y[0] + self.frame.above_block

    @cached_property
    def block_bottom(self) -> float:
        """The lower edge of all boxes."""
        return self.block_y + self.frame.block_height

    # --- rails ---

    @cached_property
    def rails(self) -> tuple[tuple[int, ...], ...]:
        """What runs below the boxes, from top to bottom; values that the same boxes see share a rail."""
        groups: dict[object, list[int]] = {}
        for value in dict.fromkeys((*self._edges, *self.stacks.rails)):
            boxes = self.stacks.rails.get(value, ())
            alone = value not in self._edges or not boxes or value in self.stacks.taps
            groups.setdefault(value if alone else boxes, []).append(value)
        rails = [tuple(group) for group in groups.values()]
        return tuple(sorted(rails, key=lambda rail: (self._input in rail, self._extent(rail))))

    @cached_property
    def _input(self) -> int | None:
        return next((at for at in self.diagram.sources if self.diagram.key(at) == "x"), None)

    @cached_property
    def _edges(self) -> tuple[int, ...]:
        """Values that come from the edge: x, and what the step before left outside of the belts."""
        return tuple(at for at in self.diagram.sources if at not in self.stacks.belt_starts)

    def _ends(self, rail: tuple[int, ...]) -> list[float]:
        """Return the x of all that a rail joins, but for its drops to boxes."""
        ends = []
        for value in rail:
            if value == self._input:
                ends.append(float(self.frame.input_x))
            elif value in self._edges:
                ends.append(float(self.frame.edge))
            elif value not in self.placed.tap:
                ends.append(self.placed.x[value])
            if value in self.placed.tap:
                ends.append(self.placed.tap[value])
        return ends

    def _extent(self, rail: tuple[int, ...]) -> float:
        ends = [*self._ends(rail), *(self.placed.x[box] for box in self.stacks.rails.get(rail[0], ()))]
        return max(ends) - min(ends)

    def rail_y(self, rail: tuple[int, ...]) -> float:
        """Return the height of a rail."""
        return self.block_bottom + self.frame.below_block + self.frame.rail * self.rails.index(rail)

    def rail_of(self, value: int) -> tuple[int, ...]:
        """Return the rail of a value."""
        return next(rail for rail in self.rails if value in rail)

    def drops(self, box: int) -> dict[tuple[int, ...], float]:
        """Return the x at which each rail enters a box or a matrix."""
        mixed = self.diagram.parts[box].mixed
        rails = [rail for rail in self.rails if set(rail) & set(mixed)]
        first = self.placed.x[box] - 6.0 * (len(rails) - 1)
        return {rail: first + 12.0 * k for k, rail in enumerate(rails)}

    # --- wires ---

    def top_of(self, at: int) -> float:
        """Return the height of the upper edge of a part."""
        part = self.diagram.parts[at]
        if part.kind == "box":
            return self.block_y
        if part.kind == "matrix":
            return self.block_y + self.frame.block_height / 2 - 11
        return self.middle(at) - self._half(at)

    def _half(self, at: int) -> float:
        return self.frame.radius if self.diagram.parts[at].kind == "operator" else 11.0

    def middle(self, at: int) -> float:
        """Return the height of the middle of a part."""
        if at in self.stacks.on_belt:
            return self.belt_y[self.stacks.on_belt[at]]
        if self.diagram.parts[at].kind in ("box", "matrix"):
            return self.block_y + self.frame.block_height / 2
        return self.row_y[self.placed.row[at]]

    def bottom_of(self, at: int) -> float:
        """Return the height of the lower edge of a part."""
        return 2 * self.middle(at) - self.top_of(at)

    def start(self, value: int) -> float:
        """Return the height at which a value leaves for the stacks."""
        if value in self.stacks.on_belt:
            return self.belt_y[self.stacks.on_belt[value]]
        if value in self.stacks.belt_starts:
            return self.belt_y[self.stacks.belt_starts[value]]
        if value not in self.diagram.parts:
            return self.rail_y(self.rail_of(value))
        return self.middle(value) if value in self.placed.row else self.top_of(value)

    def lift(self, wire: Wire) -> float:
        """Return how far from the middle of an operator a wire enters it: two may come from one side."""
        at, x = wire.reader, self.placed.x
        if at is None or self.diagram.parts[at].kind in ("box", "matrix") or at in self.stacks.on_belt:
            return 0.0
        beside = self.placed.across(at, self.diagram.parts[at])
        side = [
            v for v in beside if (self.placed.source(v) > x[at]) == (self.placed.source(wire.value) > x[at])
        ]
        if len(side) < 2:
            return 0.0
        y = self.row_y[self.placed.row[at]]

        def height(value: int) -> tuple[bool, float]:
            distance = abs(self.placed.source(value) - x[at])
            from_above = self.start(value) < y
            return (not from_above, distance if from_above else -distance)

        return 14.0 * sorted(side, key=height).index(wire.value) / (len(side) - 1) - 7.0

    def path(self, wire: Wire) -> Corners:
        """Return the corners of a wire that runs across."""
        value, reader = wire
        y = self.row_y[self.placed.runs[wire]] + self.lift(wire)
        x = self.placed.x[value] if reader == value else self.placed.source(value)
        way = [(x, self.start(value)), (x, y)]
        if reader is None:
            return [*way, (self.edge, y)]
        if reader == value:
            tap = self.placed.tap[value]
            return [*way, (tap, y), (tap, self.rail_y(self.rail_of(value)))]
        part, middle = self.diagram.parts[reader], self.placed.x[reader]
        if part.kind in ("box", "matrix"):
            port = self.placed.port(reader, value)
            return [*way, (port, y), (port, self.top_of(reader))]
        if reader in self.stacks.on_belt:
            return [*way, (middle, y), (middle, self.bottom_of(reader))]
        half = pill(part, self.frame) / 2 - (2 if self.lift(wire) else 0)
        return [*way, (middle - half if x < middle else middle + half, y)]

    def wires(self) -> Iterator[tuple[Wire, Corners]]:
        """Yield all wires to operators, functions and, but for what their matrices see, boxes."""
        yield from ((wire, self.path(wire)) for wire in self.placed.runs if wire.reader is not None)
        yield from self._straight()

    def _straight(self) -> Iterator[tuple[Wire, Corners]]:
        """Yield the wires that run up or down alone."""
        x = self.placed.x
        for at, operand in self.stacks.under.items():
            if operand in self.stacks.descending:
                yield Wire(operand, at), [(x[at], self.bottom_of(operand)), (x[at], self.top_of(at))]
            else:
                yield Wire(operand, at), [(x[at], self.top_of(operand)), (x[at], self.bottom_of(at))]
        for value in self.stacks.last:
            for reader in self.diagram.readers[value]:
                if self.stacks.direct(value, reader):
                    weighted = value in self.diagram.parts[reader].weighted
                    port = self.placed.port(reader, value) if weighted else x[reader]
                    yield Wire(value, reader), [(port, self.start(value)), (port, self.top_of(reader))]
        for value in self.stacks.rails:
            if value in self.placed.row:
                y = self.rail_y(self.rail_of(value))
                yield Wire(value, value), [(x[value], self.bottom_of(value)), (x[value], y)]
            elif value in self.placed.tap and (
                value in self.stacks.belt_starts or value in self.stacks.on_belt
            ):
                tap = self.placed.tap[value]
                yield Wire(value, value), [(tap, self.start(value)), (tap, self.rail_y(self.rail_of(value)))]

    def rail_lines(self) -> Iterator[tuple[tuple[int, ...], Corners]]:
        """Yield what lies below the boxes: rail and corners."""
        for rail in self.rails:
            y = self.rail_y(rail)
            drops = {
                box: self.drops(box)[rail]
                for box in dict.fromkeys(b for v in rail for b in self.stacks.rails.get(v, ()))
            }
            ends = [*self._ends(rail), *drops.values()]
            yield rail, [(min(ends), y), (max(ends), y)]
            for box, x in drops.items():
                yield rail, [(x, y), (x, self.bottom_of(box))]
            if self._input in rail:
                yield rail, [(float(self.frame.input_x), self.input_y), (float(self.frame.input_x), y)]

    @property
    def input_y(self) -> float:
        """Where x comes in."""
        return self.block_bottom + self.frame.below_block + self.frame.rail * (len(self.rails) - 1) + 42

    def belt_pieces(self) -> Iterator[tuple[str, int, float, float]]:
        """Yield each piece of a belt: state, value, from, to."""
        for state in self.belts:
            path = self.diagram.belts[state]
            values = (self.diagram.graph.previous[state], *path)
            xs = (self.frame.edge, *(self.placed.x[at] for at in path), self.edge)
            for value, (x1, x2) in zip(values, pairwise(xs), strict=True):
                yield state, value, x1, x2

    def exit(self) -> Corners:
        """Return the way of h to the right edge, where it is on no belt; otherwise nothing."""
        output = self.diagram.output
        if output in self.placed.row:
            y = self.middle(output)
            return [(self.placed.x[output], y), (self.edge, y)]
        wire = Wire(output, None)
        return self.path(wire) if wire in self.placed.runs else []

    def segments(self) -> list[Segment]:
        """Return all wires and belts as straight pieces."""
        found: list[Segment] = []

        def add(net: object, corners: Corners) -> None:
            for one, other in pairwise(corners):
                if one != other:
                    found.append(Segment(net, *one, *other))

        for wire, corners in self.wires():
            add(wire.value, corners)
        for rail, corners in self.rail_lines():
            add(rail[0] if len(rail) == 1 else rail, corners)
        for state, value, x1, x2 in self.belt_pieces():
            add(value, [(x1, self.belt_y[state]), (x2, self.belt_y[state])])
        add(self.diagram.output, self.exit())
        return found

    @cached_property
    def cost(self) -> float:
        """Crossings first, then the length of the wires."""
        segments = self.segments()
        length = sum(abs(s.x2 - s.x1) + abs(s.y2 - s.y1) for s in segments)
        return crossings(segments) + length / 20_000 + max(0.0, self.width - self.frame.width) / 2_000


@lru_cache(maxsize=128)
def plan(equations: Equations, frame: Frame) -> Plan:
    """Return the plan of a cell: of the orders that are tried the one with the fewest crossings."""
    best = _searched(equations)
    return best if frame is best.frame else Plan(best.stacks, frame, best.order, best.belts)


@lru_cache(maxsize=128)
def _searched(equations: Equations) -> Plan:
    stacks = Stacks(diagram(equations))
    states = tuple(stacks.diagram.belts)
    start = tuple(range(len(stacks.stacks)))
    ways = permutations(states) if len(states) <= MOST_PERMUTED else [states]
    plans = sorted((Plan(stacks, WIDE, start, belts) for belts in ways), key=lambda plan: plan.cost)
    return min(map(_improved, plans[:MOST_SEARCHED]), key=lambda plan: plan.cost)


def _improved(best: Plan) -> Plan:
    """Move one stack at a time, as long as that helps and there are trials left."""
    stacks, order = best.stacks, list(best.order)
    trials = max(LEAST_TRIALS, TRIALS // len(order)) if order else 0
    improved = True
    while improved:
        improved = False
        for k, to in product(range(len(order)), repeat=2):
            trial = order[:k] + order[k + 1 :]
            trial.insert(to, order[k])
            if to == k or not stacks.allowed(tuple(trial)):
                continue
            if trials == 0:
                return best
            trials -= 1
            candidate = Plan(stacks, best.frame, tuple(trial), best.belts)
            if candidate.cost < best.cost - 1e-9:
                best, order, improved = candidate, trial, True
    return best
