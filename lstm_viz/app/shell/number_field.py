"""A field for a number that takes whatever is entered, and says what is wrong with it.

Limits given to Streamlit stay in the browser: there a number beyond them turns red, the page never hears of
it, and Train would train with the one before.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.shell.address import escaped
from lstm_viz.app.shell.widget_values import is_late
from lstm_viz.app.train.choices import Unfit
from lstm_viz.app.train.state import TrainWork
from lstm_viz.notation import written


def number_field(
    chosen: TrainWork,
    place: DeltaGenerator,
    label: str,
    limits: tuple[float | None, float | None],
    take: Callable[[], None],
    *,
    key: str,
    **more: Any,
) -> None:
    """Offer a number; one that does not fit stays where it is, with a message below, until it is mended.

    Parameters
    ----------
    chosen
        What the person works on; what does not fit is noted there, so that nothing is trained meanwhile.
    place
        Where the field stands.
    label
        What it is called.
    limits
        The lowest and the highest that fits, each None where there is none.
    take
        Called once something was entered that fits: it is the value of the widget.
    key
        The widget's key; its value in the session must be set.
    **more
        What else ``st.number_input`` is to know.
    """
    wrong = chosen.unfit.get(key)
    if wrong is not None:
        st.session_state[key] = wrong.value

    def entered() -> None:
        if is_late(key):
            return
        value = st.session_state[key]
        chosen.unfit.pop(key, None)
        if value is not None and (why := _misfit(label, value, *limits)):
            chosen.unfit[key] = Unfit(value, why)
        else:
            take()

    place.number_input(label, key=key, on_change=entered, **more)
    if wrong is not None:
        place.markdown(f":red[{escaped(wrong.why)}]")


def _misfit(label: str, value: float, low: float | None, high: float | None) -> str:
    """Return what is wrong with a number, if anything is."""
    if (low is None or value >= low) and (high is None or value <= high):
        return ""
    ends = [f"{word} {written(end)}" for word, end in (("from", low), ("to", high)) if end is not None]
    return f"“{label}” can be {' '.join(ends)}, not {written(value)}."
