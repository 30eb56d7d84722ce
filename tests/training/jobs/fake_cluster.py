"""A connection to a scheduler without processes and without Dask, which tests have misbehave."""

from typing import Any

import msgspec

from lstm_viz.training.jobs.connection import OnMessage
from lstm_viz.training.runs.events import Finished, to_message
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Upload
from tests.training.jobs.standin import weights


class FakeCluster:
    """Calls every run at once, and reports its end; it is its own submitted run, too."""

    without_workers = ""

    def __init__(self, on_message: OnMessage) -> None:
        self.on_message = on_message
        self.joined: list[str] = []
        self.left: list[str] = []
        self.forgets = False
        on_message({"workers": 1})

    def is_alive(self) -> bool:
        return True

    def join(self, token: str, owner: str, kind: str, checkpoint: bytes | None) -> None:  # noqa: ARG002
        self.joined.append(token)
        if not self.forgets:
            self.on_message({"token": token, "turn": True})

    def known(self) -> set[str]:
        return set() if self.forgets else set(self.joined)

    def submit(self, token: str, settings: TrainingSettings, upload: Upload | None) -> "FakeCluster":  # noqa: ARG002
        if settings.task == "unsendable":
            raise TypeError("cannot be sent")
        if settings.task != "silent":
            self.report_end(token)
        return self

    def report_end(self, token: str) -> None:
        end = Finished(1, 0.0, "updates", "All done.", weights(1.0), [])
        packed = msgspec.msgpack.encode(to_message(end))
        self.on_message({"token": token, "events": [packed], "worker": "tcp://somewhere"})

    def is_over(self) -> bool:
        return False

    def trouble(self) -> str:
        return ""

    def cancel(self) -> None: ...

    def call(self, name: str, **arguments: Any) -> None:
        if name == "leave":
            self.left.append(arguments["token"])

    def end_worker(self, worker: str) -> None: ...

    def close(self) -> None: ...
