"""What a run would be, while a hand still drags: asked by the stage directly, past Streamlit and its session.

An answer of Streamlit takes some 50 ms, most of them in the browser, where it goes through every element of
the page. So while a hand moves, the stage asks here: settings go in, as a link holds them, with the edits
under way; out comes what the page would show. Nothing is kept. Once the hand lets go Streamlit is told, and
its answer counts.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lstm_viz.app.cell.state import CellState
from lstm_viz.app.cell.view import RUN, CellView
from lstm_viz.app.shell.charts import chart_records
from lstm_viz.app.shell.messages import REFUSALS, checked_edits, short
from lstm_viz.components.chart import packed
from lstm_viz.exchange.links.cell import from_query

LARGEST: Final = 64 * 1024
"""Bytes of a question; two typed lines of the greatest length and a hundred edits fit."""

# One thread: however many questions come, the event loop waits for one answer of some milliseconds at most.
_WORKER: Final = ThreadPoolExecutor(1, "preview")


async def preview(request: Request) -> Response:
    """Answer ``{"run": {...}, "unit": 0, "dark": false, "edits": [...]}``; see :func:`answer`.

    What cannot be understood is answered with status 400 and why, what is too large with 413.
    """
    question = bytearray()
    async for chunk in request.stream():
        question += chunk
        if len(question) > LARGEST:
            return PlainTextResponse(f"A question may have up to {LARGEST:,} bytes.", 413)
    try:
        body = await asyncio.get_running_loop().run_in_executor(_WORKER, answer, bytes(question))
    except REFUSALS as error:
        return PlainTextResponse(short(error), 400)
    # To compress it would take longer than to send it; Streamlit's middleware leaves alone what names an
    # encoding.
    headers = {"Cache-Control": "no-store", "Content-Encoding": "identity"}
    return Response(body, media_type="application/json", headers=headers)


def answer(question: bytes) -> bytes:
    """Return what the Cell page would show of a run after some edits.

    Parameters
    ----------
    question
        JSON: ``run``, the query of its link; ``unit``, the unit shown, counted from 0; ``edits``, what the
        stage would send to Streamlit; ``dark``, whether the page is dark.

    Returns
    -------
    bytes
        JSON: ``stage``, the record of the stage but for what the session alone knows, and ``charts`` by key.

    Raises
    ------
    ValueError, TypeError, KeyError, IndexError, OverflowError
        If it is not a question that the stage asks, or a number is out of range.
    """
    asked = orjson.loads(question)
    if not isinstance(asked, Mapping):
        raise ValueError(f"question must be an object, got {type(asked).__name__}")
    state = CellState.start(from_query(_link(asked["run"])))
    state.choose(int(asked["unit"]))
    for edit in checked_edits(asked["edits"]):
        state.apply(edit)
    view = CellView.of(state.run, state.unit)
    return packed(
        {
            "stage": view.stage(),
            "charts": chart_records(view.charts(dark=bool(asked["dark"])), run=RUN),
        }
    )


def _link(query: Any) -> Mapping[str, str]:
    if not isinstance(query, Mapping) or not all(isinstance(text, str) for text in query.values()):
        raise ValueError("run must be the query of a link")
    return query
