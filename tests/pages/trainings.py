"""A stand-in for the jobs of the Train page: it notes what it is asked, and reports what a test wishes."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from safetensors.numpy import save

from lstm_viz.training.runs.events import Event, Finished, Progress, Snapshot, Started
from lstm_viz.training.runs.record import RunRecord
from lstm_viz.training.runs.state import Queued
from lstm_viz.training.runs.weights import PROBE, PROBE_INPUT, Shape
from lstm_viz.training.settings import ModelSettings, TrainingSettings
from lstm_viz.training.task import TaskData, Upload
from lstm_viz.training.tasks import TASKS

GATES = {"lstm": 4, "gru": 3, "rnn": 1}


@dataclass
class StandIn:
    """Answers as ``Jobs`` does; nothing is trained."""

    records: dict[str, RunRecord] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload | None] = field(default_factory=dict)
    kept: dict[str, bool] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    warmed: int = 0
    trouble: str = ""
    refusal: str = ""

    def warm_up(self) -> None:
        self.warmed += 1

    def submit(
        self, settings: TrainingSettings, upload: Upload | None, owner: str, keep: bool = False
    ) -> str:
        if self.refusal:
            raise ValueError(self.refusal)
        run = f"run-{len(self.owners)}"
        self.records[run] = RunRecord(run, settings, created=float(len(self.owners)))
        self.owners[run], self.uploads[run], self.kept[run] = owner, upload, keep
        return run

    def record(self, run: str) -> RunRecord:
        return replace(self.records[run])

    def stop(self, run: str) -> None:
        self.stopped.append(run)

    def resume(self, run: str, owner: str = "", keep: bool = False) -> None:
        self.resumed.append(run)
        self.owners[run], self.kept[run] = owner, keep
        self.records[run].change(Queued())

    def active(self, owner: str) -> list[str]:
        return [run for run, name in self.owners.items() if name == owner and not self.records[run].has_ended]

    def owner_is(self, run: str, owner: str) -> bool:
        return self.owners[run] == owner

    def adopt(self, run: str, owner: str, leaving: Collection[str] = ()) -> bool:
        if self.owners[run] in leaving:
            self.owners[run] = owner
        return self.owners[run] == owner

    def keep(self, run: str, keep: bool = True) -> None:
        self.kept[run] = keep

    def leave(self, owner: str) -> None:
        self.left.append(owner)

    def report(self, run: str, *events: Event) -> None:
        """Have a run report something."""
        for event in events:
            self.records[run].take(event)

    def begin(self, run: str, *, updates: int = 100) -> TaskData:
        """Have a run begin, and come some way."""
        settings = self.records[run].settings
        data = TASKS[settings.task].prepare(settings, self.uploads[run], lambda _text, _done: None)
        goal, probe = data.goal, data.probe
        fields = {"labels": [*probe.labels], "marks": [*probe.marks], "names": [*probe.names]}
        self.report(
            run,
            Started(0, 123, "cpu", goal.guessing, goal.solved, goal.better, goal.name, fields),
            *(Snapshot(update, goal.guessing, weights(settings, data, update)) for update in (0, updates)),
            Progress(
                updates,
                2.0,
                np.linspace(1.0, 0.1, updates).tolist(),
                [0.5] * updates,
                [(updates, goal.guessing)],
                [{"shown": "<b>0.5</b> at step 1", "target": "1.20", "answer": "1.18", "right": True}],
            ),
        )
        return data

    def end(self, run: str, **changes: Any) -> None:
        """Have a run come to its end."""
        record = self.records[run]
        fields = {
            "update": record.update,
            "seconds": 3.0,
            "end": "updates",
            "text": "All updates are done.",
            "weights": record.snapshots[-1].weights if record.snapshots else b"",
            "measures": [],
        }
        self.report(run, Finished(**{**fields, **changes}))


def weights(settings: TrainingSettings, data: TaskData, seed: int = 0) -> bytes:
    """Return weights as a worker reports them, drawn at random."""
    rng, model = np.random.default_rng(seed), settings.model
    x = data.probe.x
    if data.symbols:
        shown = np.eye(data.inputs, dtype=np.float32)
        if model.embedding:
            shown = rng.standard_normal((data.inputs, model.embedding)).astype(np.float32)
        read = shown[x[:, 0]]
    else:
        read = x[:, 0].astype(np.float32)
    ends = ("", "_reverse") if model.bidirectional else ("",)
    tensors = {PROBE: np.ascontiguousarray(read), PROBE_INPUT: np.ascontiguousarray(x)}
    for depth in range(model.layers):
        inputs = read.shape[1] if depth == 0 else model.units * len(ends)
        for end in ends:
            for name, size in shapes(model, inputs).items():
                drawn = rng.uniform(-0.5, 0.5, size).astype(np.float32)
                whole = (
                    f"{name}_l0{end}" if model.choice is None else f"{end.replace('_', '')}.{name}".strip(".")
                )
                tensors[f"layers.{depth}.{whole}"] = drawn
    tensors["output.weight"] = rng.uniform(-1, 1, (data.outputs, model.units * len(ends))).astype(np.float32)
    tensors["output.bias"] = np.zeros(data.outputs, np.float32)
    shape = Shape(model, data.inputs, data.outputs, data.symbols, data.reads, settings.task)
    return save(tensors, metadata=shape.to_metadata())


def shapes(model: ModelSettings, inputs: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the weights of one direction of a layer, by name."""
    if model.choice is not None:
        sizes = {"D": inputs, "H": model.units}
        known = model.choice.equations.shapes.items()
        return {name: tuple(sizes[size] for size in shape) for name, shape in known}
    rows = GATES[model.cell] * model.units
    return {
        "weight_ih": (rows, inputs),
        "weight_hh": (rows, model.units),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
    }
