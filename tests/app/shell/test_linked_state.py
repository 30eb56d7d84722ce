"""A page state that follows the address: a number in this test, under the key ``n``."""

from collections.abc import Mapping
from dataclasses import dataclass

from streamlit.testing.v1 import AppTest


@dataclass
class Counter:
    n: int


def opened(query: Mapping[str, str]) -> Counter:
    text = query.get("n", "0")
    if not text.isdecimal():
        raise ValueError(f"The link gives n as {text}.")
    return Counter(int(text))


def follow(state: Counter, query: Mapping[str, str]) -> None:
    state.n = opened(query).n


def page() -> None:
    import streamlit as st

    from lstm_viz.app.shell.linked_state import LinkedState
    from tests.app.shell.test_linked_state import follow, opened

    linked = LinkedState("counter", lambda: ("n",), opened, follow, lambda state: {"n": str(state.n)})
    state = linked.read()

    def add() -> None:
        state.n += 1

    st.button("add", on_click=add)
    st.markdown(str(state.n))
    if linked.write_link():
        st.markdown("outdated")


def visit(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    app.query_params = query
    return app.run()


def go_on(app: AppTest, **query: str) -> AppTest:
    app.query_params = query
    return app.run()


def shown(app: AppTest) -> str:
    assert not app.exception
    return str(app.markdown[0].value)


def test_it_opens_on_what_the_address_names_and_leaves_the_rest_of_it_alone() -> None:
    app = visit(n="7", utm="mail")
    assert shown(app) == "7"
    assert app.query_params == {"n": "7", "utm": "mail"}


def test_an_edit_is_written_to_the_address_and_is_not_taken_for_another_link() -> None:
    app = visit(n="7")
    app.button[0].click().run()
    assert shown(app) == "8"
    assert app.query_params == {"n": "8"}
    assert shown(app.run()) == "8"


def test_another_link_is_followed_and_an_empty_address_keeps_the_state() -> None:
    app = go_on(visit(n="7"), n="3")
    assert shown(app) == "3"
    assert shown(go_on(app)) == "3"
    assert app.query_params == {"n": "3"}


def test_a_link_that_cannot_be_read_is_said_until_something_is_changed() -> None:
    for app, kept in ((visit(n="oops"), "0"), (go_on(visit(n="7"), n="oops"), "7")):
        for _ in range(2):
            assert [warning.value for warning in app.warning] == [
                "The link gives n as oops\\. Nothing of it was used."
            ]
            assert shown(app) == kept
            assert app.query_params == {"n": kept}
            app.run()
        app.button[0].click().run()
        assert not app.warning
        assert shown(app) == str(int(kept) + 1)
