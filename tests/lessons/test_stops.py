"""Lessons as files: what is shipped is played, and what is wrong with a file is named."""

import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.exchange.links.training import from_query as training_from_query
from lstm_viz.lessons.play import (
    dial_of,
    faults,
    opening_scope,
    query_of,
    run_of,
    scope_of,
    texts_of,
)
from lstm_viz.lessons.scope import run_scope
from lstm_viz.lessons.stops import Lesson, Stop, guided_path, read_lesson
from lstm_viz.lessons.tasks import Choose, Do, Predict
from lstm_viz.lessons.text import filled

PATH = (files("lstm_viz.lessons") / "path.toml").read_text(encoding="utf-8")
STOPS = {stop.key: stop for stop in guided_path().stops}
OF_CELL = [stop for stop in STOPS.values() if stop.page == "cell"]


def test_the_guided_path_has_eight_stops_and_no_fault() -> None:
    assert list(STOPS) == [
        "why-a-memory",
        "one-step-by-hand",
        "forget-gate-keeps",
        "input-gate-lets-in",
        "predict",
        "output-gate-shows",
        "gradient",
        "train-and-ask",
    ]
    assert list(faults(guided_path())) == []


@pytest.mark.parametrize("stop", OF_CELL, ids=lambda stop: stop.key)
def test_the_start_of_a_stop_does_not_pass_and_its_solution_does(stop: Stop) -> None:
    start = opening_scope(stop)
    scope = scope_of(stop, start, start)
    match stop.task:
        case Do() as task:
            assert not task.passes(scope)
            assert task.passes(scope_of(stop, run_scope(run_of(task.solution)), start))
        case Choose() as task:
            verdicts = [task.passes(scope, k) for k in (None, *range(len(task.options)))]
            assert verdicts.count(True) == 1
            assert not verdicts[0]
        case Predict() as task:
            truths = {step: float(scope[task.quantity].at(step)) for step in task.steps}
            assert not task.passes({})
            assert not task.passes(dict(list(truths.items())[:-1]))
            assert task.passes(truths)
            assert task.has_star(scope, truths)
            assert not task.has_star(scope, {step: truth + 1.0 for step, truth in truths.items()})


@pytest.mark.parametrize("stop", STOPS.values(), ids=lambda stop: stop.key)
def test_no_number_of_a_text_is_typed(stop: Stop) -> None:
    """0 and 1, between which a gate lies, are no numbers of a run."""
    texts = [text for _, text in texts_of(stop)]
    if isinstance(stop.task, Choose):
        texts += [option.says for option in stop.task.options]
    if isinstance(stop.task, Predict):
        texts += [stop.task.says, *(mistake.says for mistake in stop.task.mistakes)]
    for text in texts:
        words = re.sub(r"\{[^{}]*\}", "", text)
        assert set(re.findall(r"[\d.,]*\d", words)) <= {"0", "1"}, words


@pytest.mark.parametrize("stop", STOPS.values(), ids=lambda stop: stop.key)
def test_a_stop_says_little_and_helps_in_stages(stop: Stop) -> None:
    assert len(re.findall(r"[.!?](?:\s|$)", stop.text)) <= 3
    assert len(stop.text) <= 340
    assert len(stop.hints) >= 2
    assert all((stop.title, stop.text, stop.done, stop.next, stop.task.text))


def test_the_numbers_that_the_stops_are_about() -> None:
    """As they were found when the path was designed, computed by hand from the equations."""
    keeps, lets_in = opening_scope(STOPS["forget-gate-keeps"]), opening_scope(STOPS["input-gate-lets-in"])
    assert filled("{C[last] / C[1]:.1%}", keeps) == "7.3\N{NO-BREAK SPACE}%"
    assert filled("{i[1] * abs(g[1]):.2f}", lets_in) == "0.36"
    assert filled("{h[1]:.2f}", opening_scope(STOPS["output-gate-shows"])) == "0.33"
    assert filled("{f[1] + i[1] * g[1]:.1f}", opening_scope(STOPS["one-step-by-hand"])) == "2.0"


