"""Every challenge on hundreds of sequences: its solution passes, what looks right fails, no weight idles."""

import math
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from lstm_viz.lessons.challenges import (
    LARGEST,
    TESTS,
    Challenge,
    Challenges,
    challenges,
    hidden_tests,
    sequences,
)
from lstm_viz.lessons.inputs import Once
from lstm_viz.lessons.marking import mark, reason
from lstm_viz.lessons.plain_rnn import PlainRNN
from lstm_viz.lessons.stops import read_toml
from lstm_viz.settings.cell import Rows

ALL = list(challenges().values())
SEED = 7
EACH = pytest.mark.parametrize("challenge", ALL, ids=lambda challenge: challenge.key)
TOML = (files("lstm_viz.lessons") / "challenges.toml").read_text(encoding="utf-8")


def solution(challenge: Challenge) -> Rows:
    return challenge.rows(challenge.solution)


def without(rows: Rows, row: int, column: int) -> Rows:
    changed = (*rows[row][:column], 0.0, *rows[row][column + 1 :])
    return (*rows[:row], changed, *rows[row + 1 :])


def test_there_are_fourteen_and_the_last_has_two_units() -> None:
    assert len(ALL) == 14
    assert [challenge.units for challenge in ALL] == [1] * 13 + [2]


@EACH
def test_the_solution_passes_500_sequences_at_par(challenge: Challenge) -> None:
    tests = sequences(challenge, SEED, 500)
    marks = mark(challenge, solution(challenge), tests)
    assert marks.passed.all()
    assert not marks.first_out.any()
    assert marks.stars == 3
    assert marks.nonzero == challenge.par
    # By a wide margin: no luck is needed.
    assert np.abs(marks.values - tests.target).max() < 0.2 * challenge.tolerance


@EACH
def test_without_any_one_of_its_weights_it_fails(challenge: Challenge) -> None:
    rows, tests = solution(challenge), sequences(challenge, SEED, 500)
    weights = [(r, k) for r, row in enumerate(rows) for k, weight in enumerate(row) if weight]
    assert len(weights) == challenge.par
    for row, column in weights:
        marks = mark(challenge, without(rows, row, column), tests)
        assert marks.passed.mean() < 0.1, f"without row {row}, column {column}"
        assert marks.stars == 0


@EACH
def test_an_answer_that_looks_right_fails_for_the_reason_given(challenge: Challenge) -> None:
    tests = sequences(challenge, SEED, 200)
    assert len(challenge.wrong) >= 2
    for wrong in challenge.wrong:
        marks = mark(challenge, challenge.rows(wrong.weights), tests)
        assert marks.passed.mean() < 0.5, wrong.weights
        reasons = [reason(challenge, marks, tests, int(number)) for number in np.flatnonzero(~marks.passed)]
        kinds = Counter(why.kind for why in reasons if why is not None)
        assert kinds.most_common(1)[0][0] == wrong.reason, (wrong.weights, kinds)


@EACH
def test_the_start_does_not_pass(challenge: Challenge) -> None:
    marks = mark(challenge, challenge.zeros, hidden_tests(challenge.key, 20261121))
    assert not marks.passed.all()
    assert (marks.nonzero, marks.stars) == (0, 0)


@EACH
def test_it_can_be_solved_on_every_day_of_a_year(challenge: Challenge) -> None:
    rows = solution(challenge)
    for day in range(20261101, 20261131):
        assert mark(challenge, rows, hidden_tests(challenge.key, day)).stars == 3


@EACH
def test_its_texts_have_their_numbers_from_it(challenge: Challenge) -> None:
    for text in (challenge.task, challenge.solved, *challenge.hints):
        assert "{" not in challenge.filled(text)
    if challenge.c0:
        assert f"*C* = {challenge.c0}" in challenge.filled(challenge.task)
        assert str(challenge.c0) not in challenge.task


