"""The Variants page's input: typed as lines of numbers, or drawn as a shape."""

from dataclasses import replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.app.cell.state import LONGEST_TEXT
from lstm_viz.app.shell.address import escaped
from lstm_viz.app.variants.state import VariantsWork
from lstm_viz.settings.cell import MAX_INPUTS
from lstm_viz.settings.sequences import GENERATORS, format_line, generate, parse_line
from lstm_viz.settings.variants import LONGEST, MAX_SEED

_LINE: Final = "variants_line_"
_DRAW: Final = "variants_draw_"


def choose_input(chosen: VariantsWork) -> None:
    """Offer a field for every line of the input, and shapes to fill them with."""
    *typed, draw = st.columns([*[9 / chosen.settings.inputs] * chosen.settings.inputs, 2], gap="small")
    _type_input(chosen, typed)
    with draw:
        st.space("small")
        with st.popover("Draw an input", icon=":material/show_chart:", width="stretch"):
            _draw_input(chosen)


def _type_input(chosen: VariantsWork, places: list[DeltaGenerator]) -> None:
    names = chosen.settings.input_names

    def take() -> None:
        texts = [st.session_state[f"{_LINE}{d}"] for d in range(len(names))]
        read, chosen.troubles = _read(texts, names)
        if not any(chosen.troubles):
            chosen.change(replace(chosen.settings, lines=read))

    for d, (name, line) in enumerate(zip(names, chosen.settings.lines, strict=True)):
        if not any(chosen.troubles):
            st.session_state[f"{_LINE}{d}"] = format_line(line)
        places[d].text_input(f"Input {name}, one number a step", key=f"{_LINE}{d}", on_change=take)
        if chosen.troubles[d]:
            places[d].markdown(f":red[{escaped(chosen.troubles[d])}]")


def _read(texts: list[str], names: tuple[str, ...]) -> tuple[tuple[tuple[float, ...], ...], list[str]]:
    """Read the typed lines; beside the values say of each what is wrong with it."""
    read: list[tuple[float, ...]] = []
    troubles = [""] * MAX_INPUTS
    for d, text in enumerate(texts):
        try:
            if len(text) > LONGEST_TEXT:
                raise ValueError(f"That is {len(text):,} characters, far more than this page takes.")
            read.append(parse_line(text, LONGEST))
        except ValueError as error:
            read.append(())
            troubles[d] = str(error)
    if not any(troubles) and len({len(line) for line in read}) > 1:
        counts = " and ".join(f"{name} has {len(line)}" for name, line in zip(names, read, strict=True))
        troubles[len(texts) - 1] = f"Both lines need the same number of steps: {counts}."
    return tuple(read), troubles


def _draw_input(chosen: VariantsWork) -> None:
    names = chosen.settings.input_names
    column = st.selectbox("Line", range(len(names)), format_func=names.__getitem__) if len(names) > 1 else 0
    kind = st.selectbox(
        "Shape", GENERATORS, format_func=lambda key: GENERATORS[key].title, key=_DRAW + "kind"
    )
    uses = GENERATORS[kind].uses
    steps = st.number_input("Steps", 1, LONGEST, chosen.settings.steps)
    size = st.number_input("Size", -100.0, 100.0, 1.0, 0.1, key=_DRAW + "size")
    period = (
        st.number_input("Period, or step of the rise", 1, LONGEST, 4, key=_DRAW + "period")
        if "period" in uses
        else 1
    )
    seed = st.number_input("Seed of the shape", 0, MAX_SEED, 0, key=_DRAW + "seed") if "seed" in uses else 0

    def draw() -> None:
        # The other line keeps its values; where it is too short, it goes on with zeros.
        rows = [(*line, *(0.0,) * steps)[:steps] for line in chosen.settings.lines]
        rows[column] = generate(kind, steps, size, period, seed, most=LONGEST)
        chosen.change(replace(chosen.settings, lines=tuple(rows)))

    st.button("Draw", type="primary", on_click=draw, key=_DRAW + "now")
