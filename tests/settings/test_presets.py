"""Every preset does what its caption says, by a rule in plain Python that knows nothing of the cell."""

import ast
import inspect
import math
import re
from collections.abc import Callable
from itertools import accumulate, pairwise

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lstm_viz.cells import LSTMTrace
from lstm_viz.settings import presets
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import DEFAULT, PRESETS, RANDOM, Preset, input_names, random_run

LONG = 200
SATURATED = 2.1e-9
"""What a gate of σ(20) falls short of 1."""

Array = NDArray[np.float64]
Proof = Callable[[Preset], None]
PROOFS: dict[str, tuple[Proof, set[str]]] = {}


def proof_of(key: str, *numbers: str) -> Callable[[Proof], Proof]:
    """Register what proves a preset's caption, and which decimals and percentages in it are proved."""

    def register(proof: Proof) -> Proof:
        PROOFS[key] = (proof, set(numbers))
        return proof

    return register


def run_on(preset: Preset, x: Array) -> LSTMTrace:
    cell = preset.settings.cell
    return cell.cell().run(x, cell.h0, cell.c0)


def own_and_long(preset: Preset, *draws: Callable[[np.random.Generator], Array]) -> list[Array]:
    """The preset's own input, and three of 200 steps with one drawn line for each input."""
    long = [np.column_stack([draw(np.random.default_rng(seed)) for draw in draws]) for seed in range(3)]
    return [np.array(preset.settings.sequence.values), *long]


def numbers(generator: np.random.Generator) -> Array:
    return generator.standard_normal(LONG)


def bits(generator: np.random.Generator) -> Array:
    return generator.integers(0, 2, LONG).astype(float)


def rare(generator: np.random.Generator) -> Array:
    return (generator.random(LONG) < 0.05).astype(float)


def commands(generator: np.random.Generator) -> Array:
    return generator.choice([-1.0, 0.0, 1.0], LONG)


@proof_of("leaky-latch", "0.95", "5 %")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers, rare):
        trace = run_on(preset, x)
        memory, kept = 0.0, 1 / (1 + math.exp(-3))
        for step, (value, flag) in enumerate(x):
            # When flagged, C is written; otherwise it loses as much as seeps in. Both by the same 5 %.
            old, new = (1 - kept, kept) if flag else (kept, 1 - kept)
            memory = old * memory + new * math.tanh(value)
            assert trace.c[step, 0] == pytest.approx(memory, abs=1e-12)
        held = x[:, 1] == 0
        np.testing.assert_allclose(trace.f[held], 0.95, atol=0.005)
        np.testing.assert_allclose(trace.i[~held], 0.95, atol=0.005)
    # "loses about 5 %": what nothing is added to.
    silent = run_on(preset, np.array([[1.0, 1.0]] + [[0.0, 0.0]] * 10)).c[:, 0]
    np.testing.assert_allclose(silent[1:] / silent[:-1], 0.95, atol=0.005)


@proof_of("latch")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers, rare):
        trace = run_on(preset, x)
        for gate in (trace.i, trace.f, trace.o):
            assert (np.minimum(gate, 1 - gate) <= SATURATED).all()
        held = 0.0
        for step, (value, flag) in enumerate(x):
            held = math.tanh(value) if flag else held
            assert trace.c[step, 0] == pytest.approx(held, abs=1e-6)


@proof_of("write-hold-erase")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers, commands):
        trace = run_on(preset, x)
        memory = 0.0
        for step, (value, command) in enumerate(x):
            memory = {1: memory + math.tanh(value), 0: memory, -1: 0.0}[int(command)]
            assert trace.c[step, 0] == pytest.approx(memory, abs=1e-6)


@proof_of("counter")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, bits):
        trace = run_on(preset, x)
        np.testing.assert_allclose(trace.c[:, 0], list(accumulate(x[:, 0])), atol=1e-4)
        np.testing.assert_allclose(trace.i, x, atol=SATURATED)


@proof_of("up-down-counter")
def _(preset: Preset) -> None:
    own = np.array(preset.settings.sequence.values)
    words = [own, *(np.repeat([[1.0, 0.0], [0.0, 1.0]], n, axis=0) for n in range(1, 101))]
    for x in [*words, *own_and_long(preset, bits, bits)]:
        memory = run_on(preset, x).c[:, 0]
        np.testing.assert_allclose(memory, list(accumulate(a - b for a, b in x)), atol=1e-4)
    assert all(abs(run_on(preset, word).c[-1, 0]) < 1e-4 for word in words)


@proof_of("accumulator")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers, rare):
        trace = run_on(preset, x)
        total, rounding = 0.0, 0.0
        for step, (value, reset) in enumerate(x):
            total, rounding = (0.0, 0.0) if reset else (total, rounding)
            total += value
            # tanh bends away from v/100 by less than a third of its cube.
            rounding += abs(value / 100) ** 3 / 3 + 1e-8
            assert trace.c[step, 0] == pytest.approx(total / 100, abs=rounding)
        assert (trace.f[x[:, 1] == 1] <= SATURATED).all()


