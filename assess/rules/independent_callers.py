"""Requests that come as if many independent callers sent them."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import by_five_minutes, series_of, values_of
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

# Many independent callers together are locally a Poisson process (Palm 1943, Khintchine 1955), whose counts vary as
# much as their mean. A loop that sends one after the other gives 0, a heap sent at once gives far more than 2.
_LOW, _HIGH = 0.6, 2.0
_LONGEST_WINDOW_S = 300  # over longer windows the day itself makes counts vary
_LEAST_WINDOWS = 288
_LEAST_MEAN = 0.5  # below it counts of 0 and 1 look alike whoever sends them
_WEIGHT = 1.2


@dataclass(frozen=True)
class IndependentCallers:
    """Counts of neighbouring windows differ as much as chance alone would have it."""

    name: str = "independent-callers"
    family: Family = "arrivals"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _WEIGHT, "its requests come by chance, as from many independent callers"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when half the mean squared step between windows is about the mean count."""
        counted = series_of(workload, "requests_count")
        if counted is None or counted.period_s > _LONGEST_WINDOW_S:
            return None
        series = by_five_minutes(counted)
        values = values_of(series, born_at=workload.created_at)
        steps = np.diff(values)
        steps = steps[~np.isnan(steps)]
        mean = float(np.nanmean(values))
        if steps.size < _LEAST_WINDOWS or mean < _LEAST_MEAN:
            return None
        spread = float(np.square(steps).mean()) / 2 / mean
        if not _LOW <= spread <= _HIGH:
            return None
        detail = (
            f"Counts of neighbouring windows of {series.period_s} s vary {spread:.2f} times as much as chance "
            f"alone would make them (threshold {_LOW} to {_HIGH}; one sender in a loop gives 0, heaps far more)."
        )
        return Evidence(signal=self.name, value=round(spread, 4), leans="realtime", weight=_WEIGHT, detail=detail)


rule: Rule = IndependentCallers()
