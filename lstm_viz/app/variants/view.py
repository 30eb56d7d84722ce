"""What the Variants page shows of a comparison: strips, charts, one cell on the stage; no Streamlit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from lstm_viz.analysis import memory
from lstm_viz.app.shell.charts import Chart
from lstm_viz.figures.overlay import overlay_figure
from lstm_viz.notation import SYMBOLS
from lstm_viz.settings.family import FAMILY, AnyTrace
from lstm_viz.settings.variants import Comparison
from lstm_viz.views.strips import opening_step, strips_record
from lstm_viz.views.variant_stage import variant_record

RUN: Final = "variants"
"""The name under which strips, charts and stage of this page follow the same step."""

STRIPS: Final = "variants_strips"
STAGE: Final = "variants_stage"
"""The keys of two components; a chart brings its own."""


@dataclass(frozen=True, slots=True)
class VariantsView:
    """A comparison, computed, as the page shows one unit of its cells (counted from 0)."""

    settings: Comparison
    unit: int
    on_stage: str
    traces: Mapping[str, AnyTrace]

    @classmethod
    def of(cls, settings: Comparison, unit: int, on_stage: str) -> Self:
        """Run all cells."""
        return cls(settings, unit, on_stage, settings.run())

    @property
    def opening(self) -> int:
        """The step on which strips and stage open."""
        return opening_step(self.traces)

    def strips(self) -> dict[str, Any]:
        """Return the record of the strips: every gate and state of every cell, aligned step by step."""
        return strips_record(self.traces, self.settings.input_names, self.unit)

    def stage(self) -> dict[str, Any]:
        """Return the record of the stage, but for what the session alone knows."""
        cell, trace = self.settings.cell(self.on_stage), self.traces[self.on_stage]
        return {**variant_record(cell, trace, self.settings.input_names), "unit": self.unit}

    def charts(self, *, dark: bool) -> Iterator[Chart]:
        """Draw the memory and the output of all cells over each other."""
        names = {key: FAMILY[key].name for key in self.traces}
        kept = {
            names[key] + ("" if FAMILY[key].variant else " (its h)"): memory(trace)[:, self.unit]
            for key, trace in self.traces.items()
        }
        shown = {names[key]: trace.h[:, self.unit] for key, trace in self.traces.items()}
        for key, title, values in (("c", "What they remember: C", kept), ("h", "What they show: h", shown)):
            largest = ", ".join(f"{name} {abs(series).max():.2f}" for name, series in values.items())
            yield Chart(
                f"variants_{key}",
                overlay_figure(values, SYMBOLS[key], title, dark=dark),
                f"{title}, over the steps",
                f"Largest magnitude over the run: {largest}.",
            )
