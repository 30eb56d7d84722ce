"""Gradients on their way back through time, on a logarithmic axis."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.theme import Drawing, Palette, Spec, drawing, palette
from lstm_viz.notation import NETWORK_STYLES, SYMBOLS, NetworkStyle, Symbol, decimals
from lstm_viz.views.gradients import Flow

Array = NDArray[np.floating[Any]]

THOUSANDTH: Final = -3.0
_TALL: Final = 400


def exponent(log: float) -> str:
    """Return a logarithm to be read as an exponent: "−27.7", and "−0.75" where a tenth would be coarse."""
    return decimals(log, 1 if abs(log) >= 10.0 else 2)


def power(log: float) -> str:
    """Return ten to the power of ``log`` as Plotly sets it: "10<sup>−27.7</sup>"; "0" for −inf."""
    return "0" if log == -np.inf else f"10<sup>{exponent(log)}</sup>"


def flow_figure(flows: Mapping[str, Flow], *, dark: bool) -> Drawing:
    """Draw the gradient of each network at every step back: the median of all seeds, and a band.

    Parameters
    ----------
    flows
        By network key, all over the same number of steps.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    traces = [
        trace for key, flow in flows.items() for trace in _with_band(NETWORK_STYLES[key], flow, colours)
    ]
    steps = len(next(iter(flows.values())).median) - 1
    return _backward(
        traces,
        colours,
        title="How much of the gradient is left, going back",
        steps=steps,
        shapes=[_threshold(colours, steps)],
        height=_TALL,
    )


def routes_figure(logs: Mapping[str, Array], *, dark: bool) -> Drawing:
    """Draw ∂C_T/∂C_k by route: the whole, the direct part, and what came through each gate.

    Parameters
    ----------
    logs
        By route (whole, direct, f, i, g, o): (time + 1,), log10 of the norm, from the end backwards.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    names = {"whole": "all routes together", "direct": "direct: the product of f"}
    traces: list[Spec] = []
    for route, log in logs.items():
        symbol = SYMBOLS["c" if route == "whole" else "h" if route == "direct" else route]
        name = names.get(route, f"through h and {symbol.letter}")
        traces.append(_curve(log, name, symbol, colours, width=3.5 if route == "whole" else 1.8))
    steps = len(logs["whole"]) - 1
    return _backward(
        traces, colours, title="∂C at the end by ∂C at each step, by route", steps=steps, height=_TALL
    )


def clipping_figure(before: Array, after: Array, *, dark: bool) -> Drawing:
    """Draw one gradient before and after clipping, both (time + 1,) log10 norms from the end backwards."""
    colours = palette(dark=dark)
    rnn = NETWORK_STYLES["rnn"]
    traces = [
        _curve(before, "before clipping", rnn, colours, width=2.5),
        _curve(after, "after clipping", NETWORK_STYLES["lstm"], colours, width=2.5),
    ]
    return _backward(traces, colours, title="The same gradient, clipped", steps=len(before) - 1)


def influence_figure(logs: Array, *, dark: bool) -> Drawing:
    """Draw which inputs still matter to which states.

    Parameters
    ----------
    logs
        (time, time): log10 ‖∂h_t/∂x_k‖, row t, column k. What is not finite stays blank.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    ticks = {"dtick": _ticks(len(logs)), "ticks": ""}
    return drawing(
        [_heat(logs, colours)],
        colours,
        title="Which inputs still matter",
        steps=len(logs),
        x_axis={"title": {"text": "input at step", "font": {"size": 12}}, **ticks},
        y_axis={
            "title": {"text": "state at step", "font": {"size": 12}},
            "autorange": "reversed",
            "showgrid": False,
            "zeroline": False,
            **ticks,
        },
        height=460,
        hovermode="closest",
    )


def _heat(logs: Array, colours: Palette) -> Spec:
    known = np.isfinite(logs)
    top = float(logs[known].max(initial=-np.inf)) if known.any() else 0.0
    step = np.arange(1, len(logs) + 1, dtype=np.int16)
    return {
        "type": "heatmap",
        "x": step,
        "y": step,
        # Three decimals: nobody sees more, and a long run has 20,000 of them to send.
        "z": np.where(known, np.round(logs, 3), np.nan),
        "zmin": top - _DEPTH,
        "zmax": top,
        "colorscale": _scale(colours),
        "hoverongaps": False,
        "hovertemplate": "h at step %{y} changes by <b>10<sup>%{z:.2f}</sup></b><br>"
        "for a small change of x at step %{x}<extra></extra>",
        "colorbar": {
            "title": {"text": "share of the largest", "side": "right", "font": {"size": 12}},
            "tickvals": [top, top - 3, top - 6, top - _DEPTH],
            "ticktext": ["1", "10<sup>−3</sup>", "10<sup>−6</sup>", "≤ 10<sup>−9</sup>"],
            "thickness": 12,
            "outlinewidth": 0,
        },
    }


