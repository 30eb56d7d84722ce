"""The gates of the run on show, from the first update to the last; before it, of an untrained network."""

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from lstm_viz.analysis import most_selective_unit
from lstm_viz.app.shell.prose import show_error, show_note, show_text
from lstm_viz.app.shell.widget_values import widget_showing
from lstm_viz.app.train.actions import TrainActions
from lstm_viz.components.timeline import timeline
from lstm_viz.markdown import Markdown
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import score_text
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload
from lstm_viz.training.tasks import TASKS
from lstm_viz.training.views.data import task_data
from lstm_viz.training.views.names import cell_name
from lstm_viz.training.views.timeline import FrameCache, ShownRun, scene_of_probe
from lstm_viz.training.views.untrained import untrained_run
from lstm_viz.views.gate_sentences import gate_sentences
from lstm_viz.views.timeline import Frame, timeline_record, timeline_rows, timeline_symbols

RUN: Final = "train"
"""The name under which the charts of this page follow the timeline."""

TIMELINE: Final = "train_timeline"
"""The timeline of this page: one node, whatever it shows."""

_CACHE: Final = "train_frames"
_BEST: Final = -1
_MEAN: Final = -2
_UNITS: Final = {_BEST: "Gates of the most telling unit", _MEAN: "Gates of all units: their mean"}


def frame_cache() -> FrameCache:
    """Return the frames that this session has seen."""
    kept: FrameCache = st.session_state.setdefault(_CACHE, FrameCache())
    return kept


def show_timeline(actions: TrainActions, run: ShownRun) -> None:
    """Show the gates on the probe, from the first update to the last."""
    record = run.record
    _pick_view(actions, record, run.best)
    name = record.started.score_name if record.started else ""
    data = timeline_record(
        run.frames, run.symbols, run.layers[0].x, run.scene, run.unit, lambda score: score_text(name, score)
    )
    # The unit that tells most may change while a run goes on; whoever has slid back stays where they are.
    which = run.unit if record.id in actions.state.units else "best"
    begun = None if not record.is_under_way else record.id
    timeline({**data, "run": RUN, "origin": f"{record.id}/{run.layer}/{which}", "begun": begun}, key=TIMELINE)


def show_beginning(actions: TrainActions, record: RunRecord, upload: Upload | None) -> None:
    """Show a run that has nothing to show yet: the network as it was before, and what will be shown."""
    _pick_view(actions, record, None)
    show_untrained(record.settings, upload, record.id)


def show_untrained(settings: TrainingSettings, upload: Upload | None, begun: str | None) -> None:
    """Show an example sequence, and what a network that has learned nothing makes of it.

    Parameters
    ----------
    settings
        Of what is to be trained, or has just begun to be.
    upload
        What it is trained on, if that was given.
    begun
        The run that takes the place of this in a moment, if there is one: the timeline keeps its room for it.
    """
    try:
        data = task_data(settings, upload)
        run = None if data is None else untrained_run(settings, data)
    except ValueError as error:
        show_error(str(error))
        return
    if data is None or run is None:
        show_note(_why_nothing(upload, settings), ":material/movie:")
        return
    trace, scene = run.forward, scene_of_probe(data.probe)
    unit = most_selective_unit(trace, scene.marks)
    frame = Frame(0, None, timeline_rows(trace, unit))
    record = timeline_record([frame], timeline_symbols(trace), run.x, scene, unit, str)
    timeline({**record, "run": RUN, "origin": f"untrained {settings.task}", "begun": begun}, key=TIMELINE)
    if begun is None:
        show_text(
            Markdown(
                "A sequence of the task, and what the gates of an **untrained** {} do on it (unit {}; its "
                "weights are drawn at random, and your run draws its own). Press *Train*, and the slider "
                "becomes the time of training."
            ).format(cell_name(settings.model), unit + 1)
        )


