"""What a training is asked to do: small frozen records, exactly what a link to it holds.

A run depends on these, on what was uploaded, and on the machine: on one machine the same settings give the
same run, to the last bit. Another processor may round the last bits otherwise, and then the runs part.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, Self, TypeAlias, get_args

from lstm_viz.settings.cell_choice import CellChoice

CellKind: TypeAlias = Literal["lstm", "gru", "rnn"]
"""The cells that PyTorch has as modules."""

Initialisation: TypeAlias = Literal["default", "forget_bias", "orthogonal", "chrono"]
Readout: TypeAlias = Literal["last", "mean", "max"]
Method: TypeAlias = Literal["adam", "rmsprop", "sgd"]
Device: TypeAlias = Literal["auto", "cpu", "cuda", "mps"]

MAX_UNITS: Final = 256
MAX_LAYERS: Final = 3
MAX_BATCH: Final = 512
MAX_UPDATES: Final = 200_000
MAX_MINUTES: Final = 60.0


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The network: recurrent layers, and a linear layer that reads h.

    Parameters
    ----------
    cell
        Which recurrent layer: "lstm", "gru" or "rnn" (with tanh) is PyTorch's. Anything else is a cell by its
        equations: its name in the catalogue, or its text (docs/cells.md).
    units
        Hidden units of each layer and direction.
    layers
        How many, one on top of another.
    bidirectional
        Read the sequence from both ends; only where a task allows it.
    dropout
        Share of the values dropped between two layers, and before the output layer, in [0, 1).
    residual
        Add each layer's input to its output, from the second layer on.
    embedding
        Numbers that stand for a symbol, learned; 0 shows each symbol as it is (one-hot). Only for tasks whose
        input is symbols.
    readout
        What the output layer reads where a sequence gets one answer: the last h, or the mean or the largest
        value of each unit's h over all steps (padding left out).
    initialisation
        How the weights are drawn: PyTorch's default; the default with the forget gate's bias set to
        ``forget_bias`` and the input gate's to ``input_bias``; orthogonal recurrent weights (with those two
        biases as well); or the biases of Tallec & Ollivier (2018), "chrono", for memories of up to
        ``chrono_steps`` steps.
    forget_bias, input_bias
        The whole bias of the gate (PyTorch's two biases together). For a GRU ``forget_bias`` is that of z,
        which keeps the old state; an RNN has neither. Which gates of a cell by its equations these are,
        :func:`lstm_viz.analysis.memory_gates` says.
    chrono_steps
        The longest memory that chrono initialisation prepares for, in steps.
    """

    cell: str = "lstm"
    units: int = 16
    layers: int = 1
    bidirectional: bool = False
    dropout: float = 0.0
    residual: bool = False
    embedding: int = 0
    readout: Readout = "last"
    initialisation: Initialisation = "default"
    forget_bias: float = 1.0
    input_bias: float = 0.0
    chrono_steps: int = 100

    def __post_init__(self) -> None:
        _check_cell(self.cell)
        _one_of("readout", self.readout, get_args(Readout))
        _one_of("initialisation", self.initialisation, get_args(Initialisation))
        _whole(self, "units", "layers", "embedding", "chrono_steps")
        _within("units", self.units, 1, MAX_UNITS)
        _within("layers", self.layers, 1, MAX_LAYERS)
        _within("dropout", self.dropout, 0.0, 0.9)
        _within("embedding", self.embedding, 0, 256)
        _within("forget_bias", self.forget_bias, -10.0, 10.0)
        _within("input_bias", self.input_bias, -10.0, 10.0)
        _within("chrono_steps", self.chrono_steps, 3, 10_000)

    @property
    def choice(self) -> CellChoice | None:
        """The cell, where it is one by its equations; None for those that PyTorch has."""
        return None if self.cell in get_args(CellKind) else CellChoice(self.cell)


