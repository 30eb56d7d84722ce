"""What the Challenges page shows of an attempt: the record of the board. No Streamlit here.

Two ask for it: the page, and :mod:`lstm_viz.app.challenges.preview` while a hand drags.
"""

from collections.abc import Iterator
from typing import Any, Final

from lstm_viz.app.challenges.state import ChallengesState
from lstm_viz.components.stage import PREVIEW_PATH
from lstm_viz.lessons.challenges import LARGEST, TESTS, Challenge, Sequences, challenges, hidden_tests
from lstm_viz.lessons.marking import Marks, mark, reason
from lstm_viz.lessons.plain_rnn import PlainRNN
from lstm_viz.notation import DIAGRAM_GATES, GATES, SYMBOLS, Gate, decimals

RUN: Final = "challenges"
"""The name under which what belongs to this page's run is known in the browser."""


def board_record(state: ChallengesState) -> dict[str, Any]:
    """Return the record of the board, but for what the session alone knows.

    That is the edit answered and what can be undone.
    """
    challenge = state.challenge
    tests = hidden_tests(challenge.key, state.seed)
    marks = mark(challenge, state.rows, tests)
    return {
        "run": RUN,
        "challenge": _challenge(challenge, state.seed),
        "rows": state.rows,
        "test": state.test,
        "passed": marks.passed.tolist(),
        "strip": list(_strip(challenge, marks, tests, state.test)),
        "curve": _curve(challenge, marks, tests, state.test),
        "reason": _reason(challenge, marks, tests, state.test),
        "nonzero": marks.nonzero,
        "stars": marks.stars,
        "seed": state.seed,
        "link": state.shown_link(),
        "shared": state.shared_link(),
        "preview": f"{PREVIEW_PATH}/challenges",
    }


def _challenge(challenge: Challenge, seed: int) -> dict[str, Any]:
    return {
        "key": challenge.key,
        "number": list(challenges()).index(challenge.key) + 1,
        "title": challenge.title,
        "task": challenge.filled(challenge.task),
        "quantity": challenge.quantity,
        "unit": challenge.unit,
        "units": challenge.units,
        "columns": challenge.columns,
        "par": challenge.par,
        "hints": [challenge.filled(hint) for hint in challenge.hints],
        "solution": challenge.rows(challenge.solution),
        "solved": challenge.filled(challenge.solved),
        "rnn": _rnn(challenge, seed),
        "largest": LARGEST,
        "gates": [_gate(challenge, gate) for gate in DIAGRAM_GATES],
        "all": [{"key": each.key, "title": each.title} for each in challenges().values()],
    }


def _rnn(challenge: Challenge, seed: int) -> dict[str, Any] | None:
    """Return what to say of a plain RNN on the same sequences, where one is compared."""
    if challenge.rnn is None:
        return None
    tests = hidden_tests(challenge.key, seed)
    rnn = PlainRNN(challenge.rnn.weights)
    off = decimals(rnn.mean_error(challenge, tests))
    text = (
        "**A plain RNN of one unit cannot do this.** The best of many that were trained on it passes "
        f"{rnn.passed(challenge, tests)} of {TESTS} sequences, and is off by {off} on average. "
        f"{challenge.rnn.why}"
    )
    return {"text": text}


def _gate(challenge: Challenge, gate: Gate) -> dict[str, Any]:
    symbol = SYMBOLS[gate]
    return {
        "key": gate,
        "symbol": symbol.letter,
        "name": symbol.name.removesuffix(" gate"),
        "light": symbol.light,
        "dark": symbol.dark,
        "row": GATES.index(gate) * challenge.units,
    }


def _strip(challenge: Challenge, marks: Marks, tests: Sequences, test: int) -> Iterator[dict[str, Any]]:
    for column, each in enumerate(challenge.inputs):
        values = tests.x[:, test, column]
        yield {"label": each.name, "key": "x", "values": values.tolist(), "full": 1.0}
    unit = challenge.unit - 1
    shown = ("i", "f", "g", "c") if challenge.quantity == "C" else ("f", "o", "c", "h")
    for key in shown:
        values = getattr(marks.trace, key)[:, test, unit]
        symbol = SYMBOLS[key]
        full = max(1.0, float(abs(values).max())) if symbol.signed else None
        yield {"label": symbol.letter, "key": key, "values": values.tolist(), "full": full}


def _curve(challenge: Challenge, marks: Marks, tests: Sequences, test: int) -> dict[str, Any]:
    return {
        "values": marks.values[:, test].tolist(),
        "target": tests.target[:, test].tolist(),
        "tolerance": challenge.tolerance,
        "start": challenge.c0 if challenge.quantity == "C" else 0.0,
        "out": int(marks.first_out[test]),
    }


def _reason(challenge: Challenge, marks: Marks, tests: Sequences, test: int) -> dict[str, Any] | None:
    """Return why the sequence shown fails; where it passes, why the first that fails does."""
    failing = [test, *range(TESTS)]
    for number in failing:
        why = reason(challenge, marks, tests, number)
        if why is not None:
            return {"test": number, "kind": why.kind, "text": why.text}
    return None
