"""The published archive of the IMDB reviews: where it comes from, and the reviews in it.

Maas, Daly, Pham, Huang, Ng & Potts (2011), "Learning Word Vectors for Sentiment Analysis", ACL,
https://ai.stanford.edu/~amaas/data/sentiment/: 25,000 labelled reviews to learn from and 25,000 for the test,
half of them positive, and no film in both. The archive is read as a stream; nothing in it is ever written to
the disk under a name of its own.
"""

import re
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from lstm_viz.training.downloads import Source
from lstm_viz.training.task import Preparing

ARCHIVE: Final = Source(
    name="aclImdb_v1.tar.gz",
    url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    md5="7c2ac02c03563afcf9b574c7e56c153a",
    bytes=84_125_825,
)

EACH: Final = 12_500
"""Reviews of each kind: positive and negative, to learn from and for the test."""

LONGEST: Final = 1_000_000
"""Bytes of a review, at most; the longest published one has some 14,000."""

_REVIEW: Final = re.compile(r"(?:.*/)?(train|test)/(pos|neg)/([^/]+\.txt)")


class Review(NamedTuple):
    """One review: its part ("train" or "test"), whether it is positive, its file's name, and its text."""

    part: str
    positive: bool
    name: str
    text: str


def read_reviews(path: Path, report: Preparing, each: int = EACH) -> Iterator[Review]:
    """Read the labelled reviews of an archive, in the order in which they are packed.

    Parameters
    ----------
    path
        The archive.
    report
        Called with the progress of reading.
    each
        How many reviews there must be of each kind, in each part.

    Raises
    ------
    ValueError
        If it is no such archive, or is not whole; perhaps only at the end.
    """
    counts: Counter[tuple[str, bool]] = Counter()
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|gz") as archive:
            for review in _reviews(archive, file, path.stat().st_size, report):
                counts[review.part, review.positive] += 1
                yield review
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise ValueError(f"{path} cannot be read as an archive of reviews: {error}.") from error
    if any(counts[part, positive] != each for part in ("train", "test") for positive in (False, True)):
        found = f"{sum(counts.values()):,}"
        raise ValueError(f"{path} must hold {each:,} reviews of each kind; it holds {found} in all.")


def _reviews(archive: tarfile.TarFile, file: BinaryIO, size: int, report: Preparing) -> Iterator[Review]:
    for number, member in enumerate(archive):
        if number % 500 == 0:
            report("Reading the reviews", file.tell() / size)
        match = _REVIEW.fullmatch(member.name)
        if match is None or not member.isfile():
            continue
        if member.size > LONGEST:
            raise tarfile.ReadError(f"{member.name} is too long for a review")
        content = archive.extractfile(member)
        if content is not None:
            part, kind, name = match.groups()
            yield Review(part, kind == "pos", name, content.read().decode("utf-8", errors="replace"))
