"""Gradients on their way back through time, on a logarithmic axis."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.theme import Drawing, Palette, Spec, drawing, palette
from lstm_viz.notation import NETWORK_STYLES, SYMBOLS, NetworkStyle, Symbol
from lstm_viz.views.gradient_words import exponent
from lstm_viz.views.gradients import ClippedGradient, GradientNorms, Spectrum

Array = NDArray[np.floating[Any]]

THOUSANDTH: Final = -3.0
_TALL: Final = 400


def power(log: float) -> str:
    """Return ten to the power of ``log`` as Plotly sets it: "10<sup>−27.7</sup>"; "0" for −inf."""
    return "0" if log == -np.inf else f"10<sup>{exponent(log)}</sup>"


def norms_figure(
    norms: Mapping[str, GradientNorms], styles: Mapping[str, NetworkStyle] = NETWORK_STYLES, *, dark: bool
) -> Drawing:
    """Draw the gradient of each network at every step back: the median of all seeds, and a band.

    Parameters
    ----------
    norms
        By network key, at least one, all over the same number of steps.
    styles
        Its name and its look, by the same key.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    traces = [trace for key, each in norms.items() for trace in _with_band(styles[key], each, colours)]
    steps = len(next(iter(norms.values())).median) - 1
    return _backward(
        traces,
        colours,
        title="How much of the gradient is left, going back",
        steps=steps,
        shapes=[_threshold(colours, steps)],
        height=_TALL,
    )


def routes_figure(
    logs: Mapping[str, Array],
    styles: Mapping[str, Symbol | NetworkStyle] = SYMBOLS,
    memory: str = "C",
    *,
    span: tuple[float, float] | None = None,
    dark: bool,
) -> Drawing:
    """Draw ∂C_T/∂C_k by route: the whole, the direct part, and what came through each gate.

    Parameters
    ----------
    logs
        By route (whole, direct, f, i, g, o): (time + 1,), log10 of the norm, from the end backwards.
    styles
        How the lines that are routes look, by their keys.
    memory
        The letter of C.
    span
        The lowest and the highest power of ten on the axis, for figures side by side; by what is drawn if
        None.
    dark
        Whether the page is dark.
    """
    colours = palette(dark=dark)
    traces: list[Spec] = []
    for route, log in logs.items():
        if route == "whole":
            style: Symbol | NetworkStyle = SYMBOLS["c"]
            name, width = "all routes together", 3.5
        elif route == "direct":
            style, name, width = SYMBOLS["h"], f"direct: along {memory} itself", 1.8
        else:
            style, width = styles[route], 1.8
            name = f"through {style.letter if isinstance(style, Symbol) else style.name}"
        traces.append(_curve(log, name, style, colours, width=width))
    steps = len(logs["whole"]) - 1
    title = f"∂{memory} at the end by ∂{memory} at each step, by route"
    figure = _backward(traces, colours, title=title, steps=steps, height=_TALL)
    if span is not None:
        figure.layout["yaxis"] |= {"range": [*span]}
    return figure


def clipping_figure(gradient: ClippedGradient, *, dark: bool) -> Drawing:
    """Draw what each step adds to the gradient of the weights, before and after clipping."""
    colours = palette(dark=dark)
    before, after = gradient.by_step, gradient.clipped_by_step
    traces = [
        _curve(before, "before clipping", NETWORK_STYLES["rnn"], colours, width=2.5),
        _curve(after, "after clipping", SYMBOLS["x"], colours, width=2.5),
    ]
    title = "What each step adds to the gradient of the RNN's weights"
    return _backward(traces, colours, title=title, steps=len(before) - 1)


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


def spectrum_figure(spectrum: Spectrum, *, dark: bool) -> Drawing:
    """Draw the eigenvalues of W_h in the complex plane, with the unit circle and the largest singular value.

    The singular value is the radius of a dashed circle: no eigenvalue lies outside it.
    """
    colours = palette(dark=dark)
    largest = spectrum.largest_singular_value
    reach = max(1.15, 1.1 * largest)
    axis: Spec = {
        "tickvals": [-4, -3, -2, -1, 0, 1, 2, 3, 4],
        "showgrid": True,
        "gridcolor": colours.grid,
        "ticks": "",
        "range": [-reach, reach],
        "constrain": "domain",
    }
    real, imaginary = ({"text": f"{part} part", "font": {"size": 12}} for part in ("real", "imaginary"))
    return drawing(
        [_eigenvalue_dots(spectrum, colours), _singular_circle(largest, colours)],
        colours,
        title="Eigenvalues and largest singular value of the RNN's W_h",
        steps=1,
        x_axis={**axis, "title": real, "uirevision": "eigenvalues"},
        y_axis={**axis, "title": imaginary, "scaleanchor": "x"},
        shapes=[{**_UNIT_CIRCLE, "line": {"color": colours.zero, "width": 1.5}}],
        height=_TALL,
        hovermode="closest",
    )


def _eigenvalue_dots(spectrum: Spectrum, colours: Palette) -> Spec:
    values = spectrum.eigenvalues
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"eigenvalues, the largest {spectrum.radius:.2f} in size",
        "x": values.real,
        "y": values.imag,
        "marker": {"color": colours.of(NETWORK_STYLES["rnn"]), "size": 7, "opacity": 0.85},
        "text": [f"{abs(value):.2f}" for value in values],
        "hovertemplate": "absolute value <b>%{text}</b><extra></extra>",
    }


def _singular_circle(radius: float, colours: Palette) -> Spec:
    angle = np.linspace(0.0, 2.0 * np.pi, 121)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"largest singular value, {radius:.2f}",
        "x": radius * np.cos(angle),
        "y": radius * np.sin(angle),
        "line": {"color": colours.of(SYMBOLS["c"]), "width": 1.8, "dash": "dash"},
        "hovertemplate": f"largest singular value <b>{radius:.2f}</b><extra></extra>",
    }


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


def _with_band(style: NetworkStyle, norms: GradientNorms, colours: Palette) -> list[Spec]:
    low, high = norms.band
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
        _curve(norms.median, style.name, style, colours, width=2.5, group=style.key),
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
