"""Demand: what a workload is asked to do."""

from pydantic import Field

from aimigrate.contracts.base import Frozen, NonNegative, Ratio
from aimigrate.contracts.inventory import Missing


class RateWindow(Frozen):
    """Requests a second, counted in windows of one length, over the finest series that has them."""

    window_s: int = Field(description="1, 60 or 600.")
    p50_rps: NonNegative
    p95_rps: NonNegative
    p99_rps: NonNegative
    peak_rps: NonNegative
    dispersion: NonNegative | None = Field(
        description="Variance over mean of the counts: 1 is chance arrivals, more is bursts; null without a request."
    )


class DemandShape(Frozen):
    """How demand is spread over time, and what it takes of a GPU. Null is unknown; `missing` says why."""

    windows: tuple[RateWindow, ...] = Field(default=(), description="Shortest first, those that the data allows.")
    weekday_share: tuple[Ratio, ...] = Field(
        default=(), description="Of a week's work, Monday to Sunday (UTC), 7 values or none; they sum to 1."
    )
    growth_percent_per_month: float | None = Field(
        default=None, description="Theil-Sen slope of whole days' work over their median, by 30.4 days."
    )
    growth_low_percent_per_month: float | None = Field(default=None, description="Of a 90 % interval.")
    growth_high_percent_per_month: float | None = None
    gpu_seconds_per_month: NonNegative | None = Field(default=None, description="GPU time in use, all GPUs together.")
    memory_peak_gib: NonNegative | None = Field(default=None, description="Highest GPU memory, else memory, recorded.")
    missing: tuple[Missing, ...] = ()


class Demand(Frozen):
    """What a workload is asked to do. Null is unknown; `missing` says why."""

    mean_rps: NonNegative | None = None
    peak_rps: NonNegative | None = None
    p99_rps: NonNegative | None = None
    window_s: int | None = None
    burstiness: NonNegative | None = Field(default=None, description="Peak over mean.")
    day_autocorrelation: float | None = Field(default=None, description="At a lag of 24 h, hourly means.")
    requests_per_month: NonNegative | None = None
    latency_p99_ms: NonNegative | None = None
    service_time_ms: NonNegative | None = None
    gpu_utilization_percent_mean: NonNegative | None = None
    gpu_utilization_percent_max: NonNegative | None = None
    gpu_hours_per_month: NonNegative | None = None
    busy_share: Ratio | None = Field(default=None, description="Share of windows with any work.")
    runs_per_day: NonNegative | None = None
    run_minutes_median: NonNegative | None = None
    hourly_rps: tuple[float, ...] = Field(
        default=(), description="Mean requests a second by hour of day, 24 values or none."
    )
    shape: DemandShape = DemandShape()
    missing: tuple[Missing, ...] = ()
