"""Where the cell can go from here: to other pages, each of which takes it by its link."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.exchange.links.gradients import to_query as gradients_query
from lstm_viz.extras import TRAIN, missing
from lstm_viz.settings.gradients import LSTM, GradientSettings
from lstm_viz.settings.own_cell import OwnCell

_TASK: Final = "negation"
"""The task that is offered first: an LSTM learns it in a second."""


def show_onward(settings: OwnCell) -> None:
    """Offer the pages on which the cell can be looked at further."""
    with st.container(horizontal=True, gap="small"):
        gradients = GradientSettings(cells=tuple(dict.fromkeys((settings.cell, LSTM))))
        st.page_link(
            "pages/gradients.py",
            label="How far back its gradient reaches",
            icon=":material/trending_down:",
            query_params=gradients_query(gradients),
        )
        query = _training(settings)
        st.page_link(
            "pages/train.py",
            label="Train it, beside LSTM and GRU",
            icon=":material/model_training:",
            query_params=query,
            disabled=query is None,
            help="A cell with lines of other sizes than H cannot be trained here." if query is None else None,
        )


def _training(settings: OwnCell) -> Mapping[str, str] | None:
    """Return the link to a training of the cell; None where there can be none."""
    if settings.equations.declared_sizes:
        return None
    if missing(TRAIN):
        return {}  # the page says what has to be installed
    from lstm_viz.exchange.links.training import to_query
    from lstm_viz.training.cell_settings import with_cell
    from lstm_viz.training.tasks import TASKS

    return to_query(with_cell(TASKS[_TASK].defaults, settings.cell.written))
