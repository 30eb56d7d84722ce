"""The tokenised IMDB reviews, kept below the home folder: made once for each archive, and checked when read.

People who have the archive give it by putting it into the folder of downloads, or by naming its path in
``LSTM_VIZ_IMDB``. It cannot be uploaded in the browser: 80 MB would travel with every run. An archive that
was packed anew, and so has another checksum, is as good if the reviews are all there.
"""

import os
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from lstm_viz.training import home
from lstm_viz.training.downloads import Source, fetch, place
from lstm_viz.training.task import Preparing
from lstm_viz.training.tasks.imdb_archive import ARCHIVE, EACH, read_reviews
from lstm_viz.training.tasks.imdb_words import Reviews, number_words

PATH_VARIABLE: Final = "LSTM_VIZ_IMDB"

FORMAT: Final = 1
"""To be raised when the same archive gives other numbers, so that what older versions kept is not read."""


def load_reviews(report: Preparing, source: Source = ARCHIVE, each: int = EACH) -> Reviews:
    """Return the tokenised reviews: kept ones, or those of an archive, downloaded if need be.

    Parameters
    ----------
    report
        Called with what happens.
    source
        The published archive.
    each
        How many reviews it has of each kind, in each part.

    Raises
    ------
    ValueError
        If no archive can be had, or the person's own is not one, or not whole.
    HomeError
        If there is no folder to keep anything in.
    """
    if given := os.environ.get(PATH_VARIABLE):
        path = Path(given).expanduser()
        if not path.is_file():
            raise ValueError(f"{PATH_VARIABLE} must be the path of {source.name}; there is no file {path}")
        return _reviews_of(path, report, each)
    if source.sha256 and (reviews := _read(_kept_at(source.sha256), report)):
        return reviews
    by_hand = place(source)
    if by_hand.is_file() and by_hand.stat().st_size != source.bytes:
        try:
            return _reviews_of(by_hand, report, each)
        except ValueError:
            report(f"{by_hand.name} is damaged", None)
    return _reviews_of(fetch(source, report), report, each)


def _reviews_of(archive: Path, report: Preparing, each: int) -> Reviews:
    """Return the reviews of an archive: kept ones, or read from it now."""
    import pooch  # type: ignore[import-untyped]

    kept = _kept_at(pooch.file_hash(str(archive)))
    reviews = _read(kept, report)
    if reviews is None:
        reviews = number_words(read_reviews(archive, report, each))
        _keep(reviews, kept, report)
    return reviews


def _kept_at(sha256: str) -> Path:
    return home.folder("imdb") / f"{sha256[:16]}-{FORMAT}.npz"


def _read(path: Path, report: Preparing) -> Reviews | None:
    """Return what is kept in a file; None where nothing is, or what its checksums show to be damaged."""
    if not path.is_file():
        return None
    report("Loading the reviews", None)
    try:
        # Opened here, for NumPy leaves a file open in which it finds no archive.
        with path.open("rb") as file, np.load(file) as arrays:
            words = tuple(arrays["words"].tobytes().decode().split())
            return Reviews(words, arrays["tokens"], arrays["ends"], arrays["positive"], int(arrays["train"]))
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, OSError, NotImplementedError):
        report("What was kept of the reviews is damaged; it is made anew", None)
        return None


def _keep(reviews: Reviews, path: Path, report: Preparing) -> None:
    """Keep reviews in a file, whole or not at all; that there is no room for them stops no run."""
    handle, part = tempfile.mkstemp(suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                words=np.frombuffer("\n".join(reviews.words).encode(), np.uint8),
                tokens=reviews.tokens,
                ends=reviews.ends,
                positive=reviews.positive,
                train=np.array(reviews.train),
            )
        Path(part).replace(path)
    except OSError as error:
        report(f"The reviews could not be kept for the next run: {error.strerror}", None)
    finally:
        Path(part).unlink(missing_ok=True)
