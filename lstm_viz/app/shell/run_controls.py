"""Controls of every page that runs a cell outside the stage: the way back, typed inputs, the unit shown."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.prose import show_error
from lstm_viz.settings.cell import Rows
from lstm_viz.settings.history import History
from lstm_viz.settings.sequences import format_line


def offer_way_back(history: History[Any], move: Callable[[str], None], *, page: str, reset: str) -> None:
    """Offer undo, redo and reset.

    Parameters
    ----------
    history
        Says which of them lead anywhere.
    move
        Called with ``"undo"``, ``"redo"`` or ``"reset"``.
    page
        The name of the page, which the keys of the controls begin with.
    reset
        What a reset does, as its help.
    """
    ways = {
        "undo": ("Undo", bool(history.past)),
        "redo": ("Redo", bool(history.future)),
        "reset": ("Reset", history.has_changed),
    }
    with st.container(horizontal=True, gap="small", horizontal_alignment="right"):
        for way, (label, is_open) in ways.items():
            st.button(
                label,
                key=f"{page}_{way}",
                disabled=not is_open,
                on_click=move,
                args=(way,),
                help=reset if way == "reset" else None,
            )


def type_lines(
    lines: Rows,
    names: Sequence[str],
    typed: Sequence[str],
    troubles: Sequence[str],
    take: Callable[[list[str]], None],
    places: Sequence[DeltaGenerator],
    *,
    page: str,
) -> None:
    """Offer a field for every line of an input, with what is wrong with it below.

    Parameters
    ----------
    lines, names
        The input as it is, a tuple of numbers a line, and what its lines are called.
    typed, troubles
        What was typed and cannot be read, and why, by line; no trouble is empty.
    take
        Called with the texts of all lines when one has been changed.
    places
        Where each field stands.
    page
        The name of the page, which the keys of the controls begin with.
    """
    keys = [f"{page}_line_{column}" for column in range(len(names))]
    # Streamlit forgets what stands in a field while another part of the page is shown.
    shown = typed if any(troubles) else map(format_line, lines)
    for key, name, text, trouble, place in zip(keys, names, shown, troubles, places, strict=False):
        st.session_state[key] = text
        place.text_input(
            f"Input {name}, one number a step",
            key=key,
            on_change=lambda: take([st.session_state[key] for key in keys]),
        )
        show_error(trouble, place)


def pick_unit(units: int, shown: int, choose: Callable[[int], None], *, page: str) -> None:
    """Offer the unit that is shown, where there are several.

    Parameters
    ----------
    units, shown
        How many there are, and which one is shown, counted from 0.
    choose
        Called with another one.
    page
        The name of the page, which the key of the control begins with.
    """
    key = f"{page}_unit"
    # An empty place where there is one unit: what stands below must not move from its node.
    with st.container():
        if units == 1:
            return
        st.session_state[key] = shown
        st.segmented_control(
            "Unit shown",
            range(units),
            format_func=lambda unit: f"unit {unit + 1}",
            key=key,
            on_change=lambda: choose(int(st.session_state[key])),
            required=True,
        )
