"""Put the points of several metrics into one series; a period without a point stays null."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aimigrate.assess._found import Statistic
from aimigrate.assess._metric_windows import FIVE_MINUTES_S, MINUTE_S

Points = NDArray[np.float64]


def combine(points: Sequence[Points], statistic: Statistic) -> Points:
    """Return one value a period: sums are added, averages averaged, maxima and percentiles taken at their largest."""
    table = np.vstack(points)
    known = ~np.isnan(table)
    count = known.sum(axis=0)
    if statistic in {"Sum", "Average"}:
        values = np.where(known, table, 0.0).sum(axis=0)
        if statistic == "Average":
            values = values / np.maximum(count, 1)
    else:
        values = np.where(known, table, -np.inf).max(axis=0)
    return np.where(count > 0, values, np.nan)


def as_published(points: Points, period_s: int) -> tuple[Points, int]:
    """Return the points on the period that they were published at.

    Asked for a minute, CloudWatch gives what is published each five minutes (EC2 without detailed monitoring) one
    point in five. Left so, its windows would look empty and its sums five times as steep.
    """
    step = FIVE_MINUTES_S // MINUTE_S
    held = np.flatnonzero(~np.isnan(points))
    if period_s != MINUTE_S or not held.size or len(points) % step or (held % step).any():
        return points, period_s
    return points[::step], FIVE_MINUTES_S


def values_of(points: Points) -> tuple[float | None, ...]:
    """Return the points as the inventory holds them: null where there is none."""
    return tuple(None if value != value else value for value in points.tolist())  # noqa: PLR0124  # NaN alone differs from itself
