"""What a run is doing: one of a few states, and the one function that says which follows which.

Pages, jobs and the store decide by the type of the state, and never by a text. :func:`sentence` makes the
words for people from it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, assert_never

from lstm_viz.training.runs.events import End, Finished, Preparing, Progress, Started


@dataclass(frozen=True, slots=True)
class Waiting:
    """The run is in the queue, or waits until there is one.

    Parameters
    ----------
    place
        Its place in the queue, 1 for the next; None while that is not known.
    seconds
        About how long it will wait from now on, at least 0; None while that is not known.
    """

    place: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Its turn has come, and no worker has begun it yet."""


@dataclass(frozen=True, slots=True)
class Loading:
    """A worker makes, downloads or reads the data.

    Parameters
    ----------
    text
        What it does, in words.
    done
        How much of that is done, from 0 to 1; None where nobody can say.
    """

    text: str = ""
    done: float | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A worker trains it.

    Parameters
    ----------
    measuring
        What keeps it from its next update, in words: something is being measured. Empty while it trains.
    done
        How much of that is done, from 0 to 1; None where nobody can say.
    """

    measuring: str = ""
    done: float | None = None


@dataclass(frozen=True, slots=True)
class Stopping:
    """It was asked to stop, and has not ended yet.

    Parameters
    ----------
    end
        How it is to end.
    why
        The reason, in a sentence; empty where nobody needs to be told.
    """

    end: End
    why: str = ""


class Interruption(Enum):
    """What interrupts a run."""

    WORKER = "worker"
    """Its worker has died. Another one goes on from the last checkpoint."""
    SCHEDULER = "scheduler"
    """The scheduler is gone. The run goes on from its last checkpoint when there is one again."""
    SERVER = "server"
    """The web process that asked for it has ended. It goes on when somebody asks for that."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Nobody trains it, although it has not ended."""

    by: Interruption


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another web process has it under way. What is known of it here is what that has saved last."""


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over.

    Parameters
    ----------
    end
        How it ended.
    text
        Why, in a sentence.
    """

    end: End
    text: str = ""


RunState: TypeAlias = Waiting | Called | Loading | Running | Stopping | Interrupted | Elsewhere | Ended


@dataclass(frozen=True, slots=True)
class Queued:
    """Somebody asked for the run, or asked that it go on."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The queue says where the run stands in it; as :class:`Waiting` has it."""

    place: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TurnCame:
    """The run leaves the queue, for a worker is free."""


