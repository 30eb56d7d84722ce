"""Keras's layout, kernel and recurrent_kernel, and that of its CuDNN layers; TensorFlow 1 with one kernel.

References
----------
https://keras.io/api/layers/recurrent_layers/: names, shapes; gates i f c o, and z r h of a GRU.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.networks.layers import MERGES, Direction
from lstm_viz.networks.questions import Interview, Question
from lstm_viz.networks.reading.contents import Contents, Hints
from lstm_viz.networks.reading.found import FoundCell
from lstm_viz.networks.reading.naming import parent
from lstm_viz.networks.stacked import KINDS, Kind, StackedWeights

_DIRECTION: Final = re.compile(r"^(forward|backward)_")


def find(contents: Contents, interview: Interview) -> list[FoundCell]:
    """Return the cells whose arrays have the names of Keras.

    Raises
    ------
    ValueError
        If an array is missing or its shape does not fit the others.
    """
    groups: dict[str, dict[str, str]] = {}
    for name in contents.arrays:
        role = name.rpartition(".")[2]
        if role in ("kernel", "recurrent_kernel", "bias"):
            groups.setdefault(parent(name), {})[role] = name
    cells = []
    for path, names in groups.items():
        if "recurrent_kernel" in names:
            if "kernel" not in names:
                raise ValueError(f"source: expected a kernel beside {names['recurrent_kernel']!r}, got none")
            cells.append(_cell(path, names, contents, interview))
        elif "kernel" in names and re.search(r"lstm_cell(_\d+)?$", path):
            cells.append(_joined_cell(path, names, contents, interview))
    return cells


def _cell(path: str, names: Mapping[str, str], contents: Contents, interview: Interview) -> FoundCell:
    arrays = {role: contents.arrays[name] for role, name in names.items()}
    module, direction = _place(path)
    hints = hints_of(path, contents.hints)
    kernel, recurrent = arrays["kernel"], arrays["recurrent_kernel"]
    kind = _kind(names, kernel, recurrent)
    bias = arrays.get("bias")
    order = "Keras"
    if bias is not None and bias.shape == (2 * recurrent.shape[1],):
        kernel, recurrent, bias = _from_cudnn(kernel, recurrent, bias, len(kernel), kind)
        order = "CuDNN"
    weights = _stacked(kind, kernel, recurrent, bias, names["recurrent_kernel"])
    weights = _with_functions(
        weights, hints, interview, of_cudnn=order == "CuDNN" or "CuDNN" in str(hints.get("class"))
    )
    if kind == "GRU":
        weights = _with_reset(weights, hints, bias, interview)
    # Alone, go_backwards reads the last step first and gives its outputs in that order.
    backwards = bool(hints.get("go_backwards")) and module == path_module(path)
    return FoundCell(
        module, 0, "reverse" if backwards else direction, order, weights, tuple(names.values()),
        merge=_merge(path, module, hints, interview), flipped=backwards,
    )  # fmt: skip


_MERGE_QUESTION: Final = Question(
    "merge",
    "How do the outputs of both directions become one? A file of weights does not say.",
    MERGES,
    assumed="concat",
)


def _merge(path: str, module: str, hints: Hints, interview: Interview) -> Any:
    if "merge" in hints or module == path_module(path):
        return hints.get("merge", "concat")
    return interview.ask(_MERGE_QUESTION)


def _kind(names: Mapping[str, str], kernel: Array, recurrent: Array) -> Kind:
    if kernel.ndim == 2 and recurrent.ndim == 2 and len(recurrent):
        blocks, rest = divmod(recurrent.shape[1], len(recurrent))
        if not rest and blocks in KINDS and kernel.shape[1] == recurrent.shape[1]:
            return KINDS[blocks]
    raise ValueError(
        f"source: expected 4, 3 or 1 blocks of columns in {names['recurrent_kernel']!r} (LSTM, GRU, RNN), as "
        f"many as in the kernel, got the shapes {recurrent.shape} and {kernel.shape}"
    )


def _from_cudnn(
    kernel: Array, recurrent: Array, bias: Array, inputs: int, kind: Kind
) -> tuple[Array, Array, Array]:
    """Return the weights of a CuDNN layer as those of a plain one.

    CuDNN has every gate transposed, and Keras keeps the numbers in its order in arrays of the shape of its
    own; the two biases stand one behind the other.
    """
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[kind]

    def each(array: Array, turn: Callable[[Array], Array]) -> Array:
        return np.hstack([turn(block) for block in np.split(array, gates, axis=1)])

    plain = each(kernel, lambda block: block.T.reshape(inputs, -1, order="F"))
    halves = bias.reshape(2, -1)
    return plain, each(recurrent, lambda block: block.T), halves if kind == "GRU" else halves.sum(axis=0)


def _stacked(kind: Kind, kernel: Array, recurrent: Array, bias: Array | None, name: str) -> StackedWeights:
    rows = kernel.shape[1]
    given = np.zeros(rows, kernel.dtype) if bias is None else bias
    if given.shape not in ((rows,), (2, rows)) or (given.ndim == 2 and kind != "GRU"):
        raise ValueError(
            f"source: expected a bias of {rows} numbers beside {name!r}, got the shape {given.shape}"
        )
    outer, inner = given if given.ndim == 2 else (given, None)
    weight_ih, weight_hh = (_in_order(kind, array.T) for array in (kernel, recurrent))
    if inner is None:
        return StackedWeights(kind, weight_ih, weight_hh, _in_order(kind, outer))
    hidden = len(recurrent)
    both = _in_order(kind, outer + inner)
    both[2 * hidden :] = outer[2 * hidden :]
    return StackedWeights(kind, weight_ih, weight_hh, both, bias_hn=inner[2 * hidden :])


def _in_order(kind: Kind, rows: Array) -> Array:
    """Return rows in PyTorch's order: r z n of Keras's z r h; an LSTM has the same."""
    if kind != "GRU":
        return np.array(rows)
    z, r, n = np.split(rows, 3)
    return np.concatenate([r, z, n])


def _with_functions(
    weights: StackedWeights, hints: Hints, interview: Interview, *, of_cudnn: bool
) -> StackedWeights:
    gate = hints.get("recurrent_activation")
    if gate is None and weights.kind != "RNN":
        gate = "sigmoid" if of_cudnn or hints.get("class") else str(interview.ask(GATE_QUESTION))
    activation = hints.get("activation")
    if activation is None:
        activation = "tanh" if of_cudnn else str(interview.ask(_ACTIVATION_QUESTION))
    return replace(
        weights,
        gate_activation=gate or "sigmoid",
        activation=activation,
        output_activation=activation,
    )


GATE_QUESTION: Final = Question(
    "gate_activation",
    "What are the gates activated by? A file of weights does not say. Keras 2 before TensorFlow 2 took "
    "hard_sigmoid, later ones take sigmoid; hard_sigmoid6 is the hard sigmoid of Keras 3.",
    ("sigmoid", "hard_sigmoid", "hard_sigmoid6"),
    assumed="sigmoid",
)

_ACTIVATION_QUESTION: Final = Question(
    "activation",
    "What is the candidate activated by? A file of weights does not say.",
    ("tanh", "relu", "sigmoid", "linear"),
    assumed="tanh",
)

_RESET_QUESTION: Final = Question(
    "reset_after",
    "Does the reset gate of the GRU act after the product with the weights? Only biases would say.",
    (True, False),
    assumed=True,
)


def _with_reset(
    weights: StackedWeights, hints: Hints, bias: Array | None, interview: Interview
) -> StackedWeights:
    """Return a GRU with its reset gate where it belongs: two biases say after, and one says before."""
    after = hints.get("reset_after")
    if bias is not None:
        after = bias.ndim == 2
    elif after is None:
        after = interview.ask(_RESET_QUESTION)
    return replace(weights, reset_after=bool(after))


def _place(path: str) -> tuple[str, Direction]:
    """Return the module that a path belongs to, and its direction within it."""
    parts = path.split(".")
    for at, part in enumerate(parts):
        if match := _DIRECTION.match(part):
            return ".".join(parts[:at]) or "bidirectional", "reverse" if match[1] == "backward" else "forward"
    return path_module(path), "forward"


def path_module(path: str) -> str:
    """Return a path without the levels that only name the cell within its layer."""
    return re.sub(r"(\.cell)?((?<!cells)\.(lstm|gru|simple_rnn)_cell(_\d+)?)?$", "", path) or path


def hints_of(path: str, hints: Mapping[str, Hints]) -> Hints:
    """Return what the file says about the layer that a path belongs to: the first level that has a name."""
    parts = path.split(".")
    named = next((hints[part] for part in parts if part in hints), {})
    if any(part.startswith("backward_") for part in parts) and "backward" in named:
        backward: dict[str, Any] = named["backward"]
        return {**named, **backward}
    return named


def _joined_cell(path: str, names: Mapping[str, str], contents: Contents, interview: Interview) -> FoundCell:
    """Return the cell of TensorFlow 1: one kernel for x and h, gates i g f o, and a bias added to f."""
    kernel = contents.arrays[names["kernel"]]
    hidden, rest = divmod(kernel.shape[1], 4) if kernel.ndim == 2 else (0, 0)
    if not hidden or rest or len(kernel) <= hidden:
        raise ValueError(
            f"source: expected (inputs + units, 4 units) in {names['kernel']!r}, got the shape {kernel.shape}"
        )
    bias = contents.arrays[names["bias"]] if "bias" in names else np.zeros(4 * hidden, kernel.dtype)
    if bias.shape != (4 * hidden,):
        raise ValueError(
            f"source: expected a bias of {4 * hidden} numbers beside {names['kernel']!r}, "
            f"got the shape {bias.shape}"
        )
    i, g, f, o = np.split(np.column_stack([kernel.T, bias]), 4)
    f = f.copy()
    f[:, -1] += float(str(interview.ask(_FORGET_QUESTION)))
    rows = np.concatenate([i, f, g, o])
    inputs = len(kernel) - hidden
    weights = StackedWeights("LSTM", rows[:, :inputs], rows[:, inputs:-1], rows[:, -1])
    return FoundCell(path_module(path), 0, "forward", "TensorFlow 1", weights, tuple(names.values()))


_FORGET_QUESTION: Final = Question(
    "forget_bias",
    "What does the cell of TensorFlow 1 add to the bias of f when it runs? It does not save it.",
    ("1.0", "0.0"),
    assumed="1.0",
)
