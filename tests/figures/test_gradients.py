"""The figures of the Gradients page: accepted by Plotly, and holding the numbers that they were given."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from lstm_viz.figures.gradients import (
    clipping_figure,
    influence_figure,
    norms_figure,
    power,
    routes_figure,
    spectrum_figure,
)
from lstm_viz.figures.theme import Drawing
from lstm_viz.views.gradients import ClippedGradient, GradientNorms, Spectrum

NORMS = {
    key: GradientNorms(np.linspace([0, 0], [slope, 2 * slope], 11, axis=1))
    for key, slope in (("rnn", -9.0), ("lstm", -2.0))
}
LOGS = {route: np.linspace(0, -5, 8) for route in ("whole", "direct", "f", "i", "g", "o")}
HEAT = np.where(np.tri(6, dtype=bool), -1.0 * np.arange(6)[:, np.newaxis], -np.inf)

both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
every_figure = pytest.mark.parametrize(
    "build",
    [
        lambda dark: norms_figure(NORMS, dark=dark),
        lambda dark: routes_figure(LOGS, dark=dark),
        lambda dark: clipping_figure(ClippedGradient(LOGS["whole"], 2.0, 0.0), dark=dark),
        lambda dark: influence_figure(HEAT, dark=dark),
        lambda dark: spectrum_figure(Spectrum(np.array([0.5 + 0.5j, -1.2]), 1.5), dark=dark),
    ],
    ids=["norms", "routes", "clipping", "influence", "spectrum"],
)


def traces(drawing: Drawing) -> list[Any]:
    """The traces of the checked figure; each kind has properties of its own."""
    return list(drawing.figure().data)


@every_figure
@both_themes
def test_plotly_accepts_every_property(build: Callable[[bool], Drawing], dark: bool) -> None:
    figure = build(dark).figure()
    assert isinstance(figure, go.Figure)
    assert figure.layout.title.text
    pointed_at = [trace for trace in traces(build(dark)) if trace.hoverinfo != "skip"]
    assert all("<extra></extra>" in trace.hovertemplate for trace in pointed_at)


def test_the_curves_are_the_medians_and_the_bands_lie_around_them() -> None:
    shown = traces(norms_figure(NORMS, dark=False))
    for k, norms in enumerate(NORMS.values()):
        low, high, median = shown[3 * k : 3 * k + 3]
        np.testing.assert_array_equal(median.y, norms.median)
        assert (np.array(low.y) <= median.y).all()
        assert (np.array(high.y) >= median.y).all()


def test_a_gradient_of_exactly_zero_leaves_a_gap() -> None:
    cut = np.array([0.0, -1.0, -np.inf])
    curve = traces(clipping_figure(ClippedGradient(cut, 0.0, 0.0), dark=False))[0]
    assert np.isnan(curve.y[2])
    assert curve.hovertext[2] == "0"


def test_influence_is_coloured_relative_to_the_largest_and_future_inputs_are_blank() -> None:
    heat = traces(influence_figure(HEAT - 3.0, dark=True))[0]
    assert (heat.zmin, heat.zmax) == (-12.0, -3.0)
    assert heat.colorbar.tickvals == (-3.0, -6.0, -9.0, -12.0)
    assert heat.z[5][0] == -8.0
    assert np.isnan(heat.z[0][1])


def test_influence_that_is_not_measured_yet_or_exactly_zero_is_blank() -> None:
    heat = traces(influence_figure(np.full((3, 3), -np.inf), dark=False))[0]
    assert np.isnan(heat.z).all()
    assert heat.zmin < heat.zmax


def test_clipping_shifts_the_curve_by_what_the_norm_loses() -> None:
    before, after = traces(clipping_figure(ClippedGradient(LOGS["whole"], 2.0, 0.5), dark=False))
    np.testing.assert_allclose(np.array(before.y) - after.y, 1.5)


def test_the_spectrum_shows_the_eigenvalues_within_a_circle_of_the_largest_singular_value() -> None:
    dots, circle = traces(spectrum_figure(Spectrum(np.array([0.5 + 0.5j, -1.2]), 1.5), dark=False))
    assert (list(dots.x), list(dots.y)) == ([0.5, -1.2], [0.5, 0.0])
    np.testing.assert_allclose(np.hypot(circle.x, circle.y), 1.5)
    assert "1.50" in circle.name


def test_powers_are_written_with_a_real_minus_and_three_digits() -> None:
    assert power(-27.71) == "10<sup>−27.7</sup>"
    assert power(-0.754) == "10<sup>−0.75</sup>"
    assert power(1.0) == "10<sup>1.00</sup>"
    assert power(-0.001) == "10<sup>0.00</sup>"
    assert power(-np.inf) == "0"
