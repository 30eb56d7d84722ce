import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.markdown import Markdown, plain

HOSTILE = ["a$b$c", "![x](http://e.vil/x.png)", "<b>", "**bold**", ":red[x]", "`x`", "[a](b)", ":smile:"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_put_into_markdown_has_no_sign_of_it_left(text: str) -> None:
    said = Markdown("**{}** of {name}").format(text, name=text)
    inside = said.removeprefix("**").partition("** of ")
    for part in (inside[0], inside[2]):
        assert part.replace("\\", "") == text
        for place, letter in enumerate(part):
            assert letter not in string.punctuation or letter == "\\" or part[place - 1] == "\\"


@given(st.text())
def test_a_plain_text_is_one_paragraph_in_which_every_sign_is_escaped(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    unescaped = shown.replace("\\\\", "").split("\\")
    assert not set(unescaped[0]) & set(string.punctuation)
    assert all(not set(part[1:]) & set(string.punctuation) for part in unescaped[1:])


def test_markdown_stays_what_it_is_and_numbers_are_formatted() -> None:
    assert Markdown("{}: {:,} of {:.1f}").format(Markdown("*f*"), 1234, 2.5) == "*f*: 1,234 of 2.5"
    assert Markdown(", ").join([Markdown("*f*"), plain("*f*")]) == "*f*, \\*f\\*"


def test_a_text_is_not_cut_after_it_was_escaped() -> None:
    with pytest.raises(ValueError, match="without a format"):
        Markdown("{:.3}").format("text")
