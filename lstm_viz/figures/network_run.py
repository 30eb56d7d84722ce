"""All that one unit of a network does over a run, whatever its cell is."""

from dataclasses import replace

import numpy as np

from lstm_viz.figures.lines import line
from lstm_viz.figures.theme import Drawing, Spec, drawing, palette
from lstm_viz.networks.layers import Direction, Layer
from lstm_viz.networks.network_run import NetworkRun
from lstm_viz.notation import GRU_SYMBOLS, PLACE_STYLES, SYMBOLS, Symbol

_LSTM = {name: SYMBOLS[name] for name in "ifgoch"}
_GRU = {"r": GRU_SYMBOLS["r"], "z": GRU_SYMBOLS["u"], "n": GRU_SYMBOLS["n"], "h": SYMBOLS["h"]}


def unit_figure(
    run: NetworkRun,
    unit: int,
    *,
    layer: int = 0,
    direction: Direction | None = None,
    sequence: int = 0,
    dark: bool = False,
) -> Drawing:
    """Draw every line of the equations for one unit: what is bounded above, what is remembered below.

    Parameters
    ----------
    run
        A run of a network.
    unit, layer, sequence
        Counted from 0.
    direction
        "forward" or "reverse"; the first that is there by default.
    dark
        Whether the page is dark.

    Raises
    ------
    ValueError
        If there is no such unit, layer or sequence.
    """
    layers = run.stack.layers
    _require("layer", layer, len(layers))
    _require("unit", unit, layers[layer].hidden)
    _require("sequence", sequence, run.x.shape[1] if run.x.ndim == 3 else 1)
    trace = run[layer] if direction is None else run[layer, direction]
    colours = palette(dark=dark)
    states = trace.cell.equations.states
    curves: list[Spec] = []
    for place, equation in enumerate(trace.cell.equations.lines):
        values = trace[equation.name]
        if unit < values.shape[-1]:
            one = values[:, unit] if values.ndim == 2 else values[:, sequence, unit]
            curve = line(_symbol(layers[layer], equation.name, place), np.ascontiguousarray(one), colours)
            curves.append(curve | ({"yaxis": "y2"} if equation.name in states else {}))
    lower: Spec = {
        "domain": [0.0, 0.46],
        "gridcolor": colours.grid,
        "zerolinecolor": colours.zero,
        "nticks": 5,
        "anchor": "x",
    }
    title = f"Unit {unit} of layer {layer + 1}"
    return drawing(
        curves,
        colours,
        title=title,
        steps=len(trace),
        y_axis={"domain": [0.54, 1.0]},
        yaxis2=lower,
        height=420,
    )


def _symbol(layer: Layer, name: str, place: int) -> Symbol:
    known = {"LSTM": _LSTM, "GRU": _GRU, "RNN": {"h": SYMBOLS["h"]}}[layer.kind]
    if name in known:
        return known[name]
    style = PLACE_STYLES[place % len(PLACE_STYLES)]
    return replace(
        SYMBOLS["h"], key=name, letter=name, name="", light=style.light, dark=style.dark, dash=style.dash,
        marker=style.marker,
    )  # fmt: skip


def _require(name: str, at: int, count: int) -> None:
    if not 0 <= at < count:
        raise ValueError(f"{name}: expected 0 to {count - 1}, got {at}")
