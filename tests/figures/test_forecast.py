from typing import Any

import numpy as np
import pytest

from lstm_viz.figures.forecast import forecast_figure
from lstm_viz.training.task import Forecast

STEPS = 30


def forecast(**changes: Any) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    line, short = (lambda: rng.random(STEPS)), (lambda: rng.random(12))
    told: dict[str, Any] = {
        "name": "sheep",
        "labels": tuple(str(1900 + k) for k in range(STEPS)),
        "truth": line(),
        "one_step": line(),
        "free": short(),
        "persistence": line(),
        "free_persistence": short(),
        "seasonal": line(),
        "free_seasonal": short(),
        "period": 7,
    }
    return Forecast(**{**told, **changes}).to_dict()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("free", [False, True])
def test_plotly_accepts_every_property(free: bool, dark: bool) -> None:
    drawn = forecast_figure(forecast(), free=free, dark=dark)
    assert drawn.figure().layout.yaxis.title.text == "sheep"  # made, every property is checked


@pytest.mark.parametrize(
    ("free", "keys"),
    [(False, ("one_step", "persistence", "seasonal")), (True, ("free", "free_persistence", "free_seasonal"))],
)
def test_the_network_stands_beside_what_costs_nothing_and_what_was_measured(
    free: bool, keys: tuple[str, ...]
) -> None:
    told = forecast()
    drawn = forecast_figure(told, free=free, dark=False)
    assert [trace["name"] for trace in drawn.data][:2] == ["measured", "network"]
    steps = 12 if free else STEPS
    for trace, key in zip(drawn.data, ("truth", *keys), strict=True):
        np.testing.assert_array_equal(trace["y"], told[key][:steps])
    assert drawn.layout["xaxis"]["range"] == [0.5, steps + 0.5]
    assert len({(trace["line"]["color"], trace["line"]["dash"]) for trace in drawn.data}) == 4


def test_what_is_missing_leaves_a_gap_and_no_period_no_line() -> None:
    truth = np.arange(STEPS, dtype=float)
    truth[3] = np.nan
    nothing = np.array([])
    drawn = forecast_figure(
        forecast(truth=truth, seasonal=nothing, free_seasonal=nothing, period=0), free=False, dark=False
    )
    assert len(drawn.data) == 3
    assert np.isnan(drawn.data[0]["y"][3])


def test_the_axis_is_labelled_as_the_file_is() -> None:
    axis = forecast_figure(forecast(), free=False, dark=False).layout["xaxis"]
    assert axis["ticktext"][0] == "1900"
    assert axis["tickvals"][0] == 1
