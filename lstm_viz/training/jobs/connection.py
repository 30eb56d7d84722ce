"""What the supervisor needs of a scheduler: a ``Cluster``, or a stand-in of a test."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload

OnMessage: TypeAlias = Callable[[Mapping[str, Any]], None]
"""Called with every message of the scheduler plugin."""


class SubmittedRun(Protocol):
    """A run that was submitted to Dask."""

    def is_over(self) -> bool:
        """Return whether no worker will train it any more."""

    def trouble(self) -> str:
        """Return in words why it is over although the end of its run was not reported."""

    def cancel(self) -> None:
        """Have Dask not try again."""


class Connection(Protocol):
    """A connection to a scheduler that has our plugin; every call raises ``OSError`` if it is gone."""

    @property
    def without_workers(self) -> str:
        """What a page says while there is no worker; empty where one is about to come."""

    def is_alive(self) -> bool:
        """Return whether the connection stands."""

    def call(self, name: str, **arguments: Any) -> Any:
        """Call the scheduler plugin."""

    def join(self, token: str, owner: str, kind: str, checkpoint: bytes | None) -> None:
        """Let a run wait for its turn."""

    def known(self) -> set[str]:
        """Return the tokens of this web process that the plugin knows."""

    def submit(self, token: str, settings: TrainingSettings, upload: Upload | None) -> SubmittedRun:
        """Submit a run to Dask."""

    def end_worker(self, worker: str) -> None:
        """End a worker that no longer answers; its nanny starts another."""

    def close(self) -> None:
        """Disconnect."""


Connect: TypeAlias = Callable[[OnMessage], Connection]
"""Connects to a scheduler; raises ``OSError`` if that cannot be done."""
