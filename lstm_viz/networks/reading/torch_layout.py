"""PyTorch's layout: weight_ih_l0, weight_hh_l0 and so on, bare keys of cells, and the spellings of others.

References
----------
https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html: names, shapes and the order of gates.
https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.networks.layers import Direction
from lstm_viz.networks.questions import Interview, Question
from lstm_viz.networks.reading.contents import Contents
from lstm_viz.networks.reading.found import FoundCell
from lstm_viz.networks.stacked import KINDS, StackedWeights

_KEY: Final = re.compile(
    r"(?P<module>.*?)[._]?(?<![a-z])(?P<what>weight|w|bias|b)_(?P<side>ih|hh|hr)"
    r"(?:_l(?P<layer>\d{1,3}))?(?P<reverse>_reverse)?"
)
_NORMALISED: Final = re.compile(
    r"(?P<module>.*?)[._]?(?:layer_?norm|ln|norm)_(?P<side>ih|hh|i|h|c)\.(?P<what>weight|bias)"
)
_PEEPHOLE: Final = re.compile(r"(?P<module>.*?)[._]?(?:weight|w)_c(?P<gate>[ifo])")
_PEEPHOLE_GATES: Final = "ifo"
_SIDES: Final = {"i": "ih", "h": "hh"}

Place = tuple[str, int, Direction]
Parts = dict[str, str]
"""Names of arrays by the part they play: "weight_ih", "bias_hh", "norm_ih_weight", "peephole_i" …"""


def find(contents: Contents, interview: Interview) -> list[FoundCell]:
    """Return the cells whose arrays have PyTorch's names.

    Raises
    ------
    ValueError
        If an array is missing or its shape does not fit the others.
    """
    arrays = _reparametrised(contents.arrays)
    places: dict[Place, Parts] = {}
    for name in arrays:
        for place, part in _parts(name):
            places.setdefault(place, {})[part] = name
    cells = []
    for place, parts in places.items():
        # Bare ones, "norm_i.weight" of something else for example, are no cell.
        if {"weight_ih", "weight_hh"} & set(parts):
            cells.append(_cell(place, parts, arrays, contents, interview))
    return cells


def _parts(name: str) -> list[tuple[Place, str]]:
    if match := _KEY.fullmatch(name):
        direction: Direction = "reverse" if match["reverse"] else "forward"
        what = "weight" if match["what"].startswith("w") else "bias"
        module = match["module"].removesuffix(".module")
        return [((module, int(match["layer"] or 0), direction), f"{what}_{match['side']}")]
    if match := _NORMALISED.fullmatch(name):
        side = _SIDES.get(match["side"], match["side"])
        return [((match["module"], 0, "forward"), f"norm_{side}_{match['what']}")]
    if match := _PEEPHOLE.fullmatch(name):
        return [((match["module"], 0, "forward"), f"peephole_{match['gate']}")]
    return []


def _reparametrised(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays, and those that a module makes of others: weight norm, copies of weight drop."""
    made = dict(arrays)
    for name, array in arrays.items():
        if name.endswith("_raw") and _KEY.fullmatch(plain := name.removesuffix("_raw")):
            inner = re.sub(r"\.(?=[^.]*$)", ".module.", plain)
            if plain not in arrays and inner not in arrays:
                made[plain] = array
        for size, direction in ((r"_g$", "_v"), (r"\.original0$", ".original1")):
            other = re.sub(size, direction, name)
            if other != name and other in arrays:
                plain = re.sub(size, "", name).replace("parametrizations.", "")
                if _KEY.fullmatch(plain) and plain not in arrays:
                    made[plain] = _weight_norm(array, arrays[other])
    return made


def plain_name(name: str) -> str:
    """Return the name of the weight that an array is a part of, its own where it is a whole one."""
    plain = re.sub(r"(_raw|_g|_v|\.original[01])$", "", name).replace("parametrizations.", "")
    return plain if _KEY.fullmatch(plain) else name


def _weight_norm(length: Array, along: Array) -> Array:
    if not along.ndim or length.shape != (len(along), *(1,) * (along.ndim - 1)):
        raise ValueError(
            f"source: expected a length for each row of a normed weight, got {length.shape} for {along.shape}"
        )
    axes = tuple(range(1, along.ndim))
    return np.asarray(length * along / np.sqrt((along**2).sum(axis=axes, keepdims=True)))


