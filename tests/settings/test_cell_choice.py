import pytest

import lstm_viz as lv
from lstm_viz.settings.cell_choice import CellChoice

LEAKY = "h = 0.9*h + W@x"


@pytest.mark.parametrize("name", lv.CATALOGUE)
def test_a_name_is_the_cell_of_the_catalogue(name: str) -> None:
    choice = CellChoice(name)
    assert choice.equations is lv.CATALOGUE[name]
    assert (choice.title, choice.is_own) == (name, False)


def test_a_text_is_a_cell_of_ones_own() -> None:
    choice = CellChoice(LEAKY)
    assert choice.equations.states == ("h",)
    assert (choice.title, choice.is_own) == ("own cell", True)


def test_it_is_read_once_and_compared_by_what_was_written() -> None:
    assert CellChoice(LEAKY).equations is CellChoice(LEAKY).equations
    assert CellChoice(LEAKY) == CellChoice(LEAKY) != CellChoice(LEAKY + " ")
    assert len({CellChoice(LEAKY), CellChoice(LEAKY), CellChoice("GRU")}) == 2


def test_mistakes_are_listed_where_they_are() -> None:
    with pytest.raises(lv.EquationError, match="did you mean sigmoid") as caught:
        CellChoice("f = sigmod(W@x)\nh = f*h + q")
    assert [problem.span.line for problem in caught.value.problems] == [1, 2]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("LSTN", "got 'LSTN'; did you mean LSTM?"),
        ("lstm_viz.cells", "got 'lstm_viz.cells'"),
        ("q" * 10_000, "got 'qqqq"),
        ("", "expected equations"),
        (" \n ", "expected equations"),
        ("h = h\n" * 2_000, "at most 4,000 characters"),
    ],
)
def test_what_is_no_cell_is_refused_in_a_short_sentence(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^(written|equations)") as caught:
        CellChoice(written)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200
