"""Where series come from: Plotly's stock prices, publishers of measurements, and a formula."""

import gzip
import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from lstm_viz.training.downloads import MEGABYTE, Source, fetch
from lstm_viz.training.task import Preparing, Upload
from lstm_viz.training.tasks.columns import Series, carried, series_from_table
from lstm_viz.training.tasks.csv_tables import read_table
from lstm_viz.training.tasks.published import Growing


def _co2_in(file: Upload) -> Series:
    names = (name.casefold() for name in read_table(file).names)
    series = series_from_table(file, "average" if "average" in names else "")
    return replace(series, name="CO₂ in ppm")


def _sunspots_in(file: Upload) -> Series:
    series = series_from_table(file)
    known = series.known & (series.values >= 0)  # the publisher writes -1 for a missing value
    if not known.any():
        raise ValueError(f"{file.name} holds no sunspot number of 0 or more.")
    return replace(series, name="Sunspot number", known=known, values=carried(series.values, known))


CO2: Final = Source(
    name="co2_mm_mlo.csv",
    url="https://gml.noaa.gov/webdata/ccgg/trends/co2/co2_mm_mlo.csv",
    limit=5 * MEGABYTE,
    check=Growing(_co2_in, 1 / 12, 1958.2, 2020.0, (280.0, 1000.0)).check,
)
"""Monthly means at Mauna Loa since March 1958: Xin Lan, NOAA Global Monitoring Laboratory
(https://gml.noaa.gov/ccgg/trends/), and Ralph Keeling, Scripps Institution of Oceanography
(https://scrippsco2.ucsd.edu/), whose values are those until April 1974. The DOI of NOAA's
global mean is not one of this file."""

SUNSPOTS: Final = {
    "yearly": Source(
        name="SN_y_tot_V2.0.csv",
        url="https://www.sidc.be/SILSO/INFO/snytotcsv.php",
        mirrors=("https://www.sidc.be/SILSO/DATA/SN_y_tot_V2.0.csv",),
        limit=5 * MEGABYTE,
        check=Growing(_sunspots_in, 1.0, 1700.5, 2020.0, (0.0, 1000.0)).check,
    ),
    "monthly": Source(
        name="SN_m_tot_V2.0.csv",
        url="https://www.sidc.be/SILSO/INFO/snmtotcsv.php",
        mirrors=("https://www.sidc.be/SILSO/DATA/SN_m_tot_V2.0.csv",),
        limit=5 * MEGABYTE,
        check=Growing(_sunspots_in, 1 / 12, 1749.0, 2020.0, (0.0, 1000.0)).check,
    ),
}
"""Mean total sunspot numbers since 1700 and 1749: WDC-SILSO, Royal Observatory of Belgium,
doi:10.24414/qnza-ac80, CC BY-NC 4.0."""

STOCKS: Final = ("GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT")


def shipped_stock(company: str) -> Series:
    """Return the weekly price of a share, 2018 and 2019, from the file that ships inside Plotly.

    Raises
    ------
    ValueError
        If Plotly is not installed where the training runs.
    """
    found = importlib.util.find_spec("plotly")  # finds, and imports nothing
    if found is None or not found.submodule_search_locations:
        raise ValueError(
            "The stock series ships inside Plotly, which is not installed where this run trains."
        )
    folder = Path(found.submodule_search_locations[0])
    path = folder / "package_data" / "datasets" / "stocks.csv.gz"
    try:
        content = gzip.decompress(path.read_bytes())
    except OSError as error:
        raise ValueError(f"Plotly's file of stock prices cannot be read: {error}.") from error
    series = series_from_table(Upload("stocks.csv", content), company)
    return replace(series, name=f"{company}, price relative to 1 January 2018")


def co2(upload: Upload | None, report: Preparing) -> Series:
    """Return the monthly CO2 of Mauna Loa, from an upload or else from its publisher.

    Raises
    ------
    ValueError
        If it cannot be had or read.
    """
    return _co2_in(upload or _downloaded(CO2, report))


def sunspots(resolution: str, upload: Upload | None, report: Preparing) -> Series:
    """Return the yearly or monthly sunspot numbers, from an upload or else from their publisher.

    Raises
    ------
    ValueError
        If they cannot be had or read.
    """
    return _sunspots_in(upload or _downloaded(SUNSPOTS[resolution], report))


def example_table() -> Upload:
    """Return a table for when no file is given: ten years of monthly sales that grow and have seasons."""
    rng = np.random.default_rng(0)
    months = np.arange(120)
    sales = 200 + 1.5 * months + 40 * np.sin(2 * np.pi * months / 12) + 8 * rng.standard_normal(len(months))
    lines = [f"{2014 + month // 12}-{month % 12 + 1:02},{sale:.1f}" for month, sale in enumerate(sales)]
    return Upload("example.csv", "\n".join(["month,sales", *lines]).encode())


def noisy_sine(rng: np.random.Generator, steps: int, period: int, noise: float) -> Series:
    """Return a sine of amplitude 1, measured with an error of standard deviation ``noise``."""
    time = np.arange(steps)
    values = np.sin(2 * np.pi * (time / period + rng.random())) + noise * rng.standard_normal(steps)
    return Series("Noisy sine", tuple(map(str, time)), values, np.ones(steps, dtype=bool))


def _downloaded(source: Source, report: Preparing) -> Upload:
    path = fetch(source, report)
    return Upload(source.name, path.read_bytes())
