"""What the Variants page shows of its cells: strips, curves, one of them on the stage, and equations."""

import logging
from collections.abc import Mapping
from typing import Final

import streamlit as st

from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.app.variants.state import VariantsWork
from lstm_viz.components.chart import chart
from lstm_viz.components.stage import stage
from lstm_viz.components.strips import strips
from lstm_viz.figures.overlay import overlay_figure
from lstm_viz.notation import PLACE_STYLES, SYMBOLS
from lstm_viz.settings.family import MEMBERS, AnyTrace, memory
from lstm_viz.settings.variants import Comparison
from lstm_viz.views.equations import lines
from lstm_viz.views.strips import opening_step, strips_record
from lstm_viz.views.variant_stage import variant_record

RUN: Final = "variants"
"""The name under which strips, charts and stage of this page follow the same step."""

_OPENED: Final = "variants_opened"
_STAGE: Final = "variants_stage"
_MARK: Final = ("#b3261e", "#ff8a80")
"""The colour of what differs from the plain LSTM, on a light and on a dark page."""

_log: Final = logging.getLogger("lstm_viz.variants_page")


def show_strips(chosen: VariantsWork, traces: Mapping[str, AnyTrace]) -> None:
    """Show every gate and state of every cell, aligned step by step."""
    record = strips_record(traces, chosen.settings.input_names, chosen.unit)
    record |= {"run": RUN, "origin": chosen.settled.origin, "opening": opening_step(traces)}
    strips(record, key="variants_strips")


def pick_unit(chosen: VariantsWork) -> None:
    """Offer the unit that is shown, where there are several."""
    # An empty place where there is one unit: what stands below must not move from its node.
    with st.container():
        if chosen.settings.units == 1:
            return
        st.session_state["variants_unit"] = chosen.unit

        def take() -> None:
            chosen.unit = int(st.session_state["variants_unit"])

        st.segmented_control(
            "Unit shown",
            range(chosen.settings.units),
            format_func=lambda unit: f"unit {unit + 1}",
            key="variants_unit",
            on_change=take,
            required=True,
        )


def show_charts(chosen: VariantsWork, traces: Mapping[str, AnyTrace]) -> None:
    """Draw memory and output of all cells over each other."""
    dark, unit = st.context.theme.type == "dark", chosen.unit
    names = {key: MEMBERS[key].name for key in traces}
    kept = {
        names[key] + ("" if MEMBERS[key].variant else " (its h)"): memory(trace)[:, unit]
        for key, trace in traces.items()
    }
    shown = {names[key]: trace.h[:, unit] for key, trace in traces.items()}
    left, right = st.columns(2, gap="medium")
    for place, values, key, what in (
        (left, kept, "c", "What they remember: C"),
        (right, shown, "h", "What they show: h"),
    ):
        with place:
            largest = ", ".join(f"{name} {abs(series).max():.2f}" for name, series in values.items())
            chart(
                overlay_figure(values, SYMBOLS[key], what, dark=dark),
                key=f"variants_{key}",
                run=RUN,
                label=f"{what}, over the steps",
                summary=f"Largest magnitude over the run: {largest}.",
            )


def show_stage(chosen: VariantsWork, traces: Mapping[str, AnyTrace]) -> None:
    """Offer the cells for the stage, and put the chosen one on it, with the way back for the whole page."""
    cells = chosen.settings.cells
    if chosen.opened not in cells:
        chosen.opened = cells[0]
    st.session_state[_OPENED] = chosen.opened

    def take() -> None:
        chosen.opened = st.session_state[_OPENED]

    st.segmented_control(
        "Cell on the stage",
        cells,
        format_func=lambda key: MEMBERS[key].name,
        key=_OPENED,
        on_change=take,
        required=True,
    )
    st.markdown(MEMBERS[chosen.opened].point)
    record = variant_record(
        chosen.settings.cell(chosen.opened), traces[chosen.opened], chosen.settings.input_names
    )
    record |= {
        "run": RUN,
        "origin": chosen.settled.origin,
        "opening": opening_step(traces),
        "unit": chosen.unit,
        "reply": chosen.stage_reply,
        "history": {
            "undo": bool(chosen.past),
            "redo": bool(chosen.future),
            "changed": chosen.settings != chosen.settled.home,
        },
    }
    stage(
        record,
        key=_STAGE,
        on_edit=lambda: _take_unit(chosen),
        on_history=lambda: chosen.move(str(st.session_state[_STAGE]["history"])),
    )


def _take_unit(chosen: VariantsWork) -> None:
    try:
        chosen.stage_reply, edits = read_edits(st.session_state[_STAGE]["edit"])
        unit = int(edits[-1]["unit"])
        if not 0 <= unit < chosen.settings.units:
            raise ValueError(f"unit must be 0 to {chosen.settings.units - 1}, got {unit}")
        chosen.unit = unit
    except REFUSALS as error:
        # Units are all that this stage sends, so this did not come from a hand. The page stays.
        _log.warning("Refused an edit: %s", short(error))


def show_equations(settings: Comparison) -> None:
    """Show the equations of all cells side by side, with their parameter counts."""
    colour = _MARK[st.context.theme.type == "dark"]
    per_row = 2 if len(settings.cells) in (2, 4) else 3
    rows = [settings.cells[at : at + per_row] for at in range(0, len(settings.cells), per_row)]
    for row in rows:
        for place, key in zip(st.columns(per_row, gap="medium"), row, strict=False):
            with place.container(border=True, height="stretch"):
                _show_card(settings, key, colour)


def _show_card(settings: Comparison, key: str, colour: str) -> None:
    member, cell = MEMBERS[key], settings.cell(key)
    style = PLACE_STYLES[settings.cells.index(key)]
    ink = style.dark if st.context.theme.type == "dark" else style.light
    st.markdown(
        f"**<span style='color:{ink}'>{member.name}</span> · {member.title}**  \n{member.point}",
        unsafe_allow_html=True,
    )
    written = [
        f"${line.latex}$" + (f" ({line.remark})" if line.remark else "") for line in lines(member, colour)
    ]
    st.markdown("  \n".join(written))
    st.markdown(
        f"**{cell.parameters} parameters** = {cell.parameter_formula}, with D = {settings.inputs} and "
        f"H = {settings.units}  \n{member.source}"
    )
