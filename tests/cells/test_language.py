"""The text of a cell: what it means, and what is refused where and in which words."""

from typing import Any

import pytest

from lstm_viz.cells.equations import Equations
from lstm_viz.cells.language import MOST_CHARACTERS, MOST_LINES, EquationError

LSTM = """\
i = sigmoid(W@x + U@h + b)
f = sigmoid(W@x + U@h + b)
g = tanh(W@x + U@h + b)
o = sigmoid(W@x + U@h + b)
c = f*c + i*g
h = o*tanh(c)"""


def problems(text: Any) -> Any:
    with pytest.raises(EquationError) as caught:
        Equations(text)
    return caught.value.problems


def test_every_line_owns_its_weights_and_states_are_what_is_read_before_it_has_run() -> None:
    equations = Equations(LSTM)
    assert list(equations.shapes)[:3] == ["W_i", "U_i", "b_i"]
    assert equations.shapes["W_f"] == ("H", "D")
    assert equations.shapes["U_o"] == ("H", "H")
    assert equations.states == ("h", "c")
    assert equations.parameter_formula == "4H(D+H+1)"


@pytest.mark.parametrize(("order", "sees"), [("before", "C_{t-1}"), ("after", "C_t")])
def test_what_a_peephole_sees_is_the_order_of_the_lines(order: Any, sees: Any) -> None:
    gate, memory = "o = sigmoid(W@x + p*c)", "c = 0.5*c + tanh(W@x + U@h)"
    lines = [gate, memory] if order == "before" else [memory, gate]
    equations = Equations("\n".join([*lines, "h = o*c"]))
    assert dict(equations.latex())["o"] == rf"o_t = \sigma(W_o x_t + p_o \cdot {sees})"


def test_weights_are_tied_sizes_declared_and_first_values_given() -> None:
    equations = Equations("f = sigmoid(W@x + b)\nm = f*m + W_f@x\nh: P = R@m\nm[0] = -2")
    assert set(equations.shapes) == {"W_f", "b_f", "R_h"}
    assert equations.shapes["R_h"] == ("P", "H")
    assert equations.declared_sizes == ("P",)
    assert dict(equations.starts) == {"m": -2.0}


def test_blank_lines_comments_and_greek_sigma() -> None:
    equations = Equations("# a cell\n\n  z = σ(W@x)  # its gate\nh = z*h")
    assert [line.name for line in equations.lines] == ["z", "h"]
    assert equations.lines[0].span == (3, 3, 4)


def test_inputs_used_unit_by_unit_must_be_as_many_as_units() -> None:
    assert Equations("h = 0.5*h + x").graph.square
    assert not Equations("h = 0.5*h + W@x").graph.square


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("h = sigmod(h)", 1, 5, "there is no function sigmod; did you mean sigmoid?"),
        ("f = sigmoid(W@x)\nh = g*h", 2, 5, "nothing is called g; give it a line: g = …"),
        ("forget = sigmoid(W@x)\nh = forgt*h", 2, 5, "nothing is called forgt; did you mean forget?"),
        ("h = W*h", 1, 5, "W is a matrix: write what it multiplies, such as W@h"),
        ("h = h@W", 1, 5, "left of @ stands a matrix, a capital letter: W@x"),
        ("h = tanh + h", 1, 5, "tanh is a function: write tanh(…)"),
        ("h = tanh(h, h)", 1, 5, "tanh takes one argument, got 2"),
        ("h = max(h)", 1, 5, "max takes two arguments, got 1"),
        ("h = h[t-2]", 1, 5, "only the step before can be read: h[t-1]"),
        ("h = h[t]", 1, 5, "only the step before can be read: h[t-1]"),
        ("h = h + W@x[t-1]", 1, 11, "to read the input of the step before, give it a line"),
        ("h = 0.5*h\ny = z[t-1]", 2, 5, "there is no line z"),
        ("h = h^2", 1, 5, "of operators there are + - * / and @; a square is **2"),
        ("h = h**3", 1, 8, "of powers there is only the square, **2"),
        ("h = (h", 1, 5, "the brackets do not match"),
        ("h = h +", 1, 8, "this cannot be read as an equation"),
        ("h", 1, 1, "expected an equation, such as f = sigmoid"),
        ("h = 0.5*h\nh = h", 2, 1, "h is already given by line 1"),
        ("x = h\nh = h", 1, 1, "x has a meaning of its own"),
        ("W = h\nh = h", 1, 1, "W would be a weight"),
        ("b2 = h\nh = h", 1, 1, "b2 would be a weight"),
        ("_f = h\nh = h", 1, 1, "_f: a name starts with a letter"),
        ("h = W_q@h", 1, 5, "there is no line q to share a weight with"),
        ("f = tanh(b)\nh = W_f@h", 2, 1, "line f has no W to share"),
        ("h = W@x + W@h", 1, 1, "W_h is (H, D) and here (H, H): give one of them a letter of its own"),
        ("h = h\nm: P = R@h\nn = m*h", 3, 5, "m has P numbers where H are needed: write W@m"),
        ("h: p = h", 1, 4, "expected a size, a capital letter such as P, got p"),
        ("h = h\nq[0] = 1", 2, 1, "there is no line q"),
        ("h = h\nh[0] = W", 2, 8, "expected a number or -inf as the first value"),
        ("c = 0.5*c", 1, 1, "expected a line h, the output of the cell"),
        ("h = tanh(W@x)", 1, 1, "this cell has no memory"),
        ("", 1, 1, "expected equations, one on each line, got none"),
        ("h = h + U@0.5", 1, 1, "U@ multiplies a number"),
        ("h = h + 1e999", 1, 9, "expected a number within the range of float64"),
        ("h = 'text'", 1, 5, "this is not part of the language of equations"),
        ("h = h if h else h", 1, 5, "this is not part of the language of equations"),
        ("h = [h for h in h]", 1, 5, "this is not part of the language of equations"),
        ("h = h; c = c", 1, 8, "expected one equation on each line"),
        ("h = h.real", 1, 5, "this is not part of the language of equations"),
        ("h = h\n   ã = ẽ + sigmod(h)", 2, 12, "there is no function sigmod"),
    ],
)
def test_mistakes_are_named_where_they_are(text: Any, line: Any, column: Any, message: Any) -> None:
    found = problems(text)
    assert any(
        (problem.span.line, problem.span.column) == (line, column) and message in problem.message
        for problem in found
    ), found


