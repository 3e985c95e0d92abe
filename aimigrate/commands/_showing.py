"""What a person is told after an assessment, on stderr: verdicts, money, how well it was read, each hole by name."""

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from aimigrate.commands._assessing import Assessed, holes_of
from aimigrate.output import stderr

if TYPE_CHECKING:
    from aimigrate.contracts import Assessment
    from aimigrate.contracts.inventory import Coverage, CoverageEntry

_ACCOUNTS_NAMED = 3
_TOLD = 5  # reasons of one kind of hole that are printed


def show(assessed: Assessed) -> None:
    """Tell what was found and where it is written."""
    assessment, totals = assessed.assessment, assessed.assessment.totals
    if not totals.workloads:
        looked = ", ".join(assessment.regions) or "no region"
        stderr.print(
            f"\nNothing that runs a model was found in {_whose(assessment)}: "
            f"{len(assessment.coverage.entries)} operations were asked in {looked}."
        )
    else:
        stderr.print(_table(assessment))
        stderr.print(_read(assessment))
    _show_holes(assessment.coverage, several=len(assessment.accounts) > 1)
    for name, path in (
        ("snapshot", assessed.snapshot),
        ("assessment", assessed.assessment_path),
        ("report", assessed.report),
    ):
        stderr.print(f"  {name:<11}{escape(str(path))}")


def _whose(assessment: "Assessment") -> str:
    if assessment.accounts:
        return f"{len(assessment.accounts)} accounts of the organization of {assessment.account_id}"
    return f"account {assessment.account_id}"


def _table(assessment: "Assessment") -> Table:
    totals, whose = assessment.totals, _whose(assessment)
    table = Table(title=f"{whose[0].upper()}{whose[1:]}: {totals.workloads} workloads")
    table.add_column("verdict")
    table.add_column("workloads", justify="right")
    table.add_column("USD a month now", justify="right")
    for decision, count in sorted(totals.by_decision.items()):
        costs = [w.cost.monthly_usd for w in assessment.workloads if w.verdict.decision == decision]
        known = [cost for cost in costs if cost is not None]
        unknown = len(costs) - len(known)
        cost = f"{sum(known):,.0f}" + (f" + {unknown} unknown" if unknown else "")
        table.add_row(decision, str(count), cost if costs else "-")
    table.add_section()
    table.add_row("all", str(totals.workloads), f"{totals.known_usd_per_month:,.0f}")
    table.add_row("after, of what goes", "", f"{totals.after_usd_per_month:,.0f}")
    low, high = totals.saving_low_usd_per_month, totals.saving_high_usd_per_month
    table.add_row("saving", "", f"{totals.saving_usd_per_month:,.0f} ({low:,.0f} to {high:,.0f})")
    if totals.bill is not None:
        bill = totals.bill
        table.add_section()
        table.add_row("the bill, whole", "", f"{bill.total_usd:,.2f}")
        for name, usd in (
            ("of workloads", bill.attributed_usd),
            ("shared", bill.shared_usd),
            ("gone since", bill.gone_usd),
        ):
            table.add_row(f"  {name}", "", "unknown" if usd is None else f"{usd:,.2f}")
    if assessment.commitments:
        lost = totals.stranded_usd_per_month
        table.add_row("stranded commitments", "", "unknown" if lost is None else f"{lost:,.0f}")
    return table


def _read(assessment: "Assessment") -> str:
    """Say how the measuring of the workloads ended, most frequent first."""
    ended = Counter(one.reading for one in assessment.workloads if one.reading is not None)
    if not ended:
        return ""
    told = ", ".join(f"{count} {name.replace('-', ' ')}" for name, count in ended.most_common())
    return f"metrics: {told}"


def _show_holes(coverage: "Coverage", *, several: bool) -> None:
    """Name each hole, those of one kind and place together; each with its reason stands in the coverage."""
    if not coverage.holes:
        return
    places: dict[tuple[str, str, str], list[CoverageEntry]] = {}
    for hole in holes_of(coverage):
        places.setdefault((hole.status, hole.service, hole.operation), []).append(hole)
    groups: dict[tuple[str, str], list[list[CoverageEntry]]] = {}
    for (status, _, _), holes in sorted(places.items()):
        groups.setdefault((status, _where(holes, several=several)), []).append(holes)
    stderr.print(f"{coverage.holes} holes in the coverage; what they hide is unknown, not none:")
    for (status, where), kinds in sorted(groups.items()):
        stderr.print(escape(f"  {status} in {where}:"))
        by_service: dict[str, list[str]] = {}
        for holes in kinds:
            by_service.setdefault(holes[0].service, []).append(holes[0].operation)
        for service, operations in sorted(by_service.items()):
            stderr.print(escape(f"    {service}: {', '.join(operations)}"))
        told = sorted({(hole.reason or "", hole.fix or "") for holes in kinds for hole in holes})
        fixes = sorted({fix for _, fix in told})
        if len(fixes) == 1:
            stderr.print(escape(f"    to mend: {fixes[0]}"))
            continue
        for reason, fix in told[:_TOLD]:
            stderr.print(escape(f"    {reason}; to mend: {fix}"))
        if len(told) > _TOLD:
            stderr.print(f"    and {len(told) - _TOLD} more: `coverage` in assessment.json has each")


def _where(holes: "list[CoverageEntry]", *, several: bool) -> str:
    regions = ", ".join(sorted({hole.region for hole in holes}))
    if not several:
        return regions
    accounts = sorted({hole.account_id for hole in holes})
    named = ", ".join(accounts) if len(accounts) <= _ACCOUNTS_NAMED else f"{len(accounts)} accounts"
    return f"{regions} of {named}"
