"""Each check on a run that passes it, and on one that just does not."""

from typing import Any

import msgspec
import numpy as np
import pytest

from lstm_viz.lessons.checks import Check
from lstm_viz.lessons.expressions import Line, Scope


def check(**fields: Any) -> Any:
    return msgspec.convert(fields, Check)


def scope(initial: float = 0.0, **lines: list[float]) -> Scope:
    return {name: Line(np.array(values), initial) for name, values in lines.items()}


FLAG = [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("wanted", "passing", "failing"),
    [
        (
            check(name="keeps", quantity="C", least=0.95),
            scope(C=[1.0, 3.0, 0.96]),
            scope(C=[1.0, 1.0, 0.94]),
        ),
        (
            check(name="keeps", quantity="C", least=0.5, step=2),
            scope(C=[0.0, -1.0, -0.6]),
            scope(C=[-1.0, -1.0, 1.0]),
        ),
        (check(name="keeps", quantity="C", least=0.5), scope(C=[0.1, 0.1]), scope(C=[0.0, 0.1])),
        (
            check(name="still", quantity="C", most=0.02, unless="flag"),
            scope(C=[0.01, 0.9, 0.91], flag=FLAG),
            scope(C=[0.03, 0.9, 0.91], flag=FLAG),
        ),
        (
            check(name="small", quantity="h", most=0.02, unless="flag"),
            scope(h=[0.01, 0.9, -0.02], flag=FLAG),
            scope(h=[0.01, 0.9, -0.03], flag=FLAG),
        ),
        (
            check(name="reaches", quantity="C", value="2 * x[t]", within=0.05, when="flag"),
            scope(C=[9.0, 1.04, 9.0], x=[0.0, 0.5, 0.0], flag=FLAG),
            scope(C=[9.0, 1.06, 9.0], x=[0.0, 0.5, 0.0], flag=FLAG),
        ),
        (
            check(name="reaches", quantity="C", value="0", within=0.05, when="flag"),
            scope(C=[0.0, 0.0], flag=[0.0, 1.0]),
            scope(C=[0.0, 0.0], flag=[0.0, 0.0]),
        ),
        (
            check(name="unchanged", quantity="C", within=0.02),
            {**scope(C=[1.0, 1.0]), "start": scope(C=[1.01, 0.99])},
            {**scope(C=[1.0, 1.0]), "start": scope(C=[1.0, 0.97])},
        ),
        (
            check(name="unchanged", quantity="C", within=1.0),
            {**scope(C=[1.0]), "start": scope(C=[1.0])},
            {**scope(C=[1.0]), "start": scope(C=[1.0, 1.0])},
        ),
        (
            check(name="gradient arrives", least=0.9),
            scope(gradient=[0.91, 1.0]),
            scope(gradient=[0.89, 1.0]),
        ),
        (
            check(name="flips", number="answer"),
            {"answer": 0.6, "start": {"answer": 0.1}},
            {"answer": 0.4, "start": {"answer": 0.1}},
        ),
        (check(name="at least", number="asked", least=1), {"asked": 1.0}, {"asked": 0.0}),
        (check(name="at most", number="forgets", most=0.1), {"forgets": 0.1}, {"forgets": 0.2}),
    ],
    ids=lambda each: getattr(getattr(each, "__struct_config__", None), "tag", ""),
)
def test_a_check_passes_and_fails_as_it_says(wanted: Check, passing: Scope, failing: Scope) -> None:
    assert wanted.passes(passing) is True
    assert wanted.passes(failing) is False


def test_all_checks_are_tested_here() -> None:
    tags = {each.__struct_config__.tag for each in Check.__args__}
    (marked,) = [
        mark
        for mark in test_a_check_passes_and_fails_as_it_says.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    ]
    assert {case[0].__struct_config__.tag for case in marked.args[1]} == tags


@pytest.mark.parametrize(
    "wanted",
    [check(name="keeps", quantity="D", least=1.0), check(name="at least", number="asked", least=1)],
)
def test_a_check_names_what_is_not_there(wanted: Check) -> None:
    with pytest.raises(ValueError, match=r"check asks for (D|asked), which"):
        wanted.passes({"C": Line(np.ones(2))})
