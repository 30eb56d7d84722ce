import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.markdown import plain


def warned(message: str) -> str:
    def page(message: str) -> None:
        from lstm_viz.app.shell.address import warn_of_link

        warn_of_link(ValueError(message))

    app = AppTest.from_function(page, kwargs={"message": message}, default_timeout=60).run()
    assert not app.exception
    [warning] = app.warning
    return warning.value


def test_a_warning_says_what_is_wrong_with_a_link() -> None:
    assert warned("It has no end") == "It has no end Nothing of it was used."


def test_what_anybody_has_written_into_a_link_is_shown_as_it_is() -> None:
    assert warned("![x](y) $z$") == r"\!\[x\]\(y\) \$z\$ Nothing of it was used."


@pytest.mark.parametrize("character", ["x", "$", "\\", "é"])
def test_a_warning_stays_short_whatever_the_link_holds(character: str) -> None:
    words = warned(f"It is {character * 4000}.")
    shown = words.removesuffix(" Nothing of it was used.")
    assert shown == plain(f"It is {character * 194}") + plain("…")
