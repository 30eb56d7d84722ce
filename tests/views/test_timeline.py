from typing import Any

import numpy as np
import pytest

from lstm_viz import Cell, Equations
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.family import FAMILY, AnyTrace
from lstm_viz.views.timeline import Frame, Scene, timeline_record, timeline_rows, timeline_symbols

X = np.array([[0.5, 0.0], [-1.0, 1.0], [0.25, 0.0]])
SCENE = Scene(("a", "b", "c"), (1,), ("value", "mark"))


def trace(kind: str, seed: int, scale: float = 1.0) -> AnyTrace:
    return FAMILY[kind].draw(inputs=2, units=3, seed=seed, scale=scale).run(X)


def timeline(
    kind: str = "lstm", unit: int | None = 1, scene: Scene = SCENE
) -> tuple[list[AnyTrace], dict[str, Any]]:
    traces = [trace(kind, 0), trace(kind, 1, 4.0), trace(kind, 2, 2.0)]
    reported = zip((0, 10, 25), (None, (10, 0.25), (20, 0.5)), traces, strict=True)
    frames = [Frame(update, score, timeline_rows(each, unit)) for update, score, each in reported]
    symbols = timeline_symbols(traces[0])
    return traces, timeline_record(frames, symbols, X, scene, unit, lambda score: f"score {score}")


@pytest.mark.parametrize(("kind", "rows"), [("lstm", "ifgoch"), ("gru", "runh"), ("rnn", "h")])
def test_every_frame_holds_the_numbers_of_its_own_run(kind: str, rows: str) -> None:
    traces, record = timeline(kind)
    assert "".join(row["key"] for row in record["rows"]) == rows
    for each, frame in zip(traces, record["frames"], strict=True):
        for key, values in zip(rows, frame["values"], strict=True):
            np.testing.assert_allclose(values, getattr(each, key)[:, 1], atol=0.5e-4)
    assert [frame["update"] for frame in record["frames"]] == [0, 10, 25]
    assert [frame["score"] for frame in record["frames"]] == ["", "score 0.25", "score 0.5 at update 20"]


def test_the_lines_of_a_cell_by_its_equations_are_rows_by_their_own_names() -> None:
    equations = Equations("k = sigmoid(W@x + U@h + b)\nn = 9*(W@x)\nh = k*h + n")
    run = Cell.random(equations, 2, 3).run(X)
    symbols = timeline_symbols(run)
    record = timeline_record([Frame(0, None, timeline_rows(run, 1))], symbols, X, SCENE, 1, str)
    assert [(row["key"], row["symbol"]) for row in record["rows"]] == [("k", "k"), ("n", "n"), ("h", "h")]
    full = {row["key"]: row["full"] for row in record["rows"]}
    assert full["k"] is None, "a gate"
    assert full["n"] == pytest.approx(np.abs(run["n"][:, 1]).max())
    np.testing.assert_allclose(record["frames"][0]["values"][0], run["k"][:, 1], atol=0.5e-4)


def test_the_mean_over_units_is_of_magnitudes_where_there_is_a_sign() -> None:
    traces, record = timeline(unit=None)
    by_key = dict(zip("ifgoch", record["frames"][1]["values"], strict=True))
    np.testing.assert_allclose(by_key["f"], traces[1].f.mean(axis=1), atol=0.5e-4)  # type: ignore[union-attr]
    np.testing.assert_allclose(by_key["h"], np.abs(traces[1].h).mean(axis=1), atol=0.5e-4)
    assert [row["symbol"] for row in record["rows"]] == ["i", "f", "|C̃|", "o", "|C|", "|h|"]


def test_a_colour_means_the_same_number_all_along_the_timeline() -> None:
    traces, record = timeline()
    full = {row["key"]: row["full"] for row in record["rows"]}
    assert full["i"] is full["f"] is full["o"] is None
    assert full["g"] == full["h"] == 1.0
    assert full["c"] == max(np.abs(each.c[:, 1]).max() for each in traces)  # type: ignore[union-attr]


def test_the_input_is_shown_once_and_symbols_by_their_labels_alone() -> None:
    _, record = timeline()
    assert [row["symbol"] for row in record["inputs"]] == ["value", "mark"]
    assert [row["values"] for row in record["inputs"]] == X.T.tolist()
    assert record["inputs"][0]["light"] == SYMBOLS["x"].light
    assert (record["steps"], record["labels"], record["marks"]) == (3, ["a", "b", "c"], [1])
    _, record = timeline(scene=Scene(("a", "b", "c")))
    assert record["inputs"] == []
    assert record["labels"] == ["a", "b", "c"]


def test_float32_is_sent_without_digits_that_nobody_measured() -> None:
    rows = {"h": np.array([0.1, -0.2, 1 / 3], np.float32)}
    record = timeline_record([Frame(0, None, rows)], {"h": SYMBOLS["h"]}, X, SCENE, 0, str)
    [values] = record["frames"][0]["values"]
    assert values == [0.1, -0.2, 0.3333]
