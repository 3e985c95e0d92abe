"""Read a CSV or Parquet table that a person made: each fault named by file, line and column."""

import csv
import gzip
import io
import math
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from aimigrate.errors import MachineProblem, UsageProblem

Floats = NDArray[np.float64]
MOST_FAULTS = 20
_MOST = 1e15  # ours: beyond it a figure is a slip, and sums lose their units
_MOST_SECONDS = 3.2e9  # a century


@dataclass(frozen=True)
class Table:
    """Columns of text, in the order of the rows; `lines[i]` is where row i stands (its number in a Parquet file)."""

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]
    zone_needed: bool = True

    def __len__(self) -> int:
        return len(self.lines)

    def has(self, name: str) -> bool:
        """Say whether the table has a column."""
        return name in self.columns

    def text(self, name: str) -> list[str]:
        """Return a column, empty cells for one that the table lacks."""
        return self.columns.get(name, [""] * len(self.lines))


@dataclass
class Faults:
    """Collects what is wrong, so that a person mends a file once and not cell by cell."""

    found: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, table: Table, row: int, column: str, why: str) -> None:
        """Note one bad cell."""
        if len(self.found) < MOST_FAULTS:
            self.found.append(f"{table.path}:{table.lines[row]}: {column}: {why}")
        else:
            self.more += 1

    def stop_if_any(self, what: str) -> None:
        """Raise UsageProblem with a line per fault, if there is one."""
        if self.found:
            rest = [f"and {self.more} more"] if self.more else []
            raise UsageProblem(
                what=what, why="\n".join([*self.found, *rest]), fix="correct the rows named, then run the same again"
            )


def read_table(path: Path, *, required: Iterable[str], known: Iterable[str] | None = None) -> Table:
    """Read a `.csv`, `.csv.gz` or `.parquet` file.

    Columns outside `known` are refused by name; with `known` None they are read and may be ignored.
    Raises UsageProblem when the file, its header or the length of a row is wrong, MachineProblem
    when Parquet can't be read on this machine.
    """
    parquet = path.suffix == ".parquet"
    names, rows, lines = _parquet(path) if parquet else _csv(path)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        _refuse(path, f"{path}:1: column {', '.join(twice)} stands there twice")
    absent = [name for name in required if name not in names]
    if absent:
        _refuse(path, f"{path}:1: no column {', '.join(absent)}; there are {_quoted(names)}")
    foreign = [name for name in names if known is not None and name not in known]
    if foreign:
        _refuse(path, f"{path}:1: unknown column {_quoted(foreign)}; known are {', '.join(known or ())}")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {n: [] for n in names}
    return Table(path, columns, lines, zone_needed=not parquet)


def _quoted(names: list[str]) -> str:
    return ", ".join(repr(name[:60]) for name in names[:MOST_FAULTS])


def _refuse(path: Path, why: str) -> NoReturn:
    raise UsageProblem(what=f"{path.name} can't be used", why=why, fix="correct the file and run the same again")


def _csv(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Read all cells as text, with the line on which each row ends."""
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(path, f"{path}: not UTF-8 text")
    except (OSError, EOFError, zlib.error) as error:
        _refuse(path, f"{path}: {getattr(error, 'strerror', None) or 'not a whole gzip file'}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        names = [name.strip() for name in next(reader, [])]
        for row in reader:
            if not row:
                continue
            if len(row) != len(names):
                _refuse(path, f"{path}:{reader.line_num}: {len(row)} cells under {len(names)} column names")
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        _refuse(path, f"{path}:{reader.line_num}: not CSV: {error}")
    if not names:
        _refuse(path, f"{path}: empty; the first line must name the columns")
    return names, rows, lines


def _parquet(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Read all values as text through DuckDB; a null is an empty cell."""
    try:
        import duckdb
    except ImportError as error:
        raise MachineProblem(
            what=f"{path} can't be read",
            why="reading Parquet needs DuckDB, which is not installed",
            fix="pip install 'aimigrate[bill]', or give the table as CSV",
        ) from error
    try:
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            found = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description or ()]
            rows = [["" if cell is None else cell for cell in row] for row in found.fetchall()]
    except duckdb.Error as error:
        first_line = str(error).partition("\n")[0]
        raise UsageProblem(
            what=f"{path.name} can't be used", why=f"{path}: {first_line}", fix="give a whole Parquet file, or CSV"
        ) from error
    return names, rows, list(range(1, len(rows) + 1))


def numbers(table: Table, name: str, faults: Faults, *, least: float = 0.0, most: float = _MOST) -> Floats:
    """Return a column as floats, NaN where the cell is empty; a cell that is no number in the range is a fault."""
    cells = table.text(name)
    try:
        values = np.array(cells, dtype=np.float64) if cells else np.empty(0)
        if ((values >= least) & (values <= most)).all():
            return values
    except ValueError:
        pass

    def parse(cell: str) -> float:
        value = float(cell)
        if not least <= value <= most:
            raise ValueError
        return value

    return _cells(table, name, faults, parse, f"must be a number from {least:g} to {most:g}")


def times(table: Table, name: str, faults: Faults) -> tuple[Floats, bool]:
    """Return a column of times as seconds, NaN where empty, and whether they count from the trace's start.

    RFC 3339 times count from 1970; a column of plain numbers counts from the trace's start. One
    column holds one of the two.
    """
    first = next((cell for cell in table.text(name) if cell), "")
    if _is_number(first):
        return numbers(table, name, faults, most=_MOST_SECONDS), True

    def parse(cell: str) -> float:
        moment = datetime.fromisoformat(cell)
        if moment.tzinfo is None:
            if table.zone_needed:
                raise ValueError
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()

    return _cells(table, name, faults, parse, "must be an RFC 3339 time with a zone, as 2026-11-01T00:00:00Z"), False


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _cells(table: Table, name: str, faults: Faults, parse: Callable[[str], float], must: str) -> Floats:
    """Parse a column cell by cell, noting each that does not parse."""

    def each() -> Iterator[float]:
        for row, cell in enumerate(table.text(name)):
            value = math.nan
            if cell:
                try:
                    value = parse(cell.strip())
                except (ValueError, OverflowError):
                    faults.add(table, row, name, f"{must}, not {cell[:40]!r}")
            yield value

    return np.fromiter(each(), dtype=np.float64, count=len(table))
