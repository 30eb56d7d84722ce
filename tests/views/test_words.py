from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.cells import LSTMTrace
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import RunSettings
from lstm_viz.views.words import PHRASES, Description, describe, held
from tests.exchange.strategies import runs

KEPT = "of the old memory is kept"


def one_unit(**given: list[float]) -> Any:
    """Stand in for a trace of one unit, zeros but for what is given: words look at numbers alone."""
    steps = len(next(iter(given.values())))
    names = ["x", "i", "f", "g", "o", "c", "h", "c_prev", "h_prev"]
    return SimpleNamespace(**{name: np.array(given.get(name, [0.0] * steps))[:, None] for name in names})


def said(trace: LSTMTrace, key: str) -> list[str]:
    """The words for a quantity of the first unit, step by step."""
    return [PHRASES[index] for index in getattr(describe(trace), key)[:, 0]]


def of_memory(*states: float) -> list[str]:
    """What is said of a memory that goes through these states."""
    return said(one_unit(c_prev=list(states[:-1]), c=list(states[1:])), "c")


@pytest.mark.parametrize(
    ("gate", "share"),
    [
        (0.0, "nothing"),
        (0.0009, "nothing"),
        (0.001, "almost nothing"),
        (0.0999, "almost nothing"),
        (0.1, "a little"),
        (0.3499, "a little"),
        (0.35, "about half"),
        (0.5, "about half"),
        (0.6499, "about half"),
        (0.65, "most"),
        (0.8999, "most"),
        (0.9, "nearly all"),
        (0.98, "nearly all"),
        (0.9989, "nearly all"),
        (0.999, "all"),
        (1.0, "all"),
    ],
)
def test_a_gate_is_told_by_how_far_it_is_open(gate: float, share: str) -> None:
    trace = one_unit(f=[gate], i=[gate], c=[1.0], c_prev=[1.0])
    assert said(trace, "f") == [f"{share} {KEPT}"]
    assert said(trace, "i") == [f"{share} of the candidate is written"]
    assert held("f", gate) == f"held by you for the whole run: {share} {KEPT}"
    assert held("i", gate) == f"held by you for the whole run: {share} of the candidate is written"


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (0.0, "the memory is hidden from the outside"),
        (0.05, "the memory is almost hidden from the outside"),
        (0.2, "a little of the memory is shown"),
        (0.5, "about half of the memory is shown"),
        (0.8, "most of the memory is shown"),
        (0.98, "nearly all of the memory is shown"),
        (1.0, "all of the memory is shown"),
    ],
)
def test_the_output_gate_is_told_by_what_is_shown(gate: float, words: str) -> None:
    assert said(one_unit(o=[gate]), "o") == [words]
    assert held("o", gate) == f"held by you for the whole run: {words}"


@pytest.mark.parametrize(
    ("size", "manner"),
    [(1.0, ", as far as it can"), (0.9995, ", as far as it can"), (0.5, ""), (0.2, " a little")],
)
def test_a_candidate_proposes_to_raise_or_lower(size: float, manner: str) -> None:
    trace = one_unit(g=[size, -size])
    raises, lowers = (
        "the candidate proposes to raise the memory",
        "the candidate proposes to lower the memory",
    )
    assert said(trace, "g") == [raises + manner, lowers + manner]


@pytest.mark.parametrize("candidate", [0.0, -0.0, 0.00004, -0.00004])
def test_a_candidate_near_zero_proposes_no_change(candidate: float) -> None:
    assert said(one_unit(g=[candidate]), "g") == ["the candidate proposes no change"]


def test_a_held_candidate_is_said_to_be_held() -> None:
    assert held("g", -1.0) == "held by you for the whole run"


def test_an_empty_memory_has_nothing_to_keep_however_open_the_gate() -> None:
    trace = one_unit(f=[1.0, 1.0, 0.0], c_prev=[0.0, 0.001, 1.0], c=[0.001, 1.0, 0.0])
    empty = "the memory was empty, so there is nothing to keep"
    assert said(trace, "f") == [empty, empty, f"nothing {KEPT}"]


def test_the_memory_is_told_by_how_it_moves() -> None:
    assert of_memory(0.0, 0.5, 1.0, 0.7, 0.7, -0.4, -0.2, 0.0) == [
        "the memory is filled",
        "the memory moves away from 0",
        "the memory moves towards 0",
        "the memory stays as it was",
        "the memory changes its sign",
        "the memory moves towards 0",
        "the memory is emptied",
    ]


