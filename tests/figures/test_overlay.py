import numpy as np
import pytest

from lstm_viz.figures.overlay import overlay_figure
from lstm_viz.notation import PLACE_STYLES, SYMBOLS

FOUR = {name: np.array([0.0, -1.5, k]) for k, name in enumerate("abcd")}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_plotly_accepts_every_property(dark: bool) -> None:
    drawn = overlay_figure(FOUR, SYMBOLS["c"], "What they remember", dark=dark)
    assert drawn.figure().layout.title.text == "What they remember"  # made, every property is checked
    assert drawn.layout["xaxis"]["range"] == [0.5, 3.5]


def test_each_cell_is_told_apart_by_colour_and_by_two_signs_more() -> None:
    traces = overlay_figure(FOUR, SYMBOLS["h"], "What they show", dark=False).data
    assert [trace["name"] for trace in traces] == list(FOUR)
    for trace, style in zip(traces, PLACE_STYLES, strict=True):
        assert trace["line"]["color"] == style.light
        assert (trace["line"]["dash"], trace["marker"]["symbol"]) == (style.dash, style.marker)
        np.testing.assert_array_equal(trace["y"], FOUR[trace["name"]])


def test_a_hover_says_the_number_with_a_real_minus_sign() -> None:
    trace = overlay_figure(FOUR, SYMBOLS["c"], "", dark=False).data[0]
    assert trace["hovertext"] == ["0.000", "−1.500", "0.000"]
    assert "<extra></extra>" in trace["hovertemplate"]
