"""In which order a phase is carried out, and what its end means. Pure."""

from collections.abc import Sequence

from aimigrate.contracts.plan import PhaseName, Plan
from aimigrate.contracts.rendered import Rendered
from aimigrate.contracts.rollout import RegionState, SiteState, State
from aimigrate.errors import UsageProblem

RegionOrder = tuple[str, tuple[str, ...]]
"""A region and its sites, the canary first."""


def order_of(plan: Plan, rendered: Rendered, phase: PhaseName, region: str | None) -> tuple[RegionOrder, ...]:
    """List the regions of a phase with their sites, in the order of the plan; the first site is the canary.

    Raises UsageProblem when the plan has no such phase or region, or a site has no hosts yet.
    """
    phases = {item.name: item for item in plan.phases}
    if phase not in phases:
        why = f"it has {', '.join(phases) or 'none'}"
        raise UsageProblem(what=f"the plan has no phase {phase}", why=why, fix="give one of these to --phase")
    found = [item for item in phases[phase].regions if region in (None, item.region)]
    if not found:
        why = f"it has {', '.join(item.region for item in phases[phase].regions)}"
        raise UsageProblem(what=f"phase {phase} has no region {region}", why=why, fix="give one of these to --region")
    bare = sorted({site.id for item in found for site in item.sites} & set(rendered.sites_without_hosts))
    if bare:
        raise UsageProblem(
            what=f"phase {phase} can't be rolled out",
            why=f"no hosts are known at {', '.join(bare)}",
            fix="add the hosts to the plan's sites, then run `aimigrate generate` again",
        )
    return tuple((item.region, tuple(site.id for site in item.sites)) for item in found)


def region_state(region: str, applied: bool, sites: Sequence[SiteState]) -> RegionState:  # noqa: FBT001  # one fact, named at every call
    """Say how a region stands: done only when its stack is applied and every site is done."""
    state: State = "done"
    if not applied or any(site.state == "failed" for site in sites):
        state = "failed"
    elif any(site.state == "rolled_back" for site in sites):
        state = "rolled_back"
    elif any(site.state != "done" for site in sites):
        state = "held"
    return RegionState(region=region, state=state, sites=tuple(sites))
