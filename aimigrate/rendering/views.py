"""What the inventory's templates may see, and the checks that need the whole plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.plan import Plan, PlannedWorkload
from aimigrate.contracts.sites import Host
from aimigrate.rendering.faults import At, PlanFault
from aimigrate.rendering.placing import JETSON_PREFIX, Placed, give_hosts, placements_by_site, roles_of
from aimigrate.rendering.quoting import known_host
from aimigrate.yamltext import printable

RESERVED_HOST_NAMES = frozenset({"all", "ungrouped", "inference", "router", "localhost"})


@dataclass(frozen=True)
class ModelView:
    """One model on one host."""

    id: str
    name: str
    version: str
    source: str
    sha256: str
    max_concurrent: int


@dataclass(frozen=True)
class HostView:
    """One machine: its address, its module, and the models it serves."""

    name: str
    address: str
    module: str
    jetpack_majors: tuple[int, ...]
    power_mode: str | None
    power_mode_id: int | None
    models: tuple[ModelView, ...]
    routes: bool
    known_host: str | None
    phase: str


@dataclass(frozen=True)
class RouteView:
    """One model that a site's router sends to its hosts."""

    id: str
    name: str
    idempotent: bool
    max_concurrent: int
    latency_limit_ms: float | None
    servers: tuple[HostView, ...]


@dataclass(frozen=True)
class SiteView:
    """One site of the inventory."""

    id: str
    group: str
    region_group: str
    ssh_user: str
    cloud_url: str
    hosts: tuple[HostView, ...]
    routes: tuple[RouteView, ...]


@dataclass(frozen=True)
class PhaseView:
    """The hosts that a phase brings in; those of the phase before it go on."""

    name: str
    before: str | None
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class InventoryView:
    """All sites that have hosts."""

    sites: tuple[SiteView, ...]
    regions: tuple[str, ...]
    phases: tuple[PhaseView, ...]


def group_name(text: str) -> str:
    """Return a name as Ansible takes it for a group."""
    return text.replace("-", "_")


def inventory_view(plan: Plan, targets: Mapping[str, EdgeTarget]) -> InventoryView:
    """Return every placed site that has hosts. Raises UsageProblem where hosts and placements don't fit."""
    placed = placements_by_site(plan)
    sites = tuple(
        _site(plan, number, placed[site.id], targets)
        for number, site in enumerate(plan.sites)
        if site.id in placed and site.hosts
    )
    return InventoryView(
        sites=sites, regions=tuple(sorted({site.region_group for site in sites})), phases=_phases(plan, sites)
    )


def _phases(plan: Plan, sites: tuple[SiteView, ...]) -> tuple[PhaseView, ...]:
    """Return the phases that move something; each has the hosts of the one before and its own."""
    names = [phase.name for phase in plan.phases if any(region.sites for region in phase.regions)]
    hosts = [host for site in sites for host in site.hosts]
    return tuple(
        PhaseView(
            name=name,
            before=names[i - 1] if i else None,
            hosts=tuple(sorted(host.name for host in hosts if host.phase == name)),
        )
        for i, name in enumerate(names)
    )


