"""What runs and gradients say: norms, influence, routes, clipping, gates, and who wrote the memory.

Of trained networks: how saturated gates are, what the units keep, and what is lost without them. Where a
function bears the name of its module, ``lstm_viz.analysis.influence`` is the function.
"""

from lstm_viz.analysis.ablation import Ablation, ablate, loss
from lstm_viz.analysis.clipping import clip_by_norm
from lstm_viz.analysis.correlation import Chance, chance, correlations
from lstm_viz.analysis.gates import longest_stretch, marked_steps, memory, most_selective_unit
from lstm_viz.analysis.influence import influence
from lstm_viz.analysis.ledger import Ledger, ledger
from lstm_viz.analysis.memory_gates import MemoryGate, MemoryGates, gate_biases, memory_gates
from lstm_viz.analysis.norms import adjoint_norms, log_norms, steps_until
from lstm_viz.analysis.replacement import replaced_inputs
from lstm_viz.analysis.routes import routes
from lstm_viz.analysis.saturation import MemoryLengths, Saturation, memory_lengths, saturation

__all__ = [
    "Ablation",
    "Chance",
    "Ledger",
    "MemoryGate",
    "MemoryGates",
    "MemoryLengths",
    "Saturation",
    "ablate",
    "adjoint_norms",
    "chance",
    "clip_by_norm",
    "correlations",
    "gate_biases",
    "influence",
    "ledger",
    "log_norms",
    "longest_stretch",
    "loss",
    "marked_steps",
    "memory",
    "memory_gates",
    "memory_lengths",
    "most_selective_unit",
    "replaced_inputs",
    "routes",
    "saturation",
    "steps_until",
]
