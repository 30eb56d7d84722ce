"""On the Train page, which column of a file is learned."""

import gzip

import pytest

from lstm_viz.exchange.links.training import from_query
from tests.pages.train_visitor import TrainVisitor
from tests.pages.trainings import StandIn

COLUMN = "option_csv_column"

pytestmark = pytest.mark.usefixtures("jobs")


def farm(separator: str = ",", decimal: str = ".", names: str = "day sheep goats mood") -> str:
    """A table with two columns to choose from, between one that counts and one of words."""
    rows = [
        separator.join([str(k + 1), f"{50 + k % 7}{decimal}5", f"{k * k % 11}{decimal}25", "good"])
        for k in range(120)
    ]
    return "\n".join([separator.join(names.split(" ")), *rows])


def offered(visitor: TrainVisitor) -> tuple[list[str], str]:
    """What the control for the column shows, and which of it is chosen."""
    box = visitor.control("selectbox", COLUMN)
    return list(box.options), box.options[box.index or 0]


def drawn(visitor: TrainVisitor) -> str:
    """What is written above the series."""
    return str(visitor.sent("series")["figure"]["layout"]["title"]["text"])


def test_the_columns_of_the_example_then_of_the_file_are_offered(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    assert offered(visitor) == (["sales"], "sales")
    assert drawn(visitor) == "sales: 120 values, from 2014-01 to 2023-12"
    visitor.upload("farm.csv", farm().encode())
    assert offered(visitor) == (["day", "sheep", "goats"], "sheep")
    visitor.pick(COLUMN, "goats")
    assert drawn(visitor) == "goats: 120 values, from 1 to 120"
    visitor.press("now")
    assert jobs.records["run-0"].settings.option("column", "") == "goats"


def test_the_usual_column_is_no_choice_of_its_own(jobs: StandIn) -> None:
    """So the link stays short, and the same run is not trained twice."""
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm().encode())
    visitor.pick(COLUMN, "goats")
    visitor.pick(COLUMN, "")
    assert "task_column" not in visitor.query
    assert offered(visitor)[1] == "sheep"
    visitor.press("now")
    assert jobs.records["run-0"].settings.options == ()


@pytest.mark.parametrize("column", ["goats", "Goats", "3"])
def test_a_link_that_names_a_column_keeps_it_for_the_file_that_it_is_of(jobs: StandIn, column: str) -> None:
    visitor = TrainVisitor(task="csv", task_column=column)
    assert offered(visitor) == ([column, "sales"], column)
    assert "Give the file that it is of above" in visitor.said
    assert not visitor.shows("series")
    visitor.upload("farm.csv", farm().encode())
    assert offered(visitor) == (["day", "sheep", "goats"], "goats")
    visitor.press("now")
    assert from_query({"task": "csv", "task_column": column}).options == (
        jobs.records["run-0"].settings.options
    )


def test_a_column_that_another_file_lacks_gives_way_and_it_is_said() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm().encode())
    visitor.pick(COLUMN, "goats")
    visitor.upload("other.csv", farm(names="day cows hens mood").encode())
    assert offered(visitor) == (["day", "cows", "hens"], "cows")
    assert "other.csv has no numbers under the name “goats”: “cows” is taken" in visitor.said
    visitor.pick(COLUMN, "hens")
    assert "goats" not in visitor.said
    visitor.press("upload_none")
    assert offered(visitor) == (["sales"], "sales")
    assert "The example has no numbers under the name “hens”" in visitor.said


@pytest.mark.parametrize(
    "content",
    [
        farm(";", ",").encode(),
        farm("\t").encode("utf-16"),
        farm(";", ",").encode("utf-8-sig"),
        ("# Zählung auf der Wiese\n" + farm()).encode("cp1252"),
    ],
    ids=["semicolons", "tabs", "mark", "western"],
)
def test_a_file_is_read_however_it_was_written(content: bytes) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", content)
    assert offered(visitor) == (["day", "sheep", "goats"], "sheep")
    assert drawn(visitor).startswith("sheep: 120 values")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ("day sheep sheep mood", ["day", "sheep", "sheep (3)"]),
        ("day  goats ", ["day", "column 2", "goats"]),
        ("day % € mood", ["day", "%", "€"]),
        ("day t_2 t2 mood", ["day", "t_2", "t2"]),
    ],
)
def test_columns_of_odd_names_can_be_told_apart(names: str, shown: list[str]) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm(names=names).encode())
    assert offered(visitor)[0] == shown
    visitor.pick(COLUMN, shown[-1])
    assert offered(visitor)[1] == shown[-1]
    assert visitor.sent("series")["figure"]["data"][0]["y"][:2] == [0.25, 1.25]


