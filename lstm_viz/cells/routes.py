"""By which routes a gradient comes back to a state: taken apart at the line through which it left.

What a state s_t does to a loss goes by many paths. One stays in the state: the operators of its own line on
the way from s_{t-1} to s_t, all other lines held. Every other path stays for some steps and then leaves, into
something that a line of the next step sees. These first lines tell the paths apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.cells.slopes import MIXING, Slopes, junctions, matrix_of
from lstm_viz.cells.values import Setting, Values


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


class _Routes:
    def __init__(self, setting: Setting, values: Values, state: str) -> None:
        self._setting, self._graph = setting, setting.graph
        self._ends = junctions(setting.graph, every_line=True)
        self._slopes = Slopes(self._ends, setting, values)
        self._state, self._previous = setting.graph.lines[state], setting.graph.previous[state]
        self._lines = sorted(setting.graph.lines.values(), reverse=True)
        self._wide: dict[tuple[int, int], Array] = {}

    def apart(self, at_end: Array) -> Routes:
        """Go back through all steps; see :class:`Routes`."""
        steps = len(self._setting.x)
        shape = (steps + 1, *at_end.shape)
        direct: Array = np.zeros(shape)
        through: dict[str, Array] = {}
        direct[-1] = at_end
        arriving = {self._state: direct[-1]}
        for t in range(steps)[::-1]:
            left = self._left(t, arriving)
            kept = self._slope(self._state, self._previous, t)
            direct[t] = direct[t + 1] * kept
            for part in through.values():
                part[t] = part[t + 1] * kept
            for name, back in left.items():
                own = through.setdefault(name, np.zeros(shape))
                own[t] += self._into_state(t - 1, back)
            arriving = {}
            stayed: dict[int, Array] = {self._state: self._total * kept}
            for passed in (*left.values(), stayed):
                for line, part in passed.items():
                    _add(arriving, line, part)
        in_order = {name: through[name] for name in self._graph.lines if name in through}
        return Routes(direct + sum(through.values()), direct, in_order)

    def _left(self, t: int, arriving: dict[int, Array]) -> dict[str, dict[int, Array]]:
        """Return what each line of a step passes on to the lines of the step before, by their nodes.

        What stays in the state is not among it.
        """
        totals = dict(arriving)
        left: dict[str, dict[int, Array]] = {}
        for line in self._lines:
            if line not in totals:
                continue
            back: dict[int, Array] = {}
            for end, part in self._within(line, totals[line], t).items():
                node = self._graph.nodes[end]
                if node.kind == "line":
                    _add(totals, end, part)
                else:
                    back[self._graph.lines[node.name]] = part
            if line == self._state:
                self._total = totals[line]
                if self._previous in self._slopes[line]:
                    back[line] = back[line] - totals[line] * self._slope(line, self._previous, t)
                    if not np.any(back[line]):
                        del back[line]
            if back:
                left[self._graph.nodes[line].name] = back
        return left

    def _into_state(self, t: int, back: dict[int, Array]) -> Array | float:
        """Return what of ∂L/∂ the lines of a step comes to the state by what these are made of in it."""
        if t < 0:
            return back.get(self._state, 0.0)
        totals = dict(back)
        for line in self._lines:
            if line == self._state:
                break
            if line in totals:
                for end, part in self._within(line, totals[line], t).items():
                    if self._graph.nodes[end].kind == "line":
                        _add(totals, end, part)
        return totals.get(self._state, 0.0)

    def _within(self, line: int, total: Array, t: int) -> dict[int, Array]:
        """Return what a line passes on to other lines of its step, and to the last values of lines."""
        totals, ends = {line: total}, {}
        while totals:
            at = max(totals)
            part, kind = totals.pop(at), self._graph.nodes[at].kind
            if kind == "previous" or (kind == "line" and at != line):
                ends[at] = part
            elif kind in MIXING:
                for source in dict.fromkeys(self._graph.nodes[at].arguments):
                    _add(totals, source, self._multiplied(at, source, part))
            elif kind in ("line", "call"):
                for parent in self._slopes[at]:
                    _add(totals, parent, part * self._slope(at, parent, t))
        return ends

    def _multiplied(self, at: int, source: int, total: Array) -> Array:
        """Return what an affine map passes on to what it sees: (rows, size, [batch])."""
        setting = self._setting
        matrix = matrix_of(self._graph, setting.weights, setting.sizes, setting.x.dtype, at, source)
        passed: Array = total @ matrix if total.ndim == 2 else np.matmul(matrix.T, total)
        return passed

    def _slope(self, at: int, parent: int, t: int) -> Array:
        """Return one diagonal of one step, (size, [batch])."""
        if (at, parent) not in self._wide:
            slope = self._slopes[at].get(parent, 0.0)
            self._wide[at, parent] = np.broadcast_to(slope, self._setting.shape(self._graph.nodes[at]))
        diagonal: Array = self._wide[at, parent][t]
        return diagonal


def _add(totals: dict[int, Array], at: int, part: Array) -> None:
    totals[at] = totals[at] + part if at in totals else part
