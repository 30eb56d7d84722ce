from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_viz.training.task import Array, Upload
from lstm_viz.training.tasks import forecast
from lstm_viz.training.tasks.columns import Series, series_from_table
from lstm_viz.training.tasks.windows import Coding, Windows, drifts, is_near_random_walk, suits_changes

SERIES = arrays(float, st.integers(60, 200), elements=st.floats(-1e3, 1e3))


def series_of(values: np.ndarray, known: np.ndarray | None = None) -> Series:
    count = len(values)
    return Series(
        "made", tuple(map(str, range(count))), values, np.ones(count, bool) if known is None else known
    )


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count)


# Forecasts that cost nothing


def test_persistence_and_the_period_before_against_loops() -> None:
    values = noise(50)
    assert forecast.persistence(values, 40, 50).tolist() == [values[t - 1] for t in range(40, 50)]
    assert forecast.seasonal_naive(values, 40, 50, 7).tolist() == [values[t - 7] for t in range(40, 50)]
    assert forecast.free_persistence(values, 40, 3).tolist() == [values[39]] * 3
    run = forecast.free_seasonal(values, 40, 10, 4).tolist()
    assert run == [values[36 + k % 4] for k in range(10)]
    assert forecast.seasonal_naive(values, 40, 50, 0).size == 0
    assert forecast.free_seasonal(values, 40, 10, 0).size == 0


def test_the_error_is_one_for_the_mean_and_leaves_out_what_is_missing() -> None:
    truth = np.array([1.0, 2.0, np.nan, 6.0])
    assert forecast.nmse(truth, np.full(4, 3.0)) == pytest.approx(1.0)
    assert forecast.nmse(truth, np.array([1.0, 2.0, 100.0, 6.0])) == 0.0
    assert forecast.nmse(np.ones(5), np.full(5, 3.0)) == 4.0


@pytest.mark.parametrize("period", [4, 7, 12, 25, 90])
@pytest.mark.parametrize("trend", [0.0, 0.05])
def test_a_period_is_found_under_noise_and_over_a_trend(period: int, trend: float) -> None:
    time = np.arange(300)
    values = np.sin(2 * np.pi * time / period) + 0.2 * noise(300) + trend * time
    assert abs(forecast.find_period(values) - period) <= max(1, period // 20)


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_a_straight_line_have_no_period(seed: int) -> None:
    assert forecast.find_period(noise(400, seed)) == 0
    assert forecast.find_period(np.arange(100.0)) == 0
    assert forecast.find_period(np.ones(100)) == 0


@given(SERIES)
def test_autocorrelation_against_its_definition(values: np.ndarray) -> None:
    centred = values - values.mean()
    power = float(centred @ centred)
    if power < 1e-6:
        return
    direct = [
        float(centred[: len(values) - lag] @ centred[lag:]) / power for lag in range(len(values) // 2 + 1)
    ]
    np.testing.assert_allclose(forecast.autocorrelation(values), direct, atol=1e-9)


# Windows


@pytest.mark.parametrize("changes", [False, True])
@given(values=SERIES)
def test_what_is_encoded_can_be_decoded(changes: bool, values: np.ndarray) -> None:
    coding = Coding.of(values[:40], changes)
    before = np.roll(values, 1)
    np.testing.assert_allclose(coding.decode(coding.encode(values, before), before), values, atol=1e-6)


def test_the_training_part_is_normalised() -> None:
    values = 50 + 7 * noise(1000)
    windows = Windows(series_of(values), 20, changes=False)
    shown = windows.coding.encode(values[: windows.training], values[: windows.training])
    assert (shown.mean(), shown.std()) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
    windows = Windows(series_of(np.cumsum(values)), 20, changes=True)
    assert windows.coding.scale == pytest.approx(np.std(np.diff(np.cumsum(values)[: windows.training])))


@pytest.mark.parametrize("changes", [False, True, None])
@pytest.mark.parametrize("count", [60, 144, 1000])
def test_training_sees_nothing_of_what_comes_later(changes: bool | None, count: int) -> None:
    values = noise(count)
    other = values.copy()
    windows = Windows(series_of(values), 30, changes)
    other[windows.training :] = 1e6
    known = np.ones(count, bool)
    known[windows.training :: 2] = False
    changed = Windows(series_of(other, known), 30, changes)
    assert windows.coding == changed.coding
    mine, theirs = (each.draw(np.random.default_rng(3), 500) for each in (windows, changed))
    for name in ("x", "y", "weight"):
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))
    assert np.abs(mine.y).max() < 100


