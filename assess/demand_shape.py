"""Demand by windows, by weekday, by month, and what it takes of a GPU: each null with its reason."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import theilslopes

from aimigrate.assess.shape import (
    DAY_S,
    HOUR_S,
    HOURS_PER_MONTH,
    Floats,
    arrivals_of,
    resampled,
    series_of,
    values_of,
)
from aimigrate.contracts.demand import DemandShape, RateWindow
from aimigrate.contracts.inventory import Metric, Missing, Series, Workload

WINDOWS_S = (1, 60, 600)
_LEAST_WINDOWS = 20  # a 95th percentile of fewer is their highest
_WEEK = 7
_LEAST_WEEKS = 4  # ours: a slope over fewer weeks is mostly one odd weekend
_SURE = 0.90
_DAYS_PER_MONTH = HOURS_PER_MONTH / 24
_GIB = 2.0**30
_MEMORY: tuple[Metric, ...] = ("gpu_memory_used_bytes", "memory_used_bytes")


def shape_of(workload: Workload, *, gpu_hours_per_month: float | None) -> DemandShape:
    """Return the shape of the demand that a workload's series show."""
    parts: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: _windows(workload),
        lambda: _days(workload),
        lambda: _gpu_seconds(workload, gpu_hours_per_month),
        lambda: _memory(workload),
    )
    found: dict[str, Any] = {}
    missing: list[Missing] = []
    for part in parts:
        told = part()
        missing += told.pop("missing", [])
        found |= told
    return DemandShape(**found, missing=tuple(sorted(missing, key=lambda one: one.what)))


def _lacks(what: str, reason: str, fix: str) -> dict[str, Any]:
    return {"missing": [Missing(what=what, reason=reason, fix=fix)]}


def _windows(workload: Workload) -> dict[str, Any]:
    series = arrivals_of(workload)
    if series is None:
        return _lacks("windows", "no request counts were recorded", "turn on request metrics, or give --observations")
    windows = [one for length in WINDOWS_S if (one := _window(workload, series, length)) is not None]
    if len(windows) == len(WINDOWS_S):
        return {"windows": tuple(windows)}
    lacking = ", ".join(f"{length} s" for length in WINDOWS_S if length not in {one.window_s for one in windows})
    reason = f"requests are counted by {series.period_s} s, over {len(series.values)} windows: none of {lacking}"
    return {"windows": tuple(windows), **_lacks("windows", reason, "give finer counts in --observations")}


def _window(workload: Workload, series: Series, length: int) -> RateWindow | None:
    """Count in windows of `length` seconds; None where the data is coarser, does not divide it, or is too short."""
    if length < series.period_s or length % series.period_s:
        return None
    values = values_of(resampled(series, length), born_at=workload.created_at)
    counts = values[~np.isnan(values)]
    if counts.size < _LEAST_WINDOWS:
        return None
    p50, p95, p99 = (float(one) for one in np.quantile(counts, (0.5, 0.95, 0.99)) / length)
    mean = float(counts.mean())
    return RateWindow(
        window_s=length,
        p50_rps=p50,
        p95_rps=p95,
        p99_rps=p99,
        peak_rps=float(counts.max()) / length,
        dispersion=float(counts.var()) / mean if mean else None,
    )


def _days(workload: Workload) -> dict[str, Any]:
    """Give the shares of weekdays, and growth, from whole days of requests (UTC)."""
    series = arrivals_of(workload)
    days, first = _whole_days(workload, series) if series is not None else (np.empty(0), 0)
    known = ~np.isnan(days)
    weekday = (first + np.arange(days.size)) % _WEEK
    seen = np.bincount(weekday[known], minlength=_WEEK)
    told: dict[str, Any] = {}
    missing: list[Missing] = []
    fix = "look back further, or keep history with `aimigrate watch`"
    if days.size and seen.min() > 0 and days[known].sum() > 0:
        means = np.bincount(weekday[known], weights=days[known], minlength=_WEEK) / seen
        told["weekday_share"] = tuple(float(one) for one in means / means.sum())
    else:
        missing.append(Missing(what="weekday_share", reason="not every weekday was seen whole, with requests", fix=fix))
    middle = float(np.median(days[known])) if known.any() else 0.0
    if known.sum() >= _LEAST_WEEKS * _WEEK and middle > 0:
        slopes: Any = theilslopes(days[known], np.flatnonzero(known), alpha=_SURE)
        slope, _, low, high = slopes
        scale = 100 * _DAYS_PER_MONTH / middle
        for name, value in (("growth", slope), ("growth_low", low), ("growth_high", high)):
            told[f"{name}_percent_per_month"] = float(value) * scale
    else:
        reason = f"{int(known.sum())} whole days with requests are known, {_LEAST_WEEKS * _WEEK} are needed"
        missing.append(Missing(what="growth_percent_per_month", reason=reason, fix=fix))
    return {**told, "missing": missing}


def _whole_days(workload: Workload, series: Series) -> tuple[Floats, int]:
    """Return requests by whole day (NaN where a window of it is unknown), and the first's weekday (0 is Monday)."""
    if DAY_S % series.period_s:
        return np.empty(0), 0
    values = values_of(series, born_at=workload.created_at)
    per_day = DAY_S // series.period_s
    lead = -int(series.start_at.timestamp()) % DAY_S // series.period_s
    whole = (values.size - lead) // per_day
    if whole <= 0:
        return np.empty(0), 0
    weekday = (int(series.start_at.timestamp() + lead * series.period_s) // DAY_S + 3) % _WEEK  # 1970-01-01: Thursday
    return values[lead : lead + whole * per_day].reshape(whole, per_day).sum(axis=1), weekday


def _gpu_seconds(workload: Workload, held_hours: float | None) -> dict[str, Any]:
    series = series_of(workload, "gpu_utilization_percent")
    if series is None or series.statistic == "maximum" or held_hours is None:
        reason = "GPU utilization, or how many GPU hours it holds, is not known"
        return _lacks("gpu_seconds_per_month", reason, "let the CloudWatch agent collect nvidia_gpu metrics")
    return {"gpu_seconds_per_month": float(np.nanmean(values_of(series))) / 100 * held_hours * HOUR_S}


def _memory(workload: Workload) -> dict[str, Any]:
    for metric in _MEMORY:
        found = [values_of(one) for one in workload.series if one.metric == metric]
        known = [values for values in found if not np.isnan(values).all()]
        if known:
            return {"memory_peak_gib": max(float(np.nanmax(values)) for values in known) / _GIB}
    reason = "no memory in use was recorded"
    return _lacks("memory_peak_gib", reason, "let the CloudWatch agent collect nvidia_smi_memory_used")
