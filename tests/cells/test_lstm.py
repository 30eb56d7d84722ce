import dataclasses
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import LSTMCell
from lstm_viz.cells import LSTMStep

X = np.random.default_rng(1).standard_normal((9, 2))
X_BATCH = np.random.default_rng(2).standard_normal((9, 5, 2))
ONE = (1.0, 1.0, 1.0)


def cell(**options: Any) -> Any:
    random = LSTMCell.random(inputs=2, hidden=3, seed=4)
    return LSTMCell(random.weight_ih, random.weight_hh, random.bias, **options)


# Construction


def test_a_cell_keeps_read_only_copies() -> None:
    given_weights = np.ones((4, 1)), np.ones((4, 1)), np.ones(4)
    made = LSTMCell(*given_weights)
    for kept, array in zip((made.weight_ih, made.weight_hh, made.bias), given_weights, strict=True):
        array[:] = 7.0
        np.testing.assert_array_equal(kept, np.ones_like(kept))
        with pytest.raises(ValueError, match="read-only"):
            kept[:] = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.bias = np.zeros(4)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("dtypes", "expected"),
    [(("f4", "f4", "f4"), "f4"), (("f4", "f4", "f8"), "f8"), (("i8", "i8", "i8"), "f8"), (("f2",) * 3, "f8")],
)
def test_float32_is_kept_if_all_is_float32(dtypes: Any, expected: Any) -> None:
    shapes = (8, 3), (8, 2), (8,)
    made = LSTMCell(*(np.ones(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)))
    assert (made.dtype, made.inputs, made.hidden) == (np.dtype(expected), 3, 2)
    assert made.run(np.ones((2, 3))).h.dtype == expected


def test_random_is_pytorchs_default_with_a_forget_bias_on_f_alone() -> None:
    plain, biased = LSTMCell.random(5, 100, seed=3), LSTMCell.random(5, 100, seed=3, forget_bias=2.0)
    for weights in (plain.weight_ih, plain.weight_hh, plain.bias / 2):
        assert 0.09 < np.abs(weights).max() <= 0.1
        assert abs(weights.mean()) < 0.01
    np.testing.assert_array_equal(biased.weight_hh, plain.weight_hh)
    np.testing.assert_allclose(biased.bias - plain.bias, np.repeat([0, 2, 0, 0], 100), rtol=0, atol=1e-15)
    assert not np.array_equal(LSTMCell.random(seed=0).bias, LSTMCell.random(seed=1).bias)


def test_gates_go_in_and_come_out() -> None:
    made = cell()
    again = LSTMCell.from_gates(**{gate: made.gate_weights(gate) for gate in "ifgo"})
    np.testing.assert_array_equal(again.weight_ih, made.weight_ih)
    np.testing.assert_array_equal(again.weight_hh, made.weight_hh)
    np.testing.assert_array_equal(again.bias, made.bias)


def test_one_unit_may_come_as_numbers_and_vectors() -> None:
    made = LSTMCell.from_gates(i=([1, 2], 3, 4), f=([5, 6], 7, 8), g=([9, 10], 11, 12), o=([13, 14], 15, 16))
    np.testing.assert_array_equal(made.weight_ih, [[1, 2], [5, 6], [9, 10], [13, 14]])
    np.testing.assert_array_equal(made.weight_hh, [[3], [7], [11], [15]])
    np.testing.assert_array_equal(made.bias, [4, 8, 12, 16])
    assert LSTMCell.from_gates(i=ONE, f=ONE, g=ONE, o=ONE).inputs == 1


def test_parameters_are_counted() -> None:
    made = LSTMCell.random(5, 16)
    assert (made.parameters, made.parameter_formula) == (4 * 16 * (5 + 16 + 1), "4H(D+H+1)")


