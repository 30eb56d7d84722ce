"""How long runs will wait, estimated from how long runs of their kind have taken."""

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final, NamedTuple

REMEMBERED: Final = 20
"""Durations of one kind that are remembered, and kinds: the newest."""

LONGER: Final = 0.5
"""Of what it has taken so far, a run is expected to take so much more that has outlasted all known ones."""


class Going(NamedTuple):
    """A run that is being trained: its kind, and for how many seconds."""

    kind: str
    seconds: float


@dataclass(slots=True)
class Durations:
    """How long the newest runs of each kind have taken, in seconds from their turn to their end."""

    _by_kind: dict[str, deque[float]] = field(default_factory=dict)

    def add(self, kind: str, seconds: float) -> None:
        """Remember how long a run has taken that came to its own end."""
        durations = self._by_kind.pop(kind, deque(maxlen=REMEMBERED))
        self._by_kind[kind] = durations  # as the newest
        durations.append(seconds)
        while len(self._by_kind) > REMEMBERED:
            del self._by_kind[next(iter(self._by_kind))]

    def expected(self, kind: str) -> float | None:
        """Return the mean of this kind, or else that of all kinds; None before any run has ended."""
        known = self._known(kind)
        return fmean(known) if known else None

    def waits(self, going: Iterable[Going], waiting: Sequence[str], workers: int) -> list[float | None]:
        """Estimate how long each run will wait.

        Parameters
        ----------
        going
            The runs that are being trained.
        waiting
            The kinds of the runs that wait, the next one first.
        workers
            How many runs can be trained at once.

        Returns
        -------
        list of float or None
            Seconds from now to the turn of each run that waits; None where nothing has been measured yet, or
            where there is no worker.
        """
        busy = [self._remaining(each) for each in going]
        if workers < 1 or not self._by_kind:
            return [None] * len(waiting)
        free = [*busy, *[0.0] * (workers - len(busy))]
        heapq.heapify(free)
        while len(free) > workers:
            heapq.heappop(free)  # a worker has gone: the run that would end first does not make room
        waits: list[float | None] = []
        for kind in waiting:
            waits.append(free[0])
            heapq.heapreplace(free, free[0] + (self.expected(kind) or 0.0))
        return waits

    def _remaining(self, run: Going) -> float:
        """Return the mean of what is left of the known runs that took longer than this one so far."""
        left = [known - run.seconds for known in self._known(run.kind) if known > run.seconds]
        return fmean(left) if left else LONGER * run.seconds

    def _known(self, kind: str) -> Sequence[float]:
        return self._by_kind.get(kind) or [each for some in self._by_kind.values() for each in some]
