"""Something is always going on: replicas replace each other without a hole."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import DAY_S, run_edges, share_covered
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_COVERED = 0.99  # ours: a service's replicas overlap; jobs leave holes
_LEAST_DAYS = 7.0  # a week shows a weekend, when jobs rest
_LEAST_RUNNING = 2  # one run without an end may be a long training or a forgotten machine
# In Alibaba's cluster-trace-gpu-v2023 3 of 60 latency-sensitive groups of pods look so, 1 of 40 best-effort: 2 to 1.
_WEIGHT = 0.7


@dataclass(frozen=True)
class NeverEnds:
    """Several runs without an end, and never none, over a week or more: replicas of a service."""

    name: str = "never-ends"
    family: Family = "runs"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _WEIGHT, "several replicas run on without an end, and never none, for a week"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when two runs or more have no end and time is covered over a week or more."""
        starts, ends = run_edges(workload.runs)
        running = int(np.isnan(ends).sum())
        if running < _LEAST_RUNNING:
            return None
        horizon = float(np.nanmax(np.concatenate([starts, ends])))
        days = (horizon - float(starts[0])) / DAY_S
        covered = share_covered(starts, ends)
        if days < _LEAST_DAYS or covered < _COVERED:
            return None
        detail = (
            f"{running} of {len(starts)} runs have no end, and over {days:.0f} days {covered:.1%} of the time "
            f"was covered (threshold {_COVERED:.0%} over {_LEAST_DAYS:.0f} days)."
        )
        return Evidence(signal=self.name, value=running, leans="realtime", weight=_WEIGHT, detail=detail)


rule: Rule = NeverEnds()
