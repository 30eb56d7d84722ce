"""Another kind of cell in the settings of a training, and what has to change with it."""

from dataclasses import replace

from lstm_viz.analysis import gate_biases
from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.tasks import TASKS


def with_cell(settings: TrainingSettings, cell: str) -> TrainingSettings:
    """Return the settings with another kind of cell.

    A plain RNN has no gates whose biases could be set, and neither have some cells by their equations: they
    start with orthogonal weights instead, as they learn best.

    Raises
    ------
    ValueError
        If it is no cell that can be trained.
    """
    before, after = settings.model, replace(settings.model, cell=cell)
    start = before.initialisation
    if not has_gate_biases(after) and start in ("chrono", "forget_bias"):
        start = "orthogonal"
    elif not has_gate_biases(before) and has_gate_biases(after) and start == "orthogonal":
        start = TASKS[settings.task].defaults.model.initialisation
    return replace(settings, model=replace(after, initialisation=start))


def has_gate_biases(model: ModelSettings) -> bool:
    """Return whether a cell has gates of its memory whose biases can be set."""
    if model.choice is None:
        return model.cell != "rnn"
    return bool(gate_biases(model.choice.equations, 0.0, 0.0))
