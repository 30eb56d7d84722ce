import math
from typing import Any

import numpy as np
import pytest

from lstm_viz.notation import SYMBOLS, written
from lstm_viz.settings.family import FAMILY, AnyTrace
from lstm_viz.views.learning import POINTS, Frame, Scene, extent, shown, thinned, timeline_record

X = np.array([[0.5, 0.0], [-1.0, 1.0], [0.25, 0.0]])
SCENE = Scene(("a", "b", "c"), (1,), ("value", "mark"))


def trace(kind: str, seed: int, scale: float = 1.0) -> AnyTrace:
    return FAMILY[kind].draw(inputs=2, units=3, seed=seed, scale=scale).run(X)


def film(
    kind: str = "lstm", unit: int | None = 1, scene: Scene = SCENE
) -> tuple[list[AnyTrace], dict[str, Any]]:
    traces = [trace(kind, 0), trace(kind, 1, 4.0), trace(kind, 2, 2.0)]
    told = zip((0, 10, 25), (None, (10, 0.25), (20, 0.5)), traces, strict=True)
    frames = [Frame(update, score, shown(each, unit)) for update, score, each in told]
    return traces, timeline_record(frames, X, scene, unit, lambda score: f"score {score}")


@pytest.mark.parametrize(("kind", "rows"), [("lstm", "ifgoch"), ("gru", "runh"), ("rnn", "h")])
def test_every_frame_holds_the_numbers_of_its_own_run(kind: str, rows: str) -> None:
    traces, record = film(kind)
    assert "".join(row["key"] for row in record["rows"]) == rows
    for each, frame in zip(traces, record["frames"], strict=True):
        for key, values in zip(rows, frame["values"], strict=True):
            np.testing.assert_allclose(values, getattr(each, key)[:, 1], atol=0.5e-4)
    assert [frame["update"] for frame in record["frames"]] == [0, 10, 25]
    assert [frame["score"] for frame in record["frames"]] == ["", "score 0.25", "score 0.5 at update 20"]


def test_the_mean_over_units_is_of_magnitudes_where_there_is_a_sign() -> None:
    traces, record = film(unit=None)
    by_key = dict(zip("ifgoch", record["frames"][1]["values"], strict=True))
    np.testing.assert_allclose(by_key["f"], traces[1].f.mean(axis=1), atol=0.5e-4)  # type: ignore[union-attr]
    np.testing.assert_allclose(by_key["h"], np.abs(traces[1].h).mean(axis=1), atol=0.5e-4)
    assert [row["symbol"] for row in record["rows"]] == ["i", "f", "|C̃|", "o", "|C|", "|h|"]


def test_a_colour_means_the_same_number_all_along_the_film() -> None:
    traces, record = film()
    full = {row["key"]: row["full"] for row in record["rows"]}
    assert full["i"] is full["f"] is full["o"] is None
    assert full["g"] == full["h"] == 1.0
    assert full["c"] == max(np.abs(each.c[:, 1]).max() for each in traces)  # type: ignore[union-attr]


def test_the_input_is_shown_once_and_symbols_by_their_labels_alone() -> None:
    _, record = film()
    assert [row["symbol"] for row in record["inputs"]] == ["value", "mark"]
    assert [row["values"] for row in record["inputs"]] == X.T.tolist()
    assert record["inputs"][0]["light"] == SYMBOLS["x"].light
    assert (record["steps"], record["labels"], record["marks"]) == (3, ["a", "b", "c"], [1])
    _, record = film(scene=Scene(("a", "b", "c")))
    assert record["inputs"] == []
    assert record["labels"] == ["a", "b", "c"]


def test_float32_is_sent_without_digits_that_nobody_measured() -> None:
    rows = {"h": np.array([0.1, -0.2, 1 / 3], np.float32)}
    [values] = timeline_record([Frame(0, None, rows)], X, SCENE, 0, str)["frames"][0]["values"]
    assert values == [0.1, -0.2, 0.3333]


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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.012345, "0.0123"),
        (-12.345, "−12.3"),
        (999.4, "999"),
        (4000.2, "4,000"),
        (-123456.0, "−123,456"),
        (0.0000752, "7.52 × 10⁻⁵"),
        (-2e-12, "−2 × 10⁻¹²"),
        (math.nan, "–"),
        (-math.inf, "–"),
    ],
)
def test_numbers_are_written_as_people_do(value: float, text: str) -> None:
    assert written(value) == text


def test_no_value_is_an_empty_curve() -> None:
    curve = thinned("run", 0, [])
    assert len(curve.updates) == len(curve.values) == 0


@pytest.mark.parametrize(
    ("updates", "reach"),
    [(0, 50), (50, 50), (51, 60), (101, 150), (1000, 1000), (1001, 1500), (4000, 4000), (200_000, 200_000)],
)
def test_an_axis_grows_seldom(updates: int, reach: int) -> None:
    assert extent(updates) == reach
