"""Two web processes with one folder: each run is trained by one of them, and the other one knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_viz.training.jobs import Jobs
from lstm_viz.training.jobs import cache as cache_module
from lstm_viz.training.runs.state import Elsewhere, Interrupted, Interruption
from lstm_viz.training.runs.store import RunStore
from tests.training.jobs.fake_cluster import FakeCluster
from tests.training.jobs.standin import UPDATES, ask
from tests.training.jobs.waiting import kill, until
from tests.training.jobs.web import Web


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Jobs, Jobs]]:
    monkeypatch.setattr(cache_module, "TEST_SECONDS", 0.0)
    both = tuple(Jobs(RunStore(tmp_path), FakeCluster) for _ in range(2))
    yield both[0], both[1]
    for each in both:
        each.close()


def saved(jobs: Jobs, id: str) -> None:
    def look() -> bool:
        try:
            return bool(jobs.record(id))
        except KeyError:
            return False

    until(look, "a run on the disk")


def test_a_run_that_one_has_under_way_cannot_be_resumed_by_the_other(pair: tuple[Jobs, Jobs]) -> None:
    one, other = pair
    id = one.submit(ask("silent"), None, owner="ann")
    saved(other, id)
    assert other.record(id).state == Elsewhere()
    with pytest.raises(ValueError, match="Another server"):
        other.resume(id, "bob")
    assert (other.active("bob"), other.owner_is(id, "bob")) == ([], False)
    assert not other.adopt(id, "bob")
    other.stop(id)
    assert one.active("ann") == [id]


def test_a_run_that_is_over_may_go_on_with_either(pair: tuple[Jobs, Jobs]) -> None:
    one, other = pair
    id = one.submit(ask("silent"), None, owner="ann")
    saved(other, id)
    one.stop(id)
    until(lambda: other.record(id).end == "stopped", "the end of the run")
    until(lambda: not other._store.is_locked_elsewhere(id), "a run that nobody holds")
    other.resume(id, "bob")
    assert other.active("bob") == [id]
    until(lambda: one.record(id).state == Elsewhere(), "a message about it")
    with pytest.raises(ValueError, match="Another server"):
        one.resume(id, "ann")
    other.stop(id)
    until(lambda: one.record(id).end == "stopped", "the end of the run")


def test_a_run_that_could_not_be_resumed_is_held_by_nobody(pair: tuple[Jobs, Jobs], tmp_path: Path) -> None:
    one, other = pair
    id = one.submit(ask("quick"), None, owner="ann")
    saved(other, id)
    until(lambda: other.record(id).end == "updates", "the end of the run")
    until(lambda: not other._store.is_locked_elsewhere(id), "a run that nobody holds")
    with pytest.raises(ValueError, match="another visitor"):
        one.resume(id, "eve")
    (tmp_path / "runs" / id / "upload.json").write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        one.resume(id, "ann")
    with pytest.raises(KeyError):
        one.resume(RunStore.new_id(), "ann")
    assert not other._store.is_locked_elsewhere(id)
    assert [each.name for each in (tmp_path / "runs").iterdir()] == [id]


def test_a_run_that_is_left_behind_is_shown_so_by_all_until_one_takes_it(
    pair: tuple[Jobs, Jobs], tmp_path: Path
) -> None:
    one, other = pair
    third = Jobs(RunStore(tmp_path), FakeCluster)
    id = third.submit(ask("silent"), None, owner="ann")
    saved(one, id)
    third.close()
    assert one.record(id).state == other.record(id).state == Interrupted(Interruption.SERVER)
    one.resume(id, "ann")
    assert other.record(id).state == Elsewhere()


def test_a_server_that_is_killed_leaves_its_run_to_the_other(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    one, other = Web(tmp_path), Web(tmp_path)
    try:
        id = one.submit("ann", gate)
        one.reach(id, update=UPDATES - 1)
        until(lambda: RunStore(tmp_path).checkpoint(id), "a checkpoint on the disk")
        other.reach(id, update=UPDATES - 1, state="Elsewhere")
        assert "Another server" in other.call("refusal", id)
        kill(one.process)
        assert other.reach(id, state="Interrupted")["update"] == UPDATES - 1
        gate.touch()
        assert other.call("refusal", id) == ""
        assert other.reach(id, state="Ended")["attempt"] == 2
    finally:
        one.close()
        other.close()
