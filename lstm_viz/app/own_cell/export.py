"""The cell to take away: its code, and the check of its numbers against PyTorch."""

import sys
from collections.abc import Callable
from typing import Final

import streamlit as st

from lstm_viz.app.shell.garbage_collection import freeze
from lstm_viz.exchange.autograd_check import AutogradCheck, compare_with_autograd
from lstm_viz.settings.own_cell import OwnCell


def show_take_away(settings: OwnCell) -> None:
    """Offer code and check; what is folded away is not computed."""
    for key, (title, icon, show) in _SECTIONS.items():
        section = st.expander(title, icon=icon, key=f"own_cell_{key}", on_change="rerun")
        if section.open:
            with section:
                show(settings)


def _show_code(settings: OwnCell) -> None:
    library = st.segmented_control(
        "Library of the code", ["NumPy", "PyTorch"], default="NumPy", required=True, key="own_cell_library"
    )
    cell = settings.with_weights()
    st.code(cell.code("torch" if library == "PyTorch" else "numpy"), language="python", wrap_lines=True)


def _show_check(settings: OwnCell) -> None:
    st.markdown(
        "PyTorch runs the same lines on the same weights and the same input, and its autograd differentiates "
        "them. Both results are compared with those of this page."
    )
    if not st.button("Compare with PyTorch’s autograd", icon=":material/compare_arrows:"):
        return
    with st.spinner("PyTorch is computing. The first time it must be loaded, which takes a few seconds."):
        first = "torch" not in sys.modules
        try:
            check = compare_with_autograd(settings.with_weights(), settings.x)
        except ImportError:
            st.info("PyTorch is not installed on this server, so there is nothing to compare with.")
            return
        if first:
            freeze()
    _show_differences(check)


def _show_differences(check: AutogradCheck) -> None:
    found = (
        f"Over {check.steps} steps, the largest difference is **{check.lines:.1e}** in the lines and "
        f"**{check.gradient:.1e}** in the gradient of the weights (PyTorch {check.torch_version}, float64)."
    )
    if check.agrees:
        st.success(found, icon=":material/check:")
    else:
        st.warning(
            f"{found} In a cell that makes small differences larger, rounding alone can do that.",
            icon=":material/difference:",
        )


_SECTIONS: Final[dict[str, tuple[str, str, Callable[[OwnCell], None]]]] = {
    "code": ("Code: this cell in NumPy and in PyTorch", ":material/code:", _show_code),
    "check": ("Check against PyTorch’s autograd", ":material/compare_arrows:", _show_check),
}
"""The title, the icon and the content of each section."""
