import pytest

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations
from lstm_viz.notation import SYMBOLS
from lstm_viz.views.line_symbols import line_symbols
from lstm_viz.views.shown_lines import is_gate, shown_lines


def test_the_lines_of_an_lstm_look_as_on_every_page() -> None:
    for key, symbol in shown_lines(CATALOGUE["LSTM"]).items():
        expected = SYMBOLS[key]
        assert (symbol.letter, symbol.name, symbol.light, symbol.dark, symbol.signed) == (
            expected.letter, expected.name, expected.light, expected.dark, expected.signed,
        )  # fmt: skip


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_line_that_is_shown_has_the_look_of_the_stage(name: str) -> None:
    equations = CATALOGUE[name]
    symbols, stage = shown_lines(equations), line_symbols(equations)
    for line, symbol in symbols.items():
        assert (symbol.key, symbol.letter, symbol.light) == (
            line, stage[line]["symbol"], stage[line]["light"],
        )  # fmt: skip
        assert symbol.signed == (equations.bounds(line)[0] < 0 or equations.bounds(line)[1] > 1)
    assert ("h" in symbols) == (equations.sizes["h"] == "H")


def test_an_o_that_is_no_gate_is_not_taken_for_one() -> None:
    equations = Equations("o = tanh(W@x)\nh = 0.5*h + o")
    assert not is_gate(equations, "o")
    assert shown_lines(equations)["o"].signed


def test_of_a_long_cell_the_gates_and_the_states_are_shown() -> None:
    assert [*shown_lines(CATALOGUE["LSTM layer norm"])] == ["i", "f", "o", "c", "h"]
    assert [*shown_lines(CATALOGUE["QRNN"])] == ["z", "f", "o", "c", "h"], "y has D numbers"
