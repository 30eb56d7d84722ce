"""Plotly's script as our server hands it out: the official one, with the kinds of traces that we draw.

A browser spends half a second on the whole script each time a page is opened, nearly all of it to set up
maps, meshes and forty other kinds of traces. The script registers its kinds in one list; what is not in the
list is never set up. Nothing else of the script is touched but the frame around it.
"""

import functools
import gzip
import re
from importlib.resources import files
from typing import Final

from lstm_viz.components.chart import TRACES

# register([a(),b(),...]): each call returns what a kind of traces needs.
_LIST: Final = re.compile(r"(?<=\.register\(\[)(?:[\w$]+\(\),?){2,}(?=\]\))")
# Round the whole script; a function that is called at once is parsed twice unless it stands in brackets.
_FRAME: Final = re.compile(r"^(.*?: this, )(\(\) => \{.*\})(\)\);\s*)$", re.DOTALL)


def official() -> str:
    """Return the script as the package ``plotly`` brings it."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


def trimmed(script: str) -> str:
    """Return the script with :data:`lstm_viz.components.chart.TRACES` only.

    A script that is built otherwise than we know is returned as it is: it does the same, later.
    """
    listed = _LIST.findall(script)
    calls = {_kind(script, call): call for call in listed[0].split(",")} if len(listed) == 1 else {}
    # "scatter" belongs to Plotly's core, and is registered apart from the others.
    wanted = [calls.get(kind) for kind in TRACES if kind != "scatter"]
    if None in wanted:
        return script
    short = _LIST.sub(",".join(call for call in wanted if call), script)
    return _FRAME.sub(r"\1(\2)\3", short)


def _kind(script: str, call: str) -> str | None:
    # var a=W((x,y)=>{"use strict";y.exports=b()}); var b=W(... {moduleType:"trace",name:"bar",...
    start = script.find(f"var {call.removesuffix('()')}=")
    onward = re.compile(r"\.exports=([\w$]+)\(\)\}\)").search(script, start, start + 100)
    if onward is None:
        return None
    start = script.find(f"var {onward[1]}=")
    named = re.compile(r'moduleType:"trace",name:"(\w+)"').search(script, start, start + 1000)
    return named and named[1]


@functools.cache
def plain_script() -> bytes:
    """Return what is handed out, as it is."""
    return trimmed(official()).encode()


@functools.cache
def packed_script() -> bytes:
    """Return what is handed out, compressed with gzip."""
    return gzip.compress(plain_script(), compresslevel=6, mtime=0)
