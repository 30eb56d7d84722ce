"""The look of what the Train page writes as HTML of its own: the list of runs, and the examples."""

from typing import Final

import streamlit as st

_STYLE: Final = """
<style>
.tr-run {
  display: grid; grid-template-columns: minmax(9rem, 2fr) 3fr; gap: 0.1rem 1rem; align-items: center;
}
.tr-run p { margin: 0; }
.tr-name { display: flex; align-items: center; gap: 0.6rem; }
.tr-line { flex: none; width: 34px; height: 3px; }
.tr-bar {
  height: 8px; border-radius: 4px; overflow: hidden;
  background: color-mix(in srgb, currentColor 16%, transparent);
}
.tr-bar > div { height: 100%; border-radius: 4px; }
.tr-status { grid-column: 1 / -1; min-height: 1.6em; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.tr-number { white-space: nowrap; font-weight: 600; }
.tr-table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.tr-table caption { text-align: left; font-weight: 600; padding-bottom: 0.4rem; }
.tr-table th { text-align: left; font-weight: 400; opacity: 0.8; }
.tr-table th, .tr-table td {
  padding: 0.25rem 0.8rem 0.25rem 0; border: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  min-width: 4.5rem; overflow-wrap: anywhere;
}
/* What a person has uploaded, and what a network makes of it, may be thousands of letters without a space. */
.tr-table td:first-child { min-width: 8rem; }
.tr-name b, .tr-status { min-width: 0; overflow-wrap: anywhere; }
.st-key-train_learned { min-height: 15rem; }
.st-key-train_curves {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem;
}
@media (max-width: 640px) {
  .tr-run { grid-template-columns: 1fr; }
  .tr-status { min-height: 3.2em; }
  /* Train comes before what the task is: it must be in reach without scrolling. */
  .st-key-train_asks > :has(> .st-key-train_card), .st-key-train_asks > .st-key-train_card { order: 1; }
}
</style>
"""


# Streamlit writes white on the primary colour, which is a light blue on a dark page.
_ON_DARK: Final = """
<style>
.stButton button[kind="primary"], .stButton button[kind="primary"]:hover { color: #0d1117; }
</style>
"""


def train_style() -> None:
    """Apply it to the page being run."""
    st.html(_STYLE)
    if is_dark():
        st.html(_ON_DARK)


def is_dark() -> bool:
    """Whether the page that is being run is dark."""
    return bool(st.context.theme.type == "dark")
