"""Gate order, letters, names and colours of the LSTM, and how numbers are written: all here and nowhere else.

A letter always stands for the value *after* its activation; ``z`` is the value before it. ``g`` is the
candidate, written C̃ on screens. The gate order is PyTorch's.

References
----------
Hochreiter & Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8).
Gers, Schmidhuber & Cummins (2000), "Learning to Forget", Neural Computation 12(10): the forget gate.
https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html: the equations and the gate order i, f, g,
o.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Gate = Literal["i", "f", "g", "o"]

GATES: Final[tuple[Gate, ...]] = ("i", "f", "g", "o")
"""The rows of every stacked weight, in PyTorch's order."""

DIAGRAM_GATES: Final[tuple[Gate, ...]] = ("f", "i", "g", "o")
"""The same gates in the order in which the memory meets them, left to right."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One quantity of the cell and how it is shown everywhere.

    Colours start from Okabe and Ito's palette and are darkened (lightened) until small text reaches WCAG AA
    on a light (dark) page. ``dash`` and ``marker`` are Plotly's names: colour is never the only difference.
    """

    key: str
    letter: str
    latex: str
    name: str
    meaning: str
    light: str
    dark: str
    dash: str
    marker: str
    signed: bool
    """True for what lies around 0 (diverging scale); False for gates in [0, 1] (sequential scale)."""


def _by_key(*symbols: Symbol) -> MappingProxyType[str, Symbol]:
    return MappingProxyType({symbol.key: symbol for symbol in symbols})


SYMBOLS: Final = _by_key(
    Symbol(
        "x", "x", r"x_t", "input", "what the cell reads at this step",
        "#455160", "#b9c3cf", "solid", "circle", True,
    ),
    Symbol(
        "i", "i", r"i_t", "input gate", "how much of the candidate is written into the memory, from 0 to 1",
        "#007a59", "#35d0a0", "dash", "square", False,
    ),
    Symbol(
        "f", "f", r"f_t", "forget gate", "how much of the old memory is kept, from 0 to 1",
        "#b34d00", "#ff9a52", "solid", "circle", False,
    ),
    Symbol(
        "g", "C̃", r"\tilde C_t", "candidate", "what could be written into the memory, from −1 to 1",
        "#8a45b0", "#cf9cf2", "dot", "diamond", True,
    ),
    Symbol(
        "o", "o", r"o_t", "output gate", "how much of the memory is shown to the outside, from 0 to 1",
        "#0067a5", "#6cb8f5", "dashdot", "triangle-up", False,
    ),
    Symbol(
        "c", "C", r"C_t", "cell state", "the memory itself, passed along from step to step",
        "#7d5a00", "#e8b84a", "solid", "circle", True,
    ),
    Symbol(
        "h", "h", r"h_t", "hidden state", "the output of the cell, and what its gates see at the next step",
        "#4f5f70", "#b4c0ce", "dash", "square", True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NetworkStyle:
    """One kind of network where several are compared: its name, and the look of its curve."""

    key: str
    name: str
    light: str
    dark: str
    dash: str
    marker: str


NETWORK_STYLES: Final = MappingProxyType(
    {
        style.key: style
        for style in (
            NetworkStyle("rnn", "plain RNN", "#b0245a", "#ff8fb3", "dash", "circle"),
            NetworkStyle("lstm", "LSTM", "#1f5fbf", "#85b6ff", "solid", "square"),
            NetworkStyle("gru", "GRU", "#6b5b00", "#d9c64a", "dashdot", "diamond"),
        )
    }
)

GRU_SYMBOLS: Final = _by_key(
    Symbol(
        "r", "r", r"r_t", "reset gate", "how much of the old state the proposal sees, from 0 to 1",
        "#b0245a", "#ff8fb3", "dashdot", "triangle-up", False,
    ),
    Symbol(
        "u", "z", r"z_t", "update gate", "how much of the old state is kept, from 0 to 1",
        SYMBOLS["f"].light, SYMBOLS["f"].dark, "solid", "circle", False,
    ),
    Symbol(
        "n", "n", r"n_t", "new state", "what could take the place of the old state, from −1 to 1",
        SYMBOLS["g"].light, SYMBOLS["g"].dark, "dot", "diamond", True,
    ),
)  # fmt: skip
"""The GRU has gates of its own. z is coloured as f, for it keeps the old; in code it is ``u``."""

LINE_COLOURS: Final = (
    ("#006f80", "#4fd0e0"),
    ("#5c6600", "#c3cf4e"),
    ("#4a4fc4", "#a6aaff"),
    ("#a3179b", "#f58bee"),
    ("#8f3a2f", "#f0a093"),
    ("#2f6b1f", "#8fdc74"),
)
"""For lines without the letter of a gate, light and dark: none is the colour of a gate or a state."""

PLACE_STYLES: Final = (
    NetworkStyle("1", "first", "#1f5fbf", "#85b6ff", "solid", "circle"),
    NetworkStyle("2", "second", "#7a4a2b", "#dcae90", "dash", "square"),
    NetworkStyle("3", "third", "#2f6b7d", "#93cadb", "dot", "diamond"),
    NetworkStyle("4", "fourth", "#4a4a6a", "#b9b9dc", "dashdot", "triangle-up"),
)
"""Cells standing side by side, by their place: any four of many can be chosen. No gate has their colours."""

CELL_STYLES: Final = (
    *PLACE_STYLES[1:],
    NetworkStyle("5", "fifth", "#4d6b1e", "#aecb72", "longdashdot", "star"),
)
"""Cells beside those of ``NETWORK_STYLES``, by their place: these have colours of their own."""

_SMALL: Final = 1e-4
_LARGE: Final = 1e12
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(value: float, figures: int = 3) -> str:
    """Return a number with a few figures, as people write it.

    Parameters
    ----------
    value
        The number.
    figures
        Its significant figures, at least 1; whole numbers that have more keep them up to 10¹².

    Returns
    -------
    str
        For example 0.0123, 12.3, 4,000, 7.52 × 10⁻⁵ or −0.5; 0 for −0.0; a dash for what is no finite number.
    """
    if not math.isfinite(value):
        return "–"
    if 10**figures - 0.5 <= abs(value) < _LARGE:
        text = f"{value:,.0f}"
    elif _SMALL <= abs(value) < _LARGE or not value:
        text = f"{value + 0.0:.{figures}g}"  # −0.0 + 0.0 is 0.0
    else:
        digits, power = f"{value:.{figures - 1}e}".split("e")
        text = f"{float(digits):.{figures}g} × 10" + str(int(power)).translate(_RAISED)
    return text.replace("-", "−")


def counted(number: float, noun: str) -> str:
    """Return a number with its noun: "1 update", "12,000 updates", "0.5 minutes"; the plural takes an s."""
    text = f"{number:,}" if isinstance(number, int) else f"{number:,g}"
    return f"{text} {noun}" if number == 1 else f"{text} {noun}s"


def decimals(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """Return a number with a fixed number of decimals.

    Parameters
    ----------
    value
        The number.
    digits
        How many decimals.
    signed
        True to show the sign of positive numbers and of 0 too.

    Returns
    -------
    str
        For example −0.53 or +0.500. The minus is the typographic one, and what rounds to 0 has none.
    """
    return f"{value:{'+' if signed else '-'}z.{digits}f}".replace("-", "−")
