from typing import Any

import numpy as np
import pytest

from lstm_viz.figures.series import series_figure


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_plotly_accepts_it_and_the_parts_lie_side_by_side(dark: bool) -> None:
    places = np.array([0, 3, 9])
    labels = [f"day {k}" for k in range(10)]
    drawn = series_figure(places, places * 2.0, labels, (6, 8), title="sheep", dark=dark)
    figure: Any = drawn.figure()  # made, every property is checked
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(0.5, 6.5), (6.5, 8.5), (8.5, 10.5)]
    assert figure.data[0].x.tolist() == [1, 4, 10]
    assert figure.data[0].text == ("day 0", "day 3", "day 9")


@pytest.mark.parametrize("steps", [1, 2, 60])
def test_the_times_below_are_those_of_the_steps(steps: int) -> None:
    labels = [str(k + 1) for k in range(steps)]
    axis = series_figure(np.arange(1), np.zeros(1), labels, (0, 0), title="", dark=False).layout["xaxis"]
    assert axis["ticktext"] == [str(tick) for tick in axis["tickvals"]]
