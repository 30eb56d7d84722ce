import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.analysis.ledger import REST, bars, ledger
from lstm_viz.cells import LSTMCell, LSTMTrace
from lstm_viz.settings.presets import PRESETS


@st.composite
def traces(draw: st.DrawFn) -> LSTMTrace:
    """A run of a random cell, with gates anywhere from shut to open."""
    units, steps = draw(st.integers(1, 4)), draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([0.1, 1.0, 10.0, 100.0]))
    weight_ih, weight_hh = (scale * rng.normal(size=(4 * units, columns)) for columns in (1, units))
    cell = LSTMCell(weight_ih, weight_hh, scale * rng.normal(size=4 * units))
    return cell.run(rng.normal(size=(steps, 1)), c0=scale * rng.normal(size=units))


@given(traces(), st.data())
def test_each_row_sums_to_the_memory(trace: LSTMTrace, data: st.DataObject) -> None:
    unit = data.draw(st.integers(0, trace.c.shape[1] - 1))
    parts = ledger(trace, unit).parts
    assert parts.shape == (len(trace.c), len(trace.c) + 1)
    scale = np.abs(parts).sum(axis=1)
    assert np.all(np.abs(parts.sum(axis=1) - trace.c[:, unit]) <= 1e-12 * scale)


@given(traces())
def test_parts_are_what_was_written_times_what_survives(trace: LSTMTrace) -> None:
    books = ledger(trace)
    np.testing.assert_array_equal(books.parts, books.kept * books.written)
    for t in range(len(trace.c)):
        for k in range(len(trace.c)):
            survives = np.prod(trace.f[k + 1 : t + 1, 0]) if k <= t else 0.0
            assert books.kept[t, k + 1] == pytest.approx(survives, rel=1e-12)
        assert books.kept[t, 0] == pytest.approx(np.prod(trace.f[: t + 1, 0]), rel=1e-12)


def test_a_latch_keeps_the_last_value_it_was_told_to_write() -> None:
    parts = ledger(PRESETS["latch"].settings.run()).parts
    last_written = [1, 1, 1, 1, 1, 6, 6, 6, 6, 6, 11, 11, 11, 11]
    assert np.argmax(np.abs(parts), axis=1).tolist() == last_written


def test_arrays_are_read_only() -> None:
    books = ledger(PRESETS["latch"].settings.run())
    for array in (books.written, books.kept, books.parts):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_a_unit_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="unit must be 0 to 0, got 1"):
        ledger(PRESETS["latch"].settings.run(), unit=1)


def test_a_batch_is_refused() -> None:
    trace = LSTMCell.random(inputs=1, hidden=2, seed=0).run(np.zeros((3, 5, 1)))
    with pytest.raises(ValueError, match="one sequence"):
        ledger(trace)


@given(traces())
def test_bars_sum_to_the_memory_but_for_what_cannot_be_seen(trace: LSTMTrace) -> None:
    books = ledger(trace)
    stacked = bars(books)
    tallest = np.abs(books.parts).sum(axis=1).max()
    for t in range(len(trace.c)):
        total = stacked.height[stacked.step == t + 1].sum()
        assert total == pytest.approx(trace.c[t, 0], abs=2 / 250 * tallest)


@given(traces())
def test_bars_stand_on_each_other(trace: LSTMTrace) -> None:
    stacked = bars(ledger(trace))
    for step in np.unique(stacked.step):
        for side in (stacked.height > 0, stacked.height < 0):
            here = (stacked.step == step) & side
            tops = np.concatenate([[0.0], np.cumsum(stacked.height[here])])
            np.testing.assert_allclose(stacked.base[here], tops[:-1], atol=1e-12 * np.abs(tops).max())


def blind(bias: np.ndarray) -> LSTMCell:
    """One unit whose gates see neither input nor state."""
    return LSTMCell(np.zeros((4, 1)), np.zeros((4, 1)), bias)


def test_what_is_too_thin_to_see_is_added_up() -> None:
    trace = blind(np.array([20.0, 0.0, 20.0, 20.0])).run(np.zeros((12, 1)))  # f = 1/2
    stacked = bars(ledger(trace))
    last = stacked.step == 12
    assert stacked.source[last].tolist() == [*range(6, 13), REST]
    assert stacked.height[last][-1] == pytest.approx(sum(0.5**n for n in range(7, 12)), rel=1e-6)


def test_an_empty_memory_has_no_bars() -> None:
    trace = blind(np.zeros(4)).run(np.zeros((3, 1)))
    assert len(bars(ledger(trace)).step) == 0


def test_of_a_reversed_run_steps_are_counted_as_they_were_run() -> None:
    cell = LSTMCell.random(2, 3, seed=1)
    x = np.random.default_rng(0).standard_normal((7, 2))
    trace = cell.run(x, c0=[1.0, -1.0, 0.5], reverse=True)
    books, expected = ledger(trace, 1), ledger(cell.run(x[::-1], c0=[1.0, -1.0, 0.5]), 1)
    np.testing.assert_array_equal(books.parts, expected.parts)
    np.testing.assert_allclose(books.parts.sum(axis=1), trace.c[::-1, 1], rtol=0, atol=1e-15)
    assert books.written[0] == -1.0
