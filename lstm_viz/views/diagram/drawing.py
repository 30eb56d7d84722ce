"""A plan as the stage draws it: paths of SVG, with the keys of the quantities that they show."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from lstm_viz.views.diagram.placement import pill
from lstm_viz.views.diagram.plan import Corners, Plan

Symbols = Mapping[str, Mapping[str, str]]

_ROOM: Final = 104
"""Of a belt between two operators, for a chip above it."""


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
    texts = _Texts(plan)
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
        "wires": [*_rails(plan), *_wires(plan, symbols)],
        "joints": [*_joints(plan, symbols)],
        "blocks": [*_blocks(plan, symbols)],
        "pipes": [*_pipes(plan)],
        "operators": [*_operators(plan, gates)],
        "pills": [*_pills(plan)],
        "chips": [*texts.chips()],
        "full": texts.full(),
    }  # fmt: skip


def _tint(plan: Plan, symbols: Symbols, value: int) -> str | None:
    """Return the line whose colour a value has, if it has one."""
    key = plan.diagram.key(value).removesuffix("[t-1]")
    return key if key in symbols else None


def _rails(plan: Plan) -> Iterator[dict[str, Any]]:
    for rail, corners in plan.rail_lines():
        yield {"q": plan.diagram.key(rail[0]), "d": _path(corners), "tint": None, "dashed": False}


def _wires(plan: Plan, symbols: Symbols) -> Iterator[dict[str, Any]]:
    for (value, reader), corners in plan.wires():
        peephole = (
            reader is not None and value in plan.diagram.parts[reader].weighted if reader != value else False
        )
        tint = _tint(plan, symbols, value)
        yield {"q": plan.diagram.key(value), "d": _path(corners), "tint": tint, "dashed": peephole}


def _joints(plan: Plan, symbols: Symbols) -> Iterator[dict[str, Any]]:
    """Yield the points at which a wire branches off."""
    joints: dict[tuple[float, float], str | None] = {}
    for rail, corners in plan.rail_lines():
        if corners[0][0] == corners[1][0]:
            joints[corners[0][0], plan.rail_y(rail)] = None
    ways: dict[int, list[Corners]] = {}
    for wire, corners in plan.wires():
        ways.setdefault(wire.value, []).append(corners)
    for value, of_value in ways.items():
        tint = _tint(plan, symbols, value)
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
    for at, part in plan.diagram.parts.items():
        if part.kind == "box":
            key = plan.diagram.key(at)
            name = symbols[key]["name"] if key in symbols else ""
            yield {
                "gate": key,
                "kind": part.text,
                "x": plan.placed.x[at],
                "name": name if plan.frame.name == "wide" else name.split(" ")[0],
                "shift": 6 * max(0, len(plan.drops(at)) - 1),
            }


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

    def __init__(self, plan: Plan) -> None:
        self.plan, self.diagram = plan, plan.diagram
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
                yield _chip(self.diagram.key(at), plan.placed.x[at], plan.block_y - 17)
            elif named and at in plan.placed.names:
                yield _chip(self.diagram.key(at), plan.placed.x[at], plan.top_of(at) - 14)
        yield from self._output()
        yield from self._edges()

    def _on_belts(self) -> Iterator[dict[str, Any]]:
        plan = self.plan
        for state in plan.belts:
            y = plan.belt_y[state] - (40 if self.wide else 27)
            yield _chip(f"{state}[t-1]", self.left, y)
            yield _chip(state, self.right, y)
            for one, other in pairwise(self.diagram.belts[state]):
                x1, x2 = plan.placed.x[one], plan.placed.x[other]
                if x2 - x1 > _ROOM and self.left + 80 < (x1 + x2) / 2 < self.right - 80:
                    yield _chip(self.diagram.key(one), (x1 + x2) / 2, y)

    def _output(self) -> Iterator[dict[str, Any]]:
        plan, output = self.plan, self.diagram.output
        if way := plan.exit():
            yield _chip("h", self.right, way[-1][1] + (36 if self.wide else -24))
        elif "h" not in plan.belts:
            state = plan.stacks.on_belt.get(output)
            yield _chip("h", self.right, (plan.belt_y[state] if state else plan.frame.top) + 34)

    def _edges(self) -> Iterator[dict[str, Any]]:
        plan = self.plan
        edges = [self.diagram.key(at) for at in self.diagram.sources if at not in plan.stacks.belt_starts]
        for k, key in enumerate(key for key in edges if key != "x"):
            if self.wide:
                yield _chip(key, self.left, plan.rail_y(plan.rails[0]) - 26 - 30 * k)
            else:
                yield _chip(key, 138 + 92 * k, plan.input_y + 24)
        if "x" in edges:
            yield _chip("x", 112.0 if self.wide else 46.0, plan.input_y + (2 if self.wide else 24))

    def full(self) -> list[float]:
        """Return where it is said what fills a belt."""
        y = self.plan.input_y + 4 if self.wide else 14.0
        return [round(self.plan.width / 2, 1), round(y, 1)]


def _chip(key: str, x: float, y: float) -> dict[str, Any]:
    return {"q": key, "at": [round(x, 1), round(y, 1)]}


def _path(corners: Sequence[tuple[float, float]]) -> str:
    """Return a way with right angles as a path of SVG."""
    text = "M{:g} {:g}".format(*(round(value, 1) for value in corners[0]))
    for (x1, y1), (x2, y2) in pairwise(corners):
        if x1 != x2:
            text += f" H{round(x2, 1):g}"
        if y1 != y2:
            text += f" V{round(y2, 1):g}"
    return text