@pytest.mark.parametrize(("bias", "passes"), [(5.5, False), (5.6, True)])
def test_the_forget_gate_holds_from_a_bias_of_5_6_on(bias: float, passes: bool) -> None:
    stop = STOPS["forget-gate-keeps"]
    run = run_of(stop.link)
    run = replace(run, cell=run.cell.with_weight("f", 0, 3, bias))
    assert isinstance(stop.task, Do)
    assert stop.task.passes(scope_of(stop, run_scope(run), opening_scope(stop))) is passes


def test_the_last_stop_opens_a_training_that_there_is() -> None:
    settings = training_from_query(query_of(STOPS["train-and-ask"].link))
    assert (settings.task, settings.seed) == ("negation", 5)


@pytest.mark.parametrize(
    ("numbers", "passes"),
    [
        ({"forgets": 0.02, "asked": 1.0}, True),
        ({"forgets": 0.02, "asked": 0.0}, False),
        ({"forgets": 0.4, "asked": 3.0}, False),
    ],
)
def test_the_last_stop_wants_a_gate_that_shuts_and_a_question(
    numbers: dict[str, float], passes: bool
) -> None:
    stop = STOPS["train-and-ask"]
    assert isinstance(stop.task, Do)
    assert stop.task.passes(scope_of(stop, numbers, {"forgets": 1.0, "asked": 0.0})) is passes


def test_the_dials_of_a_stop_are_weights_of_its_cell() -> None:
    stop = STOPS["input-gate-lets-in"]
    run = run_of(stop.link)
    assert [(dial.gate, dial.column) for dial in (dial_of(name, run) for name in stop.controls)] == [
        ("i", 1),
        ("i", 3),
    ]
    for wrong in ("f", "f.q", "q.b", "f.x", "", ".b"):
        with pytest.raises(ValueError, match="controls must be of a gate"):
            dial_of(wrong, run)


PREDICT = STOPS["predict"]


@pytest.mark.parametrize(
    ("step", "said", "close", "mistake"),
    [
        (6, -0.45, True, ""),
        (6, 0.03, False, "adds old and new"),
        (6, 0.52, False, "the old value"),
        (7, 0.03, False, "only what is new"),
        (6, 0.9, False, ""),
    ],
)
def test_a_prediction_near_a_known_mistake_is_told_of_it(
    step: int, said: float, close: bool, mistake: str
) -> None:
    assert isinstance(PREDICT.task, Predict)
    judgement = PREDICT.task.judge(opening_scope(PREDICT), step, said)
    assert judgement.close is close
    assert mistake in judgement.mistake
    assert bool(mistake) == bool(judgement.mistake)


# What is wrong with a file


def damaged(old: str, new: str) -> str:
    assert old in PATH
    return PATH.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = =", "path.toml: this is not TOML: .*line 1"),
        (
            damaged('title = "The forget gate keeps"', "title = 7"),
            r"path.toml, stop 3 \(forget-gate-keeps\), field title: Expected `str`, got `int`",
        ),
        (
            damaged('title = "The forget gate keeps"', 'titel = "The forget gate keeps"'),
            r"path.toml, stop 3 \(forget-gate-keeps\): Object (missing required field|contains unknown)",
        ),
        (damaged('page = "start"', 'page = "home"'), r"stop 1 \(why-a-memory\), field page: Invalid enum"),
        (damaged('"keeps", q', '"holds", q'), r"stop 3 .*, field task.checks\[0\].name: Invalid value"),
        (damaged("least = 0.95", 'least = "much"'), r"task.checks\[0\].least: Expected `float`"),
        (damaged("{C[last] / C[1]:.1%}; at", "{C[last] / ; at"), r"stop 3 .*: done: a brace has no partner"),
        (damaged("{0.9 ** 10:.0%}", "{eval(9)}"), r"stop 3 .*: why: .*an expression may not hold: eval\(9\)"),
        (
            damaged('value = "tanh(value[t])"', 'value = "tan(value[t])"'),
            r"stop 4 .*checks\[1\]: .*an expression may not hold",
        ),
        (damaged('key = "predict"', 'key = "gradient"'), "key of its own, got 'gradient' 2"),
        (damaged('key = "predict"', 'key = "A B"'), r"stop 5 .*key must be small letters"),
        (damaged("enough = 3", "enough = 6"), "stop 5 .*field task: enough must be from 1"),
        (damaged("steps = [2,", "steps = [7,"), "stop 5 .*field task: steps must be"),
        (damaged("within = 0.1\n", "within = 0.0\n"), "stop 5 .*field task: within must be above 0"),
        (damaged('kind = "choose"', 'kind = "guess"'), r"stop 2 .*field task.kind: Invalid value"),
        ('title = "T"\nabout = "A"\nstop = []', "a lesson must have 1 to 60 stops"),
        ("x" * 200_001, "at most 200,000 characters"),
        ('title = "T"', "missing required field"),
    ],
)
def test_a_file_that_is_no_lesson_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_lesson(text, "path.toml")


