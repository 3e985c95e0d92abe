"""Run `aimigrate assess` in this process over a seeded account, and compare what runs leave."""

import hashlib
import os
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aimigrate.assess._answers import Recorded
from aimigrate.commands._assessing import Assessed, Request, run
from tests.faults.account import ACCOUNT, REGIONS
from tests.faults.cloud import Cloud, key_of
from tests.faults.seed_compute import NOW

Calls = Counter[tuple[str, str]]


def environment_of(account_id: str = ACCOUNT, number: int = 0) -> dict[str, str]:
    """Return the environment of a person whose keys carry the account."""
    keys = {"AWS_ACCESS_KEY_ID": key_of(account_id, number), "AWS_SECRET_ACCESS_KEY": "made-up"}
    return {**keys, "AWS_SESSION_TOKEN": f"made-up-{number}", "AWS_DEFAULT_REGION": REGIONS[0]}


def assess(cloud: Cloud, out: Path, *, number: int = 0, **more: Any) -> Assessed:  # noqa: ANN401  # as Request
    """Assess the account that the keys carry; the report is left out. `number` tells one session's keys from others."""
    asked = {"account_id": ACCOUNT, "regions": REGIONS[:1], "now": NOW, **more}
    with (
        patch.dict(os.environ, environment_of(number=number)),
        patch("aimigrate.rendering.report.write_report", lambda _, path: path),
        cloud.plugged(waits=True),
    ):
        try:
            return run(Request(out=out, **asked))
        finally:
            _settled()


def _settled() -> None:
    """Wait for the threads of a run that ended early: a command's process would be gone with them."""
    for thread in threading.enumerate():
        if thread.name.startswith(("dbos-executor", "aimigrate-read")):
            thread.join(30)


def bytes_of(out: Path) -> dict[str, str]:
    """Return the sha256 of each file of the snapshot, and of assessment.json."""
    files = [*sorted(path for path in (out / "snapshot").rglob("*") if path.is_file()), out / "assessment.json"]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


SHARED = ("ec2", "DescribeInstanceTypes")


def calls_of(out: Path, *, but: frozenset[str] = frozenset()) -> Calls:
    """Return the calls that the units of a snapshot took, by its recordings, less those of the units `but`.

    Without those that units of a region share: each recording holds the whole answer, whichever unit asked.
    """
    calls: Calls = Counter()
    folder = out / "snapshot" / "answers"
    for path in folder.rglob("*.jsonl.gz"):
        if str(path.relative_to(folder)).removesuffix(".jsonl.gz") not in but:
            for answer in Recorded(path.read_bytes()).answers():
                calls[answer.service, answer.operation] += answer.reads + (answer.refusal is not None)
    return +Counter({key: n for key, n in calls.items() if key != SHARED})


def finished_units(out: Path) -> frozenset[str]:
    """Return the units that the state says are read: account/region/collector. None before there is a state."""
    path = out / ".aimigrate" / "collect.sqlite"
    if not path.exists():
        return frozenset()
    with closing(sqlite3.connect(path)) as state:
        if not state.execute("SELECT 1 FROM sqlite_master WHERE name = 'workflow_status'").fetchall():
            return frozenset()
        rows = state.execute("SELECT workflow_uuid FROM workflow_status WHERE status = 'SUCCESS'").fetchall()
    return frozenset(name.partition("/")[2] for (name,) in rows if name.count("/") == 3)


def asked_of(cloud: Cloud) -> Calls:
    """Return what the cloud was asked by units: all but who is asking, and which regions there are."""
    calls: Calls = Counter()
    for (_, _, service, operation), count in cloud.asked.items():
        if service != "sts" and operation != "DescribeRegions" and (service, operation) != SHARED:
            calls[service, operation] += count
    return calls


LATER = datetime(2026, 11, 21, tzinfo=UTC)
"""A day after NOW: a run that goes on is as of the day it began."""
