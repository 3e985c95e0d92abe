"""The files that outlive CloudWatch: a row for each point, one file a month of an account, written whole or not at all.

Parquet, through DuckDB, where that is installed; else gzipped JSON lines, a line for each track. Both are read.
"""

import gzip
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from glob import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aimigrate.errors import MachineProblem, UsageProblem

PARQUET, LINES = ".parquet", ".jsonl.gz"
_MEMORY = "400MB"  # ours: what a month sorts in; more goes to the disk for a while
_TRACK = "workload, metric, statistic, period_s, source"
_ROW = f"{_TRACK}, at_utc"
_TIMESTAMP = "make_timestamp(at_s * 1000000)"


@dataclass(frozen=True, order=True)
class Track:
    """What a point belongs to: one statistic of one metric of a workload, read from one place at one period."""

    workload: str
    metric: str
    statistic: str
    period_s: int
    source: str


Column = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Starts of periods in seconds since 1970, ascending, and the value of each."""
Points = dict[Track, Column]


def merge(stem: Path, points: Points) -> None:
    """Add points to the month file `stem`, with whatever ending; a point that is there already is replaced.

    Raises UsageProblem for a file that can't be read, and MachineProblem when the disk says no.
    """
    lines, parquet = stem.with_name(stem.name + LINES), stem.with_name(stem.name + PARQUET)
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        if find_spec("duckdb") is None:
            if parquet.exists():
                _read_parquet(parquet, None)  # says that DuckDB is needed
            _write_lines(lines, _joined(_read_lines(lines) if lines.exists() else {}, points))
            return
        before = _joined(_read_lines(lines), points) if lines.exists() else points
        _merge_parquet(parquet, before)
        lines.unlink(missing_ok=True)
    except OSError as error:
        raise MachineProblem(
            what=f"the history {stem.parent} can't be written",
            why=f"{error.filename or stem}: {error.strerror or error}",
            fix="give --history a folder on a disk with room that you may write to",
        ) from error


def read(path: Path, workloads: Iterable[str]) -> Points:
    """Return what a month file holds of some workloads. Raises UsageProblem and MachineProblem."""
    wanted = set(workloads)
    if path.name.endswith(PARQUET):
        return _read_parquet(path, sorted(wanted))
    return {track: column for track, column in _read_lines(path).items() if track.workload in wanted}


def _joined(old: Points, new: Points) -> Points:
    found = dict(old)
    for track, (at_s, values) in new.items():
        before_s, before = found.get(track, (at_s[:0], values[:0]))
        kept = ~np.isin(before_s, at_s)
        every_s, every = np.concatenate([before_s[kept], at_s]), np.concatenate([before[kept], values])
        order = np.argsort(every_s, kind="stable")
        found[track] = every_s[order], every[order]
    return found


def _whole(path: Path, write: Any) -> None:  # noqa: ANN401  # a function of the draft's path
    """Let `write` fill a draft beside the file, and put it in the file's place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    draft = Path(name)
    try:
        write(draft)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.chmod(0o644)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _write_lines(path: Path, points: Points) -> None:
    lines = [
        json.dumps([*astuple(track), at_s.tolist(), values.tolist()], ensure_ascii=False, separators=(",", ":"))
        for track, (at_s, values) in sorted(points.items())
    ]
    content = gzip.compress("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"), mtime=0)
    _whole(path, lambda draft: draft.write_bytes(content))


def _read_lines(path: Path) -> Points:
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8", "surrogatepass")
        found: Points = {}
        for line in text.split("\n")[:-1]:
            *named, at_s, values = json.loads(line)
            found[Track(*named)] = np.array(at_s, dtype=np.int64), np.array(values, dtype=np.float64)
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise _unusable(path, str(error)) from error
    return found


def _connected() -> Any:  # noqa: ANN401  # DuckDB is an extra, and its connection untyped here
    try:
        import duckdb
    except ImportError as error:
        raise MachineProblem(
            what="the history can't be read",
            why="it is Parquet, which needs DuckDB, which is not installed",
            fix="pip install 'aimigrate[bill]'",
        ) from error
    return duckdb.connect()


def _merge_parquet(path: Path, points: Points) -> None:
    """Replace by SQL, so that a month larger than memory is no trouble."""
    import duckdb

    tracks = sorted(points)
    sizes = [len(points[track][0]) for track in tracks]
    named = {
        name: np.array([getattr(track, name) for track in tracks], dtype=object)
        for name in ("workload", "metric", "statistic", "source")
    }
    named["period_s"] = np.array([track.period_s for track in tracks], dtype=np.int64)
    rows = {
        "track": np.repeat(np.arange(len(tracks)), sizes),
        "at_s": np.concatenate([points[track][0] for track in tracks]),
        "value": np.concatenate([points[track][1] for track in tracks]),
    }
    new = f"SELECT {_TRACK}, {_TIMESTAMP} AS at_utc, value FROM points JOIN tracks USING (track)"  # noqa: S608  # our own names
    both = f"SELECT {_ROW}, value FROM ({new})"  # noqa: S608  # our own names
    if path.exists():
        old = f"SELECT {_ROW}, value FROM {_table(path)} ANTI JOIN ({new}) USING ({_ROW})"  # noqa: S608  # as above
        both = f"{old} UNION ALL {both}"
    with _connected() as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'; SET threads = 2")
        connection.execute(f"SET temp_directory = {_quoted(path.parent / '.spill')}")
        connection.register("tracks", {"track": np.arange(len(tracks)), **named})
        connection.register("points", rows)
        try:
            _whole(
                path,
                lambda draft: connection.execute(
                    f"COPY (FROM ({both}) ORDER BY {_ROW}) TO {_quoted(draft)} (FORMAT parquet, COMPRESSION zstd)"
                ),
            )
        except duckdb.Error as error:
            raise _unusable(path, str(error)) from error


def _read_parquet(path: Path, workloads: list[str] | None) -> Points:
    with _connected() as connection:
        import duckdb

        connection.register("wanted", {"workload": np.array(workloads or [""], dtype=object)})
        query = (
            f"SELECT {_TRACK}, list(epoch(at_utc)::BIGINT ORDER BY at_utc), list(value ORDER BY at_utc) "  # noqa: S608  # our own names, and a quoted path
            f"FROM {_table(path)} SEMI JOIN wanted USING (workload) GROUP BY ALL ORDER BY ALL"
        )
        try:
            rows = connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise _unusable(path, str(error)) from error
    return {
        Track(workload, metric, statistic, int(period_s), source): (
            np.array(at_s, dtype=np.int64),
            np.array(values, dtype=np.float64),
        )
        for workload, metric, statistic, period_s, source, at_s, values in rows
    }


def _table(path: Path) -> str:
    """Name one file as a table, whatever its path holds: no pattern, and no columns from the names of folders."""
    return f"read_parquet({_quoted(Path(escape(str(path))))}, hive_partitioning = false)"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _unusable(path: Path, why: str) -> UsageProblem:
    return UsageProblem(
        what=f"{path.name} of the history can't be used",
        why=f"{path}: {why.partition(chr(10))[0][:200]}",
        fix="put the file back from a backup, or move it away and let `aimigrate watch` begin the month anew",
    )
