from collections.abc import Iterator

import pytest

from lstm_viz.app.train import presence
from lstm_viz.training.jobs import using
from tests.pages.trainings import StandIn


@pytest.fixture
def jobs() -> Iterator[StandIn]:
    """The jobs of all pages while a test lasts."""
    stand_in = StandIn()
    with using(stand_in):
        yield stand_in
    for timer in presence._leaving.values():
        timer.cancel()
    presence._leaving.clear()
