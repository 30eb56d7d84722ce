import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_viz.notation import written
from lstm_viz.training.headless import run
from lstm_viz.training.runs.weights import read
from lstm_viz.training.settings import TrainingSettings
from lstm_viz.training.task import Array, Task, TaskData, Upload
from lstm_viz.training.tasks import TASKS, sources
from lstm_viz.training.tasks.series import CO2, CSV, SINE, STOCKS, SUNSPOTS
from tests.training.server import sends, serving

ALL = (SINE, CSV, STOCKS, CO2, SUNSPOTS)


def quiet(_text: str, _done: float | None) -> None:
    pass


def settings_of(task: Task, seed: int = 0, **options: Any) -> TrainingSettings:
    return replace(task.defaults, seed=seed, options=tuple(sorted(options.items())))


def table(values: Array) -> Upload:
    lines = [f"{1900 + k // 12}-{k % 12 + 1:02},{value!r}" for k, value in enumerate(values.tolist())]
    return Upload("mine.csv", "\n".join(["month,value", *lines]).encode())


def upload_for(task: Task) -> Upload | None:
    """A series with a year's period, for the tasks that would otherwise download."""
    months = np.arange(300)
    values = 300 + 0.1 * months + 3 * np.sin(2 * np.pi * months / 12) + 0.1 * np.sin(months**2)
    return table(values) if task in (CO2, SUNSPOTS) else None


def data_of(task: Task, upload: Upload | None = None, seed: int = 0, **options: Any) -> TaskData:
    return task.prepare(settings_of(task, seed, **options), upload or upload_for(task), quiet)


@dataclass
class Answers:
    """Stands in for a network that answers each step by itself."""

    answer: Callable[[Array], Array]

    def __call__(self, x: Array, _lengths: Array | None = None) -> Array:
        return self.answer(x)

    def step(self, x: Array, state: Any = None) -> tuple[Array, Any]:
        return self.answer(x), state


AS_BEFORE = {True: Answers(np.zeros_like), False: Answers(np.copy)}
"""Persistence as a network: no change, or the value it has just read."""


def measures_of(data: TaskData, network: Answers) -> dict[str, Any]:
    return {each.name: each for each in data.measure(network)}


def pick(measures: dict[str, Any], *words: str) -> Any:
    (found,) = [each for name, each in measures.items() if all(word in name for word in words)]
    return found


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.key)
class TestEverySeries:
    def test_it_is_registered_and_says_what_it_is(self, task: Task) -> None:
        assert TASKS[task.key] is task
        assert task.card.group == "Series"
        assert task.defaults.task == task.key

    def test_its_batches_depend_on_seed_and_number_alone(self, task: Task) -> None:
        first, again, other = data_of(task), data_of(task), data_of(task, seed=1)
        for index in (500, 0, 31, 32):
            np.testing.assert_array_equal(first.batch(index).x, again.batch(index).x)
            np.testing.assert_array_equal(first.batch(index).y, again.batch(index).y)
        assert not np.array_equal(first.batch(0).x, first.batch(1).x)
        assert not np.array_equal(first.batch(0).x, other.batch(0).x)

    def test_shapes_are_as_promised(self, task: Task) -> None:
        data = data_of(task)
        batch = data.batch(0)
        assert batch.x.shape[1:] == (task.defaults.batch, 1)
        assert batch.x.dtype == batch.y.dtype == np.float32
        for each in (batch, data.test):
            assert each.weight is not None
            assert each.y.shape == each.x.shape
            assert each.weight.shape == each.x.shape[:2]
        assert data.probe.x.shape == (len(data.probe.labels), 1, 1)
        assert len(data.probe.names) == data.inputs == data.outputs == 1

    def test_a_network_that_answers_the_last_value_scores_as_persistence(self, task: Task) -> None:
        data = data_of(task)
        network = AS_BEFORE[data.probe.names == ("change",)]
        assert data.score(network(data.test.x), data.test) == pytest.approx(data.goal.guessing, rel=1e-5)
        measures = measures_of(data, network)
        for kind in ("One step ahead", "Free run"):
            naive = pick(measures, kind, "persistence")
            assert pick(measures, kind, "network").value == pytest.approx(naive.value, rel=1e-5)

    def test_what_beats_its_free_run_is_named(self, task: Task) -> None:
        data = data_of(task)
        network = AS_BEFORE[data.probe.names == ("change",)]
        measures = measures_of(data, network).values()
        own, *rivals = [each for each in measures if each.name.startswith("Free run")]
        beaten = own.value >= min(each.value for each in rivals)
        assert own.good is (None if beaten else True)
        assert ("does not beat" in own.note) is beaten
        if beaten:
            best = min(rivals, key=lambda each: each.value)
            assert best.name.split(", ")[1].removesuffix(" (NMSE)") in own.note

    def test_its_forecast_is_plain_data_beside_the_baselines(self, task: Task) -> None:
        data = data_of(task)
        assert data.forecast is not None
        forecast = data.forecast(AS_BEFORE[data.probe.names == ("change",)])
        np.testing.assert_allclose(forecast.one_step, forecast.persistence, rtol=1e-5)
        np.testing.assert_allclose(forecast.free, forecast.free_persistence, rtol=1e-5)
        np.testing.assert_array_equal(forecast.persistence[1:], forecast.truth[:-1])
        assert len(forecast.labels) == len(forecast.truth)
        if forecast.period:
            period = forecast.period
            np.testing.assert_array_equal(forecast.seasonal[period:], forecast.truth[:-period])
        assert json.loads(json.dumps(forecast.to_dict(), allow_nan=False))["period"] == forecast.period

    def test_what_is_wrong_with_an_option_is_said(self, task: Task) -> None:
        with pytest.raises(ValueError, match="Steps of a free run"):
            data_of(task, horizon=0)


