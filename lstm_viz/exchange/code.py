"""A run as code that anybody can paste: in NumPy and in PyTorch, printing the same numbers.

Inside a block of a snippet there is no blank line, and after it there is one: so Python's older prompts,
which read line by line, take it too.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lstm_viz.notation import GATES, SYMBOLS, Gate
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import input_names

_WIDTH: Final = 90
_COLUMN: Final = 13
_INDENT: Final = " " * 4


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one library opens a snippet and names what it needs."""

    opening: str
    array: str
    sigmoid: str
    tanh: str


_NUMPY: Final = _Dialect(
    """\
# An LSTM in NumPy, step by step.
import numpy as np

def sigmoid(z):
    # σ(z) = 1 / (1 + e^(−z)), in a form that cannot overflow.
    return 0.5 * (1.0 + np.tanh(0.5 * z))
""",
    array="np.array",
    sigmoid="sigmoid",
    tanh="np.tanh",
)

_TORCH: Final = _Dialect(
    """\
# An LSTM in PyTorch, in double precision.
import torch

def array(values):
    return torch.tensor(values, dtype=torch.float64)
""",
    array="array",
    sigmoid="torch.sigmoid",
    tanh="torch.tanh",
)

_SHOW: Final = f"""\
def show(step, C, h):
    # Six decimals; adding 0.0 makes 0.0 of −0.0.
    numbers = [round(value, 6) + 0.0 for value in C.tolist() + h.tolist()]
    print(f"{{step:4d}}" + "".join(f"{{number:{_COLUMN}.6f}}" for number in numbers))
"""


def numpy_code(run: RunSettings) -> str:
    """Return a snippet that needs NumPy alone and prints step, C and h of every unit, with six decimals.

    The cell is written out, equation by equation, in float64. A clamped gate is a number in place of its
    equation.

    Parameters
    ----------
    run
        Any run of the Cell page.

    Returns
    -------
    str
        A whole program, ending in a line break.
    """
    return _snippet(_NUMPY, run, *_written_out(_NUMPY, run))


def torch_code(run: RunSettings) -> str:
    """Return a snippet that needs PyTorch alone and prints exactly what :func:`numpy_code`'s prints.

    It uses ``torch.nn.LSTM`` in float64; if a gate is clamped, which that cannot do, the cell is written out.

    Parameters
    ----------
    run
        Any run of the Cell page.

    Returns
    -------
    str
        A whole program, ending in a line break.
    """
    return _snippet(_TORCH, run, *(_written_out(_TORCH, run) if run.cell.clamp else _module(run)))


def _snippet(dialect: _Dialect, run: RunSettings, weights: str, loop: str) -> str:
    units = run.cell.units
    suffixes = [str(unit + 1) if units > 1 else "" for unit in range(units)]
    names = [letter + suffix for letter in ("C", "h") for suffix in suffixes]
    lines = _matrix(run.sequence.lines, notes=input_names(run.origin, run.cell.inputs))
    inputs = f"# The input at every step.\nx = {dialect.array}({lines}).T\n"
    header = f'print("step{"".join(name.rjust(_COLUMN) for name in names)}")\n'
    return "\n".join([dialect.opening, _SHOW, inputs, weights, header + loop])


