"""A run of any cell as the stage shows it: its diagram, its numbers, its equations and its words."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.functions import Array
from lstm_viz.cells.run import Trace
from lstm_viz.views.diagram.drawing import drawing
from lstm_viz.views.diagram.parts import Diagram, canonical, diagram
from lstm_viz.views.diagram.plan import FRAMES, plan
from lstm_viz.views.known_places import known_anatomy
from lstm_viz.views.line_symbols import line_symbols
from lstm_viz.views.reading import Reading
from lstm_viz.views.stage import Symbols, by_series, largest
from lstm_viz.views.walk_back import walk_back

Places: TypeAlias = NDArray[np.integer[Any]]
Words: TypeAlias = tuple[list[str], dict[str, Places]]

LARGEST: Final = float(np.finfo(np.float64).max)
"""What stands for infinity: JSON has no number for it."""

_FAR: Final = 1e30
"""Below this a state may start, at −∞ for one; what it then changes by need not be known."""

_SHARES: Final = ("nothing", "a little", "about half", "most", "nearly all")
_SIGNS: Final = ("negative", "0", "positive")
_CHANGES: Final = ("falls", "stays as it was", "rises")


def cell_record(cell: Cell, trace: Trace, names: Sequence[str], *, unit: int = 0) -> dict[str, Any]:
    """Gather everything that the stage shows of a run of any cell. Nothing of it can be edited there.

    Parameters
    ----------
    cell, trace
        A cell and its run of one sequence, without a batch.
    names
        What the inputs are called, one a column of x.
    unit
        The unit whose last output is walked back, counted from 0.

    Returns
    -------
    dict
        As :func:`lstm_viz.views.stage.stage_record`, but for what belongs to editing; with ``anatomy`` of
        kind "graph", which holds the plan of the diagram for wide pages and for phones.

    Raises
    ------
    ValueError
        If the run is a batch, or there is no such unit.
    """
    if trace.batch:
        raise ValueError(f"trace: expected a run of one sequence, got a batch of {trace.batch[0]}")
    if not 0 <= unit < units_of(cell):
        raise ValueError(f"unit: expected 0 to {units_of(cell) - 1}, got {unit}")
    return _Record(cell, trace, names, unit).record()


def units_of(cell: Cell) -> int:
    """Return how many units the stage offers: those that every line has, but for lines as wide as x."""
    sizes = cell.equations.sizes
    return min(cell.sizes[sizes[line.name]] for line in cell.equations.lines if sizes[line.name] != "D")


class _Record:
    def __init__(self, cell: Cell, trace: Trace, names: Sequence[str], unit: int) -> None:
        self.cell, self.trace, self.input_names, self.unit = cell, trace, names, unit
        self.equations = cell.equations
        self.diagram: Diagram = diagram(cell.equations)
        self.reading = Reading(cell, trace, self.diagram, line_symbols(cell.equations))
        self.lines = [line.name for line in self.equations.lines]

    def record(self) -> dict[str, Any]:
        phrases, captions = self._words()
        return {
            "steps": len(self.trace),
            "units": units_of(self.cell),
            "inputs": self.cell.inputs,
            "names": list(self.input_names),
            "editable": False,
            "x": by_series(self.trace["x"]),
            "q": {key: _finite(by_series(values)) for key, values in self._series.items()},
            "ghost": None,
            "clamp": {},
            "readout": None,
            "gradient": self._gradient(),
            "symbols": self.symbols,
            "scale": self._scale(),
            "phrases": phrases,
            "captions": captions,
            "anatomy": self.anatomy,
            "lines": self.reading.lines,
            "terms": self.reading.terms,
            "shown": [name for name in self.lines if self._place(name) in self.diagram.parts],
        }

    def _place(self, name: str) -> int:
        return canonical(self.diagram.graph, self.diagram.graph.lines[name])

    def _value(self, at: int) -> Array:
        return self.trace.outward(self.trace.values.array(at))

    @cached_property
    def _series(self) -> dict[str, Array]:
        """Every number that is shown by its key: lines, last values of states, parts without a name, z."""
        graph = self.diagram.graph
        series = {
            self.diagram.key(at): self._value(at) for at in (*self.diagram.sources, *self.diagram.parts)
        }
        series |= {f"{state}[t-1]": self._value(at) for state, at in graph.previous.items()}
        series |= {name: self.trace[name] for name in self.lines}
        series |= {
            f"z{self.diagram.key(at)}": self._value(part.activated)
            for at, part in self.diagram.parts.items()
            if part.activated is not None
        }
        return series | self.reading.sums

    @cached_property
    def anatomy(self) -> dict[str, Any]:
        """What the diagram is drawn of: a table that is known, or a plan."""
        known = known_anatomy(self.cell, self.diagram)
        if known is not None:
            return known
        plans = (plan(self.equations, frame) for frame in FRAMES)
        return {"kind": "graph", "text": self.equations.text} | {
            each.frame.name: drawing(each, self.symbols, self.gates) for each in plans
        }

    @cached_property
    def gates(self) -> frozenset[str]:
        """Lines that lie within 0 and 1."""
        return frozenset(name for name in self.lines if _within(self.equations.bounds(name), 0.0, 1.0))

    @cached_property
    def symbols(self) -> Symbols:
        """How every quantity is shown, by its key."""
        named = line_symbols(self.equations)
        symbols = dict(named)
        for key in self._series:
            if key.endswith("[t-1]"):
                state = named[key.removesuffix("[t-1]")]
                symbols[key] = state | {
                    "symbol": f"{state['symbol']}ₜ₋₁",
                    "name": f"{state['name']} of the step before",
                    "meaning": "what this step finds",
                }
            elif key.isdigit() and key not in symbols:
                symbols[key] = named[self._akin(int(key))] | {
                    "symbol": self.reading.written(int(key)),
                    "name": "on the way",
                    "meaning": "a value without a name",
                }
        return symbols

    def _akin(self, at: int) -> str:
        """Return the line whose colour a value without a name has: that of which it is a function, or h."""
        operands = self.diagram.parts[at].operands if at in self.diagram.parts else ()
        names = [self.diagram.key(operand).removesuffix("[t-1]") for operand in operands]
        return names[0] if len(names) == 1 and not names[0].isdigit() else "h"

    def _scale(self) -> dict[str, float]:
        trace = self.trace
        scale = {"x": largest(trace["x"]), "h": largest(trace["h"])}
        for state in self.diagram.belts:
            values = np.concatenate([trace[state], trace.before(state)])
            scale[state] = largest(np.where(np.isfinite(values), values, 0.0))
        if "keys" in self.anatomy:
            keys = self.anatomy["keys"]
            # The table knows one belt, "c", and what leaves the cell, "tc".
            scale["c"] = scale[keys.get("c", "c")]
            scale["tc"] = largest(self._series[keys.get("tc", "h")], trace["h"])
        return scale

    def _words(self) -> Words:
        phrases: list[str] = []
        captions: dict[str, Places] = {}
        for name in self.lines:
            values = self.trace[name]
            if name in self.gates:
                captions[name] = _chosen(phrases, "{} of it passes", _SHARES, _level(values))
            elif name in self.equations.states:
                change = np.sign(np.round(values - np.maximum(self.trace.before(name), -_FAR), 4))
                captions[name] = _chosen(phrases, "what is remembered {}", _CHANGES, 1 + change)
            else:
                captions[name] = _chosen(phrases, "{}", _SIGNS, 1 + np.sign(np.round(values, 4)))
        return phrases, captions

    def _gradient(self) -> dict[str, Any]:
        back = walk_back(self.cell, self.trace, self.unit)
        of = {
            key: by_series(_finite(back.of[at]))
            for key, at in self._places().items()
            if at in back.of and back.of[at].shape == self._series[key].shape
        }
        states = [
            values for key, values in of.items() if key.removesuffix("[t-1]") in (*self.diagram.belts, "h")
        ]
        return {
            "kind": "h",
            "target": None,
            "value": back.value,
            "of": of,
            "scale": largest(*map(np.nan_to_num, states)),
        }

    def _places(self) -> dict[str, int]:
        """Return the node of each value whose gradient is shown, by its key."""
        graph = self.diagram.graph
        places = {self.diagram.key(at): at for at in self.diagram.parts}
        places |= {f"{state}[t-1]": at for state, at in graph.previous.items()}
        return places | dict(graph.lines)


def _finite(values: Array) -> Array:
    """Return values without infinities; what is no number stays so, and the stage shows a dash."""
    wide = values.astype(np.float64)
    return np.ascontiguousarray(np.nan_to_num(wide, nan=np.nan, posinf=LARGEST, neginf=-LARGEST))


def _within(bounds: tuple[float, float], low: float, high: float) -> bool:
    return low <= bounds[0] and bounds[1] <= high


def _level(values: Array) -> Places:
    return np.searchsorted((0.02, 0.35, 0.65, 0.95), values, side="right")


def _chosen(phrases: list[str], sentence: str, words: Sequence[str], which: NDArray[Any]) -> Places:
    """Add a sentence with each of the words to the phrases, and return which one holds: (size, time)."""
    first = len(phrases)
    phrases.extend(sentence.format(word) for word in words)
    return np.ascontiguousarray(first + which.astype(int).T)
