"""The network of a training: recurrent layers, one module each, and a linear layer that reads h.

The names in its state dict are kept stable, for files hold them:

``embedding.weight``
    The numbers that stand for each symbol, if they are learned.
``layers.{k}.weight_ih_l0``, ``layers.{k}.weight_hh_l0``, ... (``_reverse`` for the backward half)
    Layer k, from 0, is a one-layer ``nn.LSTM`` (GRU, RNN): without the prefix, what
    ``LSTMCell.from_torch(state_dict)`` reads.
``layers.{k}.W_f``, ``layers.{k}.b_f``, ... (``layers.{k}.reverse.W_f`` for the backward half)
    Layer k of a cell by its equations: without the prefix, the weights of a ``Cell``.
``output.weight``, ``output.bias``
    The linear layer.
"""

from typing import Any, Final, Literal, TypeAlias

import torch
from torch import Tensor, nn

from lstm_viz.training.engine.equations_layer import EquationsLayer
from lstm_viz.training.settings import ModelSettings

Layer: TypeAlias = nn.RNNBase | EquationsLayer

State: TypeAlias = list[Any]
"""The state of each layer, as its module returns it."""

KINDS: Final[dict[str, type[nn.LSTM | nn.GRU | nn.RNN]]] = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "rnn": nn.RNN,
}


