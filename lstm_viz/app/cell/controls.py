"""The Cell page's controls and state: what the person did becomes settings, settings become what is shown."""

import contextlib
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from lstm_viz.app.cell.state import Workspace
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.shell.address import own_part, warn_of_link, write_own_part
from lstm_viz.app.shell.garbage import freeze
from lstm_viz.app.shell.messages import REFUSALS, read_edits, short
from lstm_viz.components.chart import chart
from lstm_viz.components.stage import stage
from lstm_viz.exchange.code import numpy_code, torch_code
from lstm_viz.exchange.links.cell import KEYS, from_query, to_query
from lstm_viz.exchange.table import trace_csv, trace_table
from lstm_viz.exchange.torch_check import compare_with_torch
from lstm_viz.settings.cell import MAX_INPUTS, MAX_STEPS, MAX_UNITS, RunSettings, SequenceSettings
from lstm_viz.settings.presets import DEFAULT, PRESETS, RANDOM, TRAINED, input_names, random_run
from lstm_viz.settings.sequences import GENERATORS, generate

_WORKSPACE: Final = "cell_workspace"
_LINK: Final = "cell_link"
_STAGE: Final = "cell_stage"
_PRESET: Final = "cell_preset"
_DRAW: Final = "cell_draw_"
_UNIT: Final = "unit"
_OTHERS: Final = {RANDOM: "A random cell", TRAINED: "A trained cell"}
_SHOWN: Final = "cell_shown"
"""The run that everything outside the stage and its charts was last drawn for."""

_log: Final = logging.getLogger("lstm_viz.cell_page")


def workspace() -> Workspace:
    """Return what the person works on; on a first visit, or when the address names another run, that run."""
    query = own_part(KEYS)
    if _WORKSPACE not in st.session_state or (query and query != st.session_state.get(_LINK)):
        _open(query)
    kept: Workspace = st.session_state[_WORKSPACE]
    return kept


def _open(query: dict[str, str]) -> None:
    try:
        run = from_query(query)
    except ValueError as error:
        warn_of_link(error)
        if _WORKSPACE in st.session_state:
            return
        run = PRESETS[DEFAULT].settings
    if _WORKSPACE in st.session_state:
        # A link followed inside the app: what was there before is one undo away.
        work: Workspace = st.session_state[_WORKSPACE]
        work.restart(run)
    else:
        work = st.session_state[_WORKSPACE] = Workspace.open(run)
    with contextlib.suppress(ValueError):
        work.choose(int(st.query_params.get(_UNIT, "1")) - 1)


def _write_link(work: Workspace) -> None:
    link = to_query(work.settled)
    unit = {_UNIT: str(work.unit + 1)} if work.unit else {}
    # The step shown is not ours: the stage writes it itself.
    write_own_part({**link, **unit}, (*KEYS, _UNIT))
    st.session_state[_LINK] = link


def show_controls(work: Workspace) -> None:
    """Offer where to start from, and a way to draw the input anew."""
    st.session_state[_SHOWN] = work.settled
    pick, watch, draw = st.columns([3, 6, 2], vertical_alignment="center", gap="medium")
    with pick:
        _preset_picker(work)
    watch.markdown(_caption(work))
    with draw, st.popover("Draw an input", icon=":material/show_chart:", width="stretch"):
        _draw_controls(work)
    # An empty place where there is nothing: the stage below must not move from its node.
    with st.container():
        if work.run.origin == RANDOM:
            _random_controls(work)


def _caption(work: Workspace) -> str:
    if work.run.origin == RANDOM:
        return "Weights drawn at random. Step through, and compare what its gates do."
    if work.run.origin == TRAINED:
        return "Weights learned on the Train page, on a sequence of the task. Change one: what breaks?"
    watch = PRESETS[work.run.origin].watch
    return watch if work.settled == work.home else f"The preset, before your changes: {watch}"


def _preset_picker(work: Workspace) -> None:
    def pick() -> None:
        key = st.session_state[_PRESET]
        if key != TRAINED:
            work.restart(random_run(0) if key == RANDOM else PRESETS[key].settings)

    origin = work.run.origin
    st.session_state[_PRESET] = origin
    st.selectbox(
        "Start from",
        [*PRESETS, RANDOM, *([TRAINED] if origin == TRAINED else [])],
        format_func=lambda key: _OTHERS[key] if key in _OTHERS else PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )


def _random_controls(work: Workspace) -> None:
    def draw() -> None:
        seed = st.session_state["cell_seed"] or 0
        work.restart(random_run(seed, st.session_state["cell_units"], st.session_state["cell_inputs"]))

    # Undo may have led to a cell of another size, and a link to one whose seed is not known.
    units, inputs = work.run.cell.units, work.run.cell.inputs
    st.session_state["cell_units"], st.session_state["cell_inputs"] = units, inputs
    asked = st.session_state.get("cell_seed") or 0
    st.session_state["cell_seed"] = asked if work.home == random_run(asked, units, inputs) else None
    for_seed, for_units, for_inputs = st.columns(3)
    for_seed.number_input(
        "Seed",
        0,
        9999,
        value=None,
        key="cell_seed",
        on_change=draw,
        placeholder="not known: this cell came by a link",
        help="The same seed draws the same cell.",
    )
    for_units.number_input("Units", 1, MAX_UNITS, key="cell_units", on_change=draw)
    for_inputs.number_input("Inputs", 1, MAX_INPUTS, key="cell_inputs", on_change=draw)


