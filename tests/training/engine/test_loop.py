from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from lstm_viz.training.engine import reporter
from lstm_viz.training.engine.checkpoint import pack, unpack
from lstm_viz.training.engine.end_text import end_text
from lstm_viz.training.engine.scores import Scores
from lstm_viz.training.runs.events import (
    Checkpoint,
    End,
    Event,
    Finished,
    Preparing,
    Progress,
    Snapshot,
    Started,
    from_message,
    to_message,
)
from lstm_viz.training.runs.state import Queued
from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Batch, Goal, Measure, Task, TaskData, generator
from tests.training.small import CARD, SETTINGS, STEPS, data_of, draw, events_of, record_of, task

SHORT = replace(SETTINGS, updates=60, until_solved=False)
RICH = replace(SHORT, model=ModelSettings(units=4, layers=2, dropout=0.3, residual=True))
STREAM = replace(SHORT, truncate=3)
EQUATIONS = replace(RICH, model=replace(RICH.model, cell="V"))
EQUATIONS_STREAM = replace(STREAM, model=replace(STREAM.model, cell="sLSTM"))


def finished(events: list[Event]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def curves(events: list[Event], settings: TrainingSettings = SHORT) -> tuple[list[float], list[float], Any]:
    record = record_of(events, settings)
    return record.losses, record.norms, record.scores


def stream(settings: TrainingSettings) -> TaskData:
    """Running means along one long stream, batch after batch; it begins anew every fourth batch."""

    def batch(update: int) -> Batch:
        one = draw(generator(settings.seed, 0, update), 4)
        return Batch(one.x, np.cumsum(one.x, 0), fresh=update % 4 == 0)

    test = Batch(batch(0).x, batch(0).y)
    return data_of(settings, reads="every", stream=True, batch=batch, test=test, examples=lambda *_: ())


KEEP = replace(SHORT, keep_best=True)
EARLY_IS_BEST = Goal("mean squared error", 0.06, None, "higher")
"""Upside down: what is learned first counts as best, and the score gets worse with every update."""


STREAM_TASK = Task("mean", CARD, {}, STREAM, lambda settings, _upload, _tell: stream(settings))


@pytest.fixture
def always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report and a checkpoint after every update."""
    monkeypatch.setattr(reporter, "SECONDS", 0.0)
    monkeypatch.setattr(reporter, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(reporter, "CHECKPOINT_SHARE", float("inf"))


def test_it_solves_the_task_and_says_so() -> None:
    events = events_of()
    end, record = finished(events), record_of(events)
    assert end.end == "solved"
    assert end.text.startswith(f"Solved after {end.update} updates: mean squared error 0.0")
    assert end.text.endswith(" on what is held back.")
    assert record.solved_at == end.update == len(record.losses) == len(record.norms)
    assert record.scores[-1][1] <= 0.002 < record.scores[0][1]
    assert record.measures == [{"name": "answers", "value": 5.0, "note": "", "good": None}]


def test_what_solves_it_is_the_score_on_all_that_is_held_back() -> None:
    """Some of it is scored every few updates, and is right sooner here; that alone does not end a run."""
    whole = data_of(SETTINGS).test

    def score(_outputs: Any, batch: Batch) -> float:
        return 1.0 if batch.x.shape[1] == whole.x.shape[1] else 0.0

    events = events_of(SHORT, task(score=score))
    assert finished(events).end == "updates"
    assert record_of(events, SHORT).solved_at is None


def test_events_come_in_an_order_that_a_page_can_follow() -> None:
    events = events_of()
    assert isinstance(events[0], Started)
    assert isinstance(events[1], Snapshot)
    assert events[1].update == 0
    last = [each for each in events if isinstance(each, Snapshot)][-1]
    assert last.update == finished(events).update
    assert all(from_message(to_message(each)) == each for each in events)
    assert sum(isinstance(each, Finished) for each in events) == 1


def test_it_goes_on_to_the_last_update_if_asked() -> None:
    end = finished(events_of(replace(SETTINGS, until_solved=False)))
    assert (end.end, end.update) == ("updates", SETTINGS.updates)
    assert "It was solved first after" in end.text


@pytest.mark.parametrize("settings", [SHORT, RICH], ids=["plain", "dropout"])
def test_the_same_settings_give_the_same_bits_however_often_anybody_looks(
    settings: TrainingSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seldom = events_of(settings)
    torch.manual_seed(99)  # whatever else draws numbers in this process
    monkeypatch.setattr(reporter, "SECONDS", 0.0)
    monkeypatch.setattr(reporter, "CHECKPOINT_SECONDS", 0.0)
    often = events_of(settings)
    assert len(often) > len(seldom)
    assert finished(often).weights == finished(seldom).weights
    assert curves(often, settings) == curves(seldom, settings)


def test_another_seed_is_another_run() -> None:
    one, other = events_of(SHORT), events_of(replace(SHORT, seed=4))
    assert finished(one).weights != finished(other).weights


def test_a_run_leaves_the_process_as_it_was() -> None:
    torch.set_num_threads(2)
    numbers, threads = torch.random.get_rng_state(), torch.get_num_threads()
    events_of(SHORT)
    assert torch.equal(torch.random.get_rng_state(), numbers)
    assert torch.get_num_threads() == threads


@pytest.mark.usefixtures("always_due")
@pytest.mark.parametrize(
    ("settings", "given"),
    [
        (SHORT, task()),
        (RICH, task()),
        (STREAM, STREAM_TASK),
        (EQUATIONS, task()),
        (EQUATIONS_STREAM, STREAM_TASK),
        (KEEP, task(goal=EARLY_IS_BEST)),
        (replace(SHORT, optimiser=OptimiserSettings("rmsprop")), task()),
        (replace(SHORT, optimiser=OptimiserSettings("sgd", output_rate=0.1)), task()),
    ],
    ids=["plain", "dropout", "stream", "equations", "equations of a stream", "keep best", "rmsprop", "sgd"],
)
def test_an_interrupted_run_that_goes_on_equals_an_uninterrupted_one(
    settings: TrainingSettings, given: Task
) -> None:
    whole = events_of(settings, given)
    before = events_of(settings, given, stop=lambda events: any(_is_at(each, 23) for each in events))
    assert finished(before).end == "stopped"
    (state,) = [each.state for each in before if isinstance(each, Checkpoint) and each.update == 23][:1]
    after = events_of(settings, given, checkpoint=state)
    record = record_of(before, settings)
    record.change(Queued())
    for event in after:
        record.take(event)
    assert finished(after).weights == finished(whole).weights
    assert (record.losses, record.norms, record.scores) == curves(whole, settings)
    assert record.attempt == 2


def _is_at(event: Event, update: int) -> bool:
    return isinstance(event, Checkpoint) and event.update == update


def test_the_best_weights_are_kept_if_asked_and_the_last_if_not() -> None:
    best = finished(events_of(KEEP, task(goal=EARLY_IS_BEST)))
    last = finished(events_of(SHORT, task(goal=EARLY_IS_BEST)))
    early = finished(events_of(replace(SHORT, updates=5), task(goal=EARLY_IS_BEST)))
    assert (best.update, last.update) == (60, 60)
    assert best.weights == early.weights != last.weights
    assert "The weights kept are those after 5 updates, which scored best: mean squared error" in best.text
    assert "weights kept" not in last.text


def test_weights_that_are_best_at_the_end_need_no_word() -> None:
    assert (
        finished(events_of(replace(KEEP, updates=40))).weights
        == finished(events_of(replace(SHORT, updates=40))).weights
    )
    assert "weights kept" not in finished(events_of(replace(KEEP, updates=40))).text


def test_a_solved_task_keeps_the_weights_that_solved_it() -> None:
    """A sample of the held-back data scored better before; what decides is the score on all of them."""
    keep, usual = (finished(events_of(replace(SETTINGS, keep_best=keep))) for keep in (True, False))
    assert keep.end == "solved"
    assert keep.weights == usual.weights


def test_a_run_that_diverges_keeps_the_best_weights_before() -> None:
    def batch(update: int) -> Batch:
        one = draw(generator(0, update), 16)
        return Batch(one.x, one.y * (np.float32(np.inf) if update == 30 else np.float32(1)))

    end = finished(events_of(KEEP, task(goal=EARLY_IS_BEST, batch=batch)))
    assert end.end == "diverged"
    assert "The weights kept are those after 5 updates" in end.text


def test_a_checkpoint_of_before_best_weights_were_kept_is_gone_on_from() -> None:
    saved = next(each for each in reversed(events_of(SHORT)) if isinstance(each, Checkpoint))
    state = unpack(saved.state)
    del state["best"]
    assert finished(events_of(replace(SHORT, updates=70), checkpoint=pack(state))).update == 70


@pytest.mark.parametrize(
    ("end", "update", "words"),
    [
        ("updates", 1, "Done after 1 update"),
        ("updates", 12_000, "Done after 12,000 updates"),
        ("stopped", 1, "Stopped after 1 update"),
    ],
)
def test_one_update_is_not_counted_as_several(end: End, update: int, words: str) -> None:
    assert end_text(end, update, Scores(data_of(SHORT)), EARLY_IS_BEST, SHORT, None) == f"{words}."


@pytest.mark.usefixtures("always_due")
def test_what_was_stopped_can_go_on() -> None:
    stopped = events_of(SHORT, stop=lambda events: len(events) > 30)
    end, state = finished(stopped), stopped[-2]
    assert end.end == "stopped"
    assert (
        f"Stopped after {end.update} updates; the last score on the way was mean squared error " in end.text
    )
    assert isinstance(state, Checkpoint)
    assert state.update == end.update < SHORT.updates
    after = events_of(SHORT, checkpoint=state.state)
    assert finished(after).weights == finished(events_of(SHORT)).weights


@pytest.mark.parametrize("damage", [lambda state: state[:-200], lambda _state: b"", lambda _state: b"no"])
def test_a_damaged_checkpoint_is_said_to_be_one(damage: Any) -> None:
    state = next(each for each in events_of(SHORT) if isinstance(each, Checkpoint)).state
    end = finished(events_of(SHORT, checkpoint=damage(state)))
    assert (end.end, end.text) == ("failed", "checkpoint: it is damaged and cannot be resumed")


def test_a_checkpoint_of_another_network_is_refused() -> None:
    state = next(each for each in events_of(SHORT) if isinstance(each, Checkpoint)).state
    end = finished(events_of(RICH, checkpoint=state))
    assert (end.end, end.text) == (
        "failed",
        "checkpoint: it is of another network and cannot be resumed",
    )


def test_a_stream_is_carried_on_and_its_gradient_cut() -> None:
    """Cut or not, the answers are the same at first, and the gradients are not."""
    cut, whole = (curves(events_of(replace(STREAM, truncate=steps), STREAM_TASK)) for steps in (2, STEPS))
    assert cut[0][0] == pytest.approx(whole[0][0], rel=1e-6)
    assert cut[1][0] != pytest.approx(whole[1][0], rel=1e-3)


def test_a_stream_begins_anew_where_its_batch_says_so() -> None:
    still = replace(STREAM, optimiser=OptimiserSettings("sgd", rate=1e-7))
    one = generator(0)
    same = draw(one, 4)

    def data(fresh: bool) -> Task:
        batch = Batch(same.x, np.cumsum(same.x, 0), fresh=fresh)
        made = replace(stream(still), batch=lambda update: replace(batch, fresh=fresh or update == 0))
        return Task("mean", CARD, {}, still, lambda *_: made)

    anew, carried = (curves(events_of(still, data(fresh)))[0] for fresh in (True, False))
    assert anew[0] == carried[0]
    assert anew[1] == pytest.approx(anew[0], rel=1e-4)
    assert carried[1] != pytest.approx(carried[0], rel=1e-4)


def test_a_loss_that_is_no_number_ends_the_run_with_an_explanation() -> None:
    def batch(update: int) -> Batch:
        one = draw(generator(0, update), 16)
        return Batch(one.x, one.y * (np.float32(np.inf) if update == 30 else np.float32(1)))

    events = events_of(replace(SHORT, optimiser=OptimiserSettings(rate=0.05, clip=None)), task(batch=batch))
    end, record = finished(events), record_of(events)
    assert (end.end, end.update, len(record.losses)) == ("diverged", 30, 30)
    assert end.text == (
        "The loss or its gradient stopped being a finite number at update 31; the norm of the gradient "
        f"just before it was {record.norms[-1]:.3g}. Try a lower learning rate than 0.05 and clipping the "
        "gradient at 1."
    )
    weights = load(end.weights)
    assert all(np.isfinite(array).all() for array in weights.values()), "those before it"
    shown = record.snapshots[-1]
    assert shown.update == 30
    pictured = load(shown.weights)
    assert all(np.array_equal(pictured[name], array) for name, array in weights.items() if name in pictured)
    assert len(pictured.keys() & weights.keys()) >= 4


def test_the_time_limit_ends_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    monkeypatch.setattr("lstm_viz.training.engine.loop.time.perf_counter", lambda: float(next(ticks)))
    monkeypatch.setattr(reporter, "SECONDS", 0.0)
    end = finished(events_of(replace(SHORT, minutes=0.5)))
    assert (end.end, end.update) == ("time", 31)
    assert end.text.startswith("The time limit of 0.5 minutes was reached after 31 updates")


@pytest.mark.usefixtures("always_due")
def test_a_run_that_goes_on_after_its_time_gets_as_much_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    monkeypatch.setattr("lstm_viz.training.engine.loop.time.perf_counter", lambda: float(next(ticks)))
    state = next(
        each for each in reversed(events_of(replace(SHORT, minutes=0.4))) if isinstance(each, Checkpoint)
    )
    end = finished(events_of(replace(SHORT, minutes=0.4), checkpoint=state.state))
    assert (state.update, end.end, end.update, end.seconds) == (25, "time", 50, 50.0)


def test_a_task_is_not_read_from_the_end_where_its_answer_is() -> None:
    both = replace(SHORT, model=replace(SHORT.model, bidirectional=True))
    end = finished(events_of(both, STREAM_TASK))
    assert (end.end, end.update) == ("failed", 0)
    assert "both ends" in end.text


def test_what_a_task_refuses_is_said_in_its_words() -> None:
    def prepare(*_: object) -> TaskData:
        raise ValueError("column: expected numbers in 'price', got 'n/a' in row 3")

    end = finished(events_of(SHORT, Task("mean", CARD, {}, SHORT, prepare)))
    assert (end.end, end.text) == ("failed", "column: expected numbers in 'price', got 'n/a' in row 3")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "not enough memory"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), "not enough memory"),
        (ZeroDivisionError("division by zero"), "(ZeroDivisionError)"),
    ],
)
def test_what_goes_wrong_in_the_middle_fails_the_run_and_nothing_else(error: Exception, words: str) -> None:
    def batch(update: int) -> Batch:
        if update == 5:
            raise error
        return draw(generator(update), 16)

    end = finished(events_of(SHORT, task(batch=batch)))
    assert (end.end, end.update) == ("failed", 5)
    assert words in end.text


def test_a_device_that_is_not_there_is_said_not_to_be() -> None:
    if torch.backends.mps.is_available():
        pytest.skip("this machine has it")
    end = finished(events_of(replace(SHORT, device="mps")))
    assert end.end == "failed"
    assert "device must be one that this machine has" in end.text


def test_preparing_is_reported_and_can_be_stopped() -> None:
    def prepare(settings: TrainingSettings, _upload: object, tell: Any) -> TaskData:
        for number in range(100):
            tell(f"reading file {number}", number / 100)
        return data_of(settings)

    slow = Task("mean", CARD, {}, SHORT, prepare)
    assert Preparing("reading file 99", 0.99) in events_of(SHORT, slow)
    end = finished(events_of(SHORT, slow, stop=lambda events: len(events) == 3))
    assert (end.end, end.update, end.text) == ("stopped", 0, "Stopped before the training began.")


@pytest.mark.usefixtures("always_due")
def test_who_stops_a_run_while_it_is_measured_has_what_it_learned_without_the_measures() -> None:
    measured: list[int] = []

    def measure(network: Any) -> list[Measure]:
        for number in range(100):
            network(draw(generator(number), 5).x)
            measured.append(number)
        return []

    events = events_of(SHORT, task(measure=measure), stop=lambda _events: len(measured) == 7)
    end = finished(events)
    assert (end.end, end.update, len(measured), end.measures) == ("updates", SHORT.updates, 7, [])
    assert Preparing("Answering the sequences held back") in events


def test_a_snapshot_holds_the_weights_and_the_probe_as_the_first_layer_reads_it() -> None:
    events = events_of(SHORT)
    first = load(next(each for each in events if isinstance(each, Snapshot)).weights)
    assert sorted(first) == [
        "layers.0.bias_hh_l0",
        "layers.0.bias_ih_l0",
        "layers.0.weight_hh_l0",
        "layers.0.weight_ih_l0",
        "output.bias",
        "output.weight",
        "probe",
    ]
    assert np.array_equal(first["probe"], data_of(SHORT).probe.x[:, 0])


def test_a_long_run_keeps_some_thirty_snapshots() -> None:
    events = events_of(replace(SHORT, updates=777))
    updates = [each.update for each in record_of(events).snapshots]
    assert 20 <= len(updates) <= 42
    assert (updates[0], updates[-1]) == (0, 777)
    assert len(set(np.diff(updates[:-1]))) == 1, "evenly spaced"


def test_a_dead_scoring_goal_never_solves() -> None:
    goal = Goal("error", 0.06, None, "lower")
    events = events_of(replace(SHORT, until_solved=True), task(goal=goal))
    assert finished(events).end == "updates"
    assert record_of(events).solved_at is None


def test_progress_counts_training_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that each look moves on by a second: two looks an update, and none elsewhere."""
    ticks: Iterator[int] = count()
    monkeypatch.setattr("lstm_viz.training.engine.loop.time.perf_counter", lambda: float(next(ticks)))
    events = events_of(SHORT)
    assert finished(events).seconds == SHORT.updates
    last = [each for each in events if isinstance(each, Progress)][-1]
    assert last.seconds == SHORT.updates
    assert len(last.examples) == 4


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU for CUDA")
@pytest.mark.parametrize("settings", [SHORT, RICH], ids=["plain", "dropout"])
def test_on_a_gpu_the_same_settings_give_the_same_bits_too(settings: TrainingSettings) -> None:
    once, again = (events_of(replace(settings, device="cuda")) for _ in range(2))
    assert record_of(once).started.device == "cuda"  # type: ignore[union-attr]
    assert finished(once).weights == finished(again).weights
