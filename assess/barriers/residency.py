"""A workload whose data must stay in a country stays where no site of its region lies in one."""

from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier


@dataclass(frozen=True)
class Residency:
    """The countries that a person named against the countries of the sites; without sites nothing is said."""

    name: str = "residency"

    def judge(self, seen: Seen) -> Barrier | None:
        """Compare the two; a region without any site is a matter of the plan."""
        wanted, here = seen.hint.residency or (), seen.sites_here
        if not wanted or not here or seen.sites_allowed:
            return None
        there = ", ".join(sorted({site.country for site in here}))
        return Barrier(
            name=self.name,
            why=f"it must stay in {', '.join(wanted)}, and the sites of {seen.workload.region} lie in {there}",
            evidence=f"hints.yaml: residency; sites.yaml: {', '.join(sorted(site.id for site in here))}",
            lifted_if=f"a site of {seen.workload.region} lies in {' or '.join(wanted)}",
        )


barrier: BarrierRule = Residency()