# Running


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("x", [X, X_BATCH, X_BATCH[:, :1]], ids=["single", "batch", "batch of one"])
@pytest.mark.parametrize("gate_activation", ["sigmoid", "hard_sigmoid"])
@pytest.mark.parametrize("cell_activation", ["tanh", "sigmoid"])
def test_every_step_obeys_the_equations(
    x: Any, reverse: bool, gate_activation: Any, cell_activation: Any
) -> None:
    made = cell(gate_activation=gate_activation, cell_activation=cell_activation)
    trace = made.run(x, h0=[0.1, -0.2, 0.3], c0=[1.0, -1.0, 0.5], reverse=reverse)

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    squashes: dict[str, Any] = {"tanh": np.tanh, "sigmoid": sigmoid}
    squash = squashes[cell_activation]
    gates: dict[str, Any] = {"sigmoid": sigmoid, "hard_sigmoid": lambda z: np.clip(0.2 * z + 0.5, 0, 1)}
    gate = gates[gate_activation]
    expected = {
        "z": trace.x @ made.weight_ih.T + trace.h_prev @ made.weight_hh.T + made.bias,
        "i": gate(trace.z_i),
        "f": gate(trace.z_f),
        "g": squash(trace.z_g),
        "o": gate(trace.z_o),
        "c": trace.f * trace.c_prev + trace.i * trace.g,
        "h": trace.o * squash(trace.c),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(trace, name), value, rtol=0, atol=1e-15, err_msg=name)

    later, earlier = (slice(None, -1), slice(1, None)) if reverse else (slice(1, None), slice(None, -1))
    np.testing.assert_array_equal(trace.c_prev[later], trace.c[earlier])
    np.testing.assert_array_equal(trace.h_prev[later], trace.h[earlier])
    first = trace[-1 if reverse else 0]
    np.testing.assert_array_equal(first.h_prev, np.broadcast_to([0.1, -0.2, 0.3], first.h.shape))
    np.testing.assert_array_equal(first.c_prev, np.broadcast_to([1.0, -1.0, 0.5], first.h.shape))


@pytest.mark.parametrize("x", [X, X_BATCH, X_BATCH[:, :1]], ids=["single", "batch", "batch of one"])
def test_steps_are_the_run_to_the_bit(x: Any) -> None:
    made = cell()
    trace = made.run(x)
    h = c = None
    for t, x_t in enumerate(x):
        h, c, step = made.step(x_t, h, c)
        for field in dataclasses.fields(LSTMStep):
            np.testing.assert_array_equal(
                getattr(step, field.name), getattr(trace, field.name)[t], field.name
            )
        assert h is step.h
        assert c is step.c


def test_a_batch_is_its_sequences_side_by_side() -> None:
    made = cell()
    h0, c0 = np.random.default_rng(3).standard_normal((2, 5, 3))
    batch = made.run(X_BATCH, h0, c0)
    for b in range(5):
        np.testing.assert_allclose(batch.h[:, b], made.run(X_BATCH[:, b], h0[b], c0[b]).h, rtol=0, atol=1e-15)


def test_reverse_is_the_run_of_the_reversed_sequence() -> None:
    forward, backward = cell().run(X[::-1]), cell().run(X, reverse=True)
    for field in dataclasses.fields(LSTMStep):
        np.testing.assert_array_equal(getattr(backward, field.name), getattr(forward, field.name)[::-1])


@pytest.mark.parametrize("x", [X, X_BATCH], ids=["single", "batch"])
@pytest.mark.parametrize(
    ("clamp"), [{"f": 1.0}, {"g": -0.5}, {"i": 0.0, "o": 0.25}, {"i": 1.0, "f": 0.5, "g": 1.0, "o": 1.0}]
)
def test_clamped_gates_hold_their_value_and_keep_their_z(x: Any, clamp: Any) -> None:
    made = cell()
    trace = made.run(x, c0=np.ones(3), clamp=clamp)
    free = {"i", "f", "g", "o"} - set(clamp)
    for gate, value in clamp.items():
        assert (getattr(trace, gate) == value).all()
    for gate in free:
        activated = getattr(trace, f"z_{gate}")
        activated = np.tanh(activated) if gate == "g" else 1 / (1 + np.exp(-activated))
        np.testing.assert_allclose(getattr(trace, gate), activated, rtol=0, atol=1e-15)
    np.testing.assert_allclose(trace.c, trace.f * trace.c_prev + trace.i * trace.g, rtol=0, atol=1e-15)
    z = trace.x @ made.weight_ih.T + trace.h_prev @ made.weight_hh.T + made.bias
    np.testing.assert_allclose(trace.z, z, rtol=0, atol=1e-14)


def test_tiny_gates_do_not_become_zero() -> None:
    made = LSTMCell.from_gates(i=(1, 0, 0), f=(1, 0, 0), g=ONE, o=(1, 0, 0))
    trace = made.run([[-40.0], [-700.0]])
    np.testing.assert_allclose(trace.i[:, 0], [math.exp(-40), math.exp(-700)], rtol=1e-15)


# Extremes


