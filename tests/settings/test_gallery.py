"""The gallery's weights: one exhibit for each cell of the catalogue, and a job that they are made for."""

import numpy as np
import pytest

from lstm_viz.cells import LSTMCell
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.settings.gallery import EXHIBITS, FLAGGED, MOST, VALUES, Choice, X, cell_of, run_of

# A gate that is open to within e^−20 of 1 lets a hundred-millionth pass.
NEARLY: float = 1e-6


def test_every_cell_of_the_catalogue_is_in_the_gallery_in_the_same_order() -> None:
    assert list(EXHIBITS) == list(CATALOGUE)


@pytest.mark.parametrize("name", EXHIBITS)
def test_weights_and_the_line_shown_are_those_of_the_cell(name: str) -> None:
    exhibit, equations = EXHIBITS[name], CATALOGUE[name]
    assert set(exhibit.weights) <= set(equations.shapes)
    assert exhibit.shown in equations.states
    assert cell_of(name).hidden == exhibit.units


def test_the_input_flags_three_values_of_both_signs() -> None:
    assert np.flatnonzero(X[:, 1]).tolist() == list(FLAGGED)
    assert X[:, 0].tolist() == list(VALUES)
    assert [VALUES[t] for t in FLAGGED] == [0.8, -0.6, 0.3]


def test_the_lstm_is_the_one_of_the_cell_page() -> None:
    """The same weights in the cell that is written out give the same memory."""
    weights = cell_of("LSTM").weights
    i, f, g, o = ((weights[f"W_{gate}"], weights[f"U_{gate}"], weights[f"b_{gate}"]) for gate in "ifgo")
    cell = LSTMCell.from_gates(i=i, f=f, g=g, o=o)
    np.testing.assert_allclose(run_of("LSTM")["c"], cell.run(X).c, atol=1e-15)


@pytest.mark.parametrize("name", ["minGRU", "minLSTM", "SRU", "RG-LRU", "selective scan", "NIAF"])
def test_linear_memories_hold_the_newest_value_itself(name: str) -> None:
    newest = np.repeat([VALUES[t] for t in FLAGGED], np.diff([*FLAGGED, len(VALUES)]))
    np.testing.assert_allclose(run_of(name)[EXHIBITS[name].shown][:, 0], newest, atol=NEARLY)


def test_a_choice_is_of_at_most_four_different_cells_and_a_fifth_takes_the_place_of_the_first() -> None:
    choice = Choice()
    for name in ("LSTM", "GRU", "minGRU", "sLSTM", "Elman"):
        choice = choice.toggled(name)
    assert choice.cells == ("GRU", "minGRU", "sLSTM", "Elman")
    assert len(choice.cells) == MOST
    assert choice.toggled("minGRU").cells == ("GRU", "sLSTM", "Elman")


@pytest.mark.parametrize("cells", [("nonsense",), ("LSTM", "LSTM"), ("LSTM", "GRU", "V", "NIG", "NFG")])
def test_another_choice_is_refused(cells: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="cells must be"):
        Choice(cells)
