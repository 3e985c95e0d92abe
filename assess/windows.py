"""Lay rows with a time into even windows: the finest that the rows support and a reader can hold."""

from datetime import UTC, datetime
from typing import Literal

import numpy as np

from aimigrate.assess.shape import Floats
from aimigrate.contracts.inventory import Metric, Series

MOST_POINTS = 20_000  # ours: two weeks at a minute; more makes documents that nobody opens
PERIODS_S = (1, 5, 10, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 21_600, 86_400)
"""Each divides an hour or is whole hours of a day, so that hours and days keep their borders."""

_TO_INTERVAL = 0.5  # rows this regular (gap at the 10th percentile over the median) are windows, not events


def period_for(span_s: float, native_s: float) -> int:
    """Return the shortest period that no row is finer than needed for, with at most MOST_POINTS windows."""
    for period_s in PERIODS_S:
        if period_s >= native_s and span_s / period_s < MOST_POINTS:
            return period_s
    return PERIODS_S[-1]


def native_period(at_s: Floats) -> float:
    """Return the interval that the rows seem to cover: their usual gap when it is regular, else 1 s."""
    gaps = np.diff(np.unique(at_s))
    if not gaps.size:
        return 1.0
    usual = float(np.median(gaps))
    return usual if float(np.quantile(gaps, 0.1)) >= _TO_INTERVAL * usual else 1.0


def request_series(at_s: Floats, counts: Floats, tails: dict[Metric, Floats], *, counted: bool) -> tuple[Series, ...]:
    """Count requests in windows; a window without a row holds none. Latencies are null where none was given.

    `counted` says that a row stands for an interval and not for one request. The median of a window
    is the mean of its rows' medians weighted by requests; its 99th percentile the highest of its rows'.
    """
    span_s = float(at_s.max() - at_s.min())
    period_s = period_for(span_s, native_period(at_s) if counted else 1.0)
    first, index, length = _windows(at_s, period_s)
    start_at = datetime.fromtimestamp(first * period_s, UTC)
    sums = np.bincount(index, weights=counts, minlength=length).astype(np.float64)
    found = [_series("requests_count", "sum", start_at, period_s, values=sums, table="requests")]
    for metric, values in tails.items():
        known = ~np.isnan(values)
        if not known.any():
            continue
        if metric == "latency_p99_ms":
            laid = _highest(index[known], values[known], length)
            found.append(_series(metric, "maximum", start_at, period_s, values=laid, table="requests"))
        else:
            weights = np.maximum(counts[known], np.finfo(float).tiny)
            total = np.bincount(index[known], weights=weights, minlength=length)
            summed = np.bincount(index[known], weights=weights * values[known], minlength=length)
            laid = np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)
            found.append(_series(metric, "average", start_at, period_s, values=laid, table="requests"))
    return tuple(found)


def gauge_series(metric: Metric, at_s: Floats, values: Floats) -> tuple[Series, ...]:
    """Mean of each window, null without a row; the maximum beside it where a window holds several rows."""
    period_s = period_for(float(at_s.max() - at_s.min()), native_period(at_s))
    first, index, length = _windows(at_s, period_s)
    start_at = datetime.fromtimestamp(first * period_s, UTC)
    rows = np.bincount(index, minlength=length)
    sums = np.bincount(index, weights=values, minlength=length)
    means = np.where(rows > 0, sums / np.maximum(rows, 1), np.nan)
    found = [_series(metric, "average", start_at, period_s, values=means, table="usage")]
    if rows.max() > 1:
        found.append(
            _series(metric, "maximum", start_at, period_s, values=_highest(index, values, length), table="usage")
        )
    return tuple(found)


def _windows(at_s: Floats, period_s: int) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]], int]:
    """Return the number of the first window since 1970, each row's window counted from it, and how many there are."""
    numbered = np.floor(at_s / period_s).astype(np.int64)
    first = int(numbered.min())
    return first, numbered - first, int(numbered.max()) - first + 1


def _highest(index: np.ndarray[tuple[int], np.dtype[np.int64]], values: Floats, length: int) -> Floats:
    highest = np.full(length, -np.inf)
    np.maximum.at(highest, index, values)
    return np.where(np.isneginf(highest), np.nan, highest)


def _series(
    metric: Metric,
    statistic: Literal["sum", "average", "maximum"],
    start_at: datetime,
    period_s: int,
    *,
    values: Floats,
    table: str,
) -> Series:
    kept = tuple(None if np.isnan(value) else float(value) for value in values)
    return Series(
        metric=metric,
        statistic=statistic,
        start_at=start_at,
        period_s=period_s,
        values=kept,
        source=f"observations {table}",
    )
