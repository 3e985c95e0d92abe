"""How much must be served, and how many modules that takes.

Modules are counted at the low end of the speed's interval, so that a thin estimate costs hardware
instead of hope. Realtime work gets one module more than it needs (N+1); batch work gets a night.
"""

from dataclasses import dataclass
from math import ceil

from aimigrate.assess.assumptions import assumed
from aimigrate.contracts.assessment import Classification, Estimate, Label
from aimigrate.contracts.demand import Demand

_WHOLE_RPS = 100.0
_MOST_MODULES = 10_000  # beyond it a count says only "not here"
_DAYS_PER_MONTH = 365 / 12


@dataclass(frozen=True)
class Need:
    """What the edge must do: requests a second at the peak, or module hours a night through `ratio`."""

    label: Label
    peak_rps: float | None = None
    mean_rps: float | None = None
    requests_per_day: float | None = None
    gpu_hours_per_day: float | None = None

    @property
    def edge_rps(self) -> float | None:
        """Requests a second that the modules are sized for; null where the work is known in GPU hours or not at all."""
        if self.nightly:
            seconds = assumed("nightly_window") * assumed("edge_utilization") * 3600
            return self.requests_per_day / seconds if self.requests_per_day is not None else None
        kept = 1 - assumed("overflow_share")
        return self.peak_rps / assumed("edge_utilization") * kept if self.peak_rps is not None else None

    @property
    def spare(self) -> int:
        """Modules beyond those that work: one, unless the work may wait."""
        return 0 if self.nightly else 1

    @property
    def nightly(self) -> bool:
        """Say whether the work may wait for the night."""
        return self.label == "batch"


@dataclass(frozen=True)
class Sized:
    """How many modules, at what mean load, and the arithmetic in words."""

    count: int | None
    load: float
    why: str
    on_assumption: bool = False


def need_of(demand: Demand, classification: Classification) -> Need:
    """Return what must be served. The owner's label decides over ours; `mixed` and `unknown` are served as realtime."""
    label = classification.owner_label or classification.label
    hours = demand.gpu_hours_per_month
    requests = demand.requests_per_month
    return Need(
        label=label,
        peak_rps=demand.peak_rps,
        mean_rps=demand.mean_rps,
        requests_per_day=requests / _DAYS_PER_MONTH if requests else None,
        gpu_hours_per_day=hours / _DAYS_PER_MONTH if hours else None,
    )


def in_words(rps: float) -> str:
    """Write a rate the way a person reads it: 0.0142, 6.09, 12,400."""
    return f"{rps:,.0f}" if rps >= _WHOLE_RPS else f"{rps:.3g}"


def modules_for(need: Need, throughput: Estimate, ratio: Estimate | None) -> Sized:
    """Count the modules at the low end of their speed."""
    low, value = throughput.low or 0.0, throughput.value or 0.0
    if low <= 0:
        return Sized(None, 0.0, "its speed is not known")
    if need.nightly:
        return _nightly(need, low, value, ratio)
    edge_rps = need.edge_rps
    if edge_rps is None:
        return Sized(None, 0.0, "how many requests it gets is not known")
    working = max(1, ceil(edge_rps / low))
    if working > _MOST_MODULES:
        return Sized(None, 0.0, f"it would take {working:,} modules")
    load = min(1.0, (need.mean_rps or 0.0) / ((working + 1) * value))
    return Sized(
        working + 1,
        load,
        f"{in_words(edge_rps)} rps at the edge over {in_words(low)} rps a module: {working} and a spare",
    )


def _nightly(need: Need, low: float, value: float, ratio: Estimate | None) -> Sized:
    """Count the modules that finish a day's work in the nightly window."""
    window = assumed("nightly_window") * assumed("edge_utilization")
    guessed = False
    if need.requests_per_day is not None:
        hours, likely = need.requests_per_day / low / 3600, need.requests_per_day / value / 3600
        what = f"{need.requests_per_day:,.0f} requests a day at {in_words(low)} rps"
    elif need.gpu_hours_per_day is not None and ratio is not None and ratio.low and ratio.value:
        hours, likely = need.gpu_hours_per_day / ratio.low, need.gpu_hours_per_day / ratio.value
        what = f"{need.gpu_hours_per_day:.3g} GPU hours a day at {ratio.low:.2g} of the GPU a module ({ratio.source})"
        guessed = ratio.provenance == "assumed"
    else:
        return Sized(None, 0.0, "how much work there is each day is not known")
    count = max(1, ceil(hours / window))
    if count > _MOST_MODULES:
        return Sized(None, 0.0, f"it would take {count:,} modules")
    why = f"{what} are {hours:.3g} module hours, in a nightly window of {window:.3g} usable hours"
    return Sized(count, min(1.0, likely / 24 / count), why, on_assumption=guessed)
