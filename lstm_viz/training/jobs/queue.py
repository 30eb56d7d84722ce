"""The queue of runs: who is next, by start-time fair queueing (Goyal, Vin & Cheng 1996).

Every run has a start tag: the virtual time at which it joined, or one more than the tag of its owner's run
before, whichever is later. The run with the smallest tag is next, and its tag becomes the virtual time. So an
owner's runs are a turn apart, also those that have ended already: who has had a turn lately is behind who has
not. Who comes back after a pause begins at the virtual time of then, with neither debt nor credit.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class _Place:
    """A run in the queue: whose it is, and the virtual time at which it joined."""

    owner: str
    joined: int


@dataclass(slots=True)
class Queue:
    """Runs that wait or are being trained, each with its owner."""

    _waiting: dict[str, _Place] = field(default_factory=dict)
    _training: dict[str, str] = field(default_factory=dict)
    """By run: its owner."""
    _next_tag: dict[str, int] = field(default_factory=dict)
    """By owner: the smallest tag that their next run may have."""
    _time: int = 0
    """The virtual time: the largest tag of a run whose turn has come."""

    def join(self, run: str, owner: str) -> None:
        """Have a run wait; one that is in the queue already keeps its place."""
        if run not in self._training:
            self._waiting.setdefault(run, _Place(owner, self._time))

    def leave(self, run: str) -> None:
        """Forget a run, whether it waits or is trained; nothing happens if it is not there."""
        self._waiting.pop(run, None)
        self._training.pop(run, None)
        here = {*self._training.values(), *(place.owner for place in self._waiting.values())}
        self._next_tag = {
            owner: tag for owner, tag in self._next_tag.items() if tag > self._time or owner in here
        }

    def waiting(self) -> list[str]:
        """Return the runs that wait, the next one first."""
        return [run for _, run in self._tagged()]

    def call(self, places: int) -> list[str]:
        """Return the runs whose turn it is now that ``places`` can be trained at once; they wait no more."""
        called = self._tagged()[: max(0, places - len(self._training))]
        for tag, run in called:
            owner = self._training[run] = self._waiting.pop(run).owner
            self._time = max(self._time, tag)
            self._next_tag[owner] = tag + 1
        return [run for _, run in called]

    def _tagged(self) -> list[tuple[int, str]]:
        """Return the runs that wait with their start tags, in order; among equals who came first is first."""
        next_tag = self._next_tag.copy()
        tagged = []
        for run, place in self._waiting.items():
            tag = max(place.joined, next_tag.get(place.owner, 0))
            next_tag[place.owner] = tag + 1
            tagged.append((tag, run))
        return sorted(tagged, key=lambda pair: pair[0])
