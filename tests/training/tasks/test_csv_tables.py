import tracemalloc
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.task import Upload
from lstm_viz.training.tasks.columns import (
    FEWEST_VALUES,
    MOST_VALUES,
    measured_columns,
    series_from_table,
)
from lstm_viz.training.tasks.csv_tables import SEPARATORS, read_table
from lstm_viz.training.tasks.uploads import MOST_BYTES, text_of


def upload(content: str | bytes, name: str = "mine.csv") -> Upload:
    return Upload(name, content.encode() if isinstance(content, str) else content)


def rows(count: int = 80, pattern: str = "{day},{value}") -> str:
    """Lines of a table: a day that counts on, and a value that goes up and down."""
    return "\n".join(
        pattern.format(day=f"2020-{1 + k // 28:02}-{1 + k % 28:02}", value=k % 7 + 0.5) for k in range(count)
    )


VALUES = [k % 7 + 0.5 for k in range(80)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_whatever_wrote_it(encoding: str, end: str) -> None:
    text = "Größe;Café\n1;2\n"
    assert text_of(upload(text.replace("\n", end).encode(encoding))) == text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (b"PK\x03\x04" + b"x" * 50, "Excel"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "Excel"),
        (b"\x1f\x8b\x08" + b"x" * 50, "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x01\x02\x03", "no text"),
        (b"1\n" * (MOST_BYTES // 2 + 1), "at most 20 MB"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(content: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as error:
        text_of(upload(content, "notes.xlsx"))
    assert "notes.xlsx" in str(error.value)


@pytest.mark.parametrize(("name", "sign"), SEPARATORS.items())
def test_the_separator_is_found(name: str, sign: str) -> None:
    text = "day,value\n".replace(",", sign) + rows(pattern="{day}" + sign + "{value}")
    table = read_table(upload(text))
    assert (table.separator, table.names) == (name, ("day", "value"))
    assert table.numbers(1).tolist() == VALUES


def test_one_column_needs_no_separator() -> None:
    table = read_table(upload("value\n" + rows(pattern="{value}")))
    assert table.names == ("value",)
    assert table.numbers(0).tolist() == VALUES


def test_a_separator_can_be_chosen_against_what_looks_right() -> None:
    table = read_table(upload("a;b,c\n" + "1;2,3\n" * 5), "comma")
    assert table.names == ("a;b", "c")


def test_decimal_commas_are_told_from_thousands() -> None:
    table = read_table(upload("a;b;c\n" + "1.234,5;3,25;1 234\n" * 3))
    assert [table.numbers(column)[0] for column in range(3)] == [1234.5, 3.25, 1234.0]
    table = read_table(upload('a,b\n"1,234.5","12,345"\n"2,234.5","12,346"\n'))
    assert [table.numbers(column)[0] for column in range(2)] == [1234.5, 12345.0]


def test_signs_around_numbers_do_no_harm_and_words_are_no_numbers() -> None:
    cells = ["€ 1.5", "-2", "−3", "4 %", "1e3", "nan", "inf", "1_000", "12a", "", "2020-01-01"]
    table = read_table(upload("kind\tvalue\n" + "\n".join(f"x\t{cell}" for cell in cells)))
    expected = [1.5, -2.0, -3.0, 4.0, 1000.0, *[np.nan] * 6]
    np.testing.assert_array_equal(table.numbers(1), expected)


def test_fewer_names_than_columns_leave_every_name_over_its_column() -> None:
    table = read_table(upload("Date,A,B\n" + "2020-01,1,2,3\n" * 9))
    assert table.names == ("Date", "A", "B", "column 4")
    assert [table.numbers(column)[0] for column in (1, 2, 3)] == [1, 2, 3]


def test_comments_prose_and_empty_lines_above_the_table_are_left_out() -> None:
    text = "# CO2 in ppm, monthly\nMeasured, by us\n\nA station report\nday;value\n\n" + rows(
        pattern="{day};{value}"
    )
    table = read_table(upload(text.replace("Measured, by us", "Measured by us")))
    assert table.names == ("day", "value")
    assert len(table.columns[0]) == 80


def test_names_are_told_from_words_where_no_column_holds_numbers() -> None:
    words = "fine,yes\nbad,no\nwell,yes\npoor,no\n"
    assert read_table(upload("text,label\n" + words)).names == ("text", "label")
    assert read_table(upload(words)).names == ("column 1", "column 2")


def test_a_line_that_begins_like_a_comment_below_the_first_is_data() -> None:
    assert read_table(upload("text\tlabel\ngood\t1\n#1 it works\t1\n")).columns[0] == ("good", "#1 it works")


def test_a_table_without_names_and_one_with_double_names() -> None:
    assert read_table(upload("1700.5;5;1\n1701.5;11;1\n")).names == ("column 1", "column 2", "column 3")
    assert read_table(upload("a,a,\n1,2,3\n")).names == ("a", "a (2)", "column 3")


def test_a_separator_at_the_end_of_each_line_makes_no_column() -> None:
    assert read_table(upload("a,b,\n1,2,\n3,4,\n")).names == ("a", "b")


def test_quotation_marks_hold_separators_together_and_a_lost_one_swallows_nothing() -> None:
    table = read_table(upload('text,label\n"good, and cheap",1\n"bad\nin two lines",0\n'))
    assert table.columns[0] == ("good, and cheap", "bad\nin two lines")
    table = read_table(upload('"Lost mark\t1\nfine\t0\n"Again\t1\nok\t0\n'))
    assert table.columns[0] == ('"Lost mark', "fine", '"Again', "ok")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("only one line", "no lines of data"),
        (" <!DOCTYPE html>\n<p>1,2</p>\n<p>1,2</p>", "mine.csv is a web page"),
        ("# all\n# comments\n# here", "no lines of data"),
        ("1,2\n1,2,3\n1\n1,2,3,4\n1,2,3,4,5\n", "from 1 to 5 cells"),
    ],
)
def test_what_is_no_table_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_table(upload(text))


def test_columns_are_found_by_name_part_of_a_name_or_number() -> None:
    table = read_table(upload("date,temp_max,temp_min,wind\n" + "2020-01-01,1,2,3\n" * 3))
    assert [table.find(name) for name in ("Temp Max", "min", "4", " wind ")] == [1, 2, 3, 3]
    for name in ("temp", "rain", "0", "5", "-"):
        with pytest.raises(ValueError, match="date, temp_max, temp_min, wind"):
            table.find(name)


def test_a_column_is_found_by_its_very_name_first() -> None:
    table = read_table(upload("€,%,t 2,t2\n" + "1,2,3,4\n" * 3))
    assert [table.find(name) for name in table.names] == [0, 1, 2, 3]


@given(st.binary(max_size=400))
def test_whatever_is_uploaded_is_read_or_refused_in_words(content: bytes) -> None:
    with suppress(ValueError):
        series = series_from_table(upload(content))
        assert len(series.values) == len(series.labels) == len(series.known)


@given(st.lists(st.text(alphabet='ab1,;\t"#-.\n ', max_size=12), min_size=2, max_size=30))
def test_whatever_lines_a_table_has_its_columns_are_equally_long(lines: list[str]) -> None:
    with suppress(ValueError):
        table = read_table(upload("\n".join(lines)))
        assert len({len(column) for column in table.columns}) == 1
        assert len(table.names) == len(table.columns) == len(set(table.names))


# A column as a series


def test_the_first_column_that_measures_something_is_taken_and_the_time_labels_it() -> None:
    lines = [f"{k},{1990 + k // 12},{k % 12 + 1},2.5,{(k * 37) % 11}" for k in range(90)]
    series = series_from_table(upload("\n".join(["id,year,month,version,sales", *lines])))
    assert series.name == "sales"
    assert series.values.tolist() == [(k * 37) % 11 for k in range(90)]
    assert series.labels[:2] == ("1990-01", "1990-02")


def test_the_columns_to_choose_from_and_the_one_that_is_taken_are_those_of_a_series() -> None:
    file = upload("id,word,price,share\n" + "".join(f"{k},x,{k * k % 7},{k * 3 % 5}\n" for k in range(90)))
    columns = measured_columns(file)
    assert columns.names == ("id", "price", "share")
    assert columns.usual == series_from_table(file).name == "price"
    assert [columns.find(name) for name in ("", "Share", "4", "word", "cost")] == [
        "price", "share", "share", None, None,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="No column of mine"):
        measured_columns(upload("a,b\n" + "x,y\ny,z\n" * 80))


def test_columns_that_count_without_saying_so_are_passed_over() -> None:
    lines = [
        f"{1749 + k // 12};{k % 12 + 1:02};{1749 + (k + 0.5) / 12:.3f};{(k * 37) % 11}" for k in range(3000)
    ]
    series = series_from_table(upload("\n".join(lines)))
    assert series.values.tolist() == [(k * 37) % 11 for k in range(3000)]
    assert series.labels[:2] == ("1749.042", "1749.125"), "the year alone does not tell the months apart"


@pytest.mark.parametrize("pattern", ["{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}", "{m}/{d}/{y}"])
def test_the_newest_first_is_turned_round(pattern: str) -> None:
    days = [pattern.format(y=2020, m=1 + k // 28, d=1 + k % 28) for k in range(80)]
    text = "\n".join(["day,value", *reversed([f"{day},{k % 9}" for k, day in enumerate(days)])])
    series = series_from_table(upload(text))
    assert series.labels == tuple(days)
    assert series.values.tolist() == [k % 9 for k in range(80)]
    assert any("turned round" in note for note in series.notes)


def test_a_missing_value_repeats_the_one_before_it_and_is_not_known() -> None:
    cells = ["", "n/a", *(str(k % 5) for k in range(80)), "-99.99", "7", ""]
    series = series_from_table(upload("\n".join(["a\tvalue", *(f"x\t{cell}" for cell in cells)])), "value")
    assert series.values[0] == 0.0
    assert (series.values[-2], series.known[-2], series.values[-1]) == (4.0, False, 7.0)
    assert len(series.values) == 82
    assert any(note.startswith("1 missing") for note in series.notes)


def test_a_value_below_that_of_no_measurement_keeps_what_looks_like_one() -> None:
    values = [-999.0 + 20 * (k % 3) for k in range(90)]
    series = series_from_table(upload("\n".join(["value", *map(str, values)])))
    assert series.known.all()


def test_of_too_many_values_the_last_are_used_and_it_is_said() -> None:
    text = "\n".join(str(k % 13) for k in range(MOST_VALUES + 5))
    series = series_from_table(upload(text))
    assert len(series.values) == MOST_VALUES
    assert series.values[-1] == (MOST_VALUES + 4) % 13
    assert any("20,005" in note and "20,000" in note for note in series.notes)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("a\n" + "1\n2\n" * (FEWEST_VALUES // 2 - 1), "", f"at least {FEWEST_VALUES}"),
        ("a,b\n" + "x,5\n" * 80, "b", "5 all along"),
        ("a,b\n" + "x,5\ny,6\n" * 80, "a", "holds x, y, not numbers. Columns with numbers: b"),
        ("a,b\n" + "x,5\ny,6\n" * 80, "c", "no column “c”. The columns are: a, b"),
        ("a,b\n" + "x,y\ny,1z\n" * 80, "", "No column of mine.csv holds numbers"),
        ("a,b\n" + "x,\n" * 80 + "x,2\n", "b", "has 1 value;"),
        ("a\tb\n" + "x\t1\nx\t\nx\t\nx\t2\nx\t\nx\t\n" * 80, "b", "More than half"),
    ],
)
def test_a_column_that_cannot_be_learned_is_refused(text: str, column: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        series_from_table(upload(text), column)


@pytest.mark.parametrize(
    ("file", "column", "name", "count", "first", "label"),
    [
        ("co2_mm_mlo.csv", "", "Average", 820, 315.71, "1958-03"),
        ("co2_mm_mlo.csv", "interpolated", "Interpolated", 820, 314.44, "1958-03"),
        ("seattle_weather_daily.csv", "temp max", "temp_max", 1461, 12.8, "2012-01-01"),
        ("airline_passengers.csv", "", "Passengers", 144, 112.0, "1949-01"),
        ("sunspots_yearly_statsmodels.csv", "", "SUNACTIVITY", 309, 5.0, "1700"),
    ],
)
def test_published_files(
    shared: Path, file: str, column: str, name: str, count: int, first: float, label: str
) -> None:
    series = series_from_table(upload((shared / "data" / file).read_bytes()), column)
    assert (series.name, len(series.values), series.values[0], series.labels[0]) == (
        name,
        count,
        first,
        label,
    )
    assert series.known.all()


# What cannot be trained on


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["1e300", "-1e300", "2"], "values up to 1e\\+300; at most 1e\\+30 can be trained on"),
        (["1e-310", "2e-310", "3e-310"], "differ by 2e-310 at most; at least 1e-30 is needed"),
        (["1000000000000.00", "1000000000000.01", "1000000000000.02"], "agree in their first twelve digits"),
    ],
)
def test_numbers_out_of_range_are_refused_before_training(values: list[str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        series_from_table(upload("\n".join(["value", *values * 30])))


def test_large_and_small_numbers_in_range_are_taken() -> None:
    for scale in ("1e29", "1e-29", "-1e29"):
        series = series_from_table(upload("\n".join(["value", *[scale, "0"] * 40])))
        assert np.isfinite(series.values).all()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("1\n" * 1_000_001, "1,000,001 lines; at most 1,000,000"),
        ((",".join("a" * 1001) + "\n") * 3, "1,001 columns; at most 1,000"),
        ((",".join("1" * 999) + "\n") * 5006, "5,000,994 cells; at most 5,000,000"),
    ],
)
def test_a_table_that_is_too_large_is_refused_with_its_limit(content: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_table(upload(content))


def test_a_large_file_is_read_with_little_memory() -> None:
    """Cells are kept once: 20 MB once took 2.7 GB. A smaller one here, with gaps and a column of times."""
    lines = (
        f"{k},{k // 60:04}:{k % 60:02},{k % 997 / 7:.4f},{'' if k % 7 else k % 31}" for k in range(60_000)
    )
    file = upload("\n".join(["id,time,load,rain", *lines]))
    assert len(file.content) > 1_300_000
    tracemalloc.start()
    try:
        series = series_from_table(file, "load")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert series.labels[-1] == "0999:59"
    assert peak < 24 * len(file.content), "it was 29 times"


# A column for each month


MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def value_of(year: int, month: int) -> float:
    return year * 7 % 13 + month / 100


def months_table(years: range, separator: str = ",", *, header: str | None = None, more: str = "") -> str:
    names = separator.join(("Year", *MONTHS)) if header is None else header
    lines = [
        separator.join([str(year), *(f"{value_of(year, month):.2f}" for month in range(1, 13))]) + more
        for year in years
    ]
    return "\n".join([names, *lines] if names else lines)


SEVEN_YEARS = [value_of(year, month) for year in range(1990, 1997) for month in range(1, 13)]


@pytest.mark.parametrize(
    "text",
    [
        months_table(range(1990, 1997)),
        months_table(range(1996, 1989, -1)),
        months_table(range(1990, 1997), "\t"),
        months_table(range(1990, 1997), ";", header="Year;" + ";".join(MONTHS) + ";Annual", more=";99"),
        months_table(range(1990, 1997), header="YEAR,January,February,March,April,May,June,July,August,"
                     "September,October,November,December"),
        months_table(range(1990, 1997), header="jahr,Jan,Feb,Mär,Apr,Mai,Jun,Jul,Aug,Sep,Okt,Nov,Dez"),
        months_table(range(1990, 1997), header="year,1,2,3,4,5,6,7,8,9,10,11,12"),
        months_table(range(1990, 1997), header="," + ",".join(MONTHS)),
        "Land-Ocean: means\n" + months_table(range(1990, 1997)) + "\nSource: an agency\n",
        "  1990  1996\n" + months_table(range(1990, 1997), "   ", header="") + "\n-99.99\n",
    ],
    ids=["usual", "newest first", "tabs", "annual mean", "long names", "German", "numbered", "unnamed year",
         "title and footer", "no header"],
)  # fmt: skip
def test_a_column_for_each_month_is_one_series_in_the_order_of_time(text: str) -> None:
    series = series_from_table(upload(text))
    np.testing.assert_allclose(series.values, SEVEN_YEARS)
    assert series.known.all()
    assert series.labels[:2] == ("1990-01", "1990-02")
    assert series.labels[-1] == "1996-12"
    assert series.notes[0].endswith("all months are read as one series.")


def test_months_and_years_that_are_missing_are_gaps() -> None:
    lines = months_table(range(1990, 1999)).split("\n")
    lines[1] = lines[1].replace(f",{value_of(1990, 3):.2f}", ",***")
    lines[2] = lines[2].replace(f",{value_of(1991, 5):.2f}", ",-99.99")
    del lines[5]  # 1994
    lines[-1] = "1998,8.01,8.02" + "," * 10
    series = series_from_table(upload("\n".join(lines)))
    assert series.labels[-1] == "1998-02", "months to come are no gap"
    gaps = [series.labels[place] for place in np.flatnonzero(~series.known)]
    assert gaps == ["1990-03", "1991-05", *(f"1994-{month:02}" for month in range(1, 13))]
    assert series.values[2] == pytest.approx(value_of(1990, 2)), "the month before"
    assert "1 year between the first and the last is missing." in series.notes


def test_one_month_alone_can_be_chosen_and_all_are_offered() -> None:
    file = upload(months_table(range(1900, 1990)))
    columns = measured_columns(file)
    assert (columns.usual, columns.names[0]) == ("JAN to DEC", "JAN to DEC")
    assert columns.find("JAN to DEC") == columns.find("") == "JAN to DEC"
    assert columns.find("JUL") == "JUL"
    assert len(series_from_table(file, "JUL").values) == 90
    assert len(series_from_table(file, "JAN to DEC").values) == 90 * 12


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            months_table(range(1990, 1997)) + "\n" + months_table(range(1990, 1997), header=""),
            "The year 1990 stands in 2",
        ),
        (
            "\n".join(line.partition(",")[2] for line in months_table(range(1990, 1997)).split("\n")),
            "none for the year",
        ),
        (months_table(range(1990, 1997)).replace("1996,", "5996,"), "from 1990 to 5996"),
    ],
    ids=["twice", "no year", "far"],
)
def test_months_whose_order_is_not_clear_are_asked_for(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        series_from_table(upload(text))


def test_twelve_numbered_columns_without_a_year_are_no_months() -> None:
    text = months_table(range(1900, 1990), header="sensor,1,2,3,4,5,6,7,8,9,10,11,12").split("\n")
    lines = [text[0], *(f"a{place},{line.partition(',')[2]}" for place, line in enumerate(text[1:]))]
    assert len(series_from_table(upload("\n".join(lines))).values) == 91, "a line of numbers names nothing"


def test_eleven_months_are_columns_like_any_other() -> None:
    text = "\n".join(line.rpartition(",")[0] for line in months_table(range(1900, 1990)).split("\n"))
    assert series_from_table(upload(text)).name == "JAN"
