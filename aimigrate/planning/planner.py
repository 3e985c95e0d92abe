"""Turn an assessment and the sites a company has into a plan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aimigrate.contracts.assessment import AssessedWorkload, Assessment, EdgeFit
from aimigrate.contracts.names import slug
from aimigrate.contracts.plan import (
    Left,
    ModelArtifact,
    PhaseName,
    PhasePlan,
    Placement,
    Plan,
    PlannedSite,
    PlannedWorkload,
    RegionPlan,
    SitePlan,
)
from aimigrate.contracts.sites import Sites
from aimigrate.errors import UsageProblem
from aimigrate.planning.phasing import phases_of
from aimigrate.planning.pools import Moved, pool
from aimigrate.planning.strategies._seam import Room, Share, Strategy
from aimigrate.registry import discover
from aimigrate.yamltext import printable

DEFAULT_STRATEGY: Final = "own-region"
_MONTHS: Final[dict[PhaseName, str]] = {"assess": "1-3", "pilot": "4-6", "scale": "7-9", "full": "10-12"}
_MOVING: Final[tuple[PhaseName, ...]] = ("pilot", "scale", "full")
_READY: Final = ("ready", "ready_with_changes")
_REASONS_SHOWN: Final = 3


@dataclass(frozen=True)
class _Placed:
    workload: AssessedWorkload
    slug: str
    shares: tuple[Share, ...]

    @property
    def sites(self) -> frozenset[str]:
        return frozenset(share.room.site.id for share in self.shares)

    def placements(self) -> dict[str, Placement]:
        return {share.room.site.id: _placement(self.slug, share) for share in self.shares}

    def moved(self) -> Moved:
        return Moved(self.workload, self.slug, tuple(self.placements().values()))


def make_plan(
    assessment: Assessment,
    sites: Sites,
    *,
    name: str,
    target_share: float = 0.15,
    strategy: str = DEFAULT_STRATEGY,
) -> Plan:
    """Plan the move of every workload whose verdict is go and that a site of its region can carry.

    Raises UsageProblem when nothing can move, with what would make something movable, and when no
    strategy has that name.
    """
    chooser = _strategy(strategy)
    slugs = _slugs(assessment)
    rooms = [Room(site) for site in sites.sites]
    placed: list[_Placed] = []
    left = [
        Left(id=item.id, decision=item.verdict.decision, why=_first_reason(item))
        for item in assessment.workloads
        if item.verdict.decision != "go"
    ]
    for item in chooser.order([item for item in assessment.workloads if item.verdict.decision == "go"]):
        found = _place(item, chooser, rooms)
        if isinstance(found, str):
            left.append(Left(id=item.id, decision="go", why=found))
            continue
        for share in found:
            share.room.take(share.fit, share.modules)
        placed.append(_Placed(item, slugs[item.id], found))
    if not placed:
        raise _nothing_moves(assessment, left)
    return Plan(
        name=slug(name),
        account_id=assessment.account_id,
        assessment_sha256=assessment.sha256(),
        capacity_share_target=target_share,
        sites=tuple(
            PlannedSite(
                id=site.id,
                region=site.region,
                country=site.country,
                electricity_usd_per_kwh=site.electricity_usd_per_kwh,
                ssh_user=site.ssh_user,
                hosts=tuple(sorted(site.hosts, key=lambda host: host.name)),
            )
            for site in sorted(sites.sites, key=lambda site: site.id)
        ),
        workloads=tuple(_planned(item) for item in sorted(placed, key=lambda item: item.slug)),
        phases=_phases(placed, target_share),
        left=tuple(sorted(left, key=lambda item: item.id)),
    )


def _strategy(name: str) -> Strategy:
    known = discover("aimigrate.planning.strategies", "strategy")
    if name not in known:
        raise UsageProblem(
            what=f"no placement strategy is named {printable(name)}",
            why=f"there are {', '.join(known)}",
            fix="give one of these names",
        )
    found: Strategy = known[name]
    return found


def _slugs(assessment: Assessment) -> dict[str, str]:
    """Map each workload to a safe name: its own, or where two share that, one of name, region and kind."""
    count = Counter(slug(item.name) for item in assessment.workloads)
    return {
        item.id: slug(item.name) if count[slug(item.name)] == 1 else slug(f"{item.name} {item.region} {item.kind}")
        for item in assessment.workloads
    }


def _first_reason(item: AssessedWorkload) -> str:
    return item.verdict.reasons[0] if item.verdict.reasons else f"verdict is {item.verdict.decision}"


def _place(item: AssessedWorkload, chooser: Strategy, rooms: Sequence[Room]) -> tuple[Share, ...] | str:
    """Return where a workload goes, or why it goes nowhere."""
    here = [room for room in rooms if room.site.region == item.region]
    if not here:
        return "no site in region"
    allowed = [room for room in here if not item.residency or room.site.country in item.residency]
    if not allowed:
        return f"no site in region {item.region} lies in {', '.join(item.residency)}, where it must stay"
    fits = _usable(item)
    if not fits:
        return "no module in the assessment is ready for it with a known count and power mode"
    shares = chooser.choose(item, fits, allowed)
    if shares:
        return shares
    wanted = " or ".join(f"{fit.count} {fit.module}" for fit in fits[:_REASONS_SHOWN])
    return f"no room: it needs {wanted}; the sites in {item.region} have less left, or too little power"


def _usable(item: AssessedWorkload) -> list[EdgeFit]:
    """Ready modules, the assessment's own choice first, then in its order; ready ones before those with changes."""
    fits = [fit for fit in item.edge_fit if fit.readiness in _READY and fit.count and fit.power_mode]
    return sorted(fits, key=lambda fit: (_READY.index(fit.readiness), fit.module != item.outcome.module))


