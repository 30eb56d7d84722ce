from dataclasses import replace
from typing import Any

import pytest

from lstm_viz.training.task import Upload
from lstm_viz.training.tasks.series import CSV
from lstm_viz.training.views import data
from lstm_viz.training.views.data import MOST_AT_ONCE, data_name, fitted_to, series_of

GIVEN = replace(CSV.defaults, upload="0" * 64)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("pad", ["", "x"])
def test_the_names_in_a_large_file_are_read_right_wherever_it_is_cut(end: str, pad: str) -> None:
    rows = (f"{'é' * 40},{k % 7}.5" for k in range(MOST_AT_ONCE // 40))
    file = Upload("mac.csv", f"day{pad},größe{end}{end.join(rows)}".encode())
    assert len(file.content) > MOST_AT_ONCE
    assert data_name(GIVEN, file) == "mac.csv, column größe"


def test_what_is_wrong_with_a_table_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def wrong(name: str) -> Any:
        def read(*_: object) -> None:
            calls.append(name)
            raise ValueError(f"{name}: no numbers")

        return read

    for name in ("measured_columns", "series_from_table"):
        monkeypatch.setattr(data, name, wrong(name))
    file = Upload("words.csv", b"a\nb\n")
    asked = replace(GIVEN, options=(("column", "a"),))
    for _ in range(3):
        with pytest.raises(ValueError, match="measured_columns: no numbers"):
            fitted_to(asked, file)
        with pytest.raises(ValueError, match="series_from_table: no numbers"):
            series_of(asked, file)
    assert sorted(calls) == ["measured_columns", "series_from_table"]
