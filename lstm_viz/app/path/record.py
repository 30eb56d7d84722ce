"""What the coach says of a stop: its texts with their numbers, its dials, what came of its task."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lstm_viz.app.path.guide import STOPS, Guide
from lstm_viz.lessons.expressions import Scope, expression
from lstm_viz.lessons.play import dial_of, opening_scope, run_of, scope_of
from lstm_viz.lessons.scope import columns_of, run_scope
from lstm_viz.lessons.tasks import Choose, Do, Predict
from lstm_viz.lessons.text import filled
from lstm_viz.notation import SYMBOLS, decimals
from lstm_viz.settings.cell import RunSettings

REACH: Final = 20.0
"""How far a dial of a stop goes to both sides; what is larger can be typed."""

_UNTOLD: Final = {"done": "", "why": "", "curious": ""}
"""What a stop says of its run only once nothing of that is hidden any more."""

QUANTITIES: Final = {"C": "c", "h": "h", "f": "f", "i": "i", "g": "g", "o": "o"}
"""By the name that a lesson gives it, a quantity on the stage."""


def fits(guide: Guide, run: RunSettings) -> bool:
    """Return whether a run is one that the stop can speak of: as many steps, and the same weights."""
    own = run_of(guide.stop.link)
    return (columns_of(run), run.cell.units, len(run.sequence.values), run.loss) == (
        columns_of(own),
        own.cell.units,
        len(own.sequence.values),
        own.loss,
    )


def is_within(guide: Guide, run: RunSettings) -> bool:
    """Return whether a run is that of the stop, but for what the controls of the stop set."""
    own = run_of(guide.stop.link)
    if not fits(guide, run):
        return False
    for control in guide.stop.controls:
        dial = dial_of(control, own)
        weight = run.cell.rows[run.cell.row_index(dial.gate, 0)][dial.column]
        own = replace(own, cell=own.cell.with_weight(dial.gate, 0, dial.column, weight))
    return own == run


def judged(guide: Guide, run: RunSettings) -> bool:
    """Return whether a run, and what has been answered, fulfil the task of a stop on the Cell page."""
    if not fits(guide, run):
        return False
    stop, progress = guide.stop, guide.progress
    scope = scope_of(stop, run_scope(run), opening_scope(stop))
    match stop.task:
        case Do() as task:
            return task.passes(scope)
        case Choose() as choose:
            return choose.passes(scope, progress.chosen.get(stop.key))
        case Predict() as predict:
            return predict.passes(progress.said.get(stop.key, {}))


def note_if_done(guide: Guide, run: RunSettings) -> None:
    """Note that the task of a stop on the Cell page is done, if it is; to undo it takes nothing away."""
    if judged(guide, run):
        guide.progress.done.add(guide.stop.key)


def run_record(guide: Guide, run: RunSettings) -> dict[str, Any]:
    """Return what the coach is told of a stop on the Cell page."""
    stop = guide.stop
    opening = opening_scope(stop)
    now = run_scope(run) if fits(guide, run) else opening
    scope = scope_of(stop, now, opening)
    return {
        **page_record(guide, scope),
        "fits": fits(guide, run),
        "dials": _dials(guide, run) if fits(guide, run) else [],
        "choices": _choices(guide, scope),
        "prediction": _prediction(guide, scope),
        "passed": guide.is_done or judged(guide, run),
        **({} if guide.hidden_from() is None else _UNTOLD),
    }


def page_record(guide: Guide, scope: Scope) -> dict[str, Any]:
    """Return what the coach is told of a stop on any page.

    Parameters
    ----------
    guide
        The stop.
    scope
        What its texts may name, by :func:`~lstm_viz.lessons.play.scope_of`.
    """
    stop = guide.stop
    lit = next((SYMBOLS[each] for each in stop.lit if each in SYMBOLS), SYMBOLS["f"])
    texts = {name: filled(getattr(stop, name), scope) for name in ("title", "text", "done", "why", "curious")}
    return {
        "number": guide.number,
        "whole": guide.whole,
        "stops": [{"title": each.title, "done": each.key in guide.progress.done} for each in STOPS],
        **texts,
        "task": filled(stop.task.text, scope),
        "hints": [filled(hint, scope) for hint in stop.hints],
        "next": stop.next,
        "step": stop.step,
        "colours": [lit.light, lit.dark],
        "fits": True,
        "dials": [],
        "choices": None,
        "prediction": None,
        "notices": None,
        "passed": guide.is_done,
    }


def _dials(guide: Guide, run: RunSettings) -> list[dict[str, Any]]:
    stop = guide.stop
    solved = run_of(stop.task.solution) if isinstance(stop.task, Do) and stop.task.solution else run
    found = []
    for control in stop.controls:
        dial = dial_of(control, run)
        row = run.cell.row_index(dial.gate, 0)
        gate, column = SYMBOLS[dial.gate], control.partition(".")[2]
        found.append(
            {
                "key": control,
                "gate": dial.gate,
                "column": dial.column,
                "letter": "b" if column == "b" else "w",
                "index": gate.letter if column == "b" else column,
                "name": f"{gate.name}, {'bias' if column == 'b' else f'weight on {column}'}",
                "value": run.cell.rows[row][dial.column],
                "solution": solved.cell.rows[row][dial.column],
                "low": -REACH,
                "high": REACH,
            }
        )
    return found


def _choices(guide: Guide, scope: Scope) -> Mapping[str, Any] | None:
    task = guide.stop.task
    if not isinstance(task, Choose):
        return None
    chosen = guide.progress.chosen.get(guide.stop.key)
    values = [expression(option.value).value(scope) for option in task.options]
    return {
        "options": [decimals(value) for value in values],
        "chosen": chosen,
        "says": "" if chosen is None else filled(task.options[chosen].says, scope),
        "right": chosen == task.right(scope),
    }


def _prediction(guide: Guide, scope: Scope) -> Mapping[str, Any] | None:
    task = guide.stop.task
    if not isinstance(task, Predict):
        return None
    said = guide.progress.said.get(guide.stop.key, {})
    last = max(said, default=None)
    return {
        "steps": len(task.steps),
        "made": len(said),
        "close": sum(task.judge(scope, step, said[step]).close for step in said),
        "enough": task.enough,
        "quantity": task.quantity,
        "asked": guide.asked_step(),
        "shown": None if last is None else _shown(task, scope, last, said[last]),
    }


def _shown(task: Predict, scope: Scope, step: int, said: float) -> Mapping[str, Any]:
    """Return what is said of the prediction that was made last."""
    judgement = task.judge(scope, step, said)
    return {
        "step": step,
        "said": decimals(judgement.said),
        "truth": decimals(judgement.truth),
        "off": decimals(abs(judgement.said - judgement.truth)),
        "close": judgement.close,
        "says": filled(task.says, {**scope, "t": float(step)}),
        "mistake": judgement.mistake,
    }
