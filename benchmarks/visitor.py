"""A visitor without a browser: speaks to the server what the Cell page speaks, over the same websocket."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tools.serving import Server

_STAGE: Final = "lstm-viz.stage"
_FINISHED: Final = (
    ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY,
    ForwardMsg.ScriptFinishedStatus.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)


@asynccontextmanager
async def visit(server: Server) -> AsyncIterator["Visitor"]:
    """Open the Cell page, and leave it at the end."""
    address = server.url.replace("http:", "ws:") + "/_stcore/stream"
    async with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        visitor = Visitor(socket)
        await visitor.open()
        yield visitor


@dataclass(slots=True)
class Visitor:
    """One websocket session on the Cell page; what it knows of the page, it was told by the server."""

    socket: ClientConnection
    page: str = ""
    query: str = ""
    fragment: str = ""
    stage: str = ""
    reply: int = 0
    """The last edit that the record of the stage answers."""
    edits: int = 0

    async def open(self) -> None:
        """Send what a browser sends first, and wait for the page."""
        message = BackMsg()
        message.rerun_script.page_name = "cell"
        await self._run(message)
        if not self.stage:
            raise RuntimeError("The page came without its stage")

    async def set_weight(self, value: float, *, done: bool) -> float:
        """Move the forget gate's bias to ``value``; return the ms until the whole answer is here.

        Raises
        ------
        RuntimeError
            If the run ends otherwise than well, or the stage is not answered with this very edit.
        """
        self.edits += 1
        edit = {"kind": "weight", "gate": "f", "unit": 0, "column": 3, "value": value, "done": done}
        trigger = [{"event": "edit", "value": {"id": self.edits, "edits": [edit]}}]
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.fragment_id = self.fragment
        state = WidgetState(
            id=f"$$STREAMLIT_INTERNAL_KEY_{self.stage}__events", json_trigger_value=json.dumps(trigger)
        )
        message.rerun_script.widget_states.widgets.append(state)
        start = time.perf_counter()
        await self._run(message)
        elapsed = (time.perf_counter() - start) * 1e3
        if self.reply != self.edits:
            raise RuntimeError(f"Edit {self.edits} was answered by the run of edit {self.reply}")
        return elapsed

    async def _run(self, message: BackMsg) -> None:
        await self.socket.send(message.SerializeToString())
        records: list[bytes] = []
        while True:
            received = await self.socket.recv()
            assert isinstance(received, bytes)
            answer = ForwardMsg.FromString(received)
            kind = answer.WhichOneof("type")
            if kind == "delta":
                self._note(answer.delta, answer.metadata.active_script_hash, records)
            elif kind == "page_info_changed":
                self.query = answer.page_info_changed.query_string
            elif kind == "script_finished":
                if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue  # the page follows what the stage has changed; the answer is whole after that
                if answer.script_finished not in _FINISHED:
                    raise RuntimeError(f"The run ended with status {answer.script_finished}")
                break
        # Read only now: what a benchmark does with the answer is not part of the wait for it.
        if records:
            self.reply = json.loads(records[-1])["reply"]

    def _note(self, delta: Delta, page: str, records: list[bytes]) -> None:
        if (
            delta.WhichOneof("type") != "new_element"
            or delta.new_element.WhichOneof("type") != "bidi_component"
        ):
            return
        component = delta.new_element.bidi_component
        if component.component_name == _STAGE:
            self.page, self.fragment, self.stage = page, delta.fragment_id, component.id
            records.append(component.bytes)
