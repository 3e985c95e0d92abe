"""Numbers that several judgements share: a series as an array, its day, and how runs overlap.

A metric may have several series: older ones with longer periods, since CloudWatch thins what it keeps, and maxima
beside means.

A null in a series stays NaN: it was not recorded. One exception, named here: some AWS counters
publish nothing while nothing happens, so between the workload's birth and the last window their
gaps are true zeros.
"""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from aimigrate.contracts.inventory import Metric, Run, Series, Workload

Floats = NDArray[np.float64]

DAY_S = 86_400
HOUR_S = 3_600
DAY_HOURS = 24
HOURS_PER_MONTH = 730.0  # AWS bills a month as 730 h (8,760 h / 12; AWS Pricing Calculator assumptions, 2026-11)
IDLE_GPU_PERCENT = 5.0  # ours: nvidia-smi counts in whole percent, and a loaded but idle model reads 0-2
IDLE_CPU_PERCENT = 5.0  # ours: the operating system alone stays below it on every GPU instance type
FIVE_MINUTES_S = 300
_SPARSE_COUNTERS = (
    "AWS/Bedrock Invocations",
    "AWS/Lambda Invocations",
    "AWS/SQS NumberOfMessagesReceived",
    "AWS/SQS NumberOfMessagesSent",
    "AWS/SageMaker Invocations",
)
"""Counters without a data point where nothing happened (CloudWatch pages of each service, read 2026-11)."""
_COUNTS: tuple[Metric, ...] = ("requests_count", "arrivals_count")
_FIRST = ("sum", "average", "maximum")  # a mean says how busy; a maximum only that it once was


def series_of(workload: Workload, metric: Metric) -> Series | None:
    """Return the finest series of a metric that holds a value, or None; a mean goes before a maximum."""
    held = [one for one in _held(workload, metric) if any(value is not None for value in one.values)]
    return held[0] if held else None


def segments_of(workload: Workload, metric: Metric) -> tuple[Series, ...]:
    """Return the series that tell of a metric over all times known, oldest first, the finest of each time.

    They are of the statistic that `series_of` takes. A series that reaches into the time of a finer one is left out.
    """
    first = series_of(workload, metric)
    chosen: list[Series] = []
    for one in _held(workload, metric) if first is not None else ():
        mine = one.start_at, one.start_at + timedelta(seconds=one.period_s * len(one.values))
        spans = [(o.start_at, o.start_at + timedelta(seconds=o.period_s * len(o.values))) for o in chosen]
        if first and one.statistic == first.statistic and all(mine[1] <= s or mine[0] >= e for s, e in spans):
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda one: one.start_at))


def _held(workload: Workload, metric: Metric) -> list[Series]:
    """Return the series of a metric, the best first: of those alike the latest."""
    held = [one for one in workload.series if one.metric == metric]
    return sorted(
        held, key=lambda one: (_FIRST.index(one.statistic), one.period_s, one.source, -one.start_at.timestamp())
    )


def arrivals_of(workload: Workload) -> Series | None:
    """Return what tells when work comes: requests where they are counted, else arrivals in its queue or stream."""
    return series_of(workload, "requests_count") or series_of(workload, "arrivals_count")


def by_five_minutes(series: Series) -> Series:
    """Return CloudWatch's counts by the minute as counts by five: on these the thresholds of the rules were set."""
    if not series.source.startswith("AWS/") or series.period_s >= FIVE_MINUTES_S:
        return series
    return resampled(series, FIVE_MINUTES_S)


def resampled(series: Series, period_s: int) -> Series:
    """Return the series on a longer period, a multiple of its own: sums added, means averaged, maxima at the largest.

    A window of which nothing was recorded stays null.
    """
    step = period_s // series.period_s
    if step <= 1:
        return series
    lead = int(series.start_at.timestamp()) % period_s // series.period_s
    values = np.concatenate([np.full(lead, np.nan), _floats(series)])
    table = np.concatenate([values, np.full(-len(values) % step, np.nan)]).reshape(-1, step)
    known = ~np.isnan(table)
    counts = known.sum(axis=1)
    if series.statistic == "maximum":
        joined = np.where(known, table, -np.inf).max(axis=1)
    else:
        joined = np.where(known, table, 0.0).sum(axis=1)
        if series.statistic == "average":
            joined = joined / np.maximum(counts, 1)
    kept = tuple(float(value) if count else None for value, count in zip(joined, counts, strict=True))
    start_at = series.start_at - timedelta(seconds=lead * series.period_s)
    return series.model_copy(update={"start_at": start_at, "period_s": period_s, "values": kept})


def _floats(series: Series) -> Floats:
    return np.array([np.nan if value is None else value for value in series.values], dtype=np.float64)


