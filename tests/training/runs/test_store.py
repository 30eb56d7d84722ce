import errno
import json
import math
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import pytest
from safetensors.numpy import save

from lstm_viz.training.runs import files as run_files
from lstm_viz.training.runs import locks
from lstm_viz.training.runs.events import Finished, Progress, Snapshot, Started
from lstm_viz.training.runs.files import DamagedRunError, StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Ended, Interrupted, Interruption
from lstm_viz.training.runs.store import RunStore
from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.task import Upload

WEIGHTS = save({"output.weight": np.ones((2, 3), np.float32)})
EXAMPLE = {"shown": "ab", "target": "c", "answer": "c", "right": True}
LINES = ["truth", "one_step", "free", "persistence", "free_persistence", "seasonal", "free_seasonal"]
FORECAST = {"name": "price", "labels": ["1", "2"], "period": 0, **{line: [] for line in LINES}}
FIRST = save({"output.weight": np.zeros((2, 3), np.float32)})


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def run(id: str | None = None) -> RunRecord:
    """A finished run with a bit of everything."""
    settings = TrainingSettings("csv", (("column", "price"),), ModelSettings(units=3), upload="ab")
    record = RunRecord(id or RunStore.new_id(), settings, created=123.5)
    for event in (
        Started(0, 100, "cpu", 0.5, 0.9, "higher", "accuracy", {"labels": ["a"], "marks": [0], "names": []}),
        Snapshot(0, None, FIRST),
        Progress(3, 0.1, [1.0, 0.5, 0.25], [2.0, math.nan, 1.0], [(0, 0.5), (3, 0.9)], [EXAMPLE]),
        Snapshot(3, 0.9, WEIGHTS),
        Finished(3, 0.2, "solved", "Solved.", WEIGHTS, [{"name": "far", "value": 7.0, "note": ""}]),
    ):
        record.take(event)
    return record


def folder(tmp_path: Path, record: RunRecord) -> Path:
    return tmp_path / "runs" / record.id


def ids(tmp_path: Path) -> set[str]:
    return {each.name for each in (tmp_path / "runs").iterdir()}


def aged(folder: Path, days: float) -> None:
    """Have the files in a folder written so many days earlier."""
    for file in folder.rglob("*"):
        then = file.stat().st_mtime - days * 24 * 3600
        os.utime(file, (then, then))


def same(one: RunRecord, other: RunRecord) -> bool:
    """Whether all is the same, wherever the weights of the snapshots are; no number is one, too."""
    plain = [repr(replace(each, snapshots=[])) for each in (one, other)]
    return plain[0] == plain[1] and one.weights == other.weights and film(one) == film(other)


def film(record: RunRecord) -> list[tuple[int, float | None, bytes]]:
    return [(each.update, each.score, each.weights) for each in record.snapshots]


def test_what_is_saved_is_what_is_loaded(store: RunStore) -> None:
    record = run()
    store.save(record)
    assert same(store.load(record.id), record)


@pytest.mark.parametrize("cell", ["minGRU", "h = 0.9*h + tanh(W@x)  # “mine”"])
def test_a_run_of_a_cell_by_its_equations_is_saved_with_them(store: RunStore, cell: str) -> None:
    record = run()
    record.settings = replace(record.settings, model=ModelSettings(cell=cell))
    store.save(record)
    assert store.load(record.id).settings.model.cell == cell


def test_a_run_that_has_just_been_queued_can_be_saved_too(store: RunStore) -> None:
    record = RunRecord(store.new_id(), TrainingSettings("recall"), created=1.0)
    store.save(record)
    expected = replace(record, state=Interrupted(Interruption.SERVER))
    assert same(store.load(record.id), expected), "it waits for nobody who is still there"


def test_what_is_no_number_survives_json(store: RunStore) -> None:
    record = run()
    record.losses[1] = math.inf
    record.scores[0] = (0, math.nan)
    record.measures[0]["value"] = math.nan
    record.forecast = {**FORECAST, "truth": [1.0, math.nan]}
    store.save(record)
    loaded = store.load(record.id)
    assert math.isnan(loaded.losses[1])
    assert math.isnan(loaded.scores[0][1])
    assert math.isnan(loaded.measures[0]["value"])
    assert loaded.forecast == {**FORECAST, "truth": [1.0, None]}


def test_snapshots_that_are_no_longer_kept_are_removed(store: RunStore, tmp_path: Path) -> None:
    record = run()
    store.save(record)
    del record.snapshots[0]
    store.save(record)
    assert [file.name[:7] for file in folder(tmp_path, record).glob("snapshots/*")] == ["0000003"]
    assert same(store.load(record.id), record)


