"""Work piles up and waits."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import series_of, values_of
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_DEPTH = 100.0  # ours: a hundred requests in line are more than any caller stands for
_SHARE = 0.05  # and that in one window of twenty or more
_WEIGHT = 0.9


@dataclass(frozen=True)
class Backlog:
    """A queue a hundred deep in one window of twenty is work that may wait."""

    name: str = "backlog"
    family: Family = "latency"
    potentials: tuple[Potential, ...] = (Potential("batch", _WEIGHT, "its queue often holds a hundred requests"),)

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak on the queue's depth."""
        series = series_of(workload, "queue_depth_count")
        if series is None:
            return None
        values = values_of(series)
        deep = float((values[~np.isnan(values)] >= _DEPTH).mean())
        if deep < _SHARE:
            return None
        detail = f"{deep:.0%} of its windows have {_DEPTH:.0f} requests or more in line; the threshold is {_SHARE:.0%}."
        return Evidence(signal=self.name, value=round(deep, 4), leans="batch", weight=_WEIGHT, detail=detail)


rule: Rule = Backlog()
