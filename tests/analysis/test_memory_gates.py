import pytest

from lstm_viz.analysis import MemoryGate, MemoryGates, gate_biases, memory_gates
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations

FORGET, WRITE = MemoryGate("f"), MemoryGate("i")
NOT_FORGET, NOT_Z, Z = MemoryGate("f", opposite=True), MemoryGate("z", opposite=True), MemoryGate("z")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LSTM", MemoryGates("c", FORGET, WRITE)),
        ("FGR", MemoryGates("c", FORGET, WRITE)),
        ("LSTM hard", MemoryGates("c", FORGET, WRITE)),
        ("LSTM layer norm", MemoryGates("c", FORGET, WRITE)),
        ("LSTM 1997", MemoryGates("c", None, WRITE)),
        ("NIG", MemoryGates("c", FORGET, None)),
        ("CIFG", MemoryGates("c", FORGET, WRITE)),
        ("GRU", MemoryGates("h", Z, NOT_Z)),
        ("minGRU", MemoryGates("h", NOT_Z, Z)),
        ("MGU", MemoryGates("h", NOT_FORGET, FORGET)),
        ("JANET", MemoryGates("c", FORGET, NOT_FORGET)),
        ("SCRN", MemoryGates("s")),
        ("Elman", None),
        ("IndRNN", None),
    ],
)
def test_the_gates_of_a_memory_are_those_of_its_own_line(name: str, expected: MemoryGates | None) -> None:
    assert memory_gates(CATALOGUE[name]) == expected


def test_what_comes_from_the_step_before_or_is_no_gate_decides_nothing() -> None:
    late = Equations("c = f[t-1]*c + k*x\nf = sigmoid(W@x + b)\nk = exp(b)\nh = c")
    assert memory_gates(late) == MemoryGates("c")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LSTM", {"b_f": 4.0, "b_i": -3.0}),
        ("LSTM layer norm", {"b_f": 4.0, "b_i": -3.0}),
        ("NIG", {"b_f": 4.0}),
        ("NFG", {"b_i": -3.0}),
        ("CIFG", {"b_i": -4.0}),
        ("GRU", {"b_z": 4.0}),
        ("minGRU", {"b_z": -4.0}),
        ("JANET", {"b_f": 4.0}),
        ("QRNN", {}),
        ("Elman", {}),
    ],
)
def test_a_gate_opens_by_its_bias_and_the_one_that_keeps_comes_first(
    name: str, expected: dict[str, float]
) -> None:
    assert gate_biases(CATALOGUE[name], keeps=4.0, writes=-3.0) == expected


def test_of_several_biases_of_a_gate_the_first_is_the_whole() -> None:
    equations = Equations("f = sigmoid(W@x + b1 + U@h + b2)\nh = f*h + W@x")
    assert gate_biases(equations, keeps=4.0, writes=-3.0) == {"b1_f": 4.0, "b2_f": 0.0}


def test_the_opposite_of_an_opposite_opens_as_its_bias_grows() -> None:
    equations = Equations("i = sigmoid(W@x + b)\nj = 1 - i\nf = 1 - j\nh = f*h + W@x")
    assert gate_biases(equations, keeps=4.0, writes=-3.0) == {"b_i": 4.0}
