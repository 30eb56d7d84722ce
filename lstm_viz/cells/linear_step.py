"""One step of a run as a linear map: what small changes before it do to the state after it."""

from typing import NamedTuple

from lstm_viz.cells.functions import Array


class LinearStep(NamedTuple):
    """The derivatives of one step of one sequence, with the zeros of ∂s_t/∂s_{t-1} left out.

    ::

        ∂s_t = by_h ∂h_{t-1} + by_c ∂C_{t-1} + by_x ∂x_t        s = [h; C], or h where there is no C

    C_{t-1} reaches the same unit of C_t, and through it of h_t, and no other: two diagonals stand for half of
    the whole matrix. Of a cell by its equations C stands for all states at the end of s that no matrix sees,
    and h for the others.

    Attributes
    ----------
    by_h
        (state, hidden).
    by_c
        (2, hidden): the diagonals of ∂h_t/∂C_{t-1} and ∂C_t/∂C_{t-1}. In general (states, units of all that C
        stands for), where entry [k, j] is what number j does to the same unit of state k. None where there is
        no such state.
    by_x
        (state, inputs).
    h
        Which entries of s are h: all, where h is no state.
    """

    by_h: Array
    by_c: Array | None
    by_x: Array
    h: slice
