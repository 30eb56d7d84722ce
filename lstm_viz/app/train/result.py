"""What the Train page shows of a run that is over: measurements, a forecast, the cell on the stage, files."""

import html
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from lstm_viz.app.shell.prose import show_text
from lstm_viz.app.train.style import is_dark
from lstm_viz.app.train.timeline import right_or_wrong
from lstm_viz.cells import GRUCell, LSTMCell, RNNCell
from lstm_viz.cells.cell import Cell as EquationsCell
from lstm_viz.cells.run import OutOfRangeError
from lstm_viz.cells.run import Trace as EquationsTrace
from lstm_viz.components.chart import chart
from lstm_viz.components.stage import stage
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.exchange.trained import trained_run
from lstm_viz.figures.forecast import forecast_figure
from lstm_viz.markdown import Markdown
from lstm_viz.settings.cell import MAX_INPUTS, MAX_UNITS, RunSettings
from lstm_viz.training.export import curves_csv, has_script, torch_script
from lstm_viz.training.gate_traces import cells, run_layers
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import bare_score
from lstm_viz.training.views.names import cell_name
from lstm_viz.training.views.timeline import ShownRun
from lstm_viz.views.cell_stage import cell_record
from lstm_viz.views.unit_stage import unit_record

_STAGE: Final = "train_stage"
_FREE: Final = "train_free_run"


