"""By which routes a gradient comes back to a state: taken apart at the line through which it left.

What a state s_t does to a loss goes by many paths. One stays in the state: the operators of its own line on
the way from s_{t-1} to s_t, all other lines held. Every other path stays for some steps and then leaves, into
something that a line of the next step sees. These first lines tell the paths apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from lstm_viz.cells.functions import Array, Slope
from lstm_viz.cells.slopes import MIXING, Slopes, junctions, matrix_of
from lstm_viz.cells.values import Setting, Values

Place: TypeAlias = tuple[Any, ...]
"""``("total", line)``, ``("left", line, state)`` or, within a line, ``("inner", line, node)``: ∂L/∂ each."""


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """∂L/∂s_k for a loss on the last value of a state, taken apart; k counts steps in the order of the run.

    Attributes
    ----------
    whole
        (time + 1, rows, [batch,] size): the exact derivative at k = 0 to T, one row a loss. It counts what
        else of step k is made of s_k; what of step 0 there is is given, and made of nothing.
    direct
        The same shape: the part that stayed in the state all the way.
    through
        For each line that sees the step before, the same shape: the part that left the state, and reached the
        later steps first through this line. ``direct`` and these add up to ``whole``.
    """

    whole: Array
    direct: Array
    through: Mapping[str, Array]


def routes(setting: Setting, values: Values, state: str, at_end: Array) -> Routes:
    """Return the routes to a state, with the batch last.

    Parameters
    ----------
    setting, values
        Of the run.
    state
        Its name.
    at_end
        ∂L/∂ its last value, (rows, size, [batch]).
    """
    with np.errstate(all="ignore"):
        return _Routes(setting, values, state).apart(at_end)


class _Move(NamedTuple):
    """What is passed on: ``into`` gains ``source``, times a diagonal that each step has, or a matrix."""

    source: Place
    diagonal: Array | None
    matrix: Array | None
    into: Place


class _Routes:
    """The moves of a step, which are the same at all steps, and the way back through all of them."""

    def __init__(self, setting: Setting, values: Values, state: str) -> None:
        self._setting, self._graph = setting, setting.graph
        self._slopes = Slopes(junctions(setting.graph, every_line=True), setting, values)
        self._state, self._previous = setting.graph.lines[state], setting.graph.previous[state]
        lines = sorted(setting.graph.lines.values(), reverse=True)
        arriving = {setting.graph.lines[name] for name in setting.graph.previous}
        reached: set[Place] = {("total", at) for at in arriving}
        self._back: list[_Move] = []
        for line in lines:
            if ("total", line) in reached:
                moves = list(self._within(line, ("total", line), setting.graph.nodes[line].name))
                self._back += moves
                reached.update(move.into for move in moves)
        self._leaving = [place for place in reached if place[0] == "left"]
        self._through = [name for name in setting.graph.lines if any(p[1] == name for p in self._leaving)]
        self._home = {name: list(self._into_state(name, lines)) for name in self._through}
        self._kept = self._wide(self._state, self._slopes[self._state].get(self._previous, 0.0))

    def apart(self, at_end: Array) -> Routes:
        """Go back through all steps; see :class:`Routes`."""
        left = self._left_behind(at_end)
        # One behind the other: the direct part, and what came through each line.
        parts: Array = np.zeros((len(self._kept) + 1, 1 + len(self._through), *at_end.shape))
        parts[-1, 0] = at_end
        for at, name in enumerate(self._through, start=1):
            self._came_home(name, left, parts[:-1, at])
        for t in range(len(self._kept))[::-1]:
            parts[t] += parts[t + 1] * self._kept[t]
        through = {name: parts[:, at] for at, name in enumerate(self._through, start=1)}
        return Routes(parts.sum(axis=1), parts[:, 0], through)

    def _left_behind(self, at_end: Array) -> dict[Place, Array]:
        """Return what each line leaves for the states of the step before, at all steps."""
        steps, (rows, _, *batch), sizes = len(self._kept), at_end.shape, self._setting.sizes
        lines = self._graph.lines
        left: dict[Place, Array] = {
            place: np.zeros((steps, rows, sizes[self._graph.nodes[lines[place[2]]].size], *batch))
            for place in self._leaving
        }
        own: Place = ("total", self._state)
        arriving: dict[Place, Array] = {own: at_end}
        for t in range(steps)[::-1]:
            found = dict(arriving)
            self._play(self._back, found, t)
            arriving = {own: found[own] * self._kept[t]} if own in found else {}
            for place in self._leaving:
                if place in found:
                    left[place][t] = found[place]
                    _add(arriving, ("total", lines[place[2]]), found[place])
        return left

    def _came_home(self, name: str, left: Mapping[Place, Array], out: Array) -> None:
        """Write what of the way through a line comes to the state by what is made of it in the step before.

        What there is before the first step is given, and made of nothing.
        """
        own = {place: array for place, array in left.items() if place[1] == name}
        found = {("total", self._graph.lines[place[2]]): array[1:] for place, array in own.items()}
        self._play(self._home[name], found, slice(0, len(self._kept) - 1))
        if ("total", self._state) in found:
            out[1:] = found["total", self._state]
        for place, array in own.items():
            if self._graph.lines[place[2]] == self._state:
                out[0] = array[0]

    def _play(self, moves: list[_Move], found: dict[Place, Array], t: int | slice) -> None:
        """Make the moves at one step, or at several at once."""
        for source, diagonal, matrix, into in moves:
            total = found.get(source)
            if total is None:
                continue
            if diagonal is not None:
                part: Array = total * (diagonal[t] if isinstance(t, int) else diagonal[t, np.newaxis])
            else:
                assert matrix is not None
                part = np.matmul(matrix.T, total) if self._setting.batch else total @ matrix
            found[into] = found[into] + part if into in found else part

    def _into_state(self, name: str, lines: list[int]) -> Iterator[_Move]:
        """Yield the moves from what a line has left behind to the state, within one step."""
        reached: set[Place] = {("total", self._graph.lines[place[2]]) for place in self._leaving
                               if place[1] == name}  # fmt: skip
        for line in lines:
            if line == self._state:
                return
            if ("total", line) in reached:
                moves = [move for move in self._within(line, ("total", line), "") if move.into[0] != "left"]
                reached.update(move.into for move in moves)
                yield from moves

    def _within(self, line: int, total: Place, name: str) -> Iterator[_Move]:
        """Yield what a line passes on to other lines of its step, and to the last values of lines.

        What stays in the state, by the operators of its own line, is not among it.
        """
        places: dict[int, Place] = {line: total}
        waiting = {line}
        while waiting:
            at = max(waiting)
            waiting.remove(at)
            for parent, diagonal, matrix in self._passed(at):
                node = self._graph.nodes[parent]
                if at == self._state == line and parent == self._previous:
                    continue
                if node.kind == "previous":
                    into: Place = ("left", name, node.name)
                elif node.kind == "line":
                    into = ("total", parent)
                elif node.kind in (*MIXING, "call"):
                    into = ("inner", line, parent)
                    places[parent] = into
                    waiting.add(parent)
                else:
                    continue
                yield _Move(places[at], diagonal, matrix, into)

    def _passed(self, at: int) -> Iterator[tuple[int, Array | None, Array | None]]:
        """Yield each node that a junction is made of, with its diagonal or its matrix."""
        setting, node = self._setting, self._graph.nodes[at]
        if node.kind in MIXING:
            for source in dict.fromkeys(node.arguments):
                yield (
                    source,
                    None,
                    matrix_of(self._graph, setting.weights, setting.sizes, setting.x.dtype, at, source),
                )
        else:
            for parent, slope in self._slopes[at].items():
                yield parent, self._wide(at, slope), None

    def _wide(self, at: int, slope: Slope) -> Array:
        return np.broadcast_to(slope, self._setting.shape(self._graph.nodes[at]))


def _add(totals: dict[Place, Array], place: Place, part: Array) -> None:
    totals[place] = totals[place] + part if place in totals else part
