"""Where a run stands, in words: waiting, being prepared, training, or how it ended."""

from typing import Final

from lstm_viz.training.home import HOME_VARIABLE, home
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Called, Elsewhere, Ended, Interrupted, Loading, Running, Waiting
from lstm_viz.training.score_format import score_text
from lstm_viz.training.views.names import time_text

_ESTIMABLE: Final = 20
"""Updates after which the time that is left can be estimated."""


def fraction(record: RunRecord) -> float | None:
    """Return how much of a run is done, from 0 to 1; None where nobody can say."""
    match record.state:
        case Ended():
            return 1.0 if record.update else 0.0
        case Loading(_, done):
            return done
        case Waiting() | Called():
            return 0.0
        case _:
            return record.update / record.settings.updates


def status_text(record: RunRecord) -> str:
    """Say where a run stands."""
    match record.state:
        case Running(measuring, done):
            return _training(record, measuring, done)
        case Interrupted() | Elsewhere():
            return f"{record.text} It has come to update {record.update:,}."
        case Ended():
            # Why a download failed names a folder of this server, which is no visitor's business in full.
            why = record.text.replace(str(home()), HOME_VARIABLE)
            return f"{why} {_spent(record)}".strip() if record.update else why
        case _:
            return record.text


def _training(record: RunRecord, measuring: str, done: float | None) -> str:
    updates = record.settings.updates
    said = f"Update {record.update:,} of {updates:,}"
    if record.update >= _ESTIMABLE and record.seconds > 0:
        left = record.seconds / record.update * (updates - record.update)
        most = " at most" if record.settings.until_solved else ""
        said += f" · {time_text(left)} left{most}"
    if record.scores and record.started:
        said += f" · {score_text(record.started.score_name, record.scores[-1][1])}"
    if solved := record.solved_at:
        said += f" · solved after {solved:,}"
    # Behind all that stays, so that nothing of it moves.
    if measuring:
        said += " · scoring" + (f" {done:.0%}" if done is not None else " …")
    return said


def _spent(record: RunRecord) -> str:
    return f"{time_text(record.seconds)} of training."