def test_the_test_part_has_no_say_in_training_and_goal() -> None:
    values = np.sin(np.arange(400) / 4) + 0.01 * np.arange(400)
    other = values.copy()
    other[340:] = 1e4
    mine, theirs = data_of(CSV, table(values)), data_of(CSV, table(other))
    np.testing.assert_array_equal(mine.batch(7).x, theirs.batch(7).x)
    np.testing.assert_array_equal(mine.test.x, theirs.test.x)
    assert mine.goal == theirs.goal


def test_the_probe_shows_the_test_part() -> None:
    values = np.sin(np.arange(400) / 4)
    data = data_of(CSV, table(values), read="values")
    assert data.probe.labels[0] == written(values[340], 4)
    coded = (values[340:] - values[:280].mean()) / values[:280].std()
    np.testing.assert_allclose(data.probe.x[:, 0, 0], coded[: len(data.probe.x)], atol=1e-5)


def test_a_network_that_knows_the_wave_is_measured_as_far_better_than_persistence() -> None:
    data = data_of(SINE, noise=0.0, steps=1000)
    angle = 2 * np.pi / 25

    class Wave(Answers):
        """x[t+1] = 2 cos(a) x[t] − x[t−1] holds for every sine."""

        def __call__(self, x: Array, _lengths: Array | None = None) -> Array:
            following: Array = 2 * np.cos(angle) * x - np.concatenate([x[:1], x[:-1]])
            return following

        def step(self, x: Array, state: Any = None) -> tuple[Array, Any]:
            both = x if state is None else np.concatenate([state, x])
            return self(both)[-len(x) :], both[-1:]

    # The mean of the training part is not quite 0 where it ends within a period.
    measures = measures_of(data, Wave(np.copy))
    assert pick(measures, "One step", "network").value < 1e-4
    assert pick(measures, "Free run", "network").value < 1e-2
    gain = pick(measures, "Gain")
    assert gain.good
    assert gain.value > 99


def test_that_persistence_is_not_beaten_is_said() -> None:
    data = data_of(STOCKS)
    gain = pick(measures_of(data, Answers(lambda x: x + 1)), "Gain")
    assert gain.good is None, "that is as it should be"
    assert gain.value < 0
    assert "does not beat persistence" in gain.note


def test_free_runs_read_their_own_answers_only() -> None:
    """A network that always answers that the value will rise by one unit of scale draws a straight line."""
    values = np.cumsum(1 + 0.1 * np.sin(np.arange(200.0) ** 2))
    data = data_of(CSV, table(values), read="changes", horizon=20)
    assert data.forecast is not None
    free = data.forecast(Answers(np.ones_like)).free
    scale = np.std(np.diff(values[:140]))
    np.testing.assert_allclose(free, values[169] + scale * np.arange(1, 21), rtol=1e-6)


