"""The catalogue: each entry is a cell that runs, and says where it comes from."""

from typing import Any

import numpy as np
import pytest

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.latex import filled

X = np.random.default_rng(0).standard_normal((6, 2))


def drawn(name: Any, inputs: Any = 2, hidden: Any = 3, seed: Any = 1) -> Any:
    equations = CATALOGUE[name]
    return Cell.random(equations, inputs, hidden, seed, sizes={"P": 2} if equations.declared_sizes else None)


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_entry_says_what_it_is_and_where_it_comes_from(name: Any) -> None:
    entry = CATALOGUE[name]
    assert entry.name == name
    assert entry.title
    assert entry.year is not None
    assert 1990 <= entry.year <= 2024
    assert entry.source
    assert entry.purpose.endswith(".")


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("batch", [(), (3,)], ids=["single", "batch"])
def test_numbers_and_gradients_are_those_of_autograd(name: Any, batch: Any) -> None:
    torch = pytest.importorskip("torch")
    cell, random = drawn(name), np.random.default_rng(0)
    x = random.standard_normal((6, *batch, 2))
    trace = cell.run(x)
    module, tensor = cell.to_torch(), torch.tensor(x, requires_grad=True)
    lines = module(tensor)
    for line, expected in lines.items():
        np.testing.assert_allclose(trace[line], expected.detach(), rtol=1e-12, atol=1e-12, err_msg=line)
    dh = random.standard_normal(trace["h"].shape)
    (lines["h"] * torch.tensor(dh)).sum().backward()
    gradients = cell.backward(trace, h=dh)
    np.testing.assert_allclose(gradients.x, tensor.grad, rtol=1e-11, atol=1e-12)
    for weight, parameter in module.named_parameters():
        expected = 0.0 if parameter.grad is None else parameter.grad
        np.testing.assert_allclose(
            gradients.weights[weight], expected, rtol=1e-11, atol=1e-12, err_msg=weight
        )


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_formula_is_the_count(name: Any) -> None:
    sizes = {"D": 5, "H": 7, "P": 3}
    equations = CATALOGUE[name]
    cell = Cell.random(equations, 5, 7, sizes={"P": 3} if equations.declared_sizes else None)
    assert evaluated(equations.parameter_formula, sizes) == cell.parameters


def evaluated(formula: Any, sizes: Any) -> Any:
    """Work out a formula such as 4H(D+H+1) + 3H + 9H²."""
    total = 0
    for term in formula.split(" + "):
        head, _, bracket = term.partition("(")
        factor = sum(sizes.get(part, 1) for part in bracket.rstrip(")").split("+")) if bracket else 1
        digits = "".join(character for character in head if character.isdigit() and character != "²")
        factor *= int(digits or 1)
        for at, character in enumerate(head):
            if character in sizes:
                factor *= sizes[character] ** (2 if head[at + 1 : at + 2] == "²" else 1)
        total += factor
    return total


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("Elman", "H(D+H+1)"),
        ("LSTM", "4H(D+H+1)"),
        ("V", "4H(D+H+1) + 3H"),
        ("NIG", "3H(D+H+1) + 2H"),
        ("CIFG", "3H(D+H+1) + 2H"),
        ("FGR", "4H(D+H+1) + 3H + 9H²"),
        ("LSTMP", "4H(D+P+1) + PH"),
        ("GRU", "3H(D+H+1) + H"),
        ("GRU before", "3H(D+H+1)"),
        ("minGRU", "2H(D+1)"),
        ("SRU", "4H(D+1)"),
    ],
)
def test_formulas_are_those_of_the_literature(name: Any, formula: Any) -> None:
    assert CATALOGUE[name].parameter_formula == formula


def test_latex_is_what_a_paper_prints() -> None:
    lines = {name: dict(CATALOGUE[name].latex()) for name in CATALOGUE}
    assert lines["Elman"]["h"] == r"h_t = \tanh(W x_t + U h_{t-1} + b)"
    assert lines["LSTM"]["f"] == r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)"
    assert lines["LSTM"]["g"] == r"\tilde C_t = \tanh(W_C x_t + U_C h_{t-1} + b_C)"
    assert lines["LSTM"]["c"] == r"C_t = f_t \cdot C_{t-1} + i_t \cdot \tilde C_t"
    assert lines["V"]["o"] == r"o_t = \sigma(W_o x_t + U_o h_{t-1} + p_o \cdot C_t + b_o)"
    assert r"R_{of}\, o_{t-1}" in lines["FGR"]["f"]
    assert lines["LSTM 1997"]["h"] == r"h_t = o_t \cdot (2\,\sigma(C_t) - 1)"
    assert lines["CIFG"]["f"] == "f_t = 1 - i_t"
    assert lines["GRU before"]["n"] == r"n_t = \tanh(W_n x_t + U_n (r_t \cdot h_{t-1}) + b_n)"
    assert lines["GRU"]["h"] == r"h_t = (1 - z_t) \cdot n_t + z_t \cdot h_{t-1}"
    assert lines["sLSTM"]["h"] == r"h_t = \frac{o_t \cdot C_t}{n_t}"
    assert lines["LSTM hard"]["i"].startswith(r"i_t = \mathrm{clip}(0.2\,(W_i x_t")


