from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings


@given(
    st.builds(
        TrainingSettings,
        task=st.text(max_size=9),
        options=st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5)).map(
            lambda options: tuple(sorted(options.items()))
        ),
        model=st.builds(ModelSettings, units=st.integers(1, 256), forget_bias=st.floats(-10, 10)),
        optimiser=st.builds(OptimiserSettings, rate=st.floats(1e-7, 10)),
        seed=st.integers(0, 2**31 - 1),
    )
)
def test_settings_come_back_from_plain_data(settings: TrainingSettings) -> None:
    assert TrainingSettings.from_dict(settings.to_dict()) == settings


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"batch": 16.5}, "batch"),
        ({"seed": True}, "seed"),
        ({"updates": 0}, "updates"),
        ({"minutes": float("nan")}, "minutes"),
        ({"model": {"units": 16.0}}, "units"),
        ({"model": {"layers": 4}}, "layers"),
        ({"model": {"cell": "transformer"}}, "cell"),
        ({"model": {"colour": 1}}, "colour"),
        ({"optimiser": {"rate": 0}}, "rate"),
        ({"optimiser": {"clip": -1}}, "clip"),
        ({"device": "tpu"}, "device"),
        ({"nothing": 1}, "nothing"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        TrainingSettings.from_dict({"task": "adding", **change})


def test_settings_saved_before_best_weights_could_be_kept_keep_the_last() -> None:
    plain = TrainingSettings("csv", keep_best=True).to_dict()
    del plain["keep_best"]
    assert TrainingSettings.from_dict(plain) == TrainingSettings("csv", keep_best=False)
