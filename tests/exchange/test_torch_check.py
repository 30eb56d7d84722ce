import sys
from dataclasses import replace

import pytest

from lstm_viz.cells import LSTMCell
from lstm_viz.exchange.torch_check import TOLERANCE, compare_with_torch
from lstm_viz.notation import Gate
from lstm_viz.settings.cell import CellSettings, RunSettings
from lstm_viz.settings.presets import PRESETS, random_run

STARTED = random_run(7, units=3, inputs=2)
STARTED = replace(STARTED, cell=replace(STARTED.cell, h0=(0.5, -0.5, 0.25), c0=(1.0, -2.0, 0.0)))


@pytest.mark.parametrize(
    "run", [STARTED, *(preset.settings for preset in PRESETS.values())], ids=["random", *PRESETS]
)
def test_pytorch_finds_the_same_numbers(run: RunSettings) -> None:
    check = compare_with_torch(run)
    assert check.agrees
    assert max(check.h_difference, check.c_difference) <= TOLERANCE
    assert check.steps == len(run.sequence.values)
    assert check.torch_version == sys.modules["torch"].__version__


@pytest.mark.parametrize(
    ("gate", "differs"), [("f", ("c_difference", "h_difference")), ("o", ("h_difference",))]
)
def test_a_wrong_weight_would_show(
    gate: Gate, differs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = PRESETS["leaky-latch"].settings
    wrong: LSTMCell = run.cell.with_weight(gate, 0, 3, 2.9).cell()
    monkeypatch.setattr(CellSettings, "cell", lambda _self: wrong)
    check = compare_with_torch(run)
    assert not check.agrees
    assert all(getattr(check, name) > 1e-4 for name in differs)


def test_a_held_gate_cannot_be_compared_and_the_message_says_what_to_do() -> None:
    run = replace(STARTED, cell=STARTED.cell.with_clamp("f", 1.0).with_clamp("o", 1.0))
    with pytest.raises(ValueError, match=r"^Set the gates free first: .* holds f, o\.$"):
        compare_with_torch(run)
