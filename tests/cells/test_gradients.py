"""Backpropagation against torch.autograd where PyTorch has the cell, against differences where it has not."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz import LSTM_1997, GRUCell, LSTMCell, LSTMVariant, LSTMVariantCell, RNNCell
from tests.cells.strategies import STATES, WEIGHTS, smooth_runs, with_weights


@settings(max_examples=60)
@given(smooth_runs())
def test_gradients_are_those_of_central_differences(run: Any) -> None:
    cell, arguments, random = run
    trace = cell.run(**arguments)
    seen = {name: random.standard_normal(getattr(trace, name[1:]).shape) for name in direct_names(cell)}
    gradients = cell.backward(trace, **seen)

    def loss(cell: Any, **arguments: Any) -> Any:
        trace = cell.run(**arguments)
        return sum(np.sum(getattr(trace, name[1:]) * weight) for name, weight in seen.items())

    for name in ("x", *STATES[type(cell)]):
        measured = differences(
            lambda value, name=name: loss(cell, **arguments | {name: value}), arguments[name]
        )
        np.testing.assert_allclose(getattr(gradients, name), measured, rtol=1e-6, atol=1e-7, err_msg=name)
    for name in WEIGHTS[type(cell)]:
        weights = getattr(cell, name)
        if weights is None:
            assert getattr(gradients, name) is None
            continue
        measured = differences(
            lambda value, name=name: loss(with_weights(cell, name, value), **arguments), weights
        )
        np.testing.assert_allclose(getattr(gradients, name), measured, rtol=1e-6, atol=1e-7, err_msg=name)


def direct_names(cell: Any) -> Any:
    return ("dh", "dc") if "c0" in STATES[type(cell)] else ("dh",)


def differences(function: Any, at: Any, step: Any = 1e-5) -> Any:
    result = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        nudge = np.zeros(at.shape)
        nudge[index] = step
        result[index] = (function(at + nudge) - function(at - nudge)) / (2 * step)
    return result


# Against PyTorch


@st.composite
def torch_runs(draw: Any) -> Any:
    """A torch layer in one direction or both, its kind, an input, initial states, and what L sees of h."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(draw(st.integers(0, 2**31)))
    kind = draw(st.sampled_from(["tanh", "relu", "GRU", "LSTM", "projected LSTM"]))
    hidden = draw(st.integers(2, 6))
    sizes = {
        "input_size": draw(st.integers(1, 4)),
        "hidden_size": hidden,
        "bidirectional": draw(st.booleans()),
    }
    match kind:
        case "tanh" | "relu":
            layer = torch.nn.RNN(**sizes, nonlinearity=kind)
        case "GRU":
            layer = torch.nn.GRU(**sizes)
        case "LSTM":
            layer = torch.nn.LSTM(**sizes)
        case _:
            layer = torch.nn.LSTM(**sizes, proj_size=draw(st.integers(1, hidden - 1)))
    layer.double()
    batch = draw(st.sampled_from([(), (1,), (3,)]))
    x = torch.randn(draw(st.integers(1, 12)), *batch, layer.input_size, dtype=torch.float64)
    ways = 2 if layer.bidirectional else 1
    widths = [layer.proj_size or hidden, *([hidden] if "LSTM" in kind else [])]
    states = [torch.randn(ways, *batch, width, dtype=torch.float64) for width in widths]
    return kind, layer, x, states


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
@given(torch_runs())
def test_gradients_are_those_of_autograd(run: Any) -> None:
    kind, layer, x, states = run
    torch = pytest.importorskip("torch")
    for tensor in (x, *states):
        tensor.requires_grad_()
    y, ends = layer(x, tuple(states) if len(states) > 1 else states[0])
    seen_h, seen_c = torch.randn_like(y), torch.randn_like(ends[1]) if len(states) > 1 else None
    loss = (y * seen_h).sum() + (0.0 if seen_c is None else (ends[1] * seen_c).sum())
    loss.backward()

    by_x = 0.0
    for way, dh in enumerate(np.split(seen_h.numpy(), 2 if layer.bidirectional else 1, axis=-1)):
        cell = from_torch(kind, layer.state_dict(), reverse=way == 1)
        trace = cell.run(x.detach(), *(state.detach()[way] for state in states), reverse=way == 1)
        seen = {"dh": dh}
        if seen_c is not None:
            seen["dc"] = np.zeros_like(trace.c)
            seen["dc"][0 if way else -1] = seen_c[way]
        gradients = cell.backward(trace, **seen)
        by_x = by_x + gradients.x
        for name, state in zip(("h0", "c0"), states, strict=False):
            assert_close(getattr(gradients, name), state.grad[way], name)
        suffix = "_l0_reverse" if way else "_l0"
        for name, gradient in torch_names(gradients):
            assert_close(gradient, getattr(layer, name + suffix).grad, name)
    assert_close(by_x, x.grad, "x")


