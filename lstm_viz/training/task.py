"""What a task is: a card that says what it asks, and the data of one run.

NumPy alone: a page shows a task, its examples and its probe without PyTorch. A run's data depends on its seed
and nothing else, and any batch can be drawn without the ones before it, so that a run can go on from where it
stopped, to the bit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from lstm_viz.training.settings import TrainingSettings

Array: TypeAlias = npt.NDArray[Any]
LossKind: TypeAlias = Literal["mse", "cross_entropy", "binary"]


@dataclass(frozen=True, slots=True)
class Card:
    """What a page says about a task before anything has been trained.

    Parameters
    ----------
    title, group
        Its name, and the heading that it stands under: "Memory", "Grammar and counting", "Series", "Text".
    goes_in, comes_out
        What the network reads at each step, and what it is to answer, in a sentence each.
    loss
        What is made small.
    solved
        What counts as solved, in words.
    guessing
        Where the score of guessing comes from, in words.
    watch
        What to watch in the gates.
    source
        The paper or the publisher.
    """

    title: str
    group: str
    goes_in: str
    comes_out: str
    loss: str
    solved: str
    guessing: str
    watch: str
    source: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a task's own: a number within a range, or one of several words."""

    label: str
    default: float | int | str
    help: str
    low: float | int | None = None
    high: float | int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """The score of a task, and what it is measured against.

    Parameters
    ----------
    name
        What the score is, for the axis of a plot: "mean squared error", "accuracy".
    guessing
        The score of guessing: of a person who knows the task and has not read the sequence.
    solved
        The score from which on the task is solved; None where a task is never solved, but only better.
    better
        Whether a lower or a higher score is better.
    """

    name: str
    guessing: float
    solved: float | None
    better: Literal["lower", "higher"]

    def is_better(self, score: float, other: float) -> bool:
        """Return whether a score is better than another; NaN is not."""
        return score < other if self.better == "lower" else score > other

    def reached(self, score: float) -> bool:
        """Return whether a score counts as solved."""
        if self.solved is None:
            return False
        return score <= self.solved if self.better == "lower" else score >= self.solved


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences and what the network should answer to them.

    Parameters
    ----------
    x
        ``(time, batch, features)`` float32, or ``(time, batch)`` int64 for symbols.
    y
        Targets: ``(batch, outputs)`` or ``(time, batch, outputs)`` float32, or class numbers
        ``(batch,)`` or ``(time, batch)`` int64 for cross entropy.
    weight
        ``(time, batch)`` float32, which answers count (and how much), for answers at every step; None: all.
    lengths
        ``(batch,)`` int64, the true length of each sequence, where some are padded at the end; None: all
        full. The network never reads padding, and for an answer at the end it is read at the true end.
    fresh
        False where the batch goes on from the state in which the one before it ended (a long stream).
    """

    x: Array
    y: Array
    weight: Array | None = None
    lengths: Array | None = None
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """One fixed sequence on which a run shows its gates all along.

    Parameters
    ----------
    x
        ``(time, 1, features)`` float32, or ``(time, 1)`` int64.
    labels
        What each step is, in a word or a sign: the letter, the value.
    marks
        Steps (from 0) that the task is about: where a value is to be stored, say.
    names
        What each input is, for the rows of a strip: "value", "mark". Empty for symbols.
    """

    x: Array
    labels: tuple[str, ...]
    marks: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A held-back sequence in words, what was wanted and what the network answered."""

    shown: str
    target: str
    answer: str
    right: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured once a run is over: how far it counts, how it compares with persistence.

    ``good`` is None where a value is neither good nor bad; ``note`` says in a sentence what it means.
    """

    name: str
    value: float
    note: str = ""
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A stretch of a series' test part, forecast by the network and by what costs nothing to run.

    All arrays are in the series' own units. Those of one step ahead have a value for every step of the
    stretch; those that run freely, from its start, know nothing of it and have at most as many.

    Parameters
    ----------
    name
        What is measured, for the axis of a plot.
    labels
        The time of each step, as the person's file writes it.
    truth
        What was measured; NaN where a value is missing.
    one_step, free
        The network's answers: each from the measured values before it; and all from its own answers.
    persistence, free_persistence
        "As it was": the value before, and the last value before the stretch.
    seasonal, free_seasonal
        "As it was one period ago"; empty where no period was found.
    period
        Steps of a period; 0 where none was found.
    """

    name: str
    labels: tuple[str, ...]
    truth: Array
    one_step: Array
    free: Array
    persistence: Array
    free_persistence: Array
    seasonal: Array
    free_seasonal: Array
    period: int

    def to_dict(self) -> dict[str, Any]:
        """Return the same as plain data, for JSON; what is missing is None."""
        lines = {
            each.name: [None if np.isnan(value) else float(value) for value in getattr(self, each.name)]
            for each in fields(self)
            if isinstance(getattr(self, each.name), np.ndarray)
        }
        return {"name": self.name, "labels": list(self.labels), "period": self.period, **lines}