class Network(nn.Module):
    """Recurrent layers and a linear layer.

    Parameters
    ----------
    model
        What it is made of.
    inputs
        Features of a step, or how many symbols there are.
    outputs
        Numbers or classes answered.
    symbols
        True where the input holds symbol numbers.
    reads
        "last": one answer a sequence; "every": one a step.
    noise
        The random numbers of dropout. None: those of PyTorch at large.
    """

    def __init__(
        self,
        model: ModelSettings,
        inputs: int,
        outputs: int,
        *,
        symbols: bool = False,
        reads: Literal["last", "every"] = "every",
        noise: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.model, self.reads, self.noise = model, reads, noise
        self.symbols = inputs if symbols else 0
        width = model.units * (2 if model.bidirectional else 1)
        read = inputs
        self.embedding = None
        if symbols and model.embedding:
            self.embedding = nn.Embedding(inputs, model.embedding)
            read = model.embedding
        self.recurrent = [new_layer(model, width if depth else read) for depth in range(model.layers)]
        self.layers = nn.ModuleList(self.recurrent)
        self.output = nn.Linear(width, outputs)

    def forward(
        self, x: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> tuple[Tensor, State]:
        """Return the answers, and the state of each layer after the last step.

        Parameters
        ----------
        x
            (time, batch, features), or (time, batch) whole numbers for symbols.
        lengths
            (batch,) on the CPU; None: all sequences are full.
        state
            What an earlier call returned; None: zeros.

        Returns
        -------
        outputs
            (batch, outputs), or (time, batch, outputs) where there is an answer at every step.
        state
            To be handed to the next call.
        """
        h, after = self.states(x, lengths, state)
        if self.reads == "last":
            h = read_out(h, lengths, self.model)
        return self.output(self.dropped(h)), after

    def states(
        self, x: Tensor, lengths: Tensor | None = None, state: State | None = None
    ) -> tuple[Tensor, State]:
        """Return h of the last layer at every step, (time, batch, width), and the state of each layer."""
        h = self.embedded(x)
        after: State = []
        for depth, layer in enumerate(self.recurrent):
            below = self.dropped(h) if depth else h
            h, last = run_layer(layer, below, lengths, None if state is None else state[depth])
            if depth and self.model.residual:
                h = h + below
            after.append(last)
        return h, after

    def embedded(self, x: Tensor) -> Tensor:
        """Return x as the first recurrent layer reads it, (time, batch, features)."""
        if self.embedding is not None:
            embedded: Tensor = self.embedding(x)
            return embedded
        if self.symbols:
            return nn.functional.one_hot(x, self.symbols).to(self.output.weight.dtype)
        return x

    def dropped(self, h: Tensor) -> Tensor:
        """Return h with a share of its values dropped while training, the others scaled up for it."""
        share = self.model.dropout
        if not self.training or share == 0:
            return h
        kept = torch.empty_like(h).bernoulli_(1 - share, generator=self.noise)
        return h * kept.div_(1 - share)


def new_layer(model: ModelSettings, inputs: int) -> Layer:
    """Return a recurrent layer that reads so many numbers, with weights as PyTorch draws them."""
    if model.choice is not None:
        equations = model.choice.equations
        return EquationsLayer(equations, inputs, model.units, bidirectional=model.bidirectional)
    return KINDS[model.cell](inputs, model.units, bidirectional=model.bidirectional)


def run_layer(layer: Layer, x: Tensor, lengths: Tensor | None, state: Any | None) -> tuple[Tensor, Any]:
    """Return h at every step and the last state of one layer; the backward half begins at the true end.

    A layer that reads forward meets the padding after everything else, so that the padding needs no care
    there: what it makes of it is not read.
    """
    if not layer.bidirectional or (lengths is None and isinstance(layer, nn.RNNBase)):
        return layer(x, state)  # type: ignore[no-any-return]
    if lengths is None:
        lengths = torch.full(x.shape[1:2], len(x))
    turn = _turned(lengths.to(x.device), len(x))
    back = _run_half(layer, _picked(x, turn), reverse=True)
    return torch.cat([_run_half(layer, x, reverse=False), _picked(back, turn)], 2), None


def _run_half(layer: Layer, x: Tensor, *, reverse: bool) -> Tensor:
    """Return h at every step of one direction, each step where x has it."""
    if isinstance(layer, EquationsLayer):
        half = layer.reverse if reverse and layer.reverse else layer
        h: Tensor = half(x)[0]
        return h
    return _run_module(layer, x, "l0_reverse" if reverse else "l0")


def _run_module(layer: nn.RNNBase, x: Tensor, suffix: str) -> Tensor:
    """Return h of one direction of PyTorch's modules, by the function that the module itself calls.

    Packed sequences would do as well, but three to twenty times slower: oneDNN does not take them.
    """
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = [getattr(layer, f"{name}_{suffix}") for name in names]
    zeros = x.new_zeros(1, x.shape[1], layer.hidden_size)
    start: Any = (zeros, zeros) if layer.mode == "LSTM" else zeros
    run: Any = {"LSTM": torch.lstm, "GRU": torch.gru, "RNN_TANH": torch.rnn_tanh}[layer.mode]
    h: Tensor = run(x, start, weights, True, 1, 0.0, layer.training, False, False)[0]
    return h


def _turned(lengths: Tensor, steps: int) -> Tensor:
    """Return which step comes where when each sequence is turned round, its padding left at the end."""
    step = torch.arange(steps, device=lengths.device)[:, None]
    return torch.where(step < lengths, lengths - 1 - step, step)


def _picked(x: Tensor, steps: Tensor) -> Tensor:
    return x.gather(0, steps[:, :, None].expand_as(x))


def read_out(h: Tensor, lengths: Tensor | None, model: ModelSettings) -> Tensor:
    """Return what the output layer reads of (time, batch, width) where a sequence gets one answer."""
    if model.readout == "last":
        return _last(h, lengths, model)
    if lengths is None:
        return h.mean(0) if model.readout == "mean" else h.amax(0)
    lengths = lengths.to(h.device)
    real = (torch.arange(len(h), device=h.device)[:, None] < lengths)[:, :, None]
    if model.readout == "mean":
        return torch.where(real, h, 0.0).sum(0) / lengths[:, None]
    return h.masked_fill(~real, -torch.inf).amax(0)


def _last(h: Tensor, lengths: Tensor | None, model: ModelSettings) -> Tensor:
    """Return h where each direction has read everything: at the true end, and at the start going back."""
    sequence = torch.arange(h.shape[1], device=h.device)
    end = h[-1] if lengths is None else h[lengths.to(h.device) - 1, sequence]
    if not model.bidirectional:
        return end
    return torch.cat([end[:, : model.units], h[0, :, model.units :]], 1)
