"""What came of a run on the Train page."""

import numpy as np

from lstm_viz.app.train.state import OPENING
from lstm_viz.cells import LSTMTrace
from lstm_viz.exchange.links import cell as cell_link
from lstm_viz.training.gate_traces import run_layers
from lstm_viz.training.tasks import TASKS
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn

ADDING = TASKS[OPENING[0]].presets[OPENING[1]]


def test_what_came_of_it_is_told_when_it_is_over(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    visitor.look()
    assert not visitor.app.get("download_button")
    measure = {"name": "Mean squared error on 100 steps", "value": 0.25, "note": "Never seen.", "good": False}
    jobs.end(run, text="Solved after 100 updates.", measures=[measure])
    visitor.look()
    assert "Solved after 100 updates. 3.0 s of training." in visitor.said
    assert "<td>Mean squared error on 100 steps</td>" in visitor.said
    assert '0.25 <span role="img" aria-label="wrong">✗</span>' in visitor.said
    assert "What it has learned" in visitor.said
    assert len(visitor.app.get("download_button")) == 3


def test_a_small_cell_opens_on_the_cell_page_number_for_number(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    jobs.end(run)
    visitor.look()
    opened = cell_link.from_query(visitor.link("Open on the Cell stage")).run()
    learned = run_layers(jobs.records[run].weights, ADDING.model)[0].forward
    assert isinstance(learned, LSTMTrace)
    np.testing.assert_array_equal(opened.x.astype(np.float32), learned.x, "the inputs that PyTorch reads")
    for key in ("i", "f", "g", "o", "c", "h"):
        np.testing.assert_allclose(getattr(opened, key), getattr(learned, key), atol=1e-6)
    assert max(len(number) for number in visitor.link("Open on the Cell stage")["x"].split("_")) < 16


def test_a_large_cell_is_shown_here_unit_by_unit(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="recall")
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    jobs.end(run)
    visitor.look()
    visitor.pick("unit", 5)
    record = visitor.sent("stage")
    trace = run_layers(jobs.records[run].weights, TASKS["recall"].defaults.model)[0].forward
    assert isinstance(trace, LSTMTrace)
    np.testing.assert_allclose(record["q"]["f"][0], trace.f[:, 5])
    assert record["editable"] is False
    assert record["units"] == 1
