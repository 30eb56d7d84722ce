import pytest

from lstm_viz.notation import counted, decimals, written
from lstm_viz.training.score_format import bare_score, score_text


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("accuracy", 1.0, "100 %"),
        ("accuracy", 0.0, "0 %"),
        ("accuracy", 0.9730, "97.3 %"),
        ("share of words right at every step", 24_999 / 25_000, "99.996 %"),
        ("mean squared error", 0.012345, "0.0123"),
        ("mean squared error", 0.0, "0"),
        ("mean squared error", 0.0000752, "7.52 × 10⁻⁵"),
        ("bits per character", 0.3364, "0.336"),
        ("error one step ahead (NMSE)", 12_345.6, "12,346"),
        ("error one step ahead (NMSE)", float("nan"), "–"),
    ],
)
def test_a_score_is_told_as_its_name_asks_for(name: str, value: float, said: str) -> None:
    assert bare_score(name, value) == said
    assert score_text(name, value) == f"{name} {said}"


def test_numbers_of_a_task_have_a_minus_sign_and_no_minus_zero() -> None:
    assert (decimals(-0.534), decimals(-0.001), decimals(1.0)) == ("−0.53", "0.00", "1.00")
    found = [written(each, 4) for each in (-0.53119, 315.94, 12_345.6, 0.0)]
    assert found == ["−0.5312", "315.9", "12,346", "0"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 updates"), (1, "1 update"), (12_000, "12,000 updates"), (1.0, "1 update"), (0.5, "0.5 updates")],
)
def test_one_is_not_counted_as_several(number: float, said: str) -> None:
    assert counted(number, "update") == said
