"""Published files: downloaded once, checked, and kept below the home folder.

A download goes to a folder of its own and is moved to its place once it has been checked, so that a part of
it is never taken for the whole. A copy that a person puts there by hand is found, and checked as well.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

from lstm_viz.training import home
from lstm_viz.training.task import Preparing

if TYPE_CHECKING:
    from filelock import BaseFileLock

MEGABYTE: Final = 1_000_000
READ_TIMEOUT: Final = 30.0
"""Seconds without a single byte after which a download fails."""
LOCK_TIMEOUT: Final = 1800.0
"""Seconds to wait while another run downloads the same file."""
POLL_INTERVAL: Final = 0.5
"""Seconds between two checks whether that run is done, or this one is to stop."""


class DownloadError(ValueError):
    """A published file could not be had; the message says why, and where to put a copy by hand."""


class _BrokenError(Exception):
    """What arrived is not the published file, so that a second try is worth while."""


class _RefusedError(Exception):
    """The server cannot be reached or has no such file: trying once more would be no use."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file on the web.

    Parameters
    ----------
    name
        The name under which it is kept.
    url
        Where its publisher has it, by http or https.
    sha256, md5
        Its checksum, hexadecimal; SHA-256 is taken if both are known. Both None for a file that its publisher
        brings up to date.
    bytes
        Its size, where it is known.
    mirrors
        Further addresses, tried in turn.
    limit
        The largest size accepted, in bytes.
    check
        Looks into a file that has no checksum, and raises ``ValueError`` with what is wrong, in words that
        follow "it": "is a web page". Without one, whatever is sent would be kept for good.
    """

    name: str
    url: str
    sha256: str | None = None
    md5: str | None = None
    bytes: int | None = None
    mirrors: tuple[str, ...] = ()
    limit: int = 200 * MEGABYTE
    check: Callable[[Path], None] | None = None

    @property
    def checksum(self) -> str | None:
        """The checksum as pooch writes it, or None if there is none."""
        if self.sha256:
            return f"sha256:{self.sha256}"
        return f"md5:{self.md5}" if self.md5 else None


def place(source: Source) -> Path:
    """Return where a file is kept, and where a copy can be put by hand.

    Raises
    ------
    HomeError
        If the folder cannot be made.
    """
    return home.folder("downloads") / source.name


def fault(path: Path, source: Source) -> str | None:
    """Return what is wrong with a file, in words that follow "it"; None if it can be the published one."""
    import pooch  # type: ignore[import-untyped]

    size = path.stat().st_size if path.is_file() else 0
    if size == 0:
        return "is empty"
    if size > source.limit:
        return f"is larger than the {source.limit / MEGABYTE:g} MB that are allowed"
    if source.bytes is not None and size != source.bytes:
        return "does not have the size of the published file"
    if source.checksum is not None and not pooch.hashes.hash_matches(str(path), source.checksum):
        return "does not have the checksum of the published file"
    try:
        if source.check is not None:
            source.check(path)
    except ValueError as error:
        return str(error)
    return None


def fetch(source: Source, report: Preparing) -> Path:
    """Return the path of a published file, downloaded if it is not kept already or is damaged.

    Parameters
    ----------
    source
        The file.
    report
        Called with what happens and the share done. What it raises ends the download and leaves no trace.

    Raises
    ------
    DownloadError
        If the file cannot be had. A damaged file that was there before stays.
    HomeError
        If the folder cannot be made.
    """
    path = place(source)
    with _alone(path, report):
        wrong = None
        if path.exists():
            report(f"Checking {source.name}", None)
            wrong = fault(path, source)
            if wrong is None:
                return path
        _download(source, path, report, wrong)
    return path


@contextmanager
def _alone(path: Path, report: Preparing) -> Iterator[None]:
    """Hold the right to download a file: of several runs, in whatever process, one at a time."""
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        _wait_for(lock, path, report)
    try:
        yield
    finally:
        lock.release()


def _wait_for(lock: "BaseFileLock", path: Path, report: Preparing) -> None:
    """Wait for another run's download; what ``report`` raises ends that, as when the run is stopped."""
    from filelock import Timeout

    deadline = monotonic() + LOCK_TIMEOUT
    while True:
        report(f"Waiting for another run that downloads {path.name}", None)
        try:
            lock.acquire(timeout=POLL_INTERVAL)
            return
        except Timeout:
            if monotonic() > deadline:
                raise DownloadError(f"Another run has been downloading {path.name} for too long.") from None


