"""The waiting line: who is next, fairly."""

from collections import Counter


class Line:
    """Runs that wait or are being trained, each with its owner, in the order in which they came.

    A run waits behind everybody who has fewer runs ahead of it: an owner's second comes after the first of
    everybody else, whenever that was asked for. Among equals who came first is first.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._training: set[str] = set()

    def join(self, run: str, owner: str) -> None:
        """Let a run wait; one that is in the line already keeps its place."""
        self._owners.setdefault(run, owner)

    def leave(self, run: str) -> None:
        """Forget a run, whether it waits or is trained; one that is not there is none the less gone."""
        self._owners.pop(run, None)
        self._training.discard(run)

    def waiting(self) -> list[str]:
        """Return the runs that wait, the next one first."""
        ahead = Counter(self._owners[run] for run in self._training)
        turns: list[tuple[int, int, str]] = []
        for run, owner in self._owners.items():
            if run not in self._training:
                turns.append((ahead[owner], len(turns), run))
                ahead[owner] += 1
        return [run for *_, run in sorted(turns)]

    def call(self, places: int) -> list[str]:
        """Return the runs whose turn it is now that ``places`` can be trained at once; they wait no more."""
        called = self.waiting()[: max(0, places - len(self._training))]
        self._training.update(called)
        return called
