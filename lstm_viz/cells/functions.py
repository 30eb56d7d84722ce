"""What may stand in the equations of a cell: one record a function, with all that is known of it.

References
----------
https://docs.pytorch.org/docs/stable/nn.functional.html: the numbers of σ, softplus and the rest.
https://onnx.ai/onnx/operators/onnx__HardSigmoid.html: alpha 0.2 and beta 0.5, as ``hard_sigmoid`` of Keras 2.
https://keras.io/api/layers/activations/#hardsigmoid-function: relu6(z + 3) / 6, that of Keras 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
Slope: TypeAlias = Array | float
Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of one or two arguments, applied number by number.

    Attributes
    ----------
    name
        As it is written in an equation.
    write
        ``write(*arguments, out)`` computes it in place. It may be given ``out`` among the arguments of a
        function of one. It may overflow on its way to a right value: who calls it silences NumPy.
    slopes
        ``slopes(value, *arguments)``: the derivative by each argument, an array or a number. At a corner it
        is 0 on the flat side, and shared in halves where a maximum is reached twice, as PyTorch has it.
    bounds
        The interval of its values for intervals of its arguments.
    latex, numpy, torch
        Templates with ``{0}`` and ``{1}`` for the arguments.
    module
        ``module(torch)`` is the same in PyTorch, to be called with tensors.
    arity
        1 or 2.
    defined
        The body of ``def name(z)`` that code in NumPy, in PyTorch needs; empty where the library has it.
    of_minus
        ``of_minus(z, out)`` computes it from −z, where that saves a call.
    """

    name: str
    write: Callable[..., object]
    slopes: Callable[..., tuple[Slope, ...]]
    bounds: Callable[..., Interval]
    latex: str
    numpy: str
    torch: str
    module: Callable[[Any], Callable[..., Any]]
    arity: int = 1
    defined: tuple[str, str] = ("", "")
    of_minus: Callable[[Array, Array], object] | None = None


_ONE: Final = {dtype.char: np.ones((), dtype) for dtype in (np.dtype("f4"), np.dtype("f8"))}
"""In each dtype: to make an array of a number takes NumPy as long as to add it."""


def _sigmoid_of_minus(z: Array, out: Array) -> None:
    """Write σ(−z) = 1 / (1 + exp(z)), right to a few units in the last place *relative* to its value.

    A gate of 1e-18 stays 1e-18, where the cheaper ½(1 + tanh(z/2)) would give 0.
    """
    one = _ONE[out.dtype.char]
    np.exp(z, out)
    np.add(out, one, out)
    np.divide(one, out, out)


def _sigmoid(z: Array, out: Array) -> None:
    np.negative(z, out)
    _sigmoid_of_minus(out, out)


def _log_sigmoid(z: Array, out: Array) -> None:
    # −log(1 + e^(−z))
    np.negative(z, out)
    _softplus(out, out)
    np.negative(out, out)


def _softplus(z: Array, out: Array) -> None:
    np.logaddexp(z, 0.0, out)


def _silu(z: Array, out: Array) -> None:
    np.multiply(z, _value(_sigmoid, z), out)


def _softsign(z: Array, out: Array) -> None:
    np.divide(z, np.abs(z) + 1.0, out)


def _clipped_line(slope: float) -> Callable[[Array, Array], None]:
    def write(z: Array, out: Array) -> None:
        np.multiply(z, slope, out)
        np.add(out, 0.5, out)
        np.maximum(out, 0.0, out=out)
        np.minimum(out, 1.0, out=out)

    return write


def _centred_sigmoid(z: Array, out: Array) -> None:
    # 2 σ(z) − 1 = tanh(z/2), which keeps its digits around 0.
    np.multiply(z, 0.5, out)
    np.tanh(out, out)


def _wide_sigmoid(z: Array, out: Array) -> None:
    _centred_sigmoid(z, out)
    np.multiply(out, 2.0, out)


def _value(write: Callable[[Array, Array], object], z: Array) -> Array:
    out = np.empty_like(z)
    write(z, out)
    return out


def _where(condition: npt.NDArray[np.bool_], like: Array) -> Array:
    return condition.astype(like.dtype)


def _first_is_more(a: Slope, b: Slope) -> Array:
    """Return 1 where a > b, ½ where they are equal, 0 elsewhere."""
    more = np.asarray(np.sign(np.subtract(a, b)))
    halves: Array = 0.5 * more + 0.5
    return halves


def _rising(function: Callable[[float], Any]) -> Callable[[Interval], Interval]:
    """Return the bounds of a function that never falls."""

    def bounds(z: Interval) -> Interval:
        with np.errstate(all="ignore"):
            return float(function(z[0])), float(function(z[1]))

    return bounds


def _of(write: Callable[..., object]) -> Callable[[float], float]:
    return lambda z: float(_value(write, np.array([z]))[0])


