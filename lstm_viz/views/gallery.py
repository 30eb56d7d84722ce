"""The gallery: every cell of the catalogue on one input and one job, what it keeps and what it loses."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.graph import Graph, Node
from lstm_viz.notation import PLACE_STYLES, SYMBOLS, decimals, written
from lstm_viz.settings.gallery import EXHIBITS, FLAGGED, INPUT_NAMES, VALUES, X, run_of
from lstm_viz.views.line_symbols import line_symbols

Array = NDArray[np.floating[Any]]
Seen: TypeAlias = Literal["x", "h", "memory"]

SEES: Final[dict[Seen, str]] = {
    "x": "x alone",
    "h": "x and its output h",
    "memory": "its memory too",
}
"""What the weights of a cell see at each step, in words."""

_MATTERS: Final = 0.01
"""What changes the memory by less than this is said to change nothing: the job's values are 0.1 and more."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What became of the job, measured on runs of one cell.

    Attributes
    ----------
    stored
        The memory at each flag.
    end
        The memory after the last step.
    drift
        The most by which it moves between a flag and the next.
    other_newest, other_older, other_unflagged
        Where it would end if the newest flagged value had the other sign, or all flagged values before it, or
        all values without a flag.
    """

    stored: tuple[float, ...]
    end: float
    drift: float
    other_newest: float
    other_older: float
    other_unflagged: float

    def depends_on(self, other_end: float) -> bool:
        """Whether what leads to another end matters."""
        return abs(other_end - self.end) > _MATTERS


def memory_of(name: str, x: Array = X) -> Array:
    """Return the memory of a cell of the gallery over its run, (time,)."""
    series: Array = run_of(name, x)[EXHIBITS[name].shown][:, 0]
    return series


@cache
def findings(name: str) -> Findings:
    """Run a cell on the job, and on three inputs that differ in what should or should not matter."""
    memory = memory_of(name)
    flagged = np.array(FLAGGED)
    segments = np.split(memory, flagged[1:])
    unflagged = np.delete(np.arange(len(X)), flagged)

    def end(steps: NDArray[np.integer[Any]]) -> float:
        return float(memory_of(name, _with_other_sign(steps))[-1])

    return Findings(
        tuple(memory[flagged].tolist()),
        float(memory[-1]),
        max(float(np.abs(segment - segment[0]).max()) for segment in segments),
        end(flagged[-1:]),
        end(flagged[:-1]),
        end(unflagged),
    )


def _with_other_sign(steps: NDArray[np.integer[Any]]) -> Array:
    x = X.copy()
    x[steps, 0] *= -1
    return x


def in_words(found: Findings) -> str:
    """Say what a cell keeps and what it loses."""
    newest, stored = VALUES[FLAGGED[-1]], found.stored[-1]
    if found.depends_on(found.other_unflagged):
        return (
            "Mixes every value in: if those without a flag had the other sign, it would end at "
            f"{decimals(found.other_unflagged)}, not at {decimals(found.end)}."
        )
    if not found.depends_on(found.other_newest):
        return f"Keeps the first, {decimals(found.stored[0])}, and is full: it loses every newer value."
    if found.depends_on(found.other_older):
        first, *others = (decimals(step, signed=True) for step in np.diff(found.stored, prepend=0.0))
        total = " ".join([first.removeprefix("+"), *(f"{step[0]} {step[1:]}" for step in others)])
        return f"Adds up: {total} = {decimals(found.end)}. It forgets nothing, and cannot tell them apart."
    lost = [VALUES[t] for t, kept in zip(FLAGGED, found.stored, strict=True) if abs(kept) <= _MATTERS]
    if lost:
        return (
            f"Keeps the newest, {decimals(newest, 1)} as {decimals(stored)}, but loses the sign: "
            f"{decimals(lost[0], 1)} is stored as 0."
        )
    moves = f"moves it by {written(found.drift, 1)}" if found.drift else "does not move it at all"
    return f"Keeps the newest: {decimals(newest, 1)} is stored as {decimals(stored)}. Holding {moves}."


def seen_by_weights(equations: Equations) -> Seen:
    """Return what the weights of a cell see: x alone, its output of the step before, or a memory besides.

    What a state is that follows from x alone, as the input of the step before, counts as x.
    """
    graph = equations.graph
    states = {graph.lines[name] for name in equations.states}
    waiting = [at for node in graph.nodes if _is_weighted(graph, node) for at in node.arguments]
    found: set[str] = set()
    while waiting:
        at = waiting.pop()
        node = graph.nodes[at]
        if node.kind == "previous" and not graph.static[at]:
            found.add(node.name)
        elif at not in states:
            waiting.extend(node.arguments)
    return "memory" if found - {"h"} else "h" if found else "x"


def _is_weighted(graph: Graph, node: Node) -> bool:
    """Return whether a node multiplies something by weights: by a matrix, or by a vector."""
    return node.kind == "affine" or any(graph.nodes[at].kind == "vector" for at in node.arguments)


def authors(equations: Equations) -> str:
    """Return who published a cell, in short: "Cho et al."."""
    names = re.split(r", (?=“|LSTM)|; ", equations.source)[0]
    first, *others = re.split(r", | & ", names)
    return names if len(others) < 2 else f"{first} et al."


Piece: TypeAlias = tuple[str, str]
"""A part of a line, and the key of the quantity that it names; empty where it names none."""

_WORDS: Final = {
    "sigmoid": "σ", "hard_sigmoid": "hard σ", "hard_sigmoid6": "hard σ", "log_sigmoid": "log σ",
    "wide_sigmoid": "wide σ", "centred_sigmoid": "centred σ", "sqrt": "√",
    "*": "·", "**2": "²", "@": " ", "-": "−",
}  # fmt: skip
_TOKENS: Final = re.compile(r"[A-Za-z_]\w*|\*\*2|[^\w\s]|\s+|[\d.e-]+")


def pieces(line: str) -> Iterator[Piece]:
    """Yield a line of a cell as people write it, part by part: ``c = f*c`` as C = f·C."""
    for token in _TOKENS.findall(line):
        if token in SYMBOLS and token != "x":
            yield SYMBOLS[token].letter, token
        else:
            yield _WORDS.get(token, token), ""


def main_lines(equations: Equations) -> list[str]:
    """Return the lines that tell cells apart: the first gate of the memory, the states, and the output.

    Gates that are made alike stand on one line: ``i, f, o = sigmoid(W@x + U@h + b)``.
    """
    lines = {re.split(r"[ :]", line)[0]: line for line in equations.text.splitlines() if "[0]" not in line}
    states = [name for name in equations.states if name != "h"] or ["h"]

    def read_by(names: Sequence[str]) -> list[str]:
        words = {word for name in names for word in re.findall(r"\w+", lines[name])}
        return [name for name in lines if name in words]

    def is_gate(name: str) -> bool:
        return equations.bounds(name)[0] >= 0

    gates = [name for name in read_by(states) if name not in states and is_gate(name)]
    made_of = [name for name in read_by(["h"]) if not is_gate(name)]
    wanted = {*gates[:1], *equations.states, *made_of, "h"}
    written = {name: re.sub(r"^(\w+): \w+", r"\1", line) for name, line in lines.items() if name in wanted}
    for gate in gates[:1]:
        alike = [name for name in lines if is_gate(name) and _meaning(lines, name) == _meaning(lines, gate)]
        written[gate] = f"{', '.join(alike)} ={lines[gate].partition('=')[2]}"
    return list(written.values())


def _meaning(lines: Mapping[str, str], name: str) -> tuple[str, frozenset[str]]:
    """Return what a line is made of: its right-hand side, and the names there that mean their new values."""
    right = lines[name].partition("=")[2]
    above = list(lines)[: list(lines).index(name)]
    return right, frozenset(above) & frozenset(re.findall(r"\w+", right))


def card(name: str) -> dict[str, Any]:
    """Return what the gallery shows of one cell, JSON-ready."""
    equations, exhibit, memory = CATALOGUE[name], EXHIBITS[name], memory_of(name)
    shown = SYMBOLS[exhibit.shown].letter if exhibit.shown in SYMBOLS else exhibit.shown
    return {
        "name": name,
        "title": equations.title,
        "year": equations.year,
        "authors": authors(equations),
        "parent": equations.parent,
        "purpose": equations.purpose,
        "lines": [list(pieces(line)) for line in main_lines(equations)],
        "shown": shown,
        "values": np.ascontiguousarray(memory),
        "sentence": in_words(findings(name)),
    }


@cache
def cards() -> tuple[dict[str, Any], ...]:
    """Return the cards of all cells, the oldest first; computed once, in a quarter of a second."""
    return tuple(card(name) for name in sorted(EXHIBITS, key=lambda name: CATALOGUE[name].year or 0))


def gallery_record(names: Collection[str], chosen: Sequence[str]) -> dict[str, Any]:
    """Gather what the gallery shows.

    Parameters
    ----------
    names
        The cells whose cards are shown, of the catalogue.
    chosen
        Those that are opened.

    Returns
    -------
    dict
        JSON-ready: ``inputs``, rows of ``name`` and ``values``; ``cards``, the oldest first, ``of`` so many
        in all; ``chosen``;
        ``colours``, by the key of a quantity, on a light and on a dark page.
    """
    return {
        "inputs": input_rows(),
        "cards": [each for each in cards() if each["name"] in names],
        "of": len(EXHIBITS),
        "chosen": list(chosen),
        "colours": {key: (SYMBOLS[key].light, SYMBOLS[key].dark) for key in ("i", "f", "g", "o", "c")},
    }


def input_rows() -> list[dict[str, Any]]:
    """Return the one input of all cells, a row each for value and flag."""
    return [{"name": name, "values": np.ascontiguousarray(X[:, at])} for at, name in enumerate(INPUT_NAMES)]


def lines_record(names: Sequence[str]) -> dict[str, Any]:
    """Gather every line of some cells of the gallery, as :func:`lstm_viz.views.strips.strips_record` does.

    Returns
    -------
    dict
        JSON-ready: ``steps`` and ``groups``, that of the input first.
    """
    groups: list[dict[str, Any]] = [{"title": "", "rows": _input_lines()}]
    for name, style in zip(names, PLACE_STYLES, strict=False):
        equations, trace = CATALOGUE[name], run_of(name)
        symbols = line_symbols(equations)
        rows = [_row(line.name, symbols[line.name], trace[line.name][:, 0]) for line in equations.lines]
        title = f"{name} · {equations.title}"
        groups.append({"title": title, "light": style.light, "dark": style.dark, "rows": rows})
    return {"steps": len(X), "groups": groups}


def _input_lines() -> list[dict[str, Any]]:
    symbol = {"name": SYMBOLS["x"].name, "light": SYMBOLS["x"].light, "dark": SYMBOLS["x"].dark}
    rows = (_row("x", {**symbol, "symbol": name}, X[:, at]) for at, name in enumerate(INPUT_NAMES))
    return [{**row, "full": 1.0} for row in rows]


def _row(line: str, symbol: Mapping[str, str], values: Array) -> dict[str, Any]:
    """Return a row in the colours that the line has on the stage; one that stays in 0 to 1 is a gate."""
    is_gate = line not in ("c", "h") and values.min() >= 0.0 and values.max() <= 1.0
    return {
        "key": line,
        **{part: symbol[part] for part in ("symbol", "name", "light", "dark")},
        "values": np.ascontiguousarray(values),
        "full": None if is_gate else max(1.0, float(np.abs(values).max())),
    }
