"""Where a run stands, in words: waiting, being prepared, training, or how it ended."""

from typing import Final

from lstm_viz.notation import counted
from lstm_viz.training.home import HOME_VARIABLE, home
from lstm_viz.training.jobs.cache import LEFT_BEHIND
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import score_text
from lstm_viz.training.views.names import time_text

SOME: Final = 20
"""Updates after which the time that is left can be estimated."""


def is_over(record: RunRecord) -> bool:
    """Return whether nothing more is to be heard of a run, unless somebody has it go on."""
    return record.status == "finished" or record.text == LEFT_BEHIND


def fraction(record: RunRecord) -> float | None:
    """Return how much of a run is done, from 0 to 1; None where nobody can say."""
    if record.status == "finished":
        return 1.0 if record.update else 0.0
    if record.status == "preparing":
        return record.done
    if record.status == "queued":
        return 0.0
    return record.update / record.settings.updates


def status_text(record: RunRecord, waiting: int | None) -> str:
    """Say where a run stands.

    Parameters
    ----------
    record
        The run.
    waiting
        Its place among those that wait, from 1; None if it waits for nobody.
    """
    if record.status == "queued":
        return _waiting(waiting)
    if record.status == "preparing":
        return record.note or "Preparing the data."
    if record.status == "interrupted":
        return f"{record.text} It has come to update {record.update:,}."
    if record.status == "finished":
        # Why a download failed names a folder of this server, which is no visitor's business in full.
        why = record.text.replace(str(home()), HOME_VARIABLE)
        return f"{why} {_spent(record)}".strip() if record.update else why
    return _training(record)


def _waiting(place: int | None) -> str:
    if not place:
        return "Starting …"
    ahead = place - 1
    if not ahead:
        return "Next in line: it starts when a run that is going on is over."
    return f"Waiting in line, with {counted(ahead, 'other run')} before it."


def _training(record: RunRecord) -> str:
    updates = record.settings.updates
    said = f"Update {record.update:,} of {updates:,}"
    if record.update >= SOME and record.seconds > 0:
        left = record.seconds / record.update * (updates - record.update)
        most = " at most" if record.settings.until_solved else ""
        said += f" · {time_text(left)} left{most}"
    if record.scores and record.started:
        said += f" · {score_text(record.started.score_name, record.scores[-1][1])}"
    if solved := record.solved_at:
        said += f" · solved after {solved:,}"
    # Behind all that stays, so that nothing of it moves.
    if record.note:
        said += " · scoring" + (f" {record.done:.0%}" if record.done is not None else " …")
    return said


def _spent(record: RunRecord) -> str:
    return f"{time_text(record.seconds)} of training."
