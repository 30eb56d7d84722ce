"""A run to take along: its curves, and the network as a script that needs nothing of this library."""

from typing import Final

from lstm_viz.cells.cell import Cell as EquationsCell
from lstm_viz.training.gate_traces import cells
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.weights import PROBE, PROBE_INPUT, Shape, read
from lstm_viz.training.settings import ModelSettings

_SCRIPT: Final = '''"""{title}.

    pip install torch safetensors

Put {file} beside this script and run it: it prints the answers to the sequence on which the
training showed its gates.
"""

import torch
from safetensors.torch import load_file
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
{modules}

    def forward(self, x):
        """x: {x}. Returns {returned}."""
{forward}
        return self.output(h)


weights = load_file("{file}")
probe = weights.pop("{probe_input}")
del weights["{probe}"]  # the same as the first recurrent layer reads it

network = Network()
network.load_state_dict(weights)
network.eval()

if __name__ == "__main__":
    torch.set_printoptions(precision=6, threshold=10_000, sci_mode=False)
    with torch.no_grad():
        print(network(probe))
'''


_ANSWER: Final = '''
output_weight = torch.tensor({weight}, dtype=torch.float64)
output_bias = torch.tensor({bias}, dtype=torch.float64)


def answer(x):
    """x: (time, {inputs}), as the recurrent layer reads it. Returns {returned}."""
    h = run(x)
{forward}
    return h @ output_weight.T + output_bias


if __name__ == "__main__":
    torch.set_printoptions(precision=6, threshold=10_000, sci_mode=False)
    print(answer(torch.tensor({probe}, dtype=torch.float64)))
'''


def has_script(model: ModelSettings) -> bool:
    """Return whether a network can be written as a script: by equations, only one layer and direction."""
    return model.choice is None or (model.layers == 1 and not model.bidirectional)


def torch_script(weights: bytes, file: str = "weights.safetensors") -> str:
    """Return a network as a script that prints the answers to the probe, with PyTorch alone.

    Of PyTorch's cells it loads the weights from ``file``; of a cell by its equations it holds them itself.

    Parameters
    ----------
    weights
        ``Finished.weights``, of a network that :func:`has_script`.
    file
        The name under which they lie beside the script.

    Raises
    ------
    ValueError
        If the weights are damaged or do not say of which network they are.
    """
    shape = Shape.of(weights)
    if shape.model.choice is not None:
        return _equations_script(shape, weights)
    return _module_script(shape, weights, file)


def _equations_script(shape: Shape, weights: bytes) -> str:
    arrays = read(weights)
    [[cell]] = cells(weights, shape.model)
    assert isinstance(cell, EquationsCell)
    reads_out = [_readout(shape.model)] if shape.reads == "last" else []
    return cell.code("torch") + _ANSWER.format(
        weight=arrays["output.weight"].tolist(),
        bias=arrays["output.bias"].tolist(),
        inputs=cell.inputs,
        returned=f"({shape.outputs},)" if shape.reads == "last" else f"(time, {shape.outputs})",
        forward="\n".join(f"    {line}" for line in reads_out),
        probe=arrays[PROBE].tolist(),
    )


def _module_script(shape: Shape, weights: bytes, file: str) -> str:
    first = read(weights)["layers.0.weight_ih_l0"].shape[1]
    return _SCRIPT.format(
        title=f"{shape.model.cell.upper()} trained on the task {shape.task} by lstm-viz",
        file=file,
        modules=_indented(_modules(shape, first)),
        x="(time, batch), whole numbers" if shape.symbols else f"(time, batch, {shape.inputs})",
        returned=f"(batch, {shape.outputs})" if shape.reads == "last" else f"(time, batch, {shape.outputs})",
        forward=_indented(_forward(shape)),
        probe=PROBE,
        probe_input=PROBE_INPUT,
    )


def _indented(lines: list[str]) -> str:
    return "\n".join(f"        {line}" for line in lines)


def _modules(shape: Shape, first: int) -> list[str]:
    model = shape.model
    width = model.units * (2 if model.bidirectional else 1)
    ends = ", bidirectional=True" if model.bidirectional else ""
    reads = [first, *[width] * (model.layers - 1)]
    layers = [f"nn.{model.cell.upper()}({read}, {model.units}{ends})" for read in reads]
    embedding = [f"self.embedding = nn.Embedding({shape.inputs}, {model.embedding})"]
    return [
        *(embedding if shape.symbols and model.embedding else []),
        f"self.layers = nn.ModuleList([{', '.join(layers)}])",
        f"self.output = nn.Linear({width}, {shape.outputs})",
    ]


def _forward(shape: Shape) -> list[str]:
    model = shape.model
    if not shape.symbols:
        begin = "h = x"
    elif model.embedding:
        begin = "h = self.embedding(x)"
    else:
        begin = f"h = nn.functional.one_hot(x, {shape.inputs}).float()"
    if model.residual and model.layers > 1:
        layers = ["h, _ = self.layers[0](h)", "for layer in self.layers[1:]:", "    h = layer(h)[0] + h"]
    else:
        layers = ["for layer in self.layers:", "    h, _ = layer(h)"]
    return [begin, *layers, *([_readout(model)] if shape.reads == "last" else [])]


def _readout(model: ModelSettings) -> str:
    if model.readout == "mean":
        return "h = h.mean(0)"
    if model.readout == "max":
        return "h = h.amax(0)"
    if model.bidirectional:
        return f"h = torch.cat([h[-1, :, :{model.units}], h[0, :, {model.units}:]], 1)"
    return "h = h[-1]"


def curves_csv(record: RunRecord) -> str:
    """Return loss, gradient norm and score of a run as CSV, a line for each update."""
    scores = dict(record.scores)
    lines = ["update,loss,gradient_norm,score"]
    for update in range(record.update + 1):
        at = update - 1
        row = [each[at] if 0 <= at < len(each) else None for each in (record.losses, record.norms)]
        values = [*row, scores.get(update)]
        if any(value is not None for value in values):
            lines.append(
                ",".join([str(update), *("" if value is None else f"{value:.9g}" for value in values)])
            )
    return "\n".join(lines) + "\n"
