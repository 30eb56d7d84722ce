"""What our server does besides answering pages: hand out Plotly, warm up, tidy its memory, report errors."""

import asyncio
import contextlib
import gc
import importlib
import pkgutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Final

if sys.platform != "win32":
    import resource

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

import lstm_viz.app
from lstm_viz.app.cell import preview as cell
from lstm_viz.app.challenges import preview as challenges
from lstm_viz.app.gradients import preview as gradients
from lstm_viz.app.own_cell import preview as own_cell
from lstm_viz.app.shell import index_page
from lstm_viz.app.shell.activity import Activity, quiet
from lstm_viz.app.shell.body_limits import BodyLimits, stored_uploads
from lstm_viz.app.shell.browser import BrowserCookie
from lstm_viz.app.shell.environment import frame_ancestors, max_uploads
from lstm_viz.app.shell.garbage_collection import freeze
from lstm_viz.app.shell.headers import SecurityHeaders
from lstm_viz.app.shell.plotly_script import packed_script, plain_script
from lstm_viz.app.shell.preview import Answer, Previews
from lstm_viz.app.start.parts import prepare as prepare_start
from lstm_viz.app.variants import preview as variants
from lstm_viz.components.chart import PLOTLY_PATH
from lstm_viz.components.stage import PREVIEW_PATH
from lstm_viz.extras import TRAIN, missing

COLLECT_EVERY: Final = 300.0
"""Seconds between two collections of what the garbage collector's own small steps have left."""
QUIET: Final = 3.0
"""Seconds without a message that make a moment in which nobody is held up by a collection."""
PATIENCE: Final = 3600.0
"""Seconds after which it is collected without such a moment."""

OPEN_FILES: Final = 65_536
"""Files and connections that the server may have open, where the system allows as many."""

PREVIEWS: Final[Mapping[str, Answer]] = {
    "cell": cell.answer,
    "challenges": challenges.answer,
    "gradients": gradients.answer,
    "own_cell": own_cell.answer,
    "variants": variants.answer,
}
"""By page, what answers its moving hand."""


def routes() -> list[Route]:
    """Return the routes of our own: the pages, Plotly's script, and the previews of the pages."""
    base = st.get_option("server.baseUrlPath").strip("/")
    below = f"/{base}" if base else ""
    return [
        *index_page.routes(below),
        Route(below + PLOTLY_PATH, _plotly),
        Route(f"{below}{PREVIEW_PATH}/{{page}}", Previews(PREVIEWS).respond, methods=["POST"]),
    ]


def middleware() -> list[Middleware]:
    """Return what stands before every answer of the server."""
    return [
        Middleware(SecurityHeaders, frame_ancestors()),
        Middleware(BodyLimits, max_uploads(), stored_uploads),
        Middleware(Activity),
        Middleware(BrowserCookie),
    ]


async def _plotly(request: Request) -> Response:
    # The address holds the version and what is in it, so what it names never changes.
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    packed = "gzip" in request.headers.get("accept-encoding", "")
    # In a thread: compressing takes a third of a second, once, and nobody else should wait for it.
    body = await asyncio.to_thread(packed_script if packed else plain_script)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="text/javascript", headers=headers)


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Warm up before the first visit, and collect garbage now and then until the server stops."""
    # Streamlit takes a folder called pages/ for its old kind of multi-page app until st.navigation has run
    # once; so the first visit, if it followed a link to a page, would be shown the file names as a menu, and
    # nothing else.
    PagesManager.uses_pages_directory = False
    end_on_hangup()
    allow_open_files()
    await asyncio.to_thread(warm_up)
    collecting = asyncio.create_task(_collect_now_and_then())
    try:
        yield
    finally:
        collecting.cancel()
        await asyncio.to_thread(save_runs)


def warm_up() -> None:
    """Import what the pages need (not torch), pack Plotly, and put it all out of the collector's sight.

    What is imported stays for ever: see :func:`lstm_viz.app.shell.garbage_collection.freeze`.
    """
    importlib.import_module("pandas")
    absent = missing(TRAIN)
    for module in pkgutil.walk_packages(lstm_viz.app.__path__, "lstm_viz.app."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name not in absent:
                raise
    packed_script()
    prepare_start()
    freeze()


def save_runs() -> None:
    """Save the runs of this process; what ends it may leave no time for that later."""
    # A server that nobody has trained on has not imported them, and one without PyTorch cannot.
    if jobs := sys.modules.get("lstm_viz.training.jobs"):
        jobs.close()


def allow_open_files() -> None:
    """Allow as many open connections as the system lets us; most processes begin with 1,024 files.

    Uvicorn waits for the end of a request without a limit, and Streamlit sets it none: connections on which
    nothing comes would soon leave no place for others.
    """
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def end_on_hangup() -> None:
    """End in order when the terminal is closed, as on Ctrl+C; by itself the process would simply be gone.

    Whoever has had the signal ignored, with ``nohup`` say, wants the server to go on.
    """
    hangup = getattr(signal, "SIGHUP", None)  # which Windows has not
    if hangup is not None and signal.getsignal(hangup) == signal.SIG_DFL:
        signal.signal(hangup, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


async def _collect_now_and_then() -> None:
    # Streamlit's own full collection after every run is switched off ([runner] postScriptGC): it is the first
    # enemy of a smooth page. Python's automatic collection goes on, but may leave old cycles for hours.
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while quiet() < QUIET:
                    await asyncio.sleep(QUIET - quiet())
        gc.collect()


def on_script_error(_error: Exception) -> bool:
    """Say on a page that something went wrong, without a traceback; Streamlit has logged it already.

    Returns
    -------
    bool
        True: Streamlit is not to show the error itself.
    """
    st.error(
        "Something went wrong on our side, and this part of the page could not be drawn. "
        "What you set is kept: change it, or reload the page.",
        icon=":material/error:",
    )
    return True
