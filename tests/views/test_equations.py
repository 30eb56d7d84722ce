import pytest

from lstm_viz.settings.family import FAMILY, PLAIN
from lstm_viz.views.equations import Line, lines

RED = "#b3261e"


MARK = rf"\textcolor{{{RED}}}{{\underline{{"


def taken_apart(latex: str) -> tuple[str, list[str]]:
    """Return a line without its marks, and what was marked in it."""
    marked = []
    while (start := latex.find(MARK)) >= 0:
        end, depth = start + len(MARK), 1
        while depth:
            depth += {"{": 1, "}": -1}.get(latex[end], 0)
            end += 1
        inside = latex[start + len(MARK) : end - 1]
        assert latex[end] == "}", "the colour closes where the line below closes"
        marked.append(inside)
        latex = latex[:start] + inside + latex[end + 1 :]
    return latex, marked


def marked(key: str) -> dict[str, list[str]]:
    """Return what is marked in each line that has marks, by its left-hand side."""
    apart = [taken_apart(line.latex) for line in lines(FAMILY[key], RED)]
    return {latex.split(" = ")[0]: marks for latex, marks in apart if marks}


def test_the_plain_lstm_has_no_marks() -> None:
    assert [line.latex for line in lines(FAMILY[PLAIN], RED)] == [
        dict(FAMILY[PLAIN].equations.latex())[key] for key in ("i", "f", "g", "c", "o", "h")
    ]


def test_peepholes_are_the_only_marks_of_v() -> None:
    found = marked("v")
    assert found["f_t"] == [r"p_f \cdot C_{t-1}"]
    assert found["o_t"] == [r"p_o \cdot C_t"]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("key", "sign", "remark"),
    [
        ("nig", "i_t = 1", "no input gate"),
        ("nfg", "f_t = 1", "no forget gate"),
        ("nog", "o_t = 1", "no output gate"),
    ],
)
def test_a_missing_gate_is_said_in_its_place(key: str, sign: str, remark: str) -> None:
    [line] = [line for line in lines(FAMILY[key], RED) if line.remark]
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
    assert marks in [line.latex for line in lines(FAMILY[key], RED)]


@pytest.mark.parametrize("key", FAMILY)
def test_without_its_marks_every_equation_is_the_cells_own(key: str) -> None:
    shown = [taken_apart(line.latex)[0] for line in lines(FAMILY[key], RED) if not line.remark]
    assert sorted(shown) == sorted(equation for _, equation in FAMILY[key].equations.latex())


def test_of_a_gate_that_the_lstm_does_not_have_the_sign_is_marked() -> None:
    assert marked("gru")["z_t"] == ["z_t"]
