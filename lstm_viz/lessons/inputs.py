"""How the inputs of a challenge are drawn; a file tells them apart by ``draw``."""

from typing import Annotated, TypeAlias

import msgspec
import numpy as np

from lstm_viz.lessons.expressions import Array

Probability: TypeAlias = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class _Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="draw", kw_only=True):
    """One input: its name, and how it is drawn."""

    name: str

    def drawn(self, steps: int, count: int, random: np.random.Generator) -> Array:
        """Return its values in ``count`` sequences, (steps, count)."""
        raise NotImplementedError


class Uniform(_Input, tag="uniform", frozen=True):
    """Any number from ``low`` to ``high``, equally likely."""

    low: float = -1.0
    high: float = 1.0

    def drawn(self, steps: int, count: int, random: np.random.Generator) -> Array:
        """Draw every value on its own."""
        return np.asarray(random.uniform(self.low, self.high, (steps, count)))


class Bits(_Input, tag="bits", frozen=True):
    """0 or 1; 1 with a probability."""

    ones: Probability = 0.5

    def drawn(self, steps: int, count: int, random: np.random.Generator) -> Array:
        """Draw every value on its own."""
        return np.where(random.random((steps, count)) < self.ones, 1.0, 0.0)


class Once(_Input, tag="once", frozen=True):
    """0, and 1 at a single step from ``first`` to ``last``."""

    first: int
    last: int

    def drawn(self, steps: int, count: int, random: np.random.Generator) -> Array:
        """Draw the step for each sequence."""
        at = random.integers(self.first, self.last + 1, count)
        return np.where(np.arange(1, steps + 1)[:, np.newaxis] == at, 1.0, 0.0)


Input: TypeAlias = Uniform | Bits | Once
"""Any of them."""