def _cell(
    place: Place, parts: Parts, arrays: Mapping[str, Array], contents: Contents, interview: Interview
) -> FoundCell:
    module, layer, direction = place
    where = parts.get("weight_ih") or parts["weight_hh"]
    found = {part: arrays[name] for part, name in parts.items()}
    for needed in ("weight_ih", "weight_hh"):
        if found.get(needed, np.empty(0)).ndim != 2:
            came = "none" if needed not in found else f"the shape {found[needed].shape}"
            raise ValueError(f"source: expected {needed} beside {where!r}, a matrix, got {came}")
    weight_ih, weight_hh, projection = found["weight_ih"], found["weight_hh"], found.get("weight_hr")
    if projection is not None and projection.ndim != 2:
        raise ValueError(
            f"source: expected a matrix in {parts['weight_hr']!r}, got the shape {projection.shape}"
        )
    hidden = weight_hh.shape[1] if projection is None else projection.shape[1]
    blocks = len(weight_hh) / hidden if hidden else 0.0
    kind = KINDS.get(int(blocks)) if blocks == int(blocks) else None
    if kind is None or (projection is not None and kind != "LSTM"):
        raise ValueError(
            f"source: expected 4, 3 or 1 blocks of {hidden} rows in {parts['weight_hh']!r} (LSTM, GRU, RNN), "
            f"got the shape {weight_hh.shape}"
        )
    biases = [_bias(found, side, weight_hh) for side in ("ih", "hh")]
    bias, bias_hn = biases[0] + biases[1], None
    if kind == "GRU":
        bias_hn = biases[1][2 * hidden :]
        bias = np.concatenate([bias[: 2 * hidden], biases[0][2 * hidden :]])
    activation = _activation(module, contents, interview) if kind == "RNN" else "tanh"
    weights = StackedWeights(
        kind, weight_ih, weight_hh, bias, bias_hn=bias_hn, projection=projection, activation=activation,
        peepholes=_peepholes(found), normalisation=_normalisation(found, hidden) if kind == "LSTM" else {},
    )  # fmt: skip
    stored = tuple(found[part] for part in _DRAWN if part in found)
    used = tuple(name for name in parts.values())
    return FoundCell(module or "recurrent", layer, direction, "PyTorch", weights, used, as_stored=stored)


_DRAWN: Final = ("weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh")


def _bias(found: Mapping[str, Array], side: str, weight_hh: Array) -> Array:
    bias = found.get(f"bias_{side}")
    if bias is None:
        return np.zeros(len(weight_hh), weight_hh.dtype)
    if bias.shape != (len(weight_hh),):
        raise ValueError(f"source: expected a bias_{side} of shape {(len(weight_hh),)}, got {bias.shape}")
    return bias


def _activation(module: str, contents: Contents, interview: Interview) -> str:
    known = contents.hints.get(module, {}).get("activation")
    if known is not None:
        return str(known)
    question = Question(
        "activation",
        "What is the plain RNN activated by? Its weights do not say.",
        ("tanh", "relu"),
        assumed="tanh",
    )
    return str(interview.ask(question))


def _peepholes(found: Mapping[str, Array]) -> dict[str, Array]:
    return {
        gate: found[f"peephole_{gate}"].reshape(-1) for gate in _PEEPHOLE_GATES if f"peephole_{gate}" in found
    }


def _normalisation(found: Mapping[str, Array], hidden: int) -> dict[str, Array]:
    sides = [side for side in ("ih", "hh", "c") if f"norm_{side}_weight" in found]
    if not sides:
        return {}
    if len(sides) < 3 or any(f"norm_{side}_bias" not in found for side in sides):
        raise ValueError(
            "source: expected layer normalisation of the input, of h and of C, each with weight and bias, "
            f"got that of {', '.join(sides)} alone"
        )
    pairs = {side: (found[f"norm_{side}_weight"], found[f"norm_{side}_bias"]) for side in sides}
    for side, (scale, shift) in pairs.items():
        rows = hidden if side == "c" else 4 * hidden
        if not scale.shape == shift.shape == (rows,):
            raise ValueError(
                f"source: expected {rows} scales and {rows} shifts in the layer normalisation of {side}, "
                f"got the shapes {scale.shape} and {shift.shape}"
            )
    return {side: np.stack(pair) for side, pair in pairs.items()}
