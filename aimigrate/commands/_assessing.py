"""The way from an account (or a snapshot, or observations) to an assessment and its report, for assess and demo."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from aimigrate.contracts import Assessment, Hints, Sites
from aimigrate.contracts.bill import Bill
from aimigrate.contracts.inventory import Coverage, CoverageEntry
from aimigrate.documents import load_yaml, save
from aimigrate.errors import UsageProblem

PARTIAL = 3  # exit code: done, but on partial coverage
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0}
_KEPT_DAYS = 455  # CloudWatch keeps 1-hour points for 455 days (CloudWatch user guide, read 2026-11)


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
    sites: Path | None = None
    history: Path | None = None
    measured: Path | None = None
    now: datetime | None = None
    organization: bool = False
    max_api_spend_usd: float | None = None
    state: str | None = None
    calls_at_once: int | None = None


@dataclass(frozen=True)
class Assessed:
    """What was read and judged, and where it was written."""

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
    from aimigrate.assess.measured_speeds import measured_on, read_measured
    from aimigrate.assess.merge import Merge
    from aimigrate.assess.snapshot import SnapshotWriter
    from aimigrate.commands._collecting import reading
    from aimigrate.registry import discover
    from aimigrate.rendering.report import write_report

    _check_sources(request)
    hints = load_yaml(request.hints, Hints) if request.hints else Hints()
    sites = load_yaml(request.sites, Sites) if request.sites else None
    given = _bill(request)
    targets = discover("aimigrate.planning.targets", "target")
    speeds = read_measured(request.measured, targets) if request.measured else ()
    with measured_on(speeds), reading(request) as source:
        bill = given or source.bill
        merge = Merge(source.account_id, targets, hints, bill, sites=sites)
        writer = SnapshotWriter(
            request.out,
            account_id=source.account_id,
            collected_at=source.collected_at,
            lookback_days=source.lookback_days,
        )
        try:
            for read in source.accounts:
                merge.add(read.inventory)
                writer.add(read.inventory, recordings=read.recordings, holes=read.holes, history=read.history)
            _check_hints(hints, merge.ids, request.hints)
            assessment = merge.assessment()
            snapshot = writer.finish(bill)
        except BaseException:
            writer.abandon()
            raise
        return Assessed(
            assessment=assessment,
            snapshot=snapshot,
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
        "--organization": request.organization,
        "--max-api-spend": request.max_api_spend_usd is not None,
        "--state": request.state,
        "--history": request.history,
    }
    given = [name for name, value in live.items() if value]
    if given and (request.snapshot or request.observations):
        raise UsageProblem(
            what=f"{', '.join(given)} can't be used with a snapshot or observations",
            why="these are read offline, no account is asked",
            fix="leave it out, or leave --snapshot and --observations out",
        )
    if request.external_id and not request.role_arn and not request.organization:
        raise UsageProblem(
            what="--external-id was given without --role-arn",
            why="the external id is sent when a role is assumed",
            fix="add --role-arn, or leave --external-id out",
        )


def _check_hints(hints: Hints, known: set[str], path: Path | None) -> None:
    """Refuse an answer about a workload that was not found: a mistyped id would be lost in silence."""
    lost = sorted(hints.workloads.keys() - known)
    if lost:
        near = get_close_matches(lost[0], sorted(known), n=1)
        raise UsageProblem(
            what=f"hints {path} can't be used",
            why=f"workloads: no workload has the id {', '.join(lost)}",
            fix=f"did you mean {near[0]}?" if near else "take the ids from assessment.json",
        )


def _bill(request: Request) -> Bill | None:
    if request.focus is None:
        return None
    import boto3

    from aimigrate.assess.bill import read_focus

    return read_focus(request.focus, session=lambda: boto3.Session(profile_name=request.profile))


def holes_of(coverage: Coverage) -> tuple[CoverageEntry, ...]:
    """Return the operations that gave less than everything."""
    return tuple(entry for entry in coverage.entries if entry.status != "complete")
