from xml.etree import ElementTree

import pytest

from lstm_viz.app.start.doors import DOORS, Door
from lstm_viz.figures import thumbnails

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.page)
def test_every_door_has_a_picture_that_stays_in_its_frame(door: Door, dark: bool) -> None:
    root = ElementTree.fromstring(door.draw(dark))
    assert len(root) >= 2
    for box in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert x >= -0.01
        assert x + width <= thumbnails.WIDTH + 0.5
        assert y >= 0
        assert y + height <= thumbnails.HEIGHT
    assert door.draw(dark) != door.draw(not dark)


def test_a_belt_is_as_thick_as_the_memory() -> None:
    _room, half, full, negative = thumbnails.belt([0.5, 2.0, -0.25], top=10, height=40, dark=False)
    assert ' y="20.00"' in half
    assert ' height="20.00"' in half
    assert ' height="40.00"' in full
    assert ' height="10.00"' in negative
    assert "#5b5fc7" in negative


def test_a_curve_runs_from_edge_to_edge_and_stays_between_its_ends() -> None:
    [line] = thumbnails.curve([0.0, 1.0, 5.0], "#000000", low=0.0, high=1.0)
    assert 'points="2.0,68.0 131.0,4.0 260.0,4.0"' in line
