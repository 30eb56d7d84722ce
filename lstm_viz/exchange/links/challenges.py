"""The links of the Challenges page: a challenge by its key, and the weights of an attempt.

::

    ?challenge=hold&f=0_0_0_10&i=0_20_0_-10&g=1_0_0_0&seed=20261121

with a row ``w_x..., w_h..., b`` for each unit of a gate; a gate of which all weights are 0 is left out. The
seed is that of the sequences; without it they are those of the day. A link holds no marks: whoever opens it
has the cell run and marked anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lstm_viz.exchange.links.codec import damaged, formats_of, read, write
from lstm_viz.settings.cell import Rows

LARGEST_SEED: Final = 2**53
"""As far as JavaScript counts exactly."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt at a challenge as a link holds it.

    Parameters
    ----------
    challenge
        The key of the challenge; empty for the first.
    i, f, g, o
        The rows of each gate, one a unit; none where all weights are 0.
    seed
        Of the sequences, from 0 to 2⁵³; None for those of the day.
    """

    challenge: str = ""
    i: Rows = ()
    f: Rows = ()
    g: Rows = ()
    o: Rows = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.seed is not None and not 0 <= self.seed <= LARGEST_SEED:
            raise ValueError(f"seed must be from 0 to 2^53, got {self.seed}")


_FORMATS: Final = formats_of(Attempt)
_USUAL: Final = {"challenge": "", "i": (), "f": (), "g": (), "o": (), "seed": None}

KEYS: Final = tuple(_FORMATS)
"""The keys of the query that belong to the page; all others belong to somebody else."""


def to_query(attempt: Attempt) -> dict[str, str]:
    """Return the query parameters that stand for an attempt."""
    return write(_FORMATS, {key: getattr(attempt, key) for key in KEYS}, _USUAL)


def from_query(query: Mapping[str, str]) -> Attempt:
    """Return the attempt that query parameters stand for; keys that are not in ``KEYS`` are passed over.

    Raises
    ------
    ValueError
        In plain words, if a part of the link is too long or cannot be read.
    """
    values = read(_FORMATS, query)
    try:
        return Attempt(**values)
    except ValueError as error:
        raise damaged(error) from None
