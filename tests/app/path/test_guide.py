import pytest

from lstm_viz.app.path.guide import PAGES, STOPS, Guide, Progress, query_to
from lstm_viz.app.path.record import judged
from lstm_viz.lessons.play import run_of
from lstm_viz.lessons.stops import guided_path

HAND, PREDICT = 2, 5


def at(number: int, progress: Progress | None = None) -> Guide:
    stop = STOPS[number - 1]
    guide = Guide.read(query_to(number), stop.page, progress or Progress())
    assert guide is not None
    return guide


def test_the_path_has_the_stops_of_all_pages_with_a_coach_in_order() -> None:
    assert guided_path().stops[: len(STOPS)] == STOPS
    assert {stop.page for stop in STOPS} == set(PAGES)


@pytest.mark.parametrize("number", range(1, len(STOPS) + 1))
def test_a_link_names_a_stop_of_its_page(number: int) -> None:
    guide = at(number)
    assert (guide.number, guide.whole, guide.is_done) == (number, False, False)
    other = "cell" if guide.stop.page == "start" else "start"
    assert Guide.read(query_to(number), other, Progress()) is None


@pytest.mark.parametrize("number", ["", "0", "9", "-1", "three", "1.5", "٣", "9" * 5000])
def test_what_is_no_stop_leads_nowhere(number: str) -> None:
    if number == "٣":  # a digit that int() reads as well
        assert Guide.read({"path": number}, "start", Progress()) is None
    else:
        assert Guide.read({"path": number}, "cell", Progress()) is None


def test_a_choice_is_kept_and_the_right_one_passes() -> None:
    guide = at(HAND)
    run = run_of(guide.stop.link)
    assert guide.hidden_from() == 1
    guide.answer({"choice": 3})
    assert not judged(guide, run)
    guide.answer({"choice": 2})
    assert judged(guide, run)
    guide.progress.done.add(guide.stop.key)
    assert guide.hidden_from() is None


@pytest.mark.parametrize("message", [{"choice": 4}, {"choice": -1}, {"choice": "two"}, {}])
def test_a_choice_that_is_not_there_is_refused(message: dict[str, object]) -> None:
    guide = at(HAND)
    with pytest.raises((ValueError, KeyError)):
        guide.answer(message)
    assert guide.progress == Progress()


@pytest.mark.parametrize("value", ["nan", "inf", "-1e999", "half"])
def test_a_prediction_that_is_no_number_is_refused(value: str) -> None:
    guide = at(PREDICT)
    with pytest.raises(ValueError, match=r"finite|could not convert"):
        guide.answer({"value": value})
    assert guide.progress == Progress()


def test_predictions_are_asked_for_one_after_the_other_and_what_is_ahead_stays_hidden() -> None:
    guide = at(PREDICT)
    run = run_of(guide.stop.link)
    for step in (2, 6, 7, 11, 12):
        assert (guide.asked_step(), guide.hidden_from()) == (step, step)
        assert not judged(guide, run)
        guide.answer({"value": 0.5})
    assert guide.asked_step() is None
    assert judged(guide, run)


def test_what_a_page_has_noticed_is_taken_from_the_start_page_alone() -> None:
    guide = at(1)
    guide.answer({"done": True})
    assert guide.is_done
    with pytest.raises(ValueError, match="checked by its run"):
        at(3).answer({"done": True})