def test_numbers_filled_in_work_out() -> None:
    weights = {"W_f": np.ones((1, 1)), "b_f": np.zeros(1), "W_c": np.full((1, 1), -2.0)}
    cell = Cell(Equations("f = sigmoid(W@x + b)\nc = f*c + W@x\nh = 0.5*c"), weights)
    trace = cell.run([[0.0], [1.0]])
    lines = dict(filled(trace, (1,)))
    assert lines["f"] == r"f_t = \sigma(1 + 0) = 0.731"
    assert lines["c"] == r"C_t = 0.731 \cdot 0 + (-2) = -2"
    assert lines["h"] == r"h_t = 0.5 \cdot (-2) = -1"


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_code_prints_the_same_numbers(name: Any, library: Any) -> None:
    names: dict[str, Any] = {}
    if library == "torch":
        torch = pytest.importorskip("torch")
    cell = drawn(name)
    exec(cell.code(library), names)
    outputs = names["run"](X if library == "numpy" else torch.tensor(X))
    np.testing.assert_allclose(np.asarray(outputs), cell.run(X)["h"], rtol=1e-12, atol=1e-12)


# What single cells are known for


@pytest.mark.parametrize("name", ["minGRU", "minLSTM", "RG-LRU", "SRU", "QRNN", "selective scan", "IndRNN"])
def test_where_no_matrix_sees_a_state_the_direct_route_is_the_whole_gradient(name: Any) -> None:
    cell = drawn(name)
    assert cell.equations.diagonal
    trace = cell.run(X)
    # What QRNN keeps of x, in front of its memory, is no memory.
    kept = slice(2 if name == "QRNN" else 0, None)
    jacobians = cell.jacobians(trace)[:, kept, kept]
    units = np.arange(jacobians.shape[-1])
    off = jacobians.copy()
    off[:, units, units] = 0.0
    assert not off.any()
    if name in ("minGRU", "minLSTM", "RG-LRU", "QRNN", "selective scan"):
        state = cell.equations.states[-1]
        split = cell.routes(trace, state)
        np.testing.assert_array_equal(split.direct, split.whole)


def test_of_an_lstm_the_direct_route_is_a_part() -> None:
    cell = drawn("LSTM")
    split = cell.routes(cell.run(X), "c")
    assert not cell.equations.diagonal
    assert set(split.through) == set("ifgo")
    assert np.abs(split.whole - split.direct).max() > 1e-3


def test_the_output_of_slstm_does_not_depend_on_its_stabiliser() -> None:
    cell = drawn("sLSTM")
    plain = Cell(CATALOGUE["sLSTM plain"], {name.replace("_a", "_i").replace("_l", "_f"): array
                                            for name, array in cell.weights.items()})  # fmt: skip
    trace = cell.run(X)
    np.testing.assert_allclose(trace["h"], plain.run(X)["h"], rtol=0, atol=1e-14)
    gradients = cell.backward(trace, h=np.ones((6, 3)))
    assert np.abs(gradients.adjoint["m"]).max() < 1e-13


def test_the_stabiliser_keeps_slstm_in_range() -> None:
    cell = drawn("sLSTM")
    large = {name: 600.0 * array if name.startswith("W_a") else array for name, array in cell.weights.items()}
    assert np.abs(Cell(CATALOGUE["sLSTM"], large).run(10 * X)["h"]).max() < 1.0
    plain = {name.replace("_a", "_i").replace("_l", "_f"): array for name, array in large.items()}
    with pytest.raises(ValueError, match=r"the range of float64, got a sum beyond it in i at step"):
        Cell(CATALOGUE["sLSTM plain"], plain).run(10 * X)


@pytest.mark.parametrize(
    ("name", "matrix", "line", "text"),
    [
        ("SRU", "R_h", None, "h = r*c + (1 - r)*x"),
        ("RG-LRU", "W_v", "v", "v = x"),
        ("selective scan", "W_v", "v", "v = x"),
    ],
)
def test_with_the_identity_for_its_matrix_a_cell_is_the_papers(
    name: str, matrix: str, line: str | None, text: str
) -> None:
    ours = CATALOGUE[name].text.splitlines()
    replaced = next(at for at, written in enumerate(ours) if written.startswith(f"{line or 'h'} ="))
    paper = Cell.random(Equations("\n".join([*ours[:replaced], text, *ours[replaced + 1 :]])), 2, 2, seed=3)
    cell = Cell(CATALOGUE[name], {**paper.weights, matrix: np.eye(2)})
    np.testing.assert_allclose(cell.run(X)["h"], paper.run(X)["h"], rtol=0, atol=1e-15)


def test_a_cell_that_is_not_in_the_catalogue_gets_everything_from_its_lines() -> None:
    """As docs/cells.md shows it: run, gradient, LaTeX, code and a PyTorch module."""
    torch = pytest.importorskip("torch")
    equations = Equations(
        "u = sigmoid(W@x + U@h + b)\nh = u*h + (1 - u)*softsign(W@x + b)",
        name="leaky",
        title="a leaky unit",
        year=2024,
        source="this test",
        purpose="To show how it is done.",
    )
    cell = Cell.random(equations, inputs=2, hidden=3, seed=0)
    trace = cell.run(X)
    gradients = cell.backward(trace, h=np.ones((6, 3)))
    module = cell.to_torch()
    optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
    module(torch.tensor(X))["h"].sum().backward()
    np.testing.assert_allclose(module.U_u.grad, gradients.weights["U_u"], rtol=0, atol=1e-13)
    optimiser.step()
    np.testing.assert_allclose(
        module.U_u.detach(), cell.weights["U_u"] - 0.1 * gradients.weights["U_u"], rtol=0, atol=1e-13
    )
    assert dict(equations.latex())["u"] == r"u_t = \sigma(W_u x_t + U_u h_{t-1} + b_u)"
    assert "h = u * h + (1.0 - u) * softsign(W_h @ x_t + b_h)" in cell.code()
