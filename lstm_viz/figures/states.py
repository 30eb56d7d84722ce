"""The memory and what the cell shows of it, over the steps of a run."""

import plotly.graph_objects as go

from lstm_viz.cells import LSTMTrace
from lstm_viz.figures.lines import ghost as ghost_line
from lstm_viz.figures.lines import line
from lstm_viz.figures.theme import figure, palette
from lstm_viz.notation import SIGNS

_STATES = ("c", "h")


def states_figure(trace: LSTMTrace, unit: int, *, dark: bool, ghost: LSTMTrace | None = None) -> go.Figure:
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
    traces = [ghost_line(SIGNS[state], getattr(ghost, state)[:, unit], colours) for state in _STATES if ghost]
    traces += [line(SIGNS[state], getattr(trace, state)[:, unit], colours) for state in _STATES]
    return figure(traces, colours, title="Cell state and hidden state", steps=len(trace.c))
