"""The equations of the cells that are compared, side by side."""

from typing import Final

import streamlit as st

from lstm_viz.app.shell.style import is_dark
from lstm_viz.cells import LSTMVariantCell
from lstm_viz.notation import PLACE_STYLES
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.variants import Comparison
from lstm_viz.views.equations import lines

_MARK: Final = ("#b3261e", "#ff8a80")
"""The colour of what differs from the plain LSTM, on a light and on a dark page."""


def show_equations(settings: Comparison) -> None:
    """Show the equations of all cells side by side, with their parameter counts."""
    per_row = 2 if len(settings.cells) in (2, 4) else 3
    rows = [settings.cells[at : at + per_row] for at in range(0, len(settings.cells), per_row)]
    for row in rows:
        for place, key in zip(st.columns(per_row, gap="medium"), row, strict=False):
            with place.container(border=True, height="stretch"):
                _show_card(settings, key)


def described(settings: Comparison, key: str) -> str:
    """Say what is different about a cell, its peepholes too where its name does not speak of them."""
    member, cell = FAMILY[key], settings.cell(key)
    peepholes = cell.peepholes if isinstance(cell, LSTMVariantCell) else None
    if peepholes is None or key == "v":
        return member.point
    unused = "" if peepholes.any() else "; with these weights they do not"
    return f"{member.point} As in Greff's study, its gates can also see the memory (peepholes){unused}."


def _show_card(settings: Comparison, key: str) -> None:
    member, cell = FAMILY[key], settings.cell(key)
    style, dark = PLACE_STYLES[settings.cells.index(key)], is_dark()
    st.markdown(
        f"**<span style='color:{style.dark if dark else style.light}'>{member.name}</span> · {member.title}**"
        f"  \n{described(settings, key)}",
        unsafe_allow_html=True,
    )
    written = [
        f"${line.latex}$" + (f" ({line.remark})" if line.remark else "")
        for line in lines(member, _MARK[dark])
    ]
    st.markdown("  \n".join(written))
    st.markdown(
        f"**{cell.parameters} parameters** = {cell.parameter_formula}, with D = {settings.inputs} and "
        f"H = {settings.units}  \n{member.source}"
    )
