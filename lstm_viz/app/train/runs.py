"""The runs of the Train page as a list: how far each is, what can be done with it, and what came of them."""

import html
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.train.choices import data_of
from lstm_viz.app.train.column import data_name
from lstm_viz.app.train.live import dark_page
from lstm_viz.app.train.presence import is_ours
from lstm_viz.app.train.state import TrainWork, is_over
from lstm_viz.app.train.status import fraction, status_text
from lstm_viz.app.train.verdict import verdict
from lstm_viz.app.train.words import run_names
from lstm_viz.notation import PLACE_STYLES
from lstm_viz.training.runs.record import RunRecord

_DASHES: Final = {"solid": (17, 0), "dash": (9, 4), "dot": (3, 3), "dashdot": (9, 3, 3, 3)}
"""As Plotly draws them: pixels drawn and left out, in turn."""


def show_runs(chosen: TrainWork, records: Mapping[int, RunRecord]) -> None:
    """List the runs that are compared: how far each is, what can be done with it, and what came of them."""
    names = run_names([record.settings for record in records.values()])
    for (place, record), name in zip(records.items(), names, strict=True):
        told, buttons = st.columns([7, 3], vertical_alignment="center", gap="small")
        with told:
            st.html(_row(record, name, place))
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _row_buttons(chosen, record, place, alone=len(records) == 1)
    if said := verdict(list(records.values())):
        st.markdown(f"**{escaped(said)}**")
    _show_made_way(chosen)
    if chosen.settings not in [record.settings for record in records.values()]:
        st.caption("Trained with other settings than those above: press *Train* to see yours.")


def _show_made_way(chosen: TrainWork) -> None:
    """Say which runs are no longer compared, and where they are."""
    gone = chosen.made_way
    if not gone:
        return
    names = " and ".join(f"“{escaped(name)}”" for name in run_names([record.settings for record in gone]))
    link = f"?{urlencode({'run': '~'.join(record.id for record in gone)})}"
    st.caption(f"{names} made way for what was begun last. [Open in another tab]({link})")


def show_data(chosen: TrainWork) -> None:
    """Say what the runs on show are trained on, and offer those on other data."""
    here = data_of(chosen.settings)
    others = {
        data: record.settings
        for data, run in chosen.filmed.items()
        if data != here and data[0] == here[0] and (record := chosen.record(run)) is not None
    }
    if not others and not (chosen.task.accepts and chosen.places):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if chosen.places:
            st.markdown(f"On {escaped(data_name(chosen.settings, chosen.upload))}:", width="content")
        for place, settings in enumerate(others.values()):
            name = data_name(settings, chosen.uploads.get(settings.upload or ""))
            st.button(
                escaped(f"Show the runs on {name}"),
                key=f"train_data_{place}",
                icon=":material/database:",
                on_click=chosen.start_from,
                args=(settings,),
            )


def _row(record: RunRecord, name: str, place: int) -> str:
    style = PLACE_STYLES[place]
    colour = style.dark if dark_page() else style.light
    line = f'<span class="tr-line" style="background:{_dashed(colour, _DASHES[style.dash])}"></span>'
    done = fraction(record)
    width = "" if done is None else f'style="width:{100 * done:.1f}%;background:{colour}"'
    value = "" if done is None else f'aria-valuenow="{100 * done:.0f}"'
    label = html.escape(f"{name}: how far it is")
    return (
        f'<div class="tr-run"><p class="tr-name">{line}<b>{html.escape(name)}</b></p>'
        f'<div class="tr-bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f"{value}><div {width}></div></div>"
        f'<p class="tr-told">{html.escape(status_text(record))}</p></div>'
    )


def _dashed(colour: str, pixels: tuple[int, ...]) -> str:
    edges = [sum(pixels[:k]) for k in range(len(pixels) + 1)]
    inks = [colour if k % 2 == 0 else "transparent" for k in range(len(pixels))]
    bands = [f"{ink} {low}px {high}px" for ink, low, high in zip(inks, edges[:-1], edges[1:], strict=True)]
    return f"repeating-linear-gradient(to right,{','.join(bands)})"


def _row_buttons(chosen: TrainWork, record: RunRecord, place: int, *, alone: bool) -> None:
    if not alone:
        shown = chosen.on_show == record.id
        st.button(
            "Its gates",
            key=f"train_film_{place}",
            on_click=chosen.show,
            args=(record.id,),
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
    elif record.is_resumable:
        st.button(
            "Try again" if record.end == "failed" else "Go on",
            key=f"train_go_on_{place}",
            icon=":material/resume:",
            on_click=chosen.resume,
            args=(record.id,),
        )
    st.button(
        "Remove", key=f"train_remove_{place}", icon=":material/close:", on_click=chosen.remove, args=(place,)
    )
