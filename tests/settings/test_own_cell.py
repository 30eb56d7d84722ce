from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import lstm_viz as lv
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL, INVITATIONS, MAX_SCALE, OwnCell


def own(text: str, **chosen: Any) -> OwnCell:
    return replace(DEFAULT_OWN_CELL, cell=CellChoice(text), **chosen)


def test_the_weights_are_those_of_the_seed_times_the_scale() -> None:
    chosen = own("h = tanh(W@x + U@h)", units=3, seed=5, scale=1.5)
    drawn = lv.Cell.random(chosen.equations, 2, 3, seed=5)
    weights = chosen.with_weights().weights
    assert weights.keys() == drawn.weights.keys()
    for name, array in weights.items():
        np.testing.assert_array_equal(array, 1.5 * drawn.weights[name])


def test_where_x_is_used_unit_by_unit_there_are_as_many_units_as_inputs() -> None:
    chosen = own("h = 0.5*h + x", lines=((1.0, 2.0), (3.0, 4.0)), units=4)
    assert chosen.hidden == 2
    np.testing.assert_array_equal(chosen.with_weights().run(chosen.x)["h"], [[1.0, 3.0], [2.5, 5.5]])


@pytest.mark.parametrize("name", lv.CATALOGUE)
def test_every_cell_of_the_catalogue_can_be_started_from(name: str) -> None:
    chosen = own(lv.CATALOGUE[name].text, base=name, scale=MAX_SCALE, units=4)
    assert np.isfinite(chosen.with_weights().run(chosen.x)["h"]).all()


@pytest.mark.parametrize("key", INVITATIONS)
def test_an_invitation_changes_one_line_of_the_lstm(key: str) -> None:
    ours, theirs = INVITATIONS[key].text.split("\n"), lv.CATALOGUE["LSTM"].text.split("\n")
    changed = [line for line, other in zip(ours, theirs, strict=True) if line != other]
    assert len(changed) == 1
    chosen = own(INVITATIONS[key].text)
    chosen.with_weights().run(chosen.x)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base": "LSTN"}, "base must be a name of the catalogue"),
        ({"units": 0}, "units must be 1 to 4, got 0"),
        ({"units": 5}, "units must be 1 to 4, got 5"),
        ({"seed": -1}, "seed must be 0 to 9999"),
        ({"scale": float("nan")}, "scale must be from 0 to 6"),
        ({"scale": 6.1}, "scale must be from 0 to 6, got 6.1"),
        ({"lines": ()}, "lines must be 1 to 2"),
        ({"lines": ((1.0,), (1.0, 2.0))}, "equally long"),
        ({"lines": ((0.0,) * 201,)}, "1 to 200 numbers, got 201"),
        ({"lines": ((1e4,),)}, "numbers from -1000 to 1000, got 10000"),
    ],
)
def test_what_is_out_of_range_is_refused_by_its_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        replace(DEFAULT_OWN_CELL, **change)
    assert said in str(caught.value)
