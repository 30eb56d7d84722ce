"""Runs worth looking at: hand-set weights that make one small LSTM cell do one clear thing.

Each gate is written as rows ``(w_x..., w_h..., b)``. ``K = 20`` saturates a gate: σ(20) is 1 − 2e-9, so a
closed gate leaks two parts in a thousand million.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from lstm_viz.cells import LSTMCell
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import MAX_INPUTS, MAX_UNITS, CellSettings, RunSettings, SequenceSettings

RANDOM: Final = "random"
"""The origin of a run whose weights were drawn by a seed."""

TRAINED: Final = "trained"
"""The origin of a run whose weights were learned on the Train page."""

K: Final = 20.0
_OPEN: Final = K
_ONE: Final = math.tanh(1.0)
"""h of a unit whose memory holds 1 and whose output gate is open."""


@dataclass(frozen=True, slots=True)
class LogisticReadout:
    """A number read from the first unit's hidden state after each step: σ(weight · h + bias).

    Parameters
    ----------
    weight, bias
        Of this one output.
    """

    weight: float
    bias: float


@dataclass(frozen=True, slots=True)
class Preset:
    """A named run.

    Parameters
    ----------
    title
        What it is called.
    watch
        What to watch in it, in a sentence or two.
    input_names
        What each input is called.
    settings
        The run.
    readout
        What is read from h; None for nothing.
    """

    title: str
    watch: str
    input_names: tuple[str, ...]
    settings: RunSettings
    readout: LogisticReadout | None = None


def _preset(
    key: str,
    title: str,
    watch: str,
    gates: Mapping[str, list[tuple[float, ...]]],
    inputs: Mapping[str, str],
    readout: LogisticReadout | None = None,
    h0: tuple[float, ...] = (),
    c0: tuple[float, ...] = (),
) -> tuple[str, Preset]:
    cell = CellSettings.from_gates({gate: gates[gate] for gate in GATES}, h0=h0, c0=c0)
    sequence = SequenceSettings.from_lines(
        *([float(word) for word in line.split()] for line in inputs.values())
    )
    return key, Preset(title, watch, tuple(inputs), RunSettings(key, cell, sequence), readout)


def _latch(k: float) -> dict[str, list[tuple[float, ...]]]:
    return {"i": [(0, 2 * k, 0, -k)], "f": [(0, -2 * k, 0, k)], "g": [(1, 0, 0, 0)], "o": [(0, 0, 0, k)]}


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


_NOTES: Final = {
    "value": "0.9 -0.3 0.5 0.1 -0.8 -0.6 0.4 0.2 0.7 -0.2 0.3 -0.5 0.1 0.6",
    "flag": "1 0 0 0 0 1 0 0 0 0 1 0 0 0",
}

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    dict(
        [
            _preset(
                "leaky-latch",
                "A memory that leaks",
                "When the flag is 1, the value is written into C. When it is 0, the forget gate stays at "
                "0.95: C loses about 5 % at every step, and a little of the new value seeps in.",
                _latch(3.0),
                _NOTES,
            ),
            _preset(
                "latch",
                "A memory that holds (latch)",
                "The same cell with its weights made large, so that every gate is fully open or fully shut: "
                "C copies tanh(value) when the flag is 1 and then holds it, with no loss that you could see.",
                _latch(K),
                _NOTES,
            ),
            _preset(
                "write-hold-erase",
                "Write, hold, erase",
                "The command decides: 1 adds tanh(value) to C, 0 leaves C as it is, −1 empties it.",
                {
                    "i": [(0, 2 * K, 0, -K)],
                    "f": [(0, 2 * K, 0, K)],
                    "g": [(1, 0, 0, 0)],
                    "o": [(0, 0, 0, _OPEN)],
                },
                {"value": "0.5 0.9 -0.4 0.3 -0.7 0.2 0.6 0.1 -0.9 0.4", "command": "1 0 0 1 0 -1 0 1 0 -1"},
            ),
            _preset(
                "counter",
                "Counter of ones",
                "Each 1 in the input opens the input gate and adds 1 to C; a 0 leaves C alone.",
                {"i": [(2 * K, 0, -K)], "f": [(0, 0, _OPEN)], "g": [(0, 0, K)], "o": [(0, 0, _OPEN)]},
                {"x": "1 0 1 1 0 0 1 0 1 1 0 1"},
            ),
            _preset(
                "up-down-counter",
                "Up and down counter",
                "Each a adds 1 to C and each b takes 1 away: C is back at 0 when there were as many b as a.",
                {
                    "i": [(0, 0, 0, _OPEN)],
                    "f": [(0, 0, 0, _OPEN)],
                    "g": [(K, -K, 0, 0)],
                    "o": [(0, 0, 0, _OPEN)],
                },
                {"a": "1 1 1 0 0 0 1 1 1 1 0 0 0 0", "b": "0 0 0 1 1 1 0 0 0 0 1 1 1 1"},
            ),
            _preset(
                "accumulator",
                "Running sum with reset",
                "C is very nearly one hundredth of the sum of the values; at a reset the forget gate shuts, "
                "and the sum starts again from the value of that step.",
                {
                    "i": [(0, 0, 0, _OPEN)],
                    "f": [(0, -2 * K, 0, K)],
                    "g": [(0.01, 0, 0, 0)],
                    "o": [(0, 0, 0, _OPEN)],
                },
                {"value": "3 1 2 -1 4 2 5 -2 1 3 2 -4", "reset": "0 0 0 0 0 1 0 0 0 1 0 0"},
            ),
            _preset(
                "leaky-integrator",
                "Leaky integrator",
                "Every input adds to C, and the forget gate keeps 80 % of it at each step: after a pulse, C "
                "fades by a fifth a step.",
                {
                    "i": [(0, 0, _OPEN)],
                    "f": [(0, 0, _logit(0.8))],
                    "g": [(0.01, 0, 0)],
                    "o": [(0, 0, _OPEN)],
                },
                {"x": "5 0 0 0 0 0 0 3 3 0 0 0 0 0 0 0"},
            ),
            _preset(
                "moving-average",
                "Moving average",
                "f = 0.8 and i = 0.2 add up to 1, so C is a running average of the inputs (one hundredth of "
                "it): it starts from 0 and follows a jump slowly.",
                {
                    "i": [(0, 0, -_logit(0.8))],
                    "f": [(0, 0, _logit(0.8))],
                    "g": [(0.01, 0, 0)],
                    "o": [(0, 0, _OPEN)],
                },
                {"x": "1.2 0.7 1.1 0.9 1.3 0.8 4.1 3.8 4.3 3.9 4.2 3.7 4 4.1 3.8 4.2"},
            ),
            _preset(
                "toggle",
                "Toggle (parity of the ones)",
                "Each 1 flips C between 0 and 1: the candidate looks at h to know which way to go.",
                {
                    "i": [(2 * K, 0, -K)],
                    "f": [(0, 0, _OPEN)],
                    "g": [(0, -2 * K / _ONE, K)],
                    "o": [(0, 0, _OPEN)],
                },
                {"x": "0 1 0 0 1 1 1 0 0 1 0 1"},
            ),
            _preset(
                "first-input",
                "Remember the first input",
                "Unit 2 turns on at the first step and from then on shuts the input gate of unit 1, so that "
                "the first input is kept: C of unit 1 stays at tanh(x₁/2).",
                {
                    "i": [(0, 0, -2 * K / _ONE, K), (0, 0, 0, K)],
                    "f": [(0, 0, 2 * K / _ONE, -K), (0, 0, 0, -K)],
                    "g": [(0.5, 0, 0, 0), (0, 0, 0, K)],
                    "o": [(0, 0, 0, _OPEN), (0, 0, 0, _OPEN)],
                },
                {"x": "1.4 -0.5 0.8 -1 0.3 1 -0.7 0.2 -1.2 0.6"},
            ),
            _preset(
                "xor",
                "XOR of this input and the last",
                "Unit 1 remembers the last input; C of unit 2 is 1 when this input differs from it, and 0 or "
                "−1 when it does not.",
                {
                    "i": [(0, 0, 0, K), (2 * K, 2 * K / _ONE, 0, -K)],
                    "f": [(0, 0, 0, -K), (0, 0, 0, -K)],
                    "g": [(K, 0, 0, 0), (-2 * K, -2 * K / _ONE, 0, 3 * K)],
                    "o": [(0, 0, 0, _OPEN), (0, 0, 0, _OPEN)],
                },
                {"x": "0 1 1 0 1 0 0 1 1 1 0 0"},
            ),
            _preset(
                "worked-four-steps",
                "Worked example: four steps",
                "Follow it by hand. After the last step h is 0.7355, and the readout σ(4h + 5) is 0.9996.",
                {
                    "i": [(0.5, 0.5, 0.5)],
                    "f": [(-10, 0.5, 0.5)],
                    "g": [(0.5, 0.5, 0.5)],
                    "o": [(0.5, 10, 0.5)],
                },
                {"x": "1 5 7 4"},
                readout=LogisticReadout(4.0, 5.0),
                h0=(-1.0,),
            ),
            _preset(
                "worked-one-step",
                "Worked example: one step, one common mistake",
                "C = f · C₀ + i · C̃ = 1 · 0.3 + 1 · 1 = 1.3. Whoever adds f instead of multiplying C₀ by it "
                "gets 1 + 1 · 1 = 2.0: a forget gate scales the memory, it adds nothing.",
                {"i": [(0.7, 0.6, 0.1)], "f": [(0.8, 0.5, 0.2)], "g": [(0.9, 0.4, 0.05)], "o": [(0, 0, 0)]},
                {"x": "0"},
                h0=(100.0,),
                c0=(0.3,),
            ),
        ]
    )
)

DEFAULT: Final = "leaky-latch"


def random_run(seed: int, units: int = 2, inputs: int = 1) -> RunSettings:
    """Return a run of a cell drawn by a seed, on a fixed input.

    The weights are those of :meth:`LSTMCell.random`, three times as large so that the gates move visibly, and
    rounded to two decimals so that they can be read and typed.

    Parameters
    ----------
    seed
        The same seed draws the same cell.
    units, inputs
        Size of the cell: 1 to 4 units, 1 or 2 inputs.

    Raises
    ------
    ValueError
        If a size is out of range.
    """
    if not 1 <= units <= MAX_UNITS or not 1 <= inputs <= MAX_INPUTS:
        raise ValueError(
            f"units must be 1 to {MAX_UNITS} and inputs 1 to {MAX_INPUTS}, got {units} and {inputs}"
        )
    cell = LSTMCell.random(inputs=inputs, hidden=units, seed=seed)
    stacked = np.hstack([cell.weight_ih, cell.weight_hh, cell.bias[:, None]])
    rows = tuple(tuple(float(w) + 0.0 for w in row) for row in np.round(3.0 * stacked, 2))
    lines = ((1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0), (0.5,) * 16)
    zeros = (0.0,) * units
    return RunSettings(RANDOM, CellSettings(rows, zeros, zeros), SequenceSettings.from_lines(*lines[:inputs]))


def input_names(origin: str, inputs: int) -> tuple[str, ...]:
    """Return what the inputs of a run are called.

    Parameters
    ----------
    origin
        Where the run started from; need not be a preset.
    inputs
        How many there are, 1 or 2.

    Returns
    -------
    tuple of str
        The preset's names if it has as many inputs; otherwise x, or x₁ and x₂.
    """
    if origin in PRESETS and len(PRESETS[origin].input_names) == inputs:
        return PRESETS[origin].input_names
    return ("x",) if inputs == 1 else ("x₁", "x₂")
