"""What the Train page shows of a run that is over: measurements, a forecast, the cell on the stage, files."""

import html
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from lstm_viz.app.train.film import scene_of
from lstm_viz.app.train.link import link_of
from lstm_viz.app.train.live import dark_page, filmed_of, verdict
from lstm_viz.app.train.state import TrainWork
from lstm_viz.app.train.words import CELLS
from lstm_viz.cells import LSTMCell
from lstm_viz.components.chart import chart
from lstm_viz.components.stage import stage
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.exchange.trained import trained_run
from lstm_viz.figures.forecast import forecast_figure
from lstm_viz.settings.cell import RunSettings
from lstm_viz.training.export import torch_script
from lstm_viz.training.gates import cells, run_layers
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import bare_score
from lstm_viz.views.learned_stage import learned_record

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
    return (
        f'<tr><td>{name}</td><td class="tr-number">{value}{verdict(measure["good"])}</td><td>{note}</td></tr>'
    )


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
    drawn = forecast_figure(record.forecast, free=bool(free), dark=dark_page())
    chart(
        drawn,
        key="train_forecast",
        run="",
        label="The forecast of the network beside persistence and what was measured",
        summary="The numbers stand above, as errors of each forecast.",
    )


def cell_run(record: RunRecord) -> RunSettings | None:
    """Return the learned cell and the probe as the Cell page has them; None where it has no room for them."""
    model = record.settings.model
    if model.cell != "lstm" or model.layers > 1 or model.bidirectional:
        return None
    [[cell]] = cells(record.weights, model)
    assert isinstance(cell, LSTMCell)
    return trained_run(cell, _short(run_layers(record.weights, model)[0].x))


def _short(x: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return PyTorch's inputs, which are float32, with the fewest digits that stand for them."""
    return np.array([[float(str(value)) for value in step] for step in x.astype(np.float32)])


def show_stage(chosen: TrainWork, record: RunRecord) -> None:
    """Open the learned cell on the Cell page; where it is too large for that, show it here, read only."""
    st.header("The learned cell, step by step", anchor=False)
    run = cell_run(record)
    if run is None:
        _show_here(chosen, record)
        return
    st.page_link(
        "pages/cell.py",
        label="**Open on the Cell stage**",
        icon=":material/memory:",
        query_params=to_query(run),
    )
    st.markdown(
        "The learned weights, to the last digit, and the sequence of the film, on the page where every "
        "number can be followed and every weight be changed."
    )


def _show_here(chosen: TrainWork, record: RunRecord) -> None:
    filmed = filmed_of(chosen, record)
    if filmed is None:
        return
    model, unit = record.settings.model, filmed.best if filmed.unit is None else filmed.unit
    # Not the film's last frame: the weights kept may be the best, and earlier ones.
    trace = run_layers(record.weights, model)[filmed.layer].forward
    cell = cells(record.weights, model)[filmed.layer][0]
    scene = scene_of(record)
    place = f"layer {filmed.layer + 1}, " if model.layers > 1 else ""
    st.markdown(
        f"{CELLS[model.cell]}, {place}unit {unit + 1} of {model.units}: choose another above the film. "
        "Nothing can be changed here; the Cell page has room for LSTMs of up to four units and two inputs."
    )
    shown = learned_record(cell, trace, scene.names if filmed.layer == 0 else (), unit)
    shown |= {
        "run": f"{_STAGE} {record.id}",
        "origin": f"{record.id}/{filmed.layer}/{unit}",
        "opening": scene.marks[0] if scene.marks else len(trace) - 1,
        "unit": 0,
        "reply": 0,
        "history": {"undo": False, "redo": False, "changed": False},
    }
    stage(shown, key=_STAGE, on_edit=lambda: None, on_history=lambda: None)


def show_take_away(chosen: TrainWork, record: RunRecord) -> None:
    """Offer the run as files, and by links."""
    st.header("Take it with you", anchor=False)
    name = f"{record.settings.task}-{record.settings.model.cell}-seed-{record.settings.seed}"
    weights = f"{name}.safetensors"
    with st.container(horizontal=True, gap="small"):
        _download("Weights (safetensors)", record.weights, weights, "application/octet-stream")
        _download(
            "PyTorch script", lambda: torch_script(record.weights, weights), f"{name}.py", "text/x-python"
        )
        _download("Curves (CSV)", lambda: curves_csv(record), f"{name}.csv", "text/csv")
    base = str(st.context.url).partition("?")[0]
    run, settings = (f"{base}?{urlencode(link)}" for link in (link_of(chosen), link_of(chosen, runs=False)))
    st.markdown("This run, as long as this server keeps it:")
    st.code(run, language=None, wrap_lines=True)
    beside = (
        " The link does not hold your data: whoever opens it gives their own."
        if record.settings.upload
        else ""
    )
    st.markdown(f"These settings, for everybody to train again, on any server:{beside}")
    st.code(settings, language=None, wrap_lines=True)


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


def curves_csv(record: RunRecord) -> str:
    """Return loss, gradient norm and score of a run as CSV, a line for each update."""
    scores = dict(record.scores)
    lines = ["update,loss,gradient_norm,score"]
    for update in range(record.update + 1):
        at = update - 1
        told = [each[at] if 0 <= at < len(each) else None for each in (record.losses, record.norms)]
        cells_of = [*told, scores.get(update)]
        if any(value is not None for value in cells_of):
            lines.append(
                ",".join([str(update), *("" if value is None else f"{value:.9g}" for value in cells_of)])
            )
    return "\n".join(lines) + "\n"
