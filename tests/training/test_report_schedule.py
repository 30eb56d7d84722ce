from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training import report_schedule

REGULAR = st.integers(report_schedule.SHORTEST_STRIDE, 5000)


@given(regular=REGULAR)
def test_scores_come_early_after_twice_as_many_updates_each(regular: int) -> None:
    early = [update for update in range(regular + 1) if report_schedule.is_early(update, regular)]
    assert early == [5 * 2**k for k in range(20) if 5 * 2**k < regular]


@given(regular=REGULAR, update=st.integers(0, 20_000))
def test_none_is_early_after_the_first_regular_score(regular: int, update: int) -> None:
    assert not report_schedule.is_early(regular + update, regular)


def test_snapshots_are_few_however_long_a_run_is() -> None:
    for now in (5, 200, 201, 999, 40_000, 1_000_003):
        kept = [update for update in range(0, now + 1, 5) if report_schedule.is_snapshot(update, now)]
        assert len(kept) <= report_schedule.MOST_SNAPSHOTS + 1
        assert len(kept) > min(now // 5, report_schedule.MOST_SNAPSHOTS // 2)
