"""How the lines of any cell are shown: their letters, and colours that gates keep from cell to cell."""

from collections.abc import Iterable
from typing import Final

from lstm_viz.cells.equations import Equations
from lstm_viz.notation import GRU_SYMBOLS, LINE_COLOURS, SYMBOLS, NetworkStyle, Symbol
from lstm_viz.views.stage import Symbols, derived_symbol

_GATES: Final = {
    **{key: SYMBOLS[key] for key in "ifo"},
    "r": GRU_SYMBOLS["r"],
    "z": GRU_SYMBOLS["u"],
    "u": GRU_SYMBOLS["u"],
}
_CANDIDATES: Final = {"g": SYMBOLS["g"], "n": GRU_SYMBOLS["n"], "z": GRU_SYMBOLS["n"]}
_GREEK: Final = dict(
    zip(
        ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu",
         "xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
        "αβγδεζηθκλμνξρστφχψω",
        strict=True,
    )
)  # fmt: skip
_LOW: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def letter(name: str) -> str:
    """Return a line's name as it is read: α, z₁."""
    stem = name.rstrip("0123456789")
    return _GREEK.get(stem.rstrip("_"), stem) + name[len(stem) :].translate(_LOW)


def line_symbols(equations: Equations) -> Symbols:
    """Return how x and each line are shown, by name."""
    symbols: Symbols = {"x": _as_known(SYMBOLS["x"], SYMBOLS["x"].meaning)}
    colours: set[str] = set()
    for line in equations.lines:
        name = line.name
        meaning = _meaning(equations, name)
        known = _known(equations, name)
        if known is not None and known.light not in colours:
            symbols[name] = _as_known(known, meaning) | {
                "symbol": known.letter if name in "cg" else letter(name)
            }
        else:
            light, dark = _own_colours(name, colours)
            what = "state" if name in equations.states else "line"
            symbols[name] = {
                "symbol": letter(name),
                "name": f"{what} {letter(name)}",
                "meaning": meaning,
                "light": light,
                "dark": dark,
            }
        if name != "h":
            colours.add(symbols[name]["light"])
    return symbols


def _known(equations: Equations, name: str) -> Symbol | None:
    """Return the symbol that the field has for a line of this name and kind."""
    low, _ = equations.bounds(name)
    if name in ("c", "h"):
        return SYMBOLS[name]
    if low >= 0.0:
        return _GATES.get(name)
    return None if name in equations.states else _CANDIDATES.get(name)


def _as_known(known: Symbol, meaning: str) -> dict[str, str]:
    return derived_symbol(known.letter, known.name, meaning, known)


def _own_colours(name: str, taken: set[str]) -> tuple[str, str]:
    """Return the colours of a line without known ones: by its name, as far as they are free."""
    first = sum(map(ord, name))
    ordered = [LINE_COLOURS[(first + k) % len(LINE_COLOURS)] for k in range(len(LINE_COLOURS))]
    return next((pair for pair in ordered if pair[0] not in taken), ordered[0])


def _meaning(equations: Equations, name: str) -> str:
    low, high = equations.bounds(name)
    bounded = {(0.0, 1.0): ", from 0 to 1", (-1.0, 1.0): ", from −1 to 1"}.get((low, high), "")
    if name == "h":
        return SYMBOLS["h"].meaning if name in equations.states else "the output of the cell"
    if name in equations.states:
        return "what the cell hands on to the next step" + bounded
    return ("how much passes" if bounded == ", from 0 to 1" else "computed at every step") + bounded


def shown_letter(name: str) -> str:
    """Return how a line is called on a page: C for c, and C̃ for a candidate g."""
    return SYMBOLS[name].letter if name in SYMBOLS else letter(name)


_DASHES: Final = ("dash", "dot", "dashdot", "longdash")
_MARKERS: Final = ("square", "diamond", "triangle-up", "circle", "cross")


def route_styles(equations: Equations, lines: Iterable[str]) -> dict[str, Symbol | NetworkStyle]:
    """Return how curves of some lines of a cell are drawn: in the colours that these have on the stage."""
    symbols = line_symbols(equations)
    styles: dict[str, Symbol | NetworkStyle] = {}
    for k, name in enumerate(name for name in lines if name in symbols):
        shown = symbols[name]
        known = SYMBOLS.get(name)
        if known is not None and known.light == shown["light"]:
            styles[name] = known
        else:
            dash, marker = _DASHES[k % len(_DASHES)], _MARKERS[k % len(_MARKERS)]
            styles[name] = NetworkStyle(name, shown["symbol"], shown["light"], shown["dark"], dash, marker)
    return styles
