from collections.abc import Iterator

import pytest

from lstm_viz.app.train import presence
from lstm_viz.training.jobs import using
from tests.pages.trainings import StandIn


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The jobs of all pages while a test lasts."""
    stand_in = StandIn()
    # The tabs of one test are not those of another.
    monkeypatch.setattr(presence, "_tabs", presence.Tabs(lambda _session: True, stand_in.leave))
    with using(stand_in):
        yield stand_in
