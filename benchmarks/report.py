"""What a benchmark says: one table, the target beside what was measured, and whether it is met."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

_COLUMNS = "{what:58} {n:>6} {median:>9} {target:>8} {p95:>9} {target95:>8} {max:>9}  {verdict}"


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in milliseconds, and what their median and 95th percentile may be at most, if anything."""

    what: str
    values: Sequence[float]
    median: float | None = None
    p95: float | None = None

    @property
    def met(self) -> bool:
        """Whether something was measured, and every target holds."""
        if not self.values:
            return False
        return within(median(self.values), self.median) and within(percentile(self.values, 95), self.p95)

    def line(self) -> str:
        """Return the row of the table."""
        found = (
            [median(self.values), percentile(self.values, 95), max(self.values)]
            if self.values
            else [None] * 3
        )
        return _COLUMNS.format(
            what=self.what,
            n=len(self.values),
            median=_number(found[0]),
            target=_target(self.median),
            p95=_number(found[1]),
            target95=_target(self.p95),
            max=_number(found[2]),
            verdict="" if self.met and self.median is None and self.p95 is None else _verdict(self.met),
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing found, beside what it should be; ``met`` is None where nothing is asked of it."""

    what: str
    found: str
    wanted: str = ""
    met: bool | None = None

    def line(self) -> str:
        """Return the row of the table."""
        wanted = f"   (target: {self.wanted})" if self.wanted else ""
        return (
            f"{self.what:58} {self.found}{wanted}  {'' if self.met is None else _verdict(self.met)}".rstrip()
        )


def report(title: str, rows: Iterable[Timing | Fact]) -> bool:
    """Print a table, and return whether every target in it is met.

    The load of the machine stands above it: what else ran at the same time decides what numbers are worth.
    """
    rows = list(rows)
    print(f"\n{title}   [load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores]")
    if any(isinstance(row, Timing) for row in rows):
        print(
            _COLUMNS.format(
                what="ms",
                n="n",
                median="median",
                target="target",
                p95="p95",
                target95="target",
                max="max",
                verdict="",
            ).rstrip()
        )
    for row in rows:
        print(row.line().rstrip())
    print(flush=True)
    return all(row.met is not False for row in rows)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of the values that ``share`` percent of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(share / 100 * len(values)) - 1)]


def within(value: float, limit: float | None) -> bool:
    """Whether ``value`` is at most ``limit``, or there is no limit."""
    return limit is None or value <= limit


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _target(limit: float | None) -> str:
    return "" if limit is None else f"≤ {limit:,.0f}"


def _verdict(met: bool) -> str:
    return "OK" if met else "MISSED"
