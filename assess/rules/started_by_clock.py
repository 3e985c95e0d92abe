"""A schedule or a queue starts it, so nobody waits for one answer."""

from dataclasses import dataclass

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.rules.caller_waits import trigger_types
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_SCHEDULE, _QUEUE = 2.2, 1.2  # ours: a queue may also stand before a service that must be quick


@dataclass(frozen=True)
class StartedByClock:
    """Work that a clock starts, or that may lie in a queue, can wait."""

    name: str = "started-by-clock"
    family: Family = "interface"
    potentials: tuple[Potential, ...] = (
        Potential("batch", _SCHEDULE, "a schedule starts it"),
        Potential("batch", _QUEUE, "its work comes from a queue"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when a trigger is `schedule` or `queue`."""
        found = trigger_types(workload)
        if "schedule" in found:
            detail = "A schedule starts it, so the work was known before and can wait."
            return Evidence(signal=self.name, value="schedule", leans="batch", weight=_SCHEDULE, detail=detail)
        if "queue" in found:
            detail = "Its work lies in a queue until it is taken."
            return Evidence(signal=self.name, value="queue", leans="batch", weight=_QUEUE, detail=detail)
        return None


rule: Rule = StartedByClock()
