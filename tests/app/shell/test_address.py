import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.markdown import plain


def warned(error: str = "", runs: list[str] | None = None) -> str:
    """The one warning that stands on a page."""

    def page(error: str, runs: list[str] | None) -> None:
        from lstm_viz.app.shell import address

        if runs:
            address.warn_of_runs(runs)
        else:
            address.warn_of_link(ValueError(error))

    app = AppTest.from_function(page, kwargs={"error": error, "runs": runs}, default_timeout=60).run()
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
    assert shown == plain(f"It is {character * 194}") + "…"


def test_of_four_runs_that_are_not_here_it_is_said_once() -> None:
    gone = "The run is not on this server."
    begin = r"The link names 4 runs that cannot be shown. The run is not on this server\. "
    assert warned(runs=[gone] * 4) == begin + "They can be trained again from the same settings."
    alone = "The link names a run that cannot be shown. "
    assert warned(runs=[gone]).startswith(alone + r"The run is not on this server\. It can be")
    both = warned(runs=[gone, "Its file is damaged."])
    assert r"The run is not on this server\. Its file is damaged\. They" in both
