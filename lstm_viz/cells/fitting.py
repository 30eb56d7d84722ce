"""The weights of a cell beside its equations: whether they fit, and which sizes follow from them."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from lstm_viz.cells import checks
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.expressions import HIDDEN, INPUTS
from lstm_viz.cells.functions import Array
from lstm_viz.cells.weights import kept


def fitted(
    equations: Equations, given: Mapping[str, npt.ArrayLike], sizes: Mapping[str, int]
) -> tuple[dict[str, Array], dict[str, int]]:
    """Return read-only copies of the weights of a cell in one dtype, and all its sizes.

    Raises
    ------
    ValueError
        If a weight is missing or one too many, or shapes do not fit.
    """
    found: dict[str, int] = {}
    for name, value in sizes.items():
        checks.one_of("sizes", name, (INPUTS, HIDDEN, *equations.declared_sizes))
        checks.count(f"sizes[{name!r}]", value)
        found[name] = int(value)
    _check_names(equations, given)
    arrays = {name: _shaped(name, shape, given[name], found) for name, shape in equations.shapes.items()}
    _complete(equations, found)
    return kept(arrays), found


def _check_names(equations: Equations, given: Mapping[str, npt.ArrayLike]) -> None:
    if set(given) != set(equations.shapes):
        missing = [name for name in equations.shapes if name not in given]
        extra = [name for name in given if name not in equations.shapes]
        got = ", ".join([*(f"no {name}" for name in missing), *(f"{name} besides" for name in extra)])
        raise ValueError(f"weights: expected {', '.join(equations.shapes) or 'none'}, got {got}")


def _shaped(
    name: str, shape: tuple[str, ...], value: npt.ArrayLike, found: dict[str, int]
) -> npt.NDArray[Any]:
    """Return a weight, once its shape is found to fit the sizes so far; those that are new are noted."""
    meaning = f"({', '.join(shape)}{',' * (len(shape) == 1)})"
    array = checks.real_array(f"weights[{name!r}]", value, f"shape {meaning}")
    if array.ndim == len(shape):
        for size, number in zip(shape, array.shape, strict=True):
            found.setdefault(size, number)
    expected = tuple(found.get(size, 0) for size in shape)
    checks.require_shape(f"weights[{name!r}]", array, expected, meaning)
    return array


def _complete(equations: Equations, found: dict[str, int]) -> None:
    """Find the sizes that no weight has told, or say which are missing."""
    if equations.graph.square:
        found.setdefault(INPUTS, found.get(HIDDEN, 0))
        found.setdefault(HIDDEN, found[INPUTS])
    for size in (INPUTS, HIDDEN, *equations.declared_sizes):
        checks.count(f"sizes[{size!r}]", found.get(size, 0))
    if equations.graph.square and found[INPUTS] != found[HIDDEN]:
        raise ValueError(
            f"sizes: expected as many inputs as units, for x is used unit by unit, got {found[INPUTS]} and "
            f"{found[HIDDEN]}"
        )
