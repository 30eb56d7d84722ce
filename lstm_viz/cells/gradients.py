"""The records of backpropagation: the derivative of one number L with respect to everything.

L is any scalar made of the outputs of a run, summed over a batch if there is one. Every array is read-only,
in the shape of what it is the derivative with respect to, and in the dtype of the cell.
"""

from dataclasses import dataclass, fields

from lstm_viz.cells.functions import Array


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    def __post_init__(self) -> None:
        for field in fields(self):
            array: Array | None = getattr(self, field.name)
            if array is not None:
                array.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class RNNGradients(_Record):
    """∂L/∂ everything of a run of an :class:`RNNCell`.

    Attributes
    ----------
    weight_ih, weight_hh, bias
        In the shapes of the cell's.
    x
        (time, [batch,] inputs), aligned with x.
    h0
        ([batch,] hidden): one for each sequence, even where one h0 was given for all.
    h
        ∂L/∂h_t as a whole, (time, [batch,] hidden): what L sees of h_t itself, and what it sees through all
        later steps.
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    x: Array
    h0: Array
    h: Array


@dataclass(frozen=True, slots=True, eq=False)
class GRUGradients(_Record):
    """∂L/∂ everything of a run of a :class:`GRUCell`.

    Attributes
    ----------
    weight_ih, weight_hh, bias, bias_hn
        In the shapes of the cell's; bias_hn is None where the cell has none.
    x
        (time, [batch,] inputs), aligned with x.
    h0
        ([batch,] hidden): one for each sequence, even where one h0 was given for all.
    h
        ∂L/∂h_t as a whole, (time, [batch,] hidden): what L sees of h_t itself, and what it sees through all
        later steps.
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    bias_hn: Array | None
    x: Array
    h0: Array
    h: Array


@dataclass(frozen=True, slots=True, eq=False)
class LSTMGradients(_Record):
    """∂L/∂ everything of a run of a cell of the LSTM family.

    Attributes
    ----------
    weight_ih, weight_hh, bias
        In the shapes of the cell's.
    peepholes, weight_hr, weight_gates
        In the shapes of the cell's; None where the cell has none.
    x
        (time, [batch,] inputs), aligned with x.
    h0, c0
        ([batch,] hidden): one for each sequence, even where one state was given for all.
    h
        ∂L/∂h_t as a whole, (time, [batch,] hidden): what L sees of h_t itself, and what it sees through all
        later steps. C_t is held, being made before h_t.
    c
        ∂L/∂C_t as a whole, of the same shape: *including* the way C_t → h_t of the same step, as in autograd.
        What arrives at C_t from the right alone, on the wire of the memory, is ``c − ∂L/∂m_t o φ'(C_t)``,
        where m_t = o φ(C_t) is h_t unless there is a projection (and less what an output peephole adds).
    """

    weight_ih: Array
    weight_hh: Array
    bias: Array
    peepholes: Array | None
    weight_hr: Array | None
    weight_gates: Array | None
    x: Array
    h0: Array
    c0: Array
    h: Array
    c: Array
