"""Any cell on the Train page: chosen from the catalogue, or one's own by a link."""

from dataclasses import replace

import pytest

from lstm_viz.app.train.state import OPENING
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.run import Trace
from lstm_viz.exchange.links import own_cell
from lstm_viz.training.gate_traces import run_layers
from lstm_viz.training.tasks import TASKS
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn

ADDING = TASKS[OPENING[0]].presets[OPENING[1]]
OWN = "k = sigmoid(W@x + U@h + b)\nh = k*h + (1 - k)*tanh(W@x + b)"


def test_another_cell_is_chosen_and_seen_by_its_own_lines_before_it_has_learned(jobs: StandIn) -> None:
    visitor = TrainVisitor()
    visitor.pick_cell("other")
    assert visitor.picked("other_cell") == "minGRU"
    visitor.pick("other_cell", "MGU")
    assert visitor.query["cell"] == "MGU"
    assert [row["symbol"] for row in visitor.timeline["rows"]] == ["f", "n", "h"]
    assert "**untrained** MGU" in visitor.said
    assert CATALOGUE["MGU"].text in visitor.said
    visitor.press("now")
    [record] = jobs.records.values()
    assert record.settings.model.cell == "MGU"
    assert record.settings.model.initialisation == ADDING.model.initialisation


def test_pytorchs_cells_are_one_press_away_and_the_other_one_is_kept() -> None:
    visitor = TrainVisitor(task="adding", cell="SRU")
    visitor.pick_cell("gru")
    assert visitor.controls("selectbox") & {"other_cell"} == set()
    assert visitor.query["cell"] == "gru"
    visitor.pick_cell("other")
    assert visitor.picked("other_cell") == "SRU"


def test_a_cell_of_ones_own_comes_by_a_link_and_stays_at_hand(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="adding", cell=OWN)
    assert visitor.picked("other_cell") == OWN
    assert OWN in visitor.said
    assert [row["symbol"] for row in visitor.timeline["rows"]] == ["k", "h"]
    changed = own_cell.from_query(visitor.link("Change a line"))
    assert changed.cell.written == OWN
    visitor.pick("other_cell", "minGRU")
    visitor.pick_cell("lstm")
    visitor.pick_cell("other")
    visitor.pick("other_cell", OWN)
    visitor.press("now")
    [record] = jobs.records.values()
    assert record.settings.model.cell == OWN


def test_what_was_learned_is_taken_along_under_a_plain_name(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="adding", cell=OWN, units="1")
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    jobs.end(run)
    visitor.look()
    assert "Gate *k*: **" in visitor.said
    stage = visitor.sent("stage")
    assert (stage["editable"], stage["units"], stage["shown"]) == (False, 1, ["k", "h"])
    trace = run_layers(jobs.records[run].weights, jobs.records[run].settings.model)[0].forward
    assert isinstance(trace, Trace)
    assert stage["q"]["k"][0] == pytest.approx(trace["k"][:, 0])
    names = [each.proto.label for each in visitor.app.get("download_button")]
    assert names == ["Weights (safetensors)", "PyTorch script", "Curves (CSV)"]


def test_a_cell_too_large_for_the_stage_is_told_so(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="adding", cell="MGU")
    visitor.press("now")
    [run] = jobs.records
    jobs.begin(run)
    jobs.end(run)
    visitor.look()
    assert "up to 4 units and 2 inputs" in visitor.said
    assert not visitor.shows("stage")


def test_it_is_trained_against_lstm_and_gru_and_what_came_of_it_is_told(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="adding", cell=OWN)
    assert visitor.label("all") == "LSTM against GRU against own cell"
    assert "**Is it any better?** Press *LSTM against GRU against own cell*." in visitor.said
    visitor.press("all")
    cells = [record.settings.model.cell for record in jobs.records.values()]
    assert cells == ["lstm", "gru", OWN]
    for run in jobs.records:
        jobs.begin(run)
        jobs.end(run)
    visitor.look()
    assert "the own cell is no better than guessing" in visitor.said
    visitor.press("gates_2")
    assert [row["symbol"] for row in visitor.timeline["rows"]] == ["k", "h"]
    assert "Gate *k*: **" in visitor.said
    assert "Of the memory, **" in visitor.said
    assert "own cell answers" in visitor.html


@pytest.mark.usefixtures("jobs")
def test_what_can_be_set_of_the_biases_is_what_the_cell_has() -> None:
    gates = {"set_forget_bias", "set_input_bias"}
    for cell, expected in (
        ("LSTM", gates),
        ("MGU", {"set_forget_bias"}),
        ("NFG", {"set_input_bias"}),
        ("IndRNN", set()),
    ):
        visitor = TrainVisitor(task="recall", cell=cell, initialisation="orthogonal")
        assert visitor.controls("text_input") & gates == expected, cell


def test_a_cell_that_cannot_read_the_task_is_refused_beside_train(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="adding", cell="h = 0.9*h + x", units="3")
    assert "needs as many units as inputs. It has 3 and reads 2." in visitor.said
    visitor.press("now")
    assert jobs.records == {}
    assert "Not trained: The cell uses x unit by unit" in visitor.said
    visitor.enter("set_units", 2)
    visitor.press("now")
    assert len(jobs.records) == 1


@pytest.mark.usefixtures("jobs")
def test_a_cell_whose_numbers_run_away_is_told_and_the_page_stays() -> None:
    visitor = TrainVisitor(task="adding", cell="h = exp(9 + W@x + h)")
    assert "Line h leaves the range of numbers at step 2, before anything is learned." in visitor.said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("minGRUU", "no cell of the catalogue"),
        ("h = sigmod(h)", "there is no function sigmod"),
        ("LSTMP", "lines of P"),
    ],
)
@pytest.mark.usefixtures("jobs")
def test_a_link_to_what_is_no_cell_is_refused_in_words(cell: str, said: str) -> None:
    visitor = TrainVisitor(task="adding", cell=cell)
    assert said in visitor.said


def test_a_run_whose_weights_lead_out_of_range_is_listed_without_its_gates(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="adding", cell="h = 0.5*h + W@x")
    visitor.press("now")
    [run] = jobs.records
    model = replace(ADDING.model, cell="h = exp(9 + W@x + h)", units=1, initialisation="default")
    jobs.records[run].settings = replace(jobs.records[run].settings, model=model)
    jobs.begin(run)
    jobs.end(run, end="diverged", text="Line h left the range of its numbers at step 3.")
    visitor.look()
    assert "left the range of its numbers at step 3" in visitor.said
