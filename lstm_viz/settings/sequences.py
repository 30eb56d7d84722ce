"""Input sequences: read from what a person types, or drawn by a generator."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstm_viz.settings.cell import MAX_ABS, MAX_STEPS, Rows

LONGEST_TEXT: Final = 20_000
"""Characters of a typed line that are looked at."""

_SEPARATORS: Final = re.compile(r"[\s,;|_()\[\]{}]+")
"""The underscore too: Python would read 1_0 as ten, and links are written with it."""
_SHOWN: Final = 20

_Drawn: TypeAlias = NDArray[np.floating[Any]]


def parse_line(text: str, most: int = MAX_STEPS) -> tuple[float, ...]:
    """Read a line of numbers, separated by spaces, commas, semicolons or line breaks, in brackets or not.

    Parameters
    ----------
    text
        What a person typed or pasted. A typographic minus sign counts as one; commas separate, so one half is
        0.5.
    most
        So many numbers are taken.

    Returns
    -------
    tuple of float
        1 to ``most`` finite numbers from −1000 to 1000.

    Raises
    ------
    ValueError
        In the person's words: which value cannot be read, or which limit is exceeded.
    """
    words = [word for word in _SEPARATORS.split(text.replace("−", "-")) if word]
    if not words:
        raise ValueError("Type at least one number, for example 1 0 0 -1.")
    if len(words) > most:
        raise ValueError(f"That is {len(words):,} values. This page takes up to {most}, one for each step.")
    return tuple(_parse_number(word, position) for position, word in enumerate(words, start=1))


def parse_lines(
    texts: Sequence[str], names: Sequence[str], most: int = MAX_STEPS
) -> tuple[Rows, tuple[str, ...]]:
    """Read the lines of several inputs, which must be equally long.

    Parameters
    ----------
    texts
        What a person typed, a line for each input.
    names
        What the inputs are called.
    most
        So many numbers a line are taken.

    Returns
    -------
    lines, troubles
        The values of each line, and for each line what is wrong with it in the person's words, or an empty
        text. The lines are of use only where nothing is wrong.
    """
    read = [_line_or_trouble(text, most) for text in texts]
    lines, troubles = tuple(line for line, _ in read), [trouble for _, trouble in read]
    if not any(troubles) and len({len(line) for line in lines}) > 1:
        counts = " and ".join(f"{name} has {len(line)}" for name, line in zip(names, lines, strict=True))
        troubles[-1] = f"Both lines need the same number of steps: {counts}."
    return lines, tuple(troubles)


def _line_or_trouble(text: str, most: int) -> tuple[tuple[float, ...], str]:
    if len(text) > LONGEST_TEXT:
        return (), f"That is {len(text):,} characters, far more than this page takes."
    try:
        return parse_line(text, most), ""
    except ValueError as error:
        return (), str(error)


def with_line(lines: Rows, column: int, line: tuple[float, ...]) -> Rows:
    """Return the lines with one in place of another; the others become as long, with zeros at their end."""
    steps = len(line)
    rows = [(*other, *(0.0,) * steps)[:steps] for other in lines]
    rows[column] = line
    return tuple(rows)


def _parse_number(word: str, position: int) -> float:
    shown = word if len(word) <= _SHOWN else word[:_SHOWN] + "…"
    try:
        number = float(word)
    except ValueError:
        raise ValueError(f"Value {position}, “{shown}”, is not a number.") from None
    if not math.isfinite(number):
        raise ValueError(f"Value {position}, “{shown}”, is not a finite number.")
    if abs(number) > MAX_ABS:
        raise ValueError(f"Value {position}, “{shown}”, is too large: use −{MAX_ABS:.0f} to {MAX_ABS:.0f}.")
    return number


def format_number(number: float) -> str:
    """Return the shortest text that :func:`parse_line` reads back as exactly the same number."""
    # float(), for NumPy's numbers have a repr of their own.
    return repr(float(number)).removesuffix(".0")


def format_line(numbers: tuple[float, ...], widths: tuple[int, ...] | None = None) -> str:
    """Return numbers as one line of text, each right-aligned in its column when ``widths`` are given."""
    words = [format_number(number) for number in numbers]
    return " ".join(word.rjust(width) for word, width in zip(words, widths or (0,) * len(words), strict=True))


def column_widths(lines: tuple[tuple[float, ...], ...]) -> tuple[int, ...]:
    """Return, for each step, the widest text of that step over all lines, so that steps line up."""
    return tuple(max(len(format_number(number)) for number in step) for step in zip(*lines, strict=True))


@dataclass(frozen=True, slots=True)
class Generator:
    """A way to draw a sequence: ``draw(steps, size, period, seed)`` gives ``(steps,)`` values."""

    title: str
    draw: Callable[[int, float, int, int], _Drawn]
    uses: frozenset[str]
    """Which of ``size``, ``period`` and ``seed`` change what is drawn."""


def _pulse(steps: int, size: float, period: int, _seed: int) -> _Drawn:
    return np.where(np.arange(steps) % period == 0, size, 0.0)


def _step(steps: int, size: float, period: int, _seed: int) -> _Drawn:
    return np.where(np.arange(steps) >= period, size, 0.0)


def _square(steps: int, size: float, period: int, _seed: int) -> _Drawn:
    return np.where(np.arange(steps) % period < (period + 1) // 2, size, -size)


def _sine(steps: int, size: float, period: int, _seed: int) -> _Drawn:
    return size * np.sin(2 * np.pi * np.arange(steps) / period)


def _ramp(steps: int, size: float, _period: int, _seed: int) -> _Drawn:
    return np.linspace(0.0, size, steps)


def _noise(steps: int, size: float, _period: int, seed: int) -> _Drawn:
    return size * np.random.default_rng(seed).standard_normal(steps)


def _bits(steps: int, size: float, _period: int, seed: int) -> _Drawn:
    return size * np.random.default_rng(seed).integers(0, 2, steps)


GENERATORS: Final[Mapping[str, Generator]] = MappingProxyType(
    {
        "pulse": Generator("Pulses", _pulse, frozenset({"size", "period"})),
        "step": Generator("Step up", _step, frozenset({"size", "period"})),
        "square": Generator("Square wave", _square, frozenset({"size", "period"})),
        "sine": Generator("Sine wave", _sine, frozenset({"size", "period"})),
        "ramp": Generator("Ramp", _ramp, frozenset({"size"})),
        "noise": Generator("Noise", _noise, frozenset({"size", "seed"})),
        "bits": Generator("Random bits", _bits, frozenset({"size", "seed"})),
    }
)


def generate(
    kind: str, steps: int, size: float = 1.0, period: int = 4, seed: int = 0, *, most: int = MAX_STEPS
) -> tuple[float, ...]:
    """Draw a sequence, rounded to two decimals so that it reads well and is easily edited.

    Parameters
    ----------
    kind
        A key of ``GENERATORS``: pulse, step, square, sine, ramp, noise (standard normal times ``size``) or
        bits.
    steps
        Length, 1 to ``most``.
    size
        Height of the shape, or standard deviation of the noise, from −1000 to 1000.
    period
        Steps of one period (pulse, square, sine), or steps before the level rises (step); at least 1.
    seed
        Seed of the random kinds: the same seed draws the same values.
    most
        So many steps are taken.

    Returns
    -------
    tuple of float
        ``steps`` values, limited to ±1000.

    Raises
    ------
    ValueError
        If ``kind`` is unknown, or ``steps``, ``size`` or ``period`` is out of range.
    """
    if kind not in GENERATORS:
        raise ValueError(f"kind must be one of {', '.join(GENERATORS)}, got {kind!r}")
    if not 1 <= steps <= most or period < 1:
        raise ValueError(f"steps must be 1 to {most} and period at least 1, got {steps} and {period}")
    if not abs(size) <= MAX_ABS:
        raise ValueError(f"size must be from -{MAX_ABS:.0f} to {MAX_ABS:.0f}, got {size}")
    values = np.clip(GENERATORS[kind].draw(steps, size, period, seed), -MAX_ABS, MAX_ABS)
    return tuple(float(value) + 0.0 for value in np.round(values, 2))
