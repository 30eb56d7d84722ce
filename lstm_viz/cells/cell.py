"""Any cell: equations and weights, run with every value kept, and its exact derivatives."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from lstm_viz.cells import checks, forward
from lstm_viz.cells.backprogram import BackLayout, BackProgram
from lstm_viz.cells.backward import Gradients, backward
from lstm_viz.cells.code import Library, code
from lstm_viz.cells.equations import Equations
from lstm_viz.cells.expressions import HIDDEN, INPUTS
from lstm_viz.cells.fitting import fitted
from lstm_viz.cells.functions import Array
from lstm_viz.cells.jacobians import Constants, Jacobians
from lstm_viz.cells.linear_step import LinearStep
from lstm_viz.cells.routes import Routes, routes
from lstm_viz.cells.run import Trace, inward
from lstm_viz.cells.torch_module import module_of
from lstm_viz.cells.values import Clamp, Setting

MOST_NUMBERS: Final = 2**28
"""That one array may hold: 2 GiB in float64."""


@lru_cache(maxsize=256)
def _layout(equations: Equations, sizes: tuple[tuple[str, int], ...], dtype: np.dtype[Any]) -> forward.Layout:
    return forward.Layout(equations.graph, equations.plan, dict(sizes), dtype)


@lru_cache(maxsize=256)
def _back_layout(
    equations: Equations, sizes: tuple[tuple[str, int], ...], given: frozenset[str]
) -> BackLayout:
    return BackLayout(equations.graph, dict(sizes), given)


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell given by its equations, which keeps every named value of every step.

    It keeps read-only copies of its weights and computes in their dtype: float32 if all are, otherwise
    float64.

    Parameters
    ----------
    equations
        What it computes.
    weights
        Each by its name, of the shape that ``equations.shapes`` gives in sizes: ``{"W_f": (hidden, inputs),
        "b_f": (hidden,)}``.
    sizes
        "D", "H" and what is declared, as far as the shapes of the weights leave them open.

    Raises
    ------
    ValueError
        If a weight is missing or one too many, shapes do not fit each other, or an array holds anything but
        finite real numbers.
    """

    equations: Equations
    weights: Mapping[str, Array]
    _: KW_ONLY
    sizes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arrays, sizes = fitted(self.equations, self.weights, self.sizes)
        for name, value in (("weights", arrays), ("sizes", sizes)):
            object.__setattr__(self, name, MappingProxyType(value))

    @classmethod
    def of_kept(cls, equations: Equations, weights: dict[str, Array], sizes: dict[str, int]) -> Self:
        """Return a cell of weights that are known to fit: finite, read-only, of one dtype; with all sizes.

        Nothing is checked and nothing copied.
        """
        cell = object.__new__(cls)
        object.__setattr__(cell, "equations", equations)
        for name, value in (("weights", weights), ("sizes", sizes)):
            object.__setattr__(cell, name, MappingProxyType(value))
        return cell

    @classmethod
    def random(
        cls,
        equations: Equations,
        inputs: int = 1,
        hidden: int = 4,
        seed: int = 0,
        *,
        sizes: Mapping[str, int] | None = None,
    ) -> Self:
        """Return a cell with all weights drawn from U(−1/√hidden, 1/√hidden), as PyTorch does.

        Parameters
        ----------
        equations
            What it computes.
        inputs, hidden
            D and H.
        seed
            For ``numpy.random.default_rng``.
        sizes
            Those that the equations declare besides.

        Raises
        ------
        ValueError
            If a size is less than 1, is missing or unknown.
        """
        given = {INPUTS: inputs, HIDDEN: hidden, **(sizes or {})}
        checks.count("inputs", inputs)
        checks.count("hidden", hidden)
        for name in equations.declared_sizes:
            checks.count(f"sizes[{name!r}]", given.get(name, 0))
        bound = hidden**-0.5
        uniform = np.random.default_rng(seed).uniform
        weights = {
            name: uniform(-bound, bound, tuple(given[size] for size in shape))
            for name, shape in equations.shapes.items()
        }
        return cls(equations, weights, sizes=given)

    @property
    def cell(self) -> Self:
        """Itself: so all cells are asked alike, those behind a face and those without."""
        return self

    @property
    def inputs(self) -> int:
        """How many numbers the cell reads at each step."""
        return self.sizes[INPUTS]

    @property
    def hidden(self) -> int:
        """How many units it has."""
        return self.sizes[HIDDEN]

    @property
    def outputs(self) -> int:
        """How many numbers h has."""
        return self.sizes[self.equations.sizes["h"]]

    @cached_property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32: what the cell computes in."""
        return next((array.dtype for array in self.weights.values()), np.dtype(np.float64))

    @property
    def parameters(self) -> int:
        """How many numbers can be learned: the formula of the equations worked out."""
        return sum(array.size for array in self.weights.values())

    @cached_property
    def _program(self) -> forward.Program:
        return forward.Program(_layout(self.equations, self._key, self.dtype), self.weights)

    @property
    def _key(self) -> tuple[tuple[str, int], ...]:
        return tuple(self.sizes.items())

    def run(
        self,
        x: npt.ArrayLike,
        initial: Mapping[str, npt.ArrayLike] | None = None,
        *,
        reverse: bool = False,
        clamp: Mapping[str, npt.ArrayLike] | None = None,
    ) -> Trace:
        """Run over a sequence, or over a batch of sequences, and keep everything.

        Parameters
        ----------
        x
            (time, inputs) or (time, batch, inputs): at least one step. It is computed in the cell's dtype.
        initial
            States before the first step by name, (size,) or (batch, size). What is not given starts at 0, or
            where the equations say.
        reverse
            Run from the last step to the first. The trace stays aligned with x.
        clamp
            Lines held at a value, whatever is computed: a number, or an array (size,), (time, size) or (time,
            batch, size), in which NaN leaves free. Values lie within ``equations.bounds`` of the line.

        Raises
        ------
        ValueError
            If a shape or a range does not fit, a number is not finite, the run is too large to be kept, or a
            line leaves the range of the dtype; the message then names the line and the step.
        """
        sequence = checks.features("x", x, self.inputs, self.dtype, leading="time, ")
        for name in initial or {}:
            checks.one_of("initial", name, self.equations.states)
        batch = sequence.shape[1:-1]
        given = {name: self._start(name, value, batch) for name, value in (initial or {}).items()}
        return self.unroll(sequence, given, clamp or {}, reverse=reverse)

    def unroll(
        self,
        x: Array,
        initial: Mapping[str, Array],
        clamp: Mapping[str, npt.ArrayLike],
        *,
        reverse: bool = False,
    ) -> Trace:
        """Return what :meth:`run` does, of an x and of states, (size, [batch]), that have been checked."""
        self._check_size(x)
        batch = x.shape[1:-1]
        starts = {name: initial[name] if name in initial else self._first(name, batch)
                  for name in self.equations.states}  # fmt: skip
        clamps = {name: self._clamp(name, value, x) for name, value in clamp.items()}
        # A batch of one runs as no batch: products with vectors take less time than with narrow matrices.
        alone = batch == (1,)
        setting = Setting(
            self.equations.graph,
            self.weights,
            inward(x.copy(), reverse=reverse),
            {name: start[:, 0] if alone else start for name, start in starts.items()},
            {name: Clamp(*(None if part is None else inward(part, reverse=reverse) for part in held))  # type: ignore[arg-type]
             for name, held in clamps.items()},
            self.sizes,
        )  # fmt: skip
        log = forward.unroll(self._program, setting)
        return Trace(self, setting, log, batch=batch, reverse=reverse)

    def backward(
        self, trace: Trace, direct: Mapping[str, npt.ArrayLike] | None = None, **lines: npt.ArrayLike
    ) -> Gradients:
        """Return the derivative of one number L with respect to the weights, x and the initial states.

        No gradient passes where a line is held.

        Parameters
        ----------
        trace
            A run of this cell.
        direct, lines
            What L sees of each line itself, ∂L/∂ line_t with all else held, in the shape of ``trace[name]``,
            as a mapping or by keyword: ``h=…``. Of states and h; zeros for what is not given. For a loss on
            the last output alone it is zero everywhere else.

        Raises
        ------
        ValueError
            If a name is no state and not h, a shape is another, or a number is not finite.
        """
        seen = {
            name: trace.inward(self._seen(name, value, trace))
            for name, value in {**(direct or {}), **lines}.items()
        }
        result = backward(self._back_program(frozenset(seen)), trace.setting, trace.values, seen)
        return Gradients(
            weights=read_only(result.weights),
            x=trace.outward(result.x),
            initial=read_only({name: trace.state_outward(array) for name, array in result.initial.items()}),
            adjoint=MappingProxyType({name: trace.outward(array) for name, array in result.adjoint.items()}),
        )

    def _back_program(self, given: frozenset[str]) -> BackProgram:
        if given not in self._back_programs:
            layout = _back_layout(self.equations, self._key, given)
            self._back_programs[given] = BackProgram(layout, self.weights, self.sizes, self.dtype)
        return self._back_programs[given]

    @cached_property
    def _back_programs(self) -> dict[frozenset[str], BackProgram]:
        return {}

    def _seen(self, name: str, value: npt.ArrayLike, trace: Trace) -> Array:
        checks.one_of("direct", name, tuple(dict.fromkeys(("h", *self.equations.states))))
        meaning = "(time, [batch,] size), of the trace"
        array = checks.real_array(f"d{name}", value, f"shape {meaning}")
        checks.require_shape(f"d{name}", array, trace[name].shape, meaning)
        return checks.as_dtype(f"d{name}", array, self.dtype)

    def jacobians(self, trace: Trace) -> Array:
        """Return A_t = ∂s_t/∂s_{t-1}, aligned with x: (time, [batch,] state, state).

        s stacks the states in the order of ``equations.states``.

        Raises
        ------
        ValueError
            If it would be too large to be kept.
        """
        state = sum(self.sizes[self.equations.sizes[name]] for name in self.equations.states)
        numbers = trace.setting.x.size // self.inputs * state**2
        if numbers > MOST_NUMBERS:
            raise ValueError(
                f"trace: expected Jacobians of at most {MOST_NUMBERS:,} numbers, got {numbers:,}: "
                f"{state} by {state} at every step of every sequence"
            )
        return trace.matrices_outward(Jacobians(trace.setting, trace.values, self._constants).by_state())

    @cached_property
    def _constants(self) -> Constants:
        return {}

    def input_jacobians(self, trace: Trace) -> Array:
        """Return B_t = ∂s_t/∂x_t: (time, [batch,] state, inputs)."""
        return trace.matrices_outward(Jacobians(trace.setting, trace.values, self._constants).by_input())

    def linearised(self, trace: Trace) -> Iterator[LinearStep]:
        """Yield every step as a linear map, in running order; the run is of one sequence, without a batch.

        Raises
        ------
        ValueError
            If the run is a batch.
        """
        if trace.batch:
            raise ValueError(f"trace: expected a run of one sequence, got a batch of {trace.batch[0]}")
        return Jacobians(trace.setting, trace.values, self._constants).linearised()

    def routes(self, trace: Trace, state: str, at_end: npt.ArrayLike | None = None) -> Routes:
        """Take the gradient of a state's last value apart by the lines through which it comes back.

        Parameters
        ----------
        trace
            A run of this cell, in either direction.
        state
            One of ``equations.states``: C of an LSTM, whose direct route is Π f.
        at_end
            ∂L/∂ the last value of one or more losses, (rows, size) or (rows, batch, size); the identity by
            default, which gives ∂s_T/∂s_k itself.

        Returns
        -------
        Routes
            Arrays (time + 1, rows, [batch,] size), from the first value of the state to its last in the order
            of the run.

        Raises
        ------
        ValueError
            If it is no state of the cell, or ``at_end`` does not fit.
        """
        checks.one_of("state", state, self.equations.states)
        size = self.sizes[self.equations.sizes[state]]
        end = np.eye(size) if at_end is None else np.atleast_2d(checks.real_array("at_end", at_end, "rows"))
        shape = (len(end), *trace.batch, size)
        if end.ndim == 2 and trace.batch:
            end = np.broadcast_to(end[:, np.newaxis], shape)
        checks.require_shape("at_end", end, shape, "(rows, [batch,] size)")
        inner = end[:, 0] if trace.batch == (1,) else end.swapaxes(1, -1)
        found = routes(trace.setting, trace.values, state, inner)

        def outward(array: Array) -> Array:
            return array[:, :, np.newaxis] if trace.batch == (1,) else array.swapaxes(2, -1)

        through = {name: outward(part) for name, part in found.through.items()}
        return Routes(outward(found.whole), outward(found.direct), MappingProxyType(through))

    def code(self, library: Library = "numpy") -> str:
        """Return a program that runs the cell: see :func:`lstm_viz.cells.code.code`."""
        return code(self, library)

    def to_torch(self) -> Any:
        """Return the cell as a ``torch.nn.Module``: see :func:`lstm_viz.cells.torch_module.module_of`."""
        return module_of(self)

    def _check_size(self, x: Array) -> None:
        numbers = x.size // x.shape[-1] * max(self._program.layout.size, 1)
        if numbers > MOST_NUMBERS:
            raise ValueError(
                f"x: expected a run that keeps at most {MOST_NUMBERS:,} numbers, got {x.shape} in a cell of "
                f"{self.hidden} units, {numbers:,} numbers"
            )

    def _start(self, name: str, value: npt.ArrayLike, batch: tuple[int, ...]) -> Array:
        size = self.sizes[self.equations.sizes[name]]
        return checks.state(f"initial[{name!r}]", value, size, batch, self.dtype)

    def _first(self, name: str, batch: tuple[int, ...]) -> Array:
        shape = (self.sizes[self.equations.sizes[name]], *batch)
        return np.full(shape, self.equations.starts[name], self.dtype)

    def _clamp(self, name: str, value: npt.ArrayLike, x: Array) -> tuple[Array, Array | None]:
        """Return what a line is held at, and where it is free, (time, [batch,] size)."""
        checks.one_of("clamp", name, [line.name for line in self.equations.lines])
        size = self.sizes[self.equations.sizes[name]]
        low, high = self.equations.bounds(name)
        return checks.clamp(f"clamp[{name!r}]", value, (*x.shape[:-1], size), low, high, self.dtype)


def read_only(arrays: Mapping[str, Array]) -> Mapping[str, Array]:
    """Return the same arrays, not to be written to."""
    for array in arrays.values():
        array.flags.writeable = False
    return MappingProxyType(dict(arrays))
