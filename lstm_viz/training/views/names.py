"""What runs, networks and times are called."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from lstm_viz.notation import counted, written
from lstm_viz.training.cell_settings import has_gate_biases
from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.task import Option
from lstm_viz.training.tasks import TASKS
from lstm_viz.views.shown_lines import shown_lines

CELLS: Final = {"lstm": "LSTM", "gru": "GRU", "rnn": "plain RNN"}
"""The cells that PyTorch has."""

_LONGEST_LINE: Final = 40
"""Characters of a line of a cell in a name."""

INITIALISATIONS: Final = {
    "default": "PyTorch's own",
    "forget_bias": "biases of the gates set",
    "orthogonal": "orthogonal",
    "chrono": "chrono",
}
METHODS: Final = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "gradient descent"}
READOUTS: Final = {"last": "the last h", "mean": "the mean of h", "max": "the largest h"}


def cell_name(model: ModelSettings) -> str:
    """Return what a cell is called: "LSTM", "minGRU" or "own cell"."""
    return CELLS[model.cell] if model.choice is None else model.choice.title


def against(cells: Sequence[str]) -> str:
    """Return what cells that are trained against each other are called: "LSTM against GRU against RNN"."""
    return " against ".join("RNN" if cell == "rnn" else cell_name(ModelSettings(cell=cell)) for cell in cells)


def run_names(runs: Sequence[TrainingSettings]) -> list[str]:
    """Return a name for each run: cell, size, seed, and what else tells it from others of the same cell."""
    names = []
    for each, choices in zip(runs, differing_options(runs), strict=True):
        alike = [run for run in runs if cell_name(run.model) == cell_name(each.model)]
        own = _own_line(each, alike)
        apart = [say(each) for say in _DIFFERENCES.values() if len({say(run) for run in alike}) > 1]
        # A part may be empty: PyTorch's own start, say, sets no biases.
        names.append(", ".join(filter(None, [*_basic_name(each), own, choices, *apart])))
    return names


def short_names(runs: Sequence[TrainingSettings]) -> list[str]:
    """Return names for a sentence: "the GRU", "seed 1"; where that does not tell them apart, whole ones."""
    if len({cell_name(each.model) for each in runs}) == len(runs):
        return [f"the {cell_name(each.model)}" for each in runs]
    if len({replace(each, seed=0) for each in runs}) == 1:
        return [f"seed {each.seed}" for each in runs]
    return [f"“{name}”" for name in run_names(runs)]


def differing_options(runs: Sequence[TrainingSettings]) -> list[str]:
    """Return for each run what was chosen of its task where the runs differ: "steps 50"."""
    if not runs:
        return []
    options = TASKS[runs[0].task].options
    apart = [
        name
        for name, option in options.items()
        if len({each.option(name, option.default) for each in runs}) > 1
    ]
    return [", ".join(_choice(options[name], each, name) for name in apart) for each in runs]


def _choice(option: Option, run: TrainingSettings, name: str) -> str:
    value = run.option(name, option.default)
    shown = value if isinstance(value, str) else written(value)
    return f"{option.label[:1].lower()}{option.label[1:]} {shown}".strip()


def _basic_name(run: TrainingSettings) -> tuple[str, ...]:
    return (cell_name(run.model), size_text(run.model), f"seed {run.seed}")


def _own_line(run: TrainingSettings, alike: Sequence[TrainingSettings]) -> str:
    """Return the first line of a person's own cell that not all of their other cells have."""
    others = [_lines(other) for other in alike if other.model.cell != run.model.cell]
    own = (line for line in _lines(run) if others and not all(line in each for each in others))
    return textwrap.shorten(next(own, ""), _LONGEST_LINE, placeholder=" …")


def _lines(run: TrainingSettings) -> list[str]:
    """Return the lines of a cell without comments, in which anything may stand."""
    return [line for each in run.model.cell.splitlines() if (line := each.partition("#")[0].strip())]


def has_gates(model: ModelSettings) -> bool:
    """Return whether a cell has a line that lies within 0 and 1."""
    if model.choice is None:
        return model.cell != "rnn"
    return not all(symbol.signed for symbol in shown_lines(model.choice.equations).values())


def size_text(model: ModelSettings) -> str:
    """Return the size of a network in words: "16 units", "2 × 32 units, both directions"."""
    layers = f"{model.layers} × " if model.layers > 1 else ""
    units = f"{layers}{model.units} units" if layers else counted(model.units, "unit")
    return f"{units}, both directions" if model.bidirectional else units


_STARTS: Final = {
    "default": "weights as PyTorch draws them",
    "forget_bias": "gates' biases set",
    "orthogonal": "orthogonal weights",
    "chrono": "chrono biases",
}

_DIFFERENCES: Final[dict[str, Callable[[TrainingSettings], str]]] = {
    "initialisation": lambda s: _STARTS[s.model.initialisation],
    "biases": lambda s: (
        f"forget bias {written(s.model.forget_bias)}, input bias {written(s.model.input_bias)}"
        if s.model.initialisation in ("forget_bias", "orthogonal") and has_gate_biases(s.model)
        else ""
    ),
    "dropout": lambda s: f"dropout {s.model.dropout:g}",
    "embedding": lambda s: f"embedding {s.model.embedding}",
    "readout": lambda s: f"reads {READOUTS[s.model.readout]}",
    "residual": lambda s: "residual" if s.model.residual else "no residual",
    "method": lambda s: METHODS[s.optimiser.method],
    "rate": lambda s: f"rate {written(s.optimiser.rate)}",
    "clip": lambda s: "not clipped" if s.optimiser.clip is None else f"clipped at {s.optimiser.clip:g}",
    "batch": lambda s: f"batch {s.batch}",
}
"""What may tell two runs apart beside their cell, size and seed."""


def capital(text: str) -> str:
    """Return the text with its first letter large, and all others as they are."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return the text with a large first letter and a full stop."""
    return capital(text) + ("" if text.endswith((".", "!", "?")) else ".")


def time_text(seconds: float) -> str:
    """Return a time as people say it: "8 s", "2 min 5 s", "1 h 10 min"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
