"""Series to forecast: a noisy sine, any column of a CSV, stock prices, CO2 of Mauna Loa, sunspots."""

from typing import Any, Final

from lstm_viz.training.settings import ModelSettings, OptimiserSettings, TrainingSettings
from lstm_viz.training.task import Card, Option, Preparing, Task, TaskData, Upload, generator
from lstm_viz.training.tasks import sources
from lstm_viz.training.tasks.columns import Series, series_from_table
from lstm_viz.training.tasks.csv_tables import BY_ITSELF, SEPARATORS
from lstm_viz.training.tasks.options import read_options
from lstm_viz.training.tasks.series_data import Plan, SeriesTask

_SERIES: Final = 2
"""Which random numbers draw the noise of the sine; batches have others."""

_LOSS: Final = (
    "mean squared error of the next value, at every step of a window but its first quarter. The score is "
    "that error divided by the variance of what was measured (NMSE): 0 is perfect, 1 as good as always "
    "answering the mean"
)
_GUESSING: Final = "persistence, “as it was”: the next value is the one before it"
_SCORED: Final = (
    "never solved, only better than persistence; the curve shows the 15 % of the series after the part that "
    "is learned from, the weights that score best there are kept, and the last 15 % are for the end"
)
_ENDINGS: Final = ("csv", "tsv", "txt", "text")


def _options(horizon: int, period: int, noise: float, read: str = BY_ITSELF) -> dict[str, Option]:
    """Return the options that all published and uploaded series have."""
    return {
        "read": Option(
            "What the network reads",
            read,
            "Values as they are, or changes from one step to the next: usual for series that grow, because "
            "what lies beyond the training values was never learned. By itself: changes where the two halves "
            "of the training part differ by half their spread, or where a linear forecast from the last four "
            "values errs hardly less than persistence does.",
            choices=(BY_ITSELF, "values", "changes"),
        ),
        "window": Option("Steps of a window", 0, "Read for one answer; 0 takes two periods.", 0, 512),
        "horizon": Option(
            "Steps of a free run", horizon, "The network goes on reading its own answers.", 1, 500
        ),
        "period": Option(
            "Steps of a period",
            period,
            "For the seasonal forecast beside the network; 0 finds it in the training part, 1 says none.",
            0,
            5000,
        ),
        "noise": Option(
            "Noise while training",
            noise,
            "Added to what the network reads, in units of its spread, so that a short series is not learned "
            "by heart.",
            0.0,
            1.0,
        ),
    }


def _data(series: Series, chosen: dict[str, Any], settings: TrainingSettings) -> TaskData:
    changes = {BY_ITSELF: None, "changes": True, "values": False}[chosen["read"]]
    plan = Plan(changes, chosen["window"], chosen["horizon"], chosen["period"], chosen["noise"])
    return SeriesTask(series, plan).data(settings.seed, settings.batch)


def _settings(
    task: str, units: int, rate: float, updates: int, dropout: float = 0.0, until_solved: bool = False
) -> TrainingSettings:
    return TrainingSettings(
        task=task,
        model=ModelSettings(units=units, dropout=dropout),
        optimiser=OptimiserSettings(rate=rate),
        updates=updates,
        until_solved=until_solved,
        keep_best=not until_solved,
    )


SINE_SOLVED: Final = 1.3
"""Of the error that the noise alone makes."""

SINE_OPTIONS: Final = {
    "period": Option("Steps of a period", 25, "How long the wave is.", 4, 200),
    "noise": Option(
        "Noise", 0.05, "Standard deviation of the error of measurement; the wave is 1 high.", 0.0, 0.5
    ),
    "steps": Option(
        "Steps of the series", 5000, "Three parts, one after another, are cut from it.", 1000, 20_000
    ),
    "horizon": Option("Steps of a free run", 50, "The network goes on reading its own answers.", 1, 500),
}


