"""What a workload is asked to do: rates, shape of the day, latency, GPU time. Unknown stays unknown."""

from typing import Any

import numpy as np

from aimigrate.assess.demand_shape import shape_of
from aimigrate.assess.shape import (
    DAY_HOURS,
    DAY_S,
    HOUR_S,
    HOURS_PER_MONTH,
    Floats,
    activity_of,
    arrivals_of,
    day_autocorrelation,
    hour_profile,
    resampled,
    run_edges,
    segments_of,
    series_of,
    share_covered,
    values_of,
)
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Metric, Missing, Series, Workload

_MINUTE_S = 60
_DAYS_PER_MONTH = HOURS_PER_MONTH / DAY_HOURS
_NO_REQUESTS = (
    "no request counts were recorded",
    "give the workload's requests in --observations, or turn on request metrics",
)
_NO_LATENCY = (
    "no latency was recorded",
    "publish a latency metric, or give latency columns in the observations' requests file",
)
_NO_GPU = (
    "GPU utilization was not published",
    "let the CloudWatch agent collect nvidia_gpu metrics on the instances",
)
_NO_RUNS = ("fewer than two runs are known", "give its runs in --observations, or look back further")


class _Found:
    """Fields that are known, and a reason for each that is not."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.missing: list[Missing] = []

    def put(self, why: tuple[str, str], **named: object) -> None:
        """Keep what is known; note why the rest is not."""
        reason, fix = why
        for name, value in named.items():
            if value is None:
                self.missing.append(Missing(what=name, reason=reason, fix=fix))
            else:
                self.fields[name] = value


def demand_of(workload: Workload) -> Demand:
    """Return the demand that the series and the runs show; each null has a reason in `missing`."""
    found = _Found()
    _requests(workload, found)
    _latency(workload, found)
    _gpu(workload, found)
    _runs(workload, found)
    _busy(workload, found)
    shape = shape_of(workload, gpu_hours_per_month=found.fields.get("gpu_hours_per_month"))
    return Demand(**found.fields, shape=shape, missing=tuple(sorted(found.missing, key=lambda one: one.what)))


def _requests(workload: Workload, found: _Found) -> None:
    """Rates at the finest window of the data, their day, and the month's requests.

    The mean and the peak are those of all times known; older windows may be longer, and hide part of their peaks.
    """
    series = arrivals_of(workload)
    if series is None:
        names = "mean_rps peak_rps p99_rps window_s burstiness day_autocorrelation requests_per_month"
        found.put(_NO_REQUESTS, **dict.fromkeys(names.split()))
        return
    if series.metric == "arrivals_count":
        why = f"no requests were counted; the arrivals ({series.source}) stand for them"
        found.put(
            (why, "give the workload's requests in --observations if one arrival is not one request"),
            requests_count=None,
        )
    values = values_of(series, born_at=workload.created_at)
    rates: Floats = values[~np.isnan(values)] / series.period_s
    mean, peak = _mean_and_peak(workload, series.metric)
    found.put(
        _NO_REQUESTS,
        mean_rps=mean,
        peak_rps=peak,
        p99_rps=float(np.quantile(rates, 0.99)),
        window_s=series.period_s,
        requests_per_month=mean * HOURS_PER_MONTH * HOUR_S,
    )
    found.put(("no request came in the time looked at", "look back further"), burstiness=peak / mean if mean else None)
    found.put(
        ("under three days of windows, or a rate that never changes", "look back three days or more"),
        day_autocorrelation=day_autocorrelation(series, values),
    )
    profile = hour_profile(series, values) if series.period_s <= HOUR_S else None
    if profile is not None:
        found.put(_NO_REQUESTS, hourly_rps=tuple(float(v) for v in profile / series.period_s))


def _mean_and_peak(workload: Workload, metric: Metric) -> tuple[float, float]:
    """Return the mean and the highest rate over all times known, each window weighted by its length."""
    parts: list[tuple[Floats, int]] = []
    born_at = workload.created_at
    for one in segments_of(workload, metric):
        values = values_of(one, born_at=born_at)
        known = values[~np.isnan(values)]
        if known.size:
            parts.append((known / one.period_s, one.period_s))
            born_at = one.start_at  # it was there in the older time, so a counter's gaps are zeros from then on
    if len(parts) == 1:
        return float(parts[0][0].mean()), float(parts[0][0].max())
    work = sum(float(rates.sum()) * period_s for rates, period_s in parts)
    return work / sum(rates.size * period_s for rates, period_s in parts), max(float(rates.max()) for rates, _ in parts)


def _latency(workload: Workload, found: _Found) -> None:
    """Find the tail that callers see, and the time one request takes when there is no queue.

    The tail is the mean of the windows' 99th percentiles weighted by their requests. The service time
    is the tenth percentile of the windows' medians: queues form in busy windows, not in quiet ones.
    """
    tail = series_of(workload, "latency_p99_ms")
    found.put(_NO_LATENCY, latency_p99_ms=_weighted(workload, tail) if tail is not None else None)
    typical = series_of(workload, "latency_p50_ms") or series_of(workload, "latency_mean_ms")
    service = float(np.nanquantile(values_of(typical), 0.1)) if typical is not None else None
    found.put(_NO_LATENCY, service_time_ms=service)


def _weighted(workload: Workload, series: Series) -> float:
    """Mean of a series, by requests where they were counted in the same windows."""
    values = values_of(series)
    known = ~np.isnan(values)
    requests = series_of(workload, "requests_count")
    if requests is not None and series.period_s % requests.period_s == 0:
        requests = resampled(requests, series.period_s)
    if requests is not None and (requests.start_at, requests.period_s, len(requests.values)) == (
        series.start_at,
        series.period_s,
        len(series.values),
    ):
        weights = np.nan_to_num(values_of(requests))[known]
        if weights.sum() > 0:
            return float(np.average(values[known], weights=weights))
    return float(values[known].mean())


def _gpu(workload: Workload, found: _Found) -> None:
    """Mean and maximum of GPU utilization over the windows that were recorded."""
    metric: Metric = "gpu_utilization_percent"
    series = series_of(workload, metric)
    highs = [one for one in workload.series if one.metric == metric and one.statistic == "maximum"]
    means = [one for one in workload.series if one.metric == metric and one.statistic == "average"]
    of_mean = series_of(workload.model_copy(update={"series": tuple(means)}), metric)
    of_high = series_of(workload.model_copy(update={"series": tuple(highs)}), metric) or series
    found.put(
        _NO_GPU,
        gpu_utilization_percent_mean=float(np.nanmean(values_of(of_mean))) if of_mean is not None else None,
        gpu_utilization_percent_max=float(np.nanmax(values_of(of_high))) if of_high is not None else None,
    )


def _runs(workload: Workload, found: _Found) -> None:
    """How often it runs, how long, and the GPU hours that it holds in a month.

    GPU hours are hours held, busy or not: those of the runs where there are runs, else those of the
    instances that stand there.
    """
    starts, ends = run_edges(workload.runs)
    over = ~np.isnan(ends)
    minutes = (ends - starts)[over] / _MINUTE_S
    days = (float(np.nanmax(np.concatenate([starts, ends]))) - float(starts[0])) / DAY_S if starts.size > 1 else 0.0
    first_to_last = float(starts[-1] - starts[0]) / DAY_S if starts.size > 1 else 0.0
    found.put(
        _NO_RUNS,
        runs_per_day=(starts.size - 1) / first_to_last if first_to_last > 0 else None,
        run_minutes_median=float(np.median(minutes)) if minutes.size else None,
    )
    compute = workload.compute
    per_unit = compute.accelerators_per_instance
    held_hours: float | None = None
    if per_unit is not None and starts.size and not over.any():
        held_hours = starts.size * per_unit * HOURS_PER_MONTH
    elif per_unit is not None and days > 0:
        last = float(np.nanmax(np.concatenate([starts, ends])))
        run_hours = float((np.where(over, ends, last) - starts).sum()) / HOUR_S
        held_hours = run_hours / days * _DAYS_PER_MONTH * per_unit
    elif per_unit is not None and compute.instance_count is not None and not starts.size:
        held_hours = compute.instance_count * per_unit * HOURS_PER_MONTH
    why = ("the number of accelerators, or how long they are held, is unknown", "give instance_type and its runs")
    found.put(why, gpu_hours_per_month=held_hours)


def _busy(workload: Workload, found: _Found) -> None:
    """Share of windows with any work: requests, else GPU or CPU above idle, else a run going on."""
    activity = activity_of(workload)
    share: float | None = None
    if activity is not None:
        _, values = activity
        known = values[~np.isnan(values)]
        share = float((known > 0).mean())
    elif len(workload.runs) > 1:
        share = _share_running(workload)
    found.put(("nothing was recorded that shows when it works", _NO_GPU[1]), busy_share=share)


def _share_running(workload: Workload) -> float | None:
    starts, ends = run_edges(workload.runs)
    return share_covered(starts, ends) if starts[-1] > starts[0] else None
