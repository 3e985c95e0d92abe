"""A day that people make: it repeats every 24 hours and never quite stops."""

from dataclasses import dataclass

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import activity_of, day_autocorrelation, hour_profile
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_CORRELATION = 0.5  # ours: half of the spread explained by the same hour of the day before
_AWAKE = 0.05  # an hour counts as awake from 5 % of the busiest hour on
_AWAKE_HOURS = 12  # ours: people are awake longer than a nightly job runs
_WEIGHT = 1.0


@dataclass(frozen=True)
class DayNight:
    """A day that repeats and is awake for at least half of its hours follows people."""

    name: str = "day-night"
    family: Family = "arrivals"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _WEIGHT, "its load follows people's day, awake 12 hours or more"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when the correlation at 24 h is high and most hours are awake."""
        found = activity_of(workload)
        if found is None:
            return None
        correlation = day_autocorrelation(*found)
        profile = hour_profile(*found)
        if correlation is None or correlation < _CORRELATION or profile is None:
            return None
        awake = int((profile >= _AWAKE * profile.max()).sum())
        if awake < _AWAKE_HOURS:
            return None
        detail = (
            f"Its hours correlate {correlation:.2f} with those a day later (threshold {_CORRELATION}) "
            f"and {awake} hours of the day are awake (threshold {_AWAKE_HOURS})."
        )
        return Evidence(signal=self.name, value=round(correlation, 4), leans="realtime", weight=_WEIGHT, detail=detail)


rule: Rule = DayNight()
