"""What the Cell page shows of a run: the record of its stage, and its charts. No Streamlit here.

Two ask for it: the page itself, and :mod:`lstm_viz.app.cell.preview` while a hand drags. That both ask
here is what makes a preview the very picture that the page would show.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from lstm_viz.analysis import ledger
from lstm_viz.app.shell.charts import Chart
from lstm_viz.cells import LSTMTrace
from lstm_viz.components.stage import PREVIEW_PATH
from lstm_viz.exchange.links.cell import to_query
from lstm_viz.figures.gates import gates_figure
from lstm_viz.figures.ledger import ledger_figure
from lstm_viz.figures.states import states_figure
from lstm_viz.settings.cell import RunSettings
from lstm_viz.settings.presets import PRESETS, input_names
from lstm_viz.settings.sequences import column_widths, format_line
from lstm_viz.views.backward import backward
from lstm_viz.views.stage import opening_step, stage_record

RUN: Final = "cell"
"""The name under which stage and charts of this page follow the same step."""


@dataclass(frozen=True, slots=True)
class CellView:
    """One run, computed, as the page shows one of its units (counted from 0)."""

    run: RunSettings
    unit: int
    trace: LSTMTrace
    ghost: LSTMTrace | None

    @classmethod
    def of(cls, run: RunSettings, unit: int) -> Self:
        """Run the cell; where a gate is held, run it once more with every gate free."""
        return cls(run, unit, run.run(), run.run_unclamped() if run.cell.clamp else None)

    def stage(self) -> dict[str, Any]:
        """Return the record of the stage, but for what the session alone knows.

        That is the edit answered, what can be undone, and what is wrong with a typed line.
        """
        run = self.run
        preset = PRESETS.get(run.origin)
        readout = preset.readout if preset else None
        lines = run.sequence.lines
        return {
            **stage_record(
                run,
                self.trace,
                self.ghost,
                names=input_names(run.origin, run.cell.inputs),
                readout=(readout.weight, readout.bias) if readout else None,
                gradient=backward(run, self.trace, self.unit),
            ),
            "run": RUN,
            "unit": self.unit,
            "opening": opening_step(self.trace),
            "texts": [format_line(line, column_widths(lines)) for line in lines],
            "link": to_query(run),
            "preview": f"{PREVIEW_PATH}/cell",
        }

    def charts(self, *, dark: bool) -> Iterator[Chart]:
        """Draw the run over time: gates, states, and the ledger of who wrote the memory."""
        of_unit = f" of unit {self.unit + 1}" if self.run.cell.units > 1 else ""
        yield Chart(
            "cell_gates",
            gates_figure(self.trace, self.unit, dark=dark, ghost=self.ghost),
            f"Gates{of_unit} over the steps",
            "The three gates from 0 to 1 and the candidate from −1 to 1, at every step. The “Numbers” "
            "section has them as a table.",
        )
        yield Chart(
            "cell_states",
            states_figure(self.trace, self.unit, dark=dark, ghost=self.ghost),
            f"C and h{of_unit} over the steps",
            "The memory C and the output h after every step. The “Numbers” section has them all.",
        )
        yield Chart(
            "cell_ledger",
            ledger_figure(ledger(self.trace, self.unit), self.trace.c[:, self.unit], dark=dark),
            f"Where the memory{of_unit} comes from",
            "For every step, C as a stack: of what each earlier step wrote, as much as survives.",
        )