def _within(low: float, high: float) -> Callable[[Interval], Interval]:
    return lambda _z: (low, high)


def _of_corners(function: Callable[[float, float], float]) -> Callable[[Interval, Interval], Interval]:
    """Return the bounds of a function that is monotone in each argument: its values at the corners."""

    def bounds(a: Interval, b: Interval) -> Interval:
        with np.errstate(all="ignore"):
            values = [float(function(one, other)) for one in a for other in b]
        # 0·∞ bounds nothing: the zero is a bound, and so is what lies beside the infinity.
        values = [0.0 if value != value else value for value in values]
        return min(values), max(values)

    return bounds


def _product(a: Interval, b: Interval) -> Interval:
    return _of_corners(np.multiply)(a, b)


def _quotient(a: Interval, b: Interval) -> Interval:
    if b[0] <= 0.0 <= b[1]:
        return -inf, inf
    return _of_corners(np.divide)(a, b)


def _magnitude(z: Interval) -> Interval:
    low, high = sorted((abs(z[0]), abs(z[1])))
    return (0.0 if z[0] <= 0.0 <= z[1] else low), high


def _square(z: Interval) -> Interval:
    low, high = _magnitude(z)
    return low * low, high * high


_DEFINED_SIGMOID: Final = "1.0 / (1.0 + np.exp(-z))"

_FUNCTIONS: Final = (
    Function(
        "sigmoid", _sigmoid, lambda a, _z: (a * (1.0 - a),), _within(0.0, 1.0),
        r"\sigma({0})", "sigmoid({0})", "torch.sigmoid({0})", lambda torch: torch.sigmoid,
        defined=(_DEFINED_SIGMOID, ""), of_minus=_sigmoid_of_minus,
    ),
    Function(
        "tanh", np.tanh, lambda a, _z: (1.0 - a * a,), _rising(np.tanh),
        r"\tanh({0})", "np.tanh({0})", "torch.tanh({0})", lambda torch: torch.tanh,
    ),
    Function(
        "relu", lambda z, out: np.maximum(z, 0.0, out=out), lambda a, _z: (_where(a > 0.0, a),),
        _rising(lambda z: max(z, 0.0)),
        r"\mathrm{{relu}}({0})", "np.maximum({0}, 0.0)", "torch.relu({0})", lambda torch: torch.relu,
    ),
    Function(
        "hard_sigmoid", _clipped_line(0.2),
        lambda a, _z: (0.2 * _where((a > 0.0) & (a < 1.0), a),), _within(0.0, 1.0),
        r"\mathrm{{clip}}(0.2\,({0}) + 0.5,\, 0,\, 1)", "np.clip(0.2 * ({0}) + 0.5, 0.0, 1.0)",
        "torch.clamp(0.2 * ({0}) + 0.5, 0.0, 1.0)",
        lambda torch: lambda z: torch.clamp(0.2 * z + 0.5, 0.0, 1.0),
    ),
    Function(
        "hard_sigmoid6", _clipped_line(1 / 6),
        lambda a, _z: (_where((a > 0.0) & (a < 1.0), a) / 6,), _within(0.0, 1.0),
        r"\mathrm{{clip}}(\tfrac16({0}) + 0.5,\, 0,\, 1)", "np.clip(({0}) / 6 + 0.5, 0.0, 1.0)",
        "torch.clamp(({0}) / 6 + 0.5, 0.0, 1.0)",
        lambda torch: lambda z: torch.clamp(z / 6 + 0.5, 0.0, 1.0),
    ),
    Function(
        "wide_sigmoid", _wide_sigmoid, lambda a, _z: (1.0 - 0.25 * a * a,), _within(-2.0, 2.0),
        r"4\,\sigma({0}) - 2", "wide_sigmoid({0})", "wide_sigmoid({0})",
        lambda torch: lambda z: 4 * torch.sigmoid(z) - 2,
        defined=("4.0 / (1.0 + np.exp(-z)) - 2.0", "4.0 * torch.sigmoid(z) - 2.0"),
    ),
    Function(
        "centred_sigmoid", _centred_sigmoid, lambda a, _z: (0.5 - 0.5 * a * a,), _within(-1.0, 1.0),
        r"2\,\sigma({0}) - 1", "centred_sigmoid({0})", "centred_sigmoid({0})",
        lambda torch: lambda z: 2 * torch.sigmoid(z) - 1,
        defined=("2.0 / (1.0 + np.exp(-z)) - 1.0", "2.0 * torch.sigmoid(z) - 1.0"),
    ),
    Function(
        "exp", np.exp, lambda a, _z: (a,), _rising(np.exp),
        r"\exp({0})", "np.exp({0})", "torch.exp({0})", lambda torch: torch.exp,
    ),
    Function(
        "log", np.log, lambda _a, z: (1.0 / z,), lambda z: _rising(np.log)((max(z[0], 0.0), max(z[1], 0.0))),
        r"\log({0})", "np.log({0})", "torch.log({0})", lambda torch: torch.log,
    ),
    Function(
        "sqrt", np.sqrt, lambda a, _z: (0.5 / a,),
        lambda z: _rising(np.sqrt)((max(z[0], 0.0), max(z[1], 0.0))),
        r"\sqrt{{{0}}}", "np.sqrt({0})", "torch.sqrt({0})", lambda torch: torch.sqrt,
    ),
    Function(
        "softplus", _softplus, lambda _a, z: (_value(_sigmoid, z),), _rising(_of(_softplus)),
        r"\mathrm{{softplus}}({0})", "np.logaddexp({0}, 0.0)", "-torch.nn.functional.logsigmoid(-({0}))",
        # Exact: softplus itself is cut to the straight line beyond 20.
        lambda torch: lambda z: -torch.nn.functional.logsigmoid(-z),
    ),
    Function(
        "log_sigmoid", _log_sigmoid, lambda a, _z: (-np.expm1(a),), _rising(_of(_log_sigmoid)),
        r"\log\sigma({0})", "-np.logaddexp(-({0}), 0.0)", "torch.nn.functional.logsigmoid({0})",
        lambda torch: torch.nn.functional.logsigmoid,
    ),
    Function(
        "silu", _silu, lambda a, z: (_value(_sigmoid, z) * (1.0 - a) + a,),
        lambda z: (-0.2785, max(z[1], 0.0)),
        r"\mathrm{{silu}}({0})", "silu({0})", "torch.nn.functional.silu({0})",
        lambda torch: torch.nn.functional.silu, defined=("z / (1.0 + np.exp(-z))", ""),
    ),
    Function(
        "softsign", _softsign, lambda a, _z: ((1.0 - np.abs(a)) ** 2,), _within(-1.0, 1.0),
        r"\mathrm{{softsign}}({0})", "softsign({0})", "torch.nn.functional.softsign({0})",
        lambda torch: torch.nn.functional.softsign, defined=("z / (1.0 + np.abs(z))", ""),
    ),
    Function(
        "abs", np.abs, lambda _a, z: (np.sign(z),), _magnitude,
        r"|{0}|", "np.abs({0})", "torch.abs({0})", lambda torch: torch.abs,
    ),
    Function(
        "square", np.square, lambda _a, z: (2.0 * z,), _square,
        r"{0}^2", "np.square({0})", "torch.square({0})", lambda torch: torch.square,
    ),
    Function(
        "max", lambda a, b, out: np.maximum(a, b, out=out),
        lambda _m, a, b: (_first_is_more(a, b), _first_is_more(b, a)),
        lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
        r"\max({0},\, {1})", "np.maximum({0}, {1})", "torch.maximum({0}, {1})",
        lambda torch: torch.maximum, arity=2,
    ),
    Function(
        "min", lambda a, b, out: np.minimum(a, b, out=out),
        lambda _m, a, b: (_first_is_more(b, a), _first_is_more(a, b)),
        lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
        r"\min({0},\, {1})", "np.minimum({0}, {1})", "torch.minimum({0}, {1})",
        lambda torch: torch.minimum, arity=2,
    ),
)  # fmt: skip