def _placement(workload: str, share: Share) -> Placement:
    speed = share.fit.throughput_rps
    rps = speed.value if speed and speed.value else 0.0
    latency_s = (share.fit.latency_ms or 0.0) / 1000
    return Placement(
        workload=workload,
        modules=share.modules,
        module=share.fit.module,
        power_mode=share.fit.power_mode or "",
        edge_rps=round(rps * share.modules, 3),
        max_concurrent=max(1, round(rps * latency_s)),  # Little's law: in flight = rate x time in service
    )


def _planned(item: _Placed) -> PlannedWorkload:
    workload, model = item.workload, item.workload.model
    artifact = model.artifact if model.artifact and model.artifact.lower().endswith(".onnx") else None
    return PlannedWorkload(
        id=workload.id,
        slug=item.slug,
        label=workload.classification.label,
        region=workload.region,
        model=ModelArtifact(name=slug(model.name or workload.name), family=model.family, source=artifact),
        idempotent=workload.idempotent is True,
        latency_limit_ms=workload.latency_objective_ms,
        peak_rps=workload.demand.peak_rps,
        before_usd_per_month=workload.cost.monthly_usd,
        after_usd_per_month=workload.outcome.after_usd_per_month,
        why=workload.verdict.reasons,
    )


def _phases(placed: Sequence[_Placed], target_share: float) -> tuple[PhasePlan, ...]:
    dealt = phases_of([(item, item.sites) for item in placed])
    regions = sorted({item.workload.region for item in placed})
    phases = [
        PhasePlan(
            name="assess", months=_MONTHS["assess"], regions=tuple(RegionPlan(region=region) for region in regions)
        )
    ]
    moved: list[_Placed] = []
    for phase in _MOVING:
        now = dealt[phase]
        moved += now
        phases.append(
            PhasePlan(
                name=phase,
                months=_MONTHS[phase],
                regions=tuple(
                    _region(region, now, moved, target_share)
                    for region in regions
                    if any(item.workload.region == region for item in now)
                ),
            )
        )
    return tuple(phase for phase in phases if phase.regions)


def _region(region: str, now: Sequence[_Placed], moved: Sequence[_Placed], target_share: float) -> RegionPlan:
    """One region in one phase: what is new at its sites, and the overflow for all that moved up to now."""
    sites: dict[str, list[Placement]] = {}
    for item in now:
        if item.workload.region == region:
            for site, placement in item.placements().items():
                sites.setdefault(site, []).append(placement)
    here = [item for item in moved if item.workload.region == region]
    return RegionPlan(
        region=region,
        sites=tuple(
            SitePlan(id=site, placements=tuple(sorted(placements, key=lambda placement: placement.workload)))
            for site, placements in sorted(sites.items())
        ),
        overflow=pool([item.moved() for item in here], target_share),
    )


def _lacks(item: AssessedWorkload) -> str:
    wanted = "; ".join(item.verdict.flips_if) or _first_reason(item)
    return f"{printable(item.id)} {item.verdict.decision}: {printable(wanted)}"


def _nothing_moves(assessment: Assessment, left: Sequence[Left]) -> UsageProblem:
    """Say which workloads are nearest to moving, and what each lacks."""
    unplaced = [f"{printable(item.id)}: {printable(item.why)}" for item in left if item.decision == "go"]
    if unplaced:
        return UsageProblem(
            what="no workload can move to these sites",
            why="\n".join(unplaced[:_REASONS_SHOWN]),
            fix="add a site (or hosts) in these workloads' AWS regions to sites.yaml, then plan again",
        )
    near = [item for item in assessment.workloads if item.verdict.decision in ("conditional", "needs_evidence")]
    near.sort(key=lambda item: (-(item.cost.monthly_usd or 0.0), item.id))
    lines = [_lacks(item) for item in near[:_REASONS_SHOWN]]
    counts = Counter(item.verdict.decision for item in assessment.workloads)
    total = ", ".join(f"{number} {decision}" for decision, number in sorted(counts.items())) or "no workloads at all"
    return UsageProblem(
        what="nothing to plan: no workload has the verdict go",
        why="\n".join([f"the assessment has {total}", *lines]),
        fix="answer `aimigrate hints init ASSESSMENT`, run `aimigrate assess --hints hints.yaml`, then plan again",
    )
