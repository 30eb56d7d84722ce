"""The last stop of the guided path, played: the network is trained by the stop's own link."""

from lstm_viz.exchange.links.training import from_query
from lstm_viz.lessons.play import query_of, scope_of
from lstm_viz.lessons.stops import guided_path
from lstm_viz.lessons.tasks import Do
from lstm_viz.lessons.text import filled
from lstm_viz.training.gate_traces import run_layers
from lstm_viz.training.headless import run
from lstm_viz.training.tasks import TASKS


def test_the_network_of_the_last_stop_learns_to_forget_at_the_word_that_turns_the_sentence() -> None:
    stop = guided_path().stops[-1]
    settings = from_query(query_of(stop.link))
    record = run(TASKS[settings.task], settings)
    assert record.solved_at is not None
    assert record.started is not None
    probe = record.started.probe
    assert probe is not None
    (turning,) = probe["marks"]
    assert probe["labels"][turning] == "not"
    (layer,) = run_layers(record.snapshots[-1].weights, settings.model)
    start = {"forgets": 1.0, "asked": 0.0}
    trained = {"forgets": float(layer.forward.f[turning].min()), "asked": 0.0}  # type: ignore[union-attr]
    assert isinstance(stop.task, Do)
    assert not stop.task.passes(scope_of(stop, start, start))
    assert not stop.task.passes(scope_of(stop, trained, start)), "no sentence was asked"
    asked = scope_of(stop, {**trained, "asked": 1.0}, start)
    assert stop.task.passes(asked)
    assert f"falls to {trained['forgets']:.3f}" in filled(stop.done, asked)