@EACH
def test_the_same_seed_draws_the_same_sequences_and_another_draws_others(challenge: Challenge) -> None:
    first, again, other = (sequences(challenge, seed, 3) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.target, again.target)
    assert not np.array_equal(first.x, other.x)
    assert first.x.shape == (challenge.steps, 3, len(challenge.inputs))
    with pytest.raises(ValueError, match="read-only"):
        first.x[0] = 1.0


def wanted(key: str, before: float, last: float, x: float, other: float) -> float:
    """What is wanted after one step, as one would write it without expressions."""
    return {
        "keep": before,
        "forget": 0.0,
        "fade": 0.9 * before,
        "copy": math.tanh(x),
        "count": before + x,
        "happened": max(before, x),
        "when-asked": math.tanh(0.8) if x else 0.0,
        "average": 0.8 * before + 0.2 * math.tanh(x),
        "hold": math.tanh(x) if other else before,
        "up-down": before + x - other,
        "count-reset": x if other else before + x,
        "latch": math.tanh(x) if other else before,
        "toggle": 1.0 - before if x else before,
        "xor": float(x != last),
    }[key]


def by_hand(key: str, inputs: np.ndarray) -> list[float]:
    """What is wanted after each step of one sequence, (time, inputs)."""
    targets: list[float] = []
    before, last = 0.8 if key in ("keep", "forget", "fade") else 0.0, 0.0
    for x, *other in inputs.tolist():
        before = wanted(key, before, last, x, *(other or [0.0]))
        targets.append(before)
        last = x
    return targets


@EACH
def test_the_target_is_what_the_task_says(challenge: Challenge) -> None:
    tests = sequences(challenge, SEED, 20)
    for number in range(20):
        np.testing.assert_allclose(
            tests.target[:, number], by_hand(challenge.key, tests.x[:, number]), atol=1e-12
        )


def test_marks_are_those_of_a_cell_that_is_run_alone() -> None:
    challenge = challenges()["latch"]
    tests = sequences(challenge, SEED, 4)
    rows = challenge.rows("f=0_-6_0_3&i=0_6_0_-3&g=1_0_0_0")
    marks = mark(challenge, rows, tests)
    for number in range(4):
        alone = challenge.cell(rows).cell().run(tests.x[:, number])
        np.testing.assert_allclose(marks.values[:, number], alone.c[:, 0], atol=1e-14)
        out = np.flatnonzero(np.abs(alone.c[:, 0] - tests.target[:, number]) > challenge.tolerance)
        assert marks.first_out[number] == (out[0] + 1 if len(out) else 0)


@pytest.mark.parametrize(("extra", "stars"), [(0, 3), (1, 2), (2, 2), (3, 1)])
def test_stars_are_for_few_weights(extra: int, stars: int) -> None:
    challenge = challenges()["keep"]
    weights = ["f=0_0_10", "f=0_0_10&o=1_0_0", "f=0_0_10&o=1_1_0", "f=0_0_10&o=1_1_1"][extra]
    marks = mark(challenge, challenge.rows(weights), hidden_tests("keep", SEED))
    assert (marks.nonzero, marks.stars) == (1 + extra, stars)


def test_a_reason_has_the_numbers_of_its_run() -> None:
    challenge = challenges()["keep"]
    tests = hidden_tests("keep", SEED)
    marks = mark(challenge, challenge.rows("f=0_0_5"), tests)
    why = reason(challenge, marks, tests, 0)
    assert why is not None
    assert why.step == 4  # 0.8 σ(5)⁴ = 0.779, the first below 0.78
    assert why.text == (
        "At step 4 *C* is 0.78 instead of 0.80: at *f* = 0.9933 each of 4 steps loses "
        "0.67\N{NO-BREAK SPACE}% of it."
    )
    assert reason(challenge, mark(challenge, solution(challenge), tests), tests, 0) is None


