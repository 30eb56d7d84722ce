"""The same run by PyTorch, to see with one's own eyes that the reference cell is right."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.settings.cell import RunSettings

TOLERANCE: Final = 1e-12
"""More than rounding adds up to in 60 steps of float64 while weights and inputs stay below some tens.

Weights of hundreds turn the same rounding into larger differences; a wrong formula is off by far more still.
"""


@dataclass(frozen=True, slots=True)
class TorchCheck:
    """How far the reference cell and ``torch.nn.LSTM`` are apart.

    Attributes
    ----------
    h_difference, c_difference
        The largest absolute difference in h and in C, over all steps and units.
    steps
        Steps compared.
    torch_version
        The PyTorch that ran.
    """

    h_difference: float
    c_difference: float
    steps: int
    torch_version: str

    @property
    def agrees(self) -> bool:
        """Whether both differences are within ``TOLERANCE``, that is, nothing but rounding."""
        return max(self.h_difference, self.c_difference) <= TOLERANCE


def compare_with_torch(run: RunSettings) -> TorchCheck:
    """Run ``torch.nn.LSTM`` in float64 on the same weights, input and initial states.

    Each h comes from one call over the whole sequence. ``nn.LSTM`` returns C of the last step only, so each C
    comes from the same module called again one step at a time.

    Raises
    ------
    ValueError
        If a gate is clamped, which ``nn.LSTM`` cannot do.
    ImportError
        If PyTorch is not installed.

    References
    ----------
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """
    if run.cell.clamp:
        held = ", ".join(gate for gate, _ in run.cell.clamp)
        raise ValueError(
            f"Set the gates free first: PyTorch's nn.LSTM cannot hold a gate, and this run holds {held}."
        )
    import torch

    trace = run.run()
    h, c = _torch_states(run)
    return TorchCheck(
        h_difference=float(np.abs(trace.h - h).max()),
        c_difference=float(np.abs(trace.c - c).max()),
        steps=len(trace),
        torch_version=torch.__version__,
    )


def _torch_states(run: RunSettings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return h and C of every step, both (time, hidden)."""
    import torch

    def tensor(values: Any) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float64)

    cell = run.cell
    rows = tensor(cell.rows)
    lstm = torch.nn.LSTM(cell.inputs, cell.units, dtype=torch.float64)
    lstm.load_state_dict(
        {
            "weight_ih_l0": rows[:, : cell.inputs],
            "weight_hh_l0": rows[:, cell.inputs : -1],
            "bias_ih_l0": rows[:, -1],
            "bias_hh_l0": torch.zeros(4 * cell.units, dtype=torch.float64),
        }
    )
    x, start = tensor(run.sequence.values), (tensor([cell.h0]), tensor([cell.c0]))
    with torch.no_grad():
        h, _ = lstm(x, start)
        memories, states = [], start
        for x_t in x:
            _, states = lstm(x_t[None], states)
            memories.append(states[1])
    return h.numpy(), torch.cat(memories).numpy()