@proof_of("leaky-integrator", "80 %")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers):
        trace = run_on(preset, x)
        np.testing.assert_allclose(trace.f, 0.8, rtol=1e-12)
        sums = accumulate(x[:, 0], lambda memory, value: 0.8 * memory + math.tanh(value / 100), initial=0.0)
        np.testing.assert_allclose(trace.c[:, 0], list(sums)[1:], atol=1e-8)
    # "fades by a fifth a step" in the silence after the pulses of its own input.
    x, memory = np.array(preset.settings.sequence.values)[:, 0], preset.settings.run().c[:, 0]
    silent = [step for step in range(1, len(x)) if x[step] == 0]
    assert len(silent) == 13
    assert all(memory[step] == pytest.approx(memory[step - 1] * (1 - 1 / 5), rel=1e-12) for step in silent)


@proof_of("moving-average", "0.8", "0.2")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers):
        trace = run_on(preset, x)
        np.testing.assert_allclose(trace.f, 0.8, rtol=1e-12)
        np.testing.assert_allclose(trace.i, 0.2, rtol=1e-12)
        ages = np.arange(len(x))[:, None] - np.arange(len(x))
        weights = np.where(ages >= 0, 0.2 * 0.8 ** np.maximum(ages, 0), 0.0)
        bend = abs(x).max() ** 3 / 3e6
        np.testing.assert_allclose(trace.c[:, 0], weights @ x[:, 0] / 100, atol=bend)
    # Its own input jumps from about 1 to about 4: a step later, C has gone less than half of the way.
    x, memory = np.array(preset.settings.sequence.values)[:, 0], 100 * preset.settings.run().c[:, 0]
    jump = int(np.argmax(np.diff(x))) + 1
    assert x[:jump].mean() == pytest.approx(1.0, abs=0.1)
    assert x[jump:].mean() == pytest.approx(4.0, abs=0.1)
    assert memory[jump] < 2.0 < 3.0 < memory[-1] < 4.0
    assert (np.diff(memory[jump:]) > 0).mean() == 1.0


@proof_of("toggle")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, bits):
        trace = run_on(preset, x)
        np.testing.assert_allclose(trace.c[:, 0], np.cumsum(x[:, 0]) % 2, atol=1e-4)
        # "the candidate looks at h": it depends on h alone, up where h is 0 and down where it is tanh 1.
        np.testing.assert_allclose(trace.g, np.where(trace.h_prev > 0.5 * math.tanh(1), -1.0, 1.0), atol=1e-6)


@proof_of("first-input")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, numbers):
        trace = run_on(preset, x)
        np.testing.assert_allclose(trace.c[:, 0], math.tanh(x[0, 0] / 2), atol=2e-6)
        np.testing.assert_allclose(trace.c[:, 1], 1.0, atol=1e-8)
        assert trace.i[0, 0] >= 1 - SATURATED
        assert (trace.i[1:, 0] <= 1e-8).all()


@proof_of("xor")
def _(preset: Preset) -> None:
    for x in own_and_long(preset, bits):
        trace = run_on(preset, x)
        sequence = [0.0, *x[:, 0]]
        np.testing.assert_allclose(trace.c[:, 0], x[:, 0], atol=1e-8)
        expected = [{(0, 1): 1, (1, 0): 1, (0, 0): 0, (1, 1): -1}[pair] for pair in pairwise(sequence)]
        np.testing.assert_allclose(trace.c[:, 1], expected, atol=1e-8)


@proof_of("worked-four-steps", "0.7355", "0.9996")
def _(preset: Preset) -> None:
    h = preset.settings.run().h[-1, 0]
    # The published weights and input.
    half = (0.5, 0.5, 0.5)
    assert list(preset.settings.cell.rows) == [half, (-10, 0.5, 0.5), half, (0.5, 10, 0.5)]
    assert list(preset.settings.sequence.lines) == [(1, 5, 7, 4)]
    assert f"{h:.4f}" == "0.7355"
    assert preset.readout is not None
    assert (preset.readout.weight, preset.readout.bias) == (4, 5)
    assert f"{1 / (1 + math.exp(-(preset.readout.weight * h + preset.readout.bias))):.4f}" == "0.9996"


@proof_of("worked-one-step", "0.3", "1.3", "2.0")
def _(preset: Preset) -> None:
    trace = preset.settings.run()
    assert preset.settings.cell.rows[:3] == ((0.7, 0.6, 0.1), (0.8, 0.5, 0.2), (0.9, 0.4, 0.05))
    (f,), (i,), (g,), (memory,) = trace.f[0], trace.i[0], trace.g[0], trace.c_prev[0]
    assert (f, i, g) == pytest.approx((1, 1, 1), abs=1e-12)
    assert memory == 0.3
    assert trace.c[0, 0] == pytest.approx(1.3, abs=1e-12)
    assert f + i * g == pytest.approx(2.0, abs=1e-12)


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_does_what_its_caption_says(key: str) -> None:
    assert key in PROOFS, "a new preset needs a proof of its caption"
    proof, _ = PROOFS[key]
    proof(PRESETS[key])


