"""Something calls it over HTTP or feeds it a stream, and waits."""

from dataclasses import dataclass

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_HTTP, _STREAM = 2.0, 0.5  # ours: a caller holds a connection; a stream's reader may lag behind it


def trigger_types(workload: Workload) -> set[str]:
    """Return the kinds of trigger, without the names after the colon."""
    return {trigger.partition(":")[0] for trigger in workload.triggers}


@dataclass(frozen=True)
class CallerWaits:
    """A load balancer, URL or API in front of it means that someone waits for the answer."""

    name: str = "caller-waits"
    family: Family = "interface"
    potentials: tuple[Potential, ...] = (Potential("realtime", _HTTP, "callers reach it over HTTP"),)

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak when a trigger is `http` or `stream`."""
        found = trigger_types(workload)
        if "http" in found:
            detail = "An HTTP caller holds its connection until the answer comes."
            return Evidence(signal=self.name, value="http", leans="realtime", weight=_HTTP, detail=detail)
        if "stream" in found:
            detail = "A stream is read as it comes, but its reader may lag behind it."
            return Evidence(signal=self.name, value="stream", leans="realtime", weight=_STREAM, detail=detail)
        return None


rule: Rule = CallerWaits()
