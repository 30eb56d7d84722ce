"""Jacobians of single steps, and what goes past the gates."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from lstm_viz import VARIANTS, GRUCell, LSTMCell, LSTMVariantCell, RNNCell
from tests.cells.strategies import STATES, smooth_runs

CELLS: dict[str, Any] = {"RNN": RNNCell, "GRU": GRUCell, "LSTM": LSTMCell}


@settings(max_examples=60)
@given(smooth_runs())
def test_chained_jacobians_are_backpropagation(run: Any) -> None:
    """∂L/∂s_{t-1} = ∂L/∂s_t A_t and ∂L/∂x_t = ∂L/∂s_t B_t, for a loss on the state after the last step."""
    cell, arguments, random = run
    trace = cell.run(**arguments)
    order = range(len(trace))[:: -1 if arguments["reverse"] else 1]
    seen = {}
    for name in STATES[type(cell)]:
        outputs = getattr(trace, name[0])
        seen[f"d{name[0]}"] = np.zeros_like(outputs)
        seen[f"d{name[0]}"][order[-1]] = random.standard_normal(outputs.shape[1:])
    gradients = cell.backward(trace, **seen)

    back, by_x = cell.jacobians(trace), cell.input_jacobians(trace)
    adjoint = np.concatenate([direct[order[-1]] for direct in seen.values()], axis=-1)
    # With full gate recurrence the state holds the gates too, which this loss does not see.
    unseen = np.zeros((*adjoint.shape[:-1], back.shape[-1] - adjoint.shape[-1]))
    adjoint = np.concatenate([adjoint, unseen], axis=-1)
    for t in reversed(order):
        np.testing.assert_allclose(times(adjoint, by_x[t]), gradients.x[t], rtol=0, atol=1e-12)
        adjoint = times(adjoint, back[t])
    h0_and_more = np.concatenate([getattr(gradients, name) for name in STATES[type(cell)]], axis=-1)
    np.testing.assert_allclose(adjoint[..., : h0_and_more.shape[-1]], h0_and_more, rtol=0, atol=1e-12)


def times(adjoint: Any, matrices: Any) -> Any:
    return (adjoint[..., np.newaxis, :] @ matrices)[..., 0, :]


@pytest.mark.parametrize("batch", [(), (3,)])
@pytest.mark.parametrize("kind", CELLS)
def test_jacobians_are_those_of_torch(kind: Any, batch: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    step = getattr(torch.nn, f"{kind}Cell")(2, 3).double()
    state_dict = {f"{name}_l0": value for name, value in step.state_dict().items()}
    cell = CELLS[kind].from_torch(state_dict)
    trace = cell.run(np.random.default_rng(0).standard_normal((4, *batch, 2)))

    def state_after(x: Any, s: Any) -> Any:
        if kind != "LSTM":
            return step(x, s)
        return torch.cat(step(x, tuple(s.split(3))))

    before = [trace.h_prev, trace.c_prev] if kind == "LSTM" else [trace.h_prev]
    before = torch.tensor(np.concatenate(before, axis=-1))
    x = torch.tensor(trace.x)
    for at in np.ndindex(4, *batch):
        by_x, by_s = torch.autograd.functional.jacobian(state_after, (x[at], before[at]))
        np.testing.assert_allclose(cell.jacobians(trace)[at], by_s, rtol=0, atol=1e-14)
        np.testing.assert_allclose(cell.input_jacobians(trace)[at], by_x, rtol=0, atol=1e-14)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("steps", [1, 20, 33])
@pytest.mark.parametrize("kind", [*CELLS, "GRU before"])
def test_linear_steps_are_the_jacobians_in_running_order(kind: Any, steps: int, reverse: bool) -> None:
    cell = CELLS[kind].random(2, 3) if kind in CELLS else GRUCell.random(2, 3, reset_after=False)
    trace = cell.run(np.random.default_rng(0).standard_normal((steps, 2)), reverse=reverse)
    order = slice(None, None, -1 if reverse else 1)
    by_state, by_input = cell.jacobians(trace)[order], cell.input_jacobians(trace)[order]
    for step, of_state, of_input in zip(cell.linearised(trace), by_state, by_input, strict=True):
        by_c = np.empty((len(of_state), 0)) if step.by_c is None else np.vstack([*map(np.diag, step.by_c)])
        np.testing.assert_allclose(np.hstack([step.by_h, by_c]), of_state, rtol=0, atol=1e-15)
        np.testing.assert_allclose(step.by_x, of_input, rtol=0, atol=1e-15)


def test_full_gate_recurrence_has_the_gates_in_its_state() -> None:
    cell = LSTMVariantCell.random(VARIANTS["FGR"], 2, 3, seed=1)
    trace = cell.run(np.random.default_rng(0).standard_normal((4, 2)))
    back = cell.jacobians(trace)[2]
    assert back.shape == (15, 15)
    states = [trace.h, trace.c, trace.i, trace.f, trace.o]
    measured = np.empty((15, 15))
    for column in range(15):
        ends = []
        for nudge in (1e-6, -1e-6):
            before = np.concatenate([state[1] for state in states])
            before[column] += nudge
            h, c, *gates = np.split(before, 5)
            step = cell.step(trace.x[2], h, c, FakeStep(*gates))[2]  # type: ignore[arg-type]
            ends.append(np.concatenate([step.h, step.c, step.i, step.f, step.o]))
        measured[:, column] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(back, measured, rtol=0, atol=1e-9)


class FakeStep:
    """The gates of a step that no run has taken."""

    def __init__(self, i: Any, f: Any, o: Any) -> None:
        self.i, self.f, self.o = i, f, o


def test_the_direct_route_is_the_forget_gate_and_not_the_whole() -> None:
    """∂C_t/∂C_{t-1} with what follows from C_{t-1} at its own step, by differences, is f and more."""
    cell = LSTMCell.random(1, 1, seed=3)
    trace = cell.run([[1.0], [-1.0]])
    split = cell.cell.routes(trace.run, "c")
    np.testing.assert_array_equal(split.direct[1], trace.f[1:])

    def second_memory(c1: Any) -> Any:
        return cell.step(trace.x[1], trace.o[0] * np.tanh(c1), c1)[1]

    measured = (second_memory(trace.c[0] + 1e-6) - second_memory(trace.c[0] - 1e-6)) / 2e-6
    through_h = np.sum([*split.through.values()], axis=0)[1]
    np.testing.assert_allclose(split.direct[1, 0] + through_h[0], measured, rtol=0, atol=1e-9)
    assert abs(through_h.item()) > 0.01


def test_without_input_an_rnn_multiplies_by_its_matrix() -> None:
    cell = RNNCell(np.ones((3, 1)), np.diag([0.5, 1.0, 1.5]), np.zeros(3))
    back = cell.jacobians(cell.run(np.zeros((4, 1))))
    np.testing.assert_array_equal(back, np.broadcast_to(cell.weight_hh, (4, 3, 3)))
