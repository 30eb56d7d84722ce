import numpy as np
import pytest

from lstm_viz import CATALOGUE, Cell, GRUCell, LSTMCell, RNNCell
from lstm_viz.analysis import longest_stretch, marked_steps, memory, most_selective_unit

X = np.array([[1.0], [0.0], [0.0], [0.0], [1.0], [0.0], [0.0], [0.0], [0.0], [0.0]])
MARKS = (0, 4)


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


def min_gru() -> Cell:
    """The same with a gate that renews: unit 1 is always open, unit 2 where x is 1."""
    weights = {"W_z": [[0.0], [12.0]], "b_z": [2.0, -6.0], "W_n": [[0.0], [0.0]], "b_n": [1.0, 1.0]}
    return Cell(CATALOGUE["minGRU"], {name: np.array(value) for name, value in weights.items()})


@pytest.mark.parametrize("cell", [lstm(), gru(), min_gru()], ids=["lstm", "gru", "minGRU"])
def test_the_unit_that_writes_on_marked_steps_and_keeps_it_is_the_one(
    cell: LSTMCell | GRUCell | Cell,
) -> None:
    assert most_selective_unit(cell.run(X), MARKS) == 1


def test_a_unit_that_forgets_what_it_writes_is_not() -> None:
    weight_ih, bias = np.zeros((8, 1)), np.zeros(8)
    weight_ih[0:2, 0] = 12.0, 8.0
    bias[0:2] = -6.0
    bias[2:4] = 2.5, 8.0  # f of 0.92 and 0.9997: two thirds and nearly all are left after five steps
    bias[4:6] = 2.0
    assert most_selective_unit(LSTMCell(weight_ih, np.zeros((8, 2)), bias).run(X), MARKS) == 1


def test_without_marks_or_gates_it_is_the_unit_whose_memory_moves_most() -> None:
    trace = lstm().run(X)
    assert most_selective_unit(trace, ()) == int(np.argmax(trace.c.std(axis=0)))
    assert most_selective_unit(trace, range(len(X))) == int(np.argmax(trace.c.std(axis=0)))
    rnn = RNNCell(np.array([[0.1], [2.0]]), np.zeros((2, 2)), np.zeros(2)).run(X)
    assert most_selective_unit(rnn, MARKS) == 1


@pytest.mark.parametrize(
    ("marks", "steps", "stretch"),
    [((0, 4), 10, range(5, 10)), ((2,), 4, range(3, 4)), ((), 5, range(5)), ((0, 5), 6, range(1, 5))],
)
def test_the_longest_stretch_lies_after_a_mark(marks: tuple[int, ...], steps: int, stretch: range) -> None:
    assert longest_stretch(marks, steps) == stretch


def test_marked_steps_are_those_and_no_others() -> None:
    assert marked_steps([1, 3], 5).tolist() == [False, True, False, True, False]


def test_the_memory_is_c_or_the_state_itself() -> None:
    run = lstm().run(X)
    assert memory(run) is run.c
    assert memory(gru().run(X)).shape == (len(X), 2)
