"""The diagram of any cell: everything has its place, nothing lies on anything else, and few wires cross."""

import time
from itertools import combinations, pairwise

import pytest

from lstm_viz.cells import LSTMVariant
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations
from lstm_viz.views.diagram.parts import Diagram, diagram
from lstm_viz.views.diagram.placement import Frame, pill
from lstm_viz.views.diagram.plan import FRAMES, NARROW, WIDE, Plan, Segment, crossings, plan
from tests.cells.random_cells import drawn_cell

RANDOM_CELLS = 40
MOST_CROSSINGS = {"minGRU": 0, "LSTM": 1, "V": 2, "GRU": 3, "GRU before": 3, "MUT1": 7, "sLSTM": 12,
                  "minLSTM": 1, "RG-LRU": 3, "LSTM layer norm": 1}  # fmt: skip

both_frames = pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.name)
Box = tuple[float, float, float, float]


def boxes_of(drawn: Plan) -> dict[int, Box]:
    """What each part covers: left, top, right, bottom."""
    covered = {}
    for at, part in drawn.diagram.parts.items():
        half = drawn.frame.block / 2 if part.kind == "box" else pill(part, drawn.frame) / 2
        x = drawn.placed.x[at]
        covered[at] = x - half, drawn.top_of(at), x + half, drawn.bottom_of(at)
    return covered


def overlap(a1: float, a2: float, b1: float, b2: float) -> float:
    return min(max(a1, a2), max(b1, b2)) - max(min(a1, a2), min(b1, b2))


def on_each_other(one: Segment, other: Segment) -> bool:
    """Whether two wires of different values share a stretch, so that nobody can tell them apart."""
    if one.net == other.net:
        return False
    if one.x1 == one.x2 == other.x1 == other.x2:
        return overlap(one.y1, one.y2, other.y1, other.y2) > 1
    if one.y1 == one.y2 == other.y1 == other.y2:
        return overlap(one.x1, one.x2, other.x1, other.x2) > 1
    return False


def runs_through(wire: Segment, part: int, box: Box, drawn: Plan) -> bool:
    """Whether a wire runs through a part that has nothing to do with it."""
    values = set(wire.net) if isinstance(wire.net, tuple) else {wire.net}
    if values & {part, *drawn.diagram.parts[part].operands}:
        return False
    return (
        overlap(wire.x1, wire.x2, box[0] + 2, box[2] - 2) > 0
        and overlap(wire.y1, wire.y2, box[1] + 2, box[3] - 2) > 0
    )


def check(drawn: Plan) -> None:
    """Everything that must hold of the diagram of any cell."""
    boxes, wires = boxes_of(drawn), drawn.segments()
    assert boxes.keys() == drawn.diagram.parts.keys()
    for one, other in combinations(boxes.values(), 2):
        assert (
            overlap(one[0], one[2], other[0], other[2]) <= 0
            or overlap(one[1], one[3], other[1], other[3]) <= 0
        )
    for left, _, right, bottom in boxes.values():
        assert left >= 0
        assert right <= drawn.width
        assert bottom <= drawn.input_y
    for one_wire, other_wire in combinations(wires, 2):
        assert not on_each_other(one_wire, other_wire), (one_wire, other_wire)
    for wire in wires:
        assert wire.x1 == wire.x2 or wire.y1 == wire.y2
        for part, box in boxes.items():
            assert not runs_through(wire, part, box, drawn), (wire, part)
    for reader in drawn.diagram.parts.values():
        for operand in reader.operands:
            assert joined(drawn, operand, reader.at), (operand, reader.at)


def joined(drawn: Plan, operand: int, at: int) -> bool:
    """Whether a value reaches a part: by a belt, a rail from below, or a wire whose end touches the part."""
    for state, path in drawn.diagram.belts.items():
        if (operand, at) in pairwise((drawn.diagram.graph.previous[state], *path)):
            return True
    if operand in drawn.diagram.parts[at].mixed:
        return any(operand in rail for rail in drawn.drops(at))
    left, top, right, bottom = boxes_of(drawn)[at]
    ends = (corners[-1] for wire, corners in drawn.wires() if wire == (operand, at))
    return any(left - 1 <= x <= right + 1 and top - 8 <= y <= bottom + 8 for x, y in ends)