def _why_nothing(upload: Upload | None, settings: TrainingSettings) -> Markdown:
    if upload:
        why = "Your file is a large one, and is read when the run begins."
    elif settings.upload:
        why = "What it was trained on is not here: give it above, or use the task's own example."
    else:
        why = (
            "Its data are downloaded once, when somebody first trains on them. Where their publisher cannot "
            "be reached, the run says where to put a copy by hand."
        )
    return Markdown("The gates are shown here once a run has begun. {}").format(why)


def _pick_view(actions: TrainActions, record: RunRecord, best: int | None) -> None:
    """Offer the layer and the unit that are shown; by itself it is the unit that tells most.

    The control is there from the beginning of a run, when nobody knows yet which that is: ``best`` is None.
    """
    model, run, state = record.settings.model, record.id, actions.state
    if model.layers == model.units == 1:
        return
    chosen = state.units.get(run, _BEST)
    layer = widget_showing("train_layer", state.layers.get(run, 0), run)
    unit = widget_showing("train_unit", _MEAN if chosen is None else chosen, run)

    def take(unit: Any) -> None:
        if unit == _BEST:
            actions.state = actions.state.show_best_unit(run)
        else:
            actions.state = actions.state.show_unit(run, None if unit == _MEAN else unit)

    def take_layer(layer: Any) -> None:
        actions.state = actions.state.show_layer(run, layer)

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if model.layers > 1:
            st.selectbox(
                "Layer",
                range(model.layers),
                format_func=lambda layer: f"Layer {layer + 1}",
                key=layer.key,
                on_change=layer.on_change(take_layer),
                width=140,
                label_visibility="collapsed",
            )
        # The words of a choice must stay the same: the browser sends them back as what was chosen.
        st.selectbox(
            "Gates of",
            [_BEST, _MEAN, *range(model.units)],
            format_func=lambda unit: _UNITS.get(unit) or f"Gates of unit {unit + 1}",
            key=unit.key,
            on_change=unit.on_change(take),
            width=300,
            label_visibility="collapsed",
        )
        if run not in state.units:
            # Its line is there before anybody knows: on a phone it has one of its own.
            show_text(
                Markdown("Which it is, the run will tell.")
                if best is None
                else Markdown("It is unit {} of {}.").format(best + 1, model.units),
                width="content",
            )


def show_learned(run: ShownRun) -> None:
    """Say what the gates have come to."""
    which = "the mean over all units" if run.unit is None else f"unit {run.unit + 1}"
    heading = "What it has learned" if not run.record.is_under_way else "What its gates do so far"
    said = gate_sentences(run.trace, run.scene.marks, run.scene.labels, run.unit)
    watch = TASKS[run.record.settings.task].card.watch
    lines = Markdown("\n").join([Markdown("- {}").format(line) for line in said])
    template = Markdown("**{}** ({})\n\n{}\n\n*To watch:* {}")
    show_text(template.format(heading, which, lines, Markdown(watch)))


def show_examples(record: RunRecord) -> None:
    """Show what the network answers to sequences that it has never seen."""
    rows: Sequence[Mapping[str, Any]] = list(record.examples)
    if not rows:
        return
    right = sum(bool(row["right"]) for row in rows)
    cell = html.escape(cell_name(record.settings.model))
    st.html(
        f'<table class="tr-table"><caption>Never trained on: {right} of these {len(rows)} right</caption>'
        f"<thead><tr><th>shown</th><th>wanted</th><th>{cell} answers</th></tr></thead>"
        f"<tbody>{''.join(map(_example, rows))}</tbody></table>"
    )


def _example(row: Mapping[str, Any]) -> str:
    shown, target, answer = (html.escape(str(row[name])) for name in ("shown", "target", "answer"))
    return f"<tr><td>{shown}</td><td>{target}</td><td>{answer}{right_or_wrong(row['right'])}</td></tr>"


def right_or_wrong(good: bool | None) -> str:
    """Return the symbol of what is right or wrong, as HTML with its words for a screen reader."""
    if good is None:
        return ""
    symbol, said = ("✓", "right") if good else ("✗", "wrong")
    return f' <span role="img" aria-label="{said}">{symbol}</span>'
