"""Cells drawn at random: their text, weights, a run and what a loss sees, for a comparison with autograd."""

from typing import Any

import numpy as np

from lstm_viz.cells.cell import Cell
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.language import EquationError

UNARY = ("sigmoid", "tanh", "relu", "hard_sigmoid", "hard_sigmoid6", "exp", "softplus", "log_sigmoid", "silu",
         "softsign", "abs", "square", "mean", "wide_sigmoid", "centred_sigmoid")  # fmt: skip
SQUEEZED = ("tanh", "sigmoid", "softsign", "centred_sigmoid")


class TextDrawer:
    """Draws the lines of a cell: every construction of the language has its turn."""

    def __init__(self, random: Any) -> None:
        self.random = random
        self.names = [*random.permutation(list("acfgikmnoqrsuvz"))[: random.integers(0, 5)], "h"]
        self.square = random.random() < 0.2
        self.done: list[str] = []
        self.letters = 0

    def pick(self, choices: Any) -> Any:
        return choices[self.random.integers(len(choices))]

    def text(self) -> Any:
        lines = []
        for name in self.names:
            lines.append(f"{name} = {self.line(name)}")
            self.done.append(name)
        if not any("[t-1]" in line for line in lines):
            lines[-1] += " + 0.5*h[t-1]"
        if self.random.random() < 0.2:
            lines.append(f"{self.pick(self.names)}[0] = 0.25")
        return "\n".join(lines)

    def line(self, name: Any) -> Any:
        kind = self.random.random()
        if kind < 0.06:
            return self.quantity()
        if kind < 0.09:
            return "0.5"
        if kind < 0.5:
            return f"{self.pick(SQUEEZED)}({self.affine()})"
        if kind < 0.62:
            # A state of its own, as most cells have one.
            return f"sigmoid({self.affine()})*{name}[t-1] + {self.pick(SQUEEZED)}({self.affine()})"
        return f"{self.pick(SQUEEZED)}({self.expression(3)})" if kind < 0.9 else self.expression(2)

    def quantity(self) -> Any:
        if self.square and self.random.random() < 0.2:
            return "x"
        if self.done and self.random.random() < 0.5:
            return self.pick(self.done)
        return f"{self.pick(self.names)}[t-1]"

    def affine(self) -> Any:
        # W@x may come twice in a line, and is then one matrix used twice.
        terms = ["W@x" if source == "x" else f"{self.letter()}@{source}" for source in self.sources()]
        if self.random.random() < 0.7:
            terms.append("b")
        self.random.shuffle(terms)
        return " + ".join(terms)

    def letter(self) -> Any:
        self.letters += 1
        return f"U{self.letters}"

    def sources(self) -> Any:
        some = ["x", self.quantity(), f"({self.quantity()} * {self.expression(1)})", self.quantity()]
        keep = self.random.random(4) < (0.8, 0.7, 0.15, 0.15)
        return [source for source, kept in zip(some, keep, strict=True) if kept] or ["x"]

    def expression(self, depth: Any) -> Any:
        kind = self.random.random()
        if depth == 0 or kind < 0.2:
            return self.pick([self.quantity(), self.quantity(), "p", "0.5", "(1 - 0.25)"])
        if kind < 0.35:
            return f"({self.affine()})"
        if kind < 0.6:
            return f"{self.pick(UNARY)}({self.expression(depth - 1)})"
        one, other = self.expression(depth - 1), self.expression(depth - 1)
        if kind < 0.66:
            return f"{self.pick(['max', 'min'])}({one}, 0.5*{other})"
        if kind < 0.72:
            return f"{one} / (1.5 + square({other}))"
        return f"({one} {self.pick(['+', '-', '*'])} {other})"


def accepted(text: Any) -> Any:
    """Return the equations, or None for what was drawn and is rightly refused."""
    try:
        return Equations(text)
    except EquationError as error:
        if any(words in str(error) for words in ("has no memory", "letter of its own")):
            return None
        raise


def drawn_cell(seed: Any) -> Any:
    """Return a cell, the arguments of a run of it, and the generator that drew them."""
    random = np.random.default_rng([seed, 7])
    equations = None
    while equations is None:
        equations = accepted(TextDrawer(random).text())
    hidden = int(random.integers(1, 5))
    inputs = hidden if equations.graph.square else int(random.integers(1, 4))
    cell = Cell.random(equations, inputs, hidden, int(random.integers(2**31)))
    batch = [(), (1,), (3,)][random.integers(3)]
    arguments = {
        "x": random.standard_normal((int(random.integers(1, 6)), *batch, inputs)),
        "initial": {
            name: 0.5 * random.standard_normal((*batch, hidden))
            for name in equations.states if random.random() < 0.7
        },
        "reverse": bool(random.integers(2)),
    }  # fmt: skip
    return cell, arguments, random