def test_each_kind_of_reason_names_its_gate() -> None:
    named = {"forgets": "*f* =", "keeps": "*f* =", "leaks": "*i* =", "writes": "*i* · *C̃* =", "shows": "*o* "}
    seen = set()
    for challenge in ALL:
        tests = hidden_tests(challenge.key, SEED)
        for wrong in challenge.wrong:
            marks = mark(challenge, challenge.rows(wrong.weights), tests)
            for number in np.flatnonzero(~marks.passed):
                why = reason(challenge, marks, tests, int(number))
                assert why is not None
                assert named[why.kind] in why.text
                assert "nan" not in why.text
                assert why.step == marks.first_out[number]
                seen.add(why.kind)
    assert seen == set(named)


@pytest.mark.parametrize("key", [challenge.key for challenge in ALL if challenge.rnn])
def test_a_plain_rnn_cannot_do_what_is_said_that_it_cannot(key: str) -> None:
    challenge = challenges()[key]
    assert challenge.rnn is not None
    tests = sequences(challenge, SEED, 500)
    rnn = PlainRNN(challenge.rnn.weights)
    assert rnn.passed(challenge, tests) < 50
    # It was trained: it is better than no network at all, which would say 0 at every step.
    assert rnn.mean_error(challenge, tests) < np.abs(tests.target).mean()
    assert rnn.mean_error(challenge, tests) > 2 * challenge.tolerance


def test_two_challenges_are_beyond_a_plain_rnn() -> None:
    assert [challenge.key for challenge in ALL if challenge.rnn] == ["hold", "latch"]


def test_weights_beyond_the_board_are_refused() -> None:
    challenge = challenges()["keep"]
    mark(challenge, challenge.rows(f"f=0_0_{LARGEST}"), hidden_tests("keep", SEED))
    for weights in (f"f=0_0_{LARGEST + 1}", "f=0_0_nan", "f=0_0_inf"):
        with pytest.raises(ValueError, match="a weight must be from -20 to 20"):
            mark(challenge, challenge.rows(weights), hidden_tests("keep", SEED))
    for weights in ("f=0_10", "f=0_0_0_10", "f=0_0_10~0_0_10"):
        with pytest.raises(ValueError, match="f must hold 1 rows of 3 weights"):
            challenge.rows(weights)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'draw = "uniform"',
            'draw = "odd"',
            r"challenge 1 \(keep\), field input\[0\].draw: Invalid value",
        ),
        ('target = "C0"', 'target = "open(1)"', "challenge 1 .*an expression may not hold"),
        ('solution = "f=0_0_10"', 'solution = "f=0_10"', "challenge 1 .*f must hold"),
        ("par = 1", "par = 0", "challenge 1 .*par must be at least 1"),
        ('key = "forget"', 'key = "keep"', "each challenge must have a key of its own"),
        ("unit = 2", "unit = 3", "challenge 14 .*unit must be from 1 to 2"),
        ('reason = "forgets"', 'reason = "bad luck"', r"challenge 1 .*field wrong\[0\].reason: Invalid enum"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_the_place(old: str, new: str, message: str) -> None:
    assert old in TOML
    with pytest.raises(ValueError, match=f"challenges.toml, .*{message}"):
        read_toml(TOML.replace(old, new, 1), "challenges.toml", Challenges)


def test_a_flag_that_comes_once_comes_at_every_step_that_it_may() -> None:
    flags = Once(name="flag", first=2, last=4).drawn(6, 300, np.random.default_rng(0))
    assert flags.shape == (6, 300)
    np.testing.assert_array_equal(flags.sum(axis=0), 1.0)
    assert set(flags.argmax(axis=0) + 1) == {2, 3, 4}


def test_there_are_24_hidden_sequences() -> None:
    assert TESTS == 24
    assert hidden_tests("keep", 1).x.shape[1] == TESTS


def test_the_example_of_the_documentation_is_a_challenge_that_can_be_solved() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    _, example = re.findall(r"^```toml\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    (challenge,) = read_toml(example, "example.toml", Challenges).challenges
    assert mark(challenge, solution(challenge), sequences(challenge, SEED, 100)).stars == 3
