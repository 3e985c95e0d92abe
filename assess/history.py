"""The history of an account that outlives CloudWatch's: what `aimigrate watch` keeps, and `assess --history` reads.

CloudWatch thins its points to five minutes after 15 days and to an hour after 63, and drops them after 455.
"""

import fcntl
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from aimigrate.assess._history_files import LINES, PARQUET, Column, Points, Track, merge, read
from aimigrate.assess.shape import HOUR_S
from aimigrate.assess.windows import MOST_POINTS, PERIODS_S
from aimigrate.contracts.inventory import Inventory, Series, Workload
from aimigrate.errors import MachineProblem, UsageProblem

_FOLDER = "series"
_MONTH = re.compile(rf"(\d{{4}}-\d{{2}})({re.escape(PARQUET)}|{re.escape(LINES)})")
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")

Older = dict[str, tuple[Series, ...]]
"""Workload id to series of times before those that were read."""


@dataclass(frozen=True)
class Appended:
    """What one reading added."""

    points: int
    files: tuple[Path, ...]
    removed: tuple[Path, ...] = ()


def append_history(inventory: Inventory, folder: Path, *, keep: timedelta | None = None) -> Appended:
    """Add every point of the inventory's series to the history in `folder`, and drop months older than `keep`.

    A point is known by workload, metric, statistic, period, source and time: reading it again replaces it, so that
    overlapping or repeated readings double nothing. Raises UsageProblem for a history that can't be read, and
    MachineProblem when the disk says no.
    """
    place = _place(folder, inventory.account_id)
    by_month = _by_month(inventory)
    with _alone(place):
        for month, points in sorted(by_month.items()):
            merge(place / month, points)
        removed = _dropped(place, inventory.collected_at - keep) if keep else ()
    counted = sum(len(at_s) for points in by_month.values() for at_s, _ in points.values())
    return Appended(counted, tuple(place / month for month in sorted(by_month)), removed)


def older_series(inventory: Inventory, folder: Path, *, must_exist: bool = True) -> Older:
    """Return, for each workload of the inventory, what the history knows of times before its own series begin.

    Raises UsageProblem where there is no history of the account (unless it need not exist, as for a new account of an
    organization) or it can't be read, and MachineProblem where it needs DuckDB.
    """
    place = _place(folder, inventory.account_id)
    files = sorted(path for path in place.glob("*") if _MONTH.fullmatch(path.name)) if place.is_dir() else []
    if not files and must_exist:
        raise UsageProblem(
            what=f"{folder} holds no history of account {inventory.account_id}",
            why=f"there is no month file in {place}",
            fix="give the folder that `aimigrate watch --history` writes to",
        )
    ids = [workload.id for workload in inventory.workloads]
    parts: dict[Track, list[Column]] = defaultdict(list)
    for path in files:
        for track, column in read(path, ids).items():
            parts[track].append(column)
    tracks: Points = {track: _put_together(columns) for track, columns in parts.items()}
    found = {workload.id: _before(workload, tracks) for workload in inventory.workloads}
    return {name: series for name, series in found.items() if series}


def with_series(inventory: Inventory, older: Mapping[str, tuple[Series, ...]]) -> Inventory:
    """Return the inventory with older series added to its workloads."""
    workloads = tuple(
        workload.model_copy(update={"series": _sorted((*older[workload.id], *workload.series))})
        if older.get(workload.id)
        else workload
        for workload in inventory.workloads
    )
    return inventory.model_copy(update={"workloads": workloads})


def with_history(inventory: Inventory, folder: Path) -> Inventory:
    """Return the inventory with what the history in `folder` knows of earlier times. Raises as `older_series`."""
    return with_series(inventory, older_series(inventory, folder))


def _place(folder: Path, account_id: str) -> Path:
    if not _ACCOUNT.fullmatch(account_id):
        raise UsageProblem(
            what=f"account {account_id!r} can have no history", why="its id names no folder", fix="give --account"
        )
    return folder / _FOLDER / account_id


