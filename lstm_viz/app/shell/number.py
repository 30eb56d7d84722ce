"""Numbers that a person enters as text: what fits into a field, and what is wrong with an entry."""

from dataclasses import dataclass
from typing import Final

from lstm_viz.notation import written

_LARGEST: Final = 2.0**53
"""Up to which every whole number is a float."""

_QUOTED: Final = 40
"""Characters of an entry that a message quotes."""


@dataclass(frozen=True, slots=True)
class InvalidEntry:
    """What stands in a field and cannot be its value, and why not."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Number:
    """Which numbers fit into a field.

    Parameters
    ----------
    label
        What the field is called.
    low, high
        The lowest and the highest that fits, each None where there is none.
    whole
        Whether it must be a whole number.
    optional
        Whether the field may be empty.
    """

    label: str
    low: float | None = None
    high: float | None = None
    whole: bool = False
    optional: bool = False

    def read(self, text: str) -> float | int | None:
        """Return the number that a text stands for; None for an empty one, where it may be.

        Raises
        ------
        ValueError
            If it is none, or does not fit; the message names the field, what fits and what came.
        """
        entry = text.strip().replace("−", "-")
        if not entry and self.optional:
            return None
        try:
            value = float(entry.replace("_", " "))  # Python would read 3_2 as 32
        except ValueError:
            raise ValueError(self._refusal(entry)) from None
        low = -_LARGEST if self.low is None else self.low
        high = _LARGEST if self.high is None else self.high
        if not low <= value <= high:  # nor is NaN
            raise ValueError(self._refusal(entry))
        if self.whole and not value.is_integer():
            raise ValueError(f"“{self.label}” can only be a whole number, not {_quoted(entry)}.")
        return int(value) if self.whole else value

    def _refusal(self, entry: str) -> str:
        ends = [(word, end) for word, end in (("from", self.low), ("to", self.high)) if end is not None]
        fits = f"can be {' '.join(f'{word} {written(end)}' for word, end in ends)}" if ends else "is a number"
        return (
            f"“{self.label}” {fits}, not {_quoted(entry)}."
            if entry
            else f"“{self.label}” is empty: it {fits}."
        )


def number_text(value: float | int | None) -> str:
    """Return a number as it stands in a field, with all its digits; nothing for None."""
    if value is None:
        return ""
    return repr(value).removesuffix(".0")


def _quoted(entry: str) -> str:
    return entry if len(entry) <= _QUOTED else f"{entry[:_QUOTED]}…"
