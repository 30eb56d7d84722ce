"""The cells that are written out, as cells of their equations: the same numbers, by the names of lines."""

from lstm_viz.cells.activations import Array
from lstm_viz.cells.catalogue import CATALOGUE, lstm_text
from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.gru import GRUCell
from lstm_viz.cells.lstm import LSTMCell
from lstm_viz.cells.rnn import RNNCell
from lstm_viz.cells.variant_cell import LSTMVariantCell
from lstm_viz.cells.variants import LSTMVariant
from lstm_viz.notation import Gate


def to_cell(cell: LSTMCell | LSTMVariantCell | GRUCell | RNNCell) -> Cell:
    """Return a cell with the same weights, given by its equations.

    Lines are i, f, g, o, c and h of an LSTM (and m before a projection), r, z, n and h of a GRU, h of a plain
    RNN.
    """
    match cell:
        case RNNCell():
            function = "" if cell.activation == "linear" else cell.activation
            text = CATALOGUE["Elman"].text.replace("tanh", function)
            return Cell(Equations(text), {"W_h": cell.weight_ih, "U_h": cell.weight_hh, "b_h": cell.bias})
        case GRUCell():
            return _gru(cell)
        case LSTMCell():
            variant = LSTMVariant(
                gate_activation=cell.gate_activation,
                candidate_activation=cell.cell_activation,
                memory_activation=cell.cell_activation,
            )
            cell = LSTMVariantCell(variant, cell.weight_ih, cell.weight_hh, cell.bias)
    return _lstm(cell)


def _gru(cell: GRUCell) -> Cell:
    text = CATALOGUE["GRU" if cell.reset_after else "GRU before"].text
    text = text.replace("sigmoid", cell.gate_activation).replace("tanh", cell.cell_activation)
    weights: dict[str, Array] = {}
    for at, gate in enumerate("rzn"):
        rows = slice(at * cell.hidden, (at + 1) * cell.hidden)
        weights |= {f"W_{gate}": cell.weight_ih[rows], f"U_{gate}": cell.weight_hh[rows]}
        weights[f"b_{gate}"] = cell.bias[rows]
    if cell.bias_hn is not None:
        weights["b1_n"] = cell.bias_hn
    return Cell(Equations(text), weights)


def _lstm(cell: LSTMVariantCell) -> Cell:
    variant, projected = cell.variant, cell.weight_hr is not None
    weights: dict[str, Array] = {}
    for gate in variant.gates:
        for letter, array in zip("WUb", cell.gate_weights(gate), strict=True):
            weights[f"{letter}_{gate}"] = array
    if cell.peepholes is not None:
        weights |= {
            f"p_{gate}": row for gate, row in zip(variant.peephole_gates, cell.peepholes, strict=True)
        }
    if cell.weight_gates is not None:
        blocks = cell.weight_gates.reshape(3, cell.hidden, 3, cell.hidden)
        for row, gate in enumerate(_GATES):
            weights |= {f"R{seen}_{gate}": blocks[row, :, column] for column, seen in enumerate(_GATES)}
    if cell.weight_hr is not None:
        weights["R_h"] = cell.weight_hr
    return Cell(Equations(variant_text(variant, projected=projected)), weights)


_GATES: tuple[Gate, ...] = ("i", "f", "o")


def variant_text(variant: LSTMVariant, *, projected: bool = False) -> str:
    """Return the equations of a member of the LSTM family."""

    def gate(name: Gate) -> str:
        if name not in variant.gates:
            return "1 - i" if name == "f" and variant.coupled else ""
        terms = ["W@x", "U@h"]
        if name in variant.peephole_gates:
            terms.append("p*c")
        if variant.gate_recurrence and name != "g":
            terms += [f"R{seen}@{seen}[t-1]" for seen in _GATES]
        function = variant.candidate_activation if name == "g" else variant.gate_activation
        return _applied(function, " + ".join([*terms, "b"]))

    memory = _applied(variant.memory_activation, "c")
    shown = f"o*{memory}" if variant.output_gate else memory
    text = lstm_text(
        i=gate("i"),
        f=gate("f"),
        g=gate("g"),
        o=gate("o"),
        c=("f*c" if variant.forget_gate else "c") + " + " + ("i*g" if variant.input_gate else "g"),
        h=shown,
    )
    return text.replace(f"h = {shown}", f"m = {shown}\nh: P = R@m") if projected else text


def _applied(function: str, argument: str) -> str:
    return argument if function == "linear" else f"{function}({argument})"