def _site(plan: Plan, number: int, placed: list[Placed], targets: Mapping[str, EdgeTarget]) -> SiteView:
    site = plan.sites[number]
    workloads = {workload.slug: workload for workload in plan.workloads}
    given = give_hosts(site, placed)
    first_phase = placed[0].phase  # hosts without a model come with the first that has one
    hosts = tuple(
        sorted(
            (
                _host(
                    host,
                    ("sites", number, "hosts", i),
                    given.get(host.name),
                    first_phase=first_phase,
                    workloads=workloads,
                    targets=targets,
                )
                for i, host in enumerate(site.hosts)
            ),
            key=lambda host: host.name,
        )
    )
    if not any(host.routes for host in hosts):
        raise PlanFault(
            at=("sites", number, "hosts"),
            what=f"site {site.id} has no router",
            why="each of its hosts names its roles, and none names router",
            fix="add router to the roles of one of its hosts",
        )
    by_name = {host.name: host for host in hosts}
    routes = tuple(
        RouteView(
            id=workloads[placement.workload].id,
            name=placement.workload,
            idempotent=workloads[placement.workload].idempotent,
            max_concurrent=placement.max_concurrent,
            latency_limit_ms=workloads[placement.workload].latency_limit_ms,
            servers=tuple(by_name[name] for name, served in sorted(given.items()) if served.placement == placement),
        )
        for placement in sorted((item.placement for item in placed), key=lambda placement: placement.workload)
    )
    return SiteView(
        id=site.id,
        group=group_name(site.id),
        region_group=group_name(site.region),
        ssh_user=site.ssh_user,
        cloud_url=_cloud_url(plan, site.region),
        hosts=hosts,
        routes=routes,
    )


def _host(
    host: Host,
    at: At,
    placed: Placed | None,
    *,
    first_phase: str,
    workloads: Mapping[str, PlannedWorkload],
    targets: Mapping[str, EdgeTarget],
) -> HostView:
    if host.name in RESERVED_HOST_NAMES:
        raise PlanFault(
            at=(*at, "name"),
            what=f"no host may be named {host.name}",
            why="Ansible or the inventory has a group of that name",
            fix="give the host another name in the plan's sites",
        )
    target = targets.get(host.module)
    if target is None and host.module.startswith(JETSON_PREFIX):
        raise PlanFault(
            at=(*at, "module"),
            what=f"host {host.name} has a module that is not in the catalog",
            why=f"{printable(host.module)} is none of {', '.join(targets)}",
            fix="correct the module's name",
        )
    models: tuple[ModelView, ...] = ()
    if placed:
        workload = workloads[placed.placement.workload]
        models = (
            ModelView(
                id=workload.id,
                name=workload.slug,
                version=workload.model.version,
                source=workload.model.source or "",
                sha256=workload.model.sha256 or "",
                max_concurrent=placed.placement.max_concurrent,
            ),
        )
    mode = placed.placement.power_mode if placed else (target.default_power_mode if target else None)
    return HostView(
        name=host.name,
        address=host.address,
        module=host.module,
        jetpack_majors=target.jetpack_majors if target else (),
        power_mode=mode if target else None,
        power_mode_id=_mode_id((*(placed.at if placed else at), "power_mode"), target, mode) if target else None,
        models=models,
        routes="router" in roles_of(host),
        known_host=_known_host(host, at),
        phase=placed.phase if placed else first_phase,
    )


def _known_host(host: Host, at: At) -> str | None:
    if host.ssh_host_key is None:
        return None
    try:
        return known_host(host.address, host.ssh_host_key)
    except ValueError as error:
        raise PlanFault(
            at=(*at, "ssh_host_key"),
            what=f"the SSH host key of {host.name} can't be used",
            why=str(error),
            fix="set ssh_host_key to the line of /etc/ssh/ssh_host_ed25519_key.pub on that host",
        ) from error


def _mode_id(at: At, target: EdgeTarget, name: str | None) -> int:
    ids = {mode.name: mode.mode_id for mode in target.power_modes}
    if name not in ids:
        raise PlanFault(
            at=at,
            what=f"no {target.name} can run in power mode {printable(str(name))}",
            why=f"{target.name} has the modes {', '.join(ids)}",
            fix="correct `power_mode` of the placement",
        )
    return ids[name]


def _cloud_url(plan: Plan, region: str) -> str:
    """Return the address of the region's overflow: the one that the last phase names, empty without any."""
    urls = [
        found.overflow.endpoint_url
        for phase in plan.phases
        for found in phase.regions
        if found.region == region and found.overflow and found.overflow.endpoint_url
    ]
    return urls[-1] if urls else ""
