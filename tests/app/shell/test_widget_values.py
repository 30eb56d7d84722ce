"""Values that we put into a control, and requests that bring the ones from before."""

import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.app.shell import widget_values as train_put


def page() -> None:
    import streamlit as st

    from lstm_viz.app.shell.widget_values import is_late, put

    state = st.session_state
    state.setdefault("ours", "a")
    state.setdefault("taken", [])

    def take() -> None:
        if not is_late("control"):
            state.ours = state.control
            state.taken = [*state.taken, state.control]

    put("control", state.ours)
    st.selectbox("Control", ["a", "b", "c"], key="control", on_change=take)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page).run()


def pick(app: AppTest, value: str) -> list[str]:
    """Have the browser send a value; return what has been taken so far."""
    app.selectbox(key="control").set_value(value).run()
    assert not app.exception
    taken: list[str] = app.session_state["taken"]
    return taken


def test_what_a_person_chooses_is_taken(app: AppTest) -> None:
    pick(app, "b")
    assert pick(app, "c") == ["b", "c"]
    assert pick(app, "b") == ["b", "c", "b"]


def test_what_a_control_had_before_we_put_another_there_is_no_choice(app: AppTest) -> None:
    app.session_state["ours"] = "b"
    app.run()
    assert pick(app, "a") == []  # on its way before the browser knew of b
    assert app.selectbox(key="control").value == "b"
    assert pick(app, "c") == ["c"]


def test_a_little_later_it_is_one_again(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_put, "ON_ITS_WAY", 0.0)
    app.session_state["ours"] = "b"
    app.run()
    assert pick(app, "a") == ["a"]