@pytest.mark.parametrize("key", PRESETS)
def test_the_numbers_in_a_caption_are_those_that_are_proved(key: str) -> None:
    _, proved = PROOFS[key]
    assert set(re.findall(r"\d+\.\d+|\d+ %", PRESETS[key].watch)) == proved


@pytest.mark.parametrize("key", [key for key in PRESETS if not key.startswith("worked")])
def test_h_shows_the_memory_of_a_hand_set_cell(key: str) -> None:
    trace = PRESETS[key].settings.run()
    np.testing.assert_allclose(trace.h, np.tanh(trace.c), rtol=0.05)


def torch_states(run: RunSettings, x: Array) -> tuple[Array, Array]:
    """h of every step, and the last C."""
    rows = torch.tensor(run.cell.rows, dtype=torch.float64)
    lstm = torch.nn.LSTM(run.cell.inputs, run.cell.units, dtype=torch.float64)
    with torch.no_grad():
        weight_ih, weight_hh, bias_ih, bias_hh = lstm.parameters()
        weight_ih[:] = rows[:, : run.cell.inputs]
        weight_hh[:] = rows[:, run.cell.inputs : -1]
        bias_ih[:] = rows[:, -1]
        bias_hh[:] = 0.0
        states = [torch.tensor([state], dtype=torch.float64) for state in (run.cell.h0, run.cell.c0)]
        h, (_, c) = lstm(torch.tensor(x), states)
    return h.numpy(), c[0].numpy()


@pytest.mark.parametrize("key", PRESETS)
def test_torch_agrees_on_the_preset_and_over_200_random_steps(key: str) -> None:
    preset = PRESETS[key]
    inputs = preset.settings.cell.inputs
    for x in own_and_long(preset, *[bits if key in ("counter", "toggle", "xor") else numbers] * inputs):
        trace = run_on(preset, x)
        h, c = torch_states(preset.settings, x)
        np.testing.assert_allclose(trace.h, h, rtol=0, atol=1e-12)
        np.testing.assert_allclose(trace.c[-1], c, rtol=0, atol=1e-12)


def test_a_page_opens_on_a_preset_that_exists() -> None:
    assert DEFAULT in PRESETS
    assert RANDOM not in PRESETS


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_its_own_origin_and_names_each_of_its_inputs(key: str) -> None:
    preset = PRESETS[key]
    assert preset.settings.origin == key
    assert input_names(key, preset.settings.cell.inputs) == preset.input_names
    assert len(preset.input_names) == preset.settings.cell.inputs


def test_captions_and_titles_tell_the_presets_apart() -> None:
    presets = PRESETS.values()
    assert (
        len({preset.title for preset in presets}) == len({preset.watch for preset in presets}) == len(presets)
    )


def test_inputs_without_a_preset_are_x() -> None:
    assert input_names(RANDOM, 1) == ("x",)
    assert input_names(RANDOM, 2) == ("x₁", "x₂")
    assert input_names("counter", 2) == ("x₁", "x₂")


@pytest.mark.parametrize("inputs", [1, 2])
@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_a_random_run_has_the_size_asked_for_and_weights_that_can_be_typed(units: int, inputs: int) -> None:
    run = random_run(4, units, inputs)
    assert (run.cell.units, run.cell.inputs, run.origin) == (units, inputs, RANDOM)
    weights = np.array(run.cell.rows)
    np.testing.assert_array_equal(weights, np.round(weights, 2))
    assert np.unique(weights).size > 0.8 * weights.size
    assert not np.signbit(weights[weights == 0]).any()


def test_a_seed_draws_one_cell_and_another_seed_another() -> None:
    assert random_run(1) == random_run(1)
    assert len({random_run(seed) for seed in range(20)}) == 20


def test_gates_of_a_random_run_move_visibly() -> None:
    spread = [np.ptp(gate, axis=0).max() for seed in range(20) for gate in _gates(random_run(seed).run())]
    assert np.median(spread) > 0.3


def _gates(trace: LSTMTrace) -> tuple[np.ndarray, ...]:
    return trace.i, trace.f, trace.o


@pytest.mark.parametrize(("units", "inputs"), [(0, 1), (5, 1), (1, 0), (1, 3), (-1, 1)])
def test_a_random_run_of_another_size_is_refused(units: int, inputs: int) -> None:
    with pytest.raises(ValueError, match=r"^units must be 1 to 4 and inputs 1 to 2"):
        random_run(0, units, inputs)


@pytest.mark.parametrize(("name", "word"), [("RANDOM", "seed"), ("TRAINED", "Train page")])
def test_the_docstring_below_an_origin_is_its_own(name: str, word: str) -> None:
    body = ast.parse(inspect.getsource(presets)).body
    at = next(at for at, node in enumerate(body) if ast.unparse(node).startswith(f"{name}: Final"))
    assert word in ast.unparse(body[at + 1])
