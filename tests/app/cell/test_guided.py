from typing import Any

import numpy as np
import orjson
import pytest

from lstm_viz.app.cell.guided import CURVE, STAGE, GuidedView
from lstm_viz.app.cell.preview import answer
from lstm_viz.app.path.guide import STOPS, Guide, Progress, query_to
from lstm_viz.app.shell.preview import Question
from lstm_viz.lessons.play import run_of


def view(number: int, progress: Progress | None = None) -> GuidedView:
    guide = Guide(number, False, progress or Progress())
    return GuidedView.of(guide, run_of(guide.stop.link))


def nowhere(record: dict[str, Any], number: float) -> bool:
    return not any(np.isclose(values, number).any() for values in record["q"].values())


def test_what_is_to_be_worked_out_is_not_in_what_is_sent() -> None:
    stage = view(2).stage()
    assert nowhere(stage, 1.3)
    assert 1.3 not in stage["scale"].values()
    assert "1.3" not in view(2).coach()["done"] + view(2).coach()["why"]
    assert {stage["phrases"][caption] for caption in stage["captions"]["c"][0]} == {"not shown yet"}
    progress = Progress(done={STOPS[1].key})
    assert not nowhere(view(2, progress).stage(), 1.3)


def test_steps_ahead_are_neither_on_the_stage_nor_in_the_curve() -> None:
    hidden = view(5)
    truth = hidden.view.trace.c[:, 0]
    stage = hidden.stage()
    for quantity in ("c", "kept", "written", "tc", "h"):
        assert np.isnan(stage["q"][quantity][0, 1:]).all()
        assert np.isfinite(stage["q"][quantity][0, :1]).all()
    assert stage["q"]["cp"][0, 1] == truth[0]
    assert np.isnan(stage["q"]["cp"][0, 2:]).all()
    [chart] = hidden.charts(dark=False)
    drawn = orjson.dumps(chart.drawing.data, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    assert not any(f"{value:.3f}" in drawn.replace("−", "-") for value in truth[1:])
    # The run itself is as it was.
    np.testing.assert_array_equal(hidden.view.trace.c[:, 0], truth)


@pytest.mark.parametrize("number", [3, 4, 6, 7])
def test_a_stop_shows_its_rows_and_lights_what_it_is_about(number: int) -> None:
    stage = view(number).stage()
    stop = STOPS[number - 1]
    assert {"C": "c"}.get(stop.lit[0], stop.lit[0]) in stage["lit"]
    assert stage["shown"] == [
        {"C": "c"}.get(row, row) for row in stop.rows if row in ("f", "i", "g", "o", "C", "h")
    ]
    assert "preview" not in stage


def question(path: object, value: float) -> Question:
    query = {key: text for key, text in query_to(3).items() if key not in ("path", "step")}
    edit = {"kind": "weight", "gate": "f", "unit": 0, "column": 3, "value": value, "done": False}
    asked = {"run": query, "edits": [edit], "dark": False, "unit": 0, "path": path}
    return Question.read(orjson.dumps(asked))


@pytest.mark.parametrize(("value", "passed"), [(5.0, False), (5.6, True), (7.0, True)])
def test_the_check_looks_at_every_move_of_the_dial(value: float, passed: bool) -> None:
    found = answer(question(3, value))
    assert found["record"]["passed"] is passed
    assert set(found["components"]) == {STAGE, CURVE}


def test_the_line_from_before_stays() -> None:
    curve = answer(question(3, 7.0))["components"][CURVE]["figure"]["data"]
    before = view(3).view.trace.c[:, 0]
    np.testing.assert_array_equal(curve[0]["y"], before)
    assert curve[1]["y"][-1] > 0.95 * before[0]
    untouched = answer(question(3, 1.5))["components"][CURVE]["figure"]["data"]
    assert len(untouched) == 1


@pytest.mark.parametrize("path", [0, 1, 8, 99, "x", None, [3]])
def test_a_stop_that_is_not_on_the_page_is_refused(path: object) -> None:
    if path is None:
        assert "cell_gates" in answer(question(path, 2.0))["components"]
        return
    with pytest.raises(ValueError, match="path must be a stop on the Cell page"):
        answer(question(path, 2.0))
