"""Values that the page puts into a control, and requests that still bring the ones from before."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from lstm_viz.app.shell.widget_values import widget_showing

    state = st.session_state
    state.setdefault("value", "a")
    state.setdefault("taken", [])
    state.setdefault("choices", ["a", "b", "c"])

    def take(value: str) -> None:
        state.value = value
        state.taken = [*state.taken, value]

    widget = widget_showing("control", state.value, tuple(state.choices))
    st.selectbox("Control", state.choices, key=widget.key, on_change=widget.on_change(take))
    st.button("Look")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page).run()


def pick(app: AppTest, value: str) -> list[str]:
    """Have the browser send a value; return what has been taken so far."""
    app.selectbox[0].set_value(value).run()
    return taken(app)


def taken(app: AppTest) -> list[str]:
    assert not app.exception
    values: list[str] = app.session_state["taken"]
    return values


def under_way(app: AppTest, value: str | None = None) -> WidgetStates:
    """Return what the browser would send now, with another value in the control perhaps."""
    control = app.selectbox[0]
    stands = control.value
    control.set_value(stands if value is None else value)
    states: WidgetStates = app._tree.get_widget_states()
    control.set_value(stands)
    return states


def arrive(app: AppTest, states: WidgetStates) -> list[str]:
    """Have a request arrive that was under way."""
    app._run(states)
    return taken(app)


def set_by_page(app: AppTest, value: str) -> None:
    app.session_state["value"] = value
    app.run()
    assert app.selectbox[0].value == value


def test_what_a_person_chooses_is_taken(app: AppTest) -> None:
    pick(app, "b")
    assert pick(app, "c") == ["b", "c"]
    assert pick(app, "b") == ["b", "c", "b"]


def test_the_control_stays_the_same_while_a_person_chooses_in_it(app: AppTest) -> None:
    key = app.selectbox[0].key
    pick(app, "b")
    assert app.selectbox[0].key == key


def test_what_a_control_held_before_the_page_set_another_value_is_no_choice(app: AppTest) -> None:
    late = under_way(app)
    set_by_page(app, "b")
    assert arrive(app, late) == []
    assert app.selectbox[0].value == "b"


def test_nor_is_what_a_person_had_chosen_there_before_that(app: AppTest) -> None:
    assert pick(app, "c") == ["c"]
    late = under_way(app)
    set_by_page(app, "b")
    assert arrive(app, late) == ["c"]
    assert app.selectbox[0].value == "b"


def test_what_a_person_chooses_at_that_moment_is_a_choice(app: AppTest) -> None:
    late = under_way(app, "c")
    set_by_page(app, "b")
    assert arrive(app, late) == ["c"]
    assert app.selectbox[0].value == "c"


def test_the_value_from_before_can_be_chosen_at_once(app: AppTest) -> None:
    set_by_page(app, "b")
    assert pick(app, "a") == ["a"]
    assert app.selectbox[0].value == "a"


def test_what_is_older_still_is_no_choice(app: AppTest) -> None:
    late = under_way(app, "c")
    set_by_page(app, "b")
    set_by_page(app, "a")
    assert arrive(app, late) == []
    assert app.selectbox[0].value == "a"


def test_other_choices_are_another_control(app: AppTest) -> None:
    """The browser sends the words of a choice, which may mean nothing among others."""
    late = under_way(app)
    app.session_state["choices"] = ["x", "y"]
    set_by_page(app, "x")
    assert arrive(app, late) == []
    assert pick(app, "y") == ["y"]
