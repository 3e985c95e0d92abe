"""What a barrier is shown, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from aimigrate.assess.need import Need
from aimigrate.contracts.inventory import ModelFacts, Workload
from aimigrate.contracts.sites import Hint, Site
from aimigrate.contracts.verdicts import Barrier
from aimigrate.registry import discover


@dataclass(frozen=True)
class Seen:
    """What is known of one workload, of what a person answered, and of the sites there are (none: not given)."""

    workload: Workload
    facts: ModelFacts
    need: Need
    hint: Hint
    sites: tuple[Site, ...] = ()

    @property
    def instance_type(self) -> str:
        """The type it runs on as EC2 names it; empty where it is not known."""
        return (self.workload.compute.instance_type or "").removeprefix("ml.")

    @property
    def sites_here(self) -> tuple[Site, ...]:
        """The sites of its region, the only ones that it may move to."""
        return tuple(site for site in self.sites if site.region == self.workload.region)

    @property
    def sites_allowed(self) -> tuple[Site, ...]:
        """Of these, the ones in a country that it may run in."""
        wanted = self.hint.residency or ()
        return tuple(site for site in self.sites_here if not wanted or site.country in wanted)


class BarrierRule(Protocol):
    """Says what keeps a workload in the cloud, from evidence; None where nothing of its kind does."""

    @property
    def name(self) -> str:
        """As in `discover`, and as `Barrier.name`."""
        ...

    def judge(self, seen: Seen) -> Barrier | None:
        """Return the barrier with its evidence and what would lift it."""
        ...


@cache
def all_barriers() -> tuple[BarrierRule, ...]:
    """Return every barrier there is, by name."""
    return tuple(discover("aimigrate.assess.barriers", "barrier").values())


def barriers_of(seen: Seen, rules: Sequence[BarrierRule] | None = None) -> tuple[Barrier, ...]:
    """Return everything that keeps a workload in the cloud, by name."""
    found = (rule.judge(seen) for rule in (all_barriers() if rules is None else rules))
    return tuple(one for one in found if one is not None)
