"""What the Variants page compares: a few cells, their weights, one input; and presets with a point."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMVariantCell
from lstm_viz.notation import Gate
from lstm_viz.settings.cell import MAX_ABS, MAX_INPUTS, MAX_UNITS, Rows
from lstm_viz.settings.family import FAMILY, AnyCell, AnyTrace
from lstm_viz.settings.presets import K
from lstm_viz.settings.sequences import generate

FEWEST: Final = 2
MOST: Final = 4
"""How many cells stand side by side."""

LONGEST: Final = 200
"""Steps of the input that this page takes."""

DRAWN: Final = "drawn"
"""Weights drawn by a seed; anything else is a key of ``HAND_SET``."""

MAX_SEED: Final = 9999

RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"scale": (0.0, 6.0), "keep_bias": (-4.0, 6.0), "noise": (0.0, 2.0)}
)
"""What each dial may be, both ends included."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """The one number of hand-set weights that a dial sets: label, full name, range, whether it is whole."""

    label: str
    name: str
    low: float
    high: float
    start: float
    whole: bool = False


@dataclass(frozen=True, slots=True)
class HandSetWeights:
    """Weights set by hand for one unit.

    Attributes
    ----------
    title
        What the cell is made to be.
    inputs
        What its inputs are called.
    gates
        For a value of the turn, ``(w_x..., w_h, b)`` of each gate; a variant takes those that it has.
    peepholes
        The same for the weight with which i, f and o see the memory.
    parameter
        What a dial sets; None for nothing.
    """

    title: str
    inputs: tuple[str, ...]
    gates: Callable[[float], Mapping[Gate, tuple[float, ...]]]
    peepholes: Callable[[float], Mapping[Gate, float]]
    parameter: Parameter | None = None


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _blind(_: float) -> Mapping[Gate, float]:
    return {"i": 0.0, "f": 0.0, "o": 0.0}


def _timer(period: float) -> Mapping[Gate, tuple[float, ...]]:
    # C counts the steps. With peepholes of 2K, o opens and f shuts where C passes period − ½.
    threshold = 2 * K * (period - 0.5)
    return {"i": (0, 0, K), "f": (0, 0, threshold), "g": (0, 0, K), "o": (0, 0, -threshold)}


HAND_SET: Final[Mapping[str, HandSetWeights]] = MappingProxyType(
    {
        "register": HandSetWeights(
            "write, hold, show",
            ("value", "command"),
            lambda _: {
                "i": (0, 2 * K, 0, -K),
                "f": (0, -2 * K, 0, K),
                "g": (1, 0, 0, 0),
                "o": (0, -2 * K, 0, -K),
            },
            _blind,
        ),
        "timer": HandSetWeights(
            "a timer",
            ("x",),
            _timer,
            lambda _: {"i": 0.0, "f": -2 * K, "o": 2 * K},
            Parameter("period", "Steps from one firing to the next", 2, 20, 8, whole=True),
        ),
        "average": HandSetWeights(
            "a moving average",
            ("x",),
            lambda share: {
                "i": (0, 0, _logit(share)),
                "f": (0, 0, _logit(0.8)),
                "g": (0.01, 0, 0),
                "o": (0, 0, K),
            },
            _blind,
            Parameter("input gate", "Where the input gate stands", 0.02, 0.5, 0.1),
        ),
        "counter": HandSetWeights(
            "a counter of ones",
            ("x",),
            lambda _: {"i": (2 * K, 0, -K), "f": (0, 0, K), "g": (0, 0, K), "o": (0, 0, K)},
            _blind,
        ),
    }
)
"""Weights set by hand, by key."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that is chosen on the page.

    Parameters
    ----------
    cells
        2 to 4 different keys of ``FAMILY``. Weights set by hand are of the LSTM family alone.
    lines
        The input: for each of 1 or 2 inputs a line of 1 to 200 numbers, equally long.
    weights
        ``DRAWN`` or a key of ``HAND_SET``, which are for one unit and one input.
    parameter
        The value of the parameter of hand-set weights; 0 where there is none.
    seed
        Draws the weights, and the noise of the input.
    units
        Hidden units of every cell, 1 to 4.
    scale
        What drawn weights are multiplied by, 0 to 6.
    keep_bias
        Added to the bias of what keeps the old state, −4 to 6; see
        :meth:`lstm_viz.settings.family.FamilyMember.draw`.
    noise
        Standard deviation of what is added to every number of the input, 0 to 2.
    """

    cells: tuple[str, ...]
    lines: Rows
    weights: str = DRAWN
    parameter: float = 0.0
    seed: int = 0
    units: int = 1
    scale: float = 1.0
    keep_bias: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        self._check_cells()
        self._check_input()
        if not 1 <= self.units <= MAX_UNITS:
            raise ValueError(f"units must be 1 to {MAX_UNITS}, got {self.units}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"seed must be 0 to {MAX_SEED}, got {self.seed}")
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be from {low:g} to {high:g}, got {getattr(self, name)}")
        if self.weights != DRAWN:
            self._check_hand_set()
        elif self.parameter:
            raise ValueError(f"parameter must be 0 where weights are drawn, got {self.parameter}")

    def _check_cells(self) -> None:
        unknown = [key for key in self.cells if key not in FAMILY]
        if unknown:
            raise ValueError(f"cells must be of {', '.join(FAMILY)}, got {unknown[0]!r}")
        if not FEWEST <= len(set(self.cells)) == len(self.cells) <= MOST:
            raise ValueError(f"cells must be {FEWEST} to {MOST} different ones, got {', '.join(self.cells)}")

    def _check_input(self) -> None:
        if not 1 <= len(self.lines) <= MAX_INPUTS or len({len(line) for line in self.lines}) != 1:
            raise ValueError(f"lines must be 1 to {MAX_INPUTS}, equally long")
        if not 1 <= self.steps <= LONGEST:
            raise ValueError(f"lines must hold 1 to {LONGEST} numbers, got {self.steps}")
        for number in sum(self.lines, ()):
            if not abs(number) <= MAX_ABS:
                raise ValueError(f"lines must hold numbers from -{MAX_ABS:g} to {MAX_ABS:g}, got {number}")

    def _check_hand_set(self) -> None:
        if self.weights not in HAND_SET:
            raise ValueError(f"weights must be {DRAWN}, {' or '.join(HAND_SET)}, got {self.weights!r}")
        parameter, inputs = HAND_SET[self.weights].parameter, HAND_SET[self.weights].inputs
        low, high = (0.0, 0.0) if parameter is None else (parameter.low, parameter.high)
        if not low <= self.parameter <= high:
            raise ValueError(f"parameter must be from {low:g} to {high:g}, got {self.parameter}")
        if self.units != 1 or self.inputs != len(inputs):
            raise ValueError(f"these weights are for 1 unit and for {len(inputs)} input(s)")
        if any(FAMILY[key].variant is None for key in self.cells):
            raise ValueError("weights set by hand are for cells of the LSTM family")

    @property
    def steps(self) -> int:
        """Length of the input."""
        return len(self.lines[0])

    @property
    def inputs(self) -> int:
        """Numbers read at each step."""
        return len(self.lines)

    @property
    def input_names(self) -> tuple[str, ...]:
        """What the inputs are called."""
        if self.weights != DRAWN:
            return HAND_SET[self.weights].inputs
        return ("x",) if self.inputs == 1 else ("x₁", "x₂")

    @property
    def x(self) -> NDArray[np.float64]:
        """(time, inputs): the input as the cells read it, with its noise, rounded to three decimals."""
        x = np.array(self.lines).T
        if not self.noise:
            return x
        drawn = np.random.default_rng([self.seed, 5]).standard_normal((LONGEST, MAX_INPUTS))
        return np.round(x + self.noise * drawn[: len(x), : x.shape[1]], 3)

    def cell(self, key: str) -> AnyCell:
        """Return one of the cells with its weights."""
        member = FAMILY[key]
        if self.weights == DRAWN:
            return member.draw(self.inputs, self.units, self.seed, self.scale, self.keep_bias)
        assert member.variant is not None, "checked above"
        weights, variant = HAND_SET[self.weights], member.variant
        rows, seen = weights.gates(self.parameter), weights.peepholes(self.parameter)
        return LSTMVariantCell.from_gates(
            variant,
            {gate: ([rows[gate][:-2]], [rows[gate][-2:-1]], rows[gate][-1:]) for gate in variant.gates},
            peepholes={gate: [seen[gate]] for gate in variant.peephole_gates},
            weight_gates=np.zeros((3, 3)) if variant.gate_recurrence else None,
        )

    def run(self) -> dict[str, AnyTrace]:
        """Run every cell over the input, by key."""
        x = self.x
        return {key: self.cell(key).run(x) for key in self.cells}

    def with_number(self, name: str, value: float) -> Self:
        """Return a copy with one dial, of ``RANGES`` or ``parameter``, at another value."""
        if name == "parameter":
            parameter = HAND_SET[self.weights].parameter if self.weights in HAND_SET else None
            whole = parameter is not None and parameter.whole
            return replace(self, parameter=float(round(value) if whole else value))
        if name not in RANGES:
            raise ValueError(f"name must be parameter or one of {', '.join(RANGES)}, got {name!r}")
        changed: dict[str, Any] = {name: float(value)}
        return replace(self, **changed)

    def with_weights(self, weights: str) -> Self:
        """Return a copy with other weights; cells, units and inputs that they cannot have give way."""
        if weights == DRAWN:
            return replace(self, weights=DRAWN, parameter=0.0)
        if weights not in HAND_SET:
            raise ValueError(f"weights must be {DRAWN}, {' or '.join(HAND_SET)}, got {weights!r}")
        fitting = [key for key in self.cells if FAMILY[key].variant is not None]
        others = [key for key in ("lstm", "v") if key not in fitting]
        hand_set = HAND_SET[weights]
        return replace(
            self,
            weights=weights,
            parameter=hand_set.parameter.start if hand_set.parameter else 0.0,
            cells=tuple([*fitting, *others][: max(FEWEST, len(fitting))]),
            units=1,
            lines=(*self.lines, (0.0,) * self.steps)[: len(hand_set.inputs)],
        )


@dataclass(frozen=True, slots=True)
class VariantsPreset:
    """A comparison with a point.

    Attributes
    ----------
    title, watch
        Its name, and what to watch.
    settings
        What shows it.
    on_stage, step
        The cell and the step, counted from 1, at which the point is seen best: the stage opens there.
    """

    title: str
    watch: str
    settings: Comparison
    on_stage: str
    step: int


_VALUES: Final = (0.8, 0.3, -0.5, 0.6, -0.2, 0.4, -0.9, 0.5, 0.2, -0.6, 0.7, 0.1, -0.3, 0.4)
_COMMANDS: Final = (1.0, 0, 0, -1.0, 0, 0, 1.0, 0, -1.0, 0, 1.0, 0, -1.0, 0)
_PULSES: Final = (1.0, 0, 0, 0, -1.0, 0, 0, 0, 1.0, 1.0, 0, 0, -1.0, -1.0, 0, 0)
_LEVELS: Final = (*(2.0,) * 12, *(6.0,) * 24)

VARIANTS_PRESETS: Final[Mapping[str, VariantsPreset]] = MappingProxyType(
    {
        "missing": VariantsPreset(
            "One gate missing",
            "Command 1 writes the value, −1 shows the memory, 0 does neither. Without the input "
            "gate every value is added to C, whatever the command. Without the forget gate what is "
            "written is added to what was there. Without the output gate the memory is shown at "
            "every step.",
            Comparison(("lstm", "nig", "nfg", "nog"), (_VALUES, _COMMANDS), "register"),
            "nig",
            2,
        ),
        "timer": VariantsPreset(
            "A timer that needs to peek",
            "No input at all. With peepholes the output gate sees C reach 8, fires, and the "
            "forget gate empties the memory: every 8 steps, for ever. The same weights without "
            "peepholes never fire, for C is behind a shut gate and nobody sees it grow.",
            Comparison(("v", "lstm"), ((0.0,) * 40,), "timer", 8.0),
            "v",
            8,
        ),
        "endless": VariantsPreset(
            "1997: a memory without end",
            "Random input for 200 steps. Nothing makes the first LSTM forget: its C climbs "
            "to 121 and would go on; with a forget gate, and otherwise the same weights, |C| "
            "never passes 1.8. How fast it climbs depends on the seed: try seed 2.",
            Comparison(("1997", "lstm"), (generate("noise", LONGEST, most=LONGEST),)),
            "1997",
            200,
        ),
        "average": VariantsPreset(
            "Tied gates make a moving average",
            "The input gate is set to 0.1 in both. Where the gates are tied, f = 1 − i = 0.9, "
            "and C is a moving average of the input (one hundredth of it) wherever you set i. "
            "The plain LSTM still has f at 0.8, so its C settles at half the level.",
            Comparison(("cifg", "lstm"), (_LEVELS,), "average", 0.1),
            "cifg",
            36,
        ),
        "gru": VariantsPreset(
            "GRU against LSTM",
            "The GRU has one state: it shows all that it remembers, which lies between "
            "−1 and 1. The LSTM hides its memory behind the output gate: here C goes up to 2.9 "
            "while h stays below 0.75.",
            Comparison(("gru", "lstm"), (_PULSES,), scale=3.0, units=2),
            "gru",
            10,
        ),
        "counter": VariantsPreset(
            "A count that may pass 1",
            "Both count the ones of the input in C. The plain LSTM shows tanh C, which never "
            "passes 1; without the output activation h is the count itself: 7 at the end.",
            Comparison(("noaf", "lstm"), ((1.0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1),), "counter"),
            "noaf",
            12,
        ),
    }
)

DEFAULT_VARIANTS: Final = "missing"


def preset_of(settings: Comparison) -> VariantsPreset | None:
    """Return the preset whose settings these are; None if they are of no preset."""
    return next((preset for preset in VARIANTS_PRESETS.values() if preset.settings == settings), None)
