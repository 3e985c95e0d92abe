"""Turn an assessment and the sites a company has into a plan."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from aimigrate.contracts.assessment import AssessedWorkload, Assessment
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
from aimigrate.contracts.sites import Pins, Sites
from aimigrate.contracts.waves import Wave
from aimigrate.errors import UsageProblem
from aimigrate.planning.phasing import Dealt, Unit, deal
from aimigrate.planning.placing import Placed, Places, place_groups
from aimigrate.planning.pools import pool
from aimigrate.planning.scoring import Score, scores
from aimigrate.planning.strategies._seam import Room, Strategy
from aimigrate.planning.ties import groups_of
from aimigrate.registry import discover
from aimigrate.yamltext import printable

DEFAULT_STRATEGY: Final = "own-region"
_MONTHS: Final[dict[PhaseName, str]] = {"assess": "1-3", "pilot": "4-6", "scale": "7-9", "full": "10-12"}
_MOVING: Final[tuple[PhaseName, ...]] = ("pilot", "scale", "full")
_LINK_SHARE: Final = 0.7  # as the assumption uplink_usable, for an assessment that was made before it
_REASONS_SHOWN: Final = 3


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
    left = [
        Left(id=item.id, decision=item.verdict.decision, why=_first_reason(item))
        for item in assessment.workloads
        if item.verdict.decision != "go"
    ]
    going = chooser.order([item for item in assessment.workloads if item.verdict.decision == "go"])
    groups, tied = groups_of(assessment, going, sites.pins)
    places = Places([Room(site) for site in sites.sites], sites.pins.sites, _link_share(assessment))
    placed, homeless = place_groups(groups, slugs, chooser, places)
    left += [*tied, *homeless]
    if not placed:
        raise _nothing_moves(assessment, left)
    _refuse_unkept(sites.pins, placed, left)
    dealt = deal(_units(placed, sites.pins), _phase_pins(sites.pins))
    scored = scores([item.workload for item in placed])
    by_id = {item.workload.id: item.slug for item in placed}
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
        workloads=tuple(
            _planned(item, by_id, scored[item.workload.id], dealt.why[item.slug])
            for item in sorted(placed, key=lambda item: item.slug)
        ),
        phases=_phases(placed, dealt, target_share),
        left=tuple(sorted(left, key=lambda item: item.id)),
        pins=sites.pins,
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


def _planned(item: Placed, slugs: Mapping[str, str], score: Score, why: str) -> PlannedWorkload:
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
        depends_on=tuple(sorted(slugs[other] for other in workload.depends_on if other != workload.id)),
        wave=Wave(score=score.total, proven=score.proven, low_risk=score.low_risk, saving=score.saving, why=why),
    )


def _link_share(assessment: Assessment) -> float:
    """Return how much of a site's link may be used, as the assessment takes it."""
    found = next((one.value for one in assessment.assumptions if one.name == "uplink_usable"), None)
    return _LINK_SHARE if found is None else found


def _phase_pins(pins: Pins) -> dict[str, PhaseName]:
    return {site: phase for site, phase in pins.sites.items() if phase != "exclude"}


def _units(placed: Sequence[Placed], pins: Pins) -> list[Unit]:
    """Return the groups as the phases are dealt: who, where, and what a person wants. In the order of the groups."""
    later = _phase_pins(pins)
    units = []
    for _, members in groupby(placed, key=lambda item: item.group):
        found = list(members)
        sites = frozenset[str]().union(*(item.sites for item in found))
        pinned: list[PhaseName] = [later[site] for site in sites if site in later]
        first: PhaseName = "pilot"
        not_before = max((*pinned, first), key=_MOVING.index)
        units.append(Unit(tuple(item.slug for item in found), sites, found[0].pin, not_before))
    return units


def _refuse_unkept(pins: Pins, placed: Sequence[Placed], left: Sequence[Left]) -> None:
    """Refuse a plan in which something that a person pinned finds no place, or a pinned site no workload."""
    why = {one.id: one.why for one in left}
    used = {site for item in placed for site in item.sites}
    lines = [
        f"{printable(name)} is pinned to {pin}: {printable(why[name])}"
        for name, pin in sorted(pins.workloads.items())
        if pin != "exclude" and name in why
    ]
    lines += [
        f"site {site} is pinned to {phase}, and nothing that moves goes there"
        for site, phase in sorted(_phase_pins(pins).items())
        if site not in used
    ]
    if lines:
        raise UsageProblem(
            what="a pin of sites.yaml can't be kept",
            why="\n".join(lines[:_REASONS_SHOWN]),
            fix="take the pin out, or give the site what the workload needs",
        )


def _phases(placed: Sequence[Placed], dealt: Dealt, target_share: float) -> tuple[PhasePlan, ...]:
    regions = sorted({item.workload.region for item in placed})
    phases = [
        PhasePlan(
            name="assess", months=_MONTHS["assess"], regions=tuple(RegionPlan(region=region) for region in regions)
        )
    ]
    moved: list[Placed] = []
    for phase in _MOVING:
        slugs = {slug for unit in dealt.phases[phase] for slug in unit.workloads}
        now = [item for item in placed if item.slug in slugs]
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
                wave_exception=dealt.exceptions.get(phase),
            )
        )
    return tuple(phase for phase in phases if phase.regions)


def _region(region: str, now: Sequence[Placed], moved: Sequence[Placed], target_share: float) -> RegionPlan:
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
