"""A plan as the stage draws it: paths of SVG, with the keys of the quantities that they show."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from lstm_viz.views.diagram.parts import Diagram, Part
from lstm_viz.views.diagram.placement import pill
from lstm_viz.views.diagram.plan import Corners, Plan

Symbols = Mapping[str, Mapping[str, str]]

SPAN: Final = 6.0
"""The curves in boxes span z from −6 to 6, as those of the stage do."""

POINTS: Final = 49
"""Of a curve."""

_ROOM: Final = 104
"""Of a belt between two operators, for a chip above it."""

_MOST_LETTERS: Final = 8
"""Of a value without a name, on a chip."""


def drawing(plan: Plan, symbols: Symbols, gates: frozenset[str]) -> dict[str, Any]:
    """Return a plan for the stage.

    Parameters
    ----------
    plan
        Where everything stands.
    symbols
        How x and the lines are shown, by name.
    gates
        Lines within 0 and 1: where one of them multiplies there is a valve.

    Returns
    -------
    dict
        ``Plan`` of ``components/assets/stage/plan.js``.
    """
    frame = plan.frame
    wide = frame.name == "wide"
    top = 10 if wide else 42
    texts = _Texts(plan, symbols)
    return {
        "name": frame.name,
        "width": round(plan.width, 1),
        "height": round(plan.input_y + (22 if wide else 42), 1),
        "radius": frame.radius,
        "cell": {
            "x": frame.cell_left,
            "y": top,
            "width": round(plan.width - frame.cell_left - frame.cell_right, 1),
            "height": round(plan.input_y - 20 - top, 1),
        },
        "block": {"y": round(plan.block_y, 1), "width": frame.block, "height": frame.block_height},
        "chip": {"height": 23, "size": 13, "perCharacter": 8} if wide
        else {"height": 22, "size": 12.5, "perCharacter": 7.4},
        "names": {
            "y": round(plan.block_y + (84 if wide else 78), 1), "drop": 17, "size": 13 if wide else 11.5,
        },
        "wires": [*_rails(plan), *_wires(plan)],
        "joints": [*_joints(plan)],
        "blocks": [*_blocks(plan, symbols)],
        "pipes": [*_pipes(plan)],
        "operators": [*_operators(plan, gates)],
        "pills": [*_pills(plan)],
        "chips": [*texts.chips()],
        "silent": [plan.diagram.key(at) for at in plan.diagram.parts if at not in plan.diagram.names],
        "full": texts.full(),
    }  # fmt: skip


def _tint(plan: Plan, value: int) -> str | None:
    """Return the line whose colour a value has, if it has one."""
    key = plan.diagram.key(value).removesuffix("[t-1]")
    return None if key.isdigit() else key


def _rails(plan: Plan) -> Iterator[dict[str, Any]]:
    for rail, corners in plan.rail_lines():
        yield {"q": plan.diagram.key(rail[0]), "d": _path(corners), "tint": None, "dashed": False}


def _wires(plan: Plan) -> Iterator[dict[str, Any]]:
    for (value, reader), corners in plan.wires():
        peephole = (
            reader is not None and value in plan.diagram.parts[reader].weighted if reader != value else False
        )
        tint = _tint(plan, value)
        yield {"q": plan.diagram.key(value), "d": _path(corners), "tint": tint, "dashed": peephole}


def _joints(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the points at which a wire branches off."""
    joints: dict[tuple[float, float], str | None] = {}
    for rail, corners in plan.rail_lines():
        if corners[0][0] == corners[1][0]:
            joints[corners[0][0], plan.rail_y(rail)] = None
    ways: dict[int, list[Corners]] = {}
    for wire, corners in plan.wires():
        ways.setdefault(wire.value, []).append(corners)
    for value, of_value in ways.items():
        tint = _tint(plan, value)
        for way in of_value:
            others = (other for other in of_value if other is not way)
            if len(way) > 2 and any(_passes(other, *way[1]) for other in others):
                joints[way[1]] = tint
            if value in plan.stacks.on_belt or value in plan.stacks.belt_starts:
                joints[way[0]] = tint
    for (x, y), tint in joints.items():
        yield {"at": [round(x, 1), round(y, 1)], "tint": tint}


