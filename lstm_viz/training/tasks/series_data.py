"""A series as a task: scores, measurements and forecasts, all beside what costs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lstm_viz.notation import counted, written
from lstm_viz.training.task import Array, Batch, Example, Forecast, Goal, Measure, Predictor, Probe, TaskData
from lstm_viz.training.tasks import forecast
from lstm_viz.training.tasks.batches import Batches
from lstm_viz.training.tasks.columns import Series
from lstm_viz.training.tasks.windows import Windows, parts

SCORE: Final = "error one step ahead (NMSE)"

_PROBED: Final = 60
_SHOWN: Final = 400
_ORIGINS: Final = 20
"""Places of the test part from which free runs start."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a series is learned.

    Parameters
    ----------
    changes
        Read changes instead of values; None decides by the training part.
    window
        Steps of a training window; 0 takes two periods, or 48 steps.
    horizon
        Steps of a free run.
    period
        Steps of a period; 0 finds it, 1 says that there is none.
    noise
        Added to what is read while training; see :class:`lstm_viz.training.tasks.windows.Windows`.
    solved
        Error from which on the task is solved, or None.
    """

    changes: bool | None
    window: int
    horizon: int
    period: int
    noise: float = 0.0
    solved: float | None = None


class SeriesTask:
    """One series with its windows: answers what a run asks."""

    def __init__(self, series: Series, plan: Plan) -> None:
        learned = series.values[: parts(len(series.values))[0]]
        self.period = _period(learned, plan.period)
        self.windows = Windows(series, plan.window or _window(self.period), plan.changes, plan.noise)
        self.stop = len(series.values)
        self.horizon = min(plan.horizon, self.stop - self.windows.validation)
        self.solved = plan.solved
        self._validation = self.windows.stretch(self.windows.training, self.windows.validation)
        self._spread = _spread(self._truth(self.windows.training, self.windows.validation))

    def data(self, seed: int, batch: int) -> TaskData:
        """Return the data of a run."""
        windows = self.windows
        validation = (windows.training, windows.validation)
        naive = forecast.persistence(windows.series.values, *validation)
        return TaskData(
            inputs=1,
            outputs=1,
            symbols=False,
            reads="every",
            loss="mse",
            goal=Goal(SCORE, forecast.nmse(self._truth(*validation), naive), self.solved, "lower"),
            batch=Batches(windows.draw, seed, batch, "every"),
            test=self._validation.batch,
            score=self.score,
            probe=self.probe(),
            examples=self.examples,
            measure=self.measure,
            forecast=self.forecast,
        )

    def score(self, outputs: Array, batch: Batch) -> float:
        """Return the mean squared error over the variance of the validation part."""
        weight = np.ones(batch.x.shape[:2]) if batch.weight is None else batch.weight
        squares = ((outputs - batch.y)[:, :, 0] * self.windows.coding.scale) ** 2
        return float((squares * weight).sum() / weight.sum() / self._spread)

    def probe(self) -> Probe:
        """Return the beginning of the test part."""
        first = self.windows.validation
        steps = min(_PROBED, self.windows.window, self.stop - first)
        read = self.windows.before(np.array([first + steps]))[-steps:]
        labels = tuple(written(value, 4) for value in self.windows.series.values[first : first + steps])
        return Probe(read, labels, names=("change" if self.windows.coding.changes else "value",))

    def examples(self, outputs: Array, batch: Batch, most: int) -> Sequence[Example]:
        """Return forecasts of the validation part; right is what is nearer than persistence, as it says."""
        places = self._validation.places[:, : outputs.shape[1]]
        asked = np.argwhere(np.asarray(batch.weight) > 0)
        chosen = asked[np.linspace(0, len(asked) - 1, min(most, len(asked))).astype(int)]
        values, labels = self.windows.series.values, self.windows.series.labels
        examples = []
        for step, row in chosen:
            place = places[step, row]
            answer = float(self.windows.coding.decode(outputs[step, row, 0], values[place - 1]))
            off, naive = abs(answer - values[place]), abs(values[place - 1] - values[place])
            before = ", ".join(written(value, 4) for value in values[max(0, place - 4) : place])
            # Only what is right or wrong is shown with a sign, so what is compared is named as well.
            answer_text = f"{written(answer, 4)}, off by {off:.2g}; “as it was” by {naive:.2g}"
            shown = f"{before}, and at {labels[place]}?"
            examples.append(Example(shown, written(values[place], 4), answer_text, bool(off < naive)))
        return examples

    def one_step(self, network: Predictor, start: int, stop: int) -> Array:
        """Return the network's forecast of each value from ``start`` to ``stop``, from those before it."""
        stretch = self.windows.stretch(start, stop)
        before = self.windows.series.values[stretch.places - 1]
        answers = self.windows.coding.decode(network(stretch.batch.x)[:, :, 0], before)
        forecasts = np.empty(stop - start)
        inside = stretch.places >= start
        forecasts[stretch.places[inside] - start] = answers[inside]
        return forecasts

    def free_run(self, network: Predictor, starts: Array, steps: int) -> Array:
        """Return ``(steps, starts)`` forecasts from each start on, the network reading its own answers."""
        value = self.windows.series.values[starts - 1]
        outputs, state = network.step(self.windows.before(starts))
        forecasts = []
        for _step in range(steps):
            before, value = value, self.windows.coding.decode(outputs[-1, :, 0], value)
            forecasts.append(value)
            read = self.windows.coding.encode(value, before).astype(np.float32)
            outputs, state = network.step(read[None, :, None], state)
        return np.array(forecasts)

    def measure(self, network: Predictor) -> Sequence[Measure]:
        """Return how far off the test part the network is, beside persistence and the period before."""
        start, stop = self.windows.validation, self.stop
        truth = self._truth(start, stop)
        answers = self.one_step(network, start, stop)
        values = self.windows.series.values
        naive = forecast.nmse(truth, forecast.persistence(values, start, stop))
        own = forecast.nmse(truth, answers)
        measures = [
            _gain(own, naive),
            Measure(
                "One step ahead, network (NMSE)",
                own,
                "On the test part, never seen before: the mean squared error, divided by the variance of "
                "that part. The curve is of the part before it, which is divided by its own variance: the "
                "two are not on one scale, and each is to be held against persistence on its own part.",
                _better(own, naive),
            ),
            Measure("One step ahead, persistence (NMSE)", naive, "Always answers the value before."),
        ]
        if self.period:
            seasonal = forecast.seasonal_naive(values, start, stop, self.period)
            note = f"Answers the value {self.period} steps before."
            measures.append(
                Measure("One step ahead, one period before (NMSE)", forecast.nmse(truth, seasonal), note)
            )
        error = float(np.sqrt(np.nanmean((truth - answers) ** 2)))
        measures.append(
            Measure("Typical error one step ahead", error, f"In the units of “{self.windows.series.name}”.")
        )
        return [*measures, *self._measure_free_runs(network), *self._notes()]

    def forecast(self, network: Predictor) -> Forecast:
        """Return the beginning of the test part with all forecasts of it."""
        start = self.windows.validation
        stop = min(self.stop, start + _SHOWN)
        values, steps = self.windows.series.values, self.horizon
        return Forecast(
            name=self.windows.series.name,
            labels=self.windows.series.labels[start:stop],
            truth=self._truth(start, stop),
            one_step=self.one_step(network, start, stop),
            free=self.free_run(network, np.array([start]), steps)[:, 0],
            persistence=forecast.persistence(values, start, stop),
            free_persistence=forecast.free_persistence(values, start, steps),
            seasonal=forecast.seasonal_naive(values, start, stop, self.period),
            free_seasonal=forecast.free_seasonal(values, start, steps, self.period),
            period=self.period,
        )

    def _measure_free_runs(self, network: Predictor) -> Sequence[Measure]:
        values, steps = self.windows.series.values, self.horizon
        starts = np.unique(np.linspace(self.windows.validation, self.stop - steps, _ORIGINS).astype(int))
        truth = self.windows.truth(starts + np.arange(steps)[:, None])
        own = forecast.nmse(truth, self.free_run(network, starts, steps))
        naive = forecast.nmse(truth, np.tile(values[starts - 1], (steps, 1)))
        title = f"Free run of {steps} steps"
        rivals = [
            Measure(f"{title}, persistence (NMSE)", naive, "The last value before the start, all along.")
        ]
        if self.period:
            runs = [forecast.free_seasonal(values, start, steps, self.period) for start in starts]
            seasonal = forecast.nmse(truth, np.transpose(runs))
            name = f"{title}, one period before (NMSE)"
            rivals.append(Measure(name, seasonal, "The last period, over and over."))
        best = min(rivals, key=lambda rival: rival.value)
        note = f"Reads its own answers; {counted(len(starts), 'start')} in the test part."
        if own >= best.value:
            rival = best.name.removeprefix(f"{title}, ").removesuffix(" (NMSE)")
            note += f" The network does not beat “{rival}”: that is at least as good."
        return [Measure(f"{title}, network (NMSE)", own, note, _better(own, best.value)), *rivals]

    def _notes(self) -> Sequence[Measure]:
        series, windows = self.windows.series, self.windows
        read = "the change since the step before" if windows.coding.changes else "values"
        validation = windows.validation - windows.training
        tested = self.stop - windows.validation
        parts = f"{windows.training:,} to learn from, {validation:,} for the curve, {tested:,} to test."
        text = " ".join([parts, f"The network reads {read}.", *series.notes])
        return [Measure("Values", float(series.known.sum()), text)]

    def _truth(self, start: int, stop: int) -> Array:
        return self.windows.truth(np.arange(start, stop))


def _period(learned: Array, asked: int) -> int:
    if asked == 0:
        return forecast.find_period(learned)
    return asked if 1 < asked <= len(learned) else 0


def _window(period: int) -> int:
    return int(np.clip(2 * period, 32, 128)) if period else 48


def _spread(truth: Array) -> float:
    return float(np.nanvar(truth)) or 1.0


def _better(own: float, naive: float) -> bool | None:
    """Return True for a network that beats the naive forecast, else None: a random walk cannot be beaten."""
    return True if own < naive else None


def _gain(own: float, naive: float) -> Measure:
    gain = 1.0 - own / naive if naive > 0 else -np.inf
    if gain <= 0:
        note = "The network does not beat persistence: “as it was a step before” is at least as good."
    else:
        note = (
            f"The network's mean squared error is {100 * gain:.0f} % below that of “as it was a step before”."
        )
    return Measure("Gain over persistence, one step ahead (%)", 100.0 * gain, note, _better(own, naive))