@dataclass(frozen=True, slots=True)
class StopRequested:
    """The run is to come to its end; as :class:`Stopping` has it."""

    end: End
    why: str = ""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Nothing more will be reported of the run; ``text`` says why, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The worker that trained it has died."""


@dataclass(frozen=True, slots=True)
class SchedulerLost:
    """The scheduler is gone, or has forgotten the run."""


@dataclass(frozen=True, slots=True)
class ServerEnded:
    """The web process that had the run under way has ended."""


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """Another web process holds the lock of the run."""


StateEvent: TypeAlias = (
    Queued
    | Placed
    | TurnCame
    | StopRequested
    | GivenUp
    | WorkerLost
    | SchedulerLost
    | ServerEnded
    | HeldElsewhere
    | Preparing
    | Started
    | Progress
    | Finished
)
"""Whatever can change the state of a run; the last four are reports of its worker."""

RESUMABLE: Final[frozenset[End]] = frozenset({"stopped", "time", "failed"})
"""How a run ended that can go on from its last checkpoint."""


class RefusedTransitionError(ValueError):
    """An event that a run in this state cannot meet."""


def transition(state: RunState, event: StateEvent) -> RunState:
    """Return the state that follows.

    Raises
    ------
    RefusedTransitionError
        If the event cannot meet a run in this state: a report of one that has ended, say.
    """
    match event:
        case Queued():
            following = _queued(state)
        case Placed() | TurnCame():
            following = _moved_up(state, event)
        case StopRequested() | GivenUp():
            following = _ending(state, event)
        case WorkerLost() | SchedulerLost():
            following = _lost(state, event)
        case ServerEnded() | HeldElsewhere():
            following = _left(state, event)
        case Preparing() | Started() | Progress() | Finished():
            following = _reported(state, event)
        case _:
            assert_never(event)
    if following is None:
        raise RefusedTransitionError(
            f"event must be one that a run meets that is {type(state).__name__}, got {type(event).__name__}"
        )
    return following


def _queued(state: RunState) -> RunState | None:
    return Waiting() if isinstance(state, Waiting | Interrupted | Ended) else None


def _moved_up(state: RunState, event: Placed | TurnCame) -> RunState | None:
    match state:
        case Waiting() | Interrupted(Interruption.SCHEDULER):
            return Called() if isinstance(event, TurnCame) else Waiting(event.place, event.seconds)
        case Stopping():
            return state
        case _:
            return None


def _ending(state: RunState, event: StopRequested | GivenUp) -> RunState | None:
    match state, event:
        case ((Ended() | Elsewhere() | Interrupted(Interruption.SERVER)), _):
            return None
        case Stopping(), StopRequested():
            return state  # the first reason is the one that people are told
        case Stopping(end, why), GivenUp(text):
            return Ended(end, _joined(why, text))
        case _, StopRequested(end, why):
            return Stopping(end, why)
        case _, GivenUp(text):
            return Ended("failed", text)


def _lost(state: RunState, event: WorkerLost | SchedulerLost) -> RunState | None:
    match state, event:
        case ((Ended() | Elsewhere() | Interrupted(Interruption.SERVER)), _):
            return None
        case Stopping(), _:
            return state
        case Waiting(), WorkerLost():
            return None
        case ((Waiting() | Called()), SchedulerLost()):
            return Waiting()
        case _, WorkerLost():
            return Interrupted(Interruption.WORKER)
        case _, SchedulerLost():
            return Interrupted(Interruption.SCHEDULER)


def _left(state: RunState, event: ServerEnded | HeldElsewhere) -> RunState | None:
    if isinstance(state, Ended):
        return None
    return Elsewhere() if isinstance(event, HeldElsewhere) else Interrupted(Interruption.SERVER)


def _reported(state: RunState, event: Preparing | Started | Progress | Finished) -> RunState | None:
    match state, event:
        case ((Ended() | Elsewhere() | Interrupted(Interruption.SERVER)), _):
            return None
        case Stopping(end, why), Finished():
            return Ended(end, _joined(why, event.text)) if event.end == "stopped" else _ended(event)
        case _, Finished():
            return _ended(event)
        case Stopping(), _:
            return state
        case Running(), Preparing(text, done):
            return Running(text, done)
        case _, Preparing(text, done):
            return Loading(text, done)
        case _, Started():
            return Running()
        case Running(), Progress():
            return Running()
    return None


def _ended(event: Finished) -> Ended:
    return Ended(event.end, event.text)


def _joined(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


_INTERRUPTED: Final = {
    Interruption.WORKER: (
        "The process that trained this run ended unexpectedly. "
        "The run goes on from its last checkpoint as soon as there is another."
    ),
    Interruption.SCHEDULER: (
        "The connection to the processes that train was lost. "
        "The run goes on from its last checkpoint when there is one again."
    ),
    Interruption.SERVER: (
        "The server ended while this run was under way. It can go on from its last checkpoint."
    ),
}


def sentence(state: RunState) -> str:
    """Say in words for a page what a run is doing; empty where its numbers say it."""
    match state:
        case Waiting():
            return _waiting(state)
        case Called():
            return "Starting …"
        case Loading(text):
            return text or "Preparing the data."
        case Running(measuring):
            return measuring
        case Stopping(_, why):
            return _joined(why, "Stopping …")
        case Interrupted(by):
            return _INTERRUPTED[by]
        case Elsewhere():
            return "Another server is training this run. What is shown is what it saved last."
        case Ended(_, text):
            return text
        case _:
            assert_never(state)


def _waiting(state: Waiting) -> str:
    if state.place is None:
        return "Starting …"
    wait = "" if state.seconds is None else f" It starts in {about(state.seconds)}."
    if state.place == 1:
        return f"Next in the queue: it starts when a run that is going on is over.{wait}"
    ahead = state.place - 1
    return f"Waiting in the queue, with {ahead} other run{'s' if ahead > 1 else ''} before it.{wait}"


def about(seconds: float) -> str:
    """Return an estimate in words, no finer than it is: "about 20 s", "about 3 min"."""
    if seconds < 55:
        return f"about {max(5, 5 * round(seconds / 5))} s"
    if seconds < 55 * 60:
        return f"about {max(1, round(seconds / 60))} min"
    return f"about {max(1, round(seconds / 3600))} h"
