"""The curves of the Train page: loss, score and gradient norm of all runs, the gates of the one on show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from lstm_viz.app.train.actions import Overview
from lstm_viz.app.train.style import is_dark
from lstm_viz.app.train.timeline import RUN
from lstm_viz.components.chart import chart
from lstm_viz.figures.theme import Drawing
from lstm_viz.figures.training import MARK, Level, gates_figure, learning_figure
from lstm_viz.notation import counted
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.views.comparison import plotted_updates
from lstm_viz.training.views.names import capital, differing_options, has_gates, run_names
from lstm_viz.training.views.timeline import ShownRun
from lstm_viz.views.gate_curves import GateCurve, gate_curves
from lstm_viz.views.gate_sentences import openness
from lstm_viz.views.training_curves import Curve, thinned

CURVES: Final = "train_curves"
"""The container whose charts stand side by side as many as there is room for."""


def show_curves(overview: Overview, record: RunRecord, shown: ShownRun | None) -> None:
    """Draw loss, score and gradient norm of all runs, and the gates of the one on show.

    Parameters
    ----------
    overview
        The runs compared.
    record
        The one on show.
    shown
        The same with what is drawn of its weights; None as long as there are none.
    """
    records = overview.runs
    names = run_names([each.settings for each in records.values()])
    named = list(zip(records.items(), names, strict=True))
    losses = [thinned(name, place, list(each.losses)) for (place, each), name in named]
    norms = [thinned(name, place, list(each.norms)) for (place, each), name in named]
    span = _Span(
        max((each.update for each in records.values()), default=0),
        plotted_updates(list(records.values()), record),
    )
    with st.container(key=CURVES):
        _show("loss", "Loss on what it trains on", losses, span, logarithmic=True)
        _show_scores(records, [_scores(each, name, place) for (place, each), name in named], span)
        if has_gates(record.settings.model):
            _show_gates(shown)
        _show("norm", "Norm of the gradient", norms, span, logarithmic=True, levels=_limit(records))


@dataclass(frozen=True, slots=True)
class _Span:
    """How far the runs go, in updates, and how much of that is seen first."""

    reach: int
    seen: int | None


def _show_scores(records: Mapping[int, RunRecord], scores: list[Curve], span: _Span) -> None:
    started = next((record.started for record in records.values() if record.started), None)
    if started is None:
        _show("score", "Score on data held back", scores, span)
        return
    levels = [*_levels(records, "guessing", "dash"), *_levels(records, "solved", "dot")]
    heading = f"{capital(started.score_name)} on data held back"
    _show("score", heading, scores, span, logarithmic=started.better == "lower", levels=levels)


def _levels(records: Mapping[int, RunRecord], name: str, dash: str) -> list[Level]:
    """Return a line for each value there is, named by what was chosen of the task if there are several."""
    choices = differing_options([record.settings for record in records.values()])
    values = {
        value: choice
        for record, choice in zip(records.values(), choices, strict=True)
        if record.started and (value := getattr(record.started, name)) is not None
    }
    return [
        Level(f"{name}, {choice}" if len(values) > 1 else name, value, dash)
        for value, choice in values.items()
    ]


def _scores(record: RunRecord, name: str, place: int) -> Curve:
    pairs = np.array(list(record.scores), dtype=np.float64).reshape(-1, 2)
    return Curve(name, place, pairs[:, 0].astype(int), pairs[:, 1])


def _limit(records: Mapping[int, RunRecord]) -> list[Level]:
    """Return where the gradient is clipped, if all runs clip it at the same norm."""
    clips = {record.settings.optimiser.clip for record in records.values()}
    return [Level("clipped above", clip, "dot") for clip in clips if clip is not None and len(clips) == 1]


def _show(
    key: str,
    heading: str,
    curves: list[Curve],
    span: _Span,
    *,
    logarithmic: bool = False,
    levels: list[Level] | None = None,
) -> None:
    drawn = learning_figure(
        curves,
        heading,
        dark=is_dark(),
        logarithmic=logarithmic,
        levels=levels or (),
        updates=span.reach,
        seen=span.seen,
    )
    said = [
        f"{curve.name}: {curve.values[0]:.3g} at first, {curve.values[-1]:.3g} at update {curve.updates[-1]}"
        for curve in curves
        if len(curve.values)
    ]
    _chart(key, heading, drawn, said)


def _show_gates(shown: ShownRun | None) -> None:
    if shown is None:
        # Its place among the others is kept until there is something to draw.
        _chart("gates", "Gates", gates_figure([], "Gates", dark=is_dark()), [])
        return
    curves = gate_curves(shown.frames, shown.scene.marks, shown.gates)
    which = "all units" if shown.unit is None else f"unit {shown.unit + 1}"
    marked = f", {MARK} on marked steps" if any(curve.marked for curve in curves) else ""
    heading = f"Gates of {which}{marked}"
    drawn = gates_figure(curves, heading, dark=is_dark(), updates=shown.record.update)
    _chart("gates", heading, drawn, [_in_words(curve) for curve in curves])


def _in_words(curve: GateCurve) -> str:
    where = {True: " on marked steps", False: " elsewhere", None: ""}[curve.marked]
    first, last = openness(curve.values[0]), openness(curve.values[-1])
    updates = counted(int(curve.updates[-1]), "update")
    return f"{curve.symbol.letter}{where}: {first} before training, {last} after {updates}"


def _chart(key: str, heading: str, drawn: Drawing, said: list[str]) -> None:
    chart(
        drawn,
        key=f"train_{key}",
        run=RUN,
        label=f"{heading}, over the updates",
        summary=". ".join(said) or "Nothing yet.",
    )
