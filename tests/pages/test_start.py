from typing import Any
from urllib.parse import parse_qsl

import pytest

from lstm_viz.app.start.doors import DOORS, Door
from lstm_viz.app.start.view import SENTENCE
from lstm_viz.settings.presets import PRESETS
from tests.pages.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    return Visitor.on_start()


def links_to(visitor: Visitor, page: str) -> list[Any]:
    links = [element.proto for element in visitor.app.get("page_link")]
    return [link for link in links if link.page == page]


def test_the_app_opens_on_the_start_page_without_trouble(visitor: Visitor) -> None:
    assert [title.value for title in visitor.app.title] == ["One small word, carried to the end"]
    assert not visitor.app.exception
    assert not visitor.app.error
    assert not visitor.app.warning


def test_the_sentence_is_on_the_belt(visitor: Visitor) -> None:
    record = visitor.sent("start_belt")
    assert tuple(record["words"]) == SENTENCE
    assert record["words"][record["turn"]] == "not"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.page)
def test_a_door_opens_its_page_on_the_run_of_its_picture(visitor: Visitor, door: Door) -> None:
    *_, link = links_to(visitor, door.page)
    assert dict(parse_qsl(link.query_string)) == dict(door.query)
    visitor.follow(door.page, **door.query)
    assert not visitor.app.exception
    assert not visitor.app.warning
    if door.page == "cell":
        assert visitor.record["origin"] == door.query["preset"]


def test_every_preset_is_on_the_cell_page_with_its_caption(visitor: Visitor) -> None:
    visitor.follow()
    [pick] = [box for box in visitor.app.selectbox if box.label == "Start from"]
    assert pick.options[: len(PRESETS)] == [preset.title for preset in PRESETS.values()]
    for key, preset in PRESETS.items():
        visitor.follow(preset=key)
        assert preset.watch in {text.value for text in visitor.app.markdown}


def test_it_says_what_the_network_gets_wrong(visitor: Visitor) -> None:
    assert any("it gets 18 wrong" in text.value for text in visitor.app.markdown)
