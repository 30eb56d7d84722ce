"""A person on our pages without a browser: Streamlit's AppTest, and what our components send and are sent."""

import functools
import json
from pathlib import Path
from typing import Any, Self
from unittest import mock

import orjson
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree

from lstm_viz.exchange.links.cell import KEYS, from_query
from lstm_viz.settings.cell import RunSettings

APP = Path(__file__).resolve().parents[2] / "app.py"


class Visitor:
    """One session. ``app`` is for everything that AppTest knows by itself."""

    def __init__(self) -> None:
        self.app = AppTest.from_file(APP, default_timeout=60)
        self._in_place: tuple[ElementTree, ElementTree] | None = None

    @classmethod
    def on_start(cls) -> Self:
        """Somebody who opened the Start page."""
        visitor = cls()
        visitor.app.run()
        return visitor

    @classmethod
    def on_cell(cls, **query: str) -> Self:
        """Somebody who opened the Cell page by a link."""
        visitor = cls.on_start()
        visitor.follow(**query)
        return visitor

    def follow(self, page: str = "cell", **query: str) -> None:
        """Go to a page by a link."""
        self.app.query_params = query
        self.app.switch_page(f"pages/{page}.py").run()

    def pick(self, origin: str) -> None:
        """Choose where to start from."""
        self.app.selectbox(key="cell_preset").set_value(origin).run()

    def open(self, section: str) -> None:
        """Unfold one of the sections at the end of the Cell page."""
        self.app.session_state[f"cell_{section}"] = True
        self.app.run()

    def edit(self, *edits: Any, number: Any = 1) -> None:
        """Change something on the stage."""
        self.send("edit", {"id": number, "edits": list(edits)})

    def set_bias(self, value: float, *, done: bool = True) -> None:
        """Turn the forget gate's bias of the first unit."""
        column = len(self.record["rows"][0]) - 1
        self.edit({"kind": "weight", "gate": "f", "unit": 0, "column": column, "value": value, "done": done})

    def turn(self, dial: str, value: Any, *, done: bool = True, number: Any = 1) -> None:
        """Turn a dial of the Gradients page."""
        edits = [{"key": dial, "value": value, "done": done}]
        self.send("edit", {"id": number, "edits": edits}, component="gradients_panel")

    def send(self, event: str, value: Any, component: str = "cell_stage") -> None:
        """Send what ``setTriggerValue(event, value)`` sends: a run of the fragment around a component."""
        states = self.app._tree.get_widget_states()
        states.widgets.add(
            id=f"$$STREAMLIT_INTERNAL_KEY_{self._component(component).id}__events",
            json_trigger_value=json.dumps([{"event": event, "value": value}]),
        )
        [fragment] = self.app._fragment_storage._fragments
        whole = self.app._tree
        rerun = functools.partial(RerunData, fragment_id=fragment)
        with mock.patch.object(local_script_runner, "RerunData", rerun):
            self.app._run(states)
        # AppTest takes what a fragment drew for the whole page, and would forget every other control.
        self._in_place = None
        if not self.app.title and not self.app.exception:
            self._in_place = whole, self.app._tree
            self.app._tree = whole

    @property
    def redrawn_in_place(self) -> bool:
        """Whether the last thing sent redrew the stage and the charts alone."""
        return self._in_place is not None and self._in_place[0] is self.app._tree

    def _component(self, key: str) -> Any:
        tree = self._in_place[1] if self._in_place and self.redrawn_in_place else self.app._tree
        [found] = [element.proto for element in tree.get("bidi_component") if element.key == key]
        return found

    @property
    def record(self) -> dict[str, Any]:
        """What the stage was sent last."""
        record: dict[str, Any] = orjson.loads(self._component("cell_stage").bytes)
        return record

    def chart(self, name: str, page: str = "cell") -> dict[str, Any]:
        """What a chart was sent last: ``gates``, ``states`` or ``ledger``, say."""
        return self.sent(f"{page}_{name}")

    def sent(self, component: str) -> dict[str, Any]:
        """What a component was sent last."""
        sent: dict[str, Any] = orjson.loads(self._component(component).bytes)
        return sent

    @property
    def linked_run(self) -> RunSettings:
        """The run that the address names."""
        return from_query({key: self.app.query_params[key] for key in KEYS if key in self.app.query_params})
