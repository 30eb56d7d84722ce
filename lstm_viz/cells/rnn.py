"""The plain recurrent cell."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Literal, Self, get_args

import numpy.typing as npt

from lstm_viz.cells import checks, weights
from lstm_viz.cells.face import Face
from lstm_viz.cells.functions import Array
from lstm_viz.cells.gradients import RNNGradients
from lstm_viz.cells.torch_weights import read_layer
from lstm_viz.cells.trace import RNNStep, RNNTrace

RNNActivation = Literal["tanh", "relu", "sigmoid", "linear"]
RNN_ACTIVATIONS: Final[tuple[RNNActivation, ...]] = get_args(RNNActivation)


@dataclass(frozen=True, eq=False)
class RNNCell(Face):
    """A plain recurrent layer, with the numbers of ``torch.nn.RNN``.

    ::

        h_t = φ(W x_t + U h_{t-1} + b)

    The cell keeps read-only copies of its arrays and computes in their dtype: float32 if all three are,
    otherwise float64.

    Parameters
    ----------
    weight_ih
        W, (hidden, inputs).
    weight_hh
        U, (hidden, hidden).
    bias
        b, (hidden,): one bias, the sum of PyTorch's two.
    activation
        φ: "tanh", "relu", "sigmoid" or "linear".

    Raises
    ------
    ValueError
        If the shapes do not fit, or an array holds anything but finite real numbers.

    References
    ----------
    Elman (1990), "Finding Structure in Time", Cognitive Science 14(2).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    _: KW_ONLY
    activation: RNNActivation = "tanh"

    def __post_init__(self) -> None:
        checks.one_of("activation", self.activation, RNN_ACTIVATIONS)
        arrays = weights.kept(weights.layer(self.weight_ih, self.weight_hh, self.bias, gates=1))
        for name, array in arrays.items():
            object.__setattr__(self, name, array)

    @classmethod
    def random(
        cls, inputs: int = 1, hidden: int = 4, seed: int = 0, *, activation: RNNActivation = "tanh"
    ) -> Self:
        """Return a cell as PyTorch initialises it: weights and both biases from U(−1/√hidden, 1/√hidden).

        The two biases are summed. The draws are those of ``numpy.random.default_rng(seed)``: the distribution
        is PyTorch's, the numbers are not.

        Raises
        ------
        ValueError
            If ``inputs`` or ``hidden`` is less than 1.
        """
        weight_ih, weight_hh, biases = weights.draw(1, inputs, hidden, seed)
        return cls(weight_ih, weight_hh, biases.sum(axis=0), activation=activation)

    @classmethod
    def from_torch(
        cls,
        state_dict: Mapping[str, Any],
        layer: int = 0,
        reverse: bool = False,
        *,
        activation: RNNActivation = "tanh",
    ) -> Self:
        """Return one layer and direction of a ``torch.nn.RNN``.

        Parameters
        ----------
        state_dict
            ``rnn.state_dict()``, of tensors or arrays. Where a layer has no biases they are zero.
        layer
            0 for the first.
        reverse
            True for the backward half of a bidirectional RNN, to be run with ``reverse=True``.
        activation
            ``rnn.nonlinearity``, which the state dict does not hold.

        Raises
        ------
        ValueError
            If a key is missing: the message lists the layers found.
        """
        read = read_layer(state_dict, layer, reverse=reverse)
        return cls(read.weight_ih, read.weight_hh, read.bias_ih + read.bias_hh, activation=activation)

    @property
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""
        return int(self.weight_ih.shape[1])

    @property
    def hidden(self) -> int:
        """How many units it has."""
        return int(self.weight_hh.shape[0])

    @property
    def text(self) -> str:
        """Its equations."""
        function = "" if self.activation == "linear" else self.activation
        return f"h = {function}(W@x + U@h + b)"

    def _named_weights(self) -> dict[str, Array]:
        return {"W_h": self.weight_ih, "U_h": self.weight_hh, "b_h": self.bias}

    def run(self, x: npt.ArrayLike, h0: npt.ArrayLike | None = None, *, reverse: bool = False) -> RNNTrace:
        """Run over a sequence, or over a batch of sequences, and keep everything.

        Parameters
        ----------
        x
            (time, inputs) or (time, batch, inputs): at least one step. It is computed in the cell's dtype.
        h0
            The state before the first step, (hidden,) or (batch, hidden). Zeros if None.
        reverse
            Run from the last step to the first. The trace stays aligned with x.

        Raises
        ------
        ValueError
            If a shape does not fit, a number is not finite, or a z lies beyond the range of the dtype.
        """
        return RNNTrace(self._unrolled(x, {"h0": h0}, reverse=reverse))

    def step(self, x_t: npt.ArrayLike, h: npt.ArrayLike | None = None) -> tuple[Array, RNNStep]:
        """Take one step; the numbers are those of :meth:`run` up to rounding.

        Parameters
        ----------
        x_t
            (inputs,) or (batch, inputs).
        h
            The state before it, (hidden,) or (batch, hidden). Zeros if None.

        Returns
        -------
        h
            The state after it, (hidden,) or (batch, hidden).
        step
            Everything that was computed.

        Raises
        ------
        ValueError
            As :meth:`run`.
        """
        step = RNNTrace(self._stepped(x_t, {"h": h}))[0]
        return step.h, step

    def backward(self, trace: RNNTrace, dh: npt.ArrayLike | None = None) -> RNNGradients:
        """Return the derivative of one number L with respect to the weights, x and the initial state.

        Parameters
        ----------
        trace
            A run of this cell.
        dh
            What L sees of each output itself: ∂L/∂h_t with all else held, in the shape of ``trace.h``. For a
            loss on the last output alone it is zero everywhere else. Zeros if None.

        Raises
        ------
        ValueError
            If the shape is another, or a number is not finite.
        """
        found = self.cell.backward(trace.run, {} if dh is None else {"h": dh})
        return RNNGradients(
            weight_ih=found.weights["W_h"],
            weight_hh=found.weights["U_h"],
            bias=found.weights["b_h"],
            x=found.x,
            h0=found.initial["h"],
            h=found.adjoint["h"],
        )
