"""What pages call to have runs trained: by :class:`lstm_viz.training.jobs.Jobs`, or by a test."""

from collections.abc import Collection
from typing import Protocol

from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload


class JobService(Protocol):
    """Runs that wait, are trained, or have ended; :class:`lstm_viz.training.jobs.Jobs` says more."""

    @property
    def trouble(self) -> str:
        """Why no run can begin, or be saved, in a sentence; empty while all is well."""

    def warm_up(self) -> None:
        """Prepare for a run that somebody may soon ask for."""

    def submit(
        self, settings: TrainingSettings, upload: Upload | None, owner: str, keep: bool = False
    ) -> str:
        """Ask for a run, and return its id; raises ``ValueError`` in words for a page."""

    def resume(self, id: str, owner: str = "", keep: bool = False) -> None:
        """Have a run go on; raises ``KeyError``, ``ValueError`` and ``OSError``."""

    def record(self, id: str) -> RunRecord:
        """Return what is known of a run; raises ``KeyError``, ``ValueError`` and ``OSError``."""

    def active(self, owner: str) -> list[str]:
        """Return the ids of an owner's runs that have not ended and were not stopped."""

    def owner_is(self, id: str, owner: str) -> bool:
        """Return whether a run belongs to this owner."""

    def adopt(self, id: str, owner: str, leaving: Collection[str] = ()) -> bool:
        """Give a run whose owner has left to another, and return whether that has it now."""

    def keep(self, id: str, keep: bool = True) -> None:
        """Choose whether a run goes on when its owner leaves."""

    def stop(self, id: str) -> None:
        """Have a run end; it can be resumed."""

    def leave(self, owner: str) -> None:
        """Stop the runs of an owner who is gone, except those that were to go on."""
