"""A network that reads a sentence word by word and answers with a class, run without PyTorch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells import LSTMCell, LSTMTrace

NEGATION: Final = Path(__file__).parent / "shipped" / "negation-seed-5.safetensors"
"""A network that knows what “not” does; the README beside it has the command that trained it."""

Array = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class SentenceNetwork:
    """An embedding, one LSTM layer, and a readout of its h.

    Parameters
    ----------
    words
        The words it knows, by the row of their embedding.
    classes
        What it can answer, by the row of the readout.
    embedding
        (words, inputs).
    cell
        The layer.
    readout_weight, readout_bias
        (classes, hidden) and (classes,): their softmax is the answer.
    """

    words: tuple[str, ...]
    classes: tuple[str, ...]
    embedding: Array
    cell: LSTMCell
    readout_weight: Array
    readout_bias: Array

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the final weights of a training, as ``python -m lstm_viz.training`` writes them.

        Raises
        ------
        ValueError
            If the file is damaged, or of another kind of network.
        """
        # Not at import: the library alone needs NumPy and nothing else.
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, "numpy") as file:
                about = json.loads(file.metadata()["network"])
                arrays = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}  # noqa: SIM118
            return cls(
                tuple(about["words"]),
                tuple(about["classes"]),
                arrays["embedding.weight"],
                LSTMCell.from_torch({name.removeprefix("layers.0."): each for name, each in arrays.items()}),
                arrays["output.weight"],
                arrays["output.bias"],
            )
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"path must hold a network that reads sentences, got {path.name}") from error

    @property
    def parameters(self) -> int:
        """How many numbers were learned. PyTorch has two biases, of which the cell keeps the sum."""
        parts = (self.embedding, self.cell.bias, self.readout_weight, self.readout_bias)
        return self.cell.parameters + sum(part.size for part in parts)

    def encode(self, sentence: Sequence[str]) -> Array:
        """Return the embedding of each word, (time, inputs).

        Raises
        ------
        ValueError
            If there is no word, or one that the network does not know.
        """
        unknown = [word for word in sentence if word not in self.words]
        if unknown or not sentence:
            raise ValueError(
                f"sentence must be words that the network knows, got {', '.join(unknown) or 'none'}"
            )
        return self.embedding[[self.words.index(word) for word in sentence]]

    def run(self, sentence: Sequence[str]) -> LSTMTrace:
        """Return the run over a sentence; raises as :meth:`encode` does."""
        return self.cell.run(self.encode(sentence))

    def run_held(self, sentence: Sequence[str], after: int, f: float) -> tuple[LSTMTrace, LSTMTrace]:
        """Return the run with the forget gates of all units held at a value in every step after one.

        Parameters
        ----------
        sentence
            Words.
        after
            The last step that is free, counted from 0; there is at least one step after it.
        f
            The value, from 0 to 1.

        Returns
        -------
        free, held
            The run up to that step with all gates as learned, and the run from the next step on.

        Raises
        ------
        ValueError
            As :meth:`encode` does, or if there is no such step or f is out of range.
        """
        if not 0 <= after < len(sentence) - 1:
            raise ValueError(f"after must be 0 to {len(sentence) - 2}, got {after}")
        x = self.encode(sentence)
        free = self.cell.run(x[: after + 1])
        return free, self.cell.run(x[after + 1 :], free.h[-1], free.c[-1], clamp={"f": f})

    def answers(self, h: Array) -> Array:
        """Return the probability of each class, (..., classes), for the last h, (..., hidden)."""
        z = h @ self.readout_weight.T + self.readout_bias
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@cache
def negation_network() -> SentenceNetwork:
    """Return the network of the Start page."""
    return SentenceNetwork.load(NEGATION)
