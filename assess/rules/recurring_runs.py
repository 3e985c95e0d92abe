"""Runs that end and come again by the clock."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import run_edges, share_covered
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_LEAST_RUNS = 5  # ours: fewer show no rhythm
_ENDED = 0.8  # share of runs with an end
_REGULAR = 0.35  # ours: variation of the gaps between starts; Poisson arrivals give 1
_COVERED = 0.9  # ours: above it some run is always going on, which is what a service looks like
_REGULAR_WEIGHT, _ENDING_WEIGHT = 1.8, 0.7


@dataclass(frozen=True)
class RecurringRuns:
    """Many runs that end, with silence between, are jobs; more so when they start by the clock.

    How long a run takes has no part in it: a service's replica may live for minutes, a training for weeks.
    """

    name: str = "recurring-runs"
    family: Family = "runs"
    potentials: tuple[Potential, ...] = (Potential("batch", _REGULAR_WEIGHT, "its runs end and start again regularly"),)

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak on five runs or more that end and leave time between them."""
        if len(workload.runs) < _LEAST_RUNS:
            return None
        starts, ends = run_edges(workload.runs)
        ended = float((~np.isnan(ends)).mean())
        if ended < _ENDED or share_covered(starts, ends) > _COVERED:
            return None
        gaps = np.diff(starts)
        variation = float(gaps.std() / gaps.mean()) if gaps.mean() > 0 else float("inf")
        if variation <= _REGULAR:
            detail = (
                f"{len(starts)} runs, {ended:.0%} of them ended, start with gaps that vary by {variation:.2f} "
                f"(threshold {_REGULAR}; chance arrivals give 1)."
            )
            return Evidence(
                signal=self.name, value=round(variation, 4), leans="batch", weight=_REGULAR_WEIGHT, detail=detail
            )
        detail = f"{len(starts)} runs, {ended:.0%} of them ended, with idle time between them."
        return Evidence(signal=self.name, value=round(ended, 4), leans="batch", weight=_ENDING_WEIGHT, detail=detail)


rule: Rule = RecurringRuns()
