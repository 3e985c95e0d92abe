"""A GPU without headroom: work that fills all room has no callers to keep room for."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import IDLE_GPU_PERCENT, series_of, values_of
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_FULL_PERCENT = 85.0  # ours: a queue's wait at 85 % load is already about six service times (M/M/1)
_WORKING = 0.1  # at least a tenth of the windows must show work
_LEAST_WINDOWS = 48
_WEIGHT = 0.7


@dataclass(frozen=True)
class Saturated:
    """When it works it works at full tilt."""

    name: str = "saturated"
    family: Family = "fleet"
    potentials: tuple[Potential, ...] = (
        Potential("batch", _WEIGHT, "its GPU is over 85 % busy in the middle of its working windows"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when the median of the working windows is at least 85 %."""
        series = series_of(workload, "gpu_utilization_percent")
        if series is None:
            return None
        values = values_of(series)
        known = values[~np.isnan(values)]
        working = known[known > IDLE_GPU_PERCENT]
        if known.size < _LEAST_WINDOWS or working.size < _WORKING * known.size:
            return None
        middle = float(np.median(working))
        if middle < _FULL_PERCENT:
            return None
        detail = f"The median of its working windows is {middle:.0f} % GPU; the threshold is {_FULL_PERCENT:.0f} %."
        return Evidence(signal=self.name, value=round(middle, 2), leans="batch", weight=_WEIGHT, detail=detail)


rule: Rule = Saturated()
