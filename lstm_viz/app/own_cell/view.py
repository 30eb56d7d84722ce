"""What is shown of a cell of one's own: the record of its editor, strips and charts; no Streamlit here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from lstm_viz.app.own_cell.state import OwnCellState
from lstm_viz.app.shell.charts import Chart
from lstm_viz.cells.catalogue import CATALOGUE
from lstm_viz.cells.run import OutOfRangeError, Trace
from lstm_viz.figures.cell_lines import cell_lines_figure
from lstm_viz.settings.own_cell import OwnCell
from lstm_viz.views.cell_lines import line_strips, of_unit
from lstm_viz.views.cell_stage import cell_record
from lstm_viz.views.diagram.parts import diagram
from lstm_viz.views.shown_lines import drawn_lines
from lstm_viz.views.understood import changes, understood

RUN: Final = "own_cell"
"""The name under which strips and charts of this section follow the same step."""

EDITOR: Final = "own_cell_editor"
STRIPS: Final = "own_cell_strips"
STAGE: Final = "own_cell_stage"
"""The keys of three components; a chart brings its own."""

MOST_PARTS: Final = 17
"""Boxes and operators of a cell that is drawn, as many as an sLSTM has: to place more takes seconds."""

QUICK_PARTS: Final = 9
"""Of a cell that is drawn while somebody types: to place so many takes less than a tenth of a second."""


@dataclass(frozen=True, slots=True)
class OwnCellView:
    """A cell with its weights, run over its input, as the page shows one of its units (counted from 0)."""

    settings: OwnCell
    unit: int
    trace: Trace

    @classmethod
    def of(cls, settings: OwnCell, unit: int) -> Self:
        """Run the cell.

        Raises
        ------
        OutOfRangeError
            If the run leaves the range of its numbers.
        """
        with np.errstate(all="ignore"):
            trace = settings.with_weights().run(settings.x)
        return cls(settings, unit, trace)

    def strips(self) -> dict[str, Any]:
        """Return the record of the strips: the input, every line, and the way back."""
        return line_strips(self.trace, self.settings.input_names, self.unit)

    @property
    def parts(self) -> int:
        """How many boxes and operators the diagram of the cell has."""
        return len(diagram(self.settings.equations).parts)

    def stage(self) -> dict[str, Any]:
        """Return the record of the stage, but for what the session alone knows."""
        with np.errstate(all="ignore"):
            record = cell_record(self.trace.cell, self.trace, self.settings.input_names, unit=self.unit)
        return {**record, "unit": self.unit}

    def charts(self, *, dark: bool) -> Iterator[Chart]:
        """Draw what the cell remembers and shows, and its other lines."""
        symbols, values = drawn_lines(self.settings.equations), of_unit(self.trace, self.unit)
        remembered = (*self.settings.equations.states, "h")
        kept = {name: series for name, series in values.items() if name in remembered}
        rest = {name: series for name, series in values.items() if name not in remembered}
        for key, title, of_part in (
            ("states", "What it remembers and shows", kept),
            ("lines", "Its other lines", rest),
        ):
            by_symbol = {symbols[name]: series for name, series in of_part.items()}
            drawn = cell_lines_figure(by_symbol, title, steps=len(self.trace), dark=dark)
            named = ", ".join(symbol.letter for symbol in by_symbol) or "nothing"
            summary = f"Drawn over the steps: {named}. The strips above have the same numbers."
            yield Chart(f"own_cell_{key}", drawn, title, summary)


def out_of_range(error: OutOfRangeError) -> str:
    """Say where a run left the range of its numbers."""
    return (
        f"The run leaves the range of numbers in line {error.line} at step {error.step + 1}. "
        "Try a smaller scale, or bound that line."
    )


def editor_record(state: OwnCellState, failure: str) -> dict[str, Any]:
    """Return what the editor shows: what is wrong with the text, or what was understood of it.

    Parameters
    ----------
    state
        Where the text has problems, what was understood is of the last cell.
    failure
        Why that cell does not run; empty where it does.
    """
    settings, base = state.settings, CATALOGUE[state.settings.base]
    numbers, words = changes(state.draft, base.text)
    return {
        "text": state.draft,
        "cell": state.history.committed.settings.equations.text,
        "problems": [
            {**problem.span._asdict(), "message": problem.message, "instead": problem.instead}
            for problem in state.problems
        ],
        "failure": failure,
        "changed": numbers,
        "changes": words,
        "base": settings.base,
        "understood": understood(settings.with_weights()),
    }
