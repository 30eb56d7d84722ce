"""Names of arrays: their levels, and the order in which people number them."""

import re

_DIGITS = re.compile(r"(\d+)")


def natural(name: str) -> list[tuple[bool, int, str]]:
    """Return a key by which names sort as people number them: layer2 before layer10."""
    parts = _DIGITS.split(name)
    return [(part.isdigit(), int(part[:18]) if part.isdecimal() else 0, part) for part in parts]


def stem(name: str) -> str:
    """Return a name without its numbers, by which lstm1 and lstm2 are members of one row."""
    return re.sub(r"[\d_.]+", "", name).lower()


def parent(name: str) -> str:
    """Return the levels above the last: "model.lstm" of "model.lstm.kernel"."""
    return name.rpartition(".")[0]


def alike(first: str, second: str) -> int:
    """Return by how many letters two names begin alike."""
    return next(
        (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