def test_an_attempt_that_begins_anew_replaces_the_snapshots_of_the_one_before(store: RunStore) -> None:
    record = run()
    store.save(record)
    record.snapshots[0] = Snapshot(0, None, WEIGHTS)
    store.save(record)
    assert store.load(record.id).snapshots[0].weights == WEIGHTS


def test_what_a_run_goes_on_from_and_what_was_given_are_kept(store: RunStore) -> None:
    record = run()
    store.save(record)
    assert store.checkpoint(record.id) is None
    assert store.upload(record.id) is None
    store.save_checkpoint(record.id, b"state")
    store.save_upload(record.id, Upload("prices.csv", b"1,2"))
    assert store.checkpoint(record.id) == b"state"
    assert store.upload(record.id) == Upload("prices.csv", b"1,2")


def test_a_deleted_run_is_gone_and_no_other(store: RunStore, tmp_path: Path) -> None:
    record, other = run(), run()
    store.save(record)
    store.save(other)
    store.delete(record.id)
    assert ids(tmp_path) == {other.id}
    with pytest.raises(KeyError):
        store.load(record.id)


@pytest.mark.parametrize(
    "id", ["", "..", "../../etc/passwd", "a/b" * 8, "a" * 65, "abc", "a\0" * 10, "ä" * 20]
)
def test_a_name_that_no_run_can_have_is_refused(store: RunStore, id: str) -> None:
    for call in (store.load, store.checkpoint, store.upload, store.delete):
        with pytest.raises(KeyError):
            call(id)


def test_names_cannot_be_guessed() -> None:
    names = {RunStore.new_id() for _ in range(100)}
    assert len(names) == 100
    assert all(len(name) >= 21 for name in names), "128 bits"


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[3] ^= 0xFF
    file.write_bytes(content)


def with_content(content: bytes) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        file.write_bytes(content)

    return change


def without(name: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        plain = json.loads(file.read_text())
        del plain[name]
        file.write_text(json.dumps(plain))

    return change


def with_value(name: str, value: Any) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))

    return change


def with_settings(**changes: Any) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        settings = json.loads(file.read_text())["settings"]
        with_value("settings", {**settings, **changes})(file)

    return change


DAMAGE: dict[str, tuple[str, Callable[[Path], None]]] = {
    "run.json cut short": ("run.json", cut_short),
    "run.json of noise": ("run.json", with_content(b"\x93\x00noise" * 50)),
    "run.json empty": ("run.json", with_content(b"")),
    "run.json a list": ("run.json", with_content(b"[]")),
    "no settings": ("run.json", without("settings")),
    "settings that are not allowed": ("run.json", with_value("settings", {"task": "recall", "batch": 0})),
    "losses that are none": ("run.json", with_value("losses", ["low"])),
    "scores that are none": ("run.json", with_value("scores", [3])),
    "started without a device": ("run.json", with_value("started", {})),
    "weights cut short": ("weights.safetensors", cut_short),
    "weights with a flipped bit in the header": ("weights.safetensors", flipped),
    "weights missing": ("weights.safetensors", Path.unlink),
    "snapshot cut short": ("snapshots/0000003-*", cut_short),
    "snapshot missing": ("snapshots/0000000-*", Path.unlink),
    "a score that is a word": ("run.json", with_value("scores", [[1, "good"]])),
    "examples without an answer": ("run.json", with_value("examples", [{"shown": "a"}])),
    "examples that are numbers": ("run.json", with_value("examples", [1])),
    "a measure of nothing": ("run.json", with_value("measures", [{"value": 1.0}])),
    "a forecast without its truth": ("run.json", with_value("forecast", {"name": "price"})),
    "updates before the first": ("run.json", with_value("update", -1)),
    "an end that there is not": ("run.json", with_value("end", "exploded")),
    "a cell that there is not": ("run.json", with_settings(model={"cell": "gates"})),
    "a cell that is none": ("run.json", with_settings(model={"cell": "h = sigmod(h)"})),
    "a cell far too long": ("run.json", with_settings(model={"cell": "h = h\n" * 9_000})),
    "units that are a word": ("run.json", with_settings(model={"units": "many"})),
    "a task that is a number": ("run.json", with_settings(task=3)),
    "an option that is a list": ("run.json", with_settings(options={"column": [1]})),
    "a snapshot outside the folder": ("run.json", with_value("snapshots", [[0, None, ".."]])),
}


