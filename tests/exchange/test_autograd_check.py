import sys
from dataclasses import replace
from typing import Any

import pytest

import lstm_viz as lv
from lstm_viz.cells.functions import FUNCTIONS
from lstm_viz.exchange.autograd_check import compare_with_autograd
from lstm_viz.exchange.torch_check import TOLERANCE
from lstm_viz.settings.cell_choice import CellChoice
from lstm_viz.settings.own_cell import DEFAULT_OWN_CELL, INVITATIONS


@pytest.mark.parametrize(
    "written", [*lv.CATALOGUE, *(invitation.text for invitation in INVITATIONS.values())]
)
def test_autograd_finds_the_same_numbers(written: str) -> None:
    chosen = replace(DEFAULT_OWN_CELL, cell=CellChoice(written))
    check = compare_with_autograd(chosen.with_weights(), chosen.x)
    assert check.agrees
    assert check.lines <= TOLERANCE * max(1.0, check.largest_line)
    assert check.gradient <= TOLERANCE * max(1.0, check.largest_slope)
    assert check.steps == len(chosen.x)
    assert check.torch_version == sys.modules["torch"].__version__


@pytest.mark.parametrize(
    ("changed", "differs"), [("write", ("lines", "gradient")), ("slopes", ("gradient",))]
)
def test_a_wrong_function_would_show(
    changed: str, differs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    softsign = FUNCTIONS["softsign"]
    wrong: dict[str, Any] = {"write": FUNCTIONS["tanh"].write, "slopes": lambda a, _z: (1.0 - a,)}
    change: dict[str, Any] = {changed: wrong[changed]}
    functions = {**FUNCTIONS, "softsign": replace(softsign, **change)}
    monkeypatch.setattr("lstm_viz.cells.language.FUNCTIONS", functions)
    # Texts are read once: this one is nobody else's.
    chosen = replace(DEFAULT_OWN_CELL, cell=CellChoice(f"h = softsign(W@x + U@h)  # wrong {changed}"))
    check = compare_with_autograd(chosen.with_weights(), chosen.x)
    assert not check.agrees
    assert {name for name in ("lines", "gradient") if getattr(check, name) > 1e-3} == set(differs)


def test_weights_that_h_does_not_see_have_no_gradient() -> None:
    chosen = replace(DEFAULT_OWN_CELL, cell=CellChoice("q = tanh(W@x)\nh = 0.9*h + W@x"))
    assert compare_with_autograd(chosen.with_weights(), chosen.x).agrees
