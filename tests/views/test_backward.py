"""The gradients on the stage are those of autograd, for every loss, clamped or not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.notation import Gate
from lstm_viz.settings.cell import Loss, RunSettings
from lstm_viz.settings.presets import PRESETS, random_run
from lstm_viz.views.backward import Backward, backward
from lstm_viz.views.stage import stage_record

LOSSES = [Loss("c"), Loss("h"), Loss("target", 0.3)]
RUNS = [PRESETS["leaky-latch"].settings, random_run(3, units=3, inputs=2)]


def by_autograd(run: RunSettings, unit: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the loss and ∂L/∂C_t, ∂L/∂h_t of a run written out in PyTorch, step by step."""
    rows = torch.tensor(run.cell.rows, dtype=torch.float64)
    inputs, held = run.cell.inputs, dict(run.cell.clamp)
    h, c = (
        torch.tensor(state, dtype=torch.float64, requires_grad=True) for state in (run.cell.h0, run.cell.c0)
    )
    kept_c, kept_h = [], []
    for x in torch.tensor(run.sequence.values, dtype=torch.float64):
        z = rows[:, :inputs] @ x + rows[:, inputs:-1] @ h + rows[:, -1]
        z_i, z_f, z_g, z_o = z.chunk(4)
        gates = {"i": z_i.sigmoid(), "f": z_f.sigmoid(), "g": z_g.tanh(), "o": z_o.sigmoid()}
        gates |= {gate: torch.full_like(z_i, value) for gate, value in held.items()}
        c = gates["f"] * c + gates["i"] * gates["g"]
        h = gates["o"] * c.tanh()
        c.retain_grad()
        h.retain_grad()
        kept_c.append(c)
        kept_h.append(h)
    assert run.loss is not None
    loss = {"c": c[unit], "h": h[unit], "target": 0.5 * (h[unit] - run.loss.target) ** 2}[run.loss.kind]
    loss.backward()
    by_c, by_h = (
        np.array([np.zeros(len(h)) if s.grad is None else s.grad.numpy() for s in kept])
        for kept in (kept_c, kept_h)
    )
    return loss.item(), by_c, by_h


def walked(run: RunSettings, unit: int) -> Backward:
    """Return a run that has a loss, walked back."""
    found = backward(run, run.run(), unit)
    assert found is not None
    return found


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.kind)
@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.origin)
@pytest.mark.parametrize("clamp", [None, ("f", 1.0), ("o", 0.2), ("g", -0.5)], ids=str)
def test_gradients_are_those_of_autograd(
    run: RunSettings, loss: Loss, clamp: tuple[Gate, float] | None
) -> None:
    run = replace(run, loss=loss, cell=run.cell.with_clamp(*clamp) if clamp else run.cell)
    unit = run.cell.units - 1
    shown = walked(run, unit)
    value, c, h = by_autograd(run, unit)
    assert shown.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(shown.c, c, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(shown.h, h, rtol=1e-10, atol=1e-15)
    np.testing.assert_array_equal(shown.c_prev[1:], shown.c[:-1])
    np.testing.assert_array_equal(shown.h_prev[1:], shown.h[:-1])


@given(st.integers(0, 10_000), st.sampled_from(LOSSES))
def test_the_gradient_at_c0_is_what_a_small_push_does(seed: int, loss: Loss) -> None:
    run = replace(random_run(seed, units=2), loss=loss)
    shown = walked(run, 0)
    push = 1e-5
    values = [
        walked(pushed, 0).value
        for pushed in (replace(run, cell=run.cell.with_state("c0", 1, sign * push)) for sign in (1, -1))
    ]
    # c0 reaches the loss through the memory alone: h0 is given.
    assert shown.c_prev[0, 1] == pytest.approx((values[0] - values[1]) / (2 * push), rel=1e-5, abs=1e-9)


def test_without_a_loss_there_is_nothing_to_walk_back() -> None:
    run = RUNS[0]
    assert backward(run, run.run(), 0) is None
    assert stage_record(run, run.run(), names=("a", "b"))["gradient"] is None


def test_the_record_holds_the_same_numbers_for_the_stage() -> None:
    run = replace(RUNS[1], loss=Loss("target", 0.3))
    trace = run.run()
    shown = walked(run, 2)
    record = stage_record(run, trace, names=("a", "b"), gradient=shown)["gradient"]
    assert (record["kind"], record["target"], record["value"]) == ("target", 0.3, shown.value)
    for key, values in (("c", shown.c), ("h", shown.h), ("cp", shown.c_prev), ("hp", shown.h_prev)):
        np.testing.assert_array_equal(record["of"][key], values.T)
    assert record["scale"] == max(np.abs(v).max() for v in (shown.c, shown.h, shown.c_prev, shown.h_prev))


@pytest.mark.parametrize("loss", [("x", 0.0), ("target", float("nan")), ("target", 1e9)])
def test_losses_that_are_none_are_refused(loss: tuple[Any, float]) -> None:
    with pytest.raises(ValueError, match=r"kind must be|target must be"):
        Loss(*loss)
