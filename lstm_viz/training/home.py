"""The folder that holds what is kept: downloads, data made ready, runs.

It is the one named by the environment variable ``LSTM_VIZ_HOME``, or else the user's data folder, as each
operating system has it (https://platformdirs.readthedocs.io).
"""

import os
from pathlib import Path
from typing import Final

HOME_VARIABLE: Final = "LSTM_VIZ_HOME"


class HomeError(OSError):
    """The folder cannot be made, or nothing can be written into it; the message says what to do."""


def home() -> Path:
    """Return the folder; it need not exist yet."""
    if chosen := os.environ.get(HOME_VARIABLE):
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("lstm-viz", appauthor=False)


def folder(*names: str) -> Path:
    """Return a folder below :func:`home`, made if it is not there yet.

    Parameters
    ----------
    names
        The folder's name, after those of the folders that it lies in; none for the home itself.

    Raises
    ------
    HomeError
        If it cannot be made, or nothing can be written into it.
    """
    path = home().joinpath(*names)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(_advice(path, f"cannot be made ({error.strerror})")) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise HomeError(_advice(path, "cannot be written into"))
    return path


def _advice(path: Path, trouble: str) -> str:
    return f"The folder {path} {trouble}. Allow it, or name another folder in {HOME_VARIABLE}."
