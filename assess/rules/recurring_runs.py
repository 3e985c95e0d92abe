"""Runs that end and come again by the clock."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import DAY_S, Floats, run_edges, share_covered
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_LEAST_RUNS = 5  # ours: fewer show no rhythm
_ENDED = 0.8  # share of runs with an end
_LEAST_REGULAR = 7  # a week of nights; chance alone meets the thresholds below in under 1 % of cases
_EVEN = 0.25  # ours: variation of the gaps between starts; Poisson arrivals give 1
_SAME_TIME = 0.9  # ours: mean resultant length of the times of day; 0.9 is within about two hours of each other
_COVERED = 0.9  # ours: above it some run is always going on, which is what a service looks like
_REGULAR_WEIGHT = 1.8  # ours
# Of groups of pods of Alibaba's cluster-trace-gpu-v2023, 27 of 40 best-effort ones do so and 24 of 60 others: 0.5.
_ENDING_WEIGHT = 0.5


class _Rhythm(NamedTuple):
    """A measure of regularity, and what it means."""

    value: float
    words: str


def _rhythm(starts: Floats) -> _Rhythm | None:
    """Find even gaps, or starts at the same time of day, which weekdays only would hide from the gaps."""
    gaps = np.diff(starts)
    variation = float(gaps.std() / gaps.mean()) if gaps.mean() > 0 else float("inf")
    if variation <= _EVEN:
        words = f"start with gaps that vary by {variation:.2f} (threshold {_EVEN}; chance arrivals give 1)"
        return _Rhythm(variation, words)
    together = float(abs(np.exp(2j * np.pi * starts / DAY_S).mean()))
    if together >= _SAME_TIME and np.unique(starts // DAY_S).size >= _LEAST_REGULAR:
        words = f"start at the same time of day (agreement {together:.2f}, threshold {_SAME_TIME})"
        return _Rhythm(together, words)
    return None


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
        rhythm = _rhythm(starts) if len(starts) >= _LEAST_REGULAR else None
        if rhythm is not None:
            detail = f"{len(starts)} runs, {ended:.0%} of them ended, {rhythm.words}."
            return Evidence(
                signal=self.name, value=round(rhythm.value, 4), leans="batch", weight=_REGULAR_WEIGHT, detail=detail
            )
        detail = f"{len(starts)} runs, {ended:.0%} of them ended, with idle time between them."
        return Evidence(signal=self.name, value=round(ended, 4), leans="batch", weight=_ENDING_WEIGHT, detail=detail)


rule: Rule = RecurringRuns()
