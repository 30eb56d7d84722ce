"""The curves of the Train page: loss, score and gradient norm of all runs, the gates of the filmed one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from lstm_viz.app.train.film import scene_of
from lstm_viz.app.train.live import RUN, dark_page, filmed_of, frames_of
from lstm_viz.app.train.state import TrainWork
from lstm_viz.app.train.verdict import worth_seeing
from lstm_viz.app.train.words import capital, choices_apart, run_names
from lstm_viz.components.chart import chart
from lstm_viz.figures.theme import Drawing
from lstm_viz.figures.training import MARK, Level, gates_figure, learning_figure
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.views.gate_curves import GateCurve, gate_curves
from lstm_viz.views.learned import level as openness
from lstm_viz.views.learning import Curve, thinned

CURVES: Final = "train_curves"
"""The container whose charts stand side by side as many as there is room for."""


def show_curves(chosen: TrainWork, records: Mapping[int, RunRecord], filmed: RunRecord) -> None:
    """Draw loss, score and gradient norm of all runs, and the gates of the one that is filmed."""
    names = run_names([record.settings for record in records.values()])
    told = list(zip(records.items(), names, strict=True))
    losses = [thinned(name, place, list(record.losses)) for (place, record), name in told]
    norms = [thinned(name, place, list(record.norms)) for (place, record), name in told]
    span = _Span(
        max((record.update for record in records.values()), default=0),
        worth_seeing(list(records.values()), filmed),
    )
    with st.container(key=CURVES):
        _show("loss", "Loss on what it trains on", losses, span, logarithmic=True)
        _show_scores(records, [_scores(record, name, place) for (place, record), name in told], span)
        with chosen.reading(filmed.id):
            _show_gates(chosen, filmed)
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
    choices = choices_apart([record.settings for record in records.values()])
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
        dark=dark_page(),
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


def _show_gates(chosen: TrainWork, record: RunRecord) -> None:
    if record.settings.model.cell == "rnn":
        return
    filmed = filmed_of(chosen, record)
    if filmed is None:
        # Its place among the others is kept until there is something to draw.
        _chart("gates", "Gates", gates_figure([], "Gates", dark=dark_page()), [])
        return
    curves = gate_curves(frames_of(record, filmed), scene_of(record).marks)
    which = "all units" if filmed.unit is None else f"unit {filmed.unit + 1}"
    heading = f"Gates of {which}" + (
        f", {MARK} on marked steps" if any(curve.marked for curve in curves) else ""
    )
    drawn = gates_figure(curves, heading, dark=dark_page(), updates=record.update)
    _chart("gates", heading, drawn, [_told(curve) for curve in curves])


def _told(curve: GateCurve) -> str:
    where = {True: " on marked steps", False: " elsewhere", None: ""}[curve.marked]
    first, last = openness(curve.values[0]), openness(curve.values[-1])
    return f"{curve.symbol.letter}{where}: {first} before training, {last} after {curve.updates[-1]} updates"


def _chart(key: str, heading: str, drawn: Drawing, said: list[str]) -> None:
    chart(
        drawn,
        key=f"train_{key}",
        run=RUN,
        label=f"{heading}, over the updates",
        summary=". ".join(said) or "Nothing yet.",
    )