def show_measures(record: RunRecord) -> None:
    """Say how good the finished network is, where the task measures more than its score."""
    if not record.measures:
        return
    st.header("How good is it?", anchor=False)
    rows = "".join(map(_measure, record.measures))
    st.html(
        '<table class="tr-table"><thead><tr><th>measured</th><th>value</th>'
        "<th>what it means</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _measure(measure: Mapping[str, Any]) -> str:
    name, note = (html.escape(str(measure[key])) for key in ("name", "note"))
    value = html.escape(bare_score(measure["name"].lower(), measure["value"]))
    value += right_or_wrong(measure["good"])
    return f'<tr><td>{name}</td><td class="tr-number">{value}</td><td>{note}</td></tr>'


def show_forecast(record: RunRecord) -> None:
    """Draw a series' forecast beside those that cost nothing."""
    if record.forecast is None:
        return
    free = st.segmented_control(
        "Forecast",
        [False, True],
        default=False,
        format_func=lambda free: "running freely, on its own answers" if free else "one step ahead",
        key=_FREE,
        required=True,
    )
    drawn = forecast_figure(record.forecast, free=bool(free), dark=is_dark())
    chart(
        drawn,
        key="train_forecast",
        run="",
        label="The forecast of the network beside persistence and what was measured",
        summary="The numbers stand above, as errors of each forecast.",
    )


def cell_run(shown: ShownRun) -> RunSettings | None:
    """Return the learned cell and the probe as the Cell page has them; None where it has no room for them."""
    model = shown.record.settings.model
    if model.cell != "lstm" or model.layers > 1 or model.bidirectional:
        return None
    [[cell]] = cells(shown.record.weights, model)
    assert isinstance(cell, LSTMCell)
    return trained_run(cell, _short(run_layers(shown.record.weights, model)[0].x))


def _short(x: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return PyTorch's inputs, which are float32, with the fewest digits that stand for them."""
    return np.array([[float(str(value)) for value in step] for step in x.astype(np.float32)])


def show_stage(shown: ShownRun) -> None:
    """Open the learned cell on the Cell page; where it is too large for that, show it here, read only."""
    cell = cells(shown.record.weights, shown.record.settings.model)[shown.layer][0]
    st.header("The learned cell, step by step", anchor=False)
    if isinstance(cell, EquationsCell):
        _show_equations(shown, cell)
        return
    run = cell_run(shown)
    if run is None:
        _show_here(shown, cell)
        return
    st.page_link(
        "pages/cell.py",
        label="**Open on the Cell stage**",
        icon=":material/memory:",
        query_params=to_query(run),
    )
    show_text(
        Markdown(
            "The learned weights, to the last digit, and the sequence of the timeline, on the page where "
            "every number can be followed and every weight be changed."
        )
    )


def _show_here(shown: ShownRun, cell: LSTMCell | GRUCell | RNNCell) -> None:
    record, layer = shown.record, shown.layer
    model, unit = record.settings.model, shown.best if shown.unit is None else shown.unit
    place = f"layer {layer + 1}, " if model.layers > 1 else ""
    show_text(
        Markdown(
            "{}, {}unit {} of {}: choose another above the timeline. Nothing can be changed here; the Cell "
            "page has room for LSTMs of up to four units and two inputs."
        ).format(cell_name(model), place, unit + 1, model.units)
    )
    # Not the last frame of the timeline: the weights kept may be the best, and earlier ones.
    trace = run_layers(record.weights, model)[layer].forward
    assert not isinstance(trace, EquationsTrace)
    _stage(shown, unit_record(cell, trace, shown.scene.names if layer == 0 else (), unit), unit)


def _show_equations(shown: ShownRun, cell: EquationsCell) -> None:
    """Show a learned cell by its equations, all its units, where the stage has room for them; read only."""
    if cell.hidden > MAX_UNITS or cell.inputs > MAX_INPUTS:
        show_text(
            Markdown(
                "The stage has room for cells of up to {} units and {} inputs, with every number in sight. "
                "This one has {} and {}: train a smaller one to see it there."
            ).format(MAX_UNITS, MAX_INPUTS, cell.hidden, cell.inputs)
        )
        return
    try:
        trace = run_layers(shown.record.weights, shown.record.settings.model)[shown.layer].forward
    except OutOfRangeError as error:
        show_text(Markdown("Line {} leaves the range of numbers on this sequence.").format(error.line))
        return
    assert isinstance(trace, EquationsTrace)
    show_text(Markdown("The learned weights and the sequence of the timeline. Nothing can be changed here."))
    unit = shown.best if shown.unit is None else shown.unit
    names = shown.scene.names if shown.layer == 0 else ()
    called = names or [f"x{place + 1}" for place in range(cell.inputs)]
    _stage(shown, cell_record(cell, trace, called, unit=unit), unit)


def _stage(shown: ShownRun, record: Mapping[str, Any], unit: int) -> None:
    """Show a record on the stage of this page, opened on the first step that the task is about."""
    marks = shown.scene.marks
    data = {
        **record,
        "run": f"{_STAGE} {shown.record.id}",
        "origin": f"{shown.record.id}/{shown.layer}/{unit}",
        "opening": marks[0] if marks else record["steps"] - 1,
        "unit": unit if record["units"] > 1 else 0,
        "reply": 0,
        "history": {"undo": False, "redo": False, "changed": False},
    }
    stage(data, key=_STAGE, on_edit=lambda: None, on_history=lambda: None)


def show_take_away(record: RunRecord, run: Mapping[str, str], settings: Mapping[str, str]) -> None:
    """Offer the run as files, and by links.

    Parameters
    ----------
    record
        The run.
    run, settings
        The queries of the links to it and to its settings.
    """
    st.header("Take it with you", anchor=False)
    model = record.settings.model
    cell = model.choice.title.replace(" ", "-") if model.choice else model.cell
    name = f"{record.settings.task}-{cell}-seed-{record.settings.seed}"
    weights = f"{name}.safetensors"
    with st.container(horizontal=True, gap="small"):
        _download("Weights (safetensors)", record.weights, weights, "application/octet-stream")
        if has_script(model):
            _download(
                "PyTorch script", lambda: torch_script(record.weights, weights), f"{name}.py", "text/x-python"
            )
        _download("Curves (CSV)", lambda: curves_csv(record), f"{name}.csv", "text/csv")
    base = str(st.context.url).partition("?")[0]
    show_text(Markdown("This run, as long as this server keeps it:"))
    st.code(f"{base}?{urlencode(run)}", language=None, wrap_lines=True)
    beside = (
        " The link does not hold your data: whoever opens it gives their own."
        if record.settings.upload
        else ""
    )
    show_text(Markdown("These settings, for everybody to train again, on any server:{}").format(beside))
    st.code(f"{base}?{urlencode(settings)}", language=None, wrap_lines=True)


def _download(label: str, content: bytes | Callable[[], str], name: str, mime: str) -> None:
    st.download_button(
        label,
        content,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"train_download_{mime}",
    )
