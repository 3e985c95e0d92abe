"""Which host of a site serves which placement of the plan."""

from dataclasses import dataclass

from aimigrate.contracts.plan import Placement, Plan, PlannedSite
from aimigrate.contracts.sites import Host
from aimigrate.rendering.faults import At, PlanFault
from aimigrate.yamltext import printable

JETSON_PREFIX = "jetson-"
_JETSON_ROLES = ("inference", "router")


@dataclass(frozen=True)
class Placed:
    """A placement, the phase that makes it, and where the plan says so."""

    placement: Placement
    phase: str
    at: At


def placements_by_site(plan: Plan) -> dict[str, list[Placed]]:
    """Return what each site runs when all phases are done, in the order of the phases."""
    found: dict[str, list[Placed]] = {}
    for i, phase in enumerate(plan.phases):
        for j, region in enumerate(phase.regions):
            for k, site in enumerate(region.sites):
                for n, placement in enumerate(site.placements):
                    at: At = ("phases", i, "regions", j, "sites", k, "placements", n)
                    found.setdefault(site.id, []).append(Placed(placement, phase.name, at))
    return found


def sites_without_hosts(plan: Plan) -> tuple[str, ...]:
    """Sites that the plan uses and that name no host."""
    placed = placements_by_site(plan)
    return tuple(sorted(site.id for site in plan.sites if site.id in placed and not site.hosts))


def roles_of(host: Host) -> tuple[str, ...]:
    """Return a host's roles; a Jetson that names none serves and routes."""
    if host.roles:
        return host.roles
    return _JETSON_ROLES if host.module.startswith(JETSON_PREFIX) else ()


def give_hosts(site: PlannedSite, placed: list[Placed]) -> dict[str, Placed]:
    """Give each placement hosts of its module, by name; a host serves one placement."""
    given: dict[str, Placed] = {}
    for item in placed:
        placement = item.placement
        fitting = sorted(
            host.name for host in site.hosts if host.module == placement.module and "inference" in roles_of(host)
        )
        free = [name for name in fitting if name not in given][: placement.modules]
        if len(free) < placement.modules:
            raise PlanFault(
                at=(*item.at, "modules"),
                what=f"site {site.id} can't carry workload {placement.workload}",
                why=f"the plan places it on {placement.modules} {printable(placement.module)}; of {len(fitting)} hosts "
                f"with that module and role inference {len(free)} are left",
                fix="lower `modules` (with edge_rps), move the placement to another site, or add hosts to the site",
            )
        given |= dict.fromkeys(free, item)
    return given
