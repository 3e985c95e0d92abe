"""What a Pulumi stack's program reads: the settings of one phase in one region."""

from dataclasses import dataclass
from typing import Any

from aimigrate.contracts.plan import Overflow, PhaseName, PhasePlan, Plan, RegionPlan
from aimigrate.contracts.stack import StackModel, StackOverflow, StackSettings, StackSite

_ASSESS: PhaseName = "assess"


@dataclass(frozen=True)
class WorkloadNote:
    """What a comment says of a workload."""

    slug: str
    id: str
    why: str


@dataclass(frozen=True)
class StackView:
    """One `Pulumi.<stack>.yaml`."""

    stack: str
    region: str
    settings: dict[str, Any]
    workloads: tuple[WorkloadNote, ...]
    exception: str | None
    earlier_units: int


def stack_name(phase: str, region: str) -> str:
    """Return a stack's name as `pulumi -s` takes it."""
    return f"{phase}.{region}"


def stack_view(plan: Plan, phase: PhasePlan, region: RegionPlan) -> StackView:
    """Return the settings of one stack: what this phase adds to the region, and the pool's figures up to it."""
    earlier = _earlier(plan, phase, region)
    before = earlier[-1][1].overflow if earlier else None
    slugs = _slugs_of(plan, phase, region)
    known = {workload.slug: workload for workload in plan.workloads}
    models = sorted({(known[slug].model.name, known[slug].model.version) for slug in slugs})
    countries = {site.id: site.country for site in plan.sites}
    settings = StackSettings(
        migration=plan.name,
        account_id=plan.account_id,
        phase=phase.name,
        region=region.region,
        previous_phase=earlier[-1][0].name if earlier else None,
        plan_sha256=plan.sha256(),
        audit_retention_days=plan.audit_retention_days,
        observation_days=plan.observation_days,
        models=tuple(StackModel(name=name, version=version) for name, version in models),
        sites=tuple(
            StackSite(
                id=site.id,
                country=countries[site.id],
                workloads=tuple(sorted(placement.workload for placement in site.placements)),
            )
            for site in region.sites
        ),
        overflow=_overflow(region.overflow, before, tuple(s for s in slugs if known[s].label == "batch"))
        if region.overflow
        else None,
    )
    exception = region.overflow.band_exception if region.overflow else None
    return StackView(
        stack=stack_name(phase.name, region.region),
        region=region.region,
        settings=settings.model_dump(mode="json"),
        workloads=tuple(
            WorkloadNote(slug=slug, id=known[slug].id, why="; ".join(known[slug].why) or "no reason given")
            for slug in slugs
        ),
        exception=exception.reason if exception else None,
        earlier_units=before.units if before else 0,
    )


def _earlier(plan: Plan, phase: PhasePlan, region: RegionPlan) -> list[tuple[PhasePlan, RegionPlan]]:
    """Phases before this one that have this region."""
    before = plan.phases[: plan.phases.index(phase)]
    return [(past, found) for past in before for found in past.regions if found.region == region.region]


def _slugs_of(plan: Plan, phase: PhasePlan, region: RegionPlan) -> tuple[str, ...]:
    """Workloads that this phase moves in this region; for phase assess, all that ever move there."""
    phases = plan.phases if phase.name == _ASSESS else (phase,)
    return tuple(
        sorted(
            {
                placement.workload
                for item in phases
                for found in item.regions
                if found.region == region.region
                for site in found.sites
                for placement in site.placements
            }
        )
    )


def _overflow(pool: Overflow, before: Overflow | None, batch: tuple[str, ...]) -> StackOverflow:
    """Return the pool's figures, with the units that this phase adds: earlier stacks keep theirs."""
    units = max(0, pool.units - (before.units if before else 0))
    return StackOverflow(
        workloads=pool.workloads,
        batch_workloads=batch,
        instance_type=pool.instance_type,
        units=units,
        max_units=max(units, pool.max_units - (before.max_units if before else 0)),
        unit_rps=pool.unit_rps,
        capacity_share=pool.capacity_share,
        spill_share_low=pool.spill_share.low,
        spill_share_high=pool.spill_share.high,
    )
