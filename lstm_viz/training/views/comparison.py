"""What came of a comparison, in a sentence, and which part of its plots is worth seeing."""

from collections.abc import Sequence
from typing import Final

from lstm_viz.notation import counted
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import bare_score, score_text
from lstm_viz.training.views.names import capital, short_names

NOTHING: Final = 0.1
"""Of the way from guessing to solved: who has come no further is no better than guessing."""

_MARGIN: Final = 3
"""The plots open on so many times the updates of the slowest that solved it."""


def comparison_text(records: Sequence[RunRecord]) -> str:
    """Return what came of runs on the same data, in a sentence; nothing before all of them are over."""
    if len(records) < 2 or not all(
        each.started and each.scores and not each.is_under_way for each in records
    ):
        return ""
    names = dict(
        zip(
            (each.id for each in records),
            short_names([each.settings for each in records]),
            strict=True,
        )
    )
    if all(each.started and each.started.solved is None for each in records):
        return capital(_ranked(records, names)) + "."
    solved = sorted((each for each in records if each.solved_at), key=lambda each: each.solved_at or 0)
    rest = [each for each in records if not each.solved_at]
    if not solved:
        short = [_fell_short(each, names[each.id], beside_solvers=False) for each in rest]
        return f"None of them solved it: {'; '.join(short)}."
    first, *others = solved
    updates = counted(first.solved_at or 0, "update")
    ranking = [f"{names[first.id]} solved it after {updates}"]
    ranking += [f"{names[each.id]} after {each.solved_at:,}" for each in others]
    short = [_fell_short(each, names[each.id], beside_solvers=True) for each in rest]
    return capital("; ".join([", ".join(ranking), *short])) + "."


def plotted_updates(records: Sequence[RunRecord], shown: RunRecord) -> int | None:
    """Return how far plots reach at first where a run that never solved it squeezes the others; else None.

    The cursor of the run shown must stand in the plots, too.
    """
    solved = [each.solved_at for each in records if each.solved_at]
    if not solved or len(records) < 2 or any(each.is_under_way for each in records):
        return None
    seen = max([_MARGIN * max(solved), shown.update])
    return seen if max(each.update for each in records) > 1.5 * seen else None


def _ranked(records: Sequence[RunRecord], names: dict[str, str]) -> str:
    started = records[0].started
    assert started is not None
    lower = started.better == "lower"
    order = sorted(records, key=lambda each: each.score, reverse=not lower)
    ranking = ", ".join(f"{names[each.id]} {bare_score(started.score_name, each.score)}" for each in order)
    guessing = bare_score(started.score_name, started.guessing)
    return (
        f"{'lowest' if lower else 'highest'} {started.score_name} first: {ranking}; guessing has {guessing}"
    )


def _fell_short(record: RunRecord, name: str, *, beside_solvers: bool) -> str:
    """Say how far a run came that never solved it; beside runs that did, in fewer words."""
    updates = f"{record.update:,}" if beside_solvers else counted(record.update, "update")
    if record.end == "diverged":
        return f"{name} went astray after {updates}"
    score = _score(record)
    if beside_solvers:
        also = ", and is no better than guessing" if _is_guessing(record) else ""
        return f"{name} had not by {updates}{also} ({score})"
    if _is_guessing(record):
        return f"{name} is no better than guessing after {updates} ({score})"
    return f"{name} came to {score} after {updates}"


def _score(record: RunRecord) -> str:
    assert record.started is not None
    return score_text(record.started.score_name, record.score)


def _is_guessing(record: RunRecord) -> bool:
    started = record.started
    assert started is not None
    if started.solved is None:
        return False
    way = started.solved - started.guessing
    return (record.score - started.guessing) / way < NOTHING
