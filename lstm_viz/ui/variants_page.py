"""The Variants page's controls and state: which cells stand side by side, on which weights and input."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.comparison import (
    DEFAULT_VARIANTS,
    DRAWN,
    FEWEST,
    LONGEST,
    MAX_SEED,
    MOST,
    RANGES,
    RECIPES,
    VARIANTS_PRESETS,
    Comparison,
)
from lstm_viz.components.chart import chart
from lstm_viz.components.panel import Card, Dial, panel
from lstm_viz.components.stage import stage
from lstm_viz.components.strips import strips
from lstm_viz.exchange.variants_link import VARIANTS_KEYS, variants_from_query, variants_to_query
from lstm_viz.figures.overlay import overlay_figure
from lstm_viz.members import MEMBERS, AnyTrace, memory
from lstm_viz.notation import PLACE_SIGNS, SIGNS
from lstm_viz.sequences import GENERATORS, format_line, generate, parse_line
from lstm_viz.settings import MAX_INPUTS, MAX_UNITS
from lstm_viz.ui.address import escaped, own_part, warn_of_link
from lstm_viz.ui.messages import read_edits, short
from lstm_viz.ui.workspace import LONGEST_TEXT
from lstm_viz.views.equations import lines
from lstm_viz.views.strips import opening_step, strips_record
from lstm_viz.views.variant_stage import variant_record

RUN: Final = "variants"
"""The name under which strips, charts and stage of this page follow the same step."""

_WORK: Final = "variants_work"
_LINK: Final = "variants_link"
_PANEL: Final = "variants_panel"
_PRESET: Final = "variants_preset"
_CELLS: Final = "variants_cells"
_WEIGHTS: Final = "variants_weights"
_LINE: Final = "variants_line_"
_DRAW: Final = "variants_draw_"
_OPENED: Final = "variants_opened"
_STAGE: Final = "variants_stage"
_OWN: Final = "own"
_SLATE: Final = ("#4f5f70", "#b4c0ce")
_MARK: Final = ("#b3261e", "#ff8a80")
"""The colour of what differs from the plain LSTM, on a light and on a dark page."""

_log: Final = logging.getLogger("lstm_viz.variants_page")


@dataclass(slots=True)
class VariantsWork:
    """What is compared now, and what could not be read."""

    settings: Comparison
    origin: str
    """What was opened last; a change keeps it, so that the step shown stays where it is."""
    reply: int = 0
    stage_reply: int = 0
    """The same for the stage, which sends the unit that is chosen there."""
    dragging: bool = False
    """Whether a hand is on a dial: the address waits until it lets go."""
    unit: int = 0
    shown: Comparison | None = None
    """What the rest of the page was last drawn for."""
    troubles: list[str] = field(default_factory=lambda: [""] * MAX_INPUTS)
    """What is wrong with the typed line of each input; empty where nothing is."""
    few: bool = False
    """Whether fewer cells are picked than can be compared."""
    opened: str = ""
    """The cell on the stage; the first one where it is none of those compared."""

    def open(self, settings: Comparison, origin: str) -> None:
        """Go to a preset or a link."""
        self.origin = origin
        self.change(settings)

    def change(self, settings: Comparison) -> None:
        """Compare something else; what could not be read is forgotten where that has changed."""
        if settings.lines != self.settings.lines:
            self.troubles = [""] * MAX_INPUTS
        if settings.cells != self.settings.cells:
            self.few = False
        self.settings = settings
        self.unit = min(self.unit, settings.units - 1)


def work() -> VariantsWork:
    """Return what the person compares; on a first visit, or when the address names something else, that."""
    query = own_part(VARIANTS_KEYS)
    if _WORK not in st.session_state or (query and query != st.session_state.get(_LINK)):
        try:
            settings = variants_from_query(query)
        except ValueError as error:
            warn_of_link(error)
            settings = VARIANTS_PRESETS[DEFAULT_VARIANTS].settings
        st.session_state[_WORK] = VariantsWork(settings, "link")
        st.session_state[_LINK] = query
    kept: VariantsWork = st.session_state[_WORK]
    return kept


def follow_up(chosen: VariantsWork) -> None:
    """Once the hand has let go, bring the address and the rest of the page up to date."""
    if chosen.dragging:
        return
    link = variants_to_query(chosen.settings)
    others = {key: value for key, value in st.query_params.items() if key not in VARIANTS_KEYS}
    if st.query_params.to_dict() != {**others, **link}:
        st.query_params.from_dict({**others, **link})
    st.session_state[_LINK] = link
    if chosen.shown not in (None, chosen.settings):
        st.rerun(scope="app")


def show_controls(chosen: VariantsWork) -> None:
    """Offer presets, cells, weights and input."""
    _pick_preset(chosen)
    by_seed = chosen.settings.weights == DRAWN
    cells, weights, *sizes = st.columns([6, 2.4, 1.2, 1.2, 1.2] if by_seed else [6, 2.4], gap="small")
    with cells:
        _pick_cells(chosen)
    with weights:
        _pick_weights(chosen)
    if by_seed:
        _pick_sizes(chosen, sizes)
    *typed, draw = st.columns([*[9 / chosen.settings.inputs] * chosen.settings.inputs, 2], gap="small")
    _type_input(chosen, typed)
    with draw:
        st.space("small")
        with st.popover("Draw an input", icon=":material/show_chart:", width="stretch"):
            _draw_input(chosen)


def show_dials(chosen: VariantsWork) -> None:
    """Offer a dial for every number that is worth dragging."""
    panel(_cards(chosen.settings), key=_PANEL, reply=chosen.reply, on_edit=lambda: _take(chosen))


def _pick_preset(chosen: VariantsWork) -> None:
    found = (key for key, preset in VARIANTS_PRESETS.items() if preset.settings == chosen.settings)
    shown = next(found, _OWN)
    st.session_state[_PRESET] = shown

    def pick() -> None:
        key = st.session_state[_PRESET]
        if key != _OWN:
            chosen.open(VARIANTS_PRESETS[key].settings, key)

    choose, watch = st.columns([3, 8], vertical_alignment="center", gap="medium")
    choose.selectbox(
        "Start from",
        [*VARIANTS_PRESETS, *([_OWN] if shown == _OWN else [])],
        format_func=lambda key: "Your own choice" if key == _OWN else VARIANTS_PRESETS[key].title,
        key=_PRESET,
        on_change=pick,
    )
    watch.markdown(
        VARIANTS_PRESETS[shown].watch
        if shown != _OWN
        else "The same input for all of them, and the same weights where they have the same gates."
    )


def _pick_cells(chosen: VariantsWork) -> None:
    def take() -> None:
        picked = tuple(st.session_state[_CELLS])
        chosen.few = len(picked) < FEWEST
        if not chosen.few:
            chosen.change(replace(chosen.settings, cells=picked))

    by_hand = chosen.settings.weights != DRAWN
    if not chosen.few:
        st.session_state[_CELLS] = list(chosen.settings.cells)
    st.multiselect(
        "Cells side by side",
        [key for key, member in MEMBERS.items() if member.variant is not None or not by_hand],
        format_func=lambda key: f"{MEMBERS[key].name} · {MEMBERS[key].title}",
        max_selections=MOST,
        key=_CELLS,
        on_change=take,
        help="Two to four. Weights set by hand are those of an LSTM; GRU and RNN can be drawn by a seed.",
    )
    if chosen.few:
        st.markdown(":red[Pick at least two cells: one alone has nothing to be compared with.]")


def _pick_weights(chosen: VariantsWork) -> None:
    st.session_state[_WEIGHTS] = chosen.settings.weights

    def take() -> None:
        chosen.change(chosen.settings.with_weights(st.session_state[_WEIGHTS]))

    st.selectbox(
        "Weights",
        [DRAWN, *RECIPES],
        format_func=lambda key: "drawn by a seed" if key == DRAWN else f"by hand: {RECIPES[key].title}",
        key=_WEIGHTS,
        on_change=take,
    )


def _pick_sizes(chosen: VariantsWork, places: list[DeltaGenerator]) -> None:
    settings = chosen.settings
    st.session_state["variants_seed"] = settings.seed
    st.session_state["variants_units"] = settings.units
    st.session_state["variants_inputs"] = settings.inputs

    def take() -> None:
        inputs = int(st.session_state["variants_inputs"])
        # A new input line starts as zeros.
        rows = (*chosen.settings.lines, *[(0.0,) * chosen.settings.steps] * MAX_INPUTS)[:inputs]
        chosen.change(
            replace(
                chosen.settings,
                seed=int(st.session_state["variants_seed"]),
                units=int(st.session_state["variants_units"]),
                lines=rows,
            )
        )

    seed, units, inputs = places
    seed.number_input(
        "Seed",
        0,
        MAX_SEED,
        key="variants_seed",
        on_change=take,
        help="One seed draws the weights of all cells.",
    )
    units.number_input("Units", 1, MAX_UNITS, key="variants_units", on_change=take)
    inputs.number_input("Inputs", 1, MAX_INPUTS, key="variants_inputs", on_change=take)


def input_names(settings: Comparison) -> tuple[str, ...]:
    """Return what the inputs are called."""
    if settings.weights != DRAWN:
        return RECIPES[settings.weights].inputs
    return ("x",) if settings.inputs == 1 else ("x₁", "x₂")


def _type_input(chosen: VariantsWork, places: list[DeltaGenerator]) -> None:
    names = input_names(chosen.settings)

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
    names = input_names(chosen.settings)
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


def _cards(settings: Comparison) -> list[Card]:
    def dial(key: str, label: str, name: str) -> Dial:
        return Dial(key, label, name, getattr(settings, key), *RANGES[key])

    noise = Card("input", *_SLATE, (dial("noise", "noise", "Noise added to the input"),))
    if settings.weights == DRAWN:
        keeps = SIGNS["f"]
        return [
            Card("weights", *_SLATE, (dial("scale", "scale", "Scale of all weights"),)),
            Card(
                "what keeps the old state",
                keeps.light,
                keeps.dark,
                (dial("keep_bias", "bias added", "Bias added to f, or to z of a GRU"),),
            ),
            noise,
        ]
    recipe = RECIPES[settings.weights]
    if recipe.turn is None:
        return [noise]
    turn = recipe.turn
    by_hand = Dial("turn", turn.label, turn.name, settings.turn, turn.low, turn.high)
    return [Card(recipe.title, *_SLATE, (by_hand,)), noise]


def _take(chosen: VariantsWork) -> None:
    try:
        # Answered whatever comes of it: the panel waits for this number before it sends more.
        chosen.reply, edits = read_edits(st.session_state[_PANEL]["edit"])
        for edit in edits:
            chosen.change(chosen.settings.with_number(edit["key"], float(edit["value"])))
            chosen.dragging = not edit["done"]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        # The dials check before they send, so this did not come from a hand. The settings stay.
        _log.warning("Refused an edit: %s", short(error))


def show_strips(chosen: VariantsWork, traces: Mapping[str, AnyTrace]) -> None:
    """Show every gate and state of every cell, aligned step by step."""
    record = strips_record(traces, input_names(chosen.settings), chosen.unit)
    record |= {"run": RUN, "origin": chosen.origin, "opening": opening_step(traces)}
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
                overlay_figure(values, SIGNS[key], what, dark=dark),
                key=f"variants_{key}",
                run=RUN,
                label=f"{what}, over the steps",
                summary=f"Largest magnitude over the run: {largest}.",
            )


def show_stage(chosen: VariantsWork, traces: Mapping[str, AnyTrace]) -> None:
    """Offer the cells for the stage, and put the chosen one on it. Nothing can be changed there."""
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
        chosen.settings.cell(chosen.opened), traces[chosen.opened], input_names(chosen.settings)
    )
    record |= {
        "run": RUN,
        "origin": chosen.origin,
        "opening": opening_step(traces),
        "unit": chosen.unit,
        "reply": chosen.stage_reply,
        "history": {"undo": False, "redo": False, "changed": False},
    }
    stage(record, key=_STAGE, on_edit=lambda: _take_unit(chosen), on_history=lambda: None)


def _take_unit(chosen: VariantsWork) -> None:
    try:
        chosen.stage_reply, edits = read_edits(st.session_state[_STAGE]["edit"])
        unit = int(edits[-1]["unit"])
        if not 0 <= unit < chosen.settings.units:
            raise ValueError(f"unit must be 0 to {chosen.settings.units - 1}, got {unit}")
        chosen.unit = unit
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
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
    sign = PLACE_SIGNS[settings.cells.index(key)]
    ink = sign.dark if st.context.theme.type == "dark" else sign.light
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
