from itertools import pairwise

import numpy as np
import orjson

from lstm_viz.app.start.view import SENTENCE, TURN, UNIT, belt_record
from lstm_viz.networks.sentences import negation_network
from lstm_viz.views.belt import POSITIONS, Belt

NETWORK = negation_network()
BELT = Belt(NETWORK, SENTENCE, TURN, UNIT)
RECORD = belt_record()


def test_the_last_position_is_the_network_as_it_was_learned() -> None:
    trace = NETWORK.run(SENTENCE)
    last = RECORD["positions"][-1]
    for name in ("f", "i", "g", "c"):
        np.testing.assert_allclose(last[name], getattr(trace, name)[:, UNIT], atol=1e-5)
    np.testing.assert_allclose(last["yes"], NETWORK.answers(trace.h)[:, 1], atol=1e-5)


def test_every_other_position_holds_the_forget_gate_after_the_word() -> None:
    learned = RECORD["positions"][-1]
    for at, position in enumerate(RECORD["positions"][:-1]):
        assert position["f"][TURN + 1 :] == [at / (POSITIONS - 1)] * (len(SENTENCE) - TURN - 1)
        for name in ("f", "i", "g", "c", "yes"):
            assert position[name][: TURN + 1] == learned[name][: TURN + 1]


def test_the_memory_of_every_position_is_what_was_kept_and_what_was_written() -> None:
    for position in RECORD["positions"]:
        f, i, g, c = (np.array(position[name]) for name in ("f", "i", "g", "c"))
        np.testing.assert_allclose(c[1:], f[1:] * c[:-1] + i[1:] * g[1:], atol=3e-5)


def test_the_dial_flips_the_answer_once_and_says_so() -> None:
    ends = [position["yes"][-1] for position in RECORD["positions"]]
    assert all(before > after for before, after in pairwise(ends))
    assert ends[0] > 0.9
    assert ends[-1] < 0.03
    for end, position in zip(ends[:-1], RECORD["positions"][:-1], strict=True):
        forgot = end > 0.5
        assert position["note"][0] == ("It forgot the “not”." if forgot else "It still knows the “not”.")


def test_what_is_said_is_what_is_in_the_run() -> None:
    assert RECORD["held"] == {"to": 5, "text": "held: 0.996 is still 0.995 at “that”"}
    c = NETWORK.run(SENTENCE).c[:, UNIT]
    assert (round(float(c[3]), 3), round(float(c[5]), 3)) == (0.996, 0.995)
    held = BELT.held(0.3)
    assert round(float(held.c[5]), 3) == 0.086
    assert RECORD["positions"][12]["note"] == ("It forgot the “not”.", "At “that” C is down to 0.086.")


def test_the_record_is_small_enough_to_be_sent_at_once() -> None:
    assert len(RECORD["positions"]) == POSITIONS
    assert len(orjson.dumps(RECORD)) < 20_000