class Predictor(Protocol):
    """A trained network as a task sees it: NumPy in, NumPy out."""

    def __call__(self, x: Array, lengths: Array | None = None, /) -> Array:
        """Return the outputs, ``(batch, outputs)`` or ``(time, batch, outputs)``, before any softmax."""

    def step(self, x: Array, state: Any = None, /) -> tuple[Array, Any]:
        """Read ``(time, batch, ...)`` from a state, None at first; return every step's outputs, new state."""


@dataclass(frozen=True)
class TaskData:
    """The data of one run.

    Parameters
    ----------
    inputs
        Features of a step, or how many symbols there are.
    outputs
        Numbers or classes answered.
    symbols
        True where ``x`` holds symbol numbers.
    reads
        "last": one answer at the end of a sequence; "every": one at each step.
    loss
        Mean squared error; cross entropy over classes; or binary cross entropy for each output by itself.
    goal
        Score, guessing and solved.
    batch
        Draws the training batch of an update, counted from 0.
    test
        What is held back; never trained on.
    score
        The score of the network's outputs for a batch.
    probe
        The sequence on which gates are shown.
    examples
        Outputs for a batch (the test's) in words: at most as many as asked for.
    measure
        Measurements of the finished network; may take seconds.
    classes
        Names for the outputs or classes, if they have any.
    words
        What the symbol numbers stand for, if it is words.
    stream
        True where batches go on from one another (``fresh``).
    """

    inputs: int
    outputs: int
    symbols: bool
    reads: Literal["last", "every"]
    loss: LossKind
    goal: Goal
    batch: Callable[[int], Batch]
    test: Batch
    score: Callable[[Array, Batch], float]
    probe: Probe
    examples: Callable[[Array, Batch, int], Sequence[Example]]
    measure: Callable[[Predictor], Sequence[Measure]] = lambda _network: ()
    classes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    stream: bool = False
    epoch: int | None = None
    """Updates in which every training sequence is seen once; None where the data never repeat."""
    forecast: Callable[[Predictor], Forecast] | None = None
    """For series: what the finished network says of the test part; may take seconds."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the person gave, or a text that they pasted."""

    name: str
    content: bytes = field(repr=False)


Preparing: TypeAlias = Callable[[str, float | None], None]
"""Called with what is being prepared, in words, and the share that is done (0 to 1, or None)."""


def unchanged(settings: TrainingSettings) -> TrainingSettings:
    """Return the settings as they are: for tasks whose good settings hold for all their options."""
    return settings


@dataclass(frozen=True)
class Task:
    """A task that can be trained: what it says of itself, its choices, good settings, and its data.

    Parameters
    ----------
    key
        Its name in links.
    card, options
        What a page shows and asks.
    defaults
        Settings that solve it.
    prepare
        Makes the data of a run: settings, upload, and where to report progress. Raises ``ValueError`` in the
        words of the person's task.
    bidirectional
        Whether a network may read the sequence from its end too.
    presets
        Further settings worth a press: title to settings.
    accepts
        File endings that can be uploaded, without the dot; empty where nothing can. "text" among them means
        that a text can be pasted as well.
    adapt
        What the network needs to suit the options, for when one of them has changed: a longer wait asks for a
        longer memory. Returns the settings with just that replaced; raises ``ValueError`` for a wrong option.
    quick
        Whether the data are made in a moment, from nothing that must be downloaded: a page then shows an
        example before anything is trained, and says at once what is wrong with an upload.
    """

    key: str
    card: Card
    options: Mapping[str, Option]
    defaults: TrainingSettings
    prepare: Callable[[TrainingSettings, Upload | None, Preparing], TaskData]
    bidirectional: bool = False
    presets: Mapping[str, TrainingSettings] = field(default_factory=dict)
    accepts: tuple[str, ...] = ()
    adapt: Callable[[TrainingSettings], TrainingSettings] = unchanged
    quick: bool = True


def generator(seed: int, *stream: int) -> np.random.Generator:
    """Return the random numbers of one part of a run: the same for the same seed and stream, always."""
    return np.random.default_rng((seed, *stream))
