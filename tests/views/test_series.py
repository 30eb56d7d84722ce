import numpy as np
import pytest

from lstm_viz.views.series import STRETCHES, outline


def test_a_short_series_is_drawn_as_it_is() -> None:
    assert outline(np.zeros(2 * STRETCHES)).tolist() == list(range(2 * STRETCHES))


@pytest.mark.parametrize("steps", [2 * STRETCHES + 1, 5000, 20_000])
def test_a_long_series_keeps_its_ends_and_every_peak(steps: int) -> None:
    values = np.random.default_rng(0).standard_normal(steps)
    values[[steps // 3, steps // 2]] = 9.0, -9.0
    drawn = outline(values)
    assert len(drawn) <= 2 * STRETCHES + 2
    assert (np.diff(drawn) > 0).all()
    assert {0, steps // 3, steps // 2, steps - 1} <= set(drawn.tolist())
