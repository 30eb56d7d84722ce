"""Challenges: what a cell is to do, on sequences nobody has seen, as data in ``challenges.toml``.

A challenge says how its inputs are drawn, what C or h is to be after each step (an expression), and how near
is near enough. It brings one solution, answers that look right and are not, and hints. The solution is what
a failed attempt is compared with, see :mod:`lstm_viz.lessons.marking`.
"""

import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl

import msgspec
import numpy as np

from lstm_viz.exchange.links.codec import format_of, read
from lstm_viz.lessons.expressions import Array, Line, expression
from lstm_viz.lessons.inputs import Input
from lstm_viz.lessons.stops import read_toml
from lstm_viz.lessons.text import Text, filled
from lstm_viz.notation import GATES
from lstm_viz.settings.cell import MAX_STEPS, MAX_UNITS, CellSettings, Rows

TESTS: Final = 24
"""Sequences that an attempt is marked on."""
LARGEST: Final = 20.0
"""The largest magnitude of a weight on the board: σ(20) is 1 − 2e-9."""

_ROWS: Final = format_of(Rows)


class Wrong(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer that looks right: its weights as a link has them, and the kind of reason it fails for."""

    weights: str
    reason: Literal["forgets", "keeps", "leaks", "writes", "shows"]


class Rival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The best plain RNN that was found for a challenge, and why it does no better.

    ``benchmarks/plain_rnn.py`` finds the weights, in the order of
    :class:`~lstm_viz.lessons.plain_rnn.PlainRNN`.
    """

    weights: tuple[float, ...]
    why: str


class Challenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One challenge.

    Attributes
    ----------
    key
        Its name in a link.
    title, task
        What it is called, and what the cell is to do.
    inputs
        How each is drawn.
    steps
        Length of the sequences.
    quantity, unit
        "C" or "h" of which unit, counted from 1, is looked at.
    target
        What it is to be after step ``t``: an expression in the inputs, ``t``, ``before`` (the target of the
        step before; at first that is ``initial``), and ``C0``.
    tolerance
        How far it may be off, at every step.
    par
        The fewest weights that are not zero, as far as is known.
    solution
        Weights that pass, as a link has them: ``f=0_0_0_10&i=0_20_0_-10``; a gate that is left out is zero.
    wrong
        Answers that look right and are not.
    hints
        The first asks about what is seen, the second names gate and direction; the third is the solution.
    solved
        What is said once it is solved.
    initial
        The target before the first step.
    rnn
        A plain RNN to compare with, where it cannot do what is asked.
    units, c0
        Size of the cell, and the memory of every unit before the first step.
    """

    key: str
    title: str
    task: str
    inputs: tuple[Input, ...] = msgspec.field(name="input")
    steps: Annotated[int, msgspec.Meta(ge=2, le=MAX_STEPS)] = 20
    quantity: Literal["C", "h"] = "C"
    unit: int = 1
    target: str
    tolerance: Annotated[float, msgspec.Meta(gt=0.0)]
    par: int
    solution: str
    wrong: tuple[Wrong, ...]
    hints: tuple[str, str]
    solved: str
    initial: float = 0.0
    units: Annotated[int, msgspec.Meta(ge=1, le=MAX_UNITS)] = 1
    c0: float = 0.0
    rnn: Rival | None = None

    def __post_init__(self) -> None:
        expression(self.target)
        for text in (self.task, self.solved, *self.hints):
            Text.read(text)
        if not 1 <= self.unit <= self.units:
            raise ValueError(f"unit must be from 1 to {self.units}, got {self.unit}")
        for weights in (self.solution, *(wrong.weights for wrong in self.wrong)):
            self.cell(self.rows(weights))
        if self.rnn is not None and len(self.rnn.weights) != len(self.inputs) + 4:
            raise ValueError(f"rnn must have {len(self.inputs) + 4} weights, got {len(self.rnn.weights)}")
        if self.par < 1:
            raise ValueError(f"par must be at least 1, got {self.par}")

    def filled(self, text: str) -> str:
        """Return one of its texts with its numbers: ``{C0}``, ``{tolerance}`` and ``{steps}``."""
        return filled(text, {"C0": self.c0, "tolerance": self.tolerance, "steps": float(self.steps)})

    @property
    def columns(self) -> tuple[str, ...]:
        """What each weight of a row is on: the inputs, the units of h, and "b" for the bias."""
        states = ("h",) if self.units == 1 else tuple(f"h{unit}" for unit in range(1, self.units + 1))
        return (*(each.name for each in self.inputs), *states, "b")

    @property
    def zeros(self) -> Rows:
        """The rows of a cell in which every weight is 0."""
        return ((0.0,) * len(self.columns),) * (len(GATES) * self.units)

    def rows(self, weights: str) -> Rows:
        """Return the rows that weights stand for; ``ValueError`` if they cannot be read."""
        query = dict(parse_qsl(weights))
        return self.joined(read(dict.fromkeys(GATES, _ROWS), query))

    def joined(self, gates: dict[str, Rows]) -> Rows:
        """Return the rows of all gates in PyTorch's order; a gate that is not there is zero."""
        none = ((0.0,) * len(self.columns),) * self.units
        rows = [gates.get(gate) or none for gate in GATES]
        for gate, each in zip(GATES, rows, strict=True):
            if [len(row) for row in each] != [len(self.columns)] * self.units:
                raise ValueError(
                    f"{gate} must hold {self.units} rows of {len(self.columns)} weights, "
                    f"for {', '.join(self.columns)}"
                )
        return sum(rows, ())

    def cell(self, rows: Rows) -> CellSettings:
        """Return the cell with some weights, at the state from which the challenge starts.

        Raises
        ------
        ValueError
            If the rows do not fit, or a weight is larger than :data:`LARGEST`.
        """
        if any(not abs(weight) <= LARGEST for row in rows for weight in row):
            raise ValueError(f"a weight must be from -{LARGEST:g} to {LARGEST:g}")
        return CellSettings(rows, (0.0,) * self.units, (self.c0,) * self.units)


class Challenges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of challenges, in the order in which they are offered."""

    challenges: tuple[Challenge, ...] = msgspec.field(name="challenge")

    def __post_init__(self) -> None:
        keys = [challenge.key for challenge in self.challenges]
        if len(set(keys)) != len(keys) or not keys:
            raise ValueError("each challenge must have a key of its own, and there must be at least one")


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Sequences that a challenge is tried on.

    Attributes
    ----------
    x
        The inputs, (steps, sequences, inputs).
    target
        What is wanted after each step, (steps, sequences).
    """

    x: Array
    target: Array


def sequences(challenge: Challenge, seed: int, count: int = TESTS) -> Sequences:
    """Draw sequences; the same seed draws the same for a challenge, and others for another.

    Parameters
    ----------
    challenge
        What is drawn for.
    seed
        Not negative.
    count
        How many.
    """
    random = np.random.default_rng([seed, zlib.crc32(challenge.key.encode())])
    drawn = [each.drawn(challenge.steps, count, random) for each in challenge.inputs]
    named = {each.name: Line(values, 0.0) for each, values in zip(challenge.inputs, drawn, strict=True)}
    wanted = expression(challenge.target)
    target = np.empty((challenge.steps, count))
    before: Array | float = challenge.initial
    for t in range(challenge.steps):
        scope = {**named, "t": float(t + 1), "before": before, "C0": challenge.c0}
        target[t] = before = wanted.value(scope)
    x = np.stack(drawn, axis=-1)
    for array in (x, target):
        array.flags.writeable = False
    return Sequences(x, target)


@lru_cache(256)
def hidden_tests(key: str, seed: int) -> Sequences:
    """Return the sequences that an attempt at a challenge is marked on."""
    return sequences(challenges()[key], seed)


@cache
def challenges() -> dict[str, Challenge]:
    """Return all challenges by their key, in the order in which they are offered."""
    text = (files("lstm_viz.lessons") / "challenges.toml").read_text(encoding="utf-8")
    return {each.key: each for each in read_toml(text, "challenges.toml", Challenges).challenges}
