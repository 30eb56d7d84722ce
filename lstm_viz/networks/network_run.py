"""What a run of a network keeps: a trace for each layer and direction, and the outputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from lstm_viz.cells.functions import Array
from lstm_viz.cells.run import Trace
from lstm_viz.networks.batches import Mask
from lstm_viz.networks.layers import Direction, Stack
from lstm_viz.networks.libraries import required

FIGURES: Final = "lstm_viz.figures.network_run"
"""What draws a run, found by its name when it is asked for: figures know networks, not the reverse."""

MOST_ROWS: Final = 2_000_000
"""Of a table."""

States = Mapping[tuple[int, Direction], Mapping[str, Array]]
"""The states of every layer and direction, by line: where a run goes on."""


@dataclass(frozen=True, eq=False)
class NetworkRun:
    """A run of a network: ``run[0]`` is the trace of the first layer.

    ``run[0]["f"]`` is a line of its equations at every step, (time, [batch,] units); ``run[0, "reverse"]`` is
    its other direction. All arrays begin with the time, whatever the order of the input was.

    Attributes
    ----------
    stack
        What ran.
    x
        What the first layer has read, (time, [batch,] inputs).
    traces
        By layer, counted from 0, and direction.
    output
        Of the last layer, (time, [batch,] outputs); 0 where a step is not real.
    mask
        Which steps are real, (time, batch); None for all.
    """

    stack: Stack
    x: Array
    traces: Mapping[tuple[int, Direction], Trace]
    output: Array
    mask: Mask | None = None

    def __len__(self) -> int:
        return len(self.x)

    def __iter__(self) -> Iterator[Trace]:
        return iter(self.traces.values())

    def __getitem__(self, key: int | tuple[int, Direction]) -> Trace:
        """Return the trace of a layer, or of a layer and direction.

        Raises
        ------
        KeyError
            If there is none.
        """
        layer, direction = key if isinstance(key, tuple) else (key, None)
        count = len(self.stack.layers)
        layer = layer + count if -count <= layer < 0 else layer
        for place, trace in self.traces.items():
            if place[0] == layer and direction in (None, place[1]):
                return trace
        raise KeyError(f"expected one of {', '.join(map(str, self.traces))}, got {key}")

    @cached_property
    def readout(self) -> Array | None:
        """What the dense layers make of the output, (time, [batch,] numbers); None where there are none.

        Raises
        ------
        ValueError
            If there are several and the file does not say what lies between them.
        """
        dense = self.stack.readout
        if not dense:
            return None
        values = self.output
        for layer in dense[:-1]:
            if layer.activation is None:
                raise ValueError(
                    f"readout_activation: expected an answer to what follows {layer.name!r}, got none; "
                    "the weights do not say"
                )
            values = layer(values)
        return dense[-1](values)

    @property
    def final(self) -> States:
        """The states after the last real step of each direction: ``initial`` of a run that goes on."""
        return MappingProxyType({place: self._final(trace) for place, trace in self.traces.items()})

    def _final(self, trace: Trace) -> dict[str, Array]:
        states = trace.cell.equations.states
        if self.mask is None:
            return {name: np.array(trace[name][0 if trace.reverse else -1]) for name in states}
        steps, batch = self.mask.shape
        first, last = self.mask.argmax(axis=0), steps - 1 - self.mask[::-1].argmax(axis=0)
        at = first if trace.reverse else last
        return {name: np.array(trace[name][at, np.arange(batch)]) for name in states}

    def to_frame(self, layer: int | None = None) -> Any:
        """Return the run as a table of pandas, a row for each step, sequence, layer, direction and unit.

        Parameters
        ----------
        layer
            One layer alone, counted from 0; None for all.

        Returns
        -------
        pandas.DataFrame
            Columns step (from 1), sequence (from 0), layer (from 1), direction, unit (from 0), and every line
            of the equations. Steps that are not real are left out; a line with fewer numbers than units has
            NaN beyond them.

        Raises
        ------
        ValueError
            If it would have more than ``MOST_ROWS`` rows.
        """
        pd = required("pandas", "tables")
        chosen = {key: trace for key, trace in self.traces.items() if layer in (None, key[0])}
        if not chosen:
            raise ValueError(f"layer: expected 0 to {len(self.stack.layers) - 1}, got {layer}")
        rows = sum(len(trace) * (trace.batch or (1,))[0] * trace.cell.hidden for trace in chosen.values())
        if rows > MOST_ROWS:
            raise ValueError(
                f"layer: expected a table of at most {MOST_ROWS:,} rows, got {rows:,}; "
                "take one layer, or fewer steps"
            )
        frames = [pd.DataFrame(self._columns(*key, trace)) for key, trace in chosen.items()]
        return pd.concat(frames, ignore_index=True)

    def _columns(self, layer: int, direction: Direction, trace: Trace) -> dict[str, Any]:
        steps, batch, units = len(trace), (trace.batch or (1,))[0], trace.cell.hidden
        shape = (steps, batch, units)
        place = np.indices(shape).reshape(3, -1)
        real = np.ones(shape, bool) if self.mask is None else np.broadcast_to(self.mask[..., None], shape)
        keep = real.ravel()
        columns: dict[str, Any] = {
            "step": place[0][keep] + 1,
            "sequence": place[1][keep],
            "layer": layer + 1,
            "direction": direction,
            "unit": place[2][keep],
        }
        for line in trace.cell.equations.lines:
            values = trace[line.name].reshape(steps, batch, -1)
            wide = np.full(shape, np.nan, values.dtype)
            width = min(units, values.shape[-1])
            wide[..., :width] = values[..., :width]
            columns[line.name] = wide.ravel()[keep]
        return columns

    def plot(
        self, unit: int = 0, *, layer: int = 0, direction: Direction | None = None, sequence: int = 0
    ) -> Any:
        """Draw all that one unit does, as a Plotly figure.

        Parameters
        ----------
        unit, layer, sequence
            Counted from 0.
        direction
            "forward" or "reverse"; the first that is there by default.

        Returns
        -------
        plotly.graph_objects.Figure

        Raises
        ------
        ValueError
            If there is no such unit, layer or sequence.
        """
        drawn = import_module(FIGURES).unit_figure(
            self, unit, layer=layer, direction=direction, sequence=sequence
        )
        return drawn.figure()

    def __repr__(self) -> str:
        batch = f", {self.x.shape[1]} sequences" if self.x.ndim == 3 else ""
        return f"run over {len(self)} steps{batch}: {self.stack!r}"