def _passes(way: Corners, x: float, y: float) -> bool:
    """Return whether the first piece of a way goes through a point."""
    (x1, y1), (_, y2) = way[0], way[1]
    return x1 == x and min(y1, y2) <= y <= max(y1, y2)


def _blocks(plan: Plan, symbols: Symbols) -> Iterator[dict[str, Any]]:
    for part in plan.diagram.parts.values():
        if part.kind == "box":
            key = plan.diagram.key(part.at)
            yield {
                "gate": key,
                "kind": part.text,
                "x": plan.placed.x[part.at],
                "name": "" if key.isdigit() else _short(symbols[key]),
                "shift": 6 * max(0, len(plan.drops(part.at)) - 1),
                "curve": _curve(plan.diagram, part),
            }


def _short(symbol: Mapping[str, str]) -> str:
    """Return the first word of a name that the field has, or the letter."""
    word = symbol["name"].split(" ")[0]
    return symbol["symbol"] if word in ("line", "state") else word


def _curve(diagram: Diagram, part: Part) -> dict[str, Any] | None:
    """Return the function of a box over z from −6 to 6; None where it is not one of z alone."""
    z = np.linspace(-SPAN, SPAN, POINTS)
    function = diagram.graph.nodes[part.at].function
    values = np.empty_like(z)
    if part.activated == part.at:
        values[:] = z
    elif function is not None and function.arity == 1:
        function.write(z.copy(), values)
    else:
        return None
    low, high = max(-SPAN, values.min()), min(SPAN, values.max())
    # What comes near a round bound ends there.
    low, high = (round(end) if abs(end - round(end)) < 0.01 else end for end in (low, high))
    return {"values": np.clip(values, low, high).round(3).tolist(), "low": float(low), "high": float(high)}


def _pipes(plan: Plan) -> Iterator[dict[str, Any]]:
    for state, value, x1, x2 in plan.belt_pieces():
        y = plan.belt_y[state]
        path = _path([(x1, y), (x2, y)])
        yield {"q": plan.diagram.key(value), "d": path, "full": state, "thickness": plan.frame.belt}
    if way := plan.exit():
        key = plan.diagram.key(plan.diagram.output)
        yield {"q": key, "d": _path(way), "full": "h", "thickness": plan.frame.hidden}


def _operators(plan: Plan, gates: frozenset[str]) -> Iterator[dict[str, Any]]:
    for at, part in plan.diagram.parts.items():
        if part.kind == "operator":
            keys = (plan.diagram.key(operand) for operand in part.operands)
            gate = next((key for key in keys if key in gates), None) if part.text == "×" else None
            yield {"q": plan.diagram.key(at), "text": part.text, "at": _point(plan, at), "gate": gate}


def _pills(plan: Plan) -> Iterator[dict[str, Any]]:
    for at, part in plan.diagram.parts.items():
        if part.kind in ("function", "matrix"):
            width = round(pill(part, plan.frame), 1)
            yield {"q": plan.diagram.key(at), "at": _point(plan, at), "text": part.text, "width": width}


def _point(plan: Plan, at: int) -> list[float]:
    return [round(plan.placed.x[at], 1), round(plan.middle(at), 1)]