def test_examples_are_right_where_they_are_nearer_than_persistence() -> None:
    values = np.sin(np.arange(400) / 4)
    data = data_of(CSV, table(values), read="values")
    perfect = data.examples(data.test.y, data.test, 3)
    assert len(perfect) == 3
    for example in perfect:
        assert example.right
        assert example.answer.startswith(f"{example.target}, off by ")
        assert "; “as it was” by 0." in example.answer
    assert not any(example.right for example in data.examples(data.test.y + 1, data.test, 3))


@pytest.mark.parametrize(("period", "found"), [(0, 12), (1, 0), (7, 7)])
def test_the_period_is_found_given_or_denied(period: int, found: int) -> None:
    data = data_of(CSV, table(np.sin(2 * np.pi * np.arange(200) / 12)), period=period)
    assert data.forecast is not None
    assert data.forecast(Answers(np.copy)).period == found


def test_gaps_and_what_was_done_to_the_data_are_told_with_the_measures() -> None:
    cells = [str(k % 12) for k in range(200)]
    cells[180] = ""
    data = data_of(CSV, Upload("gaps.csv", "\n".join(f"x;{cell}" for cell in cells).encode()), read="values")
    values = pick(measures_of(data, AS_BEFORE[False]), "Values")
    assert values.value == 199
    assert "1 missing" in values.note
    assert data.forecast is not None
    assert data.forecast(AS_BEFORE[False]).to_dict()["truth"][10] is None


def test_without_a_file_the_column_is_an_example() -> None:
    data = CSV.prepare(CSV.defaults, None, quiet)
    assert data.forecast is not None
    assert data.forecast(Answers(np.zeros_like)).name == "sales"


@pytest.mark.parametrize("company", sources.STOCKS)
def test_stocks_are_those_that_ship_in_plotly(company: str) -> None:
    import plotly.data  # type: ignore[import-untyped]

    shipped = plotly.data.stocks()[company].to_numpy()
    np.testing.assert_allclose(sources.shipped_stock(company).values, shipped)


def test_stocks_without_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ValueError, match="Plotly, which is not installed"):
        data_of(STOCKS)


# Downloads


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LSTM_VIZ_HOME", str(tmp_path))


CO2_FILE = "\n".join(
    [
        "# USE OF THESE DATA",
        "# monthly means, in ppm, with a comma in the comment",
        "year,month,decimal date,average,deseasonalized,ndays,sdev,unc",
        *(
            f"{1958 + k // 12},{k % 12 + 1},{1958 + (k + 0.5) / 12:.4f},"
            f"{-99.99 if k == 9 else 315 + k / 12 + (k % 12) / 2:.2f},{315 + k / 12:.2f},-1,-9.99,-0.99"
            for k in range(12 * 63)
        ),
    ]
)
SUNSPOT_FILE = "\n".join(
    f"{1700 + k}.5;{'  -1.0' if k == 3 else f'{50 + 40 * np.sin(k / 1.75):6.1f}'};  -1.0;   -1;1"
    for k in range(322)
)
MONTHLY_FILE = "\n".join(
    f"{1749 + k // 12};{k % 12 + 1:02};{1749 + (k + 0.5) / 12:.3f};{60 + k % 132:6.1f}; -1.0;   -1;1"
    for k in range(12 * 272)
)


def test_co2_is_downloaded_once_and_its_columns_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        address = server.serves("/co2.csv", sends(CO2_FILE.encode()))
        monkeypatch.setattr(sources, "CO2", replace(sources.CO2, url=address))
        for _run in range(2):
            data = CO2.prepare(CO2.defaults, None, quiet)
        assert server.asked["/co2.csv"] == 1
    series = sources.co2(None, quiet)
    assert series.labels[:2] == ("1958-01", "1958-02")
    assert series.values[:2].tolist() == [315.0, 315.58]
    assert np.flatnonzero(~series.known).tolist() == [9]
    assert data.forecast is not None
    assert data.forecast(Answers(np.zeros_like)).name == "CO₂ in ppm"


