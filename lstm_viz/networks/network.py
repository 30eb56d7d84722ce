"""A network as it was found in a file: its layers, what is open about them, and how it runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.functions import Array
from lstm_viz.networks import batches, torch_layers
from lstm_viz.networks.batches import Mask
from lstm_viz.networks.layers import Dense, Direction, Embedding, Layer, Stack
from lstm_viz.networks.network_run import NetworkRun, States
from lstm_viz.networks.questions import Answer, Question

Clamps = Mapping[Any, Mapping[str, npt.ArrayLike]]
"""Lines that are held, by layer, or by layer and direction."""


@dataclass(frozen=True, eq=False)
class Network:
    """Recurrent layers that were found in a file, with the embedding and the readout that belong to them.

    Attributes
    ----------
    stacks
        Layers that feed each other. A file may hold several such stacks, an encoder and a decoder for
        example; then the question "module" is which of them is meant.
    chosen
        The stack that runs; None while it is open.
    format
        Of the file: "PyTorch", "Keras", "ONNX" …
    guessed
        What was taken although the file does not say it, in sentences.
    questions
        What is open, with the choices: :meth:`answer` takes the answers, or :func:`lstm_viz.load`.
    left_over
        The names of arrays that are part of nothing that was recognised.
    untrained
        Whether all recurrent weights look as if PyTorch had just drawn them: uniform within ±1/√units. See
        :mod:`lstm_viz.networks.initial`.
    batch_first
        Whether inputs have the batch before the time; None where the file does not say.
    """

    stacks: tuple[Stack, ...]
    chosen: Stack | None
    format: str
    _: KW_ONLY
    guessed: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    left_over: tuple[str, ...] = ()
    untrained: bool = False
    batch_first: bool | None = None
    again: Callable[[Mapping[str, Answer]], "Network"]
    """Reads the same arrays once more, with other answers."""
    answers: Mapping[str, Answer]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that run, from the input on; of all stacks, while it is open which one is meant."""
        stacks = self.stacks if self.chosen is None else (self.chosen,)
        return tuple(layer for stack in stacks for layer in stack.layers)

    @property
    def embedding(self) -> Embedding | None:
        """The table before the first layer, if there is one."""
        return self.stack.embedding

    @property
    def readout(self) -> tuple[Dense, ...]:
        """The dense layers after the last layer."""
        return self.stack.readout

    @property
    def stack(self) -> Stack:
        """The layers that run.

        Raises
        ------
        ValueError
            If there are several stacks and none was chosen.
        """
        if self.chosen is None:
            raise ValueError(next(q for q in self.questions if q.name == "module").refusal())
        return self.chosen

    def answer(self, **answers: Answer) -> "Network":
        """Return the same network with some questions answered.

        Raises
        ------
        ValueError
            If nobody has asked, or the answer is none of the choices.
        """
        return self.again({**self.answers, **answers})

    def run(
        self,
        x: npt.ArrayLike,
        *,
        batch_first: bool | None = None,
        lengths: npt.ArrayLike | None = None,
        mask: npt.ArrayLike | None = None,
        initial: States | None = None,
        clamp: Clamps | None = None,
    ) -> NetworkRun:
        """Run over a sequence or a batch, and keep every line of every layer and direction.

        Parameters
        ----------
        x
            (time, inputs); with a batch (time, batch, inputs), or (batch, time, inputs) with ``batch_first``.
            Or symbols: whole numbers, (time,), which go through the embedding, or a one-hot code where there
            is none; with an embedding also a batch of them.
        batch_first
            Whether the batch comes before the time, where there is one; None takes what the file or an answer
            says.
        lengths
            (batch,): the real steps of each sequence; what follows them is padding. A reversed direction
            begins at the last real step.
        mask
            (time, batch), or (batch, time) with ``batch_first``: True where a step is real, in one piece for
            each sequence. In place of ``lengths``, for padding before the first step.
        initial
            States to begin with, as ``final`` of another run has them; where the equations say, if None.
        clamp
            Lines held at a value, by layer or (layer, direction): ``{0: {"c": values}}``. See
            :meth:`lstm_viz.Cell.run`.

        Raises
        ------
        ValueError
            If a shape does not fit, ``initial`` or ``clamp`` names a layer that is not there, it is open
            which module or which axis is meant, or the run is too large.
        """
        first = self.batch_first if batch_first is None else batch_first
        sequence = batches.time_major(self.stack, x, first, self._where_is_the_batch())
        if mask is not None and first:
            mask = np.asarray(mask).T
        real = batches.real_steps(sequence.shape[:-1], lengths, mask)
        places = [(at, side) for at, layer in enumerate(self.stack.layers) for side in layer.cells]
        _require_known("initial", initial or {}, places)
        _require_known("clamp", clamp or {}, [*range(len(self.stack.layers)), *places])
        return run_from(self.stack, 0, sequence, initial or {}, clamp or {}, real)

    def _where_is_the_batch(self) -> str:
        asked = [question for question in self.questions if question.name == "batch_first"]
        return asked[0].refusal() if asked else "batch_first: expected True or False, got None"

    def to_torch(self) -> Any:
        """Return the network as a ``torch.nn.Module``; see :func:`lstm_viz.networks.torch_layers.module_of`.

        Raises
        ------
        ValueError
            If PyTorch is not installed.
        """
        return torch_layers.module_of(self.stack)

    def check(self, x: npt.ArrayLike | None = None, *, batch_first: bool | None = None) -> float:
        """Return the largest difference of any output from that of PyTorch's own layers.

        Parameters
        ----------
        x
            As :meth:`run` takes it, without padding; 50 steps of normal numbers if None.
        batch_first
            As :meth:`run` takes it.

        Returns
        -------
        float
            Over all layers, steps and units; in float32 some 1e-7 for each unit of output.

        Raises
        ------
        ValueError
            If PyTorch is not installed, or as :meth:`run`.
        """
        if x is None:
            x = np.random.default_rng(0).standard_normal((50, self.stack.inputs))
        run = self.run(x, batch_first=batch_first)
        found = torch_layers.outputs(self.stack, run.x)
        ours = (_output(layer, at, run) for at, layer in enumerate(self.stack.layers))
        return max(float(np.abs(a - b).max()) for a, b in zip(ours, found, strict=True))

    def __repr__(self) -> str:
        stacks = self.stacks if self.chosen is None else (self.chosen,)
        lines = [(f"{stack.name}: " if len(stacks) > 1 else "") + repr(stack) for stack in stacks]
        notes = [f"untrained: {_INITIAL}"] if self.untrained else []
        notes += [f"guessed: {len(self.guessed)}"] if self.guessed else []
        notes += (
            [f"open: {', '.join(question.name for question in self.questions)}"] if self.questions else []
        )
        notes += [f"left over: {len(self.left_over)}"] if self.left_over else []
        return "\n".join([*lines, *([f"({'; '.join(notes)})"] if notes else [])])


