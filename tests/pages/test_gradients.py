"""The Gradients page without a browser: what it shows was measured, and no link or message breaks it."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.app.gradients import curves
from lstm_viz.app.shell import background
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.exchange.links.gradients import to_query
from lstm_viz.networks.random import draw_input
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.gradients import GRADIENT_PRESETS, LSTM, GradientSettings
from lstm_viz.views.gradients import influence_of, measure, networks_of
from tests.pages.visitor import Visitor


def on_gradients(**query: str) -> Visitor:
    visitor = Visitor.on_start()
    visitor.follow("gradients", **query)
    return visitor


def medians(visitor: Visitor) -> list[np.ndarray]:
    """The three median curves that the page shows."""
    return [np.array(trace["y"]) for trace in visitor.chart("curves", "gradients")["figure"]["data"][2::3]]


def assert_shows(visitor: Visitor, settings: GradientSettings) -> None:
    assert not visitor.app.exception
    for shown, network in zip(medians(visitor), networks_of(settings).values(), strict=True):
        logs = [
            measure(network, settings.steps, settings.input_scale, seed) for seed in range(settings.seeds)
        ]
        np.testing.assert_allclose(shown, np.median(logs, axis=0), atol=1e-9)


SMALL = {"hidden": "4", "steps": "12", "seeds": "3"}


def test_opens_on_the_defaults_with_all_its_figures() -> None:
    visitor = on_gradients()
    assert_shows(visitor, GRADIENT_PRESETS["defaults"].settings)
    for name in ("curves", "spectrum", "heat", "routes", "clipping"):
        assert visitor.chart(name, "gradients")["figure"]["data"]
    words = " ".join(element.value for element in visitor.app.markdown)
    assert "falls below a thousandth after" in words
    assert "is only the direct part" in words


@pytest.mark.parametrize("key", GRADIENT_PRESETS)
def test_every_preset_can_be_picked_and_is_linked(key: str) -> None:
    visitor = on_gradients(**SMALL)
    visitor.app.selectbox(key="gradients_preset").set_value(key).run()
    assert_shows(visitor, GRADIENT_PRESETS[key].settings)
    assert visitor.app.query_params["flow"] == key
    assert any(GRADIENT_PRESETS[key].finding in element.value for element in visitor.app.markdown)


def test_a_dial_moves_the_curves_while_it_is_dragged_and_the_address_when_it_is_let_go() -> None:
    visitor = on_gradients(**SMALL)
    visitor.turn("forget_bias", 3.0, done=False)
    start = GradientSettings(hidden=4, steps=12, seeds=3)
    assert_shows(visitor, start.with_number("forget_bias", 3.0))
    assert "forget_bias" not in visitor.app.query_params
    visitor.turn("forget_bias", 4.0, number=2)
    assert_shows(visitor, start.with_number("forget_bias", 4.0))
    assert visitor.app.query_params["forget_bias"] == "4"


def test_counts_are_rounded_and_everything_else_is_kept() -> None:
    visitor = on_gradients(**SMALL, radius="1.25", activation="relu")
    visitor.turn("hidden", 5.4)
    assert_shows(visitor, GradientSettings(hidden=5, steps=12, seeds=3, radius=1.25, activation="relu"))


@pytest.mark.parametrize(
    "edits",
    [
        [{"key": "forget_bias", "value": 1e308, "done": True}],
        [{"key": "steps", "value": float("inf"), "done": True}],
        [{"key": "nonsense", "value": 1.0, "done": True}],
        [{"value": 1.0}],
        "text",
        None,
    ],
)
def test_messages_that_no_hand_sends_change_nothing(edits: object) -> None:
    visitor = on_gradients(**SMALL)
    visitor.send("edit", {"id": 1, "edits": edits}, component="gradients_panel")
    assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3))


@pytest.mark.parametrize("query", [{"flow": "nonsense"}, {"hidden": "9999"}, {"radius": "wide"}])
def test_a_damaged_link_opens_the_default_with_a_notice(query: dict[str, str]) -> None:
    visitor = on_gradients(**query)
    assert visitor.app.warning[0].value.startswith("The link")
    assert_shows(visitor, GRADIENT_PRESETS["defaults"].settings)


def test_the_choice_is_still_there_after_a_visit_to_another_page() -> None:
    visitor = on_gradients(**SMALL, forget_bias="2.5")
    visitor.follow("start")
    visitor.follow("gradients")
    assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3, forget_bias=2.5))


def test_ways_to_initialise_and_to_leave_the_radius() -> None:
    visitor = on_gradients(**SMALL, radius="1.5")
    visitor.app.toggle(key="gradients_as_drawn").set_value(True).run()
    assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3))
    for way in ("orthogonal", "chrono", "default"):
        visitor.app.segmented_control(key="gradients_initialisation").set_value(way).run()
        assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3, initialisation=way))


def test_long_work_is_done_in_slices_and_gets_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "SLICE", 0.0)
    visitor = on_gradients(**SMALL, forget_bias="1.75")
    assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3, forget_bias=1.75))
    visitor.turn("forget_bias", 1.5)
    assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3, forget_bias=1.5))


def heat(visitor: Visitor) -> np.ndarray:
    """The heat map that the page shows, NaN where it is blank."""
    return np.array(visitor.chart("heat", "gradients")["figure"]["data"][0]["z"], dtype=float)


def test_the_heat_map_is_the_influence_that_was_measured() -> None:
    visitor = on_gradients(**SMALL)
    rows = influence_of(GradientSettings(hidden=4).lstm.draw(0), draw_input(12, 1.0, 0))
    for t, row in enumerate(rows):
        np.testing.assert_allclose(heat(visitor)[t, : t + 1], row, atol=5e-4)
    assert np.isnan(heat(visitor)[np.triu_indices(12, 1)]).all()


def test_a_long_heat_map_is_measured_in_slices_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "SLICE", 0.0)
    visitor = on_gradients(**SMALL, forget_bias="0.75")
    for measured in range(1, 12):
        assert np.isfinite(heat(visitor)).any(axis=1).sum() == measured
        assert f"{measured} of 12 states so far" in visitor.chart("heat", "gradients")["summary"]
        assert visitor.app.get("progress")[0].proto.text.startswith("Measuring")
        visitor.app.run()
    visitor.app.run()
    assert np.isfinite(heat(visitor)).any(axis=1).all()
    assert "the first input changes the last state" in visitor.chart("heat", "gradients")["summary"]
    assert not visitor.app.get("progress")


def test_the_largest_sizes_are_measured_too() -> None:
    visitor = on_gradients(hidden="128", steps="200", seeds="1", forget_bias="6")
    for _ in range(50):
        if not visitor.app.get("progress"):
            break
        visitor.app.run()
    assert np.isfinite(heat(visitor)[np.tril_indices(200)]).all()
    assert visitor.chart("routes", "gradients")["figure"]["data"]
    assert not visitor.app.info


def test_a_link_cannot_put_a_picture_on_the_page() -> None:
    visitor = on_gradients(initialisation="![a](//127.0.0.1/x)")
    assert "![" not in visitor.app.warning[0].value


def test_any_cells_of_the_catalogue_take_the_place_of_the_three() -> None:
    visitor = on_gradients(**SMALL)
    visitor.app.multiselect(key="gradients_cells").set_value(["LSTM", "minGRU", "sLSTM", "SRU"]).run()
    cells = tuple(CellChoice(name) for name in ("LSTM", "minGRU", "sLSTM", "SRU"))
    settings = GradientSettings(hidden=4, steps=12, seeds=3, cells=cells)
    assert_shows(visitor, settings)
    assert visitor.app.query_params["cells"] in ("LSTM~minGRU~sLSTM~SRU", ["LSTM~minGRU~sLSTM~SRU"])
    visitor.turn("keep_bias", 3.0)
    assert_shows(visitor, settings.with_number("keep_bias", 3.0))


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_cell_has_all_that_stands_below_the_curves(name: str) -> None:
    visitor = on_gradients(**SMALL, cells=name)
    assert not visitor.app.exception
    for chart in ("curves", "heat", "routes"):
        assert visitor.chart(chart, "gradients")["figure"]["data"]


def test_a_cell_of_ones_own_comes_by_a_link() -> None:
    own = CellChoice("f = sigmoid(W@x + b)\nh = f*h + (1 - f)*tanh(W@x)")
    settings = GradientSettings(hidden=4, steps=12, seeds=3, cells=(LSTM, own))
    visitor = on_gradients(**to_query(settings))
    assert_shows(visitor, settings)
    assert visitor.app.multiselect(key="gradients_cells").value == ["LSTM", own.written]
    visitor.app.button_group(key="gradients_routes_of").set_value(own.written).run()
    assert "The direct route is the whole gradient" in said(visitor)


def test_two_cells_of_ones_own_have_names_of_their_own_and_can_be_told_apart() -> None:
    own = CellChoice("h = 0.9*h + W@x"), CellChoice("h = 0.5*h + W@x")
    settings = GradientSettings(hidden=4, steps=12, seeds=3, cells=(*own, LSTM))
    visitor = on_gradients(**to_query(settings))
    choice = visitor.app.multiselect(key="gradients_cells")
    assert {"own cell 1", "own cell 2"} < set(choice.options)
    choice.unselect("LSTM").run()
    assert_shows(visitor, replace(settings, cells=own))
    assert "**own cell 2** ·" in said(visitor)


def test_without_any_cell_the_last_ones_stay_and_the_page_says_so() -> None:
    visitor = on_gradients(**SMALL)
    visitor.app.multiselect(key="gradients_cells").set_value([]).run()
    assert "Pick at least one cell." in said(visitor)
    assert_shows(visitor, GradientSettings(hidden=4, steps=12, seeds=3))
    visitor.app.multiselect(key="gradients_cells").set_value(["GRU"]).run()
    assert "Pick at least one cell." not in said(visitor)


def test_a_cell_that_leaves_the_range_of_numbers_is_said_to() -> None:
    own = CellChoice("h = exp(W@x + 9*h)")
    visitor = on_gradients(**to_query(GradientSettings(hidden=4, steps=12, seeds=3, cells=(own,))))
    assert not visitor.app.exception
    assert "own cell** cannot be measured here" in said(visitor)


def test_a_gradient_that_leaves_the_range_of_numbers_has_no_routes_and_the_page_says_so() -> None:
    folds = [f"a{k + 1} = 3.99*a{k}*(1 - a{k})" for k in range(9)]
    own = CellChoice("\n".join(["h[0] = 0.3", "a0 = 3.99*h*(1 - h)", *folds, "h = a9 + 0*(W@x)"]))
    visitor = on_gradients(**to_query(GradientSettings(hidden=2, steps=200, seeds=1, cells=(own,))))
    assert not visitor.app.exception
    assert "times as large" in said(visitor)
    assert "The routes of **own cell** cannot be drawn: the gradient leaves the range" in said(visitor)


def said(visitor: Visitor) -> str:
    return " ".join(element.value for element in visitor.app.markdown)
