"""The choice of a cell: one of the catalogue by its name, or one of a person's own by its equations."""

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations

OWN_TITLE: Final = "own cell"
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class CellChoice:
    """Which cell somebody has chosen. Two choices are equal where the same was written.

    Parameters
    ----------
    written
        A name of :data:`~lstm_viz.cells.catalogue.CATALOGUE`, such as ``"minGRU"``, or the lines of a cell in
        the language of :mod:`lstm_viz.cells.language`, at most 4,000 characters.

    Raises
    ------
    EquationError
        If they are lines and no cell; it lists every mistake.
    ValueError
        If it is a name that the catalogue has not.
    """

    written: str

    def __post_init__(self) -> None:
        if self.written not in CATALOGUE and _is_word(self.written):
            near = difflib.get_close_matches(self.written, list(CATALOGUE), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            got = self.written[:_SHOWN]
            raise ValueError(f"written must be a name of the catalogue or equations, got {got!r}{hint}")
        _read(self.written)

    @property
    def equations(self) -> Equations:
        """The cell; its name and title are empty where it is a person's own."""
        return _read(self.written)

    @property
    def is_own(self) -> bool:
        """Whether somebody wrote it: it is not named from the catalogue."""
        return self.written not in CATALOGUE

    @property
    def title(self) -> str:
        """What a page calls it: its name in the catalogue, or "own cell"."""
        return OWN_TITLE if self.is_own else self.written


def _is_word(text: str) -> bool:
    """Return whether a text is meant as a name: every equation has a sign of equality."""
    return bool(text.strip()) and "=" not in text and "\n" not in text


@lru_cache(maxsize=256)
def _read(written: str) -> Equations:
    # Its graph and its plan are cached by the text (lstm_viz.cells.equations).
    return CATALOGUE[written] if written in CATALOGUE else Equations(written)
