import numpy as np
import pytest

from lstm_viz import CATALOGUE, Cell, Equations
from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.settings.family import AnyTrace
from lstm_viz.views.gate_sentences import gate_sentences, openness

X = np.array([[1.0], [0.0], [0.0], [0.0], [1.0], [0.0], [0.0], [0.0], [0.0], [0.0]])
MARKS = (0, 4)
LABELS = ("write", "", "", "", "write", "", "", "", "", "")


def lstm(*, keeps: float = 6.0) -> LSTMCell:
    """Unit 1 writes all the time, unit 2 where x is 1 alone, and keeps it."""
    weight_ih, bias = np.zeros((8, 1)), np.zeros(8)
    weight_ih[1], bias[1] = 12.0, -6.0
    bias[2], bias[3] = 0.0, keeps
    bias[4:6] = 2.0
    return LSTMCell(weight_ih, np.zeros((8, 2)), bias)


def gru() -> GRUCell:
    """The same with z, which keeps."""
    weight_ih, bias = np.zeros((6, 1)), np.zeros(6)
    weight_ih[3], bias[3] = -12.0, 6.0
    bias[4:6] = 2.0
    return GRUCell(weight_ih, np.zeros((6, 2)), bias, np.zeros(2))


def test_each_gate_is_compared_on_marked_steps_and_elsewhere() -> None:
    trace = lstm().run(X)
    said = gate_sentences(trace, MARKS, LABELS, 1)
    marked, others = trace.i[[0, 4], 1].mean(), np.delete(trace.i[:, 1], MARKS).mean()
    assert (
        said[0]
        == f"Input gate *i*: **{openness(marked)}** on the marked steps, **{openness(others)}** elsewhere."
    )
    assert (openness(marked), openness(others)) == ("0.9975", "0.0025")


def test_what_is_kept_is_the_product_over_the_longest_stretch_after_a_mark() -> None:
    trace = lstm(keeps=3.0).run(X)
    [*_, said] = gate_sentences(trace, MARKS, LABELS, 1)
    share = 100 * np.prod(trace.f[5:, 1])
    assert said.startswith(f"Of the memory, **{share:.0f} %** is kept from step 6 to step 10:")
    assert "the product of *f* over 5 steps" in said


def test_without_marks_a_gate_is_told_by_what_it_moves_between() -> None:
    said = gate_sentences(lstm().run(X), (), LABELS, 1)
    assert said[0] == "Input gate *i*: from **0.0025** (step 2) to **0.9975** (step 1, “write”)."
    assert said[2] == "Output gate *o*: about **0.50** all along."
    assert "from step 1 to step 10" in said[3]


def min_gru() -> Cell:
    """The same with a gate that renews: unit 1 is always open, unit 2 where x is 1."""
    weights = {"W_z": [[0.0], [12.0]], "b_z": [2.0, -6.0], "W_n": [[0.0], [0.0]], "b_n": [1.0, 1.0]}
    return Cell(CATALOGUE["minGRU"], {name: np.array(value) for name, value in weights.items()})


def test_a_cell_by_its_equations_is_told_by_its_own_lines_and_by_what_it_keeps() -> None:
    trace = min_gru().run(X)
    gate, kept = gate_sentences(trace, MARKS, LABELS, 1)
    assert gate == "Gate *z*: **0.9975** on the marked steps, **0.0025** elsewhere."
    assert "**99 %** is kept from step 6 to step 10: the product of *1 − z* over 5 steps" in kept


def test_a_cell_without_gates_is_told_so() -> None:
    [said] = gate_sentences(Cell.random(Equations("h = 0.5*h + W@x"), 1, 2).run(X), MARKS, LABELS, 1)
    assert said.startswith("The cell has no gates. Here |h| is **")


def test_the_mean_over_units_can_be_told_too() -> None:
    trace = lstm().run(X)
    marked = trace.i[[0, 4]].mean()
    assert f"**{openness(marked)}** on the marked steps" in gate_sentences(trace, MARKS, LABELS, None)[0]


@pytest.mark.parametrize(
    ("trace", "said"),
    [
        (gru().run(X), ["Reset gate *r*", "Update gate *z*", "the product of *z*"]),
        (RNNCell.random(1, 2).run(X), ["A plain RNN has no gates"]),
    ],
    ids=["gru", "rnn"],
)
def test_every_cell_has_words_of_its_own(trace: AnyTrace, said: list[str]) -> None:
    lines = gate_sentences(trace, MARKS, LABELS, 1)
    assert len(lines) == len(said)
    assert all(part in line for part, line in zip(said, lines, strict=True))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.50"), (0.996, "0.9960"), (1.0, "1.00"), (0.99999, "1.00"), (0.0004, "0.0004"), (1e-6, "0.00")],
)
def test_a_level_never_reads_as_open_or_shut_where_it_is_not(value: float, text: str) -> None:
    assert openness(value) == text
