"""Which points CloudWatch still keeps: the times that are asked for, each at the finest period there is by its age."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

DAY_S = 86_400
MINUTE_S, FIVE_MINUTES_S, HOUR_S = 60, 300, 3_600

KEPT_DAYS = {MINUTE_S: 15, FIVE_MINUTES_S: 63, HOUR_S: 455}
"""For how many days CloudWatch keeps the points of a period, in seconds (CloudWatch user guide, read 2026-11)."""

_LEAST_REST_S = 2 * HOUR_S  # ours: a rest this short is not worth a second metric; its points may be gone, and are null


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of time in whole periods, in seconds since 1970."""

    start_s: int
    end_s: int
    period_s: int

    @property
    def points(self) -> int:
        """Points of one metric."""
        return (self.end_s - self.start_s) // self.period_s

    @property
    def start_at(self) -> datetime:
        """The start as a time."""
        return datetime.fromtimestamp(self.start_s, UTC)

    @property
    def end_at(self) -> datetime:
        """The end as a time."""
        return datetime.fromtimestamp(self.end_s, UTC)


@lru_cache(maxsize=64)
def windows_of(now: datetime, lookback_days: float, finest_s: int) -> tuple[Window, ...]:
    """Cut the lookback before `now` into windows, oldest first: each at the finest period, `finest_s` or longer, kept.

    A lookback over 15 (63) days at a minute (five minutes) has two or three windows, which meet on a whole hour. The
    five minutes that are not over yet are left out.
    """
    now_s = int(now.timestamp())
    end_s = now_s // FIVE_MINUTES_S * FIVE_MINUTES_S
    first_s = end_s - int(lookback_days * DAY_S) // FIVE_MINUTES_S * FIVE_MINUTES_S
    found: list[Window] = []
    until_s = end_s
    for period_s, days in sorted(KEPT_DAYS.items()):
        if period_s < finest_s or until_s <= first_s:
            continue
        kept_from_s = -(-(now_s - days * DAY_S) // HOUR_S) * HOUR_S
        start_s = first_s if period_s == HOUR_S or kept_from_s - first_s < _LEAST_REST_S else kept_from_s
        start_s = start_s // period_s * period_s
        found.append(Window(start_s, until_s, period_s))
        until_s = start_s
    return tuple(sorted(found))
