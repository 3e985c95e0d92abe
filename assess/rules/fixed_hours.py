"""Work at the same few hours of the day, and silence between."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import activity_of, hour_profile, span_days
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_HOURS = 6  # ours: a night window; an office day is 8 hours or more
_SHARE = 0.90  # ours: what the busiest six hours must hold; an even day gives them 0.25
_LEAST_DAYS = 3.0  # two repetitions: one night alone is no habit
_WEIGHT = 1.8


@dataclass(frozen=True)
class FixedHours:
    """Nearly all work falls into the same few hours of each day."""

    name: str = "fixed-hours"
    family: Family = "arrivals"
    potentials: tuple[Potential, ...] = (
        Potential("batch", _WEIGHT, "over 90 % of its work falls into the same 6 hours of each day"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when the six busiest hours of the day hold at least 90 % of the work."""
        found = activity_of(workload)
        if found is None or span_days(*found) < _LEAST_DAYS:
            return None
        profile = hour_profile(*found)
        if profile is None or profile.sum() <= 0:
            return None
        share = float(np.sort(profile)[-_HOURS:].sum() / profile.sum())
        if share < _SHARE:
            return None
        detail = f"Its {_HOURS} busiest hours of the day hold {share:.0%} of the work; the threshold is {_SHARE:.0%}."
        return Evidence(signal=self.name, value=round(share, 4), leans="batch", weight=_WEIGHT, detail=detail)


rule: Rule = FixedHours()
