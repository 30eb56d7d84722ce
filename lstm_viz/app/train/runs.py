"""The runs of the Train page as a list: how far each is, what can be done with it, and what came of them."""

import html
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from lstm_viz.app.shell.prose import show_caption, show_text, show_warning
from lstm_viz.app.train.actions import Overview, TrainActions
from lstm_viz.app.train.style import is_dark
from lstm_viz.markdown import Markdown
from lstm_viz.notation import PLACE_STYLES
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.views.comparison import comparison_text
from lstm_viz.training.views.data import data_name
from lstm_viz.training.views.names import run_names
from lstm_viz.training.views.status import fraction, status_text

_DASHES: Final = {"solid": (17, 0), "dash": (9, 4), "dot": (3, 3), "dashdot": (9, 3, 3, 3)}
"""As Plotly draws them: pixels drawn and left out, in turn."""


def show_runs(actions: TrainActions, overview: Overview) -> None:
    """List the runs that are compared: how far each is, what can be done with it, and what came of them."""
    records = list(overview.runs.values())
    names = run_names([record.settings for record in records])
    for (place, record), name in zip(overview.runs.items(), names, strict=True):
        said, buttons = st.columns([7, 3], vertical_alignment="center", gap="small")
        with said:
            st.html(_row(record, name, place))
        with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _row_buttons(actions, overview, record, place)
    if outcome := comparison_text(records):
        show_text(Markdown("**{}**").format(outcome))
    _show_replaced(actions.replaced)
    if records and actions.state.settings not in [record.settings for record in records]:
        show_caption(Markdown("Trained with other settings than those above: press *Train* to see yours."))


def show_unreadable(actions: TrainActions, overview: Overview) -> None:
    """Say of each run compared that cannot be shown any more what has become of it."""
    for place, (name, why) in overview.unreadable.items():
        said, button = st.columns([7, 3], vertical_alignment="center", gap="small")
        with said:
            show_warning(Markdown("“{}” can no longer be shown. {}").format(name, why), ":material/link_off:")
        with button, st.container(horizontal=True, horizontal_alignment="right"):
            _remove_button(actions, place)


def _show_replaced(replaced: tuple[RunRecord, ...]) -> None:
    """Say which runs are no longer compared, and where they are."""
    if not replaced:
        return
    names = run_names([record.settings for record in replaced])
    quoted = Markdown(" and ").join([Markdown("“{}”").format(name) for name in names])
    link = urlencode({"run": "~".join(record.id for record in replaced)})
    show_caption(
        Markdown("{} made way for what was begun last. [Open in another tab](?{})").format(
            quoted, Markdown(link)
        )
    )


def show_data(actions: TrainActions) -> None:
    """Say what the runs on show are trained on, and offer those on other data."""
    state = actions.state
    others, compared = actions.other_data(), bool(state.comparison.runs)
    if not others and not (state.task.accepts and compared):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if compared:
            name = data_name(state.settings, state.upload)
            show_text(Markdown("On {}:").format(name), width="content")
        for place, settings in enumerate(others.values()):
            name = data_name(settings, state.uploads.get(settings.upload or ""))
            st.button(
                Markdown("Show the runs on {}").format(name),
                key=f"train_data_{place}",
                icon=":material/database:",
                on_click=_start_from,
                args=(actions, settings),
            )


def _start_from(actions: TrainActions, settings: TrainingSettings) -> None:
    actions.state = actions.state.start_from(settings)


def _row(record: RunRecord, name: str, place: int) -> str:
    style = PLACE_STYLES[place]
    colour = style.dark if is_dark() else style.light
    line = f'<span class="tr-line" style="background:{_dashed(colour, _DASHES[style.dash])}"></span>'
    done = fraction(record)
    width = "" if done is None else f'style="width:{100 * done:.1f}%;background:{colour}"'
    value = "" if done is None else f'aria-valuenow="{100 * done:.0f}"'
    label = html.escape(f"{name}: how far it is")
    return (
        f'<div class="tr-run"><p class="tr-name">{line}<b>{html.escape(name)}</b></p>'
        f'<div class="tr-bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100" '
        f"{value}><div {width}></div></div>"
        f'<p class="tr-status">{html.escape(status_text(record))}</p></div>'
    )


def _dashed(colour: str, pixels: tuple[int, ...]) -> str:
    edges = [sum(pixels[:k]) for k in range(len(pixels) + 1)]
    inks = [colour if k % 2 == 0 else "transparent" for k in range(len(pixels))]
    bands = [f"{ink} {low}px {high}px" for ink, low, high in zip(inks, edges[:-1], edges[1:], strict=True)]
    return f"repeating-linear-gradient(to right,{','.join(bands)})"


def _row_buttons(actions: TrainActions, overview: Overview, record: RunRecord, place: int) -> None:
    if len(overview.runs) > 1:
        st.button(
            "Its gates",
            key=f"train_gates_{place}",
            on_click=_show_gates_of,
            args=(actions, record.id),
            type="primary" if overview.shown is record else "secondary",
            icon=":material/visibility:",
        )
    if record.is_under_way:
        # Who came by a link watches somebody else's run: its end is not theirs to choose.
        if record.id in overview.own:
            st.button(
                "Stop",
                key=f"train_stop_{place}",
                icon=":material/stop:",
                on_click=actions.stop,
                args=(record.id,),
            )
    elif record.is_resumable:
        st.button(
            "Try again" if record.end == "failed" else "Go on",
            key=f"train_go_on_{place}",
            icon=":material/resume:",
            on_click=actions.resume,
            args=(record.id,),
        )
    _remove_button(actions, place)


def _remove_button(actions: TrainActions, place: int) -> None:
    st.button(
        "Remove", key=f"train_remove_{place}", icon=":material/close:", on_click=actions.remove, args=(place,)
    )


def _show_gates_of(actions: TrainActions, run: str) -> None:
    actions.state = actions.state.show(run)
