"""Runs side by side at all times: a fleet that is kept, not a heap that is worked off."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import DAY_S, run_edges, share_of_time
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_REPLICAS = 3  # one in each of three zones, as every AWS region has (AWS, Regions and Availability Zones, read 2026-11)
_SHARE = 0.95  # ours: a deployment may hold a replica back for an hour a day
_LEAST_DAYS = 2.0  # ours: a heap of jobs is worked off in a night and a day
_RUNNING = 1  # a fleet that has ended is history, not a service
_WEIGHT = 2.0  # ours, before fitting: 7 to 1; a crowded queue looks so too


@dataclass(frozen=True)
class ReplicasKept:
    """Three runs or more side by side nearly all the time, for days, and still going on."""

    name: str = "replicas-kept"
    family: Family = "runs"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _WEIGHT, "three runs or more go on side by side nearly all the time, for two days"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when three runs go on at once in 95 % of the time over two days or more."""
        starts, ends = run_edges(workload.runs)
        if len(starts) < _REPLICAS or np.isnan(ends).sum() < _RUNNING:
            return None
        days = (float(np.nanmax(np.concatenate([starts, ends]))) - float(starts[0])) / DAY_S
        share = share_of_time(starts, ends, _REPLICAS)
        if days < _LEAST_DAYS or share < _SHARE:
            return None
        detail = (
            f"In {share:.1%} of {days:.0f} days {_REPLICAS} runs or more went on side by side "
            f"(threshold {_SHARE:.0%} over {_LEAST_DAYS:.0f} days)."
        )
        return Evidence(signal=self.name, value=round(share, 4), leans="realtime", weight=_WEIGHT, detail=detail)


rule: Rule = ReplicasKept()
