import math

import numpy as np
import pytest

from lstm_viz.views.training_curves import POINTS, extent, thinned


def test_few_values_are_a_curve_as_they_are() -> None:
    curve = thinned("run", 2, [3.0, 2.0, math.inf, 1.0])
    np.testing.assert_array_equal(curve.updates, [1, 2, 3, 4])
    np.testing.assert_array_equal(curve.values, [3.0, 2.0, np.nan, 1.0])
    assert (curve.name, curve.place, curve.together) == ("run", 2, 1)


@pytest.mark.parametrize("count", [POINTS + 1, 1000, 4001, 200_000])
def test_many_values_become_means_of_neighbours(count: int) -> None:
    values = np.arange(1.0, count + 1)
    curve = thinned("run", 0, values.tolist())
    assert len(curve.updates) <= POINTS
    assert curve.updates[-1] == count
    every = curve.together
    assert curve.values[0] == values[:every].mean()
    assert curve.values[-1] == values[(len(curve.values) - 1) * every :].mean()


def test_what_is_not_finite_is_left_out_of_a_mean() -> None:
    values = [1.0, math.nan] * POINTS
    assert set(thinned("run", 0, values).values) == {1.0}


def test_no_value_is_an_empty_curve() -> None:
    curve = thinned("run", 0, [])
    assert len(curve.updates) == len(curve.values) == 0


@pytest.mark.parametrize(
    ("updates", "reach"),
    [(0, 50), (50, 50), (51, 60), (101, 150), (1000, 1000), (1001, 1500), (4000, 4000), (200_000, 200_000)],
)
def test_an_axis_grows_rarely(updates: int, reach: int) -> None:
    assert extent(updates) == reach