def test_a_file_of_one_column_needs_no_names() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("bare.txt", "\n".join(str(k % 9) for k in range(90)).encode())
    assert offered(visitor) == (["column 1"], "column 1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x00\x01\xff\xfe" * 50, "no text"),
        (b"day,sheep\n", "no lines of data"),
        (b"day,sheep\n\n\n", "no lines of data"),
        (b"name,mood\n" + b"Dolly,good\nMolly,bad\n" * 60, "No column of broken.csv holds numbers"),
        (b"day,sheep\n" + b"x,7\n" * 90, "7 all along"),
        (gzip.compress(farm().encode()), "compressed"),
        (b"<!DOCTYPE html><html>\n<p>1,2</p>\n</html>", "web page"),
    ],
    ids=["empty", "binary", "header", "blank", "words", "constant", "packed", "page"],
)
def test_a_file_that_cannot_be_used_is_said_and_changes_nothing(content: bytes, says: str) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("broken.csv", content)
    assert says in visitor.said
    assert offered(visitor) == (["sales"], "sales")
    assert visitor.shows("series")


def test_a_separator_that_does_not_fit_is_said_and_can_be_chosen_again() -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("farm.csv", farm().encode())
    visitor.pick("option_csv_separator", "tab")
    assert not visitor.shows("series")
    assert ":red[" in visitor.markdown
    visitor.pick("option_csv_separator", "by itself")
    assert offered(visitor) == (["day", "sheep", "goats"], "sheep")


def test_a_large_file_offers_the_columns_of_its_first_lines(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    lines = farm().split("\n")
    visitor.upload("large.csv", "\n".join([lines[0], *lines[1:] * 700]).encode())
    assert offered(visitor) == (["day", "sheep", "goats"], "sheep")
    assert not visitor.shows("series")
    assert "read when the run begins" in visitor.said
    visitor.pick(COLUMN, "goats")
    visitor.press("now")
    given = jobs.uploads["run-0"]
    assert given is not None
    assert len(given.content) > 1_000_000


def test_somebody_else_s_column_is_kept_without_their_file(jobs: StandIn) -> None:
    first = TrainVisitor(task="csv")
    first.upload("farm.csv", farm().encode())
    first.pick(COLUMN, "goats")
    first.press("now")
    jobs.begin("run-0")
    second = TrainVisitor(run="run-0")
    assert offered(second) == (["goats"], "goats")
    assert not second.shows("series")


def test_all_months_of_a_table_are_one_series_and_one_month_can_be_picked() -> None:
    """Once the first column, January, was read without a word."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    rows = [",".join([str(year), *(str(year * 7 % 11 + k) for k in range(12))]) for year in range(1900, 1990)]
    visitor = TrainVisitor(task="csv")
    visitor.upload("monthly.csv", "\n".join([",".join(["Year", *months]), *rows]).encode())
    assert offered(visitor) == (["Jan to Dec", "Year", *months], "Jan to Dec")
    assert drawn(visitor) == "Jan to Dec: 1,080 values, from 1900-01 to 1989-12"
    assert "all months are read as one series" in visitor.said
    visitor.pick(COLUMN, "Jul")
    assert drawn(visitor).startswith("Jul: 90 values")


@pytest.mark.parametrize(("cell", "says"), [("1e300", "at most 1e+30"), ("3e-310", "at least 1e-30")])
def test_numbers_that_cannot_be_trained_on_are_refused_and_the_next_file_is_drawn(
    cell: str, says: str
) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("odd.csv", "\n".join(["value", *[cell, "0"] * 60]).encode())
    assert says in visitor.said
    visitor.upload("farm.csv", farm().encode())
    assert drawn(visitor).startswith("sheep: 120 values")
