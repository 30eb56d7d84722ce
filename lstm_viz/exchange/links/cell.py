"""The whole state of a page in the query of its address, and back, bit for bit.

An untouched preset is ``?preset=latch``. Anything else is written out, so that the link keeps its meaning
when a preset is changed later::

    ?from=latch&i=0_40_0_-20&f=0_-40_0_20&g=1_0_0_0&o=0_0_0_20&x=0.9_-0.3_0.5~1_0_0&clamp=f_1

``_`` stands between numbers and ``~`` between rows: both stay as they are in an address, where commas and
semicolons would become ``%2C`` and ``%3B``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from lstm_viz.notation import GATES, Gate
from lstm_viz.settings.cell import (
    MAX_INPUTS,
    MAX_STEPS,
    CellSettings,
    Loss,
    Rows,
    RunSettings,
    SequenceSettings,
)
from lstm_viz.settings.presets import DEFAULT, PRESETS, RANDOM, TRAINED
from lstm_viz.settings.sequences import format_number

_PRESET: Final = "preset"
_REQUIRED: Final = ("from", *GATES, "x")
_OPTIONAL: Final = ("h0", "c0", "clamp")
_LOSS: Final = "loss"

KEYS: Final = (_PRESET, *_REQUIRED, *_OPTIONAL, _LOSS)
"""The keys of the query that belong to a run; all others belong to somebody else."""

_LONGEST_NUMBER: Final = len("-2.2250738585072014e-308_")
_LONGEST_VALUE: Final = MAX_STEPS * MAX_INPUTS * _LONGEST_NUMBER
_SHOWN: Final = 20
_GATES: Final[Mapping[str, Gate]] = {gate: gate for gate in GATES}


def to_query(run: RunSettings) -> dict[str, str]:
    """Return the query parameters that stand for a run.

    Parameters
    ----------
    run
        Its ``origin`` is a preset's key, ``"random"`` or ``"trained"``.

    Returns
    -------
    dict of str
        ``{"preset": key}`` for a preset as it is; otherwise ``from`` (the origin), ``i``, ``f``, ``g``, ``o``
        (a row ``w_x..., w_h..., b`` for each unit), ``x`` (a row for each input) and, unless they are zero or
        empty, ``h0``, ``c0`` and ``clamp``. ``loss`` stands beside either, if there is one.
    """
    query = _in_full(run)
    loss = {} if run.loss is None else {_LOSS: _loss_text(run.loss)}
    # Compared as text: -0.0 equals 0.0 as a number, but is not the same setting.
    if run.origin in PRESETS and query == _in_full(PRESETS[run.origin].settings):
        return {_PRESET: run.origin, **loss}
    return {**query, **loss}


def from_query(query: Mapping[str, str]) -> RunSettings:
    """Return the run that query parameters stand for: the default preset if none of them is ours.

    Parameters
    ----------
    query
        Keys that are not in ``KEYS`` are passed over.

    Returns
    -------
    RunSettings
        Exactly the run that :func:`to_query` was given.

    Raises
    ------
    ValueError
        In plain words, if the link is damaged: a part is missing, too long, not a number, or does not fit the
        rest.
    """
    ours = {key: query[key] for key in KEYS if key in query}
    for key, text in ours.items():
        if len(text) > _LONGEST_VALUE and key != _PRESET:
            raise ValueError(f"The link is damaged: its part {key} is {len(text):,} characters long.")
    loss = _loss(ours.pop(_LOSS)) if _LOSS in ours else None
    return replace(_from_parts(ours), loss=loss)


def _from_parts(ours: Mapping[str, str]) -> RunSettings:
    if not ours:
        return PRESETS[DEFAULT].settings
    if ours.keys() == {_PRESET}:
        return _preset(ours[_PRESET])
    if _PRESET in ours:
        raise ValueError("The link names a preset and weights of its own, where only one of them can be.")
    missing = [key for key in _REQUIRED if key not in ours]
    if missing:
        raise ValueError(f"The link is incomplete: {', '.join(missing)} missing.")
    return _run(ours)


def _in_full(run: RunSettings) -> dict[str, str]:
    cell, units = run.cell, run.cell.units
    query = {"from": run.origin}
    for gate in GATES:
        first = cell.row_index(gate, 0)
        query[gate] = _join(cell.rows[first : first + units])
    query["x"] = _join(run.sequence.lines)
    zeros = _join([(0.0,) * units])
    query |= {
        key: text for key, text in (("h0", _join([cell.h0])), ("c0", _join([cell.c0]))) if text != zeros
    }
    if cell.clamp:
        query["clamp"] = "~".join(f"{gate}_{format_number(value)}" for gate, value in cell.clamp)
    return query


def _join(rows: Iterable[Iterable[float]]) -> str:
    return "~".join("_".join(map(format_number, row)) for row in rows)


def _preset(key: str) -> RunSettings:
    if key not in PRESETS:
        raise ValueError(f"The link asks for a preset “{_short(key)}”, which does not exist.")
    return PRESETS[key].settings


def _run(parts: Mapping[str, str]) -> RunSettings:
    origin = parts["from"]
    if origin not in (RANDOM, TRAINED, *PRESETS):
        raise ValueError(f"The link starts from a preset “{_short(origin)}”, which does not exist.")
    gates = {gate: _rows(gate, parts[gate]) for gate in GATES}
    # Without this check, rows missing in one gate could be made up for by another's.
    if len({len(rows) for rows in gates.values()}) != 1:
        raise ValueError("The link is damaged: i, f, g and o do not have the same number of rows.")
    h0, c0 = (_numbers(key, parts[key]) if key in parts else () for key in ("h0", "c0"))
    lines = _rows("x", parts["x"])
    if len({len(line) for line in lines}) != 1:
        raise ValueError("The link is damaged: the inputs in x are not equally long.")
    clamp = _clamp(parts["clamp"]) if "clamp" in parts else ()
    zeros = (0.0,) * len(gates["i"])
    try:
        cell = CellSettings(sum(gates.values(), ()), h0 or zeros, c0 or zeros, clamp)
        return RunSettings(origin, cell, SequenceSettings.from_lines(*lines))
    except ValueError as error:
        raise ValueError(f"The link is damaged: {error}.") from None


def _loss_text(loss: Loss) -> str:
    return f"{loss.kind}_{format_number(loss.target)}" if loss.kind == "target" else loss.kind


def _loss(text: str) -> Loss:
    kind, _, target = text.partition("_")
    try:
        if kind in ("c", "h") and not target:
            return Loss("c" if kind == "c" else "h")
        if kind == "target":
            return Loss("target", _number(_LOSS, target))
    except ValueError:
        pass
    raise ValueError(f"The link is damaged: “{_short(text)}” is not a loss.")


def _rows(key: str, text: str) -> Rows:
    return tuple(_numbers(key, row) for row in text.split("~"))


def _numbers(key: str, text: str) -> tuple[float, ...]:
    return tuple(_number(key, word) for word in text.split("_"))


def _number(key: str, word: str) -> float:
    try:
        # Python would read 1_0 as 10.
        return float(word.replace("_", " "))
    except ValueError:
        raise ValueError(
            f"The link is damaged: “{_short(word)}” in its part {key} is not a number."
        ) from None


def _clamp(text: str) -> tuple[tuple[Gate, float], ...]:
    pairs = [word.partition("_") for word in text.split("~")]
    unknown = [gate for gate, _, _ in pairs if gate not in _GATES]
    if unknown:
        raise ValueError(
            f"The link is damaged: it holds a gate “{_short(unknown[0])}”, which does not exist."
        )
    return tuple((_GATES[gate], _number("clamp", value)) for gate, _, value in pairs)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