@both_frames
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_cell_of_the_catalogue_is_drawn_whole(name: str, frame: Frame) -> None:
    drawn = plan(CATALOGUE[name], frame)
    check(drawn)
    assert crossings(drawn.segments()) <= MOST_CROSSINGS.get(name, 5)


@both_frames
def test_random_cells_are_drawn_whole(frame: Frame) -> None:
    for seed in range(RANDOM_CELLS):
        check(plan(drawn_cell(seed)[0].equations, frame))


def parts_of(name: str) -> tuple[Diagram, dict[str, tuple[str, str]]]:
    found = diagram(CATALOGUE[name])
    return found, {found.key(at): (part.kind, part.text) for at, part in found.parts.items()}


def test_a_belt_is_made_of_the_operators_of_its_states_own_line() -> None:
    for name, belts in {
        "Elman": {},
        "V": {"c": "×+"},
        "GRU": {"h": "×+"},
        "LSTM 1997": {"c": "+"},
        "sLSTM": {"m": "+max", "c": "×+", "n": "×+"},
    }.items():
        found = diagram(CATALOGUE[name])
        drawn = {state: "".join(found.parts[at].text for at in path) for state, path in found.belts.items()}
        assert drawn == belts, name


def test_a_chain_in_which_each_value_is_used_twice_is_drawn_in_no_time() -> None:
    chain = "\n".join(f"a{at} = a{at - 1}*exp(a{at - 1})" for at in range(1, 36))
    start = time.process_time()
    found = diagram(Equations(f"a0 = W@x\n{chain}\nc = a35 + c\nh = tanh(c)"))
    assert time.process_time() - start < 1
    assert len(found.belts["c"]) == 1
    assert "f(…)" in {part.text for part in found.parts.values()}


def test_a_layer_normalisation_is_one_box() -> None:
    found, parts = parts_of("LSTM layer norm")
    assert {key: part for key, part in parts.items() if part[0] == "box"} == {
        "i": ("box", "norm, σ"), "f": ("box", "norm, σ"), "o": ("box", "norm, σ"), "g": ("box", "norm, tanh"),
    }  # fmt: skip
    assert len(found.parts) == 9


def test_a_peephole_is_no_matrix() -> None:
    found = diagram(CATALOGUE["V"])
    gate = next(part for at, part in found.parts.items() if found.key(at) == "f")
    assert [found.key(at) for at in gate.weighted] == ["c[t-1]"]
    assert [found.key(at) for at in gate.mixed] == ["x", "h[t-1]"]


def test_a_variant_without_a_table_of_its_own_is_drawn() -> None:
    text = LSTMVariant(memory_activation="sigmoid").text()
    check(plan(Equations(text), WIDE))
    check(plan(Equations(text), NARROW))


def test_a_large_cell_is_drawn_whole() -> None:
    lines = [
        f"a{k} = sigmoid(W@x + U@h + b)\nc{k} = a{k}*c{k} + (1 - a{k})*tanh(W@x + U@h)" for k in range(12)
    ]
    total = " + ".join(f"c{k}" for k in range(12))
    check(plan(Equations("\n".join([*lines, f"h = tanh({total})"])), WIDE))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0.9*(1 - f)", "0.9·(1 − f)"),
        ("1 - (f - 2)", "1 − (f − 2)"),
        ("1 - 2*f", "1 − 2·f"),
        ("(1 + f)**2", "(1 + f)²"),
        ("(2*f)**2", "(2·f)²"),
        ("1/(2*f)", "1 / (2·f)"),
        ("2*f/3", "2·f / 3"),
        ("-(1 + f)", "−(1 + f)"),
        ("exp(1 + f)", "exp(1 + f)"),
    ],
)
def test_a_function_is_written_with_the_brackets_that_it_needs(value: str, written: str) -> None:
    drawn = diagram(Equations(f"f = sigmoid(W@x)\nq = {value}\nh = h*q"))
    assert written in [part.text for part in drawn.parts.values()]