def _download(source: Source, path: Path, report: Preparing, wrong: str | None) -> None:
    """Download from the first address that has the file, and move it to its place once it is checked.

    ``wrong`` is what is wrong with a copy that is there already; the error names it if no other can be had.
    """
    reasons = []
    for url in (source.url, *source.mirrors):
        for _attempt in range(2):
            try:
                _download_from(url, source, path, report)
                return
            except _BrokenError as trouble:
                reasons.append(str(trouble))
            except _RefusedError as trouble:
                reasons.append(str(trouble))
                break
    there = f" The copy that lies there now is not taken: it {wrong}." if wrong else ""
    raise DownloadError(_advice(source, path, reasons[-1]) + there)


def _download_from(url: str, source: Source, path: Path, report: Preparing) -> None:
    import pooch

    def download(address: str, output: str, _pooch: object) -> None:
        with Path(output).open("wb") as file:
            writer = _ProgressWriter(file, source, report)
            pooch.HTTPDownloader(progressbar=writer, chunk_size=1 << 16, timeout=READ_TIMEOUT)(
                address, writer, None
            )

    host = str(urlsplit(url).hostname)
    # Only the holder of the lock comes here, so what lies in the folder was left by a run that was killed.
    partial = path.with_name(f".{path.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    pooch.get_logger().setLevel("WARNING")
    try:
        with _download_errors(host, source, path):
            fetched = pooch.retrieve(url, source.checksum, source.name, partial, downloader=download)
            if wrong := fault(Path(fetched), source):
                raise _BrokenError(f"what {host} sent {wrong}")
            Path(fetched).replace(path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _download_errors(host: str, source: Source, path: Path) -> Iterator[None]:
    """Turn the errors of requests and pooch into those of this module, which say whether to try again."""
    import requests
    from urllib3.exceptions import ReadTimeoutError

    try:
        yield
    except requests.HTTPError as error:
        raise _RefusedError(f"{host} does not give it out ({error})") from error
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
        raise _BrokenError(f"the connection to {host} broke off before the end") from error
    except (requests.Timeout, requests.ConnectionError) as error:
        if any(isinstance(cause, ReadTimeoutError) for cause in error.args) and not isinstance(
            error, requests.Timeout
        ):  # requests' way to say that something had arrived
            raise _BrokenError(f"{host} fell silent before the end") from error
        raise _RefusedError(f"{host} does not answer, or there is no connection to the internet") from error
    except requests.RequestException as error:
        raise _RefusedError(f"{host} could not be asked ({type(error).__name__})") from error
    except ValueError as error:  # pooch's word for a checksum that does not match
        raise _BrokenError(f"what {host} sent does not have the checksum of the published file") from error
    except OSError as error:
        raise DownloadError(
            f"{source.name} cannot be kept in {path.parent}: {error.strerror or error}."
        ) from error


class _ProgressWriter:
    """File and progress bar for pooch: reports the bytes written, and stops a download that is too large."""

    def __init__(self, file: BinaryIO, source: Source, report: Preparing) -> None:
        self.total = source.bytes or 0
        self._file, self._source, self._report = file, source, report
        self._done = 0

    def write(self, chunk: bytes) -> None:
        self._done += len(chunk)
        if max(self.total, self._done) > self._source.limit:
            megabytes = self._source.limit / MEGABYTE
            raise _RefusedError(f"what was sent is larger than the {megabytes:g} MB that are allowed")
        self._file.write(chunk)
        whole = min(1.0, self._done / self.total) if self.total else None
        self._report(f"Downloading {self._source.name}: {self._done / MEGABYTE:.1f} MB", whole)

    def flush(self) -> None:
        """Leave it to the file when to write."""

    def update(self, _count: int) -> None:
        """Ignore pooch's count, which is of whole blocks."""

    def reset(self) -> None:
        """Ignore that pooch fills its bar up at the end."""

    def close(self) -> None:
        """Leave it to the file."""


def _advice(source: Source, path: Path, reason: str) -> str:
    return (
        f"{source.name} could not be downloaded: {reason}. Try again later; or get {source.url} in any other "
        f"way and put it, under the name {source.name}, into the folder {path.parent}: there it is found and "
        "checked by the next run."
    )
