"""What runs and gradients say: norms, influence, routes, clipping, gates, and who wrote the memory.

The functions bear the names of their modules: ``lstm_viz.analysis.influence`` is the function.
"""

from lstm_viz.analysis.clipping import clip_by_norm
from lstm_viz.analysis.gates import longest_stretch, marked_steps, memory, most_selective_unit
from lstm_viz.analysis.influence import influence
from lstm_viz.analysis.ledger import Ledger, ledger
from lstm_viz.analysis.memory_gates import MemoryGate, MemoryGates, gate_biases, memory_gates
from lstm_viz.analysis.norms import adjoint_norms, log_norms, steps_until
from lstm_viz.analysis.routes import routes

__all__ = [
    "Ledger",
    "MemoryGate",
    "MemoryGates",
    "adjoint_norms",
    "clip_by_norm",
    "gate_biases",
    "influence",
    "ledger",
    "log_norms",
    "longest_stretch",
    "marked_steps",
    "memory",
    "memory_gates",
    "most_selective_unit",
    "routes",
    "steps_until",
]