def _by_month(inventory: Inventory) -> dict[str, Points]:
    found: dict[str, Points] = defaultdict(dict)
    for workload in inventory.workloads:
        for one in workload.series:
            track = Track(workload.id, one.metric, one.statistic, one.period_s, one.source)
            values = np.array([np.nan if value is None else value for value in one.values], dtype=np.float64)
            at_s = int(one.start_at.timestamp()) + np.arange(len(values), dtype=np.int64) * one.period_s
            known = ~np.isnan(values)
            months = at_s.astype("datetime64[s]").astype("datetime64[M]")
            for month in np.unique(months[known]):
                here = known & (months == month)
                mine = found[str(month)]
                before_s, before = mine.get(track, (at_s[:0], values[:0]))
                mine[track] = np.concatenate([before_s, at_s[here]]), np.concatenate([before, values[here]])
    return found


def _put_together(columns: list[Column]) -> Column:
    """Join the months of one track; of a time in two files (a month kept in both forms) the last one counts."""
    at_s = np.concatenate([one for one, _ in columns])[::-1]
    values = np.concatenate([one for _, one in columns])[::-1]
    kept_s, index = np.unique(at_s, return_index=True)
    return kept_s, values[index]


def _before(workload: Workload, tracks: Points) -> tuple[Series, ...]:
    """Return the older series of a workload: of each time the finest, none of the time that its own series cover."""
    begins: dict[tuple[str, str], float] = {}
    for one in workload.series:
        begins[one.metric, one.statistic] = min(
            begins.get((one.metric, one.statistic), np.inf), one.start_at.timestamp()
        )
    found: list[Series] = []
    for track in sorted((one for one in tracks if one.workload == workload.id), key=lambda one: one.period_s):
        key = (track.metric, track.statistic)
        at_s, values = tracks[track]
        here = at_s + track.period_s <= begins.get(key, np.inf)
        if here.any():
            found.append(_laid(track, at_s[here], values[here]))
            begins[key] = min(begins.get(key, np.inf), float(at_s[here][0]))
    return _sorted(found)


def _laid(track: Track, at_s: Any, values: Any) -> Series:  # noqa: ANN401  # a Column
    """Lay the points on their period, or on a longer one where a series would get too long to judge."""
    span_s = int(at_s[-1] - at_s[0]) + track.period_s
    longer = [period for period in PERIODS_S if period % track.period_s == 0 and period <= HOUR_S]
    period_s = next((one for one in (track.period_s, *longer) if span_s / one <= MOST_POINTS), HOUR_S)
    period_s = max(period_s, track.period_s)
    first_s = int(at_s[0]) // period_s * period_s if period_s != track.period_s else int(at_s[0])
    index = (at_s - first_s) // period_s
    length = int(index[-1]) + 1
    count = np.bincount(index, minlength=length)
    if track.statistic == "maximum":
        laid = np.full(length, -np.inf)
        np.maximum.at(laid, index, values)
    else:
        laid = np.bincount(index, weights=values, minlength=length)
        if track.statistic == "average":
            laid = laid / np.maximum(count, 1)
    kept = tuple(float(value) if known else None for value, known in zip(laid, count, strict=True))
    return Series(
        metric=track.metric,
        statistic=track.statistic,
        start_at=datetime.fromtimestamp(first_s, UTC),
        period_s=period_s,
        values=kept,
        source=track.source,
    )


def _sorted(series: Any) -> tuple[Series, ...]:  # noqa: ANN401  # any series
    return tuple(sorted(series, key=lambda one: (one.metric, one.statistic, one.start_at, one.period_s, one.source)))


def _dropped(place: Path, before: datetime) -> tuple[Path, ...]:
    """Remove the months that ended before a time."""
    found = []
    for path in sorted(place.glob("*")):
        match = _MONTH.fullmatch(path.name)
        if match and match[1] < f"{before:%Y-%m}":
            path.unlink(missing_ok=True)
            found.append(path)
    return tuple(found)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Let one process at a time write to the history of an account. Raises MachineProblem for a bad disk."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = (place / ".lock").open("w")
    except OSError as error:
        raise MachineProblem(
            what=f"the history {place} can't be written",
            why=error.strerror or str(error),
            fix="give --history a folder that you may write to",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
