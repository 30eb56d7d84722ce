"""Small pictures of runs, as SVG, drawn from the numbers they are given: the doors of the Start page."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

WIDTH: Final = 262
HEIGHT: Final = 74

_POSITIVE: Final = ("#c8890b", "#e3a72f")
_NEGATIVE: Final = ("#5b5fc7", "#8c90f2")
_ROOM: Final = ("#e6eaf0", "#262e39")
_ROW: Final = 12.0
_GAP: Final = 2.0


def picture(*parts: str) -> str:
    """Return an SVG document of parts, the later above the earlier."""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">'
    return "".join([opening, *parts, "</svg>"])


def belt(values: ArrayLike, *, top: float, height: float, dark: bool) -> list[str]:
    """Return a memory as a belt: as thick as its value is large, 1 fills the height."""
    numbers = np.asarray(values, dtype=np.float64)
    step = WIDTH / len(numbers)
    parts = [_box(0, top, WIDTH, height, _ROOM[dark])]
    for at, value in enumerate(numbers):
        thick = height * min(1.0, abs(float(value)))
        colour = (_POSITIVE if value >= 0 else _NEGATIVE)[dark]
        # A little wider than a step: no gap may show between two.
        parts.append(_box(at * step, top + (height - thick) / 2, step + 0.4, thick, colour))
    return parts


def strip(values: ArrayLike, colour: str, *, top: float, dark: bool) -> list[str]:
    """Return values as a row of cells: the larger, the fuller the colour; below 0 it is that of minus."""
    numbers = np.asarray(values, dtype=np.float64)
    step = WIDTH / len(numbers)
    parts = []
    for at, value in enumerate(numbers):
        parts.append(_box(at * step, top, step - _GAP, _ROW, _ROOM[dark], 0.5))
        shade = colour if value >= 0 else _NEGATIVE[dark]
        parts.append(_box(at * step, top, step - _GAP, _ROW, shade, min(1.0, abs(float(value)))))
    return parts


def curve(
    values: ArrayLike, colour: str, *, low: float, high: float, width: float = 2.4, opacity: float = 1.0
) -> list[str]:
    """Return values as a line from left to right; ``low`` is at the bottom and ``high`` on top."""
    numbers = np.clip(np.asarray(values, dtype=np.float64), low, high)
    x = np.linspace(2, WIDTH - 2, len(numbers))
    y = 4 + (HEIGHT - 10) * (high - numbers) / (high - low)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return [f'<polyline points="{points}" stroke="{colour}" stroke-width="{width:g}"{_shade(opacity)}/>']


def axis(*, dark: bool) -> list[str]:
    """Return a thin line along the bottom."""
    return [_box(0, HEIGHT - 4, WIDTH, 1, _ROOM[dark])]


def _box(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0) -> str:
    place = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    return f'<rect {place} fill="{colour}"{_shade(opacity)}/>'


def _shade(opacity: float) -> str:
    return f' opacity="{opacity:.2f}"' if opacity < 1 else ""
