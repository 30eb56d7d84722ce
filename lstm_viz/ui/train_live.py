"""What the Train page shows of runs: how far they are, the film of the gates, and examples."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from lstm_viz.components.film import film
from lstm_viz.notation import PLACE_SIGNS
from lstm_viz.training.record import RunRecord
from lstm_viz.training.tasks import TASKS
from lstm_viz.ui.train_film import FilmRolls, layer_runs, scene_of
from lstm_viz.ui.train_presence import is_ours
from lstm_viz.ui.train_status import fraction, status_text
from lstm_viz.ui.train_words import CELLS, run_names, score_text
from lstm_viz.ui.train_work import TrainWork, is_over
from lstm_viz.views.learned import learned, telling_unit
from lstm_viz.views.learning import Frame, film_record

RUN: Final = "train"
"""The name under which the charts of this page follow the film."""

_UNIT: Final = "train_unit"
_LAYER: Final = "train_layer"
_BEST: Final = -1
_MEAN: Final = -2
_UNITS: Final = {_BEST: "Gates of the most telling unit", _MEAN: "Gates of all units: their mean"}
_DASHES: Final = {"solid": (17, 0), "dash": (9, 4), "dot": (3, 3), "dashdot": (9, 3, 3, 3)}
"""As Plotly draws them: pixels drawn and left out, in turn."""
_ROLLS: Final = "train_rolls"


def show_runs(chosen: TrainWork, records: Mapping[int, RunRecord], places: Mapping[str, int | None]) -> None:
    """List the runs that are compared: how far each is, and what can be done with it."""
    names = run_names([record.settings for record in records.values()])
    for (place, record), name in zip(records.items(), names, strict=True):
        told, buttons = st.columns([7, 3], vertical_alignment="center", gap="small")
        with told:
            st.html(_row(record, name, place, places.get(record.id)))
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _row_buttons(chosen, record, place, alone=len(records) == 1)


def _row(record: RunRecord, name: str, place: int, waiting: int | None) -> str:
    sign = PLACE_SIGNS[place]
    colour = sign.dark if dark_page() else sign.light
    line = f'<span class="tr-line" style="background:{_dashed(colour, _DASHES[sign.dash])}"></span>'
    done = fraction(record)
    width = "" if done is None else f'style="width:{100 * done:.1f}%;background:{colour}"'
    value = "" if done is None else f'aria-valuenow="{100 * done:.0f}"'
    label = html.escape(f"{name}: how far it is")
    return (
        f'<div class="tr-run"><p class="tr-name">{line}<b>{html.escape(name)}</b></p>'
        f'<div class="tr-bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f"{value}><div {width}></div></div>"
        f'<p class="tr-told">{html.escape(status_text(record, waiting))}</p></div>'
    )


def _dashed(colour: str, pixels: tuple[int, ...]) -> str:
    edges = [sum(pixels[:k]) for k in range(len(pixels) + 1)]
    inks = [colour if k % 2 == 0 else "transparent" for k in range(len(pixels))]
    bands = [f"{ink} {low}px {high}px" for ink, low, high in zip(inks, edges[:-1], edges[1:], strict=True)]
    return f"repeating-linear-gradient(to right,{','.join(bands)})"


def _row_buttons(chosen: TrainWork, record: RunRecord, place: int, *, alone: bool) -> None:
    task = chosen.settings.task

    def film_it() -> None:
        chosen.filmed[task] = record.id

    if not alone:
        shown = chosen.filmed.get(task) == record.id
        st.button(
            "Its gates",
            key=f"train_film_{place}",
            on_click=film_it,
            type="primary" if shown else "secondary",
            icon=":material/visibility:",
        )
    if not is_over(record):
        # Who came by a link watches somebody else's run: its end is not theirs to choose.
        if is_ours(record.id):
            st.button(
                "Stop",
                key=f"train_stop_{place}",
                icon=":material/stop:",
                on_click=chosen.stop,
                args=(record.id,),
            )
    elif record.end in (None, "stopped", "time", "failed"):
        st.button(
            "Go on",
            key=f"train_go_on_{place}",
            icon=":material/resume:",
            on_click=chosen.resume,
            args=(record.id,),
        )
    st.button(
        "Remove", key=f"train_remove_{place}", icon=":material/close:", on_click=chosen.remove, args=(place,)
    )


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
    trace = layer_runs(snapshots[-1], record.settings.model)[layer].forward
    best = telling_unit(trace, scene_of(record).marks)
    return Filmed(layer, chosen.units.get(record.id, best), best)


def show_film(chosen: TrainWork, record: RunRecord) -> None:
    """Show the gates on the probe, from the first update to the last."""
    filmed = filmed_of(chosen, record)
    if filmed is None:
        return
    _pick_unit(chosen, record, filmed)
    name = record.started.score_name if record.started else ""
    told = film_record(
        frames_of(record, filmed),
        layer_runs(record.snapshots[-1], record.settings.model)[0].x,
        scene_of(record),
        filmed.unit,
        lambda score: score_text(name, score),
    )
    # The unit that tells most may change while a run goes on; whoever has slid back stays where they are.
    which = filmed.unit if record.id in chosen.units else "best"
    film({**told, "run": RUN, "origin": f"{record.id}/{filmed.layer}/{which}"}, key="train_film")


def frames_of(record: RunRecord, filmed: Filmed) -> list[Frame]:
    """Return what the snapshots of a run make of its probe."""
    rolls: FilmRolls = st.session_state.setdefault(_ROLLS, FilmRolls())
    return rolls.frames(record, filmed.layer, filmed.unit)


def _pick_unit(chosen: TrainWork, record: RunRecord, filmed: Filmed) -> None:
    """Offer the layer and the unit that are filmed; by itself it is the unit that tells most."""
    model = record.settings.model
    if model.layers == model.units == 1:
        return
    if record.id not in chosen.units:
        st.session_state[_UNIT] = _BEST
    else:
        st.session_state[_UNIT] = _MEAN if filmed.unit is None else filmed.unit
    st.session_state[_LAYER] = filmed.layer

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
            st.markdown(f"It is unit {filmed.best + 1} of {model.units}.", width="content")


def show_learned(chosen: TrainWork, record: RunRecord) -> None:
    """Say what the gates have come to."""
    filmed = filmed_of(chosen, record)
    if filmed is None:
        return
    scene = scene_of(record)
    trace = layer_runs(record.snapshots[-1], record.settings.model)[filmed.layer].forward
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
