from typing import Any

import numpy as np
import pytest

from lstm_viz.notation import PLACE_STYLES
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.variants import VARIANTS_PRESETS, Comparison
from lstm_viz.views.strips import opening_step, strips_record

LINE = ((1.0, -0.5, 0.0, 2.0, -1.5),)


def record(*cells: str, unit: int = 0, **settings: Any) -> dict[str, Any]:
    chosen = Comparison(cells, LINE, units=2, **settings)
    return strips_record(chosen.run(), ["x"], unit)


def rows(group: dict[str, Any]) -> str:
    return "".join(row["key"] for row in group["rows"])


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("lstm", "ifgoch"),
        ("v", "ifgoch"),
        ("nig", "fgoch"),
        ("nfg", "igoch"),
        ("nog", "ifgch"),
        ("cifg", "ifgoch"),
        ("1997", "igoch"),
        ("gru", "runh"),
        ("gru-before", "runh"),
        ("rnn", "h"),
    ],
)
def test_a_cell_has_its_own_rows_and_none_for_a_gate_that_it_lacks(key: str, expected: str) -> None:
    other = "v" if key == "lstm" else "lstm"
    groups = record(key, other)["groups"]
    assert [rows(group) for group in groups] == ["x", expected, "ifgoch"]
    assert FAMILY[key].title in groups[1]["title"]


def test_the_rows_hold_the_numbers_of_the_unit_asked_for() -> None:
    chosen = Comparison(("gru", "v"), LINE, units=2)
    traces = chosen.run()
    _, gru, peeping = record("gru", "v", unit=1)["groups"]
    for row in gru["rows"]:
        np.testing.assert_array_equal(row["values"], getattr(traces["gru"], row["key"])[:, 1])
    for row in peeping["rows"]:
        np.testing.assert_array_equal(row["values"], getattr(traces["v"], row["key"])[:, 1])


def test_the_same_colour_means_the_same_number_in_every_cell() -> None:
    full: dict[str, set[float | None]] = {}
    for group in record("1997", "lstm", "noaf", "niaf", scale=4.0)["groups"]:
        for row in group["rows"]:
            full.setdefault(row["key"], set()).add(row["full"])
            if row["full"] is not None:
                assert np.abs(row["values"]).max() <= row["full"] + 1e-12
    assert all(len(values) == 1 for values in full.values())
    assert full["i"] == full["f"] == full["o"] == {None}


def test_cells_are_told_apart_by_their_place() -> None:
    groups = record("rnn", "gru", "lstm", "v")["groups"]
    assert [group["light"] for group in groups[1:]] == [style.light for style in PLACE_STYLES]
    assert len({(style.dash, style.marker) for style in PLACE_STYLES}) == len(PLACE_STYLES)


@pytest.mark.parametrize(("key", "step"), [("timer", 33), ("missing", 11)])
def test_presets_open_where_the_memory_jumps_for_the_last_time(key: str, step: int) -> None:
    assert opening_step(VARIANTS_PRESETS[key].settings.run()) == step - 1


def test_a_memory_that_never_moves_opens_at_the_end() -> None:
    still = Comparison(("lstm", "v"), ((0.0, 0.0),), scale=0.0)
    assert opening_step(still.run()) == 1