def _written_out(dialect: _Dialect, run: RunSettings) -> tuple[str, str]:
    """Return the weights of each free gate, and the loop over its equations."""
    cell, held = run.cell, dict(run.cell.clamp)
    weights = "# The weights on the input and on the hidden state, and the bias; one row for each unit.\n"
    for gate in GATES:
        if gate not in held:
            rows = cell.rows[cell.row_index(gate, 0) :][: cell.units]
            weights += (
                f"W_x{gate} = {dialect.array}({_matrix(row[: cell.inputs] for row in rows)})\n"
                f"W_h{gate} = {dialect.array}({_matrix(row[cell.inputs : -1] for row in rows)})\n"
                f"b_{gate} = {dialect.array}({_vector(row[-1] for row in rows)})\n"
            )
    start = (
        "\n# The states before the first step.\n"
        f"h = {dialect.array}({_vector(cell.h0)})\n"
        f"C = {dialect.array}({_vector(cell.c0)})\n"
    )
    body = [line for gate in GATES for line in _equation(dialect, gate, held.get(gate))] + [
        "# Memory: C_t = f_t · C_{t−1} + i_t · C̃_t",
        "C = f * C + i * g",
        "# Hidden state: h_t = o_t · tanh(C_t)",
        f"h = o * {dialect.tanh}(C)",
        "show(step, C, h)",
    ]
    loop = "for step, x_t in enumerate(x, start=1):\n" + textwrap.indent("\n".join(body), _INDENT) + "\n"
    return (weights if len(held) < len(GATES) else "# Every gate is held: no weight matters.\n") + start, loop


def _equation(dialect: _Dialect, gate: Gate, held: float | None) -> tuple[str, str]:
    name = SYMBOLS[gate].name.capitalize()
    if held is not None:
        return f"# {name}: held", f"{gate} = {float(held)!r}"
    symbol, function = ("tanh", dialect.tanh) if gate == "g" else ("σ", dialect.sigmoid)
    return (
        f"# {name}: {SYMBOLS[gate].letter}_t = {symbol}(W_x{gate} x_t + W_h{gate} h_{{t−1}} + b_{gate})",
        f"{gate} = {function}(W_x{gate} @ x_t + W_h{gate} @ h + b_{gate})",
    )


def _module(run: RunSettings) -> tuple[str, str]:
    """Return the weights in ``torch.nn.LSTM``, and the loop that calls it."""
    cell = run.cell
    notes = [f"{gate} {unit + 1}" if cell.units > 1 else gate for gate in GATES for unit in range(cell.units)]
    weight_ih = _matrix((row[: cell.inputs] for row in cell.rows), notes)
    weight_hh = _matrix((row[cell.inputs : -1] for row in cell.rows), notes)
    weights = f"""\
# The weights, one row for each unit of each gate, in PyTorch's order: i, f, g (the candidate), o.
weight_ih = array({weight_ih})
weight_hh = array({weight_hh})
bias = array({_vector(row[-1] for row in cell.rows)})

lstm = torch.nn.LSTM(input_size={cell.inputs}, hidden_size={cell.units}, dtype=torch.float64)
with torch.no_grad():
    lstm.weight_ih_l0[:] = weight_ih
    lstm.weight_hh_l0[:] = weight_hh
    lstm.bias_ih_l0[:] = bias
    # nn.LSTM adds two biases, where one says it all.
    lstm.bias_hh_l0[:] = 0.0

# The states before the first step.
h = array({_matrix([cell.h0])})
C = array({_matrix([cell.c0])})
"""
    loop = """\
for step, x_t in enumerate(x, start=1):
    # One step at a time: nn.LSTM returns the memory C of the last step only.
    with torch.no_grad():
        _, (h, C) = lstm(x_t[None], (h, C))
    show(step, C[0], h[0])
"""
    return weights, loop


def _vector(numbers: Iterable[float]) -> str:
    return f"[{', '.join(repr(float(number)) for number in numbers)}]"


def _matrix(rows: Iterable[Iterable[float]], notes: Sequence[str] = ()) -> str:
    """Return nested lists: a single row without a note in one line, otherwise a line or more for each row."""
    vectors = [_vector(row) for row in rows]
    if len(vectors) == 1 and not notes:
        return f"[{vectors[0]}]"
    ends = [f",  # {note}" for note in notes] or [","] * len(vectors)
    lines = [_wrapped(vector) + end for vector, end in zip(vectors, ends, strict=True)]
    return "[\n" + "\n".join(lines) + "\n]"


def _wrapped(vector: str) -> str:
    return textwrap.fill(
        vector,
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT + " ",
        break_long_words=False,
        break_on_hyphens=False,
    )
