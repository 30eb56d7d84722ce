"""Environment variables that set limits of the server; ``docs/operating.md`` explains them."""

import os
from typing import Final

MOST_UPLOAD_MB: Final = "LSTM_VIZ_MOST_UPLOAD_MB"
FRAME_ANCESTORS: Final = "LSTM_VIZ_FRAME_ANCESTORS"


def max_uploads() -> int:
    """Return the bytes of all uploads together that sessions keep, 512 MB unless it is set.

    Raises
    ------
    ValueError
        If ``LSTM_VIZ_MOST_UPLOAD_MB`` is not a whole number of megabytes, at least 1.
    """
    text = os.environ.get(MOST_UPLOAD_MB) or "512"
    if not (text.isdecimal() and int(text)):
        raise ValueError(f"{MOST_UPLOAD_MB} must be a whole number of megabytes, at least 1, got {text!r}.")
    return int(text) * 1024 * 1024


def frame_ancestors() -> str:
    """Return which sites may embed the app, as a content security policy names them: ``'self'`` unless set.

    Raises
    ------
    ValueError
        If ``LSTM_VIZ_FRAME_ANCESTORS`` holds what would end the directive or the header.
    """
    text = os.environ.get(FRAME_ANCESTORS) or "'self'"
    if not text.isascii() or not text.isprintable() or set(text) & {";", ","}:
        raise ValueError(f"{FRAME_ANCESTORS} must be sources separated by spaces, got {text!r}.")
    return text
