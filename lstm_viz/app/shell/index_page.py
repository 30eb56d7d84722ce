"""The page that a browser loads first: Streamlit's own, which also says where the server is.

Streamlit's script looks for the server below the page's own address first (``/cell/_stcore/health``), is told
404, and asks again one level up. It opens its connection only then, and once it has heard which sites may
embed the app. A page that sets ``window.__streamlit`` answers both before they are asked.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Final

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from lstm_viz.app.shell.preloading import header

PAGES: Final = ("", "cell", "challenges", "gradients", "variants", "train")
"""The last part of the address of each page. Any other is answered by Streamlit."""

_FIRST_MODULE: Final = '<script type="module"'


def routes(below: str) -> list[Route]:
    """Return a route for each page below a base path."""
    return [Route(f"{below}/{page}", respond) for page in PAGES]


async def respond(request: Request) -> Response:
    """Answer with the page, and name what it will need."""
    # What it names changes with each version, so a browser asks for it every time.
    headers = {"Cache-Control": "no-cache"}
    if link := header(request.url.path.rpartition("/")[2]):
        headers["Link"] = link
    return HTMLResponse(html(), headers=headers)


@cache
def html() -> str:
    """Return Streamlit's page with :func:`script` before its first module."""
    page = (files("streamlit") / "static" / "index.html").read_text(encoding="utf-8")
    return page.replace(_FIRST_MODULE, f"<script>{script()}</script>{_FIRST_MODULE}", 1)


def script() -> str:
    """Return the script that names the server, and the sites that may send the app messages.

    The server is where the files of the page come from, which Streamlit's page names relative to its own
    address: so it holds below any base path, and behind any proxy.
    """
    base = 'new URL(".", location.href).href'
    host = {"allowedOrigins": st.get_option("client.allowedOrigins"), "useExternalAuthToken": False}
    values = f"{{BACKEND_BASE_URL: {base}, MAIN_PAGE_BASE_URL: {base}, HOST_CONFIG: {_written(host)}}}"
    return f"window.__streamlit = {values}"


def _written(value: object) -> str:
    # Within a script no text may end it.
    return json.dumps(value).replace("<", "\\u003c")