_INITIAL = "these are PyTorch's initial weights"


def _require_known(name: str, given: Iterable[object], places: Sequence[object]) -> None:
    for place in given:
        if place not in places:
            raise ValueError(f"{name}: expected some of {', '.join(map(str, places))}, got {place!r}")


def run_from(
    stack: Stack, first: int, x: Array, initial: States, clamp: Clamps, real: Mask | None = None
) -> NetworkRun:
    """Run the layers of a stack from one of them on, in arrays that were checked.

    Parameters
    ----------
    stack, first
        The layers, and which of them reads x, counted from 0.
    x
        (time, [batch,] inputs of that layer).
    initial, clamp
        As :meth:`Network.run` takes them.
    real
        Which steps are real, (time, batch); None for all.

    Raises
    ------
    ValueError
        As :meth:`Network.run`.
    """
    traces = {}
    values = x
    for at, layer in enumerate(stack.layers[first:], start=first):
        if layer.flipped and real is not None:
            raise ValueError(
                f"lengths: expected None for {layer.name!r}, which turns its steps round, got some"
            )
        outputs: dict[Direction, Array] = {}
        for direction, cell in layer.cells.items():
            starts = initial.get((at, direction), {})
            wanted = {**clamp.get(at, {}), **clamp.get((at, direction), {})}
            held = _with_padding(cell, wanted, starts, real, values.shape[:-1])
            trace = cell.run(values, starts, reverse=direction == "reverse", clamp=held)
            traces[at, direction] = trace
            outputs[direction] = trace["h"]
        values = layer.merged(outputs)
        if real is not None:
            values = np.where(real[..., np.newaxis], values, values.dtype.type(0))
    values = values.copy()
    values.flags.writeable = False
    return NetworkRun(stack, x, MappingProxyType(traces), values, real)


def _with_padding(
    cell: Cell,
    held: Mapping[str, npt.ArrayLike],
    starts: Mapping[str, Array],
    real: Mask | None,
    shape: tuple[int, ...],
) -> Mapping[str, npt.ArrayLike]:
    """Hold every state where it starts while a step is not real, so that the first real step begins there."""
    if real is None or real.all():
        return held
    equations = cell.equations
    padded: dict[str, npt.ArrayLike] = dict(held)
    for name in equations.states:
        size = cell.sizes[equations.sizes[name]]
        wanted = np.broadcast_to(np.asarray(held.get(name, np.nan), cell.dtype), (*shape, size))
        start = np.asarray(starts.get(name, equations.starts[name]), cell.dtype)
        padded[name] = np.where(real[..., np.newaxis], wanted, start)
    return padded


def _output(layer: Layer, at: int, run: NetworkRun) -> Array:
    return layer.merged({direction: run[at, direction]["h"] for direction in layer.cells})
