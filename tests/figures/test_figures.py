from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from lstm_viz import LSTM_1997, GRUCell, LSTMVariantCell
from lstm_viz.analysis import ledger
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.cell import Cell
from lstm_viz.figures.gates import gates_figure
from lstm_viz.figures.ledger import ledger_figure
from lstm_viz.figures.states import states_figure
from lstm_viz.figures.theme import palette, step_colours
from lstm_viz.notation import DIAGRAM_GATES, SYMBOLS
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import PRESETS

LATCH = PRESETS["leaky-latch"].settings
ONE_STEP = PRESETS["worked-one-step"].settings
Build = Callable[..., Any]
"""Makes a figure of a run; Any, for Plotly's types know no attribute of a figure."""
CLAMPED = replace(LATCH, cell=LATCH.cell.with_clamp("f", 0.5))


def gates(run: RunSettings, dark: bool = False) -> Any:
    return gates_figure(
        run.run(), 0, dark=dark, ghost=run.run_unclamped() if run.cell.clamp else None
    ).figure()


def states(run: RunSettings, dark: bool = False) -> Any:
    return states_figure(
        run.run(), 0, dark=dark, ghost=run.run_unclamped() if run.cell.clamp else None
    ).figure()


def books(run: RunSettings, dark: bool = False) -> Any:
    trace = run.run()
    return ledger_figure(ledger(trace), trace.c[:, 0], dark=dark).figure()


every_figure = pytest.mark.parametrize("build", [gates, states, books])
every_run = pytest.mark.parametrize("run", [LATCH, ONE_STEP, CLAMPED], ids=["latch", "one step", "clamped"])
both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@every_figure
@every_run
@both_themes
def test_plotly_accepts_every_property(build: Build, run: RunSettings, dark: bool) -> None:
    assert isinstance(build(run, dark), go.Figure)  # Drawing.figure has them all checked, and raises


@every_figure
@every_run
def test_a_figure_has_a_title_and_whole_steps_from_one(build: Build, run: RunSettings) -> None:
    layout = build(run).layout
    assert layout.title.text
    assert layout.xaxis.title.text == "step"
    assert list(layout.xaxis.range) == [0.5, len(run.sequence.values) + 0.5]
    assert float(layout.xaxis.dtick).is_integer()


@every_figure
@every_run
def test_every_trace_answers_a_hover_in_words_with_real_minus_signs(build: Build, run: RunSettings) -> None:
    for trace in build(run).data:
        assert "<extra></extra>" in trace.hovertemplate
        assert not any("-" in text for text in trace.hovertext or ())


@every_figure
def test_zoom_and_hidden_traces_outlive_new_numbers(build: Build) -> None:
    assert build(LATCH).layout.uirevision == build(CLAMPED).layout.uirevision


@every_figure
def test_a_zoom_does_not_outlive_the_steps_it_was_made_on(build: Build) -> None:
    assert build(LATCH).layout.xaxis.uirevision != build(ONE_STEP).layout.xaxis.uirevision


@both_themes
def test_gates_are_drawn_with_their_own_signs(dark: bool) -> None:
    figure = gates(LATCH, dark)
    trace = LATCH.run()
    for line, gate in zip(figure.data, DIAGRAM_GATES, strict=True):
        symbol = SYMBOLS[gate]
        assert (line.line.color, line.line.dash, line.marker.symbol) == (
            symbol.dark if dark else symbol.light,
            symbol.dash,
            symbol.marker,
        )
        np.testing.assert_array_equal(line.y, getattr(trace, gate)[:, 0])


def test_no_two_gates_share_dash_and_marker() -> None:
    drawn = [(line.line.dash, line.marker.symbol) for line in gates(LATCH).data]
    assert len(set(drawn)) == 4


def test_the_clamped_run_stands_before_its_ghost() -> None:
    figure = states(CLAMPED)
    ghosts, lines = figure.data[:2], figure.data[2:]
    np.testing.assert_array_equal(ghosts[0].y, CLAMPED.run_unclamped().c[:, 0])
    np.testing.assert_array_equal(lines[0].y, CLAMPED.run().c[:, 0])
    for ghost, line in zip(ghosts, lines, strict=True):
        assert ghost.legendgroup == line.legendgroup  # hidden together
        assert ghost.showlegend is False


def test_a_ghost_that_is_no_different_is_left_out() -> None:
    assert len(gates(CLAMPED).data) == 4 + 1  # of all gates, only f is another; h does not reach them here


def test_the_ledger_draws_its_parts() -> None:
    written, start, _smaller, total, strip = books(ONE_STEP).data
    assert written.y.tolist() == pytest.approx([1.0], abs=1e-6)
    assert start.y.tolist() == pytest.approx([0.3], abs=1e-6)
    assert total.y.tolist() == pytest.approx([1.3], abs=1e-6)
    assert written.marker.color == strip.marker.color


@both_themes
def test_the_colours_of_the_steps_get_lighter_all_the_way(dark: bool) -> None:
    colours = step_colours(palette(dark=dark), 60)
    lightness = [
        sum(w * int(c[n : n + 2], 16) for w, n in ((0.30, 1), (0.59, 3), (0.11, 5))) for c in colours
    ]
    assert len(set(colours)) == 60
    assert lightness == sorted(lightness)


def test_gates_of_a_gru_are_its_own() -> None:
    trace = GRUCell.random(1, 2, seed=0).run([[1.0], [-1.0], [0.5]])
    figure: Any = gates_figure(trace, 1, dark=False).figure()
    assert [line.name for line in figure.data] == ["r  reset gate", "z  update gate", "n  new state"]
    np.testing.assert_array_equal(figure.data[1].y, trace.u[:, 1])
    assert len({line.line.dash for line in figure.data}) == 3
    assert list(figure.layout.yaxis.range) == [-1.05, 1.05]


def test_a_candidate_of_1997_has_room_on_the_axis() -> None:
    trace = LSTMVariantCell.random(LSTM_1997, 1, 1).run([[1.0]], clamp={"g": 1.9})
    assert list(gates_figure(trace, 0, dark=False).figure().layout.yaxis.range) == [-2.1, 2.1]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_cell_of_the_catalogue_has_a_figure_of_its_gates(name: str) -> None:
    cell = Cell.random(CATALOGUE[name], 2, 2, sizes=dict.fromkeys(CATALOGUE[name].declared_sizes, 2))
    assert isinstance(gates_figure(cell.run(np.ones((3, 2))), 0, dark=False).figure(), go.Figure)
