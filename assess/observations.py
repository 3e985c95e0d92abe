"""Turn a folder of tables into an Inventory: what AWS can't be asked about, or is not to be.

A window of the requests table without a row, between a workload's first and last row, holds no
request. A window of the usage table without a row is unknown.
"""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np

from aimigrate.assess.shape import DAY_S
from aimigrate.assess.timed import Timed, add_requests, add_usage, anchored, read_timed, runs_of
from aimigrate.contracts.inventory import (
    Compute,
    Coverage,
    CoverageEntry,
    Inventory,
    Missing,
    ModelFacts,
    Series,
    Workload,
    WorkloadKind,
)
from aimigrate.errors import UsageProblem
from aimigrate.tables import Faults, Table, numbers, read_table

RESOURCES_TAG = "aimigrate:resources"
"""Tag with the bill's resource ids of a workload, apart by spaces; its workload_id always counts as one."""

_COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "workloads": (
        ("workload_id",),
        (
            *("kind", "region", "instance_type", "accelerator", "accelerator_count", "cpu_cores", "memory_gib"),
            *("monthly_cost_usd", "model", "tags"),
        ),
    ),
    "runs": (("workload_id", "started_at"), ("ended_at", "status")),
    "requests": (("workload_id", "timestamp"), ("count", "latency_p50_ms", "latency_p99_ms")),
    "usage": (("workload_id", "timestamp", "metric", "value"), ()),
}
_ENDINGS = (".csv", ".csv.gz", ".parquet")
_NUMBERS = ("accelerator_count", "cpu_cores", "memory_gib", "monthly_cost_usd")
_LEAST_LOOKBACK_DAYS = 1 / 24


def read_observations(folder: Path, *, account_id: str, now: datetime | None) -> Inventory:
    """Read `workloads` and, where there, `runs`, `requests` and `usage` of a folder.

    Times in seconds are laid so that the trace begins at midnight UTC and ends by `now`; without one
    it begins in 1970. Raises UsageProblem that names file, line and column of what can't be used.
    """
    what = f"the observations in {folder} can't be used"
    paths = _find(folder)
    tables = {
        name: read_table(path, required=_COLUMNS[name][0], known=_COLUMNS[name][0] + _COLUMNS[name][1])
        for name, path in paths.items()
    }
    faults = Faults()
    ids = _ids(tables["workloads"], faults)
    timed = {name: read_timed(table, ids, faults) for name, table in tables.items() if name != "workloads"}
    faults.stop_if_any(what)
    timed = anchored(timed, now)
    workloads = _workloads(tables["workloads"], timed, faults)
    faults.stop_if_any(what)
    every = np.concatenate([np.empty(0), *(one.known_s for one in timed.values())])
    first_s, last_s = (float(every.min()), float(every.max())) if every.size else (0.0, 0.0)
    return Inventory(
        account_id=account_id,
        source="observations",
        collected_at=now or datetime.fromtimestamp(last_s, UTC),
        lookback_days=max((last_s - first_s) / DAY_S, _LEAST_LOOKBACK_DAYS),
        regions=tuple(sorted({workload.region for workload in workloads})),
        workloads=workloads,
        coverage=_coverage(account_id, tables, timed),
        input_sha256=_digest(paths),
    )


def _find(folder: Path) -> dict[str, Path]:
    """Find each table's file. A table that is there twice, or a table of no known name, is refused."""
    if not folder.is_dir():
        raise UsageProblem(
            what=f"the observations {folder} can't be read",
            why=f"{folder} is no folder",
            fix="give a folder that holds workloads.csv",
        )
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        ending = next((end for end in _ENDINGS if path.name.endswith(end)), None)
        if ending is not None:
            found[path.name.removesuffix(ending)].append(path)
    foreign = sorted(set(found) - set(_COLUMNS))
    why = (
        f"no file workloads{' or workloads'.join(_ENDINGS)}"
        if "workloads" not in found
        else f"{found[foreign[0]][0]}: no such table; there are {', '.join(_COLUMNS)}"
        if foreign
        else next((f"{paths[0]} and {paths[1]} are the same table" for paths in found.values() if len(paths) > 1), None)
    )
    if why:
        raise UsageProblem(
            what=f"the observations in {folder} can't be used",
            why=why,
            fix="name the files workloads, runs, requests and usage, each once; only workloads is needed",
        )
    return {name: paths[0] for name, paths in found.items()}


