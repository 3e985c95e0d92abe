"""What stands below the table: coverage and its holes, assumptions, the bill, and the plan."""

from collections import Counter
from dataclasses import dataclass

from aimigrate.contracts.assessment import Assessment, Totals
from aimigrate.contracts.inventory import CoverageEntry
from aimigrate.contracts.plan import CAPACITY_SHARE_HIGH, CAPACITY_SHARE_LOW, Interval, Plan, RegionPlan
from aimigrate.rendering.report_text import DECISIONS, Shown, count, number_text, percent_text, plain, usd


@dataclass(frozen=True)
class Hole:
    """A read that gave less than everything, in each region where it went the same way."""

    operation: str
    status: str
    regions: str
    items: str
    reason: str
    fix: str


@dataclass(frozen=True)
class CoverageView:
    """How much of the account was read."""

    summary: str
    statuses: tuple[tuple[str, int], ...]
    holes: tuple[Hole, ...]
    complete: tuple[str, ...]


def _holes(entries: tuple[CoverageEntry, ...]) -> tuple[Hole, ...]:
    together: dict[tuple[str, str, str, str], list[CoverageEntry]] = {}
    for entry in entries:
        if entry.status != "complete":
            operation = plain(f"{entry.service}:{entry.operation}")
            reason = plain(entry.reason or "no reason was given")
            together.setdefault((operation, entry.status, reason, plain(entry.fix or "")), []).append(entry)
    return tuple(
        Hole(
            operation=operation,
            status=status,
            regions=plain(", ".join(entry.region for entry in found)),
            items=", ".join(f"{entry.items:,} read" for entry in found if entry.items is not None),
            reason=reason,
            fix=fix,
        )
        for (operation, status, reason, fix), found in together.items()
    )


def coverage(assessment: Assessment) -> CoverageView:
    """Name every hole; sum up the rest by service."""
    entries, holes = assessment.coverage.entries, assessment.coverage.holes
    whole = Counter(entry.service for entry in entries if entry.status == "complete")
    statuses = Counter(entry.status for entry in entries)
    summary = (
        f"{len(entries) - holes} of {count(len(entries), 'read')} in "
        f"{count(len(assessment.regions), 'region')} gave everything; {count(holes, 'hole')}."
        if entries
        else "Nothing was read from AWS."
    )
    return CoverageView(
        summary=summary,
        statuses=tuple(sorted(statuses.items(), key=lambda pair: (-pair[1], pair[0]))),
        holes=_holes(entries),
        complete=tuple(f"{plain(service)}: {count(reads, 'read')}" for service, reads in sorted(whole.items())),
    )


@dataclass(frozen=True)
class AssumptionView:
    """A number the results rest on."""

    name: str
    value: str
    source: str


def assumptions(assessment: Assessment) -> tuple[AssumptionView, ...]:
    """Write the assumptions, each with unit and source."""
    return tuple(
        AssumptionView(
            plain(one.name.replace("_", " ")), plain(f"{number_text(one.value)} {one.unit}".strip()), plain(one.source)
        )
        for one in assessment.assumptions
    )


@dataclass(frozen=True)
class BillView:
    """The bill, whole: attributed and unattributed make the total. `width` is the attributed share, 0 to 100."""

    total: Shown
    attributed: Shown
    unattributed: Shown
    width: str


def bill(totals: Totals) -> BillView | None:
    """Return the bill, or None when no bill was given."""
    if totals.bill_total_usd is None:
        return None
    part = totals.bill_attributed_usd
    share = part / totals.bill_total_usd * 100 if part is not None and totals.bill_total_usd > 0 else 0.0
    return BillView(
        total=usd(totals.bill_total_usd),
        attributed=usd(part),
        unattributed=usd(totals.bill_unattributed_usd),
        width=f"{min(max(share, 0.0), 100.0):.1f}",
    )


@dataclass(frozen=True)
class PlacementView:
    """A workload at a site."""

    site: str
    workload: str
    modules: str
    power_mode: str
    serves: str


@dataclass(frozen=True)
class RegionView:
    """A region of a phase: who runs where, and the cloud that stays warm."""

    region: str
    placements: tuple[PlacementView, ...]
    overflow: str
    share: str
    share_width: str
    spill: str
    exception: str


@dataclass(frozen=True)
class PhaseView:
    """A phase of the plan."""

    name: str
    months: str
    regions: tuple[RegionView, ...]
    without_sites: str


@dataclass(frozen=True)
class PlanView:
    """The plan on one page."""

    name: str
    summary: str
    band: str
    phases: tuple[PhaseView, ...]
    left: tuple[tuple[str, str], ...]
    sha256: str


def _spill(spill: Interval) -> str:
    low, expected, high = (percent_text(ratio) for ratio in (spill.low, spill.expected, spill.high))
    return expected if low == high else f"{expected}, {low} to {high}"


def _region(region: RegionPlan, names: dict[str, str]) -> RegionView:
    placements = tuple(
        PlacementView(
            site=site.id,
            workload=plain(names.get(placed.workload, placed.workload)),
            modules=f"{placed.modules} \u00d7 {plain(placed.module)}",
            power_mode=plain(placed.power_mode),
            serves=number_text(placed.edge_rps),
        )
        for site in region.sites
        for placed in site.placements
    )
    kept = region.overflow
    if kept is None:
        return RegionView(region.region, placements, "", "", "", "", "")
    return RegionView(
        region=region.region,
        placements=placements,
        overflow=f"{kept.units} \u00d7 {plain(kept.instance_type or 'unit')} warm, at most {kept.max_units}",
        share=percent_text(kept.capacity_share),
        share_width=f"{kept.capacity_share * 100:.1f}",
        spill=_spill(kept.spill_share),
        exception=plain(kept.band_exception.reason) if kept.band_exception else "",
    )


def plan_view(plan: Plan, assessment: Assessment) -> PlanView:
    """Write the plan: phases, regions, sites, the cloud kept, and who is left."""
    called = {item.id: item.name for item in assessment.workloads}
    names = {item.slug: called.get(item.id, item.id) for item in plan.workloads}
    left = Counter(one.decision for one in plan.left)
    return PlanView(
        name=plan.name,
        summary=(
            f"{count(len(plan.workloads), 'workload')} to {count(len(plan.sites), 'site')} "
            f"in {count(len(plan.phases), 'phase')}."
        ),
        band=(
            f"Target {percent_text(plan.capacity_share_target)} of all capacity stays warm in the cloud; the band is "
            f"{CAPACITY_SHARE_LOW * 100:.0f} to {CAPACITY_SHARE_HIGH * 100:.0f} %."
        ),
        phases=tuple(
            PhaseView(
                name=phase.name,
                months=plain(phase.months),
                regions=tuple(_region(region, names) for region in phase.regions if region.sites or region.overflow),
                without_sites=", ".join(
                    region.region for region in phase.regions if not region.sites and not region.overflow
                ),
            )
            for phase in plan.phases
        ),
        left=tuple(
            (title, count(left[decision], "workload")) for decision, title in DECISIONS.items() if left[decision]
        ),
        sha256=plan.sha256(),
    )
