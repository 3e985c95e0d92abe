"""Jobs that belong together: a base name without the stamp that makes each name unique."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from aimigrate.contracts.inventory import Run

# Endings that make job names unique: dates, times, counters, random hexadecimal digits, one after another.
_STAMP = re.compile(
    r"[-_.]?(?:"
    r"\d{4}-\d{2}-\d{2}(?:[-T]\d{2}-\d{2}(?:-\d{2}(?:-\d{1,6})?)?)?Z?"
    r"|\d{8}(?:[-T]?\d{4,6})?Z?"
    r"|[-_.]\d+"
    r"|[-_.](?=[0-9a-f]*\d)[0-9a-f]{6,40}"
    r")$"
)


def base_name(name: str) -> str:
    """Return the part of a job's name that its runs share; a name that is all stamp stays whole."""
    base = name
    while True:
        shorter = _STAMP.sub("", base)
        if shorter in ("", base):
            return base
        base = shorter


def millis(value: int | None) -> datetime | None:
    """Return Batch's milliseconds since 1970 as a time."""
    return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Sort runs by start, then end (one still going last)."""
    return tuple(sorted(runs, key=lambda run: (run.started_at, run.ended_at is None, run.ended_at or run.started_at)))