@given(st.lists(st.floats(-1e154, 1e154), min_size=1, max_size=8), st.floats(-1e153, 1e153))
def test_extreme_numbers_saturate_without_a_warning(values: Any, weight: Any) -> None:
    gates: dict[str, Any] = dict.fromkeys("ifgo", (weight, weight, weight))
    trace = LSTMCell.from_gates(**gates).run(np.array(values)[:, np.newaxis], c0=[1e308])
    assert np.isfinite(trace.c).all()
    assert (np.abs(trace.h) <= 1).all()


@pytest.mark.parametrize("settings", [{}, {"all": "raise"}], ids=["default", "all raise"])
def test_float_errors_of_the_caller_do_not_matter(settings: Any) -> None:
    with np.errstate(**settings):
        trace = LSTMCell.from_gates(i=ONE, f=ONE, g=ONE, o=ONE).run([[-1e308], [800.0], [-800.0]])
    np.testing.assert_array_equal(trace.i[:2, 0], [0.0, 1.0])


@pytest.mark.parametrize(("reverse", "step"), [(False, 1), (True, 2)])
@pytest.mark.parametrize("batch", [(), (1,), (2,)])
def test_products_beyond_the_range_are_refused_without_a_warning(
    reverse: bool, step: Any, batch: tuple[int, ...]
) -> None:
    made = LSTMCell.from_gates(i=(1e300, 0, 0), f=ONE, g=ONE, o=ONE)
    x = np.broadcast_to(np.reshape([1.0, 1e300, -1e300, 0.0], (4, *(1 for _ in batch), 1)), (4, *batch, 1))
    message = rf"x: expected products with the weights within ±1.8e\+308, .* float64, .* step {step}$"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=message):
            made.run(x, reverse=reverse)


# Refusals

