"""The gates and the candidate over the steps of a run."""

from lstm_viz.cells import LSTMTrace
from lstm_viz.figures.lines import lines
from lstm_viz.figures.theme import Drawing, drawing, palette
from lstm_viz.notation import DIAGRAM_GATES, SYMBOLS


def gates_figure(trace: LSTMTrace, unit: int, *, dark: bool, ghost: LSTMTrace | None = None) -> Drawing:
    """Draw f, i, C̃ and o of one unit on one axis from −1 to 1.

    Parameters
    ----------
    trace
        A run of one sequence.
    unit
        The unit, counted from 0.
    dark
        Whether the page is dark.
    ghost
        The same run without its clamp, drawn as thin dashed lines.
    """
    colours = palette(dark=dark)
    traces = lines(trace, unit, [SYMBOLS[gate] for gate in DIAGRAM_GATES], colours, ghost)
    return drawing(
        traces, colours, title="Gates and candidate", steps=len(trace.c), y_axis={"range": [-1.05, 1.05]}
    )
