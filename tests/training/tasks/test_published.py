"""What CO2 and sunspots are looked at for, before a file of theirs is kept."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_viz.training.downloads import DownloadError, Source, fault, fetch, place
from lstm_viz.training.tasks import sources
from tests.training.server import sends, serving

PAGE = "<!DOCTYPE html>\n<html><head><title>Log in</title></head>\n<body>1,2,3</body></html>\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_VIZ_HOME", str(tmp_path))


def co2(until: int) -> str:
    """A table as NOAA publishes it: comments, year and month apart, and -99.99 where nothing was measured."""
    lines = [
        f"{1958 + k // 12},{k % 12 + 1},{1958 + (k + 0.5) / 12:.4f},"
        f"{-99.99 if k in (5, 9) else 315 + k / 8 + 3 * np.sin(k * np.pi / 6):.2f},"
        f"{315 + k / 8:.2f},-1,-9.99,-0.99"
        for k in range(2, 12 * (until - 1958))
    ]
    head = ["# ------", "# USE OF THESE DATA, with a comma", "#"]
    names = "year,month,decimal date,average,deseasonalized,ndays,sdev,unc"
    return "\n".join([*head, names, *lines]) + "\n"


def yearly(until: int) -> str:
    """A table as SILSO publishes it: semicolons, no names, -1 for what is not known."""
    return "".join(
        f"{1700 + k}.5;{80 + 70 * np.sin(k / 1.75):6.1f};{-1.0 if k < 118 else 5.1:5.1f};"
        f"{-1 if k < 118 else 300:5d};{int(k < until - 1701)}\n"
        for k in range(until - 1700)
    )


def monthly(until: int) -> str:
    return "".join(
        f"{1749 + k // 12};{k % 12 + 1:02};{1749 + (k + 0.5) / 12:.3f};"
        f"{80 + 70 * np.sin(k / 21):6.1f}; -1.0;   -1;1\n"
        for k in range(12 * (until - 1749))
    )


TABLES: dict[str, tuple[Source, Callable[[int], str]]] = {
    "co2": (sources.CO2, co2),
    "yearly": (sources.SUNSPOTS["yearly"], yearly),
    "monthly": (sources.SUNSPOTS["monthly"], monthly),
}


def fault_of(text: str, source: Source) -> str:
    place(source).write_text(text)
    return fault(place(source), source) or "nothing"


@pytest.mark.parametrize("until", [2021, 2027, 2060])
@pytest.mark.parametrize(("source", "table"), TABLES.values(), ids=TABLES)
def test_what_the_publishers_send_is_taken_however_long_it_has_grown(
    source: Source, table: Callable[[int], str], until: int
) -> None:
    assert fault_of(table(until), source) == "nothing"


def test_the_published_co2_is_taken(shared: Path) -> None:
    text = (shared / "data" / "co2_mm_mlo.csv").read_text()
    assert fault_of(text, sources.CO2) == "nothing"
    assert fault_of(text[: len(text) // 2], sources.CO2).startswith("ends in 19")
    assert fault_of(text[: len(text) - 30], sources.CO2) == "breaks off in the middle of its last line"


@pytest.mark.parametrize(("source", "table"), TABLES.values(), ids=TABLES)
def test_what_is_not_the_table_is_told_by_what_is_wrong(source: Source, table: Callable[[int], str]) -> None:
    whole = table(2027)
    assert "is a web page" in fault_of(PAGE, source)
    assert "is not the table that it should be" in fault_of("moved\n", source)
    assert fault_of(whole[: len(whole) // 2], source).startswith("ends in ")
    wrong = whole.replace(",317.85,", ",8000.00,").replace(";  80.0;", ";8000.0;")
    assert fault_of(wrong, source).startswith("has values from")


def test_other_tables_are_told_from_it() -> None:
    yearly_source, monthly_source = sources.SUNSPOTS["yearly"], sources.SUNSPOTS["monthly"]
    assert fault_of(monthly(2027), yearly_source).endswith("each line is a year after the one before")
    assert fault_of(yearly(2027), monthly_source).endswith("each line is a month after the one before")
    assert fault_of(co2(2027), monthly_source) == "begins in 1958, not in 1749"
    gap = "\n".join(line for line in co2(2027).split("\n") if not line.startswith("1990,6,"))
    assert fault_of(gap, sources.CO2).endswith("each line is a month after the one before")
    gaps = re.sub(r"^(19.*?);.*?;", r"\1; -1.0;", yearly(2027), flags=re.MULTILINE)
    assert fault_of(gaps, yearly_source).startswith("lacks ")


@pytest.mark.parametrize(("source", "table"), TABLES.values(), ids=TABLES)
def test_a_portal_s_page_kept_in_its_place_is_mended(source: Source, table: Callable[[int], str]) -> None:
    with serving() as server:
        url = server.serves(
            "/table.csv", sends(PAGE.encode()), sends(PAGE.encode()), sends(table(2027).encode())
        )
        source = replace(source, url=url, mirrors=())
        place(source).write_text(PAGE)
        with pytest.raises(
            DownloadError, match=r"web page.* put it, .* The copy that lies there now .* web page"
        ):
            fetch(source, lambda *_: None)
        assert place(source).read_text() == PAGE
        assert fetch(source, lambda *_: None).read_text() == table(2027)
        fetch(source, lambda *_: None)
        assert server.asked["/table.csv"] == 3