SMALL = LSTMCell.random(inputs=2, hidden=3)
GATES = dict.fromkeys("ifgo", ONE)


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: SMALL.run([]), r"x: expected shape \(time, 2\) or \(time, batch, 2\), got \(0,\)"),
        (lambda: SMALL.run(np.ones((0, 2))), r"x: .* with nothing empty, got \(0, 2\)"),
        (lambda: SMALL.run(np.ones((4, 0, 2))), r"x: .* with nothing empty, got \(4, 0, 2\)"),
        (lambda: SMALL.run(np.ones(2)), r"x: .*, got \(2,\)"),
        (lambda: SMALL.run(np.ones((4, 3))), r"x: .*, got \(4, 3\)"),
        (lambda: SMALL.run(np.ones((1, 1, 4, 2))), r"x: .*, got \(1, 1, 4, 2\)"),
        (lambda: SMALL.run([[1, 2], [3]]), r"x: expected shape .*, got nested sequences of unequal lengths"),
        (lambda: SMALL.run([[1, np.nan]]), r"x: expected finite numbers, .*, got nan at index \[0, 1\]"),
        (lambda: SMALL.run([[1, 1], [-np.inf, 1]]), r"x: .*, got -inf at index \[1, 0\]"),  # type: ignore[arg-type]
        (lambda: SMALL.run([["a", "b"]]), r"x: expected real numbers, .*, got an array of dtype <U1"),
        (lambda: SMALL.run("1 0 0"), r"x: expected real numbers, .*, got '1 0 0'"),
        (lambda: SMALL.run([[1j, 0]]), r"x: expected real numbers, .*, got an array of dtype complex128"),
        (lambda: SMALL.run(None), r"x: expected real numbers, .*, got None"),  # type: ignore[arg-type]
        (lambda: SMALL.run([[1, 2]], h0=[1]), r"h0: expected shape \(3,\), got \(1,\)"),
        (
            lambda: SMALL.run(np.ones((1, 4, 2)), c0=np.ones((2, 3))),
            r"c0: .* \(3,\) or \(4, 3\), got \(2, 3\)",
        ),
        (lambda: SMALL.run([[1, 2]], c0=[1, np.nan, 1]), r"c0: expected finite .* at index \[1\]"),
        (lambda: SMALL.run([[1, 2]], clamp={"c": 1}), r"clamp: expected one of 'i', 'f', 'g', 'o', got 'c'"),  # type: ignore[dict-item]
        (lambda: SMALL.run([[1, 2]], clamp={"f": 1.1}), r"clamp\['f'\]: .* from 0 to 1, got 1.1"),
        (lambda: SMALL.run([[1, 2]], clamp={"f": -0.1}), r"clamp\['f'\]: .* from 0 to 1, got -0.1"),
        (lambda: SMALL.run([[1, 2]], clamp={"g": -1.1}), r"clamp\['g'\]: .* from -1 to 1, got -1.1"),
        (
            lambda: SMALL.run([[1, 2]], clamp={"g": np.nan}),
            r"clamp\['g'\]: expected finite numbers, .* got nan",
        ),
        (lambda: SMALL.run([[1, 2]], clamp={"o": "open"}), r"clamp\['o'\]: expected real numbers, .* 'open'"),  # type: ignore[dict-item]
        (lambda: SMALL.step([1, 2, 3]), r"x_t: expected shape \(2,\) or \(batch, 2\), got \(3,\)"),
        (lambda: SMALL.step([1, 2], h=[1, 2]), r"h: expected shape \(3,\), got \(2,\)"),
        (lambda: SMALL.step([1, 2], c=["a"] * 3), r"c: expected real numbers"),
        (lambda: SMALL.gate_weights("z"), r"gate: expected one of 'i', 'f', 'g', 'o', got 'z'"),  # type: ignore[arg-type]
        (lambda: LSTMCell(np.ones(4), np.ones((4, 1)), np.ones(4)), r"weight_ih: .*inputs\), got \(4,\)"),
        (lambda: LSTMCell(np.ones((4, 0)), np.ones((4, 1)), np.ones(4)), r"weight_ih: .* got \(4, 0\)"),
        (
            lambda: LSTMCell(np.ones((8, 1)), np.ones((4, 1)), np.ones(4)),
            r"weight_ih: .* \(4, 1\), got \(8, 1\)",
        ),
        (
            lambda: LSTMCell(np.ones((4, 1)), np.ones((4, 2)), np.ones(4)),
            r"weight_hh: .* \(8, 2\), got \(4, 2\)",
        ),
        (lambda: LSTMCell(np.ones((4, 1)), np.ones((4, 1)), np.ones(3)), r"bias: .* = \(4,\), got \(3,\)"),
        (
            lambda: LSTMCell([[np.inf]] * 4, np.ones((4, 1)), np.ones(4)),  # type: ignore[arg-type]
            r"weight_ih: expected finite numbers",
        ),
        (lambda: cell(gate_activation="relu"), r"gate_activation: .* 'sigmoid', 'hard_sigmoid', got 'relu'"),
        (lambda: cell(cell_activation="relu"), r"cell_activation: .* 'tanh', 'sigmoid', got 'relu'"),
        (lambda: LSTMCell.random(inputs=0), r"inputs: expected an integer of at least 1, got 0"),
        (lambda: LSTMCell.random(hidden=1.5), r"hidden: expected an integer of at least 1, got 1.5"),  # type: ignore[arg-type]
        (
            lambda: LSTMCell.random(forget_bias=np.nan),
            r"forget_bias: expected finite numbers, a number, got nan$",
        ),
        (lambda: LSTMCell.from_gates(**{**GATES, "f": (1, 1)}), r"f: expected \(W, U, b\), got 2 parts"),  # type: ignore[arg-type]
        (lambda: LSTMCell.from_gates(**{**GATES, "f": ([1, 1], 1, 1)}), r"f: W: .* \(1, 1\), got \(1, 2\)"),  # type: ignore[arg-type]
        (lambda: LSTMCell.from_gates(**{**GATES, "o": (1, [[1, 1]], 1)}), r"o: U: .* \(1, 1\), got \(1, 2\)"),  # type: ignore[arg-type]
        (lambda: LSTMCell.from_gates(**{**GATES, "g": (1, 1, [1, 1])}), r"g: b: .* \(1,\), got \(2,\)"),  # type: ignore[arg-type]
        (lambda: LSTMCell.from_gates(**{**GATES, "g": (1, "a", 1)}), r"g: U: expected real numbers, .* 'a'"),  # type: ignore[arg-type]
    ],
)
def test_refusals_name_what_is_wrong(refused: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        refused()


def test_a_float32_cell_refuses_what_float32_cannot_hold() -> None:
    single = LSTMCell(*(np.ones(shape, np.float32) for shape in ((4, 1), (4, 1), (4,))))
    with pytest.raises(
        ValueError, match=r"x: expected numbers within ±3.4e\+38, the range of float32, got 1e\+39"
    ):
        single.run([[1e39]])
