import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_viz as lv
from lstm_viz.exchange.links.cell_choice import CELL, LONGEST_CELL
from lstm_viz.exchange.links.codec import UnreadableError
from lstm_viz.settings.cell_choice import CellChoice

comments = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("~% +=&"), max_size=60)


@pytest.mark.parametrize("name", lv.CATALOGUE)
def test_a_cell_of_the_catalogue_stands_as_its_name(name: str) -> None:
    assert CELL.write(CellChoice(name)) == name
    assert CELL.read(name) == CellChoice(name)


@given(comments)
def test_a_text_comes_back_to_the_letter(comment: str) -> None:
    choice = CellChoice(f"# {comment}\nh = 0.9*h + W@x")
    written = CELL.write(choice)
    assert CELL.read(written) == choice
    assert "~" not in written, "which stands between the items of a list"


def test_the_longest_text_fits() -> None:
    longest = CellChoice("h = h + W@x\n#".ljust(4_000, "~"))
    assert len(CELL.write(longest)) <= LONGEST_CELL
    assert CELL.read(CELL.write(longest)) == longest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LSTN", "no cell of the catalogue"),
        ("h = g*h", "no cell (line 1, column 5: nothing is called g; give it a line: g = …)"),
        ("", "no cell (line 1, column 1: expected equations"),
        ("h = __import__('os')", "no cell (line 1, column 5: there is no function __import__"),
    ],
)
def test_what_is_no_cell_is_refused_with_the_first_mistake(text: str, said: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        CELL.read(text)
    assert said in caught.value.problem


@given(st.text(max_size=80))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert CELL.read(CELL.write(CELL.read(text))) == CELL.read(text)
