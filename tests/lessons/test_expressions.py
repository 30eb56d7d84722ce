import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.lessons.expressions import LONGEST, MOST_PARTS, Line, expression
from lstm_viz.lessons.text import Text, filled

SCOPE = {
    "C": Line(np.array([0.5, 0.25, 0.125]), 0.8),
    "f": Line(np.array([0.5, 0.5, 0.5])),
    "last": 3.0,
    "start": {"C": Line(np.array([1.0, 2.0])), "weight": {"f_b": 1.5}},
    "t": 2.0,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("C[last] / C[1]", 0.25),
        ("C[0]", 0.8),
        ("C[t] - C[t - 1]", -0.25),
        ("1 - f[1] ** (last - 1)", 0.75),
        ("prod(f[2:last])", 0.25),
        ("sum(C[1:t])", 0.75),
        ("sum(C[3:t])", 0.0),
        ("prod(C[3:t])", 1.0),
        ("max(C)", 0.5),
        ("mean(f)", 0.5),
        ("start.C[2] * start.weight.f_b", 3.0),
        ("-C[1] if C[1] > 0.4 and not C[2] > 0.4 else 7", -0.5),
        ("sigmoid(0) + tanh(0) + abs(-1) + sqrt(4) + exp(0) + log(1)", 4.5),
        ("C[1] < 1 or C[9] < 1 if 0 else 2", None),
    ],
)
def test_what_an_expression_comes_to(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match="steps are whole numbers from 0 to 3, got 9"):
            expression(text).value(SCOPE)
    else:
        assert expression(text).value(SCOPE) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "().__class__",
        "C.values",
        "open('x')",
        "[1, 2]",
        "lambda: 1",
        "'text'",
        "True",
        "C[1:2:3]",
        "C[:2]",
        "abs(1, 2)",
        "abs(x=1)",
        "start.C()",
        "(1).real",
        "f'{C}'",
        "x := 1",
        "1 < 2 < 3",
        "1 +",
        "",
        "C[1]; C[2]",
        "await C",
        "1 @ 2",
        "~1",
        "\0",
        "(" * 150,
    ],
)
def test_what_no_expression_may_hold_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an expression|an expression may not|is called"):
        expression(text).value(SCOPE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("D[1]", "nothing is called D here"),
        ("start.D", "nothing is called start.D here"),
        ("C", "needs the step"),
        ("C + 1", "needs the step"),
        ("C and 1", "needs the step"),
        ("start", "a scope is no number"),
        ("f[0]", "from 1 to 3, got 0"),
        ("C[1.5]", "whole numbers"),
        ("C[0:2]", "begins at 1"),
        ("C[1:4]", "from 0 to 3, got 4"),
        ("last[1]", "only a quantity"),
        ("sum(1)", "takes a range"),
        ("max(C[3:2])", "not a finite number"),
        ("1 / 0", "not a finite number"),
        ("9 ** 9 ** 9", "not a finite number"),
        ("log(0 - 1)", "not a finite number"),
    ],
)
def test_what_the_run_does_not_have_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        expression(text).value(SCOPE)


def test_an_expression_has_a_greatest_length() -> None:
    with pytest.raises(ValueError, match=f"at most {LONGEST} characters"):
        expression("1" + " + 1" * LONGEST)
    with pytest.raises(ValueError, match=f"more than {MOST_PARTS} parts"):
        expression("-" * 150 + "1")


def test_over_a_batch_an_expression_is_the_same_for_each_sequence() -> None:
    values = np.random.default_rng(0).uniform(-1, 1, (4, 5))
    text = "C[t - 1] if C[t] > 0 else sum(C[1:t])"
    together = expression(text).value({"C": Line(values, np.zeros(5)), "t": 3.0})
    alone = [expression(text).value({"C": Line(column, 0.0), "t": 3.0}) for column in values.T]
    assert together.shape == (5,)
    np.testing.assert_array_equal(together, alone)


@given(st.text(max_size=LONGEST))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert np.isfinite(expression(text).value(SCOPE))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("C falls to {C[3]:.1%}.", "C falls to 12.5\N{NO-BREAK SPACE}%."),
        ("{C[1]:.2f}{-C[1]:.2f}", "0.50−0.50"),
        ("{C[3]} of {last}", "0.125 of 3"),
        ("{C[3]:.1g} of {last:.0f}", "0.1 of 3"),
        ("{prod(f[2:3])}", "0.25"),
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_a_text_shows_its_numbers_as_it_says(text: str, shown: str) -> None:
    assert filled(text, SCOPE) == shown


@pytest.mark.parametrize("text", ["{", "a } b", "{{C[1]}}", "{}", "{C[1]", "{import os}"])
def test_a_text_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"brace|expression"):
        Text.read(text)
