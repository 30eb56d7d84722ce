"""A popover that draws an input anew: pulses, waves, noise and other shapes."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from lstm_viz.settings.cell import Rows
from lstm_viz.settings.sequences import GENERATORS, generate, with_line

MAX_SEED: Final = 9999
_LARGEST_SIZE: Final = 100.0


def offer_shapes(
    lines: Rows, names: Sequence[str], take: Callable[[Rows], None], *, page: str, most: int
) -> None:
    """Offer shapes for one line of an input.

    Parameters
    ----------
    lines, names
        The input as it is, and what its lines are called.
    take
        Called with all lines when one has been drawn.
    page
        The name of the page, which the keys of the controls begin with.
    most
        Steps that the page takes.
    """
    with st.popover("Draw an input", icon=":material/show_chart:", width="stretch"):
        column = _choose_line(names, page) if len(names) > 1 else 0
        kind = st.selectbox(
            "Shape", GENERATORS, format_func=lambda key: GENERATORS[key].title, key=f"{page}_draw_kind"
        )
        steps = st.number_input("Steps", 1, most, len(lines[0]), key=f"{page}_draw_steps_{len(lines[0])}")
        size = st.number_input("Size", -_LARGEST_SIZE, _LARGEST_SIZE, 1.0, 0.1, key=f"{page}_draw_size")
        period, seed = _choose_details(GENERATORS[kind].uses, page, most)

        def draw() -> None:
            take(with_line(lines, column, generate(kind, steps, size, period, seed, most=most)))

        st.button("Draw", type="primary", on_click=draw, key=f"{page}_draw_now")


def _choose_line(names: Sequence[str], page: str) -> int:
    return st.selectbox("Line", range(len(names)), format_func=names.__getitem__, key=f"{page}_draw_line")


def _choose_details(uses: frozenset[str], page: str, most: int) -> tuple[int, int]:
    """Return the period and the seed; only what changes the shape is asked for."""
    period, seed = 4, 0
    if "period" in uses:
        period = st.number_input("Period, or step of the rise", 1, most, period, key=f"{page}_draw_period")
    if "seed" in uses:
        seed = st.number_input("Seed of the shape", 0, MAX_SEED, seed, key=f"{page}_draw_seed")
    return period, seed
