"""What is chosen on the Train page, without a page."""

import subprocess
import sys
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.app.shell.number import InvalidEntry
from lstm_viz.app.train.state import (
    GOOD,
    MOST_UPLOADS,
    OPENING,
    OWN,
    Comparison,
    TrainState,
    opening_settings,
)
from lstm_viz.training.cell_settings import with_cell
from lstm_viz.training.task import Upload
from lstm_viz.training.tasks import TASKS

ADDING = TrainState(opening_settings("adding"))
RECALL = TrainState(opening_settings("recall"))
CSV = TrainState(opening_settings("csv"))


def test_it_is_what_it_says_without_streamlit_or_what_trains() -> None:
    code = """
import sys
import lstm_viz.app.train.actions
print(sorted({"streamlit", "torch", "distributed", "dask"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_every_task_can_be_trained_as_it_opens() -> None:
    assert {key: TrainState(opening_settings(key)).obstacle() for key in TASKS} == dict.fromkeys(TASKS, "")


def test_what_does_not_fit_is_in_the_way_until_it_is_mended() -> None:
    wrong = ADDING.enter_invalid("units", InvalidEntry("500", "“Units” can be from 1 to 256, not 500."))
    assert wrong.obstacle() == "Not trained: “Units” can be from 1 to 256, not 500."
    assert wrong.choose(replace(wrong.settings, seed=3)).obstacle() == wrong.obstacle()
    assert wrong.clear_invalid("units", "seed").obstacle() == ""
    assert wrong.start_from(wrong.settings).obstacle() == ""
    assert ADDING.obstacle() == "", "a state never changes"


def test_what_is_said_goes_with_the_next_choice() -> None:
    said = ADDING.say("train", "The queue is full.").say("options", "No such choice.")
    assert said.say("options", "").messages == {"train": "The queue is full."}
    assert said.choose(said.settings).messages == {}


def table(name: str) -> Upload:
    rows = "".join(f"{1900 + k},{50 + k % 7}\n" for k in range(120))
    return Upload(f"{name}.csv", f"year,{name}\n{rows}".encode())


def test_uploads_are_kept_up_to_a_number_of_them_the_newest_last() -> None:
    state = CSV
    for name in ["a", "b", "c", "d", "a", "e"]:
        state = state.with_file(table(name))
    assert [upload.name for upload in state.uploads.values()] == ["c.csv", "d.csv", "a.csv", "e.csv"]
    assert len(state.uploads) == MOST_UPLOADS
    assert state.upload == table("e")


def test_a_file_that_is_taken_away_leaves_what_was_there_before() -> None:
    given = CSV.with_file(table("sheep"))
    assert given.with_file(None).upload is None
    rejected = given.with_file(Upload("words.csv", b"no,table"))
    assert rejected.upload == table("sheep")
    assert rejected.obstacle().endswith("Remove it to use sheep.csv.")
    assert rejected.with_file(None) == given
    assert rejected.with_example().obstacle() == ""
    assert rejected.with_example().uploader == 1


def test_an_emptied_box_leaves_a_file_as_it_is() -> None:
    texts = TrainState(opening_settings("characters"))
    story = Upload("story.txt", b"Once upon a time. " * 100)
    given = texts.with_file(story)
    assert given.with_text("").upload == story
    assert given.with_text("The cat sat. " * 100).with_text("  ").upload is None


def test_a_column_that_another_table_lacks_gives_way_and_it_is_said() -> None:
    named = CSV.with_file(table("sheep")).with_option("column", "year")
    other = Upload("goats.csv", table("goats").content.replace(b"year", b"time"))
    taken = named.with_file(other)
    assert taken.settings.option("column", "") == ""
    assert "has no numbers under the name “year”" in taken.messages["column"]
    assert named.with_file(table("goats")).messages == {}
    assert CSV.with_file(table("sheep")).with_file(other).messages == {}, "nobody chose a column"


def test_a_choice_that_does_not_fit_is_said_and_the_others_stay() -> None:
    assert "units" in ADDING.with_setting("units", 500).messages["settings"]
    assert ADDING.with_setting("units", 500).settings == ADDING.settings
    assert "steps" in ADDING.with_option("steps", 5).messages["options"].lower()
    changed = ADDING.with_setting("units", 4).with_setting("rate", 0.1).with_setting("seed", 3)
    assert [changed.setting(name) for name in ("units", "rate", "seed")] == [4, 0.1, 3]


def test_settings_to_start_from_keep_the_seed_and_good_ones_the_cell() -> None:
    assert ADDING.start == OPENING[1]
    gru = ADDING.with_setting("seed", 3).with_cell("gru")
    assert gru.start == OWN
    good = gru.with_start(GOOD)
    assert (good.settings.seed, good.settings.model.cell, good.settings.model.units) == (3, "gru", 32)
    assert good.with_start(OWN) == good
    assert good.with_start(OPENING[1]).settings.model.cell == "lstm"


def test_a_rejected_upload_is_in_the_way_of_its_own_task_alone() -> None:
    rejected = CSV.with_file(Upload("x.csv", b""))
    assert rejected.obstacle() == (
        "Not trained: your file “x.csv” cannot be trained on. x.csv is empty. Remove it to use the task's "
        "own example."
    )
    assert rejected.start_from(opening_settings("recall")).obstacle() == ""


def test_somebody_else_s_data_are_asked_for() -> None:
    theirs = TrainState(replace(CSV.settings, upload="0" * 64))
    assert theirs.obstacle().startswith("This needs data of your own")


def test_runs_are_compared_by_their_data() -> None:
    state = RECALL.compare(Comparison({0: "run"}, "run"))
    assert state.choose(replace(state.settings, seed=5)).comparison.shown == "run"
    assert state.choose(with_cell(state.settings, "gru")).comparison.shown == "run"
    assert state.start_from(opening_settings("adding")).comparison == Comparison()
    assert state.start_from(opening_settings("adding")).start_from(state.settings).comparison.shown == "run"


@given(st.lists(st.integers(0, 3), max_size=12))
def test_one_of_the_runs_compared_is_shown_as_long_as_there_is_one(places: list[int]) -> None:
    comparison = Comparison()
    for number, place in enumerate(places):
        if place in comparison.runs:
            comparison = comparison.without(place)
        else:
            comparison = comparison.with_run(place, f"run {number}")
            comparison = replace(comparison, shown=comparison.shown or f"run {number}")
        assert (comparison.shown in comparison.runs.values()) == bool(comparison.runs)


def test_what_was_chosen_to_be_seen_of_a_run_goes_with_it() -> None:
    state = RECALL.compare(Comparison({0: "a", 1: "b"}, "a"))
    state = state.show_unit("a", None).show_unit("b", 3).show_layer("a", 1)
    assert (state.units, state.layers) == ({"a": None, "b": 3}, {"a": 1})
    assert state.show_best_unit("b").units == {"a": None}
    gone = state.remove(0)
    assert (gone.units, gone.layers, gone.comparison.shown) == ({"b": 3}, {}, "b")
