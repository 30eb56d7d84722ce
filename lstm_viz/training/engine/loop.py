"""A training from its settings to its end. The clock decides what is shown, and never what is learned.

On one machine the same settings give the same run, to the last bit: held-back scores come after fixed
numbers of updates, and neither they nor anything shown draw random numbers of the training. Another processor
may have other vector instructions, and rounds sums otherwise.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

import torch

from lstm_viz.training import report_schedule
from lstm_viz.training.engine.best import BestWeights
from lstm_viz.training.engine.checkpoint import pack, unpack
from lstm_viz.training.engine.devices import choose, repeatable
from lstm_viz.training.engine.end_text import best_text, divergence_text, end_text, error_text
from lstm_viz.training.engine.learner import Learner
from lstm_viz.training.engine.not_finite import NotFiniteError
from lstm_viz.training.engine.predictor import NetworkPredictor
from lstm_viz.training.engine.reporter import Reporter
from lstm_viz.training.engine.scores import Scores
from lstm_viz.training.engine.weight_files import WeightFiles
from lstm_viz.training.runs.events import End, Event, Finished, Preparing, Snapshot, Started
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Example, Task, TaskData, Upload

EXAMPLES: Final = 4
"""Held-back sequences shown with their answers."""


class StoppedError(Exception):
    """Somebody stopped the run before its training or after it."""


def train(
    settings: TrainingSettings,
    task: Task,
    upload: Upload | None = None,
    *,
    emit: Callable[[Event], None],
    stop: Callable[[], bool],
    checkpoint: bytes | None = None,
) -> None:
    """Train a network, and report everything as events; the last one is ``Finished``, whatever happens.

    Parameters
    ----------
    settings, task, upload
        What to train on what.
    emit
        Takes each event.
    stop
        Asked several times a second whether to stop.
    checkpoint
        ``Checkpoint.state`` of an interrupted run with these settings, to go on from.
    """
    run: Run | None = None
    try:
        device = choose(settings.device, settings.model)
        with repeatable(device):
            if settings.model.bidirectional and not task.bidirectional:
                raise ValueError(
                    "This task cannot be read from both ends: the answer would be among what is read."
                )
            data = task.prepare(settings, upload, _preparing(emit, stop))
            run = Run(settings, data, device, emit=emit, stop=stop)
            if checkpoint is not None:
                run.resume(checkpoint)
            run.train()
    except StoppedError:
        emit(Finished(0, 0.0, "stopped", "Stopped before the training began.", b"", []))
    except Exception as error:
        logging.getLogger(__name__).exception("a training of %s failed", settings.task)
        update, seconds = (run.learner.update, run.seconds) if run else (0, 0.0)
        emit(Finished(update, seconds, "failed", error_text(error), b"", []))


def _preparing(
    emit: Callable[[Event], None], stop: Callable[[], bool]
) -> Callable[[str, float | None], None]:
    """Return what a task tells how far it has come with its data: it may call as often as it likes."""
    last: tuple[str, float] = ("", 0.0)

    def report(text: str, done: float | None) -> None:
        nonlocal last
        now = time.monotonic()
        if text == last[0] and now < last[1] + 0.2 and done != 1:
            return
        last = (text, now)
        if stop():
            raise StoppedError
        emit(Preparing(text, done))

    return report


class Run:
    """One training under way.

    Parameters
    ----------
    settings, data, device
        What to train on what, and where.
    emit, stop
        See :func:`train`.
    """

    def __init__(
        self,
        settings: TrainingSettings,
        data: TaskData,
        device: torch.device,
        *,
        emit: Callable[[Event], None],
        stop: Callable[[], bool],
    ) -> None:
        self._settings, self._data, self._device, self._stop = settings, data, device, stop
        self.learner = Learner(settings, data, device)
        self._predict = NetworkPredictor(self.learner.network, device, self._answering)
        self._scores = Scores(data)
        self._best = BestWeights(self.learner.network, data.goal)
        self._weight_files = WeightFiles(settings, data, self.learner.network, device)
        self._reporter = Reporter(emit)
        self._emit = emit
        self._norm = 0.0
        self._measuring = False
        self._before = 0.0
        self.seconds = 0.0
        """Spent on updates, over all attempts."""

    def resume(self, checkpoint: bytes) -> None:
        """Continue from a checkpoint."""
        state = unpack(checkpoint)
        self.learner.load_state_dict(state["learner"])
        self._scores.load_state_dict(state["scores"])
        if "best" in state:  # checkpoints of before have none
            self._best.load_state_dict(state["best"])
        self.seconds, self._norm = state["seconds"], state["norm"]
        self._before = self.seconds

    def train(self) -> None:
        """Train to the end."""
        self._begin()
        try:
            while (end := self._over()) is None:
                self._advance()
        except NotFiniteError as error:
            self._finish_diverged(str(error))
        else:
            self._finish(end)

    def _begin(self) -> None:
        goal, probe = self._data.goal, self._data.probe
        self._emit(
            Started(
                update=self.learner.update,
                parameters=sum(weight.numel() for weight in self.learner.network.parameters()),
                device=self._device.type,
                guessing=goal.guessing,
                solved=goal.solved,
                better=goal.better,
                score_name=goal.name,
                probe={"labels": [*probe.labels], "marks": [*probe.marks], "names": [*probe.names]},
            )
        )
        if self.learner.update == 0:
            self._score()
            self._snapshot()

    def _over(self) -> End | None:
        if self._scores.solved and self._settings.until_solved:
            return "solved"
        if self.learner.update >= self._settings.updates:
            return "updates"
        if not self._reporter.is_due():
            return None
        self._report()
        if self._reporter.checkpoint_is_due():
            self._checkpoint()
        if self._stop():
            return "stopped"
        # A run that is resumed after its time limit gets as much time again.
        return "time" if self.seconds - self._before > 60 * self._settings.minutes else None

    def _advance(self) -> None:
        start = time.perf_counter()
        try:
            loss, self._norm = self.learner.step()
        finally:
            self.seconds += time.perf_counter() - start
        self._reporter.updated(loss, self._norm)
        update = self.learner.update
        if self._scores.is_due(update):
            self._score()
        if report_schedule.is_snapshot(update, update):
            self._snapshot()

    def _score(self) -> None:
        self._take_score(self._scores.score)

    def _take_score(self, take: Callable[[int, NetworkPredictor], float]) -> None:
        update = self.learner.update
        score = take(update, self._predict)
        self._reporter.scored(update, score)
        if self._settings.keep_best:
            self._best.consider(update, score)

    def _snapshot(self) -> None:
        update = self.learner.update
        self._emit(Snapshot(update, self._scores.last, self._weight_files.snapshot()))

    def _report(self) -> None:
        self._reporter.report(self.learner.update, self.seconds, self._examples(), self._scores.solved_at)

    def _examples(self) -> Sequence[Example]:
        return self._scores.examples(EXAMPLES)

    def _checkpoint(self) -> None:
        self._reporter.checkpoint(self.learner.update, self._checkpoint_bytes)

    def _checkpoint_bytes(self) -> bytes:
        return pack(
            {
                "learner": self.learner.state_dict(),
                "scores": self._scores.state_dict(),
                "best": self._best.state_dict(),
                "seconds": self.seconds,
                "norm": self._norm,
            }
        )

    def _finish(self, end: End) -> None:
        update = self.learner.update
        if end != "stopped" and not self._scores.is_of_all(update):
            self._take_score(self._scores.score_all)
        self._report()
        if not report_schedule.is_snapshot(update, update):
            self._snapshot()
        self._checkpoint()
        kept = self._restore_best(end)
        measures, forecast = ([], None) if end == "stopped" else self._measured()
        text = end_text(end, update, self._scores, self._data.goal, self._settings, kept)
        weights = self._weight_files.final()
        self._emit(Finished(update, self.seconds, end, text, weights, measures, forecast))

    def _restore_best(self, end: End) -> BestWeights | None:
        """Go back to the best weights, and return which they are; None where the last ones are kept.

        The checkpoint before this holds the last ones: a run that goes on goes on from them.
        """
        if end == "solved" or self._best.update in (None, self.learner.update):
            return None
        self._best.restore()
        return self._best

    def _measured(self) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """Return measurements of the finished network and its forecast; none if it is stopped meanwhile."""
        self._measuring = True
        try:
            measures = [asdict(each) for each in self._data.measure(self._predict)]
            forecast = self._data.forecast
            return measures, None if forecast is None else forecast(self._predict).to_dict()
        except StoppedError:
            return [], None

    def _answering(self, done: float | None) -> None:
        if not self._reporter.is_due():
            return
        self._reporter.answering(done)
        # A score belongs to the run; what is measured after it can be left out.
        if self._measuring and self._stop():
            raise StoppedError

    def _finish_diverged(self, where: str) -> None:
        self._report()
        update = self.learner.update
        if not report_schedule.is_snapshot(update, update):
            self._snapshot()
        kept = best_text(self._restore_best("diverged"), self._data.goal)
        text = f"{divergence_text(update, self._norm, self._settings, where)} {kept}".rstrip()
        weights = self._weight_files.final()
        self._emit(Finished(update, self.seconds, "diverged", text, weights, []))