def _ids(table: Table, faults: Faults) -> set[str]:
    """Each workload's id, given once and not empty."""
    seen: set[str] = set()
    for row, name in enumerate(table.text("workload_id")):
        if not name.strip():
            faults.add(table, row, "workload_id", "must not be empty")
        elif name in seen:
            faults.add(table, row, "workload_id", f"{name[:60]!r} stands there twice")
        seen.add(name)
    return seen


def _workloads(table: Table, timed: dict[str, Timed], faults: Faults) -> tuple[Workload, ...]:
    figures = {name: numbers(table, name, faults) for name in _NUMBERS}
    runs = runs_of(timed["runs"], faults) if "runs" in timed else {}
    series: dict[str, list[Series]] = defaultdict(list)
    if "requests" in timed:
        add_requests(timed["requests"], series, faults)
    if "usage" in timed:
        add_usage(timed["usage"], series, faults)
    found = []
    for row, name in enumerate(table.text("workload_id")):
        cells = {column: table.text(column)[row].strip() or None for column in table.columns}
        kind = cells.get("kind") or "observed"
        if kind not in get_args(WorkloadKind):
            faults.add(table, row, "kind", f"must be one of {', '.join(get_args(WorkloadKind))}, not {kind[:40]!r}")
            continue
        known = {column: None if np.isnan(values[row]) else float(values[row]) for column, values in figures.items()}
        region = cells.get("region")
        tags = _tags(table, row, cells.get("tags"), faults)
        found.append(
            Workload(
                id=f"{kind}:{region or 'unknown'}:{name}",
                kind=cast("WorkloadKind", kind),
                region=region or "unknown",
                name=name,
                resources=(name, *(one for one in tags.get(RESOURCES_TAG, "").split() if one != name)),
                tags=tags,
                compute=Compute(
                    instance_type=cells.get("instance_type"),
                    accelerator=cells.get("accelerator"),
                    accelerators_per_instance=known["accelerator_count"],
                    vcpus=known["cpu_cores"],
                    memory_gib=known["memory_gib"],
                ),
                runs=runs.get(name, ()),
                series=tuple(sorted(series[name], key=lambda one: (one.metric, one.statistic))),
                model=ModelFacts(name=cells["model"], source="observation") if cells.get("model") else ModelFacts(),
                stated_usd_per_month=known["monthly_cost_usd"],
                missing=()
                if region
                else (Missing(what="region", reason="workloads names none", fix="add a column region"),),
            )
        )
    return tuple(sorted(found, key=lambda one: one.id))


def _tags(table: Table, row: int, text: str | None, faults: Faults) -> dict[str, str]:
    """Read a cell of tags: a JSON object of text."""
    try:
        values: Any = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        faults.add(table, row, "tags", 'must be a JSON object of text, as {"team": "vision"}')
        return {}
    return values


def _coverage(account_id: str, tables: dict[str, Table], timed: dict[str, Timed]) -> Coverage:
    seconds = "times count from the trace's start, which is read as midnight UTC"
    return Coverage(
        entries=tuple(
            CoverageEntry(
                account_id=account_id,
                region="all",
                service="observations",
                operation=table.path.name,
                status="complete",
                items=len(table),
                reason=seconds if name in timed and timed[name].relative else None,
            )
            for name, table in sorted(tables.items())
        )
    )


def _digest(paths: dict[str, Path]) -> str:
    """Hash what was read: names and bytes of the files."""
    digest = hashlib.sha256()
    for _, path in sorted(paths.items()):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
