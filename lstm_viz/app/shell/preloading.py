"""What a page with a stage and charts will need, named to the browser with the page itself.

Streamlit's own files come first, then its connection, then our page; only then would the browser ask for
ours, one after the other as each module names the next. So the answer that brings the page names them all, to
be fetched at low priority while there is nothing better to do.
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lstm_viz.components.chart import PLOTLY_PATH

MAX_HEADER: Final = 3000
"""Characters of a header. A proxy may refuse an answer whose headers together exceed 4 KB."""

ASSETS: Final = Path(__file__).resolve().parents[2] / "components" / "assets"
# Streamlit asks for their style sheets in another way, and what was fetched before would be fetched again.
_NOT_ISOLATED: Final = ("chart",)
_OF_STREAMLIT: Final = "_stcore/bidi-components/lstm-viz."

_IMPORT: Final = re.compile(r"""^(?:import .*from |@import url\()"(\.[^"]+)"\)?;$""", re.MULTILINE)

PAGES: Final = {
    "": ("belt",),
    "cell": ("stage", "chart"),
    "challenges": ("board",),
    "gradients": ("panel", "chart"),
    "variants": ("gallery", "panel", "strips", "stage", "chart", "equation_editor"),
}
"""By the last part of a page's address, the components that are on it; that of the Start page is empty."""


@functools.cache
def header(page: str) -> str:
    """Return the ``Link`` header of a page: as much as fits of what it needs, if that is known."""
    named: list[str] = []
    for link in links(page):
        if len(", ".join([*named, link])) > MAX_HEADER:
            break
        named.append(link)
    return ", ".join(named)


def links(page: str) -> Iterator[str]:
    """Yield what a page needs, in the words of a ``Link`` header, what takes longest first.

    The addresses are relative to the page, so that they hold below any base path.
    """
    if page not in PAGES:
        return
    if "chart" in PAGES[page]:
        yield f"<{PLOTLY_PATH.removeprefix('/')}>; rel=preload; as=script; fetchpriority=low"
    for component in PAGES[page]:
        for path in assets(component):
            address = f"{_OF_STREAMLIT}{component}/{path.relative_to(ASSETS).as_posix()}"
            kind = "rel=modulepreload" if path.suffix == ".js" else "rel=preload; as=style"
            yield f"<{address}>; {kind}; fetchpriority=low"


@functools.cache
def assets(component: str) -> tuple[Path, ...]:
    """Return the files of a component: its script and its style sheet, and all that they import."""
    folder = ASSETS / component
    found = [folder / "index.js"]
    if component not in _NOT_ISOLATED:
        found.append(folder / f"{component}.css")
    for path in found:
        imported = (path.parent / name for name in _IMPORT.findall(path.read_text(encoding="utf-8")))
        found += [name for place in imported if (name := place.resolve()) not in found]
    return tuple(found)
