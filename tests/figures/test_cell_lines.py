import numpy as np
import pytest

import lstm_viz as lv
from lstm_viz.figures.cell_lines import cell_lines_figure
from lstm_viz.views.cell_lines import of_unit
from lstm_viz.views.shown_lines import drawn_lines


@pytest.mark.parametrize("dark", [False, True])
def test_every_line_is_drawn_in_its_own_way_and_plotly_takes_it(dark: bool) -> None:
    trace = lv.Cell.random(lv.CATALOGUE["sLSTM"], 1, 2).run(np.ones((60, 1)))
    symbols, values = drawn_lines(trace.cell.equations), of_unit(trace, 1)
    drawn = cell_lines_figure({symbols[name]: values[name] for name in values}, "all", steps=60, dark=dark)
    assert drawn.figure().layout.title.text == "all"  # made, every property is checked
    assert [line["legendgroup"] for line in drawn.data] == list(values)
    for line in drawn.data:
        np.testing.assert_array_equal(line["y"], values[line["legendgroup"]])
    looks = {(line["line"]["color"], line["line"]["dash"]) for line in drawn.data}
    assert len(looks) == len(drawn.data)
