"""Measurements that take a while: one at a time in the whole server, in slices, and kept for whoever asks."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Generic, TypeVar

Part = TypeVar("Part")
Asked = TypeVar("Asked", bound=Hashable)

SLICE: Final = 0.2
"""Seconds of work after which a page is answered, and others have their say."""

MOST_BEGUN: Final = 4
"""Measurements that may be under way, in turns: each holds memory until it is complete."""

PATIENCE: Final = 3.0
"""Seconds after which one that nobody asks for any more makes room for another."""


@dataclass(frozen=True, slots=True)
class Progress(Generic[Part]):
    """How far a measurement has come."""

    parts: tuple[Part, ...]
    complete: bool
    begun: bool = True
    """Whether it is under way at all; if not, those of others are to be completed first."""


@dataclass(slots=True)
class _Work(Generic[Part]):
    rest: Iterator[Part]
    parts: list[Part] = field(default_factory=list)
    left_at: float = 0.0
    """When the last slice of it ended."""


class BackgroundMeasurements(Generic[Asked, Part]):
    """Measures part by part what pages ask for, and never two things at the same time.

    However many people ask for large measurements, those who drag a dial share the machine with one of them.
    Whoever asks for what is being measured, or was measured lately, shares it.

    Parameters
    ----------
    start
        Begins a measurement, which yields its parts.
    kept
        How many complete measurements are kept.
    """

    def __init__(self, start: Callable[[Asked], Iterator[Part]], kept: int) -> None:
        self._start, self._most = start, kept
        self._complete: OrderedDict[Asked, tuple[Part, ...]] = OrderedDict()
        self._begun: dict[Asked, _Work[Part]] = {}
        self._turn = Lock()

    def so_far(self, asked: Asked) -> Progress[Part]:
        """Return what is known without measuring on."""
        complete = self._complete.get(asked)
        if complete is not None:
            return Progress(complete, complete=True)
        work = self._begun.get(asked)
        return Progress(tuple(work.parts) if work else (), complete=False, begun=work is not None)

    def go_on(self, asked: Asked) -> Progress[Part]:
        """Measure for a slice of time, if there is a turn for it; return what is then known."""
        if asked not in self._complete and self._turn.acquire(timeout=SLICE):
            try:
                # It may have been completed while we waited.
                if asked not in self._complete and self._has_room(asked):
                    self._measure(asked)
            finally:
                self._turn.release()
        return self.so_far(asked)

    def _has_room(self, asked: Asked) -> bool:
        if asked in self._begun or len(self._begun) < MOST_BEGUN:
            return True
        oldest = min(self._begun, key=lambda each: self._begun[each].left_at)
        if time.monotonic() - self._begun[oldest].left_at < PATIENCE:
            return False
        del self._begun[oldest]
        return True

    def _measure(self, asked: Asked) -> None:
        if asked not in self._begun:
            self._begun[asked] = _Work(self._start(asked))
        work = self._begun[asked]
        end = time.monotonic() + SLICE
        try:
            for part in work.rest:
                work.parts.append(part)
                if time.monotonic() > end:
                    work.left_at = time.monotonic()
                    return
        except BaseException:
            # What has failed is begun anew by the next who asks.
            del self._begun[asked]
            raise
        self._complete[asked] = tuple(work.parts)
        del self._begun[asked]
        if len(self._complete) > self._most:
            self._complete.popitem(last=False)
