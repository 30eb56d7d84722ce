"""What the Variants page claims: the point of every preset, measured, and the settings behind it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lstm_viz.analysis import memory
from lstm_viz.cells import GRUTrace, LSTMTrace, RNNTrace
from lstm_viz.settings.family import FAMILY
from lstm_viz.settings.sequences import generate
from lstm_viz.settings.variants import DRAWN, HAND_SET, LONGEST, RANGES, VARIANTS_PRESETS, Comparison

LINE = ((1.0, 0.0, -1.0, 0.5),)
LSTM_FAMILY = [key for key, member in FAMILY.items() if member.variant is not None]


def preset(key: str) -> tuple[Comparison, dict[str, Any]]:
    settings = VARIANTS_PRESETS[key].settings
    return settings, settings.run()


def test_with_peepholes_the_timer_fires_every_eight_steps_and_without_them_never() -> None:
    settings, traces = preset("timer")
    assert not np.any(settings.x), "no input at all"
    steps = np.arange(1, settings.steps + 1)
    np.testing.assert_allclose(traces["v"].h[:, 0], np.where(steps % 8 == 0, 1.0, 0.0), atol=1e-6)
    np.testing.assert_allclose(traces["v"].c[:, 0], (steps - 1) % 8 + 1, atol=1e-6)
    assert np.abs(traces["lstm"].h).max() < 1e-8
    np.testing.assert_allclose(traces["lstm"].c[:, 0], steps, rtol=1e-6)


@pytest.mark.parametrize("period", [2, 3, 13, 20])
def test_the_timer_keeps_any_period_to_the_end_of_the_longest_input(period: int) -> None:
    settings = replace(VARIANTS_PRESETS["timer"].settings, parameter=float(period), lines=((0.0,) * LONGEST,))
    fired = np.flatnonzero(settings.run()["v"].h[:, 0] > 0.5) + 1
    assert fired.tolist() == list(range(period, LONGEST + 1, period))


def test_turning_the_timer_changes_two_biases_and_nothing_else() -> None:
    hand_set = HAND_SET["timer"]
    before, after = hand_set.gates(8.0), hand_set.gates(3.0)
    assert {gate for gate in before if before[gate] != after[gate]} == {"f", "o"}
    assert before["f"][:-1] == after["f"][:-1]
    assert before["o"][:-1] == after["o"][:-1]
    assert hand_set.peepholes(8.0) == hand_set.peepholes(3.0)


def test_each_missing_gate_shows_as_the_words_say() -> None:
    settings, traces = preset("missing")
    values, commands = np.array(settings.lines)
    g = np.tanh(values)
    held: list[float] = []
    added: list[float] = []
    piled: list[float] = []
    c = dict.fromkeys(("lstm", "nig", "nfg"), 0.0)
    for value, command in zip(g, commands, strict=True):
        written = value if command == 1 else 0.0
        kept = 0.0 if command == 1 else 1.0
        c = {"lstm": kept * c["lstm"] + written, "nig": kept * c["nig"] + value, "nfg": c["nfg"] + written}
        for column, key in ((held, "lstm"), (added, "nig"), (piled, "nfg")):
            column.append(c[key])
    np.testing.assert_allclose(traces["lstm"].c[:, 0], held, atol=1e-7)
    np.testing.assert_allclose(traces["nig"].c[:, 0], added, atol=1e-7)
    np.testing.assert_allclose(traces["nfg"].c[:, 0], piled, atol=1e-7)
    for key in ("lstm", "nig", "nfg"):
        shown = np.where(commands == -1, np.tanh(traces[key].c[:, 0]), 0.0)
        np.testing.assert_allclose(traces[key].h[:, 0], shown, atol=1e-7)
    np.testing.assert_array_equal(traces["nog"].c, traces["lstm"].c)
    np.testing.assert_allclose(traces["nog"].h, np.tanh(traces["nog"].c))


def test_the_cell_of_1997_climbs_to_121_where_a_forget_gate_stays_below_1_8() -> None:
    settings, traces = preset("endless")
    assert settings.steps == 200
    old, new = np.abs(memory(traces["1997"])[:, 0]), np.abs(memory(traces["lstm"])[:, 0])
    assert round(old[-1]) == 121
    assert old[-1] == old.max(), "and would go on"
    assert old[:100].max() < 0.6 * old.max()
    assert 1.7 < new.max() < 1.8
    slow = np.abs(memory(replace(settings, seed=2).run()["1997"])).max()
    assert slow < 3, "seed 2 climbs far more slowly"


@pytest.mark.parametrize("share", [0.02, 0.1, 0.2, 0.5])
def test_tied_gates_are_a_moving_average_wherever_the_input_gate_stands(share: float) -> None:
    settings = replace(VARIANTS_PRESETS["average"].settings, parameter=share)
    trace = settings.run()["cifg"]
    assert isinstance(trace, LSTMTrace)
    np.testing.assert_array_equal(trace.i + trace.f, 1.0)
    average, averages = 0.0, []
    for value in np.tanh(0.01 * settings.x[:, 0]):
        average = (1 - share) * average + share * value
        averages.append(average)
    np.testing.assert_allclose(trace.c[:, 0], averages, rtol=1e-12)


def test_with_its_own_forget_gate_the_average_settles_at_half_the_level() -> None:
    settings, traces = preset("average")
    level = np.tanh(0.01 * settings.x[-1, 0])
    np.testing.assert_allclose(traces["lstm"].f, 0.8)
    assert traces["cifg"].f == pytest.approx(0.9)
    long: Mapping[str, Any] = replace(settings, lines=((settings.lines[0][-1],) * LONGEST,)).run()
    assert long["lstm"].c[-1, 0] == pytest.approx(level / 2, rel=1e-6)
    assert long["cifg"].c[-1, 0] == pytest.approx(level, rel=1e-6)
    assert level == pytest.approx(0.06, rel=2e-3), "one hundredth of the input"


def test_at_one_place_of_the_input_gate_both_cells_are_averages() -> None:
    """The question that the page asks: where i and f of the plain LSTM happen to add up to 1."""
    traces: Mapping[str, Any] = replace(VARIANTS_PRESETS["average"].settings, parameter=0.2).run()
    np.testing.assert_allclose(traces["lstm"].c, traces["cifg"].c, rtol=1e-12)


def test_the_gru_shows_all_that_it_remembers_and_the_lstm_does_not() -> None:
    _, traces = preset("gru")
    gru, lstm = traces["gru"], traces["lstm"]
    assert memory(gru) is gru.h
    assert np.abs(gru.h).max() < 1
    assert lstm.c[:, 0].max() == pytest.approx(2.9, abs=0.05)
    assert np.abs(lstm.h).max() < 0.75


def test_without_output_activation_the_counter_shows_its_count() -> None:
    _, traces = preset("counter")
    np.testing.assert_allclose(traces["noaf"].h, traces["noaf"].c, rtol=1e-8)
    assert traces["noaf"].h[-1, 0] == pytest.approx(7, abs=1e-6)
    np.testing.assert_array_equal(traces["lstm"].c, traces["noaf"].c)
    assert np.abs(traces["lstm"].h).max() < 1


def test_every_cell_can_be_drawn_and_stands_beside_the_others() -> None:
    for key in FAMILY:
        other = "v" if key == "lstm" else "lstm"
        settings = Comparison(
            (key, other), ((1.0, 0.0), (0.5, -1.0)), units=3, scale=2.0, keep_bias=1.0, noise=0.5
        )
        trace = settings.run()[key]
        assert trace.h.shape == memory(trace).shape == (2, 3)
        assert isinstance(trace, {"lstm": LSTMTrace, "gru": GRUTrace, "rnn": RNNTrace}[FAMILY[key].kind])


@pytest.mark.parametrize("weights", HAND_SET)
@pytest.mark.parametrize("key", LSTM_FAMILY)
def test_every_hand_set_is_for_every_cell_of_the_family(weights: str, key: str) -> None:
    other = "v" if key == "lstm" else "lstm"
    settings = Comparison((key, other), ((0.5, 1.0), (1.0, 0.0))).with_weights(weights)
    assert np.isfinite(settings.run()[key].h).all()


def test_gates_in_common_have_the_same_weights_from_the_same_seed() -> None:
    settings = Comparison(("lstm", "nig", "cifg", "1997"), LINE, units=2, scale=1.5, seed=3)
    plain: Any = settings.cell("lstm")
    for key in ("nig", "cifg", "1997"):
        cell: Any = settings.cell(key)
        for gate in cell.variant.gates:
            for ours, theirs in zip(cell.gate_weights(gate), plain.gate_weights(gate), strict=True):
                np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("key", ["lstm", "v", "nog", "cifg", "gru", "gru-before"])
def test_the_added_bias_lets_more_of_the_old_state_be_kept(key: str) -> None:
    other = "v" if key == "lstm" else "lstm"
    settings = Comparison((key, other), ((0.0,),), units=2)

    def kept(bias: float) -> Any:
        trace: Any = replace(settings, keep_bias=bias).run()[key]
        return trace.u if isinstance(trace, GRUTrace) else trace.f

    shift = np.log(kept(2.0) / (1 - kept(2.0))) - np.log(kept(0.0) / (1 - kept(0.0)))
    np.testing.assert_allclose(shift, 2.0)


def test_where_nothing_decides_what_is_kept_the_bias_changes_nothing() -> None:
    settings = Comparison(("nfg", "rnn"), LINE, units=2)
    for key in ("nfg", "rnn"):
        np.testing.assert_array_equal(replace(settings, keep_bias=3.0).run()[key].h, settings.run()[key].h)


def test_noise_is_drawn_by_the_seed_and_grows_with_its_dial() -> None:
    quiet = Comparison(("lstm", "v"), (generate("sine", LONGEST, most=LONGEST),))
    noisy = replace(quiet, noise=0.5)
    np.testing.assert_array_equal(noisy.x, noisy.x)
    assert not np.array_equal(noisy.x, replace(noisy, seed=1).x)
    added = noisy.x - quiet.x
    assert added.std() == pytest.approx(0.5, rel=0.15)
    np.testing.assert_allclose(replace(noisy, noise=1.0).x - quiet.x, 2 * added, atol=2e-3)


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"cells": ("lstm",)}, "cells"),
        ({"cells": ("lstm", "lstm")}, "cells"),
        ({"cells": ("lstm", "v", "nig", "nfg", "nog")}, "cells"),
        ({"cells": ("lstm", "nonsense")}, "cells"),
        ({"lines": ()}, "lines"),
        ({"lines": ((),)}, "lines"),
        ({"lines": ((1.0,), (1.0, 2.0))}, "lines"),
        ({"lines": ((1.0,) * 201,)}, "lines"),
        ({"lines": ((float("nan"),),)}, "lines"),
        ({"lines": ((1e9,),)}, "lines"),
        ({"units": 5}, "units"),
        ({"units": 0}, "units"),
        ({"seed": -1}, "seed"),
        ({"seed": 10_000}, "seed"),
        ({"scale": 6.1}, "scale"),
        ({"scale": float("nan")}, "scale"),
        ({"keep_bias": -5}, "keep_bias"),
        ({"noise": -0.1}, "noise"),
        ({"parameter": 1.0}, "parameter"),
        ({"weights": "magic"}, "weights"),
        ({"weights": "timer", "parameter": 1.0}, "parameter"),
        ({"weights": "timer", "parameter": 8.0, "units": 2}, "1 unit"),
        ({"weights": "timer", "parameter": 8.0, "lines": ((1.0,), (1.0,))}, "1 unit"),
        ({"weights": "counter", "cells": ("lstm", "gru")}, "LSTM family"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changed: dict[str, Any], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        replace(Comparison(("lstm", "v"), LINE), **changed)


def test_dials_reach_both_ends_of_their_range_and_no_further() -> None:
    settings = Comparison(("lstm", "v"), LINE)
    for name, ends in RANGES.items():
        for value in ends:
            assert getattr(settings.with_number(name, value), name) == value
        with pytest.raises(ValueError, match=name):
            settings.with_number(name, ends[1] + 0.1)
    with pytest.raises(ValueError, match="name"):
        settings.with_number("seed", 1)


def test_the_timers_period_is_a_whole_number() -> None:
    settings = VARIANTS_PRESETS["timer"].settings
    assert settings.with_number("parameter", 5.4).parameter == 5.0
    average = VARIANTS_PRESETS["average"].settings
    assert average.with_number("parameter", 0.25).parameter == 0.25


def test_other_weights_drop_what_they_cannot_have_and_keep_the_rest() -> None:
    drawn = Comparison(("gru", "cifg", "rnn"), ((1.0, 2.0), (3.0, 4.0)), units=3, seed=4)
    timer = drawn.with_weights("timer")
    assert timer.cells == ("cifg", "lstm")
    assert (timer.units, timer.lines, timer.parameter, timer.seed) == (1, ((1.0, 2.0),), 8.0, 4)
    assert timer.with_weights("register").lines == ((1.0, 2.0), (0.0, 0.0))
    back = timer.with_weights(DRAWN)
    assert (back.weights, back.parameter, back.cells) == (DRAWN, 0.0, ("cifg", "lstm"))
    with pytest.raises(ValueError, match="weights"):
        drawn.with_weights("magic")


@pytest.mark.parametrize("key", VARIANTS_PRESETS)
def test_a_preset_opens_on_a_cell_and_a_step_that_it_has(key: str) -> None:
    preset = VARIANTS_PRESETS[key]
    assert preset.on_stage in preset.settings.cells
    assert 1 <= preset.step <= preset.settings.steps


def test_of_ten_seeds_nine_grow_the_largest_memory_without_a_forget_gate() -> None:
    """The third thing to try: it begins at the default, which has all four cells already."""
    default = VARIANTS_PRESETS["missing"].settings

    def largest(seed: int) -> str:
        traces = replace(default.with_weights(DRAWN), seed=seed).run()
        sizes = {key: float(np.abs(memory(trace)).max()) for key, trace in traces.items()}
        return max(sizes, key=lambda key: sizes[key])

    assert [seed for seed in range(10) if largest(seed) != "nfg"] == [9]