def test_a_memory_below_zero_is_filled_and_moves_away_from_it_too() -> None:
    assert of_memory(0.0, -0.5, -1.0) == ["the memory is filled", "the memory moves away from 0"]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_what_counts_as_still_goes_by_the_largest_memory_of_the_run(scale: float) -> None:
    states = scale * np.array([1.0, 0.9981, 0.9, 0.898001, 0.8])
    still, moves = "the memory stays as it was", "the memory moves towards 0"
    assert of_memory(*states) == [still, moves, still, moves]


def test_a_memory_that_trembles_around_zero_is_still() -> None:
    assert of_memory(1.0, 0.0, 0.002, -0.001)[1:] == ["the memory stays as it was"] * 2


def test_a_run_without_memory_is_still() -> None:
    assert of_memory(0.0, 0.0) == ["the memory stays as it was"]


def test_the_output_is_told_by_its_sign() -> None:
    begins = "the output, which the gates see at the next step, is "
    trace = one_unit(h=[0.0, -0.0, 4e-5, -4e-5, 6e-5, -6e-5])
    assert said(trace, "h") == [begins + end for end in ("0", "0", "0", "0", "positive", "negative")]


@given(st.sampled_from(["f", "i", "g", "o"]), st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_a_gate_further_open_is_never_told_as_less(gate: str, values: list[float]) -> None:
    ordered = sorted(values)
    everywhere = [1.0] * len(ordered)
    trace = one_unit(**{"c": everywhere, "c_prev": everywhere, gate: ordered})
    assert np.all(np.diff(getattr(describe(trace), gate)[:, 0]) >= 0)


def test_phrases_tell_everything_apart() -> None:
    assert len(set(PHRASES)) == len(PHRASES)
    assert all(phrase == phrase.strip() and phrase[0].islower() for phrase in PHRASES)


ABOUT = {
    "f": ("of the old memory is kept", "nothing to keep"),
    "i": ("of the candidate is written",),
    "g": ("the candidate proposes",),
    "o": ("is shown", "hidden from the outside"),
    "c": ("the memory stays", "the memory moves", "the memory changes", "is filled", "is emptied"),
    "h": ("the output, ",),
}


@given(runs(steps=8))
def test_every_step_and_unit_has_words_for_each_quantity(run: RunSettings) -> None:
    trace = run.run()
    description = describe(trace)
    assert {field.name for field in fields(Description)} == {*GATES, "c", "h"}
    for key, endings in ABOUT.items():
        chosen = getattr(description, key)
        assert chosen.shape == trace.c.shape
        assert np.issubdtype(chosen.dtype, np.integer)
        assert chosen.min() >= 0
        assert chosen.max() < len(PHRASES)
        for phrase in {PHRASES[index] for index in chosen.flat}:
            assert any(ending in phrase for ending in endings), (key, phrase)


def sign(number: float) -> int:
    return int(np.sign(number))


MEANS = {
    "the memory moves away from 0": lambda before, after: (
        abs(after) > abs(before) and sign(before) == sign(after)
    ),
    "the memory moves towards 0": lambda before, after: (
        abs(after) < abs(before) and sign(before) == sign(after)
    ),
    "the memory changes its sign": lambda before, after: sign(before) == -sign(after) != 0,
    "the memory is filled": lambda before, after: abs(after) > abs(before),
    "the memory is emptied": lambda before, after: abs(after) < abs(before),
}


@given(runs(largest=5, steps=8) | runs(steps=8))
def test_words_for_the_memory_and_the_output_are_true(run: RunSettings) -> None:
    trace = run.run()
    description = describe(trace)
    largest = max(np.abs(trace.c).max(), np.abs(trace.c_prev).max())
    numbers = zip(trace.c_prev.flat, trace.c.flat, trace.h.flat, strict=True)
    for number, (before, after, output) in enumerate(numbers):
        memory, shown = (PHRASES[getattr(description, key).flat[number]] for key in ("c", "h"))
        if memory == "the memory stays as it was":
            assert abs(after - before) <= 0.004 * largest
        else:
            assert MEANS[memory](before, after), (memory, before, after)
        # What reads 0.00 is told as 0.
        told = 0 if abs(output) < 0.00005 else sign(float(output))
        assert shown.endswith({1: "positive", -1: "negative", 0: "0"}[told])
