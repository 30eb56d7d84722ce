"""How much the visitors of one server may ask for; an operator can set it by environment variables."""

import logging
import os
from dataclasses import dataclass
from typing import Final, Self

MOST_RUNS_VARIABLE: Final = "LSTM_VIZ_MOST_RUNS"
MOST_UPLOADS_VARIABLE: Final = "LSTM_VIZ_MOST_UPLOAD_MB"
MOST_DISK_VARIABLE: Final = "LSTM_VIZ_MOST_DISK_MB"

MEGABYTE: Final = 1024**2

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What no visitor and no number of visitors can exceed.

    Parameters
    ----------
    own_runs
        Unfinished runs of one visitor, at least 1.
    runs
        Unfinished runs of the whole server, at least 1.
    upload_bytes
        Of what was uploaded for all runs that the server holds, at least 1; the same upload counts once.
    memory_bytes
        Of finished runs in memory: of those that are saved, which can be read again, and of those that cannot
        be saved, beyond which no more are begun. One more may be there of each, however large.

        A large network, three layers of 256 units, weighs 7 MB, and its thirty snapshots 200 MB, which stay
        on the disk once they are saved. So 256 MB are room for three dozen such networks; of those that
        cannot be saved, for two.
    disk_bytes
        Of saved runs on the disk; beyond them the oldest that are over are removed.
    """

    own_runs: int = 4
    runs: int = 100
    upload_bytes: int = 512 * MEGABYTE
    memory_bytes: int = 256 * MEGABYTE
    disk_bytes: int = 4 * 1024 * MEGABYTE

    @classmethod
    def from_environment(cls) -> Self:
        """Return the limits with what the operator has set; one that is no limit is logged, and ignored."""
        default = cls()
        return cls(
            runs=_number(MOST_RUNS_VARIABLE, default.runs),
            upload_bytes=MEGABYTE * _number(MOST_UPLOADS_VARIABLE, default.upload_bytes // MEGABYTE),
            disk_bytes=MEGABYTE * _number(MOST_DISK_VARIABLE, default.disk_bytes // MEGABYTE),
        )


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if text.isdecimal() and int(text):
        return int(text)
    logger.error("%s must be a whole number, at least 1, got %r: it is %d.", variable, text, default)
    return default
