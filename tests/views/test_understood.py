import re
from pathlib import Path

import pytest

import lstm_viz as lv
from lstm_viz import components
from lstm_viz.cells.functions import FUNCTIONS, OPERATORS
from lstm_viz.views.understood import changes, understood


def test_states_weights_and_their_number_are_said() -> None:
    shown = understood(lv.Cell.random(lv.CATALOGUE["sLSTM"], 1, 2))
    assert shown["states"] == "It remembers h, m (from −∞), c and n."
    assert shown["count"] == "32 parameters = 4H(D+H+1), with D = 1, H = 2."
    assert shown["lines"][0]["weights"] == ["W H × D", "R H × H", "b H"]
    assert shown["lines"][-1]["weights"] == []
    assert shown["remarks"] == []
    assert {"x", "m", "h"} <= set(shown["colours"])


def test_what_is_special_is_remarked() -> None:
    shown = understood(lv.Cell.random(lv.Equations("h = 0.5*h + x"), 2, 2))
    assert shown["remarks"] == [
        "Each unit remembers by itself: the direct route is the whole gradient.",
        "x is used unit by unit, so there are as many units as inputs.",
    ]
    assert shown["count"] == "Nothing in it can be learned."


@pytest.mark.parametrize("name", lv.CATALOGUE)
def test_every_weight_is_named_with_its_shape(name: str) -> None:
    equations = lv.CATALOGUE[name]
    cell = lv.Cell.random(equations, 1, 2, sizes=dict.fromkeys(equations.declared_sizes, 2))
    said = {
        f"{weight.split(' ')[0]}_{line['name']}": weight.partition(" ")[2].split(" × ")
        for line in understood(cell)["lines"]
        for weight in line["weights"]
    }
    assert said == {weight: list(shape) for weight, shape in equations.shapes.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f = W@x\nh = f*h", ([], "")),
        ("  f =  W @x  # the same\n\nh=f * h", ([], "")),
        ("f = U@x\nh = f*h", ([1], "changed: f")),
        ("h = W@x*h", ([1], "changed: h; gone: f")),
        ("f = W@x\nq = f\nh = q*h", ([2, 3], "changed: h; new: q")),
        ("", ([], "gone: f, h")),
        ("f = W@x\nh = f*h\nh[0] = 1", ([3], "new: h[0]")),
    ],
)
def test_changes_are_found_line_by_line(text: str, expected: tuple[list[int], str]) -> None:
    assert changes(text, "f = W@x\nh = f*h") == expected


def test_the_browser_knows_every_command_that_equations_are_written_with() -> None:
    maths = Path(components.__file__).parent / "assets" / "equation_editor" / "maths.js"
    known = set(re.findall(r"[a-zA-Z]+", maths.read_text(encoding="utf-8")))
    written = [function.latex for function in (*FUNCTIONS.values(), *OPERATORS.values())]
    written += [latex for cell in lv.CATALOGUE.values() for _, latex in cell.latex()]
    used = {command for latex in written for command in re.findall(r"\\([a-zA-Z]+)", latex)}
    assert used <= known
