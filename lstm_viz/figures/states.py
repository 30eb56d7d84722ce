"""The memory and what the cell shows of it, over the steps of a run."""

from lstm_viz.cells import LSTMTrace
from lstm_viz.figures.lines import lines
from lstm_viz.figures.theme import Drawing, drawing, palette
from lstm_viz.notation import SYMBOLS


def states_figure(trace: LSTMTrace, unit: int, *, dark: bool, ghost: LSTMTrace | None = None) -> Drawing:
    """Draw C and h of one unit.

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
    traces = lines(trace, unit, {name: SYMBOLS[name] for name in "ch"}, colours, ghost)
    return drawing(traces, colours, title="Cell state and hidden state", steps=len(trace.c))