def from_torch(kind: Any, state_dict: Any, *, reverse: bool) -> Any:
    match kind:
        case "tanh" | "relu":
            return RNNCell.from_torch(state_dict, reverse=reverse, activation=kind)
        case "GRU":
            return GRUCell.from_torch(state_dict, reverse=reverse)
        case "LSTM":
            return LSTMCell.from_torch(state_dict, reverse=reverse)
        case _:
            return LSTMVariantCell.from_torch(state_dict, reverse=reverse)


def torch_names(gradients: Any) -> Any:
    """Yield the weights under PyTorch's names: our one bias is the sum of its two, but for n in a GRU."""
    yield from (("weight_ih", gradients.weight_ih), ("weight_hh", gradients.weight_hh))
    yield "bias_ih", gradients.bias
    within = getattr(gradients, "bias_hn", None)
    if within is None:
        yield "bias_hh", gradients.bias
    else:
        yield "bias_hh", np.concatenate([gradients.bias[: -len(within)], within])
    if getattr(gradients, "weight_hr", None) is not None:
        yield "weight_hr", gradients.weight_hr


def assert_close(computed: Any, expected: Any, name: str) -> None:
    """Relative to the largest entry, for entries may cancel to almost nothing."""
    expected = np.asarray(expected)
    np.testing.assert_allclose(
        computed, expected, rtol=0, atol=1e-10 * max(np.abs(expected).max(), 1e-300), err_msg=name
    )


def test_totals_are_what_autograd_gives_for_each_step() -> None:
    """In particular ∂L/∂C_t includes the way C_t → h_t of the same step."""
    torch = pytest.importorskip("torch")
    cell = LSTMCell.random(2, 3, seed=5)
    weights = [torch.from_numpy(array.copy()) for array in (cell.weight_ih, cell.weight_hh, cell.bias)]
    x, seen_h, seen_c = (torch.randn(6, size, dtype=torch.float64) for size in (2, 3, 3))
    h = c = torch.zeros(3, dtype=torch.float64)
    hs: list[Any] = []
    cs: list[Any] = []
    for x_t in x:
        z_i, z_f, z_g, z_o = (weights[0] @ x_t + weights[1] @ h + weights[2]).requires_grad_().chunk(4)
        c = z_f.sigmoid() * c + z_i.sigmoid() * z_g.tanh()
        h = z_o.sigmoid() * c.tanh()
        for state, states in ((c, cs), (h, hs)):
            state.retain_grad()
            states.append(state)
    (torch.stack(hs) * seen_h + torch.stack(cs) * seen_c).sum().backward()
    gradients = cell.backward(cell.run(x), seen_h, seen_c)
    assert_close(gradients.h, torch.stack([h.grad for h in hs]), "h")
    assert_close(gradients.c, torch.stack([c.grad for c in cs]), "c")


# What else must hold


def test_only_the_last_output_seen_is_zeros_elsewhere() -> None:
    cell = LSTMCell.random(2, 3)
    trace = cell.run(np.ones((5, 2)))
    dc = np.zeros_like(trace.c)
    dc[-1] = 1.0
    gradients = cell.backward(trace, dc=dc)
    np.testing.assert_array_equal(gradients.c[-1], 1.0)
    np.testing.assert_array_equal(gradients.h[-1], 0.0)
    for array in (getattr(cell.backward(trace), field.name) for field in fields(gradients)):
        assert array is None or not array.any()


