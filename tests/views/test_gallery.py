"""What the gallery says of each cell: numbers from its run, and nothing else."""

import re

import numpy as np
import orjson
import pytest

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.gallery import EXHIBITS, X, run_of
from lstm_viz.views.gallery import (
    authors,
    cards,
    findings,
    gallery_record,
    in_words,
    lines_record,
    main_lines,
    pieces,
    seen_by_weights,
)

MIXES = {"Elman", "SCRN", "NIG", "QRNN", "IndRNN"}
ADDS = {"LSTM 1997", "NFG"}


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_sentence_of_each_cell_says_what_its_run_did(name: str) -> None:
    said = in_words(findings(name))
    begins = (
        "Mixes every value in" if name in MIXES
        else "Adds up" if name in ADDS
        else "Keeps the first" if name == "V"
        else "Keeps the newest"
    )  # fmt: skip
    assert said.startswith(begins)


def test_what_is_said_to_be_mixed_in_is_measured_on_another_input() -> None:
    other = X.copy()
    other[other[:, 1] == 0, 0] *= -1
    [there, here] = re.findall(r"−?\d\.\d+", in_words(findings("Elman")))
    for number, x in ((there, other), (here, X)):
        assert float(number.replace("−", "-")) == pytest.approx(run_of("Elman", x)["h"][-1, 0], abs=0.005)


def test_what_is_added_up_is_the_memory_at_the_end() -> None:
    said = in_words(findings("LSTM 1997"))
    *steps, total = (float(n.replace("−", "-").replace(" ", "")) for n in re.findall(r"−? ?\d\.\d+", said))
    assert total == pytest.approx(run_of("LSTM 1997")["c"][-1, 0], abs=0.005)
    assert sum(steps) == pytest.approx(total, abs=0.02)


def test_a_relu_loses_the_sign_and_the_peephole_the_newer_values() -> None:
    assert run_of("LSTM relu")["c"][5, 0] == pytest.approx(0.0, abs=1e-6)
    assert "loses the sign: −0.6 is stored as 0" in in_words(findings("LSTM relu"))
    full = run_of("V")["c"][:, 0]
    np.testing.assert_allclose(full, np.tanh(0.8), atol=1e-6)
    assert "0.66" in in_words(findings("V"))


def test_how_much_holding_moves_the_memory_is_measured() -> None:
    hard = run_of("LSTM hard")["c"][:, 0]
    assert hard[0] == hard[4], "a hard sigmoid is shut for good"
    assert in_words(findings("LSTM hard")).endswith("Holding does not move it at all.")
    soft = run_of("LSTM")["c"][:, 0]
    assert 0 < max(abs(soft[4] - soft[0]), abs(soft[9] - soft[5])) == findings("LSTM").drift < 1e-8


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("minGRU", "x"), ("minLSTM", "x"), ("RG-LRU", "x"), ("QRNN", "x"), ("selective scan", "x"),
        ("LSTM", "h"), ("GRU before", "h"), ("Elman", "h"), ("IndRNN", "h"), ("sLSTM", "h"), ("LSTMP", "h"),
        ("V", "memory"), ("NOG", "memory"), ("FGR", "memory"), ("SRU", "memory"),
    ],
)  # fmt: skip
def test_what_the_weights_of_a_cell_see(name: str, seen: str) -> None:
    assert seen_by_weights(CATALOGUE[name]) == seen


def test_where_weights_see_x_alone_the_direct_route_is_the_whole_gradient() -> None:
    for equations in CATALOGUE.values():
        if seen_by_weights(equations) == "x":
            assert equations.diagonal


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Elman", "Elman"), ("LSTM 1997", "Hochreiter & Schmidhuber"), ("IndRNN", "Li et al."),
        ("mLSTM 2016", "Krause et al."), ("LSTM relu", "Keras"), ("LSTM hard", "Keras 2"),
    ],
)  # fmt: skip
def test_authors_are_written_as_in_a_reference(name: str, written: str) -> None:
    assert authors(CATALOGUE[name]) == written


def test_lines_are_written_as_people_write_them() -> None:
    assert "".join(text for text, _ in pieces("c = f*c + i*g")) == "C = f·C + i·C̃"
    assert dict(pieces("i = sigmoid(W@x)"))["i"] == "i"
    assert [line.split(" ")[0] for line in main_lines(CATALOGUE["sLSTM"])] == ["m", "i", "c", "n", "h"]
    assert main_lines(CATALOGUE["LSTM"])[0] == "i, f, o = sigmoid(W@x + U@h + b)"
    # Its o has the same letters, and sees the new memory.
    assert main_lines(CATALOGUE["V"])[0].startswith("i, f = ")
    assert main_lines(CATALOGUE["LSTMP"])[-2:] == ["m = o*tanh(c)", "h = R@m"]


def test_the_record_has_all_cards_the_oldest_first_and_becomes_json() -> None:
    record = gallery_record(list(CATALOGUE), ["GRU"])
    written = orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY))
    years = [card["year"] for card in written["cards"]]
    assert years == sorted(years)
    assert len(years) == written["of"] == len(CATALOGUE)
    [gru] = [card for card in written["cards"] if card["name"] == "GRU"]
    assert gru["values"] == run_of("GRU")["h"][:, 0].tolist()
    assert [card["name"] for card in gallery_record(["V"], [])["cards"]] == ["V"]
    assert cards() is cards(), "computed once"


def test_side_by_side_stands_every_line_of_each_cell() -> None:
    record = lines_record(["LSTM", "minGRU"])
    _, lstm, mingru = record["groups"]
    assert [row["key"] for row in lstm["rows"]] == list("ifgcoh")
    assert [row["symbol"] for row in mingru["rows"]] == ["z", "n", "h"]
    assert mingru["rows"][0]["full"] is None, "a gate, from 0 to 1"
    np.testing.assert_array_equal(mingru["rows"][2]["values"], run_of("minGRU")["h"][:, 0])


def test_every_parent_is_in_the_catalogue_and_no_younger() -> None:
    for equations in CATALOGUE.values():
        if equations.parent:
            parent: Equations = CATALOGUE[equations.parent]
            assert (parent.year or 0) <= (equations.year or 0), equations.name
    assert set(EXHIBITS) >= {equations.parent for equations in CATALOGUE.values()} - {""}


def test_the_things_to_try_are_as_the_page_asks() -> None:
    alone = [name for name, equations in CATALOGUE.items() if seen_by_weights(equations) == "x"]
    odd = [name for name in alone if in_words(findings(name)).startswith("Mixes")]
    assert (len(alone), odd) == (5, ["QRNN"])
    assert not any(name.startswith("b") for name in CATALOGUE["QRNN"].shapes), "gates without a bias"
    assert X[5].tolist() == [-0.6, 1.0]
    assert run_of("LSTM")["i"][5, 0] > 0.99
    assert run_of("V")["i"][5, 0] < 0.01
    assert run_of("LSTM")["f"][3, 0] < 1.0 == run_of("LSTM hard")["f"][3, 0]


def test_lines_have_the_colours_of_the_stage_and_gates_are_told_by_what_they_did() -> None:
    _, slstm = lines_record(["sLSTM"])["groups"]
    rows = {row["key"]: row for row in slstm["rows"]}
    assert [key for key, row in rows.items() if row["full"] is None] == ["o", "i", "f"]
    assert (rows["f"]["light"], rows["i"]["light"]) == (SYMBOLS["f"].light, SYMBOLS["i"].light)
