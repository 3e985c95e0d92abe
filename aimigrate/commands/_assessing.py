"""The way from an account (or a snapshot, or observations) to an assessment and its report, for assess and demo."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from aimigrate.contracts import Assessment, Hints, Inventory
from aimigrate.contracts.inventory import Coverage, CoverageEntry
from aimigrate.documents import load_yaml, save
from aimigrate.errors import AccountProblem, UsageProblem
from aimigrate.output import stderr

PARTIAL = 3  # exit code: done, but on partial coverage
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}
_KEPT_DAYS = 455  # CloudWatch keeps 1-hour points for 455 days (CloudWatch user guide, read 2026-11)
_OBSERVED = "observations"  # the account id of an inventory that came from no account


@dataclass(frozen=True)
class Request:
    """What to assess: an account, or a snapshot, or observations; and where to write."""

    out: Path
    account_id: str | None = None
    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    regions: tuple[str, ...] = ()
    lookback_days: float = 14.0
    snapshot: Path | None = None
    observations: Path | None = None
    focus: Path | None = None
    hints: Path | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class Assessed:
    """What was read and judged, and where it was written."""

    inventory: Inventory
    assessment: Assessment
    snapshot: Path
    assessment_path: Path
    report: Path

    @property
    def exit_code(self) -> int:
        """3 when the coverage has holes, else 0."""
        return PARTIAL if self.assessment.coverage.holes else 0

    def summary(self) -> dict[str, Any]:
        """Return the small result that `--json` prints."""
        coverage, totals = self.assessment.coverage, self.assessment.totals
        by_status = Counter(entry.status for entry in coverage.entries)
        return {
            "account_id": self.assessment.account_id,
            "assessment": str(self.assessment_path),
            "by_label": dict(sorted(totals.by_label.items())),
            "by_verdict": dict(sorted(totals.by_decision.items())),
            "coverage": {
                "operations": len(coverage.entries),
                "holes": coverage.holes,
                "by_status": dict(sorted(by_status.items())),
                "hole_list": [entry.model_dump() for entry in holes_of(coverage)],
            },
            "exit_code": self.exit_code,
            "known_usd_per_month": totals.known_usd_per_month,
            "report": str(self.report),
            "saving_usd_per_month": totals.saving_usd_per_month,
            "snapshot": str(self.snapshot),
            "unknown_cost_workloads": totals.unknown_cost_workloads,
            "workloads": totals.workloads,
        }


def lookback_days(text: str) -> float:
    """Read `14d`, `36h` or `2w`. Raises UsageProblem for anything else."""
    match = re.fullmatch(r"(\d{1,5})([hdw])", text.strip())
    days = int(match.group(1)) * _DAYS[match.group(2)] if match else 0.0
    if not 0 < days <= _KEPT_DAYS:
        raise UsageProblem(
            what=f"--lookback {text!r} can't be used",
            why=f"it is a number of hours, days or weeks, more than none and at most {_KEPT_DAYS} days",
            fix="give, for example, --lookback 14d",
        )
    return days


def run(request: Request) -> Assessed:
    """Read, judge, write the snapshot, assessment.json and report.html, each whole or not at all.

    Raises AimigrateError for an input, an account or a disk that can't be used.
    """
    from aimigrate.assess.decide import assess
    from aimigrate.assess.snapshot import write_snapshot
    from aimigrate.registry import discover
    from aimigrate.rendering.report import write_report

    _check_sources(request)
    hints = load_yaml(request.hints, Hints) if request.hints else Hints()
    inventory = _with_bill(_inventory(request), request.focus)
    _check_hints(hints, inventory, request.hints)
    targets = discover("aimigrate.planning.targets", "target")
    assessment = assess(inventory, targets=targets, hints=hints)
    return Assessed(
        inventory=inventory,
        assessment=assessment,
        snapshot=write_snapshot(inventory, request.out),
        assessment_path=save(request.out / "assessment.json", assessment.canonical()),
        report=write_report(assessment, request.out / "report.html"),
    )


def _check_sources(request: Request) -> None:
    if request.snapshot and request.observations:
        raise UsageProblem(
            what="--snapshot and --observations were both given",
            why="an assessment reads one source",
            fix="leave one of them out",
        )
    live = {
        "--profile": request.profile,
        "--role-arn": request.role_arn,
        "--external-id": request.external_id,
        "--regions": request.regions,
    }
    given = [name for name, value in live.items() if value]
    if given and (request.snapshot or request.observations):
        raise UsageProblem(
            what=f"{', '.join(given)} can't be used with a snapshot or observations",
            why="these are read offline, no account is asked",
            fix="leave it out, or leave --snapshot and --observations out",
        )
    if request.external_id and not request.role_arn:
        raise UsageProblem(
            what="--external-id was given without --role-arn",
            why="the external id is sent when a role is assumed",
            fix="add --role-arn, or leave --external-id out",
        )


def _check_hints(hints: Hints, inventory: Inventory, path: Path | None) -> None:
    """Refuse an answer about a workload that was not found: a mistyped id would be lost in silence."""
    known = {workload.id for workload in inventory.workloads}
    lost = sorted(hints.workloads.keys() - known)
    if lost:
        near = get_close_matches(lost[0], sorted(known), n=1)
        raise UsageProblem(
            what=f"hints {path} can't be used",
            why=f"workloads: no workload has the id {', '.join(lost)}",
            fix=f"did you mean {near[0]}?" if near else "take the ids from assessment.json",
        )


def _inventory(request: Request) -> Inventory:
    if request.snapshot:
        from aimigrate.assess.snapshot import read_snapshot

        inventory = read_snapshot(request.snapshot)
        if request.account_id and request.account_id != inventory.account_id:
            raise AccountProblem(
                what=f"the snapshot is not of account {request.account_id}",
                why=f"it was taken of account {inventory.account_id}",
                fix=f"give --account {inventory.account_id} or leave --account out",
            )
        return inventory
    if request.observations:
        from aimigrate.assess.observations import read_observations

        account_id = request.account_id or _OBSERVED
        return read_observations(request.observations, account_id=account_id, now=request.now)
    return _read_account(request)


def _read_account(request: Request) -> Inventory:
    from aimigrate.assess.account import resolve
    from aimigrate.assess.collect import collect

    account = resolve(
        request.account_id,
        profile=request.profile,
        role_arn=request.role_arn,
        external_id=request.external_id,
        regions=request.regions,
    )
    where = f"{len(account.regions)} regions" if len(account.regions) > 1 else ", ".join(account.regions)
    stderr.print(f"reading account {account.account_id} in {where} as {escape(account.caller_arn)}, read-only")
    inventory = collect(
        account.session,
        account_id=account.account_id,
        regions=account.regions,
        lookback_days=request.lookback_days,
        now=request.now or datetime.now(UTC).replace(microsecond=0),
    )
    entries = sorted(
        (*account.holes, *inventory.coverage.entries), key=lambda e: (e.account_id, e.region, e.service, e.operation)
    )
    return inventory.model_copy(update={"coverage": Coverage(entries=tuple(entries))})


def _with_bill(inventory: Inventory, focus: Path | None) -> Inventory:
    if focus is None:
        return inventory
    from aimigrate.assess.bill import read_focus

    return inventory.model_copy(update={"bill": read_focus(focus)})


def holes_of(coverage: Coverage) -> tuple[CoverageEntry, ...]:
    """Return the operations that gave less than everything."""
    return tuple(entry for entry in coverage.entries if entry.status != "complete")


def show(assessed: Assessed) -> None:
    """Tell a person what was found, on stderr: verdicts, money, and each hole by name."""
    assessment, totals = assessed.assessment, assessed.assessment.totals
    if not totals.workloads:
        looked = ", ".join(assessment.regions) or "no region"
        stderr.print(
            f"\nNothing that runs a model was found in account {assessment.account_id}: "
            f"{len(assessment.coverage.entries)} operations were asked in {looked}."
        )
    else:
        stderr.print(_table(assessment))
    _show_holes(assessment.coverage)
    for name, path in (
        ("snapshot", assessed.snapshot),
        ("assessment", assessed.assessment_path),
        ("report", assessed.report),
    ):
        stderr.print(f"  {name:<11}{escape(str(path))}")


def _table(assessment: Assessment) -> Table:
    totals = assessment.totals
    table = Table(title=f"Account {assessment.account_id}: {totals.workloads} workloads")
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
    return table


def _show_holes(coverage: Coverage) -> None:
    """Name each hole once, with the regions it is in."""
    regions: dict[tuple[str, str, str, str, str], list[str]] = {}
    for hole in holes_of(coverage):
        key = (hole.service, hole.operation, hole.status, hole.reason or "", hole.fix or "")
        regions.setdefault(key, []).append(hole.region)
    if regions:
        stderr.print(f"{coverage.holes} holes in the coverage; what they hide is unknown, not none:")
    for (service, operation, status, reason, fix), names in sorted(regions.items()):
        stderr.print(escape(f"  {service} {operation}: {status} in {', '.join(names)}: {reason}. To mend: {fix}"))
