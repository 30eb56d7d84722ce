import code
import contextlib
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from lstm_viz.exchange.code import numpy_code, torch_code
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import PRESETS, random_run
from tests.exchange.strategies import runs

STARTED = random_run(2, units=2, inputs=2)
STARTED = replace(STARTED, cell=STARTED.cell.with_state("h0", 0, -0.75).with_state("c0", 1, 2.5))
RUNS = {
    "one unit": PRESETS["latch"].settings,
    "two units, two inputs, initial states": STARTED,
    "clamped": replace(STARTED, cell=STARTED.cell.with_clamp("f", 0.5).with_clamp("g", -0.25)),
}
CODES = {"numpy": numpy_code, "torch": torch_code}

every_code = pytest.mark.parametrize("write", CODES.values(), ids=CODES)


def printed_by(snippet: str) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(snippet, {})
    return output.getvalue()


def expected_table(run: RunSettings) -> np.ndarray:
    trace = run.run()
    return np.column_stack([np.arange(1, len(trace) + 1), trace.c, trace.h])


def numbers_in(output: str) -> np.ndarray:
    return np.array([[float(word) for word in line.split()] for line in output.splitlines()[1:]])


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_both_snippets_print_the_numbers_of_the_run_in_a_fresh_interpreter(run: RunSettings) -> None:
    outputs = {}
    for library, write in CODES.items():
        done = subprocess.run(
            [sys.executable, "-I", "-W", "error", "-c", write(run)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        outputs[library] = done.stdout
    assert outputs["numpy"] == outputs["torch"]
    np.testing.assert_allclose(numbers_in(outputs["numpy"]), expected_table(run), rtol=0, atol=5.1e-7)


@pytest.mark.parametrize("run", [preset.settings for preset in PRESETS.values()], ids=PRESETS)
def test_both_snippets_print_the_same_text_for_every_preset(run: RunSettings) -> None:
    output = printed_by(numpy_code(run))
    assert output == printed_by(torch_code(run))
    np.testing.assert_allclose(numbers_in(output), expected_table(run), rtol=0, atol=5.1e-7)


@settings(max_examples=40)
@given(runs(largest=4, steps=12))
def test_both_snippets_print_the_numbers_of_any_run(run: RunSettings) -> None:
    # A value halfway between two sixth decimals may fall to either side: the texts are not compared here.
    for write in CODES.values():
        np.testing.assert_allclose(
            numbers_in(printed_by(write(run))), expected_table(run), rtol=0, atol=5.1e-7
        )


def test_weights_at_the_limit_overflow_nothing() -> None:
    run = random_run(0)
    for gate in ("i", "f", "o"):
        run = replace(run, cell=run.cell.with_weight(gate, 0, 3, -1000.0))
    assert printed_by(numpy_code(run)) == printed_by(torch_code(run))


def test_minus_zero_is_printed_as_zero() -> None:
    # C of this run ends a little below zero.
    run = PRESETS["up-down-counter"].settings
    assert -5e-7 < run.run().c[-1, 0] < 0
    last = printed_by(numpy_code(run)).splitlines()[-1]
    assert last.split() == ["14", "0.000000", "0.000000"]


def test_the_heading_names_each_unit_above_its_column() -> None:
    heading, *lines = printed_by(numpy_code(STARTED)).splitlines()
    assert heading.split() == ["step", "C1", "C2", "h1", "h2"]
    assert {len(line) for line in lines} == {len(heading)}


def test_torch_code_uses_the_module_unless_a_gate_is_held() -> None:
    assert "torch.nn.LSTM" in torch_code(STARTED)
    assert "torch.nn.LSTM" not in torch_code(RUNS["clamped"])


@every_code
def test_a_held_gate_is_a_number_and_its_weights_are_left_out(write: Callable[[RunSettings], str]) -> None:
    snippet = write(RUNS["clamped"])
    assert "\n    f = 0.5\n" in snippet
    assert "W_xf" not in snippet
    assert "W_xi" in snippet


@every_code
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_a_prompt_that_reads_line_by_line_takes_the_snippet(
    write: Callable[[RunSettings], str], run: RunSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    console = code.InteractiveConsole()
    for line in [*write(run).splitlines(), ""]:
        console.push(line)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out == printed_by(write(run))
