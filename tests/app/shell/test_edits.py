"""Edits as a component sends them, made on a state that counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given

from lstm_viz.app.shell.edits import take_edits
from tests.app.shell.messages import anything


@dataclass
class Sum:
    reply: int = 0
    total: int = 0

    def apply(self, edit: Mapping[str, Any]) -> None:
        self.total += int(edit["value"])


def test_edits_are_made_in_their_order_and_answered_by_the_id_of_their_message() -> None:
    state = Sum()
    take_edits(state, {"id": 7, "edits": [{"value": 2}, {"value": 3}]})
    assert state == Sum(7, 5)


def test_edits_of_something_else_are_answered_and_dropped() -> None:
    state = Sum()
    take_edits(state, {"id": 7, "home": "before", "edits": [{"value": 2}]}, home="now")
    assert state == Sum(7, 0)
    take_edits(state, {"id": 8, "home": "now", "edits": [{"value": 2}]}, home="now")
    take_edits(state, {"id": 9, "edits": [{"value": 2}]}, home="now")
    assert state == Sum(9, 4)


@pytest.mark.parametrize("message", [None, "text", {"id": 3}, {"id": 3, "edits": [{"value": "x"}]}])
def test_what_no_component_sends_is_logged_and_changes_nothing(
    message: Any, caplog: pytest.LogCaptureFixture
) -> None:
    state = Sum()
    take_edits(state, message)
    assert state.total == 0
    [record] = caplog.records
    assert record.getMessage().startswith("Refused an edit")


@given(anything)
def test_whatever_arrives_nothing_is_raised(message: Any) -> None:
    take_edits(Sum(), message)
