"""A stop on a run: its texts with their numbers, its dials, and what is wrong with a lesson."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl

from lstm_viz.exchange.links import cell as cell_link
from lstm_viz.lessons.expressions import Line, Scope, expression
from lstm_viz.lessons.scope import PAGE_NUMBERS, columns_of, run_scope
from lstm_viz.lessons.stops import Lesson, Stop
from lstm_viz.lessons.tasks import Choose, Do, Predict
from lstm_viz.lessons.text import filled
from lstm_viz.notation import GATES, Gate
from lstm_viz.settings.cell import RunSettings


@dataclass(frozen=True, slots=True)
class Dial:
    """A weight of the first unit that a stop lets be set: whose it is, and its column in the gate's row."""

    gate: Gate
    column: int


def query_of(link: str) -> dict[str, str]:
    """Return a link of a stop as the query of its page."""
    return dict(parse_qsl(link.removeprefix("?"), keep_blank_values=True))


def run_of(link: str) -> RunSettings:
    """Return the run that a link of the Cell page names; ``ValueError`` in plain words if it is damaged."""
    return cell_link.from_query(query_of(link))


def opening_scope(stop: Stop) -> Scope:
    """Return what the run of a stop on the Cell page is at its beginning; of other pages the page tells."""
    return _scope_of_link(stop.link)


def scope_of(stop: Stop, now: Scope, start: Scope) -> Scope:
    """Return all that the texts and checks of a stop may name.

    Parameters
    ----------
    stop
        The stop.
    now, start
        The run as it is and as it was at the beginning, by :func:`~lstm_viz.lessons.scope.run_scope`, or the
        numbers that the page tells.
    """
    solved = stop.task.solution if stop.page == "cell" and isinstance(stop.task, Do) else ""
    solution = {"solution": _scope_of_link(solved)} if solved else {}
    return {**now, "start": start, "goal": stop.task.goal(), **solution}


@lru_cache(128)
def _scope_of_link(link: str) -> Scope:
    return run_scope(run_of(link))


def dial_of(control: str, run: RunSettings) -> Dial:
    """Return the dial that a stop calls ``f.b``, ``i.flag`` or ``o.h``.

    Raises
    ------
    ValueError
        If the cell has no such weight.
    """
    gate, _, column = control.partition(".")
    columns = columns_of(run)
    if gate not in GATES or column not in columns:
        raise ValueError(
            f"controls must be of a gate {', '.join(GATES)} and of {', '.join(columns)}, got {control!r}"
        )
    return Dial(gate, columns.index(column))


def faults(lesson: Lesson) -> Iterator[str]:
    """Play a lesson, and yield what is wrong with it, by stop.

    On the Cell page each stop is opened on its start and on its solution: all texts are filled in, the start
    must not pass and the solution must. On other pages the names in its texts are looked at.
    """
    for number, stop in enumerate(lesson.stops, 1):
        try:
            _play(stop)
        except ValueError as error:
            yield f"stop {number} ({stop.key}): {error}"


def texts_of(stop: Stop) -> Iterator[tuple[str, str]]:
    """Yield every text of a stop that the person reads before or after the task, with its field."""
    for field in ("title", "text", "done", "why", "curious", "notes"):
        yield field, getattr(stop, field)
    yield "task.text", stop.task.text
    yield from (("hints", hint) for hint in stop.hints)


def _play(stop: Stop) -> None:
    if stop.page == "cell":
        _play_run(stop)
    elif isinstance(stop.task, Do):
        told = dict.fromkeys(PAGE_NUMBERS.get(stop.page, ()), 0.5)
        scope = scope_of(stop, told, told)
        _fill(stop, scope)
        stop.task.passes(scope)
    else:
        raise ValueError("task: only the Cell page has runs to choose or predict from")


def _play_run(stop: Stop) -> None:
    start = opening_scope(stop)
    for control in stop.controls:
        dial_of(control, run_of(stop.link))
    for field in ("lit", "hidden", "rows"):
        for name in getattr(stop, field):
            if not isinstance(start.get(name), Line):
                raise ValueError(f"{field}: the run has nothing called {name}")
    if stop.step is not None and not 1 <= stop.step <= start["last"]:
        raise ValueError(f"step: must be from 1 to {start['last']:g}, got {stop.step}")
    scope = scope_of(stop, start, start)
    _fill(stop, scope)
    match stop.task:
        case Do() as task:
            _play_do(stop, task, scope)
        case Choose() as task:
            task.right(scope)
            for option in task.options:
                filled(option.says, scope)
        case Predict() as task:
            _play_predict(task, scope)


def _play_do(stop: Stop, task: Do, opening: Scope) -> None:
    if task.passes(opening):
        raise ValueError("task: the start passes already")
    if not task.solution:
        raise ValueError("task.solution: must be the link of a run that passes")
    reached, solved = run_of(stop.link), run_of(task.solution)
    for dial in [dial_of(control, reached) for control in stop.controls]:
        reached = _with(reached, dial, solved.cell.rows[solved.cell.row_index(dial.gate, 0)][dial.column])
    if reached != solved:
        raise ValueError("task.solution: changes what no control of the stop can set")
    scope = scope_of(stop, run_scope(solved), opening_scope(stop))
    if not task.passes(scope):
        raise ValueError("task.solution: does not pass")
    _fill(stop, scope)


def _play_predict(task: Predict, scope: Scope) -> None:
    for step in task.steps:
        at_step = {**scope, "t": float(step)}
        task.judge(scope, step, 0.0)
        filled(task.says, at_step)
        for mistake in task.mistakes:
            expression(mistake.value).value(at_step)
            filled(mistake.says, at_step)


def _with(run: RunSettings, dial: Dial, weight: float) -> RunSettings:
    cell = run.cell.with_weight(dial.gate, 0, dial.column, weight)
    return replace(run, cell=cell)


def _fill(stop: Stop, scope: Scope) -> None:
    for field, text in texts_of(stop):
        try:
            filled(text, scope)
        except ValueError as error:
            raise ValueError(f"{field}: {error}") from None
