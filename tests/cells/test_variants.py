"""The LSTM family: every step obeys its equations, and the plain one is the LSTMCell."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from lstm_viz import LSTM_1997, VARIANTS, LSTMCell, LSTMVariant, LSTMVariantCell
from lstm_viz.cells import LSTMStep
from lstm_viz.notation import GATES
from tests.cells.strategies import LSTMS

X = np.random.default_rng(1).standard_normal((7, 2))
X_BATCH = np.random.default_rng(2).standard_normal((7, 5, 2))
PHI: dict[str, Any] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "hard_sigmoid": lambda z: np.clip(0.2 * z + 0.5, 0, 1),
    "linear": lambda z: z,
    "wide_sigmoid": lambda z: 4 / (1 + np.exp(-z)) - 2,
    "centred_sigmoid": lambda z: 2 / (1 + np.exp(-z)) - 1,
}
HARD = LSTMVariant(peepholes=True, gate_activation="hard_sigmoid")


# Running


@pytest.mark.parametrize("projection", [None, 2])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("x", [X, X_BATCH, X_BATCH[:, :1]], ids=["single", "batch", "batch of one"])
@pytest.mark.parametrize("variant", [*LSTMS.values(), HARD], ids=lambda variant: variant.title)
def test_every_step_obeys_the_equations(variant: Any, x: Any, reverse: bool, projection: Any) -> None:
    cell = LSTMVariantCell.random(variant, 2, 3, seed=4, projection=projection)
    h0 = np.linspace(-0.2, 0.3, cell.outputs)
    trace = cell.run(x, h0=h0, c0=[1.0, -1.0, 0.5], reverse=reverse)
    later, earlier = (slice(None, -1), slice(1, None)) if reverse else (slice(1, None), slice(None, -1))
    before = np.zeros_like(np.concatenate([trace.i, trace.f, trace.o], axis=-1))
    before[later] = np.concatenate([trace.i, trace.f, trace.o], axis=-1)[earlier]

    for gate in "ifgo":
        value, z = getattr(trace, gate), getattr(trace, f"z_{gate}")
        if gate in variant.gates:
            expected = expected_z(cell, trace, gate, before)
            np.testing.assert_allclose(z, expected, rtol=0, atol=1e-14, err_msg=gate)
            activation = variant.candidate_activation if gate == "g" else variant.gate_activation
            np.testing.assert_allclose(value, PHI[activation](expected), rtol=0, atol=1e-14, err_msg=gate)
        elif gate == "f" and variant.coupled:
            np.testing.assert_array_equal(value, 1 - trace.i)
            np.testing.assert_array_equal(z, -trace.z_i)
        else:
            np.testing.assert_array_equal(value, 1.0)
            np.testing.assert_array_equal(z, 0.0)
    np.testing.assert_allclose(trace.c, trace.f * trace.c_prev + trace.i * trace.g, rtol=0, atol=1e-15)
    shown = trace.o * PHI[variant.memory_activation](trace.c)
    h = shown if cell.weight_hr is None else shown @ cell.weight_hr.T
    np.testing.assert_allclose(trace.h, h, rtol=0, atol=1e-15)

    np.testing.assert_array_equal(trace.c_prev[later], trace.c[earlier])
    np.testing.assert_array_equal(trace.h_prev[later], trace.h[earlier])
    first = trace[-1 if reverse else 0]
    np.testing.assert_array_equal(first.h_prev, np.broadcast_to(h0, first.h.shape))
    np.testing.assert_array_equal(first.c_prev, np.broadcast_to([1.0, -1.0, 0.5], first.c.shape))


def expected_z(cell: Any, trace: Any, gate: Any, gates_before: Any) -> Any:
    w, u, b = cell.gate_weights(gate)
    z = trace.x @ w.T + trace.h_prev @ u.T + b
    if gate in cell.variant.peephole_gates:
        peephole = cell.peepholes[cell.variant.peephole_gates.index(gate)]
        z = z + peephole * (trace.c if gate == "o" else trace.c_prev)
    if cell.variant.gate_recurrence and gate != "g":
        z = z + gates_before @ cell.weight_gates["ifo".index(gate) * 3 :][:3].T
    return z


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("gate_activation", ["sigmoid", "hard_sigmoid"])
@pytest.mark.parametrize("cell_activation", ["tanh", "sigmoid"])
def test_the_plain_one_is_the_lstm_cell(reverse: bool, gate_activation: Any, cell_activation: Any) -> None:
    random = LSTMCell.random(2, 3, seed=4, forget_bias=1.0)
    weights = random.weight_ih, random.weight_hh, random.bias
    plain = LSTMCell(*weights, gate_activation=gate_activation, cell_activation=cell_activation)
    variant = LSTMVariant(
        gate_activation=gate_activation,
        candidate_activation=cell_activation,
        memory_activation=cell_activation,
    )
    arguments: dict[str, Any] = {
        "x": X_BATCH,
        "h0": [0.1, -0.2, 0.3],
        "clamp": {"i": 0.5},
        "reverse": reverse,
    }
    expected, trace = plain.run(**arguments), LSTMVariantCell(variant, *weights).run(**arguments)
    for field in dataclasses.fields(LSTMStep):
        name = field.name
        np.testing.assert_allclose(getattr(trace, name), getattr(expected, name), rtol=0, atol=1e-15)
    assert (trace.clamped, trace.reverse) == (expected.clamped, expected.reverse)


@pytest.mark.parametrize("x", [X, X_BATCH], ids=["single", "batch"])
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_steps_are_the_run(variant: Any, x: Any) -> None:
    cell = LSTMVariantCell.random(variant, 2, 3, seed=4)
    trace, (h, c, step) = cell.run(x), (None, None, None)
    for t, x_t in enumerate(x):
        h, c, step = cell.step(x_t, h, c, step)
        assert h is step.h
        assert c is step.c
        for field in dataclasses.fields(LSTMStep):
            expected = getattr(trace, field.name)[t]
            np.testing.assert_allclose(getattr(step, field.name), expected, rtol=0, atol=1e-15)


def test_traces_and_weights_are_read_only() -> None:
    cell = LSTMVariantCell.random(VARIANTS["FGR"], 2, 3, projection=2)
    trace = cell.run(X)
    arrays = [getattr(trace, field.name) for field in dataclasses.fields(LSTMStep)]
    weights = ("weight_ih", "weight_hh", "bias", "peepholes", "weight_hr", "weight_gates")
    for array in (*arrays, *(getattr(cell, name) for name in weights)):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_without_a_forget_gate_the_memory_grows_without_end() -> None:
    """It gains almost 2 at every step, the bound of g, and still shows no more than 1."""
    x = np.ones((400, 1))
    gates = {"i": ([[0.0]], [[0.0]], [20.0]), "g": ([[20.0]], [[0.0]], [0.0]), "o": ([[0.0]], [[0.0]], [0.0])}
    grown = LSTMVariantCell.from_gates(LSTM_1997, gates).run(x)  # type: ignore[arg-type]
    np.testing.assert_allclose(grown.c[:, 0], 2 * np.arange(1, 401), rtol=1e-6)
    assert (np.abs(grown.h) <= 1).all()


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported")
@pytest.mark.parametrize("proj_size", [0, 2])
def test_numbers_of_torch(proj_size: Any) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    lstm = torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True, proj_size=proj_size).double()
    expected, (h_n, c_n) = lstm(torch.from_numpy(X_BATCH))
    y, ends = X_BATCH, []
    for layer in range(2):
        traces = [
            LSTMVariantCell.from_torch(lstm.state_dict(), layer, way).run(y, reverse=way)
            for way in (False, True)
        ]
        y = np.concatenate([trace.h for trace in traces], axis=-1)
        ends += [traces[0][-1], traces[1][0]]
    np.testing.assert_allclose(y, expected.detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose([end.h for end in ends], h_n.detach(), rtol=0, atol=1e-12)
    np.testing.assert_allclose([end.c for end in ends], c_n.detach(), rtol=0, atol=1e-12)


def test_a_candidate_can_be_held_wherever_its_activation_can_be() -> None:
    wide, linear = (LSTMVariantCell.random(v, 2, 3) for v in (LSTM_1997, VARIANTS["NIAF"]))
    assert (wide.run(X, clamp={"g": -1.75}).g == -1.75).all()
    assert (linear.run(X, clamp={"g": 7.0}).g == 7.0).all()
    with pytest.raises(ValueError, match=r"clamp\['g'\]: expected a number from -2 to 2, got 2.5"):
        wide.run(X, clamp={"g": 2.5})


# Making cells


def test_variants_share_the_weights_of_their_common_gates() -> None:
    plain = LSTMCell.random(2, 3, seed=4, forget_bias=1.0)
    for variant in VARIANTS.values():
        cell = LSTMVariantCell.random(variant, 2, 3, seed=4, forget_bias=1.0)
        for gate in variant.gates:
            same = zip(cell.gate_weights(gate)[:2], plain.gate_weights(gate)[:2], strict=True)
            assert all(np.array_equal(*pair) for pair in same)


def test_a_forget_bias_closes_the_input_gate_of_a_coupled_pair() -> None:
    """As f = 1 − i = σ(−z_i)."""
    coupled = VARIANTS["CIFG"]
    plain, biased = (LSTMVariantCell.random(coupled, 2, 3, forget_bias=bias) for bias in (0.0, 2.0))
    difference = (biased.bias - plain.bias).reshape(3, 3)
    np.testing.assert_allclose(difference, [[-2.0] * 3, [0.0] * 3, [0.0] * 3], rtol=0, atol=1e-15)


def test_a_coupled_pair_may_come_as_its_forget_gate() -> None:
    cell = LSTMVariantCell.random(VARIANTS["CIFG"], 2, 3, seed=4)
    assert cell.peepholes is not None
    peepholes = dict(zip(cell.variant.peephole_gates, cell.peepholes, strict=True))
    gates: dict[Any, Any] = {gate: cell.gate_weights(gate) for gate in cell.variant.gates}
    gates["f"] = tuple(-part for part in gates.pop("i"))
    peepholes["f"] = -peepholes.pop("i")
    again = LSTMVariantCell.from_gates(cell.variant, gates, peepholes=peepholes)
    np.testing.assert_array_equal(again.weight_ih, cell.weight_ih)
    np.testing.assert_array_equal(again.peepholes, cell.peepholes)


@pytest.mark.parametrize(
    ("name", "formula", "count"),
    [
        ("V", "4H(D+H+1) + 3H", 1456),
        ("NIAF", "4H(D+H+1) + 3H", 1456),
        ("NOAF", "4H(D+H+1) + 3H", 1456),
        ("NIG", "3H(D+H+1) + 2H", 1088),
        ("NFG", "3H(D+H+1) + 2H", 1088),
        ("NOG", "3H(D+H+1) + 2H", 1088),
        ("CIFG", "3H(D+H+1) + 2H", 1088),
        ("NP", "4H(D+H+1)", 1408),
        ("FGR", "4H(D+H+1) + 3H + 9H²", 3760),
    ],
)
def test_parameters_are_counted(name: str, formula: Any, count: Any) -> None:
    cell = LSTMVariantCell.random(VARIANTS[name], 5, 16)
    arrays = (cell.weight_ih, cell.weight_hh, cell.bias, cell.peepholes, cell.weight_gates)
    assert sum(array.size for array in arrays if array is not None) == count
    assert (cell.parameter_formula, cell.parameters) == (formula, count)


def test_a_projection_is_counted() -> None:
    cell = LSTMVariantCell.random(LSTMVariant(), 5, 16, projection=3)
    assert cell.parameter_formula == "4H(D+P+1) + PH"
    assert cell.parameters == 4 * 16 * (5 + 3 + 1) + 3 * 16


def test_equations_say_what_differs() -> None:
    lines = {name: dict(variant.equations) for name, variant in VARIANTS.items()}
    assert lines["NP"]["f"] == r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)"
    assert lines["V"]["f"] == r"f_t = \sigma(W_f x_t + U_f h_{t-1} + p_f \cdot C_{t-1} + b_f)"
    assert lines["V"]["o"] == r"o_t = \sigma(W_o x_t + U_o h_{t-1} + p_o \cdot C_t + b_o)"
    assert lines["NIG"]["c"] == r"C_t = f_t \cdot C_{t-1} + \tilde C_t"
    assert lines["NFG"]["c"] == r"C_t = C_{t-1} + i_t \cdot \tilde C_t"
    assert lines["NOG"]["h"] == r"h_t = \tanh(C_t)"
    assert lines["NIAF"]["g"] == r"\tilde C_t = W_C x_t + U_C h_{t-1} + b_C"
    assert lines["NOAF"]["h"] == r"h_t = o_t \cdot C_t"
    assert list(lines["CIFG"]) == ["i", "f", "g", "c", "o", "h"]
    assert lines["CIFG"]["f"] == "f_t = 1 - i_t"
    assert r"R_{of}\, o_{t-1}" in lines["FGR"]["f"]
    assert dict(LSTM_1997.equations)["h"] == r"h_t = o_t \cdot (2\,\sigma(C_t) - 1)"
    for name in ("NIG", "NFG", "NOG"):
        assert len(lines[name]) == 5


def test_only_one_point_differs_from_the_vanilla_cell() -> None:
    vanilla = VARIANTS["V"]
    named = {"name", "title", "source"}
    for name in set(VARIANTS) - {"V"}:
        points = [
            field.name
            for field in dataclasses.fields(LSTMVariant)
            if field.name not in named and getattr(VARIANTS[name], field.name) != getattr(vanilla, field.name)
        ]
        assert len(points) == 1, name


# Refusals

PEEPING = LSTMVariantCell.random(VARIANTS["V"], 2, 3)
WEIGHTS = PEEPING.weight_ih, PEEPING.weight_hh, PEEPING.bias
ONE = ([[1.0]], [[1.0]], [1.0])


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: LSTMVariant(gate_activation="tanh"), r"gate_activation: .* got 'tanh'"),  # type: ignore[arg-type]
        (lambda: LSTMVariant(candidate_activation="relu"), r"candidate_activation: .* got 'relu'"),  # type: ignore[arg-type]
        (lambda: LSTMVariant(memory_activation="relu"), r"memory_activation: .* got 'relu'"),  # type: ignore[arg-type]
        (lambda: LSTMVariant(coupled=True, input_gate=False), r"coupled: .* got one that is missing"),
        (lambda: LSTMVariant(gate_recurrence=True, coupled=True), r"gate_recurrence: expected all gates"),
        (lambda: LSTMVariantCell(VARIANTS["V"], *WEIGHTS), r"peepholes: expected shape \(3, hidden\).* None"),
        (
            lambda: LSTMVariantCell(VARIANTS["NP"], *WEIGHTS, peepholes=PEEPING.peepholes),
            r"peepholes: expected None for no peepholes, got an array",
        ),
        (
            lambda: LSTMVariantCell(VARIANTS["V"], *WEIGHTS, peepholes=np.ones((2, 3))),
            r"peepholes: expected shape \(3, hidden\) = \(3, 3\), got \(2, 3\)",
        ),
        (
            lambda: LSTMVariantCell(VARIANTS["FGR"], *WEIGHTS, peepholes=PEEPING.peepholes),
            r"weight_gates: expected shape \(3\*hidden, 3\*hidden\).* got None",
        ),
        (
            lambda: LSTMVariantCell(VARIANTS["NIG"], *WEIGHTS, peepholes=np.ones((2, 3))),
            r"weight_ih: expected shape \(3\*hidden, inputs\) = \(9, 2\), got \(12, 2\)",
        ),
        (
            lambda: LSTMVariantCell(LSTMVariant(), *WEIGHTS, weight_hr=np.ones((2, 3))),
            r"weight_hr: expected shape \(outputs, hidden\) = \(3, 3\), got \(2, 3\)",
        ),
        (
            lambda: LSTMVariantCell.from_gates(LSTMVariant(), {"i": ONE, "f": ONE, "g": ONE}),
            r"gates: expected i, f, g, o, got i, f, g",
        ),
        (
            lambda: LSTMVariantCell.from_gates(
                LSTMVariant(),
                dict.fromkeys(GATES, ONE),
                peepholes={"i": [1.0]},
            ),
            r"peepholes: expected none, got i",
        ),
        (
            lambda: LSTMVariantCell.from_gates(
                VARIANTS["V"],
                dict.fromkeys(GATES, ONE),
                peepholes={"i": (1.0, 2.0), "f": (1.0, 2.0), "o": (1.0, 2.0)},
            ),
            r"peepholes\['i'\]: expected shape \(hidden,\) = \(1,\), got \(2,\)",
        ),
        (
            lambda: LSTMVariantCell.from_gates(
                LSTMVariant(),
                {"i": ONE, "f": ONE, "g": ONE, "o": ([1, 2], 3, 4)},
            ),
            r"o: W: expected shape \(hidden, inputs\) = \(1, 1\), got \(1, 2\)",
        ),
        (lambda: LSTMVariantCell.random(LSTMVariant(), projection=0), r"projection: expected an integer of"),
        (lambda: PEEPING.gate_weights("c"), r"gate: expected one of 'i', 'f', 'g', 'o', got 'c'"),  # type: ignore[arg-type]
        (lambda: PEEPING.run([[1.0]]), r"x: expected shape \(time, 2\)"),
        (lambda: PEEPING.run(X, c0=[1.0]), r"c0: expected shape \(3,\), got \(1,\)"),
        (
            lambda: LSTMVariantCell.random(VARIANTS["NIG"], 2).run(X, clamp={"i": 0.5}),
            r"clamp: expected one of 'f', 'g', 'o', got 'i'",
        ),
    ],
)
def test_refusals_name_what_is_wrong(refused: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        refused()