@pytest.mark.parametrize(("name", "damage"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_run_says_which_file_it_is_and_harms_no_other(
    store: RunStore, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    record, other = run(), run()
    store.save(record)
    store.save(other)
    (file,) = folder(tmp_path, record).glob(name)
    damage(file)
    with pytest.raises(DamagedRunError, match=f"^{file.name} of run {record.id} is (damaged|missing)"):
        store.load(record.id)
    assert same(store.load(other.id), other)
    assert ids(tmp_path) == {record.id, other.id}


def as_a_pipe(file: Path) -> None:
    os.mkfifo(file)


def as_a_link_to_a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def as_a_link_to_a_file(file: Path) -> None:
    other = file.parent.parent / "other"
    other.write_bytes(b"{}")
    file.symlink_to(other)


def as_a_huge_file(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(run_files.MOST_BYTES + 1)


@pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")
@pytest.mark.parametrize(
    "made", [as_a_pipe, as_a_link_to_a_device, as_a_link_to_a_file, Path.mkdir, as_a_huge_file]
)
@pytest.mark.parametrize(
    "name", ["run.json", "weights.safetensors", "snapshots/0000003-*", "checkpoint", "upload", "upload.json"]
)
def test_only_ordinary_files_are_read_and_nobody_waits_for_others(
    store: RunStore, tmp_path: Path, name: str, made: Callable[[Path], None]
) -> None:
    record = run()
    store.save(record)
    store.save_checkpoint(record.id, b"state")
    store.save_upload(record.id, Upload("prices.csv", b"1,2"))
    (file,) = folder(tmp_path, record).glob(name)
    file.unlink()
    made(file)
    read = {"checkpoint": store.checkpoint, "upload": store.upload, "upload.json": store.upload}
    with pytest.raises(DamagedRunError, match=f"{file.name} of run .* is damaged"):
        read.get(name, store.load)(record.id)


@pytest.mark.skipif(os.name != "posix", reason="makes pipes and links")
@pytest.mark.parametrize("made", [as_a_pipe, as_a_link_to_a_device])
def test_a_lock_that_is_no_ordinary_file_is_refused(
    store: RunStore, tmp_path: Path, made: Callable[[Path], None]
) -> None:
    record = run()
    store.save(record)
    made(folder(tmp_path, record) / "lock")
    assert not store.is_locked_elsewhere(record.id)
    with pytest.raises(StoreError, match="Invalid argument"):
        store.lock(record.id)


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_nobody_else_on_the_machine_can_read_a_run(tmp_path: Path) -> None:
    store, record = RunStore(tmp_path), run()
    before = os.umask(0)
    try:
        (tmp_path / "runs" / record.id / "snapshots").mkdir(parents=True)  # as an earlier version made them
        store.lock(record.id)
        store.save(record)
        store.save_upload(record.id, Upload("prices.csv", b"1,2"))
    finally:
        os.umask(before)
    modes = {each: stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "runs").rglob("*")}
    modes[tmp_path / "runs"] = stat.S_IMODE((tmp_path / "runs").stat().st_mode)
    assert {mode for each, mode in modes.items() if each.is_dir()} == {0o700}
    assert {mode for each, mode in modes.items() if each.is_file()} == {0o600}


def test_a_run_of_a_task_that_is_not_known_here_is_damaged(store: RunStore, tmp_path: Path) -> None:
    record = run()
    store.save(record)
    assert RunStore(tmp_path, tasks={"csv"}).load(record.id).settings == record.settings
    with pytest.raises(DamagedRunError, match="not what a run writes"):
        RunStore(tmp_path, tasks={"adding"}).load(record.id)


def test_a_run_that_an_earlier_version_saved_can_be_read(store: RunStore, tmp_path: Path) -> None:
    record = run()
    store.save(record)
    file = folder(tmp_path, record) / "run.json"
    earlier = {"id": record.id, "status": "finished", "note": "", "done": None}
    file.write_text(json.dumps({**earlier, **json.loads(file.read_text())}))
    assert same(store.load(record.id), record)


def test_a_file_far_too_large_is_not_read(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    record = run()
    store.save(record)
    monkeypatch.setattr(run_files, "MOST_BYTES", 100)
    with pytest.raises(DamagedRunError, match="far too large"):
        store.load(record.id)


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_is_said_to_be_full_and_leaves_what_was_there(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    record = run()
    store.save(record)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    with monkeypatch.context() as patch:
        patch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[call], full)
        for write in (
            lambda: store.save(run(record.id)),
            lambda: store.save_checkpoint(record.id, b"state"),
            lambda: store.save(run()),
        ):
            with pytest.raises(
                StoreError, match="cannot write the saved runs: No space left on device"
            ) as error:
                write()
            assert error.value.errno == errno.ENOSPC
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    assert same(store.load(record.id), record)


def test_what_is_wrong_with_the_folder_is_said_and_where_it_is_in_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, id = RunStore(tmp_path), RunStore.new_id()
    (tmp_path / "runs").write_text("a file in its place")
    for _ in range(3):
        with pytest.raises(StoreError) as error:
            store.version(id)
    assert str(error.value) == f"cannot read the saved runs: {os.strerror(errno.ENOTDIR)}"
    assert [str(tmp_path) in each.getMessage() for each in caplog.records] == [True], "said once"


@pytest.mark.parametrize("times", [1, run_files.MOVES - 1])
def test_a_file_that_is_being_read_is_replaced_once_it_is_free(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    record, replace, left = run(), Path.replace, [None] * times
    store.save(record)

    def as_windows_does(file: Path, place: Path) -> None:
        if place.name == "run.json" and left:
            left.pop()
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        replace(file, place)

    monkeypatch.setattr(Path, "replace", as_windows_does)
    monkeypatch.setattr(run_files, "MOVE_SECONDS", 0.0)
    record.state = Ended("solved", "Otherwise.")
    store.save(record)
    assert store.load(record.id).text == "Otherwise."


def test_a_folder_that_cannot_be_made_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file in its place")
    store = RunStore(tmp_path)
    with pytest.raises(StoreError, match="cannot write the saved runs"):
        store.save(run())
    with pytest.raises(StoreError, match="cannot read the saved runs"):
        store.prune(0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_said_to_be_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        RunStore(tmp_path).save(run())


def test_the_oldest_runs_make_room_whenever_they_were_written(store: RunStore, tmp_path: Path) -> None:
    oldest, old, new = (run() for _ in range(3))
    for days, record in ((0.2, oldest), (0.1, old), (0, new)):
        store.save(record)
        aged(folder(tmp_path, record), days)
    size = sum(file.stat().st_size for file in folder(tmp_path, new).rglob("*") if file.is_file())
    assert (store.used(), store.size(new.id)) == (3 * size, size)
    assert store.prune(3 * size) == 3 * size
    assert ids(tmp_path) == {new.id, old.id, oldest.id}
    assert store.prune(3 * size - 1) == 2 * size
    assert ids(tmp_path) == {new.id, old.id}
    assert store.prune(size) == size
    assert same(store.load(new.id), new)


def test_there_is_nothing_to_prune_where_no_run_was_ever_saved(store: RunStore, tmp_path: Path) -> None:
    store.prune(0)
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_of_a_run_that_was_never_saved_makes_room_too(store: RunStore, tmp_path: Path) -> None:
    older, left, other = run(), run(), tmp_path / "runs" / "not a run"
    store.save(older)
    store.save_upload(left.id, Upload("prices.csv", bytes(5000)))
    other.mkdir()
    (other / "file").write_bytes(bytes(5000))
    for days, place in ((9, folder(tmp_path, older)), (8, folder(tmp_path, left)), (8, other)):
        aged(place, days)
    store.prune(5000)
    assert ids(tmp_path) == {"not a run"}


def test_where_no_file_that_is_open_can_be_deleted_nothing_of_a_pruned_run_is_left(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, unlink = run(), os.unlink
    store.save(record)
    (folder(tmp_path, record) / "lock").touch()
    aged(folder(tmp_path, record), 8)

    def as_windows_does(path: str, **how: int | None) -> None:
        if Path(path).name == "lock" and RunStore(tmp_path).is_locked_elsewhere(record.id):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        unlink(path, **how)

    monkeypatch.setattr(os, "unlink", as_windows_does)
    store.prune(0)
    assert ids(tmp_path) == set()


def test_the_film_of_a_saved_run_stays_on_the_disk(store: RunStore, tmp_path: Path) -> None:
    record = run()
    saved = store.save(record)
    loaded = store.load(record.id)
    assert loaded.snapshots == saved
    assert [each.weights for each in saved] == [FIRST, WEIGHTS]
    files = sorted(folder(tmp_path, record).glob("snapshots/*"))
    cut_short(files[1])
    with pytest.raises(DamagedRunError, match=f"^{files[1].name} of run {record.id} is damaged"):
        _ = saved[1].weights
    files[0].unlink()
    with pytest.raises(DamagedRunError, match=f"^{files[0].name} of run {record.id} is missing"):
        _ = saved[0].weights


def test_a_saved_run_that_goes_on_is_saved_with_what_it_had(store: RunStore, tmp_path: Path) -> None:
    record = run()
    store.save(record)
    loaded = store.load(record.id)
    loaded.snapshots.append(Snapshot(9, None, FIRST))
    store.save(loaded)
    assert film(store.load(record.id)) == [*film(record), (9, None, FIRST)]
    next(folder(tmp_path, record).glob("snapshots/0000000-*")).unlink()
    store.save(loaded)
    assert [each.update for each in store.load(record.id).snapshots] == [3, 9], "what is gone is left out"


def test_a_version_changes_with_every_saving(store: RunStore) -> None:
    record = run()
    with pytest.raises(KeyError):
        store.version(record.id)
    versions = set()
    for _ in range(3):
        store.save(record)
        versions.add(store.version(record.id))
        assert store.version(record.id) in versions
    assert len(versions) == 3


def test_a_version_is_that_of_now_even_where_the_system_says_what_it_knew_a_while_ago(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = run()
    store.save(record)
    before, stale = store.version(record.id), (folder(tmp_path, record) / "run.json").stat()
    store.save(record)
    with monkeypatch.context() as patch:  # as NFS answers for three seconds, unless a file is opened
        patch.setattr(Path, "stat", lambda *_, **__: stale)
        after = store.version(record.id)
    assert after != before


def test_one_process_at_a_time_has_the_lock_of_a_run(store: RunStore, tmp_path: Path) -> None:
    record, other = run(), RunStore(tmp_path)
    assert store.lock(record.id)
    assert store.lock(record.id), "it has it already"
    assert not other.lock(record.id)
    assert (store.is_locked_elsewhere(record.id), other.is_locked_elsewhere(record.id)) == (False, True)
    other.unlock(record.id)
    assert not other.lock(record.id), "it was not its to release"
    store.unlock(record.id)
    assert not other.is_locked_elsewhere(record.id)
    assert other.lock(record.id)
    assert other.lock(run().id), "each run by itself"


def test_whoever_tests_a_lock_leaves_no_trace(store: RunStore, tmp_path: Path) -> None:
    assert not store.is_locked_elsewhere(RunStore.new_id())
    assert list(tmp_path.iterdir()) == []
    record = run()
    store.save(record)
    before = {*tmp_path.rglob("*")}
    assert not store.is_locked_elsewhere(record.id)
    assert {*tmp_path.rglob("*")} == before


def test_a_run_whose_folder_was_deleted_can_be_locked_again(store: RunStore, tmp_path: Path) -> None:
    record, other = run(), RunStore(tmp_path)
    assert store.lock(record.id)
    shutil.rmtree(tmp_path / "runs")
    assert store.lock(record.id)
    assert not other.lock(record.id)


def test_a_lock_that_went_with_its_folder_takes_no_other_with_it(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deleting(filelock.FileLock):
        """As those of filelock 3.21 to 3.25 do."""

        def release(self, force: bool = False) -> None:
            locked = self.is_locked
            super().release(force)
            if locked:
                Path(self.lock_file).unlink(missing_ok=True)

    monkeypatch.setattr(filelock, "FileLock", Deleting)
    record, other = run(), RunStore(tmp_path)
    assert store.lock(record.id)
    shutil.rmtree(tmp_path / "runs")
    assert store.lock(record.id)
    assert not other.lock(record.id)


def test_two_who_only_test_a_lock_do_not_take_each_other_for_its_owner(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tested(filelock.FileLock):
        """At the first try another process is testing it."""

        def _acquire(self) -> None:
            tries.append(None)
            if len(tries) > 1:
                super()._acquire()

    record, tries = run(), list[None]()
    assert store.lock(record.id)
    store.unlock(record.id)
    monkeypatch.setattr(filelock, "FileLock", Tested)
    monkeypatch.setattr(locks, "TEST_SECONDS", 60.0)
    assert not store.is_locked_elsewhere(record.id)
    assert len(tries) == 2


def test_a_run_that_is_locked_is_not_pruned(store: RunStore, tmp_path: Path) -> None:
    own, others, free = (run() for _ in range(3))
    other = RunStore(tmp_path)
    assert store.lock(own.id)
    assert other.lock(others.id)
    for record in (own, others, free):
        store.save(record)
        for file in folder(tmp_path, record).rglob("*"):
            os.utime(file, (1000, 1000))
    store.prune(0)
    assert ids(tmp_path) == {own.id, others.id}
    assert not folder(tmp_path, free).exists()
    assert same(store.load(others.id), others)
