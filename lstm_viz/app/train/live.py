"""What the Train page shows of a run, while it goes on and later: the film of its gates, and examples."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from lstm_viz.app.train.film import rolls, scene_of
from lstm_viz.app.train.state import TrainWork, is_over
from lstm_viz.app.train.words import CELLS
from lstm_viz.components.timeline import timeline
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import score_text
from lstm_viz.training.tasks import TASKS
from lstm_viz.views.learned import learned, telling_unit
from lstm_viz.views.learning import Frame, timeline_record

RUN: Final = "train"
"""The name under which the charts of this page follow the film."""

FILM: Final = "train_film"
"""The film of this page: one node, whatever it shows."""

_UNIT: Final = "train_unit"
_LAYER: Final = "train_layer"
_BEST: Final = -1
_MEAN: Final = -2
_UNITS: Final = {_BEST: "Gates of the most telling unit", _MEAN: "Gates of all units: their mean"}


def dark_page() -> bool:
    """Whether the page that is being run is dark."""
    return bool(st.context.theme.type == "dark")


@dataclass(frozen=True, slots=True)
class Filmed:
    """What is filmed of a run: a layer, and one of its units or (None) the mean over all."""

    layer: int
    unit: int | None
    best: int
    """The unit of that layer that tells most."""


def filmed_of(chosen: TrainWork, record: RunRecord) -> Filmed | None:
    """Return what is filmed of a run, None as long as there is nothing to film."""
    snapshots = record.snapshots
    if not snapshots:
        return None
    layer = chosen.layers.get(record.id, 0)
    trace = rolls().newest(record)[layer].forward
    best = telling_unit(trace, scene_of(record).marks)
    return Filmed(layer, chosen.units.get(record.id, best), best)


def show_film(chosen: TrainWork, record: RunRecord) -> None:
    """Show the gates on the probe, from the first update to the last."""
    filmed = filmed_of(chosen, record)
    if filmed is None:
        return
    pick_unit(chosen, record, filmed)
    name = record.started.score_name if record.started else ""
    told = timeline_record(
        frames_of(record, filmed),
        rolls().newest(record)[0].x,
        scene_of(record),
        filmed.unit,
        lambda score: score_text(name, score),
    )
    # The unit that tells most may change while a run goes on; whoever has slid back stays where they are.
    which = filmed.unit if record.id in chosen.units else "best"
    begun = None if is_over(record) else record.id
    timeline({**told, "run": RUN, "origin": f"{record.id}/{filmed.layer}/{which}", "begun": begun}, key=FILM)


def frames_of(record: RunRecord, filmed: Filmed) -> list[Frame]:
    """Return what the snapshots of a run make of its probe."""
    return rolls().frames(record, filmed.layer, filmed.unit)


def pick_unit(chosen: TrainWork, record: RunRecord, filmed: Filmed | None) -> None:
    """Offer the layer and the unit that are filmed; by itself it is the unit that tells most.

    It stands there from the beginning of a run, when nobody knows yet which that is: ``filmed`` is None.
    """
    model = record.settings.model
    if model.layers == model.units == 1:
        return
    unit = chosen.units.get(record.id, _BEST)
    st.session_state[_UNIT] = _MEAN if unit is None else unit
    st.session_state[_LAYER] = chosen.layers.get(record.id, 0)

    def take() -> None:
        unit = st.session_state[_UNIT]
        chosen.units.pop(record.id, None)
        if unit != _BEST:
            chosen.units[record.id] = None if unit == _MEAN else unit

    def take_layer() -> None:
        chosen.layers[record.id] = st.session_state[_LAYER]

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if model.layers > 1:
            st.selectbox(
                "Layer",
                range(model.layers),
                format_func=lambda layer: f"Layer {layer + 1}",
                key=_LAYER,
                on_change=take_layer,
                width=140,
                label_visibility="collapsed",
            )
        # The words of a choice must stay the same: the browser sends them back as what was chosen.
        st.selectbox(
            "Gates of",
            [_BEST, _MEAN, *range(model.units)],
            format_func=lambda unit: _UNITS.get(unit) or f"Gates of unit {unit + 1}",
            key=_UNIT,
            on_change=take,
            width=300,
            label_visibility="collapsed",
        )
        if record.id not in chosen.units:
            # Its line is there before anybody knows: on a phone it has one of its own.
            told = (
                "Which it is, the run will tell."
                if filmed is None
                else f"It is unit {filmed.best + 1} of {model.units}."
            )
            st.markdown(told, width="content")


def show_learned(chosen: TrainWork, record: RunRecord) -> None:
    """Say what the gates have come to."""
    filmed = filmed_of(chosen, record)
    if filmed is None:
        return
    scene = scene_of(record)
    trace = rolls().newest(record)[filmed.layer].forward
    which = "the mean over all units" if filmed.unit is None else f"unit {filmed.unit + 1}"
    heading = "What it has learned" if is_over(record) else "What its gates do so far"
    said = learned(trace, scene.marks, scene.labels, filmed.unit)
    told = "\n".join(f"- {line}" for line in said)
    watch = TASKS[record.settings.task].card.watch
    st.markdown(f"**{heading}** ({which})\n\n{told}\n\n*To watch:* {watch}")


def show_examples(record: RunRecord) -> None:
    """Show what the network answers to sequences that it has never seen."""
    rows: list[dict[str, Any]] = list(record.examples)
    if not rows:
        return
    right = sum(bool(row["right"]) for row in rows)
    cell = CELLS[record.settings.model.cell]
    st.html(
        f'<table class="tr-table"><caption>Never trained on: {right} of these {len(rows)} right</caption>'
        f"<thead><tr><th>shown</th><th>wanted</th><th>{cell} answers</th></tr></thead>"
        f"<tbody>{''.join(map(_example, rows))}</tbody></table>"
    )


def _example(row: Mapping[str, Any]) -> str:
    shown, target, answer = (html.escape(str(row[name])) for name in ("shown", "target", "answer"))
    return f"<tr><td>{shown}</td><td>{target}</td><td>{answer}{verdict(row['right'])}</td></tr>"


def verdict(good: bool | None) -> str:
    """Return the sign of what is right or wrong, as HTML with its words for a screen reader."""
    if good is None:
        return ""
    sign, said = ("✓", "right") if good else ("✗", "wrong")
    return f' <span role="img" aria-label="{said}">{sign}</span>'
