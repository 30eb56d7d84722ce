import re

import pytest

from lstm_viz.members import MEMBERS, PLAIN
from lstm_viz.views.equations import Line, lines

RED = "#b3261e"


def marked(key: str) -> dict[str, list[str]]:
    """For each line with marks, by the sign that it is an equation of: what is marked in it."""
    found = {}
    for line in lines(MEMBERS[key], RED):
        parts = re.findall(r"\\textcolor\{#b3261e\}\{\\underline\{(.*?)\}\}(?= \+|$| =)", line.latex)
        if parts:
            found[plain(line).split(" =")[0]] = parts
    return found


def plain(line: Line) -> str:
    return line.latex.replace(rf"\textcolor{{{RED}}}", "").replace(r"{\underline{", "").replace("}}", "}")


def test_the_plain_lstm_has_no_marks() -> None:
    assert [line.latex for line in lines(MEMBERS[PLAIN], RED)] == [
        dict(MEMBERS[PLAIN].equations)[key] for key in ("i", "f", "g", "c", "o", "h")
    ]


def test_peepholes_are_the_only_marks_of_v() -> None:
    found = marked("v")
    assert found["f_t"] == [r"p_f \cdot C_{t-1}"]
    assert found["o_t"] == [r"p_o \cdot C_t"]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("key", "sign", "remark"),
    [("nig", "i_t = 1", "no input gate"), ("nfg", "f_t = 1", "no forget gate"), ("nog", "o_t = 1", "no output gate")],
)
def test_a_missing_gate_is_said_in_its_place(key: str, sign: str, remark: str) -> None:
    [line] = [line for line in lines(MEMBERS[key], RED) if line.remark]
    assert line == Line(rf"\textcolor{{{RED}}}{{\underline{{{sign}}}}}", remark)


@pytest.mark.parametrize(
    ("key", "marks"),
    [
        ("cifg", r"f_t = \textcolor{#b3261e}{\underline{1 - i_t}}"),
        ("noaf", r"h_t = \textcolor{#b3261e}{\underline{o_t \cdot C_t}}"),
        ("niaf", r"\tilde C_t = \textcolor{#b3261e}{\underline{W_C x_t + U_C h_{t-1} + b_C}}"),
        ("1997", r"h_t = \textcolor{#b3261e}{\underline{o_t \cdot (2\,\sigma(C_t) - 1)}}"),
        ("rnn", r"h_t = \textcolor{#b3261e}{\underline{\tanh(W x_t + U h_{t-1} + b)}}"),
    ],
)
def test_another_function_is_marked_as_a_whole(key: str, marks: str) -> None:
    assert marks in [line.latex for line in lines(MEMBERS[key], RED)]


@pytest.mark.parametrize("key", MEMBERS)
def test_marks_change_nothing_of_an_equation_and_leave_its_braces_whole(key: str) -> None:
    shown = lines(MEMBERS[key], RED)
    for line in shown:
        assert line.latex.count("{") == line.latex.count("}")
    written = {line.latex.replace(rf"\textcolor{{{RED}}}{{\underline{{", "").replace("}}", "") for line in shown}
    for _, equation in MEMBERS[key].equations:
        assert equation.replace("}}", "") in written or any("textcolor" in line.latex for line in shown)