@pytest.mark.parametrize("gate_activation", ["sigmoid", "hard_sigmoid"])
def test_saturated_hard_gates_let_no_gradient_through(gate_activation: Any) -> None:
    plain = LSTMCell.random(1, 2)
    cell = LSTMCell(plain.weight_ih, plain.weight_hh, plain.bias + 5.0, gate_activation=gate_activation)
    trace = cell.run(np.zeros((3, 1)))
    gradients = cell.backward(trace, dh=np.ones_like(trace.h))
    of_gates = np.delete(gradients.bias.reshape(4, 2), 2, axis=0)
    assert of_gates.any() == (gate_activation == "sigmoid")


def test_clamped_gates_let_no_gradient_through() -> None:
    cell = LSTMCell.random(2, 3)
    trace = cell.run(np.ones((4, 2)), clamp={"f": 1.0, "g": 0.5})
    assert trace.clamped == {"f", "g"}
    by_gate = cell.backward(trace, dh=np.ones_like(trace.h)).bias.reshape(4, 3)
    assert [bool(part.any()) for part in by_gate] == [True, False, False, True]


def test_with_an_open_forget_gate_the_gradient_of_the_memory_stays() -> None:
    """The point of the cell: with f = 1 and no way through the gates, ∂L/∂C_t is the same at every step."""
    cell = LSTMVariantCell.random(LSTM_1997, 1, 2)
    cell = LSTMVariantCell(LSTM_1997, cell.weight_ih, np.zeros_like(cell.weight_hh), cell.bias)
    trace = cell.run(np.ones((50, 1)))
    dc = np.zeros_like(trace.c)
    dc[-1] = [1.0, -2.0]
    np.testing.assert_array_equal(cell.backward(trace, dc=dc).c, np.tile([1.0, -2.0], (50, 1)))


@pytest.mark.parametrize(
    "cell",
    [
        RNNCell.random(2, 3),
        GRUCell.random(2, 3),
        LSTMCell.random(2, 3),
        LSTMVariantCell.random(LSTMVariant(), 2, 3),
    ],
    ids=lambda cell: type(cell).__name__,
)
def test_gradients_are_read_only_and_refusals_name_what_is_wrong(cell: Any) -> None:
    trace = cell.run(np.ones((4, 2)))
    gradients = cell.backward(trace, trace.h)
    for field in fields(gradients):
        array = getattr(gradients, field.name)
        if array is not None:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0.0
    with pytest.raises(ValueError, match=r"dh: expected shape \(time.* of the trace = \(4, 3\), got \(3,\)"):
        cell.backward(trace, np.ones(3))
    with pytest.raises(ValueError, match=r"dh: expected finite numbers"):
        cell.backward(trace, np.full((4, 3), np.nan))


def test_gradients_beyond_the_range_are_zero_or_infinite_without_a_warning() -> None:
    shrinking, growing = (RNNCell([[1.0]], [[u]], [0.0], activation="linear") for u in (1e-3, 1e3))  # type: ignore[arg-type]
    for cell, expected in ((shrinking, 0.0), (growing, np.inf)):
        trace = cell.run(np.zeros((200, 1)))
        with np.errstate(all="raise"):
            gradients = cell.backward(trace, np.eye(200)[:, -1:])
        assert gradients.h0 == expected


def test_float32_stays_float32() -> None:
    cell = LSTMCell(*(np.ones(shape, np.float32) for shape in ((8, 3), (8, 2), (8,))))
    trace = cell.run(np.ones((4, 3)))
    gradients = cell.backward(trace, np.ones((4, 2)))
    assert {gradients.x.dtype, gradients.weight_hh.dtype, gradients.c.dtype, cell.jacobians(trace).dtype} == {
        np.dtype("f4")
    }