def values_of(series: Series, *, born_at: datetime | None = None) -> Floats:
    """Return the values as floats with NaN for unknown; gaps of a sparse counter become 0 from `born_at` on."""
    values = _floats(series)
    if series.metric in _COUNTS and series.source.startswith(_SPARSE_COUNTERS):
        known = np.flatnonzero(~np.isnan(values))
        first = int(known[0]) if known.size else len(values)
        if born_at is not None:
            first = min(first, max(0, int((born_at - series.start_at).total_seconds() // series.period_s)))
        tail = values[first:]
        tail[np.isnan(tail)] = 0.0
    return values


def activity_of(workload: Workload) -> tuple[Series, Floats] | None:
    """Return what best shows when the workload works, as a series and work per window (idle is 0).

    Requests where they are counted, else arrivals, else GPU, else CPU utilization above what idling shows.
    """
    counted = arrivals_of(workload)
    if counted is not None:
        requests = by_five_minutes(counted)
        return requests, values_of(requests, born_at=workload.created_at)
    for metric, idle in (
        ("gpu_utilization_percent", IDLE_GPU_PERCENT),
        ("cpu_utilization_percent", IDLE_CPU_PERCENT),
    ):
        series = series_of(workload, metric)  # type: ignore[arg-type]  # both are members of Metric
        if series is not None:
            values = values_of(series)
            return series, np.where(values <= idle, 0.0, values)
    return None


def span_days(series: Series, values: Floats) -> float:
    """Days from the first to the last window that holds a value."""
    known = np.flatnonzero(~np.isnan(values))
    return float(known[-1] - known[0] + 1) * series.period_s / DAY_S if known.size else 0.0


def hourly_means(series: Series, values: Floats) -> Floats:
    """Mean of the known windows of each hour, from the hour in which the series starts; NaN without one."""
    offset = (series.start_at.minute * 60 + series.start_at.second) // series.period_s
    per_hour = HOUR_S // series.period_s
    if per_hour <= 1:
        return values
    padded = np.concatenate([np.full(int(offset), np.nan), values])
    short = -len(padded) % per_hour
    table = np.concatenate([padded, np.full(short, np.nan)]).reshape(-1, per_hour)
    known = ~np.isnan(table)
    counts = known.sum(axis=1)
    sums = np.where(known, table, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def hour_profile(series: Series, values: Floats) -> Floats | None:
    """Mean by hour of day (UTC), 24 values; None for windows over an hour, or an hour of day never seen."""
    if series.period_s > HOUR_S:
        return None
    hours = hourly_means(series, values)
    of_day = (series.start_at.hour + np.arange(len(hours))) % DAY_HOURS
    known = ~np.isnan(hours)
    counts = np.bincount(of_day[known], minlength=DAY_HOURS)
    if counts.min() == 0:
        return None
    profile: Floats = np.bincount(of_day[known], weights=hours[known], minlength=DAY_HOURS) / counts
    return profile


def day_autocorrelation(series: Series, values: Floats, *, least_days: float = 3.0) -> float | None:
    """Correlation of each hour with the same hour a day later.

    None under `least_days` days of data (two full comparisons of each hour), for windows over an hour,
    or when nothing varies.
    """
    if series.period_s > HOUR_S:
        return None
    hours = hourly_means(series, values)
    if np.count_nonzero(~np.isnan(hours)) < least_days * DAY_HOURS:
        return None
    today, tomorrow = hours[:-DAY_HOURS], hours[DAY_HOURS:]
    both = ~(np.isnan(today) | np.isnan(tomorrow))
    if np.count_nonzero(both) < DAY_HOURS or np.std(today[both]) == 0 or np.std(tomorrow[both]) == 0:
        return None
    return float(np.corrcoef(today[both], tomorrow[both])[0, 1])


def run_edges(runs: tuple[Run, ...]) -> tuple[Floats, Floats]:
    """Return start and end of each run in epoch seconds, sorted by start; an end that is unknown is NaN."""
    ordered = sorted(runs, key=lambda run: run.started_at)
    starts = np.array([run.started_at.timestamp() for run in ordered], dtype=np.float64)
    ends = np.array([run.ended_at.timestamp() if run.ended_at else np.nan for run in ordered], dtype=np.float64)
    return starts, ends


def share_covered(starts: Floats, ends: Floats) -> float:
    """Share of the time between the first start and the last edge in which at least one run was going on."""
    if not starts.size:
        return 0.0
    horizon = float(np.nanmax(np.concatenate([starts, ends])))
    until = np.where(np.isnan(ends), horizon, ends)
    reached = np.maximum.accumulate(until)
    holes = np.clip(starts[1:] - reached[:-1], 0.0, None).sum()
    whole = horizon - float(starts[0])
    return float(1.0 - holes / whole) if whole > 0 else 0.0


def share_of_time(starts: Floats, ends: Floats, at_once: int) -> float:
    """Share of the time between the first start and the last edge in which at least `at_once` runs were going on."""
    if not starts.size:
        return 0.0
    horizon = float(np.nanmax(np.concatenate([starts, ends])))
    until = np.where(np.isnan(ends), horizon, ends)
    moments = np.concatenate([starts, until])
    steps = np.concatenate([np.ones_like(starts), -np.ones_like(until)])
    order = np.argsort(moments, kind="stable")
    lengths = np.diff(moments[order])
    going_on = np.cumsum(steps[order])[:-1]
    whole = horizon - float(starts[0])
    return float(lengths[going_on >= at_once].sum() / whole) if whole > 0 else 0.0