_OPERATORS: Final = (
    Function(
        "+", np.add, lambda _s, _a, _b: (1.0, 1.0), _of_corners(np.add),
        "{0} + {1}", "{0} + {1}", "{0} + {1}", lambda torch: torch.add, arity=2,
    ),
    Function(
        "-", np.subtract, lambda _s, _a, _b: (1.0, -1.0), _of_corners(np.subtract),
        "{0} - {1}", "{0} - {1}", "{0} - {1}", lambda torch: torch.sub, arity=2,
    ),
    Function(
        "*", np.multiply, lambda _p, a, b: (b, a), _product,
        r"{0} \cdot {1}", "{0} * {1}", "{0} * {1}", lambda torch: torch.mul, arity=2,
    ),
    Function(
        "/", np.divide, lambda q, _a, b: (1.0 / b, -q / b), _quotient,
        r"\frac{{{0}}}{{{1}}}", "{0} / {1}", "{0} / {1}", lambda torch: torch.div, arity=2,
    ),
    Function(
        "negative", np.negative, lambda _n, _z: (-1.0,), lambda z: (-z[1], -z[0]),
        "-{0}", "-{0}", "-{0}", lambda torch: torch.neg,
    ),
)  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType({record.name: record for record in _FUNCTIONS})
"""What can be called in an equation, by name; and ``mean``, which mixes units, as a matrix does."""

OPERATORS: Final[Mapping[str, Function]] = MappingProxyType({record.name: record for record in _OPERATORS})
"""The four of arithmetic, and the sign."""

COMMUTATIVE: Final = frozenset({"+", "*", "max", "min"})
