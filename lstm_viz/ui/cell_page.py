"""The Cell page's controls and state: what the person did becomes settings, settings become what is shown."""

import contextlib
import logging
from typing import Any, Final

import streamlit as st

from lstm_viz.cells import LSTMTrace
from lstm_viz.components.chart import chart
from lstm_viz.components.stage import stage
from lstm_viz.exchange.code import numpy_code, torch_code
from lstm_viz.exchange.link import KEYS, from_query, to_query
from lstm_viz.exchange.table import trace_csv, trace_table
from lstm_viz.exchange.torch_check import TorchCheck, compare_with_torch
from lstm_viz.figures.gates import gates_figure
from lstm_viz.figures.ledger import ledger_figure
from lstm_viz.figures.states import states_figure
from lstm_viz.presets import DEFAULT, PRESETS, RANDOM, input_names, random_run
from lstm_viz.sequences import GENERATORS, column_widths, format_line, generate
from lstm_viz.settings import MAX_INPUTS, MAX_STEPS, MAX_UNITS, RunSettings, SequenceSettings
from lstm_viz.ui.workspace import Workspace
from lstm_viz.views.ledger import ledger
from lstm_viz.views.stage import opening_step, stage_record

RUN: Final = "cell"
"""The name under which stage and charts of this page follow the same step."""

_WORKSPACE: Final = "cell_workspace"
_LINK: Final = "cell_link"
_STAGE: Final = "cell_stage"
_PRESET: Final = "cell_preset"
_DRAW: Final = "cell_draw_"
_UNIT: Final = "unit"

_log: Final = logging.getLogger("lstm_viz.cell_page")


def workspace() -> Workspace:
    """Return what the person works on; on a first visit, or when the address names another run, that run."""
    query = {key: value for key in KEYS if (value := st.query_params.get(key)) is not None}
    if _WORKSPACE not in st.session_state or (query and query != st.session_state.get(_LINK)):
        _open(query)
    kept: Workspace = st.session_state[_WORKSPACE]
    return kept


def _open(query: dict[str, str]) -> None:
    try:
        run = from_query(query)
    except ValueError as error:
        run = PRESETS[DEFAULT].settings
        st.warning(f"This link is damaged, so the page opens on “{PRESETS[DEFAULT].title}”. ({error})", icon=":material/link_off:")
    work = Workspace.open(run)
    with contextlib.suppress(ValueError):
        work.choose(int(st.query_params.get(_UNIT, "1")) - 1)
    st.session_state[_WORKSPACE] = work


def write_link(work: Workspace) -> None:
    """Keep the address bar on the run as it stands, so that it can be shared or reloaded.

    The keys of others stay: above all the step shown, which the stage writes itself.
    """
    link = to_query(work.settled)
    others = {key: value for key, value in st.query_params.items() if key not in (*KEYS, _UNIT)}
    if work.unit:
        others[_UNIT] = str(work.unit + 1)
    if st.query_params.to_dict() != {**others, **link}:
        st.query_params.from_dict({**others, **link})
    st.session_state[_LINK] = link


def preset_picker(work: Workspace) -> None:
    """Offer the presets and the random cell; picking one is a step that can be undone."""

    def pick() -> None:
        key = st.session_state[_PRESET]
        work.restart(random_run(0) if key == RANDOM else PRESETS[key].settings)

    st.session_state[_PRESET] = work.run.origin
    st.selectbox(
        "Start from",
        [*PRESETS, RANDOM],
        format_func=lambda key: "A random cell" if key == RANDOM else PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )


def random_controls(work: Workspace) -> None:
    """Offer seed and size of the random cell."""

    def draw() -> None:
        chosen = (st.session_state["cell_seed"], st.session_state["cell_units"], st.session_state["cell_inputs"])
        work.restart(random_run(*chosen))

    seed, units, inputs = st.columns(3)
    seed.number_input("Seed", 0, 9999, 0, key="cell_seed", on_change=draw, help="The same seed draws the same cell.")
    units.number_input("Units", 1, MAX_UNITS, work.run.cell.units, key="cell_units", on_change=draw)
    inputs.number_input("Inputs", 1, MAX_INPUTS, work.run.cell.inputs, key="cell_inputs", on_change=draw)


def draw_controls(work: Workspace) -> None:
    """Offer the generators: draw one line of the input anew."""
    names = input_names(work.run.origin, work.run.cell.inputs)
    column = st.selectbox("Line", range(len(names)), format_func=names.__getitem__) if len(names) > 1 else 0
    kind = st.selectbox("Shape", GENERATORS, format_func=lambda key: GENERATORS[key].title, key=_DRAW + "kind")
    uses = GENERATORS[kind].uses
    steps = st.number_input("Steps", 1, MAX_STEPS, len(work.run.sequence.values))
    size = st.number_input("Size", -100.0, 100.0, 1.0, 0.1, key=_DRAW + "size")
    period = st.number_input("Period, or step of the rise", 1, MAX_STEPS, 4, key=_DRAW + "period") if "period" in uses else 1
    seed = st.number_input("Seed of the shape", 0, 9999, 0, key=_DRAW + "seed") if "seed" in uses else 0

    def draw() -> None:
        line = generate(kind, steps, size, period, seed)
        # The other line keeps its values; where it is too short, it goes on with zeros.
        lines = [(*other, *(0.0,) * steps)[:steps] for other in work.run.sequence.lines]
        lines[column] = line
        work.change(RunSettings(work.run.origin, work.run.cell, SequenceSettings.from_lines(*lines)))

    st.button("Draw", type="primary", on_click=draw)


