"""The family on the Variants page without a browser: cards, filters, what is chosen, which section opens."""

import pytest

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.settings.gallery import run_of
from lstm_viz.views.gradient_words import routes_in_words
from lstm_viz.views.newer_cells import both_forms, routes_beside, stabiliser_in_words
from tests.pages.test_variants import Visitor


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(part="family")


def shown(visitor: Visitor) -> list[str]:
    return [card["name"] for card in visitor.sent("gallery")["cards"]]


def components(visitor: Visitor) -> set[str | None]:
    return {element.key for element in visitor.app._tree.get("bidi_component")}


def test_the_page_opens_on_the_family_with_every_cell(visitor: Visitor) -> None:
    visitor.follow()
    assert not visitor.app.exception
    assert set(shown(visitor)) == set(CATALOGUE)
    assert components(visitor) == {"gallery"}, "nothing of the other section is computed"


@pytest.mark.parametrize(
    ("query", "section"),
    [
        ({"variants": "timer"}, "compare"),
        ({"cells": "v~lstm", "x": "1_0"}, "compare"),
        ({"with": "LSTM~GRU"}, "family"),
        ({"part": "compare"}, "compare"),
        ({"part": "family", "variants": "timer"}, "family"),
        ({"part": "nonsense"}, "family"),
        ({"own": "GRU", "own_x": "1_0"}, "own"),
        ({"part": "own"}, "own"),
    ],
)
def test_the_address_says_which_section_opens(query: dict[str, str], section: str) -> None:
    visitor = Visitor(**query)
    assert not visitor.app.exception
    first = {"family": "gallery", "compare": "variants_panel", "own": "own_cell_editor"}
    assert components(visitor) & {*first.values()} == {first[section]}


def test_the_section_is_picked_and_stays_for_the_session(visitor: Visitor) -> None:
    visitor.app.button_group(key="variants_part").set_value("compare").run()
    assert visitor.app.query_params["part"] in ("compare", ["compare"])
    assert "variants_strips" in components(visitor)
    visitor.follow()
    assert "variants_strips" in components(visitor)


def test_what_was_chosen_in_a_section_is_there_when_one_comes_back(visitor: Visitor) -> None:
    visitor.app.button_group(key="gallery_sees").set_value("x").run()
    filtered = shown(visitor)
    visitor.app.button_group(key="variants_part").set_value("new").run()
    visitor.app.select_slider(key="newer_bias").set_value(5.0).run()
    visitor.app.button_group(key="variants_part").set_value("family").run()
    assert not visitor.app.exception
    assert shown(visitor) == filtered
    assert len(filtered) < len(CATALOGUE)
    visitor.app.button_group(key="variants_part").set_value("new").run()
    assert visitor.app.select_slider(key="newer_bias").value == 5.0


def test_filters_show_the_cells_whose_weights_see_so_much_of_an_era(visitor: Visitor) -> None:
    visitor.app.button_group(key="gallery_sees").set_value("x").run()
    assert set(shown(visitor)) == {"QRNN", "minGRU", "minLSTM", "RG-LRU", "selective scan"}
    visitor.app.button_group(key="gallery_era").set_value("2023 and 2024").run()
    assert "QRNN" not in shown(visitor)
    visitor.app.button_group(key="gallery_sees").set_value(None).run()
    assert all((CATALOGUE[name].year or 0) >= 2023 for name in shown(visitor))


def test_two_cells_that_are_opened_stand_side_by_side_and_in_the_address(visitor: Visitor) -> None:
    assert "Press *Open* on up to four cards" in visitor.said
    visitor.send("gallery", "choose", "LSTM")
    visitor.send("gallery", "choose", "minGRU")
    assert visitor.app.query_params["with"] in ("LSTM~minGRU", ["LSTM~minGRU"])
    titles = [group["title"] for group in visitor.sent("gallery_strips")["groups"]]
    assert titles == ["", "LSTM · LSTM with a forget gate", "minGRU · minimal GRU"]
    assert "**2H(D+1)** parameters" in visitor.said
    [link] = visitor.app.get("page_link")
    assert link.proto.query_string == "cells=LSTM~minGRU"
    visitor.send("gallery", "choose", "LSTM")
    assert visitor.sent("gallery")["chosen"] == ["minGRU"]


@pytest.mark.parametrize("name", ["nonsense", "", None, 7])
def test_what_no_card_sends_changes_nothing(visitor: Visitor, name: object) -> None:
    visitor.send("gallery", "choose", name)
    assert not visitor.app.exception
    assert visitor.sent("gallery")["chosen"] == []


def test_a_damaged_link_is_said_to_be_damaged() -> None:
    visitor = Visitor(**{"with": "**bold**"})
    [warning] = visitor.app.warning
    assert "Nothing of it was used." in warning.value
    assert "**bold" not in warning.value


def test_what_is_new_is_measured_anew_where_a_control_is_moved() -> None:
    visitor = Visitor(part="new")
    assert not visitor.app.exception
    assert components(visitor) == {"newer_LSTM", "newer_minLSTM", "newer_forms"}
    assert stabiliser_in_words(both_forms(1000)) in visitor.said
    visitor.app.select_slider(key="newer_scale").set_value(10).run()
    assert stabiliser_in_words(both_forms(10)) in visitor.said
    visitor.app.select_slider(key="newer_bias").set_value(0.0).run()
    assert routes_in_words(routes_beside(0.0)["LSTM"]) in visitor.said
    assert not visitor.app.exception


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_cell_opens_on_the_stage_with_the_numbers_of_its_run(name: str) -> None:
    visitor = Visitor(**{"with": f"{'GRU' if name == 'LSTM' else 'LSTM'}~{name}"})
    assert not visitor.app.exception
    assert visitor.app.button_group(key="gallery_on_stage").value == name
    stage, strips = visitor.sent("gallery_stage"), visitor.sent("gallery_strips")
    assert (stage["run"], stage["opening"]) == (strips["run"], strips["opening"])
    assert stage["q"]["h"][0] == run_of(name)["h"][:, 0].tolist()
    assert stage["editable"] is False


def test_a_unit_is_chosen_on_the_stage_and_another_cell_opens_on_its_first() -> None:
    visitor = Visitor(**{"with": "LSTM~RG-LRU"})
    visitor.edit("gallery_stage", {"kind": "unit", "unit": 1, "done": True}, number=7)
    assert (visitor.sent("gallery_stage")["unit"], visitor.sent("gallery_stage")["reply"]) == (1, 7)
    visitor.edit("gallery_stage", {"kind": "unit", "unit": 9, "done": True}, number=8)
    assert visitor.sent("gallery_stage")["unit"] == 1
    visitor.app.button_group(key="gallery_on_stage").set_value("LSTM").run()
    assert visitor.sent("gallery_stage")["unit"] == 0
    assert not visitor.app.exception
