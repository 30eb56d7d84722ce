"""Training without a page: one task or all, by several seeds, and what came of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

from lstm_viz.notation import counted
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.score_format import bare_score, score_text
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Task, Upload
from lstm_viz.training.views.names import cell_name

_MARGIN: Final = " " * 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task trained by several seeds."""

    task: Task
    runs: tuple[RunRecord, ...]

    @property
    def solved(self) -> tuple[RunRecord, ...]:
        """The runs that reached the goal."""
        return tuple(run for run in self.runs if run.end == "solved" or run.solved_at is not None)

    @property
    def has_goal(self) -> bool:
        """Whether there is a score from which on the task is solved."""
        return any(run.started is not None and run.started.solved is not None for run in self.runs)

    @property
    def reported(self) -> tuple[RunRecord, ...]:
        """The runs whose seconds and updates are reported: those that were solved, or all if none was."""
        return self.solved or self.runs

    @property
    def verdict(self) -> str:
        """How many seeds solved the task, as "4 / 5"; a dash if no score counts as solved."""
        return f"{len(self.solved)} / {len(self.runs)}" if self.has_goal else "–"

    @property
    def scores(self) -> list[float]:
        """The score of each run that is reported."""
        return [run.score for run in self.reported if run.scores]

    def lines(self) -> Iterator[str]:
        """Yield what to print of all seeds together: a line, and one for each thing measured."""
        begun = [run for run in self.runs if run.started is not None]
        if not begun:
            yield f"{self.task.key}: failed"
            return
        seconds = median(run.seconds for run in self.reported)
        updates = round(median(run.update for run in self.reported))
        solved = f"solved by {self.verdict} seeds" if self.has_goal else "no score counts as solved"
        failed = sum(run.end == "failed" for run in self.runs)
        yield (
            f"{self.task.key}: {solved}; median {seconds:.2f} s of training, {counted(updates, 'update')}"
            + _beside_guessing(begun[0], self.scores)
            + (f"; {failed} failed" if failed else "")
        )
        if len(begun) > 1:
            yield from _medians(begun)


def _beside_guessing(run: RunRecord, scores: Sequence[float]) -> str:
    if run.started is None or not scores:
        return ""
    name, guessing = run.started.score_name, run.started.guessing
    return f", {score_text(name, median(scores))} (guessing {bare_score(name, guessing)})"


def _medians(runs: Sequence[RunRecord]) -> Iterator[str]:
    """Yield each measurement: the median, the smallest and the largest value, or the one that all runs share.

    Runs without measurements, because they failed, are left out.
    """
    measured = next((run.measures for run in runs if run.measures), [])
    for name in (measure["name"] for measure in measured):
        values = [each["value"] for run in runs for each in run.measures if each["name"] == name]
        middle, low, high = (f"{value:.4g}" for value in (median(values), min(values), max(values)))
        yield f"  {name}: {middle}" if low == high else f"  {name}: median {middle}, from {low} to {high}"


def seed_lines(run: RunRecord) -> Iterator[str]:
    """Yield what to print of one seed: a line, and one for each thing measured."""
    time = f" ({run.seconds:.2f} s of training)" if run.started else ""
    yield f"  seed {run.settings.seed}{time}: {run.text}"
    for measure in run.measures:
        note = measure["note"].rstrip().replace("\n", f"\n{_MARGIN}  ")  # text that the network wrote
        yield f"{_MARGIN}{measure['name']}: {measure['value']:.4g}. {note}".rstrip()


def outcome(
    task: Task,
    settings: TrainingSettings,
    seeds: int,
    upload: Upload | None = None,
    on_finished: Callable[[RunRecord], None] = lambda _run: None,
) -> Outcome:
    """Train a task by the seeds from that of ``settings`` on, one after another, in this process.

    ``on_finished`` is called with each run when it is over. If the first one cannot begin, no other seed is
    tried.
    """
    runs: list[RunRecord] = []
    for offset in range(seeds):
        runs.append(run(task, replace(settings, seed=settings.seed + offset), upload))
        on_finished(runs[-1])
        if runs[0].started is None:
            break
    return Outcome(task, tuple(runs))


def run(task: Task, settings: TrainingSettings, upload: Upload | None = None) -> RunRecord:
    """Train once, in this process, and return what came of it. This imports PyTorch."""
    from lstm_viz.training.engine.loop import train

    record = RunRecord("headless", settings)
    train(settings, task, upload, emit=record.take, stop=lambda: False)
    return record


def changed(settings: TrainingSettings, changes: Sequence[str]) -> TrainingSettings:
    """Return settings with some of them changed, each written as ``model.units=16`` or ``updates=500``.

    A name that is no setting's is taken for one of the task's own choices: ``steps=50``.

    Raises
    ------
    ValueError
        If one is not written so, or a value is not allowed.
    """
    plain: dict[str, Any] = settings.to_dict()
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise ValueError(f"a change must be written name=value, got {change!r}")
        group, _, inner = name.rpartition(".")
        place = plain[group] if group in ("model", "optimiser", "options") else plain
        if group and place is plain:
            raise ValueError(f"a setting must be of the model or the optimiser, got {name!r}")
        if not group and inner not in plain:
            place = plain["options"]
        place[inner] = _value(text, place.get(inner))
    return TrainingSettings.from_dict(plain)


def _value(text: str, like: Any) -> float | int | str | bool | None:
    """Return a value as it was meant: a number where it is one, and true, false or none."""
    words: Mapping[str, bool | None] = {"true": True, "false": False, "none": None}
    if text.lower() in words and not isinstance(like, str):
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a table in Markdown: a line for each task. Seconds are the shortest and the longest."""
    yield "| task | network | solved / seeds | seconds | updates | score | guessing |"
    yield "|---|---|---|---|---|---|---|"
    for each in outcomes:
        model, started = each.runs[0].settings.model, each.runs[0].started
        if started is None or not each.scores:
            yield f"| {each.task.card.title} | {each.runs[0].text} |"
            continue
        yield (
            f"| {each.task.card.title} | {cell_name(model)}, H {model.units} | {each.verdict} "
            f"| {_span([run.seconds for run in each.reported])} "
            f"| {median(run.update for run in each.reported):,.0f} "
            f"| {score_text(started.score_name, median(each.scores))} "
            f"| {bare_score(started.score_name, started.guessing)} |"
        )


def _span(values: Sequence[float]) -> str:
    low, high = f"{min(values):.1f}", f"{max(values):.1f}"
    return low if low == high else f"{low}-{high}"
