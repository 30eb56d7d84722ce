import math
from typing import Any

import numpy as np
import pytest

from lstm_viz.members import MEMBERS, AnyTrace
from lstm_viz.notation import SIGNS
from lstm_viz.views.learning import POINTS, Frame, Scene, extent, film_record, thinned

X = np.array([[0.5, 0.0], [-1.0, 1.0], [0.25, 0.0]])
SCENE = Scene(("a", "b", "c"), (1,), ("value", "mark"))


def trace(kind: str, seed: int, scale: float = 1.0) -> AnyTrace:
    return MEMBERS[kind].draw(inputs=2, units=3, seed=seed, scale=scale).run(X)


def film(
    kind: str = "lstm", unit: int | None = 1, scene: Scene = SCENE
) -> tuple[list[Frame], dict[str, Any]]:
    frames = [
        Frame(0, None, trace(kind, 0)),
        Frame(10, 0.25, trace(kind, 1, 4.0)),
        Frame(25, 0.5, trace(kind, 2, 2.0)),
    ]
    return frames, film_record(frames, scene, unit, lambda score: f"score {score}")


@pytest.mark.parametrize(("kind", "rows"), [("lstm", "ifgoch"), ("gru", "runh"), ("rnn", "h")])
def test_every_frame_holds_the_numbers_of_its_own_run(kind: str, rows: str) -> None:
    frames, record = film(kind)
    assert "".join(row["key"] for row in record["rows"]) == rows
    for frame, shown in zip(frames, record["frames"], strict=True):
        assert shown["update"] == frame.update
        for key, values in zip(rows, shown["values"], strict=True):
            np.testing.assert_allclose(values, getattr(frame.trace, key)[:, 1], atol=0.5e-4)
    assert [shown["score"] for shown in record["frames"]] == ["", "score 0.25", "score 0.5"]


def test_the_mean_over_units_is_of_magnitudes_where_there_is_a_sign() -> None:
    frames, record = film(unit=None)
    by_key = dict(zip("ifgoch", record["frames"][1]["values"], strict=True))
    shown = frames[1].trace
    np.testing.assert_allclose(by_key["f"], shown.f.mean(axis=1), atol=0.5e-4)  # type: ignore[union-attr]
    np.testing.assert_allclose(by_key["h"], np.abs(shown.h).mean(axis=1), atol=0.5e-4)
    assert [row["symbol"] for row in record["rows"]] == ["i", "f", "|C̃|", "o", "|C|", "|h|"]


def test_a_colour_means_the_same_number_all_along_the_film() -> None:
    frames, record = film()
    full = {row["key"]: row["full"] for row in record["rows"]}
    assert full["i"] is full["f"] is full["o"] is None
    assert full["g"] == full["h"] == 1.0
    assert full["c"] == max(np.abs(frame.trace.c[:, 1]).max() for frame in frames)  # type: ignore[union-attr]


def test_the_input_is_shown_once_and_symbols_by_their_labels_alone() -> None:
    _, record = film()
    assert [row["symbol"] for row in record["inputs"]] == ["value", "mark"]
    assert [row["values"] for row in record["inputs"]] == X.T.tolist()
    assert record["inputs"][0]["light"] == SIGNS["x"].light
    assert (record["steps"], record["labels"], record["marks"]) == (3, ["a", "b", "c"], [1])
    _, record = film(scene=Scene(("a", "b", "c")))
    assert record["inputs"] == []
    assert record["labels"] == ["a", "b", "c"]


def test_float32_is_sent_without_digits_that_nobody_measured() -> None:
    cell = MEMBERS["rnn"].draw(inputs=2, units=1, seed=0)
    single = type(cell)(
        *(getattr(cell, name).astype(np.float32) for name in ("weight_ih", "weight_hh", "bias"))
    )
    frames = [Frame(0, None, single.run(X.astype(np.float32)))]
    [values] = film_record(frames, SCENE, 0, str)["frames"][0]["values"]
    assert all(len(repr(value)) <= len("-0.1234") for value in values)


def test_few_values_are_a_curve_as_they_are() -> None:
    curve = thinned("run", 2, [3.0, 2.0, math.inf, 1.0])
    np.testing.assert_array_equal(curve.updates, [1, 2, 3, 4])
    np.testing.assert_array_equal(curve.values, [3.0, 2.0, np.nan, 1.0])
    assert (curve.name, curve.place, curve.together) == ("run", 2, 1)


@pytest.mark.parametrize("count", [POINTS + 1, 1000, 4001, 200_000])
def test_many_values_become_means_of_neighbours(count: int) -> None:
    values = np.arange(1.0, count + 1)
    curve = thinned("run", 0, values.tolist())
    assert len(curve.updates) <= POINTS
    assert curve.updates[-1] == count
    every = curve.together
    assert curve.values[0] == values[:every].mean()
    assert curve.values[-1] == values[(len(curve.values) - 1) * every :].mean()


def test_what_is_not_finite_is_left_out_of_a_mean() -> None:
    values = [1.0, math.nan] * POINTS
    assert set(thinned("run", 0, values).values) == {1.0}


def test_no_value_is_an_empty_curve() -> None:
    curve = thinned("run", 0, [])
    assert len(curve.updates) == len(curve.values) == 0


@pytest.mark.parametrize(
    ("updates", "reach"), [(0, 50), (50, 50), (51, 100), (101, 200), (201, 500), (4000, 5000)]
)
def test_an_axis_grows_seldom(updates: int, reach: int) -> None:
    assert extent(updates) == reach
