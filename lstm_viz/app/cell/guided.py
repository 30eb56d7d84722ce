"""What the Cell page shows of a run beside the coach: what a stop is about. No Streamlit here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from lstm_viz.app.cell.view import CellView
from lstm_viz.app.path.guide import Guide
from lstm_viz.app.path.record import QUANTITIES, fits, run_record
from lstm_viz.app.shell.charts import Chart
from lstm_viz.figures.before import before_figure
from lstm_viz.lessons.expressions import Line, Scope
from lstm_viz.lessons.play import opening_scope
from lstm_viz.lessons.scope import inputs_of, run_scope
from lstm_viz.notation import SYMBOLS, decimals
from lstm_viz.settings.cell import RunSettings

STAGE: Final = "cell_stage"
"""The key of the stage of the Cell page."""

CURVE: Final = "path_curve"

_GRADIENT: Final = replace(SYMBOLS["c"], letter="∂L/∂C", name="gradient")

_WITH: Final = {
    "C": ("c", "cp", "kept"),
    "h": ("h", "hp", "tc"),
    "f": ("f", "kept"),
    "i": ("i", "written"),
    "g": ("g", "written"),
    "o": ("o",),
}
"""By what a lesson names, what of the diagram belongs to it."""

_TELLING: Final = {"C": ("c", "kept", "written", "tc", "h"), "h": ("h",)}
"""By what is hidden, what else of the same step would tell it."""

_STARTING: Final = {"C": "cp", "h": "hp"}
"""By what is hidden, the quantity that is the same one step later."""


@dataclass(frozen=True, slots=True)
class GuidedView:
    """A run, computed, as a stop shows it."""

    guide: Guide
    run: RunSettings
    view: CellView

    @classmethod
    def of(cls, guide: Guide, run: RunSettings) -> Self:
        """Run the cell."""
        return cls(guide, run, CellView.of(run, 0))

    def coach(self) -> dict[str, Any]:
        """Return what the coach is told."""
        return run_record(self.guide, self.run)

    def stage(self) -> dict[str, Any]:
        """Return the record of the stage; what is hidden is not in it."""
        stop = self.guide.stop
        record = self.view.stage()
        # Of all components the coach alone asks for previews.
        del record["preview"]
        lit = {quantity for name in stop.lit for quantity in _WITH.get(name, ())}
        record["lit"] = sorted(lit) if lit else None
        record["shown"] = [QUANTITIES[name] for name in stop.rows if name in QUANTITIES] or record["shown"]
        names = inputs_of(self.run)
        record["inputs_shown"] = [names.index(name) for name in stop.rows if name in names]
        if (step := self.guide.hidden_from()) is not None:
            _hide(record, stop.hidden, step)
        return record

    def charts(self, *, dark: bool) -> Iterator[Chart]:
        """Draw what the stop is about, with what it was at the beginning."""
        name = self.guide.stop.rows[-1] if self.guide.stop.rows else "C"
        if len(self.run.sequence.values) < 2 or not fits(self.guide, self.run):
            return
        values, before = (self._values(scope, name) for scope in (run_scope(self.run), self._opening))
        symbol = _GRADIENT if name == "gradient" else SYMBOLS[QUANTITIES[name]]
        ends = f"{decimals(float(before[-1]))} at the last step before, {decimals(float(values[-1]))} now"
        hidden = np.isnan(values).any()
        yield Chart(
            CURVE,
            before_figure(symbol, values, before, dark=dark),
            f"{symbol.letter} over the steps, now and before",
            f"{name}: the steps ahead are not shown yet." if hidden else f"{name}: {ends}.",
        )

    @property
    def _opening(self) -> Scope:
        return opening_scope(self.guide.stop)

    def _values(self, scope: Scope, name: str) -> NDArray[np.floating]:
        line = scope[name]
        assert isinstance(line, Line)
        values = line.values.copy()
        step = self.guide.hidden_from()
        if step is not None and name in self.guide.stop.hidden:
            values[step - 1 :] = np.nan
        return values


def _hide(record: dict[str, Any], names: tuple[str, ...], step: int) -> None:
    """Take out of a record what is hidden from a step on (counted from 1), and what would tell it."""
    numbers = record["q"]
    phrases = [*record["phrases"], "not shown yet"]
    for name in names:
        for quantity in _TELLING[name]:
            numbers[quantity] = _without(numbers[quantity], step - 1)
            if quantity in record["captions"]:
                captions = np.array(record["captions"][quantity])
                captions[:, step - 1 :] = len(phrases) - 1
                record["captions"] = {**record["captions"], quantity: captions.tolist()}
        numbers[_STARTING[name]] = _without(numbers[_STARTING[name]], step)
    # The widest belt of the run would tell the largest value.
    shown = [numbers[quantity] for quantity in ("c", "cp", "tc", "h")]
    record["scale"] = {**record["scale"], "c": _widest(*shown[:2]), "tc": _widest(*shown[2:])}
    record["phrases"] = phrases


def _without(values: NDArray[np.floating], first: int) -> NDArray[np.floating]:
    """Return values without those from a step on, counted from 0; JSON has null for them."""
    left = values.copy()
    left[:, first:] = np.nan
    return left


def _widest(*values: NDArray[np.floating]) -> float:
    """Return the largest magnitude of what is shown; 1 where nothing is."""
    seen = np.concatenate([np.abs(each[np.isfinite(each)]) for each in values])
    return float(seen.max(initial=0.0)) or 1.0
