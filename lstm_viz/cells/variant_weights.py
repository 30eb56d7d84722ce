"""The arrays of an :class:`LSTMVariantCell`: checked, drawn at random, joined from those of its gates."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks, weights
from lstm_viz.cells.functions import Array
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.notation import GATES, Gate

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
"""By the name of the parameter; what a cell does not have is left out."""


def checked(variant: LSTMVariant, given: Mapping[str, npt.ArrayLike | None]) -> Arrays:
    """Return the arrays of a cell, once they are found to fit the variant and each other.

    Raises
    ------
    ValueError
        If one is missing, is given where the variant has no such part, does not fit in shape, or holds
        anything but finite real numbers.
    """
    gates, peeping = len(variant.gates), len(variant.peephole_gates)
    meaning = {
        "weight_ih": f"({gates}*hidden, inputs)",
        "weight_hh": f"({gates}*hidden, outputs)",
        "bias": f"({gates}*hidden,)",
        "peepholes": f"({peeping}, hidden)",
        "weight_hr": "(outputs, hidden)",
        "weight_gates": "(3*hidden, 3*hidden)",
    }
    for name, there in (("peepholes", peeping > 0), ("weight_gates", variant.gate_recurrence)):
        if there != (given[name] is not None):
            expected, got = ("None", "an array") if not there else (f"shape {meaning[name]}", "None")
            raise ValueError(f"{name}: expected {expected} for {variant.title}, got {got}")

    arrays = {
        name: checks.real_array(name, value, f"shape {meaning[name]}")
        for name, value in given.items()
        if value is not None
    }
    for name in ("weight_ih", "weight_hh", "weight_hr"):
        if name in arrays:
            weights.require_matrix(name, arrays[name], meaning[name])
    inputs, outputs = arrays["weight_ih"].shape[1], arrays["weight_hh"].shape[1]
    hidden = arrays["weight_hr"].shape[1] if "weight_hr" in arrays else outputs
    shapes = {
        "weight_ih": (gates * hidden, inputs),
        "weight_hh": (gates * hidden, outputs),
        "bias": (gates * hidden,),
        "peepholes": (peeping, hidden),
        "weight_hr": (outputs, hidden),
        "weight_gates": (3 * hidden, 3 * hidden),
    }
    for name, array in arrays.items():
        checks.require_shape(name, array, shapes[name], meaning[name])
    return arrays


def drawn(
    variant: LSTMVariant, inputs: int, hidden: int, seed: int, forget_bias: float, projection: int | None
) -> Arrays:
    """Return random arrays: see :meth:`LSTMVariantCell.random`."""
    if projection is not None:
        checks.count("projection", projection)
    weight_ih, weight_hh, biases = weights.draw(len(GATES), inputs, hidden, seed, outputs=projection)
    bias = biases.sum(axis=0).reshape(len(GATES), hidden)
    bias[GATES.index("f")] += checks.number("forget_bias", forget_bias)
    if variant.coupled:
        bias[GATES.index("i")] -= forget_bias

    def own(array: Array) -> Array:
        """Return the rows of the gates that the variant has, of an array for all four."""
        blocks = array.reshape(len(GATES), hidden, *array.shape[1:])
        return np.concatenate([blocks[GATES.index(gate)] for gate in variant.gates])

    arrays: Arrays = {"weight_ih": own(weight_ih), "weight_hh": own(weight_hh), "bias": own(bias.ravel())}
    # A stream of its own, so that what is drawn here changes nothing above.
    uniform = np.random.default_rng([seed, 1]).uniform
    bound = hidden**-0.5
    peepholes = uniform(-bound, bound, (len(GATES), hidden))
    if variant.peephole_gates:
        arrays["peepholes"] = peepholes[[GATES.index(gate) for gate in variant.peephole_gates]]
    if variant.gate_recurrence:
        arrays["weight_gates"] = uniform(-bound, bound, (3 * hidden, 3 * hidden))
    if projection is not None:
        arrays["weight_hr"] = uniform(-bound, bound, (projection, hidden))
    return arrays


def joined(
    variant: LSTMVariant,
    gates: Mapping[Gate, weights.GateWeights],
    peepholes: Mapping[Gate, npt.ArrayLike],
) -> Arrays:
    """Return W, U, b and p, stacked from those of each gate: see :meth:`LSTMVariantCell.from_gates`."""
    own, peeps = dict(gates), {gate: np.atleast_1d(peephole) for gate, peephole in peepholes.items()}
    if variant.coupled and "f" in own and "i" not in own:
        # i = 1 − σ(z_f) = σ(−z_f)
        w, u, b = own.pop("f")
        own["i"] = np.negative(w), np.negative(u), np.negative(b)
        if "f" in peeps:
            peeps["i"] = np.negative(peeps.pop("f"))
    for name, given, wanted in (
        ("gates", own.keys(), variant.gates),
        ("peepholes", peeps.keys(), variant.peephole_gates),
    ):
        if set(given) != set(wanted):
            raise ValueError(
                f"{name}: expected {', '.join(wanted) or 'none'}, got {', '.join(given) or 'none'}"
            )
    weight_ih, weight_hh, bias = weights.joined({gate: own[gate] for gate in variant.gates})
    arrays: Arrays = {"weight_ih": weight_ih, "weight_hh": weight_hh, "bias": bias}
    for gate, peephole in peeps.items():
        hidden = len(bias) // len(variant.gates)
        checks.require_shape(f"peepholes[{gate!r}]", peephole, (hidden,), "(hidden,)")
    if peeps:
        arrays["peepholes"] = np.stack([peeps[gate] for gate in variant.peephole_gates])
    return arrays