@dataclass(frozen=True, slots=True)
class OptimiserSettings:
    """How the weights are changed.

    Parameters
    ----------
    method
        Adam, RMSprop or plain gradient descent (SGD).
    rate
        Learning rate, in (0, 10].
    output_rate
        Another learning rate for the output layer, or None for the same.
    clip
        Largest norm of the gradient; a longer one is scaled down to it (Pascanu et al. 2013). None clips
        nothing.
    """

    method: Method = "adam"
    rate: float = 0.01
    output_rate: float | None = None
    clip: float | None = 1.0

    def __post_init__(self) -> None:
        _one_of("method", self.method, get_args(Method))
        for name in ("rate", "output_rate"):
            value = getattr(self, name)
            if value is not None:
                _within(name, value, 1e-7, 10.0)
        if self.clip is not None:
            _within("clip", self.clip, 1e-6, 1e6)


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """A whole training: the task, the network, the optimiser, and when to stop.

    Parameters
    ----------
    task
        Key of a task in ``lstm_viz.training.tasks.TASKS``.
    options
        The task's own choices, sorted pairs ``(name, value)``; what is left out is as the task has it.
    model, optimiser
        The network and how it is changed.
    batch
        Sequences shown for one update.
    updates
        Changes of the weights, at most.
    until_solved
        True to stop as soon as the task is solved; False to go on to ``updates``.
    keep_best
        True to keep the weights that scored best on held-back data, False to keep the last. A task that
        is solved keeps the weights that solved it.
    truncate
        For tasks that are one long stream: steps after which the gradient is cut. 0 leaves it to the task.
    seed
        Draws the weights, the data and the dropout.
    device
        "auto" takes CUDA, then MPS, then the CPU.
    minutes
        Time limit.
    upload
        SHA-256 (hexadecimal) of what the person uploaded or pasted, or None.
    """

    task: str
    options: tuple[tuple[str, float | int | str], ...] = ()
    model: ModelSettings = field(default_factory=ModelSettings)
    optimiser: OptimiserSettings = field(default_factory=OptimiserSettings)
    batch: int = 32
    updates: int = 4000
    until_solved: bool = True
    keep_best: bool = False
    truncate: int = 0
    seed: int = 0
    device: Device = "auto"
    minutes: float = 10.0
    upload: str | None = None

    def __post_init__(self) -> None:
        _one_of("device", self.device, get_args(Device))
        _whole(self, "batch", "updates", "truncate", "seed")
        _within("batch", self.batch, 1, MAX_BATCH)
        _within("updates", self.updates, 1, MAX_UPDATES)
        _within("truncate", self.truncate, 0, 1000)
        _within("seed", self.seed, 0, 2**31 - 1)
        _within("minutes", self.minutes, 0.01, MAX_MINUTES)
        if list(self.options) != sorted(dict(self.options).items()):
            raise ValueError("options must be pairs sorted by name, each name once")

    def option(self, name: str, default: Any) -> Any:
        """Return one of the task's own choices, or what the task has if it was not chosen."""
        return dict(self.options).get(name, default)

    def to_dict(self) -> dict[str, Any]:
        """Return the same as plain data, for JSON."""
        return {**asdict(self), "options": dict(self.options)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Return the settings that :meth:`to_dict` wrote.

        Raises
        ------
        ValueError
            If a name is unknown, or a value is not allowed.
        """
        known = {each.name: plain[each.name] for each in fields(cls) if each.name in plain}
        if unknown := sorted(set(plain) - set(known)):
            raise ValueError(f"settings must be those of a training, got {', '.join(unknown)}")
        try:
            return cls(
                **{
                    **known,
                    "options": tuple(sorted(dict(plain.get("options", {})).items())),
                    "model": ModelSettings(**plain.get("model", {})),
                    "optimiser": OptimiserSettings(**plain.get("optimiser", {})),
                }
            )
        except TypeError as error:
            raise ValueError(f"settings must be those of a training: {error}") from error


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def _check_cell(cell: str) -> None:
    """Refuse what is no cell, and one whose lines have sizes of their own: settings do not hold them."""
    if cell in get_args(CellKind):
        return
    try:
        sizes = CellChoice(cell).equations.declared_sizes
    except ValueError as error:
        raise ValueError(
            f"cell must be {', '.join(get_args(CellKind))} or by its equations: {error}"
        ) from None
    if sizes:
        raise ValueError(
            f"cell must have lines of H units, got lines of {', '.join(sizes)}, which cannot be chosen here"
        )


def _whole(record: Any, *names: str) -> None:
    for name in names:
        value = getattr(record, name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{name} must be a whole number, got {value!r}")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} must be from {low:g} to {high:g}, got {value}")