def test_a_first_value_may_have_any_number_of_signs() -> None:
    text = "m = 0.5*m\nh = m\nm[0] = " + "-" * 1501 + "2"
    assert Equations(text).starts["m"] == -2.0


@pytest.mark.parametrize(
    "text",
    [
        "h = sigmod(h)",
        "forget = sigmoid(W@x)\nh = forgt*h",
        "keep = sigmoid(W@x)\nh = keep*h + W_kepp@x",
        "keep = sigmoid(W@x + b)\nh = keep*h + b_kepp",
        "cell = 0.5*cell\nh = cel[t-1]",
        "cell = 0.5*cell\nh = cell\ncel[0] = 1",
        "m: P = R@h\nh = 0.5*h*m",
        "h = 0.5*h*m\nm: P = R@h",
    ],
)
def test_what_is_suggested_can_stand_where_the_mistake_is(text: str) -> None:
    [(span, _, instead)] = problems(text)
    lines = text.split("\n")
    wrong = lines[span.line - 1]
    lines[span.line - 1] = wrong[: span.column - 1] + instead + wrong[span.end - 1 :]
    Equations("\n".join(lines))


def test_all_mistakes_are_found_at_once() -> None:
    found = problems("f = sigmod(W@x)\ng = tahn(W@x)\nh = f*h + gg")
    assert [(problem.span.line, problem.span.column) for problem in found] == [(1, 5), (2, 5), (3, 11)]
    assert str(found[1]) == "line 2, column 5: there is no function tahn; did you mean tanh?"


@pytest.mark.parametrize(
    "text",
    [
        "h = __import__('os').system('true')",
        "import os",
        "h = (lambda: h)()",
        "h = eval('h')",
        "h = open(h)",
        "h = h.__class__",
        "h = f'{h}'",
        "def h(): pass",
        "h = (h := 1)",
        "h = True",
        "h = 1j",
        "h = tanh(*h)",
        "h = tanh(z=h)",
        "exec = h\nh = exec(h)",
    ],
)
def test_nothing_but_equations_is_read(text: Any) -> None:
    problems(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#" * (MOST_CHARACTERS + 1), "expected at most 4,000 characters, got 4,001"),
        (
            "\n".join(f"z{k} = h" for k in range(MOST_LINES)) + "\nh = h",
            "expected at most 40 equations, got 41",
        ),
        ("h = " + "tanh(" * 40 + "h" + ")" * 40, "expected at most 30 brackets within each other"),
        ("h = " + " + ".join(["h"] * 40), "or operators in a row; give a part of it a line of its own"),
        ("h = " + "(" * 300 + "h" + ")" * 300, ""),
        ("h = " + "-" * 3000 + "h", ""),
        ("h = h" + "".join(f"+{k}.5*h*h" for k in range(200)), "expected"),
    ],
)
def test_every_size_has_a_limit_that_is_an_error(text: Any, message: Any) -> None:
    assert any(message in problem.message for problem in problems(text))
