import re
from pathlib import PurePosixPath

import pytest

from lstm_viz.app.shell.preloading import ASSETS, MAX_HEADER, PAGES, assets, header
from lstm_viz.components.chart import PLOTLY_PATH

NAMED = re.compile(
    r"<_stcore/bidi-components/lstm-viz\.(\w+)/([\w/.]+)>; (rel=modulepreload|rel=preload; as=style)"
)
KINDS = {".js": "rel=modulepreload", ".css": "rel=preload; as=style"}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_the_modules_of_its_components_and_plotly_where_it_has_a_chart(page: str) -> None:
    link = header(page)
    # Relative to the page, as a base path in front of it, or a proxy, needs it.
    plotly = f"<{PLOTLY_PATH.removeprefix('/')}>; rel=preload; as=script"
    assert (plotly in link) == ("chart" in PAGES[page])
    named = NAMED.findall(link)
    assert all(kind == KINDS[PurePosixPath(name).suffix] for _, name, kind in named)
    wanted = [(of, path.relative_to(ASSETS).as_posix()) for of in PAGES[page] for path in assets(of)]
    found = [(of, name) for of, name, _ in named]
    assert found == wanted[: len(found)]
    assert len(found) == len(wanted) or page == "variants", "there is more than a header should hold"
    assert len(link) <= MAX_HEADER


@pytest.mark.parametrize("page", ["other", "cell.js"])
def test_nothing_else_names_anything(page: str) -> None:
    assert header(page) == ""


@pytest.mark.parametrize("component", sorted({name for names in PAGES.values() for name in names}))
def test_all_files_of_a_component_are_found_once(component: str) -> None:
    found = [path.relative_to(ASSETS).as_posix() for path in assets(component)]
    assert len(found) == len(set(found))
    imported = set()
    for path in assets(component):
        names = re.findall(r'(?:from|url\() ?"(\..+?)"', path.read_text(encoding="utf-8"))
        imported |= {(path.parent / name).resolve().relative_to(ASSETS).as_posix() for name in names}
    assert imported | {f"{component}/index.js"} == set(found) - {f"{component}/{component}.css"}
    assert (f"{component}/{component}.css" in found) == (component != "chart")
