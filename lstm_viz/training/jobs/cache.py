"""Saved runs that this process does not have under way: those that are over, and those of other servers."""

import threading
from dataclasses import replace
from time import monotonic
from typing import Final, NamedTuple

from lstm_viz.training.runs.files import DamagedRunError, SavedSnapshot, StoreError
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import HeldElsewhere, transition
from lstm_viz.training.runs.store import RunStore, Version

TEST_SECONDS: Final = 2.0
"""Between two tests whether another server still has the lock of a run."""

NUMBER_BYTES: Final = 32
"""That one number of a curve takes up as Python keeps it."""


class Kept(NamedTuple):
    """A run in memory, which version on the disk it is, and the bytes that it takes up."""

    version: Version
    record: RunRecord
    size: int


class Cache:
    """Reads runs from the store, and keeps those that were read last until they are saved anew.

    Parameters
    ----------
    store
        Where the runs are.
    most
        Bytes of them to be kept in memory, beyond which those go that have not been read for longest.
        The one read last stays, however large.
    """

    def __init__(self, store: RunStore, most: int) -> None:
        self._store, self._most = store, most
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}
        self._elsewhere: dict[str, tuple[float, bool]] = {}
        self.size = 0
        """Bytes of the runs in memory."""

    def add(self, record: RunRecord, version: Version) -> None:
        """Add a run that is saved just as it is."""
        kept = Kept(version, record, size_of(record) + version.size)
        with self._lock:
            self._drop(record.id)
            self._kept[record.id] = kept
            self.size += kept.size
            while self.size > self._most and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))

    def saved(self, id: str) -> RunRecord:
        """Return a run as it is saved now; raises as :meth:`RunStore.load` does."""
        with self._lock:
            kept = self._kept.get(id)
        try:
            return self._read(id, kept)
        except StoreError:
            if kept is None:
                raise
            return kept.record  # what was there a moment ago is better than nothing

    def shown(self, id: str) -> RunRecord:
        """Return a run as a page shows it; raises as :meth:`saved` does.

        One that has not ended is trained elsewhere, or was interrupted by the end of its server.
        """
        record = self.saved(id)
        if record.has_ended:
            return record
        # In this order: a process releases the lock of a run only after it has saved its end.
        elsewhere = self._is_elsewhere(id)
        record = self.saved(id)
        if record.has_ended or not elsewhere:
            return record
        return replace(record, state=transition(record.state, HeldElsewhere()))

    def _read(self, id: str, kept: Kept | None) -> RunRecord:
        """Return a run as it is on the disk, and keep it as the one read last."""
        version = self._store.version(id)
        if kept is not None and kept.version == version:
            record = kept.record
        else:
            try:
                record = self._store.load(id)
            except (DamagedRunError, StoreError):
                if self._store.version(id) == version:
                    raise
                return self._read(id, kept)  # another server has saved it while we were reading
        self.add(record, version)
        return record

    def _is_elsewhere(self, id: str) -> bool:
        now = monotonic()
        with self._lock:
            tested, elsewhere = self._elsewhere.get(id, (0.0, False))
        if not tested or now > tested + TEST_SECONDS:
            elsewhere = self._store.is_locked_elsewhere(id)
            with self._lock:
                self._elsewhere = {
                    each: seen for each, seen in self._elsewhere.items() if now <= seen[0] + TEST_SECONDS
                } | {id: (now, elsewhere)}
        return elsewhere

    def _drop(self, id: str) -> None:
        """Forget a run; the lock has been acquired."""
        if gone := self._kept.pop(id, None):
            self.size -= gone.size


def size_of(record: RunRecord) -> int:
    """Return the bytes of a run's weights and curves in memory; all else is about as long as its run.json."""
    snapshots = (each for each in record.snapshots if not isinstance(each, SavedSnapshot))
    numbers = len(record.losses) + len(record.norms)
    return len(record.weights) + sum(len(each.weights) for each in snapshots) + NUMBER_BYTES * numbers