def prepare_sine(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    """Return a noisy sine; it is solved when hardly more than the noise is left, which cannot be forecast."""
    chosen = read_options(SINE_OPTIONS, settings)
    rng = generator(settings.seed, _SERIES)
    series = sources.noisy_sine(rng, chosen["steps"], chosen["period"], chosen["noise"])
    floor = chosen["noise"] ** 2 / (0.5 + chosen["noise"] ** 2)
    solved = max(SINE_SOLVED * floor, 1e-3)
    plan = Plan(False, 0, chosen["horizon"], chosen["period"], solved=solved)
    return SeriesTask(series, plan).data(settings.seed, settings.batch)


SINE: Final = Task(
    key="sine",
    card=Card(
        title="A noisy sine",
        group="Series",
        goes_in="A sine wave, measured with an error at every step.",
        comes_out="The next value, at every step.",
        loss=_LOSS,
        solved="an error at most 1.3 times as large as the noise makes by itself: the last two values are "
        "not enough for that, the network must average over many",
        guessing=_GUESSING,
        watch="The unit whose memory moves most: its forget gate rises from a half to some 0.7 and swings "
        "with the wave, between about 0.5 and 0.9, so that it remembers several values, not one, and noise "
        "averages out. It is solved before the gates of the others have moved far. In the free run the "
        "memory must turn by itself.",
        source="A formula of our own; the baselines as in Hyndman & Athanasopoulos (2021).",
    ),
    options=SINE_OPTIONS,
    defaults=_settings("sine", units=32, rate=0.005, updates=3000, until_solved=True),
    prepare=prepare_sine,
)

CSV_OPTIONS: Final = {
    "column": Option(
        "Column",
        "",
        "Its name, or its number from 1; empty takes the first that neither counts nor tells the time.",
    ),
    "separator": Option(
        "Separator", BY_ITSELF, "What separates the cells.", choices=(BY_ITSELF, *SEPARATORS)
    ),
    **_options(horizon=50, period=0, noise=0.3),
}


def prepare_csv(settings: TrainingSettings, upload: Upload | None, _report: Preparing) -> TaskData:
    """Return one column of an uploaded table."""
    chosen = read_options(CSV_OPTIONS, settings)
    file = upload or sources.example_table()
    return _data(series_from_table(file, chosen["column"], chosen["separator"]), chosen, settings)


CSV: Final = Task(
    key="csv",
    card=Card(
        title="A column of your own",
        group="Series",
        goes_in="One column of a CSV file, one value at a time.",
        comes_out="The next value, at every step.",
        loss=_LOSS,
        solved=_SCORED,
        guessing=_GUESSING,
        watch="Where the series repeats itself, the gates do too: they swing with it, once in a period.",
        source="Your file; the baselines as in Hyndman & Athanasopoulos (2021).",
    ),
    options=CSV_OPTIONS,
    defaults=_settings("csv", units=16, rate=0.005, updates=400, dropout=0.2),
    prepare=prepare_csv,
    accepts=_ENDINGS,
)

STOCKS_OPTIONS: Final = {
    "company": Option("Company", "GOOG", "Whose share.", choices=sources.STOCKS),
    **_options(horizon=12, period=1, noise=0.3, read="changes"),
}


def prepare_stocks(settings: TrainingSettings, _upload: Upload | None, _report: Preparing) -> TaskData:
    """Return one of the stock series that ship inside Plotly."""
    chosen = read_options(STOCKS_OPTIONS, settings)
    return _data(sources.shipped_stock(chosen["company"]), chosen, settings)


STOCKS: Final = Task(
    key="stocks",
    card=Card(
        title="Stock prices",
        group="Series",
        goes_in="The price of a share, once a week for two years.",
        comes_out="The next week's price.",
        loss=_LOSS,
        solved="never: prices are close to a random walk, for which persistence is the best forecast. "
        "Over the last 16 weeks the networks tried here gain little on it, or lose: by the median of five "
        "seeds from 6 % below its error (Apple) to 23 % above it (Google). A plot of one step ahead hides "
        "that. The curve may lie below guessing all the same: it is of the 16 weeks before the test",
        guessing=_GUESSING,
        watch="Nothing lasting: 74 weeks to learn from are few, and another seed learns other gates.",
        source="plotly.data.stocks, which ships inside Plotly; Fama (1970), “Efficient Capital Markets”, "
        "Journal of Finance 25(2).",
    ),
    options=STOCKS_OPTIONS,
    defaults=_settings("stocks", units=4, rate=0.003, updates=200),
    prepare=prepare_stocks,
)

CO2_OPTIONS: Final = _options(horizon=24, period=12, noise=0.1)


def prepare_co2(settings: TrainingSettings, upload: Upload | None, report: Preparing) -> TaskData:
    """Return the monthly CO2 of Mauna Loa, downloaded or uploaded."""
    chosen = read_options(CO2_OPTIONS, settings)
    return _data(sources.co2(upload, report), chosen, settings)


CO2: Final = Task(
    key="co2",
    card=Card(
        title="CO₂ of Mauna Loa",
        group="Series",
        goes_in="Carbon dioxide in the air of Mauna Loa, in ppm, month by month since 1958.",
        comes_out="The next month's value.",
        loss=_LOSS,
        solved=_SCORED,
        guessing=_GUESSING,
        watch="The year: plants breathe in from May to September, and the gates follow the seasons.",
        source="Xin Lan, NOAA Global Monitoring Laboratory (gml.noaa.gov/ccgg/trends), and Ralph Keeling, "
        "Scripps Institution of Oceanography (scrippsco2.ucsd.edu), whose values are those until April 1974.",
    ),
    options=CO2_OPTIONS,
    defaults=_settings("co2", units=16, rate=0.01, updates=1500),
    prepare=prepare_co2,
    quick=False,
    accepts=_ENDINGS,
)

SUNSPOTS_OPTIONS: Final = {
    "resolution": Option(
        "Which means", "yearly", "Yearly since 1700, or monthly since 1749.", choices=tuple(sources.SUNSPOTS)
    ),
    **_options(horizon=22, period=0, noise=0.0, read="values"),
}


def prepare_sunspots(settings: TrainingSettings, upload: Upload | None, report: Preparing) -> TaskData:
    """Return the sunspot numbers, downloaded or uploaded."""
    chosen = read_options(SUNSPOTS_OPTIONS, settings)
    return _data(sources.sunspots(chosen["resolution"], upload, report), chosen, settings)


SUNSPOTS: Final = Task(
    key="sunspots",
    card=Card(
        title="Sunspots",
        group="Series",
        goes_in="The sunspot number R = k (10 g + s), year by year since 1700: g groups and s single spots "
        "were counted, and k makes one observer comparable with another.",
        comes_out="The next year's number.",
        loss=_LOSS,
        solved=_SCORED,
        guessing=_GUESSING,
        watch="A cycle of some eleven years, never quite the same: the gates swing with it, and the memory "
        "has to tell a rise from a fall.",
        source="WDC-SILSO, Royal Observatory of Belgium, doi:10.24414/qnza-ac80, CC BY-NC 4.0.",
    ),
    options=SUNSPOTS_OPTIONS,
    defaults=_settings("sunspots", units=8, rate=0.01, updates=300),
    prepare=prepare_sunspots,
    quick=False,
    accepts=_ENDINGS,
)

TASKS: Final = (SINE, CSV, STOCKS, CO2, SUNSPOTS)
