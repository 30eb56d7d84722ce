"""The engine beside the cells that are written out: the same numbers, clamps, refusals, threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from lstm_viz import GRUCell, LSTMCell
from lstm_viz.cells import backward
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.run import OutOfRangeError

X = np.random.default_rng(1).standard_normal((9, 2))
X_BATCH = np.random.default_rng(2).standard_normal((9, 5, 2))
INPUTS = pytest.mark.parametrize("x", [X, X_BATCH, X_BATCH[:, :1]], ids=["single", "batch", "batch of one"])
HELD = Equations("f = sigmoid(W@x + U@h + b)\ng = tanh(W@x + U@h + b)\nc = f*c + (1 - f)*g\nh = c")


GATES: Any = ("i", "f", "g", "o")


def cell_of(text: str, **weights: Any) -> Cell:
    return Cell(Equations(text), {name: np.asarray(value) for name, value in weights.items()})


def pair(hidden: Any = 3, seed: Any = 4) -> Any:
    """An LSTM as it is written out, and the same by its equations."""
    written = LSTMCell.random(2, hidden, seed)
    weights: dict[str, Any] = {}
    for gate in GATES:
        names = [f"{letter}_{gate}" for letter in "WUb"]
        weights |= dict(zip(names, written.gate_weights(gate), strict=True))
    return written, Cell(CATALOGUE["LSTM"], weights)


@INPUTS
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("clamp", [{}, {"f": 1.0}, {"i": 0.25, "g": -0.5}], ids=str)
def test_the_lstm_is_the_lstm_to_the_bit(x: Any, reverse: Any, clamp: Any) -> None:
    written, cell = pair()
    expected = written.run(x, [0.1, -0.2, 0.3], [1.0, -1.0, 0.5], reverse=reverse, clamp=clamp)
    initial = {"h": [0.1, -0.2, 0.3], "c": [1.0, -1.0, 0.5]}
    trace = cell.run(x, initial, reverse=reverse, clamp=clamp)
    for name in "xifgoch":
        np.testing.assert_array_equal(trace[name], getattr(expected, name), err_msg=name)
    for name in "ifgo":
        np.testing.assert_array_equal(trace.z(name), getattr(expected, f"z_{name}"))
    for name in "ch":
        np.testing.assert_array_equal(trace.before(name), getattr(expected, f"{name}_prev"))
    dh, dc = np.random.default_rng(0).standard_normal((2, *expected.h.shape))
    gradients, exact = cell.backward(trace, h=dh, c=dc), written.backward(expected, dh, dc)
    stacked = {
        part: np.concatenate([gradients.weights[f"{letter}_{gate}"] for gate in "ifgo"])
        for letter, part in zip("WUb", ("weight_ih", "weight_hh", "bias"), strict=True)
    }
    stacked |= {"x": gradients.x, "h": gradients.adjoint["h"], "c": gradients.adjoint["c"]}
    stacked |= {"h0": gradients.initial["h"], "c0": gradients.initial["c"]}
    for name, computed in stacked.items():
        np.testing.assert_allclose(computed, getattr(exact, name), rtol=0, atol=1e-14, err_msg=name)
    for ours, theirs in (
        (cell.jacobians(trace), written.jacobians(expected)),
        (cell.input_jacobians(trace), written.input_jacobians(expected)),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-15)


@INPUTS
@pytest.mark.parametrize("reset_after", [False, True])
def test_the_gru_is_the_gru(x: Any, reset_after: Any) -> None:
    written = GRUCell.random(2, 3, seed=4, reset_after=reset_after)
    parts = zip(
        "rzn", *(np.split(a, 3) for a in (written.weight_ih, written.weight_hh, written.bias)), strict=True
    )
    weights = {
        f"{letter}_{gate}": part for gate, *three in parts for letter, part in zip("WUb", three, strict=True)
    }
    if reset_after:
        weights["b1_n"] = written.bias_hn
    trace = Cell(CATALOGUE["GRU" if reset_after else "GRU before"], weights).run(x)
    expected = written.run(x)
    for name, theirs in (("r", expected.r), ("z", expected.u), ("n", expected.n), ("h", expected.h)):
        np.testing.assert_allclose(trace[name], theirs, rtol=0, atol=1e-15)


def test_a_run_has_the_shapes_of_its_input_and_cannot_be_written_to() -> None:
    cell = Cell.random(CATALOGUE["LSTMP"], 2, 3, sizes={"P": 2})
    trace = cell.run(X_BATCH)
    assert (trace["h"].shape, trace["c"].shape, trace["x"].shape, len(trace)) == (
        (9, 5, 2),
        (9, 5, 3),
        (9, 5, 2),
        9,
    )
    gradients = cell.backward(trace, h=np.ones((9, 5, 2)))
    arrays = [
        trace["h"],
        trace["x"],
        trace.before("c"),
        gradients.x,
        gradients.weights["R_h"],
        gradients.initial["c"],
    ]
    for array in (*arrays, gradients.adjoint["h"], cell.weights["W_i"]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
    with pytest.raises(KeyError, match="expected x or one of i, f, g, c"):
        trace["q"]


def test_float32_stays_float32() -> None:
    weights = {
        name: array.astype("f4") for name, array in Cell.random(CATALOGUE["sLSTM"], 2, 3).weights.items()
    }
    cell = Cell(CATALOGUE["sLSTM"], weights)
    trace = cell.run(X)
    gradients = cell.backward(trace, h=np.ones((9, 3)))
    arrays = (trace["h"], trace["m"], gradients.x, gradients.weights["R_l"], cell.jacobians(trace))
    assert {array.dtype for array in arrays} == {np.dtype("f4")}
    wide = Cell(CATALOGUE["sLSTM"], {name: array.astype("f8") for name, array in weights.items()})
    np.testing.assert_allclose(trace["h"], wide.run(X)["h"], rtol=0, atol=1e-5)


def test_two_threads_do_not_disturb_each_other() -> None:
    """A cell has one program; every run works in a place of its own."""
    cell = Cell.random(CATALOGUE["LSTM"], 2, 8)
    xs = [np.random.default_rng(seed).standard_normal((200, 2)) for seed in range(80)]

    def both(x: Any) -> Any:
        trace = cell.run(x)
        return trace["h"].copy(), cell.backward(trace, h=np.ones((200, 8))).weights["U_f"]

    alone = [both(x) for x in xs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(both, xs))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


# Clamps


@INPUTS
@pytest.mark.parametrize("reverse", [False, True])
def test_clamps_may_differ_by_unit_and_step(x: Any, reverse: Any) -> None:
    cell = Cell.random(HELD, 2, 3, seed=1)
    values = np.full((9, 3), np.nan)
    values[2:5, 1], values[4, 0] = 0.25, 1.0
    trace = cell.run(x, reverse=reverse, clamp={"f": values})
    held, computed = trace["f"], 1 / (1 + np.exp(-np.asarray(trace.z("f"))))
    free = np.isnan(values) if x.ndim == 2 else np.isnan(values)[:, np.newaxis]
    known = values if x.ndim == 2 else values[:, np.newaxis]
    np.testing.assert_allclose(held, np.where(free, computed, known), rtol=0, atol=1e-15)
    np.testing.assert_allclose(
        trace["c"], held * trace.before("c") + (1 - held) * trace["g"], rtol=0, atol=1e-15
    )


def test_no_gradient_passes_where_a_line_is_held() -> None:
    cell = Cell.random(HELD, 2, 3, seed=1)
    for clamp, there in (({"f": 0.5}, [False] * 3), ({"f": [np.nan, 0.5, 0.5]}, [True, False, False])):
        gradients = cell.backward(cell.run(X, clamp=clamp), h=np.ones((9, 3)))
        assert gradients.weights["b_f"].astype(bool).tolist() == there
        assert gradients.weights["b_g"].all()


def test_a_held_state_starts_its_gradient_anew() -> None:
    """Where c is held at step 4, nothing before can matter to what comes after."""
    cell = Cell.random(HELD, 2, 3, seed=1)
    values = np.full((9, 3), np.nan)
    values[4] = 0.3
    dh = np.zeros((9, 3))
    dh[-1] = 1.0
    by_x = cell.backward(cell.run(X, clamp={"c": values}), h=dh).x
    # h of step 4 is c: what is held there reaches the later steps by no way.
    assert not by_x[:5].any()
    assert by_x[5:].all()


@pytest.mark.parametrize("clamp", [{"f": [[0.25, np.nan, 0.75]] * 9}, {"g": [0.5, np.nan, np.nan]}], ids=str)
def test_gradients_with_clamps_are_those_of_differences(clamp: Any) -> None:
    cell, random = Cell.random(HELD, 2, 3, seed=1), np.random.default_rng(0)
    seen = random.standard_normal((9, 3))
    gradients = cell.backward(cell.run(X, clamp=clamp), h=seen)
    for name, exact in (("U_f", gradients.weights["U_f"]), ("W_g", gradients.weights["W_g"])):
        nudge = 1e-6 * random.standard_normal(exact.shape)
        ends = [
            np.sum(
                Cell(HELD, {**cell.weights, name: cell.weights[name] + sign * nudge}).run(X, clamp=clamp)["h"]
                * seen
            )
            for sign in (1, -1)
        ]
        assert (ends[0] - ends[1]) / 2 == pytest.approx(np.sum(exact * nudge), rel=1e-6)


def test_the_range_of_a_clamp_is_that_of_its_line() -> None:
    bounds = {name: CATALOGUE[name].bounds for name in ("LSTM", "LSTM 1997", "CIFG", "LSTM relu")}
    assert (bounds["LSTM"]("f"), bounds["LSTM"]("g")) == ((0.0, 1.0), (-1.0, 1.0))
    assert bounds["LSTM 1997"]("g") == (-2.0, 2.0)
    assert bounds["CIFG"]("f") == (0.0, 1.0)
    assert bounds["LSTM relu"]("g") == (0.0, np.inf)
    cell = Cell.random(CATALOGUE["LSTM 1997"], 2, 3)
    assert (cell.run(X, clamp={"g": -1.5})["g"] == -1.5).all()
    with pytest.raises(ValueError, match=r"clamp\['g'\]: expected a number from -2 to 2, got 2.5"):
        cell.run(X, clamp={"g": 2.5})


# Refusals

SMALL: Any = Cell.random(CATALOGUE["LSTM"], 2, 3)


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: SMALL.run([[1.0]]), r"x: expected shape \(time, 2\) or \(time, batch, 2\), got \(1, 1\)"),
        (lambda: SMALL.run(X, {"q": [1.0]}), r"initial: expected one of 'h', 'c', got 'q'"),
        (lambda: SMALL.run(X, {"c": [1.0]}), r"initial\['c'\]: expected shape \(3,\), got \(1,\)"),
        (
            lambda: SMALL.run(X, clamp={"q": 1.0}),
            r"clamp: expected one of 'i', 'f', 'g', 'c', 'o', 'h', got 'q'",
        ),
        (
            lambda: SMALL.run(X, clamp={"f": np.ones((2, 3))}),
            r"clamp\['f'\]: .* \(3,\) or \(9, 3\), got \(2, 3\)",
        ),
        (lambda: SMALL.run(X, clamp={"f": [0, 2, 0]}), r"clamp\['f'\]: expected numbers from 0 to 1, got 2"),
        (lambda: SMALL.run(X, clamp={"f": np.nan}), r"clamp\['f'\]: expected finite numbers"),
        (
            lambda: SMALL.backward(SMALL.run(X), h=[1.0]),
            r"dh: expected shape .* of the trace = \(9, 3\), got \(1,\)",
        ),
        (lambda: SMALL.backward(SMALL.run(X), f=X), r"direct: expected one of 'h', 'c', got 'f'"),
        (lambda: SMALL.routes(SMALL.run(X), "f"), r"state: expected one of 'h', 'c', got 'f'"),
        (
            lambda: SMALL.linearised(SMALL.run(X_BATCH)),
            r"trace: expected a run of one sequence, got a batch of 5",
        ),
        (
            lambda: SMALL.run(np.zeros((10**7, 2))),
            r"x: expected a run that keeps at most 268,435,456 numbers",
        ),
        (
            lambda: Cell(CATALOGUE["Elman"], {}),
            r"weights: expected W_h, U_h, b_h, got no W_h, no U_h, no b_h",
        ),
        (
            lambda: cell_of(CATALOGUE["Elman"].text, W_h=[[1.0]], U_h=np.ones((2, 2)), b_h=[0.0]),
            r"weights\['U_h'\]: expected shape \(H, H\) = \(1, 1\), got \(2, 2\)",
        ),
        (
            lambda: Cell.random(CATALOGUE["Elman"], hidden=0),
            r"hidden: expected an integer of at least 1, got 0",
        ),
        (lambda: Cell.random(CATALOGUE["LSTMP"]), r"sizes\['P'\]: expected an integer of at least 1, got 0"),
        (lambda: Cell.random(Equations("h = 0.5*h + x"), 2, 3), r"sizes: expected as many inputs as units"),
        (lambda: SMALL.code("jax"), r"library: expected 'numpy' or 'torch', got 'jax'"),
    ],
)
def test_refusals_name_what_is_wrong(refused: Any, message: Any) -> None:
    with pytest.raises(ValueError, match=message):
        refused()


@pytest.mark.parametrize(("reverse", "step"), [(False, 1), (True, 7)])
def test_a_run_that_leaves_the_range_names_the_line_and_the_step(reverse: Any, step: Any) -> None:
    cell = cell_of("z = W@x\nq = exp(U@h + z)\nh = q*h + z", W_z=[[1.0]], U_q=[[900.0]])
    said = rf"the range of float64, got a sum beyond it in q at step {step}$"
    with pytest.raises(OutOfRangeError, match=said) as caught:
        cell.run(np.full((9, 1), 0.5), {"h": [0.5]}, reverse=reverse)
    assert (caught.value.line, caught.value.step) == ("q", step)


def test_jacobians_too_large_to_be_kept_are_refused() -> None:
    cell = Cell.random(CATALOGUE["LSTM"], 1, 128)
    with pytest.raises(
        ValueError, match=r"expected Jacobians of at most 268,435,456 numbers, got 327,680,000"
    ):
        cell.jacobians(cell.run(np.zeros((100, 50, 1))))


@pytest.mark.parametrize("together", [1, 2, 3])
def test_a_large_batch_goes_back_in_portions(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is computed for a few steps at a time, to stay in a cache, is the same."""
    for name in ("LSTM", "GRU", "sLSTM", "QRNN", "minLSTM", "LSTM layer norm"):
        cell = Cell.random(CATALOGUE[name], 2, 3, seed=1)
        for clamp in ({}, {"h": np.where(np.arange(9)[:, np.newaxis] == 4, 0.1, np.full((9, 3), np.nan))}):
            whole = cell.backward(cell.run(X_BATCH, clamp=clamp), h=np.ones((9, 5, 3)))
            monkeypatch.setattr(backward, "_NEAR", together * 3 * 5)
            parts = cell.backward(cell.run(X_BATCH, clamp=clamp), h=np.ones((9, 5, 3)))
            monkeypatch.undo()
            np.testing.assert_allclose(parts.x, whole.x, rtol=0, atol=1e-14, err_msg=name)
            for weight, gradient in whole.weights.items():
                np.testing.assert_allclose(parts.weights[weight], gradient, rtol=1e-13, atol=1e-14)
