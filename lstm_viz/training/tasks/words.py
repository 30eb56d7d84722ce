"""Words of a grammar in words: which next letters are possible, and where a network was wrong."""

import numpy as np

from lstm_viz.training.task import Array, Batch, Example
from lstm_viz.training.tasks.scores import wrong_steps


def word_examples(
    outputs: Array, batch: Batch, most: int, letters: tuple[str, ...], decisive: int
) -> list[Example]:
    """Return examples of words whose possible next letters were to be named.

    Parameters
    ----------
    outputs
        ``(time, batch, letters)``: above 0 where the network says that a letter is possible.
    batch
        Words ``x`` with their ``lengths``, and in ``y`` which letters are possible next.
    most
        How many examples are wanted.
    letters
        The letters read, and after them whatever else can come next.
    decisive
        The step that is shown where all are right: 1 for the last, 2 for the last but one.
    """
    assert batch.lengths is not None
    wrong = wrong_steps(outputs, batch)
    found = []
    for column in range(min(most, batch.x.shape[1])):
        slips = np.flatnonzero(wrong[:, column])
        length = int(batch.lengths[column])
        step = int(slips[0]) if len(slips) else length - decisive
        word = "".join(letters[symbol] for symbol in batch.x[:length, column])
        found.append(
            Example(
                shown=f"{word}, after step {step + 1}",
                target=_possible(batch.y[step, column] > 0.5, letters),
                answer=_possible(outputs[step, column] > 0, letters),
                right=not len(slips),
            )
        )
    return found


def _possible(which: Array, letters: tuple[str, ...]) -> str:
    return (
        " or ".join(letter for letter, possible in zip(letters, which, strict=True) if possible) or "nothing"
    )
