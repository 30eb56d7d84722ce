import numpy as np
import pytest

from lstm_viz.views.gate_curves import gate_curves
from lstm_viz.views.timeline import Frame

FORGET = (np.array([0.5, 0.4, 0.6, 0.5]), np.array([0.9, 0.1, 0.9, 0.9]))
INPUT = (np.array([0.2, 0.3, 0.2, 0.2]), np.array([0.0, 1.0, 0.0, 0.0]))


def frames(*keys: str) -> list[Frame]:
    return [
        Frame(update, None, {key: values[place] for key, values in zip(keys, (INPUT, FORGET), strict=False)})
        for place, update in enumerate((0, 40))
    ]


def test_marked_steps_and_the_others_have_a_curve_each() -> None:
    curves = gate_curves(frames("i", "f"), marks=(1,))
    assert [(curve.symbol.key, curve.marked) for curve in curves] == [
        ("f", False),
        ("f", True),
        ("i", False),
        ("i", True),
    ]
    np.testing.assert_allclose([curve.values for curve in curves[:2]], [[1.6 / 3, 0.9], [0.4, 0.1]])
    np.testing.assert_allclose([curve.values for curve in curves[2:]], [[0.2, 0.0], [0.3, 1.0]])
    assert all(curve.updates.tolist() == [0, 40] for curve in curves)


@pytest.mark.parametrize("marks", [(), (0, 1, 2, 3)], ids=["none", "all"])
def test_where_no_step_stands_out_it_is_the_mean_over_all(marks: tuple[int, ...]) -> None:
    (curve,) = gate_curves(frames("r"), marks)
    assert curve.marked is None
    np.testing.assert_allclose(curve.values, [0.225, 0.25])


def test_what_is_no_gate_has_no_curve() -> None:
    assert gate_curves(frames("h"), ()) == []
