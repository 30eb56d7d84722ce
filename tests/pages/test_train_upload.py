"""A person's own data on the Train page."""

from streamlit.proto.WidgetStates_pb2 import WidgetStates

from lstm_viz.app.train.state import MOST_PASTED, TrainState, opening_settings
from tests.pages.train_visitor import CSV, TrainVisitor
from tests.pages.trainings import StandIn

COLUMN = "option_csv_column"


def test_a_file_of_the_person_s_own_is_trained_on(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("sheep.csv", CSV)
    visitor.press("now")
    [run] = jobs.records
    given = jobs.uploads[run]
    assert given is not None
    assert (given.name, given.content) == ("sheep.csv", CSV)
    assert jobs.records[run].settings.upload is not None


def test_a_file_that_cannot_be_read_is_told_beside_it(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("sheep.csv", b"\x00\x01\x02 no table")
    assert "Your file “sheep.csv” cannot be trained on." in visitor.said
    visitor.press("now")
    assert "Remove it to use the task's own example." in visitor.said
    assert jobs.records == {}
    visitor.uploader.set_value(None).run()
    assert "cannot be trained on" not in visitor.said
    visitor.press("now")
    [run] = jobs.records
    assert jobs.uploads[run] is None


def test_a_file_that_cannot_be_read_leaves_all_runs_as_they_are(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="csv")
    visitor.upload("sheep.csv", CSV)
    visitor.press("now")
    visitor.upload("goats.csv", b"no,table")
    for button in ("now", "seed", "all"):
        visitor.press(button)
        assert "Remove it to use sheep.csv." in visitor.said
    assert visitor.query["run"] == "run-0"
    assert len(jobs.records) == 1
    assert visitor.entered("set_seed") == "0"
    visitor.press("upload_none")
    assert "cannot be trained on" not in visitor.said
    assert visitor.uploader.value is None, "no file stands there that is not used"


def test_pasted_text_that_is_too_short_stays_in_its_box(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="characters")
    visitor.paste("Hi!")
    assert not visitor.app.exception
    assert ":red[" in visitor.markdown
    assert visitor.control("text_area", "paste_characters").value == "Hi!"
    visitor.paste("The cat sat on the mat. " * 40)
    assert ":red[" not in visitor.markdown
    visitor.press("now")
    [run] = jobs.records
    assert jobs.uploads[run] is not None


def test_somebody_else_s_upload_is_asked_for_again(jobs: StandIn) -> None:
    first = TrainVisitor(task="csv")
    first.upload("sheep.csv", CSV)
    first.press("now")
    jobs.begin("run-0")
    jobs.end("run-0")
    second = TrainVisitor(run="run-0")
    assert "somebody's own data" in second.said
    second.press("now")
    assert len(jobs.records) == 1
    assert "needs data of your own" in second.said


def test_a_large_file_is_left_to_the_run_to_read(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="characters")
    visitor.upload("story.txt", b"Once upon a time. " * 60_000)
    visitor.look()
    assert "read when the run begins" in visitor.said
    visitor.press("now")
    assert jobs.uploads["run-0"] is not None
    assert len(jobs.uploads["run-0"].content) > 1_000_000


def test_the_box_says_how_much_can_be_pasted_and_takes_no_more(jobs: StandIn) -> None:
    visitor = TrainVisitor(task="characters")
    box = visitor.control("text_area", "paste_characters")
    assert box.proto.max_chars == MOST_PASTED
    assert f"up to {MOST_PASTED:,} characters" in box.label
    visitor.press("now")
    assert jobs.uploads["run-0"] is None


def test_a_text_that_is_too_long_all_the_same_is_refused() -> None:
    """A browser sends none; anybody else may."""
    state = TrainState(opening_settings("characters")).with_text("a" * (MOST_PASTED + 1))
    assert state.rejected["characters"].why == (
        "It has 200,001 characters; at most 200,000 can be pasted. Give it as a file."
    )
    assert state.uploads == {}
    assert state.obstacle().startswith("Not trained: your text cannot be trained on.")


def test_a_file_is_replaced_without_a_word_about_columns_that_nobody_chose(jobs: StandIn) -> None:
    """The browser sends the name of the column shown, which the other file need not have."""
    visitor = TrainVisitor(task="csv")
    visitor.upload("sheep.csv", CSV)
    under_way = visitor.app._tree.get_widget_states().widgets
    visitor.upload("goats.csv", CSV.replace(b"sheep", b"goats"))
    states = {state.id: state for state in visitor.app._tree.get_widget_states().widgets}
    states |= {state.id: state for state in under_way if COLUMN in state.id}
    visitor.app._run(WidgetStates(widgets=states.values()))
    assert not visitor.app.exception
    assert ":red[" not in visitor.markdown
    assert visitor.picked(COLUMN) == ""
    visitor.press("now")
    assert jobs.records["run-0"].settings.option("column", "") == ""