class _Texts:
    """Where numbers are written."""

    def __init__(self, plan: Plan, symbols: Symbols) -> None:
        self.plan, self.diagram, self.symbols = plan, plan.diagram, symbols
        self.wide = plan.frame.name == "wide"
        self.left = 84.0 if self.wide else 46.0
        self.right = plan.width - (84 if self.wide else 44)

    def chips(self) -> Iterator[dict[str, Any]]:
        """Yield the chips: on belts, above boxes and named operators, and at the edges."""
        yield from self._on_belts()
        plan, output = self.plan, self.diagram.output
        for at, part in self.diagram.parts.items():
            named = at in self.diagram.names and at != output
            if named and part.kind == "box":
                yield self._chip(self.diagram.key(at), plan.placed.x[at], plan.block_y - 17)
            elif named and at in plan.placed.names:
                yield self._chip(self.diagram.key(at), plan.placed.x[at], plan.top_of(at) - 14)
        yield from self._output()
        yield from self._edges()

    def _on_belts(self) -> Iterator[dict[str, Any]]:
        plan = self.plan
        for state in plan.belts:
            y = plan.belt_y[state] - (40 if self.wide else 27)
            yield self._chip(f"{state}[t-1]", self.left, y)
            yield self._chip(state, self.right, y)
            for one, other in pairwise(self.diagram.belts[state]):
                x1, x2 = plan.placed.x[one], plan.placed.x[other]
                short = len(self.symbols[self.diagram.key(one)]["symbol"]) <= _MOST_LETTERS
                if short and x2 - x1 > _ROOM and self.left + 80 < (x1 + x2) / 2 < self.right - 80:
                    yield self._chip(self.diagram.key(one), (x1 + x2) / 2, y)

    def _output(self) -> Iterator[dict[str, Any]]:
        plan, output = self.plan, self.diagram.output
        if way := plan.exit():
            yield self._chip("h", self.right, self._clear(way[-1][1]))
        elif "h" not in plan.belts:
            state = plan.stacks.on_belt.get(output)
            yield self._chip("h", self.right, (plan.belt_y[state] if state else plan.frame.top) + 34)

    def _clear(self, y: float) -> float:
        """Return a height beside the way of h at which its chip covers no part of the cell."""
        if self.wide:
            return y + 36
        covered = [self._covered(at) for at in self.diagram.parts]
        near = [(top, bottom) for top, right, bottom in covered if right > self.right - 42]
        heights = (y + side * distance for distance in (26, 50, 74) for side in (1, -1))
        free = (h for h in heights if all(h + 12 < top or bottom < h - 12 for top, bottom in near))
        return next(free, y + 26)

    def _covered(self, at: int) -> tuple[float, float, float]:
        """Return what a part covers with its chip: its upper, right and lower edge."""
        plan, part = self.plan, self.diagram.parts[at]
        half = (plan.frame.block if part.kind == "box" else pill(part, plan.frame)) / 2
        chip = 28 if part.kind == "box" or at in plan.placed.names else 0
        return plan.top_of(at) - chip, plan.placed.x[at] + half, plan.bottom_of(at)

    def _edges(self) -> Iterator[dict[str, Any]]:
        plan = self.plan
        edges = [self.diagram.key(at) for at in self.diagram.sources if at not in plan.stacks.belt_starts]
        before = [key for key in edges if key != "x"]
        if self.wide:
            for k, key in enumerate(before):
                yield self._chip(key, self.left, plan.rail_y(plan.rails[0]) - 26 - 30 * k)
        else:
            for k, key in enumerate(before):
                yield self._chip(key, plan.width - 46 - 88 * k, plan.input_y + 24)
        if "x" in edges:
            yield self._chip("x", 112.0 if self.wide else 46.0, plan.input_y + (2 if self.wide else 24))

    def _chip(self, key: str, x: float, y: float) -> dict[str, Any]:
        name = key.removesuffix("[t-1]")
        state = next(
            (state for state, path in self.diagram.belts.items() if key in map(self.diagram.key, path)), name
        )
        of_time = name in ("x", "h", *self.diagram.graph.previous)
        return {
            "q": key,
            "at": [round(x, 1), round(y, 1)],
            "letter": self.symbols[name]["symbol"],
            "index": "t−1" if key != name else "t" if of_time else "",
            "tint": state,
        }

    def full(self) -> list[float]:
        """Return where it is said what fills a belt."""
        y = self.plan.input_y + 4 if self.wide else 14.0
        return [round(self.plan.width / 2, 1), round(y, 1)]


def _path(corners: Sequence[tuple[float, float]]) -> str:
    """Return a way with right angles as a path of SVG."""
    text = "M{:g} {:g}".format(*(round(value, 1) for value in corners[0]))
    for (x1, y1), (x2, y2) in pairwise(corners):
        if x1 != x2:
            text += f" H{round(x2, 1):g}"
        if y1 != y2:
            text += f" V{round(y2, 1):g}"
    return text
