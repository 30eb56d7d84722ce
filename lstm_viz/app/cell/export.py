"""The sections at the end of the Cell page: the run as numbers, as code, and beside PyTorch."""

import sys
from collections.abc import Callable
from typing import Final

import streamlit as st

from lstm_viz.app.cell.actions import SECTIONS
from lstm_viz.app.cell.state import CellState
from lstm_viz.app.shell.garbage_collection import freeze
from lstm_viz.exchange.code import numpy_code, torch_code
from lstm_viz.exchange.torch_check import TorchCheck, compare_with_torch
from lstm_viz.exchange.trace_table import trace_csv, trace_table
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import input_names


def show_take_away(state: CellState) -> None:
    """Offer the run as numbers, as code, and beside PyTorch; what is folded away is not computed."""
    for key, (title, icon, show) in zip(SECTIONS, _SECTIONS, strict=True):
        section = st.expander(title, icon=icon, key=key, on_change="rerun")
        if section.open:
            with section:
                show(state.committed)


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
    _show_differences(check)


def _show_differences(check: TorchCheck) -> None:
    found = (
        f"Over {check.steps} steps, the largest difference is **{check.h_difference:.1e}** in h and "
        f"**{check.c_difference:.1e}** in C (PyTorch {check.torch_version}, float64)."
    )
    if check.agrees:
        st.success(found, icon=":material/check:")
    else:
        st.warning(
            f"{found} With numbers this large, rounding alone can do that.", icon=":material/difference:"
        )


_SECTIONS: Final[tuple[tuple[str, str, Callable[[RunSettings], None]], ...]] = (
    ("Numbers: every gate of every step", ":material/table:", _show_numbers),
    ("Code: the same run in NumPy and in PyTorch", ":material/code:", _show_code),
    ("Check against PyTorch", ":material/compare_arrows:", _show_check),
)
"""The title, the icon and the content of each of ``SECTIONS``."""
