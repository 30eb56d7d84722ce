"""What the Gradients page compares: a few cells under one set of choices, and presets with a point."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal, Self

from lstm_viz.networks.random import (
    MAX_HIDDEN,
    MAX_SEEDS,
    MAX_STEPS,
    GRUSettings,
    LSTMSettings,
    RNNSettings,
)
from lstm_viz.settings.cell_choice import CellChoice

RNN: Final = CellChoice("Elman")
LSTM: Final = CellChoice("LSTM")
GRU: Final = CellChoice("GRU")
"""The three that have dials of their own."""

MOST: Final = 4
"""How many cells are measured side by side."""

RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "hidden": (2, MAX_HIDDEN),
        "steps": (10, MAX_STEPS),
        "seeds": (1, MAX_SEEDS),
        "input_scale": (0.0, 4.0),
        "radius": (0.5, 2.0),
        "forget_bias": (-2.0, 6.0),
        "update_bias": (-2.0, 6.0),
        "keep_bias": (-2.0, 6.0),
    }
)
"""What each number may be, both ends included."""

COUNTS: Final = ("hidden", "steps", "seeds")
"""Those of them that are whole numbers."""


@dataclass(frozen=True, slots=True)
class GradientSettings:
    """Everything that is chosen on the page.

    ``radius`` is the spectral radius that the RNN's W_h is scaled to; None leaves it as drawn. With the
    initialisation "chrono" the biases of LSTM and GRU are spread for memories as long as the sequence, in
    place of the bias dials.

    ``cells`` are 1 to 4 different ones. ``keep_bias`` is that of the gate by which all but these three keep
    their memory; a cell without such a gate does not have it.
    """

    hidden: int = 32
    steps: int = 100
    seeds: int = 20
    input_scale: float = 1.0
    initialisation: Literal["default", "orthogonal", "chrono"] = "default"
    radius: float | None = None
    activation: Literal["tanh", "relu"] = "tanh"
    forget_bias: float = 0.0
    update_bias: float = 0.0
    cells: tuple[CellChoice, ...] = (RNN, LSTM, GRU)
    keep_bias: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= len(set(self.cells)) == len(self.cells) <= MOST:
            raise ValueError(f"cells must be 1 to {MOST} different ones, got {len(self.cells)}")
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is None and name == "radius":
                continue
            if value is None or not low <= value <= high:
                raise ValueError(f"{name} must be from {low:g} to {high:g}, got {value}")
            if name in COUNTS and not isinstance(value, int):
                raise ValueError(f"{name} must be a whole number, got {value}")
        if self.initialisation not in ("default", "orthogonal", "chrono"):
            raise ValueError(
                f"initialisation must be default, orthogonal or chrono, got {self.initialisation!r}"
            )
        if self.activation not in ("tanh", "relu"):
            raise ValueError(f"activation must be tanh or relu, got {self.activation!r}")

    def with_number(self, name: str, value: float) -> Self:
        """Return a copy with one of the numbers in ``RANGES`` replaced; counts are rounded."""
        if name not in RANGES:
            raise ValueError(f"name must be one of {', '.join(RANGES)}, got {name!r}")
        changed: dict[str, Any] = {name: round(value) if name in COUNTS else float(value)}
        return replace(self, **changed)

    @property
    def rnn(self) -> RNNSettings:
        """The plain RNN."""
        return RNNSettings(self.hidden, self.recurrent, self.radius, self.activation)

    @property
    def lstm(self) -> LSTMSettings:
        """The LSTM."""
        return LSTMSettings(self.hidden, self.recurrent, self.forget_bias, self.longest_memory)

    @property
    def gru(self) -> GRUSettings:
        """The GRU."""
        return GRUSettings(self.hidden, self.recurrent, self.update_bias, self.longest_memory)

    @property
    def recurrent(self) -> Literal["default", "orthogonal"]:
        """How the recurrent weights are drawn."""
        return "orthogonal" if self.initialisation == "orthogonal" else "default"

    @property
    def longest_memory(self) -> int | None:
        """Of chrono biases: for memories of up to so many steps; None without them."""
        return self.steps if self.initialisation == "chrono" else None


@dataclass(frozen=True, slots=True)
class GradientPreset:
    """A comparison with a point: its title, the finding, and the settings that show it."""

    title: str
    finding: str
    settings: GradientSettings


GRADIENT_PRESETS: Final[Mapping[str, GradientPreset]] = MappingProxyType(
    {
        "defaults": GradientPreset(
            "As PyTorch initialises them",
            "All three vanish, the LSTM too: what counts is not the letters L, S, T, M but a forget gate "
            "that is open, and at first it stands at about one half.",
            GradientSettings(),
        ),
        "bias-1": GradientPreset(
            "Forget bias 1",
            "The usual advice. The forget gate now stands near 0.7, and the LSTM loses less than half as "
            "many orders of magnitude. That is still a lot.",
            GradientSettings(forget_bias=1.0, update_bias=1.0),
        ),
        "bias-3": GradientPreset(
            "Forget bias 3",
            "With the forget gate near 0.95 the LSTM loses one to two orders of magnitude over 100 steps, "
            "where the RNN loses more than twenty-five.",
            GradientSettings(forget_bias=3.0, update_bias=3.0),
        ),
        "bias-5": GradientPreset(
            "Forget bias 5",
            "With the forget gate near 0.99 the LSTM's gradient stays above a hundredth all the way back: it "
            "falls in the first few steps, and then no further. Single seeds differ widely, so there are 50.",
            GradientSettings(seeds=MAX_SEEDS, forget_bias=5.0, update_bias=5.0),
        ),
        "explodes": GradientPreset(
            "Radius 1.5: the input decides",
            "With the spectral radius of W_h at 1.5 the RNN's gradient grows more than tenfold over 100 "
            "steps. Without input (scale 0) it explodes, to 1.5 to the power of 100, which is 10 to the "
            "power of 17.6. With an input scale of 3 the tanh saturates, and the gradient vanishes.",
            GradientSettings(initialisation="orthogonal", radius=1.5),
        ),
        "no-input": GradientPreset(
            "No input: exactly radius to the power of T",
            "Without input h stays 0, the slope of tanh is 1, and the RNN's gradient is multiplied by the "
            "radius at every step: 0.9 to the power of 100 is 10 to the power of −4.58.",
            GradientSettings(initialisation="orthogonal", radius=0.9, input_scale=0.0),
        ),
        "chrono": GradientPreset(
            "Chrono initialisation",
            "Biases spread so that some units keep their memory for a few steps, and some for up to 100 "
            "(Tallec & Ollivier 2018). About a thousandth of the LSTM's gradient is left after 100 steps, "
            "where the usual biases leave less than a thousandth after a dozen.",
            GradientSettings(initialisation="chrono"),
        ),
        "x-alone": GradientPreset(
            "Gates that see x alone",
            "In both cells the gate that keeps has a bias of 3. The gates of the minGRU (2024) see x alone: "
            "its gradient is the product of them, and every seed loses 2.2 orders of magnitude. The LSTM's "
            "gradient comes back through matrices as well, and in most seeds it ends larger than it began.",
            GradientSettings(
                initialisation="orthogonal",
                forget_bias=3.0,
                keep_bias=3.0,
                cells=(LSTM, CellChoice("minGRU")),
            ),
        ),
    }
)

DEFAULT_GRADIENTS: Final = "defaults"