_DEPTH: Final = 9.0
"""Orders of magnitude below the largest influence that the heat map tells apart."""


def eigenvalues_figure(eigenvalues: NDArray[np.complexfloating[Any]], *, dark: bool) -> Drawing:
    """Draw the eigenvalues of W_h in the complex plane, with the unit circle.

    Parameters
    ----------
    eigenvalues
        (hidden,), complex.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    style = NETWORK_STYLES["rnn"]
    reach = max(1.15, 1.1 * float(np.abs(eigenvalues).max()))
    dots: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": eigenvalues.real,
        "y": eigenvalues.imag,
        "marker": {"color": colours.of(style), "size": 7, "opacity": 0.85},
        "text": [f"{abs(value):.2f}" for value in eigenvalues],
        "hovertemplate": "absolute value <b>%{text}</b><extra></extra>",
        "showlegend": False,
    }
    axis: Spec = {
        "tickvals": [-2, -1, 0, 1, 2],
        "showgrid": True,
        "gridcolor": colours.grid,
        "ticks": "",
        "range": [-reach, reach],
        "constrain": "domain",
    }
    real, imaginary = ({"text": f"{part} part", "font": {"size": 12}} for part in ("real", "imaginary"))
    return drawing(
        [dots],
        colours,
        title="Eigenvalues of the RNN's W_h",
        steps=1,
        x_axis={**axis, "title": real, "uirevision": "eigenvalues"},
        y_axis={**axis, "title": imaginary, "scaleanchor": "x"},
        shapes=[{**_UNIT_CIRCLE, "line": {"color": colours.zero, "width": 1.5}}],
        height=_TALL,
        hovermode="closest",
    )


_UNIT_CIRCLE: Final = {"type": "circle", "x0": -1, "x1": 1, "y0": -1, "y1": 1}


def _backward(traces: Sequence[Spec], colours: Palette, *, title: str, steps: int, **layout: Any) -> Drawing:
    return drawing(
        traces,
        colours,
        title=title,
        steps=steps,
        x_axis={
            "title": {"text": "steps back from the end", "standoff": 4, "font": {"size": 12}},
            "range": [0, steps],
            "dtick": _ticks(steps),
            "unifiedhovertitle": {"text": "%{x} steps back"},
        },
        y_axis={"tickprefix": "10<sup>", "ticksuffix": "</sup>", "zeroline": False},
        **layout,
    )


def _with_band(style: NetworkStyle, flow: Flow, colours: Palette) -> list[Spec]:
    low, high = flow.band
    # A gradient of exactly zero lies at minus infinity; the band then ends at the lowest number there is.
    low = np.where(np.isfinite(low), low, low[np.isfinite(low)].min())
    high = np.where(np.isfinite(high), high, low)
    x = np.arange(len(low), dtype=np.int16)
    edge: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"width": 0},
        "legendgroup": style.key,
        "showlegend": False,
        "hoverinfo": "skip",
    }
    red, green, blue = (int(colours.of(style)[n : n + 2], 16) for n in (1, 3, 5))
    filled: Spec = {"fill": "tonexty", "fillcolor": f"rgba({red}, {green}, {blue}, 0.18)"}
    return [
        {**edge, "y": low},
        {**edge, "y": high, **filled},
        _curve(flow.median, style.name, style, colours, width=2.5, group=style.key),
    ]


def _curve(
    log: Array,
    name: str,
    style: Symbol | NetworkStyle,
    colours: Palette,
    *,
    width: float,
    group: str | None = None,
) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": group or name,
        "x": np.arange(len(log), dtype=np.int16),
        # A gradient that is exactly zero has no place on a logarithmic axis.
        "y": np.where(np.isfinite(log), log, np.nan),
        "line": {"color": colours.of(style), "width": width, "dash": style.dash},
        "marker": {"color": colours.of(style), "size": 7, "symbol": style.marker, "maxdisplayed": 8},
        "hovertext": [power(value) for value in log],
        "hovertemplate": f"{name}: <b>%{{hovertext}}</b><extra></extra>",
    }


def _threshold(colours: Palette, steps: int) -> Spec:
    line = {"color": colours.zero, "width": 1.2, "dash": "dot"}
    return {
        "type": "line",
        "x0": 0,
        "x1": steps,
        "y0": THOUSANDTH,
        "y1": THOUSANDTH,
        "line": line,
        "label": {"text": "a thousandth", "textposition": "end", "font": {"size": 11, "color": colours.text}},
    }


def _scale(colours: Palette) -> list[list[Any]]:
    stops = colours.sequence if colours.dark else colours.sequence[::-1]
    return [[place, stop] for place, stop in zip(np.linspace(0, 1, len(stops)).tolist(), stops, strict=True)]


def _ticks(steps: int) -> int:
    return next(distance for distance in (1, 2, 5, 10, 20, 25) if steps / distance <= 12 or distance == 25)