@pytest.mark.parametrize("changes", [False, True])
def test_windows_reach_every_training_value_and_answer_with_the_next(changes: bool) -> None:
    values = np.arange(100.0) ** 1.5
    windows = Windows(series_of(values), 16, changes)
    batch = windows.draw(np.random.default_rng(0), 2000)
    assert batch.x.shape == batch.y.shape == (16, 2000, 1)
    np.testing.assert_array_equal(batch.x[1:], batch.y[:-1])
    answers = np.unique(batch.y)
    coded = windows.coding.encode(values[1:70], values[:69]).astype(np.float32)
    np.testing.assert_array_equal(answers, np.unique(coded))


@given(
    st.integers(60, 700), st.integers(2, 100), st.booleans(), st.sampled_from(["validation", "test", "all"])
)
def test_a_stretch_asks_for_every_value_once(count: int, window: int, changes: bool, part: str) -> None:
    values = noise(count)
    known = np.random.default_rng(1).random(count) > 0.1
    windows = Windows(series_of(values, known), window, changes)
    start, stop = {
        "validation": (windows.training, windows.validation),
        "test": (windows.validation, count),
        "all": (windows.training, count),
    }[part]
    stretch = windows.stretch(start, stop)
    assert stretch.batch.weight is not None
    asked = stretch.places[stretch.batch.weight > 0]
    assert sorted(asked.tolist()) == [place for place in range(start, stop) if known[place]]
    before = values[stretch.places - 1]
    decoded = windows.coding.decode(stretch.batch.y[:, :, 0], before)
    np.testing.assert_allclose(decoded, values[stretch.places], atol=1e-5)


def test_what_leads_up_to_a_value_ends_just_before_it() -> None:
    values = noise(200)
    windows = Windows(series_of(values), 10, changes=False)
    before = windows.before(np.array([150, 160]))
    assert before.shape == (10, 2, 1)
    decoded = windows.coding.decode(before[:, :, 0], before[:, :, 0])
    np.testing.assert_allclose(decoded, np.stack([values[140:150], values[150:160]], 1), atol=1e-5)


def test_a_series_that_grows_drifts_and_one_that_swings_does_not() -> None:
    time = np.arange(400)
    assert drifts(0.01 * time + np.sin(time))
    assert not drifts(np.sin(2 * np.pi * time / 25) + 0.1 * noise(400))


def autoregression(share: float, steps: int = 1000) -> Array:
    noise = np.random.default_rng(4).standard_normal(steps)
    values = np.zeros(steps)
    for step in range(1, steps):
        values[step] = share * values[step - 1] + noise[step]
    return values


def wave(period: int, noise: float) -> Array:
    return np.sin(2 * np.pi * np.arange(1000) / period) + noise * np.random.default_rng(4).standard_normal(
        1000
    )


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        (np.cumsum(autoregression(0.0)), True),
        (autoregression(0.95), True),
        (autoregression(0.7), False),
        (autoregression(0.0), False),
        (wave(25, 0.05), False),
        (wave(100, 0.2), False),
        (wave(25, 0.05) + 0.01 * np.arange(1000), True),
        (np.array([5.0] * 60 + [6.0]), True),
    ],
    ids=["random walk", "near one", "far from one", "noise", "wave", "slow wave", "growth", "a single step"],
)
def test_changes_are_read_of_what_drifts_or_is_like_a_random_walk(values: Array, changes: bool) -> None:
    assert suits_changes(values) is changes
    assert Windows(series_of(values), 10).coding.changes is suits_changes(values[: round(0.7 * len(values))])


@pytest.mark.parametrize("scale", [1e-25, 1.0, 1e25])
def test_units_have_no_say_in_what_is_read(scale: float) -> None:
    assert not suits_changes(scale * wave(25, 0.05))
    assert suits_changes(scale * autoregression(0.95))


def test_a_series_without_any_change_is_as_persistence_has_it() -> None:
    assert is_near_random_walk(np.ones(50))


@pytest.mark.parametrize(("column", "changes"), [("temp_max", True), ("temp_min", True), ("wind", False)])
def test_of_temperatures_changes_are_read_and_of_wind_values(
    shared: Path, column: str, changes: bool
) -> None:
    """Over any three years of the four, although temperatures drift in some of them only."""
    file = Upload("weather.csv", (shared / "data" / "seattle_weather_daily.csv").read_bytes())
    values = series_from_table(file, column).values
    for first in range(0, 366, 61):
        assert suits_changes(values[first : first + 1095]) is changes
