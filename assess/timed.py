"""The timed tables of the observations: rows with a time, sorted by workload, made into runs and series."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isnan
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from aimigrate.assess.shape import DAY_S, Floats
from aimigrate.assess.windows import gauge_series, request_series
from aimigrate.contracts.inventory import Metric, Run, Series
from aimigrate.tables import Faults, Table, numbers, times

_GAUGES = tuple(name for name in get_args(Metric) if not name.startswith(("requests_", "errors_", "latency_")))


@dataclass(frozen=True)
class Timed:
    """A table with its times in seconds since 1970, and the rows of each workload."""

    table: Table
    at_s: dict[str, Floats]
    relative: bool
    rows: dict[str, NDArray[np.int64]]

    @property
    def known_s(self) -> Floats:
        """Every time of the table."""
        return np.concatenate([column[~np.isnan(column)] for column in self.at_s.values()])

    def moved(self, by_s: float) -> "Timed":
        """Return the table with all times later by so much."""
        return Timed(self.table, {name: column + by_s for name, column in self.at_s.items()}, self.relative, self.rows)


def read_timed(table: Table, ids: set[str], faults: Faults) -> Timed:
    """Read a table's times and sort its rows by workload."""
    columns = [name for name in ("timestamp", "started_at", "ended_at") if table.has(name)]
    read = {name: times(table, name, faults) for name in columns}
    needed = columns[0]
    for row in np.flatnonzero(np.isnan(read[needed][0])):
        if not table.text(needed)[row]:
            faults.add(table, int(row), needed, "must not be empty")
    kinds = {relative for name, (column, relative) in read.items() if not np.isnan(column).all()}
    if len(kinds) > 1:
        faults.add(table, 0, columns[-1], f"counts otherwise than {needed}: give both as RFC 3339 or both as seconds")
    rows: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(table.text("workload_id")):
        if name not in ids:
            faults.add(table, number, "workload_id", f"{name[:60]!r} is not in workloads")
        rows[name].append(number)
    at_s = {name: column for name, (column, _) in read.items()}
    return Timed(table, at_s, read[needed][1], {name: np.array(held) for name, held in rows.items()})


def anchored(timed: dict[str, Timed], now: datetime | None) -> dict[str, Timed]:
    """Lay the tables that count from the trace's start, all by the same shift, onto the calendar."""
    ends = [float(one.known_s.max()) for one in timed.values() if one.relative and one.known_s.size]
    start_s = (now.timestamp() - max(ends)) // DAY_S * DAY_S if now is not None and ends else 0.0
    return {name: one.moved(start_s) if one.relative else one for name, one in timed.items()}


def runs_of(timed: Timed, faults: Faults) -> dict[str, tuple[Run, ...]]:
    """Return each workload's runs by start; a run that ends before it starts is a fault."""
    starts = timed.at_s["started_at"]
    ends = timed.at_s.get("ended_at", np.full(len(starts), np.nan))
    for row in np.flatnonzero(ends < starts):
        faults.add(timed.table, int(row), "ended_at", "is before started_at")
    status = timed.table.text("status")
    begun, over = starts.tolist(), ends.tolist()
    return {
        name: tuple(
            Run(
                started_at=datetime.fromtimestamp(begun[row], UTC),
                ended_at=None if isnan(over[row]) else datetime.fromtimestamp(over[row], UTC),
                status=status[row] or "unknown",
            )
            for row in rows[np.argsort(starts[rows], kind="stable")]
        )
        for name, rows in timed.rows.items()
    }


def add_requests(timed: Timed, series: dict[str, list[Series]], faults: Faults) -> None:
    """Add each workload's request series."""
    counted = timed.table.has("count")
    counts = numbers(timed.table, "count", faults) if counted else np.ones(len(timed.table))
    for row in np.flatnonzero(np.isnan(counts)):
        if not timed.table.text("count")[row]:
            faults.add(
                timed.table, int(row), "count", "must not be empty; leave the column out where a row is one request"
            )
    names: tuple[Metric, ...] = ("latency_p50_ms", "latency_p99_ms")
    tails: dict[Metric, Floats] = {name: numbers(timed.table, name, faults) for name in names if timed.table.has(name)}
    if faults.found:
        return
    for name, rows in timed.rows.items():
        of_rows: dict[Metric, Floats] = {metric: values[rows] for metric, values in tails.items()}
        series[name].extend(request_series(timed.at_s["timestamp"][rows], counts[rows], of_rows, counted=counted))


def add_usage(timed: Timed, series: dict[str, list[Series]], faults: Faults) -> None:
    """Add each workload's series of gauges; a metric that is not known is a fault."""
    values = numbers(timed.table, "value", faults)
    metrics = np.array(timed.table.text("metric"), dtype=object)
    for row in np.flatnonzero(~np.isin(metrics, _GAUGES)):
        faults.add(timed.table, int(row), "metric", f"must be one of {', '.join(_GAUGES)}, not {metrics[row][:40]!r}")
    if faults.found:
        return
    kept = ~np.isnan(values)
    for name, rows in timed.rows.items():
        for metric in sorted(set(metrics[rows])):
            chosen = rows[(metrics[rows] == metric) & kept[rows]]
            if chosen.size:
                series[name].extend(gauge_series(metric, timed.at_s["timestamp"][chosen], values[chosen]))