def show_stage(work: Workspace, trace: LSTMTrace, ghost: LSTMTrace | None) -> None:
    """Put the run on the stage, and take back what is changed there."""

    def on_edit() -> None:
        message = st.session_state[_STAGE]["edit"]
        try:
            for edit in message["edits"]:
                work.apply(edit)
            work.reply = int(message["id"])
        except (ValueError, TypeError, KeyError, IndexError) as error:
            # The controls check before they send, so this did not come from a hand. The run stays.
            _log.warning("Refused an edit: %s", error)

    def on_history() -> None:
        work.move(str(st.session_state[_STAGE]["history"]))

    names = input_names(work.run.origin, work.run.cell.inputs)
    preset = PRESETS.get(work.run.origin)
    readout = preset.readout if preset else None
    record: dict[str, Any] = stage_record(
        work.run, trace, ghost, names=names, readout=(readout.weight, readout.bias) if readout else None
    )
    lines = work.run.sequence.lines
    record |= {
        "run": RUN,
        "unit": work.unit,
        "reply": work.reply,
        "opening": opening_step(trace),
        "history": {"undo": bool(work.past), "redo": bool(work.future), "changed": work.run != work.home},
        "texts": [format_line(line, column_widths(lines)) for line in lines],
        "troubles": work.troubles,
    }
    stage(record, key=_STAGE, on_edit=on_edit, on_history=on_history)


def show_charts(work: Workspace, trace: LSTMTrace, ghost: LSTMTrace | None) -> None:
    """Draw the run over time: gates, states, and the ledger of who wrote the memory."""
    dark = st.context.theme.type == "dark"
    unit = work.unit
    of_unit = f" of unit {unit + 1}" if work.run.cell.units > 1 else ""
    chart(
        gates_figure(trace, unit, dark=dark, ghost=ghost),
        key="cell_gates",
        run=RUN,
        label=f"Gates{of_unit} over the steps",
        summary="The input, forget and output gates from 0 to 1 and the candidate from −1 to 1, at every step. "
        "The same numbers stand in the table below.",
    )
    chart(
        states_figure(trace, unit, dark=dark, ghost=ghost),
        key="cell_states",
        run=RUN,
        label=f"C and h{of_unit} over the steps",
        summary="The memory C and the output h after every step. The same numbers stand in the table below.",
    )
    chart(
        ledger_figure(ledger(trace, unit), trace.c[:, unit], dark=dark),
        key="cell_ledger",
        run=RUN,
        label=f"Where the memory{of_unit} comes from",
        summary="For every step, C as a stack of shares: what each earlier step wrote, as much of it as survives.",
    )


def show_numbers(work: Workspace, trace: LSTMTrace) -> None:
    """Show the whole trace as a table, and offer it as CSV."""
    names = input_names(work.run.origin, work.run.cell.inputs)
    st.dataframe(trace_table(trace, names), hide_index=True, height=38 + 35 * min(len(trace), 10))
    st.download_button(
        "Download as CSV",
        lambda: trace_csv(trace, names),
        file_name=f"lstm-{work.run.origin}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def show_code(work: Workspace) -> None:
    """Show the run as two programs that print the same numbers."""
    library = st.segmented_control("Library", ["NumPy", "PyTorch"], default="NumPy", required=True, key="cell_library")
    st.code(torch_code(work.run) if library == "PyTorch" else numpy_code(work.run), language="python")


def show_check(work: Workspace) -> None:
    """Offer to run ``torch.nn.LSTM`` on the same weights, and show how far the two are apart."""
    if st.button("Run nn.LSTM on these weights", icon=":material/compare_arrows:"):
        with st.spinner("PyTorch is computing. The first time, it is loaded, which takes a few seconds."):
            _say(work)


def _say(work: Workspace) -> None:
    try:
        check: TorchCheck = compare_with_torch(work.run)
    except ImportError:
        st.info("PyTorch is not installed on this server, so there is nothing to compare with.")
    except ValueError as error:
        st.info(str(error))
    else:
        st.success(
            f"Over {check.steps} steps, the largest difference is **{check.h_difference:.1e}** in h and "
            f"**{check.c_difference:.1e}** in C (PyTorch {check.torch_version}, float64).",
            icon=":material/check:",
        )
