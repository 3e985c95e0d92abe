"""How much of the time there is anything to do."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import HOUR_S, by_five_minutes, series_of, values_of
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_MOSTLY_BUSY = 0.95  # ours: callers around the clock leave hardly a window of minutes empty
_MOSTLY_IDLE = 0.20  # ours: four windows in five without a request
_BUSY_WEIGHT, _IDLE_WEIGHT = 1.2, 0.6  # many empty windows may also be a service that few people use
_LEAST_WINDOWS = 288  # a day of five-minute windows


@dataclass(frozen=True)
class IdleWindows:
    """Requests in nearly every window point to callers; long silence points to work that comes in heaps."""

    name: str = "idle-windows"
    family: Family = "arrivals"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _BUSY_WEIGHT, "requests come in over 95 % of its windows"),
        Potential("batch", _IDLE_WEIGHT, "requests come in under 20 % of its windows"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak on request counts in windows of at most an hour, a day of them or more."""
        counted = series_of(workload, "requests_count")
        if counted is None or counted.period_s > HOUR_S:
            return None
        series = by_five_minutes(counted)
        values = values_of(series, born_at=workload.created_at)
        known = values[~np.isnan(values)]
        if known.size < _LEAST_WINDOWS:
            return None
        busy = float((known > 0).mean())
        if busy >= _MOSTLY_BUSY:
            detail = f"{busy:.0%} of its windows of {series.period_s} s hold a request; the threshold is 95 %."
            return Evidence(
                signal=self.name, value=round(busy, 4), leans="realtime", weight=_BUSY_WEIGHT, detail=detail
            )
        if busy <= _MOSTLY_IDLE:
            detail = f"Only {busy:.0%} of its windows of {series.period_s} s hold a request; the threshold is 20 %."
            return Evidence(signal=self.name, value=round(busy, 4), leans="batch", weight=_IDLE_WEIGHT, detail=detail)
        return None


rule: Rule = IdleWindows()