@pytest.mark.parametrize(
    ("resolution", "content", "labels", "values", "missing"),
    [
        ("yearly", SUNSPOT_FILE, ("1700.5", "1701.5"), [50.0, 71.6], [3]),
        ("monthly", MONTHLY_FILE, ("1749.042", "1749.125"), [60.0, 61.0], []),
    ],
)
def test_sunspots_are_downloaded(
    monkeypatch: pytest.MonkeyPatch,
    resolution: str,
    content: str,
    labels: Any,
    values: list[float],
    missing: list[int],
) -> None:
    with serving() as server:
        moved = server.serves("/new.csv", sends(content.encode()))
        source = replace(sources.SUNSPOTS[resolution], url=server.address + "/gone.csv", mirrors=(moved,))
        monkeypatch.setitem(sources.SUNSPOTS, resolution, source)
        SUNSPOTS.prepare(settings_of(SUNSPOTS, resolution=resolution), None, quiet)
    series = sources.sunspots(resolution, None, quiet)
    assert series.labels[:2] == labels
    assert series.values[:2].tolist() == values
    assert np.flatnonzero(~series.known).tolist() == missing
    assert (series.values >= 0).all()


@pytest.mark.parametrize("task", [CO2, SUNSPOTS], ids=lambda task: task.key)
def test_without_a_net_it_is_said_what_to_do(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        for name, source in (("CO2", sources.CO2), *sources.SUNSPOTS.items()):
            gone = replace(source, url=server.address + "/gone.csv", mirrors=())
            if name == "CO2":
                monkeypatch.setattr(sources, "CO2", gone)
            else:
                monkeypatch.setitem(sources.SUNSPOTS, name, gone)
        with pytest.raises(ValueError, match="could not be downloaded"):
            task.prepare(task.defaults, None, quiet)


@pytest.mark.parametrize(
    ("task", "file"),
    [(CO2, "co2_mm_mlo.csv"), (SUNSPOTS, "sunspots_yearly_statsmodels.csv"), (CSV, "airline_passengers.csv")],
    ids=lambda value: getattr(value, "key", ""),
)
def test_published_files_are_taken_as_uploads(shared: Path, task: Task, file: str) -> None:
    upload = Upload(file, (shared / "data" / file).read_bytes())
    data = task.prepare(task.defaults, upload, quiet)
    assert data.forecast is not None
    assert data.forecast(AS_BEFORE[data.probe.names == ("change",)]).period in (11, 12)


DAMAGED = {
    "empty": b"",
    "zip": b"PK\x03\x04" + bytes(100),
    "packed": gzip.compress(b"1,2\n" * 100),
    "noise": np.random.default_rng(0).bytes(2000),
    "page": b"<html><body><h1>404</h1>\n<p>Not found</p></body></html>",
    "words": b"a,b\n" + b"x,y\n" * 100,
    "short": b"a,b\n1,2\n",
    "constant": b"a,b\n" + b"x,2\n" * 100,
}


@pytest.mark.parametrize("task", [CSV, CO2, SUNSPOTS], ids=lambda task: task.key)
@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_upload_is_refused_in_plain_words(task: Task, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"[a-z]+ [a-z]+ .*\.$"):
        task.prepare(task.defaults, Upload("mine.csv", content), quiet)


# Training


def test_a_noisy_sine_is_learned_and_runs_on_by_itself() -> None:
    record = run(SINE, SINE.defaults)
    assert record.end == "solved"
    measures = {each["name"]: each["value"] for each in record.measures}
    assert measures["Gain over persistence, one step ahead (%)"] > 80
    assert record.forecast is not None
    assert len(record.forecast["free"]) == 50


def test_a_season_is_learned() -> None:
    record = run(CSV, replace(CSV.defaults, updates=200))
    gain = next(each for each in record.measures if each["name"].startswith("Gain"))
    assert gain["good"], record.measures


def test_the_test_part_has_no_say_in_which_weights_are_kept() -> None:
    values = np.sin(np.arange(400) / 4) + 0.3 * np.random.default_rng(2).standard_normal(400)
    other = values.copy()
    other[340:] = np.random.default_rng(3).standard_normal(60)
    settings = replace(CSV.defaults, updates=150, options=(("read", "values"),))
    assert settings.keep_best
    mine, theirs = (run(CSV, settings, table(each)) for each in (values, other))
    weights = [
        {name: array for name, array in read(each.weights).items() if "probe" not in name}
        for each in (mine, theirs)
    ]
    assert all(np.array_equal(array, weights[1][name]) for name, array in weights[0].items())
    assert mine.text == theirs.text
    assert mine.score == min(score for _update, score in mine.scores[1:])


def test_series_keep_their_best_weights_and_what_can_be_solved_keeps_those_that_solved_it() -> None:
    assert [task.key for task in ALL if task.defaults.keep_best] == ["csv", "stocks", "co2", "sunspots"]
    assert not any(task.defaults.keep_best for task in TASKS.values() if task.card.group != "Series")