def with_stop(key: str, change: Callable[[Stop], Stop]) -> Lesson:
    stops = tuple(change(stop) if stop.key == key else stop for stop in guided_path().stops)
    return msgspec.structs.replace(guided_path(), stops=stops)


SOLVED = object()
"""Stands for the link of the solution."""


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"link": "preset=nothing"}, "stop 3 .*preset “nothing”, which does not exist"),
        ({"text": "{D[1]}"}, "text: D.1.: nothing is called D here"),
        ({"done": "{C[99]}"}, "done: C.99.: steps are whole numbers"),
        ({"lit": ("q",)}, "lit: the run has nothing called q"),
        ({"hidden": ("last",)}, "hidden: the run has nothing called last"),
        ({"step": 15}, "step: must be from 1 to 14, got 15"),
        ({"controls": ("f.q",)}, "controls must be of a gate"),
        ({"controls": ()}, "task.solution: changes what no control of the stop can set"),
        ({"page": "train"}, "nothing is called C here|nothing is called"),
        ({"link": SOLVED}, "task: the start passes already"),
    ],
)
def test_playing_a_lesson_finds_what_does_not_hold(fields: dict[str, object], message: str) -> None:
    def change(stop: Stop) -> Stop:
        assert isinstance(stop.task, Do)
        solution = stop.task.solution
        changed = {key: solution if value is SOLVED else value for key, value in fields.items()}
        return msgspec.structs.replace(stop, **changed)

    (found,) = faults(with_stop("forget-gate-keeps", change))
    assert re.search(message, found), found


@pytest.mark.parametrize("solution", ["", "same"])
def test_playing_a_lesson_finds_a_solution_that_does_not_pass(solution: str) -> None:
    def change(stop: Stop) -> Stop:
        link = stop.link if solution else ""
        return msgspec.structs.replace(stop, task=msgspec.structs.replace(stop.task, solution=link))

    (found,) = faults(with_stop("forget-gate-keeps", change))
    assert "task.solution: " in found


def test_a_question_without_one_right_answer_is_found() -> None:
    def change(stop: Stop) -> Stop:
        assert isinstance(stop.task, Choose)
        options = tuple(option for option in stop.task.options if option.value != "f[1] * C[0] + i[1] * g[1]")
        return msgspec.structs.replace(stop, task=msgspec.structs.replace(stop.task, options=options))

    (found,) = faults(with_stop("one-step-by-hand", change))
    assert "options must hold C[1] exactly once, got it 0 times" in found


def test_the_example_of_the_documentation_is_a_lesson_without_fault() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    example, _ = re.findall(r"^```toml\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert list(faults(read_lesson(example, "example.toml"))) == []


LINES = PATH.splitlines()


def complaints(text: str) -> list[str]:
    """What is wrong with a file, or with the lesson in it."""
    try:
        return list(faults(read_lesson(text, "path.toml")))
    except ValueError as error:
        return [str(error)]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.integers(0, 3),
    st.sampled_from(
        ["", "[[stop]]", "x = nan", "steps = [99]", "checks = []", 'link = "i=1"', "value = 1979-05-27"]
    ),
)
def test_a_file_with_lines_lost_or_put_in_is_a_lesson_or_refused(at: int, lost: int, put_in: str) -> None:
    said = complaints("\n".join([*LINES[:at], put_in, *LINES[at + lost :]]))
    assert all(each.startswith(("stop ", "path.toml")) for each in said)