def _draw_controls(work: Workspace) -> None:
    names = input_names(work.run.origin, work.run.cell.inputs)
    column = st.selectbox("Line", range(len(names)), format_func=names.__getitem__) if len(names) > 1 else 0
    kind = st.selectbox(
        "Shape", GENERATORS, format_func=lambda key: GENERATORS[key].title, key=_DRAW + "kind"
    )
    uses = GENERATORS[kind].uses
    steps = st.number_input("Steps", 1, MAX_STEPS, len(work.run.sequence.values))
    size = st.number_input("Size", -100.0, 100.0, 1.0, 0.1, key=_DRAW + "size")
    period = (
        st.number_input("Period, or step of the rise", 1, MAX_STEPS, 4, key=_DRAW + "period")
        if "period" in uses
        else 1
    )
    seed = st.number_input("Seed of the shape", 0, 9999, 0, key=_DRAW + "seed") if "seed" in uses else 0

    def draw() -> None:
        line = generate(kind, steps, size, period, seed)
        # The other line keeps its values; where it is too short, it goes on with zeros.
        lines = [(*other, *(0.0,) * steps)[:steps] for other in work.run.sequence.lines]
        lines[column] = line
        work.change(replace(work.run, sequence=SequenceSettings.from_lines(*lines)))

    st.button("Draw", type="primary", on_click=draw)


def show_stage(work: Workspace, view: CellView) -> None:
    """Put the run on the stage, and take back what is changed there."""

    def on_edit() -> None:
        message = st.session_state[_STAGE]["edit"]
        try:
            # Answered whatever comes of it: the stage waits for this number before it sends more.
            work.reply, edits = read_edits(message)
            # Made on a cell that has left the stage meanwhile, it would change another.
            if message.get("home", _name(work)) == _name(work):
                for edit in edits:
                    work.apply(edit)
        except REFUSALS as error:
            # The controls check before they send, so this did not come from a hand. The run stays.
            _log.warning("Refused an edit: %s", short(error))

    def on_history() -> None:
        work.move(str(st.session_state[_STAGE]["history"]))

    record: dict[str, Any] = view.stage() | {
        "reply": work.reply,
        "home": _name(work),
        "history": {"undo": bool(work.past), "redo": bool(work.future), "changed": work.run != work.home},
        "troubles": work.troubles,
    }
    stage(record, key=_STAGE, on_edit=on_edit, on_history=on_history)


def _name(work: Workspace) -> str:
    """Return a name for the cell that is being changed, by what it was at first."""
    return urlencode(to_query(work.home))


def show_charts(work: Workspace, view: CellView) -> None:
    """Draw the run over time."""
    for drawn in view.charts(dark=st.context.theme.type == "dark"):
        chart(
            drawn.drawing,
            key=drawn.key,
            run=RUN,
            label=drawn.label,
            summary=drawn.summary,
            reply=work.reply,
        )


def follow_up(work: Workspace) -> None:
    """Bring the address up to date, and the rest of the page where it shows what the hand has changed."""
    _write_link(work)
    opened = any(st.session_state.get(key) for key in _SECTIONS)
    shown: RunSettings = st.session_state[_SHOWN]
    captioned_else = (work.settled == work.home) != (shown == work.home)
    if work.settled != shown and (opened or captioned_else or _kind(work.settled) != _kind(shown)):
        st.rerun(scope="app")


def _kind(run: RunSettings) -> tuple[str, int, int]:
    """Return what the controls above the stage depend on."""
    return run.origin, run.cell.units, run.cell.inputs


def show_take_away(work: Workspace) -> None:
    """Offer the run as numbers, as code, and beside PyTorch; what is folded away is not computed."""
    for key, (title, icon, show) in _SECTIONS.items():
        section = st.expander(title, icon=icon, key=key, on_change="rerun")
        if section.open:
            with section:
                show(work.settled)


def _show_numbers(run: RunSettings) -> None:
    trace = run.run()
    names = input_names(run.origin, run.cell.inputs)
    st.dataframe(trace_table(trace, names), hide_index=True, height=38 + 35 * min(len(trace), 12))
    st.download_button(
        "Download as CSV",
        lambda: trace_csv(trace, names),
        file_name=f"lstm-{run.origin}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_code(run: RunSettings) -> None:
    library = st.segmented_control(
        "Library", ["NumPy", "PyTorch"], default="NumPy", required=True, key="cell_library"
    )
    st.code(torch_code(run) if library == "PyTorch" else numpy_code(run), language="python", wrap_lines=True)


def _show_check(run: RunSettings) -> None:
    if not st.button("Run nn.LSTM on these weights", icon=":material/compare_arrows:"):
        return
    with st.spinner("PyTorch is computing. The first time it must be loaded, which takes a few seconds."):
        first = "torch" not in sys.modules
        try:
            check = compare_with_torch(run)
        except ImportError:
            st.info("PyTorch is not installed on this server, so there is nothing to compare with.")
            return
        except ValueError as error:
            st.info(str(error))
            return
        if first:
            freeze()
    told = (
        f"Over {check.steps} steps, the largest difference is **{check.h_difference:.1e}** in h and "
        f"**{check.c_difference:.1e}** in C (PyTorch {check.torch_version}, float64)."
    )
    if check.agrees:
        st.success(told, icon=":material/check:")
    else:
        st.warning(
            f"{told} With numbers this large, rounding alone can do that.", icon=":material/difference:"
        )


_SECTIONS: Final[dict[str, tuple[str, str, Callable[[RunSettings], None]]]] = {
    "cell_numbers": ("Numbers: every gate of every step", ":material/table:", _show_numbers),
    "cell_code": ("Code: the same run in NumPy and in PyTorch", ":material/code:", _show_code),
    "cell_check": ("Check against PyTorch", ":material/compare_arrows:", _show_check),
}
