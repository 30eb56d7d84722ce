"""The format of scores: the same in the sentence on how a run ended and in every table and caption."""

from typing import Final

from lstm_viz.notation import written

_SHARES: Final = ("accuracy", "share")
"""What the name of a score begins with if it is a share, from 0 to 1."""


def score_text(name: str, value: float) -> str:
    """Return a score with its name: "accuracy 97.3 %", "mean squared error 0.0123"."""
    return f"{name} {bare_score(name, value)}"


def bare_score(name: str, value: float) -> str:
    """Return a score as its name asks for: a share in per cent, all else with three figures."""
    return percent_text(value) if name.startswith(_SHARES) else written(value)


def percent_text(share: float) -> str:
    """Return a share from 0 to 1 in per cent, to a tenth, and finer where that would hide a fault."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    # Of at most 25,000 answers one that is wrong shows in the third decimal.
    digits = 1 if share < 0.9995 else 3
    return f"{100 * share:.{digits}f} %"
