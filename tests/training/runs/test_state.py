"""Which state of a run follows which: every state with every event, as a table."""

from typing import get_args

import pytest

from lstm_viz.training.runs.events import Finished, Preparing, Progress, Started
from lstm_viz.training.runs.state import (
    Called,
    Elsewhere,
    Ended,
    GivenUp,
    HeldElsewhere,
    Interrupted,
    Interruption,
    Loading,
    Placed,
    Queued,
    RefusedTransitionError,
    Running,
    RunState,
    SchedulerLost,
    ServerEnded,
    StateEvent,
    Stopping,
    StopRequested,
    TurnCame,
    Waiting,
    WorkerLost,
    about,
    sentence,
    transition,
)

WAITING, CALLED, LOADING, RUNNING = (
    Waiting(2, 30.0),
    Called(),
    Loading("Reading.", 0.5),
    Running("Scoring.", 0.1),
)
STOPPING, ENDED, ELSEWHERE = Stopping("time", "Too long."), Ended("solved", "Solved."), Elsewhere()
NO_WORKER, NO_SCHEDULER, NO_SERVER = (Interrupted(by) for by in Interruption)
STATES = (
    WAITING, CALLED, LOADING, RUNNING, STOPPING, NO_WORKER, NO_SCHEDULER, NO_SERVER, ELSEWHERE, ENDED,
)  # fmt: skip

STARTED = Started(0, 1, "cpu", 1.0, None, "lower", "error")
PROGRESS = Progress(1, 0.0, [1.0], [1.0], [], [])
DONE = Finished(1, 0.0, "updates", "All done.", b"", [])
STOPPED = Finished(1, 0.0, "stopped", "Stopped at 1.", b"", [])
ASKED, LEFT = Stopping("stopped", "Closed."), Ended("failed", "Gone.")
NO = None
"""The event is refused."""

TABLE: list[tuple[StateEvent, tuple[RunState | None, ...]]] = [
    # The event, and what follows from Waiting, Called, Loading, Running, Stopping,
    # Interrupted by worker, scheduler, server, Elsewhere, Ended
    (Queued(), (
        Waiting(), NO, NO, NO, NO,
        Waiting(), Waiting(), Waiting(), NO, Waiting(),
    )),
    (Placed(1, 9.0), (
        Waiting(1, 9.0), NO, NO, NO, STOPPING,
        NO, Waiting(1, 9.0), NO, NO, NO,
    )),
    (TurnCame(), (
        CALLED, NO, NO, NO, STOPPING,
        NO, CALLED, NO, NO, NO,
    )),
    (StopRequested("stopped", "Closed."), (
        ASKED, ASKED, ASKED, ASKED, STOPPING,
        ASKED, ASKED, NO, NO, NO,
    )),
    (GivenUp("Gone."), (
        LEFT, LEFT, LEFT, LEFT, Ended("time", "Too long. Gone."),
        LEFT, LEFT, NO, NO, NO,
    )),
    (WorkerLost(), (
        NO, NO_WORKER, NO_WORKER, NO_WORKER, STOPPING,
        NO_WORKER, NO_WORKER, NO, NO, NO,
    )),
    (SchedulerLost(), (
        Waiting(), Waiting(), NO_SCHEDULER, NO_SCHEDULER, STOPPING,
        NO_SCHEDULER, NO_SCHEDULER, NO, NO, NO,
    )),
    (ServerEnded(), (*[NO_SERVER] * 9, NO)),
    (HeldElsewhere(), (*[ELSEWHERE] * 9, NO)),
    (Preparing("Reading on.", 0.6), (
        *[Loading("Reading on.", 0.6)] * 3, Running("Reading on.", 0.6), STOPPING,
        *[Loading("Reading on.", 0.6)] * 2, NO, NO, NO,
    )),
    (STARTED, (
        *[Running()] * 4, STOPPING,
        *[Running()] * 2, NO, NO, NO,
    )),
    (PROGRESS, (
        NO, NO, NO, Running(), STOPPING,
        NO, NO, NO, NO, NO,
    )),
    (DONE, (
        *[Ended("updates", "All done.")] * 7, NO, NO, NO,
    )),
    (STOPPED, (
        *[Ended("stopped", "Stopped at 1.")] * 4, Ended("time", "Too long. Stopped at 1."),
        *[Ended("stopped", "Stopped at 1.")] * 2, NO, NO, NO,
    )),
]  # fmt: skip


def name(value: object) -> str:
    return f"{value.by}" if isinstance(value, Interrupted) else type(value).__name__


ROWS = [
    pytest.param(state, event, following, id=f"{name(state)}-{name(event)}")
    for event, row in TABLE
    for state, following in zip(STATES, row, strict=True)
]


@pytest.mark.parametrize(("state", "event", "following"), ROWS)
def test_what_follows(state: RunState, event: StateEvent, following: RunState | None) -> None:
    if following is None:
        with pytest.raises(RefusedTransitionError, match=rf"is {type(state).__name__}, got"):
            transition(state, event)
    else:
        assert transition(state, event) == following


def test_the_table_has_every_state_and_every_event() -> None:
    assert {type(each) for each in STATES} == set(get_args(RunState))
    assert {type(event) for event, _ in TABLE} == set(get_args(StateEvent))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Waiting(), "Starting …"),
        (Waiting(1), "Next in the queue: it starts when a run that is going on is over."),
        (Waiting(2), "Waiting in the queue, with 1 other run before it."),
        (Waiting(3, 61.0), "Waiting in the queue, with 2 other runs before it. It starts in about 1 min."),
        (CALLED, "Starting …"),
        (Loading(), "Preparing the data."),
        (LOADING, "Reading."),
        (Running(), ""),
        (RUNNING, "Scoring."),
        (STOPPING, "Too long. Stopping …"),
        (Stopping("stopped"), "Stopping …"),
        (ENDED, "Solved."),
    ],
)
def test_the_words_for_people(state: RunState, words: str) -> None:
    assert sentence(state) == words


@pytest.mark.parametrize("state", [NO_WORKER, NO_SCHEDULER, NO_SERVER, ELSEWHERE])
def test_people_are_told_of_each_interruption_in_its_own_words(state: RunState) -> None:
    others = [sentence(each) for each in STATES if each is not state]
    assert sentence(state) not in others
    assert sentence(state).endswith(".")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "about 5 s"), (22.0, "about 20 s"), (54.0, "about 55 s"), (56.0, "about 1 min"),
        (150.0, "about 2 min"), (3000.0, "about 50 min"), (3500.0, "about 1 h"), (20_000.0, "about 6 h"),
    ],
)  # fmt: skip
def test_an_estimate_is_no_finer_than_it_is(seconds: float, words: str) -> None:
    assert about(seconds) == words
