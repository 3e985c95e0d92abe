"""Read an arrival trace: single requests, counts per interval, or rates per interval."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aimigrate.errors import UsageProblem
from aimigrate.tables import Faults, Table, read_table, times
from aimigrate.tables import numbers as numbers_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Arrivals:
    """Requests over time: each one's moment, or a rate for each interval of `period_s`.

    `events_s` are sorted seconds from the first request. `rates_rps` stand in the order of time and
    `numbers` says which interval each is; those left out had no request, or nothing is known of them.
    """

    mean_rps: float
    events_s: Floats | None = None
    rates_rps: Floats = field(default_factory=lambda: np.empty(0))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    period_s: float = 0.0

    @classmethod
    def of_events(cls, moments_s: Floats) -> "Arrivals":
        """Build a trace of single requests from their moments in seconds; two moments must differ."""
        ordered = np.sort(moments_s) - moments_s.min()
        return cls(mean_rps=(len(ordered) - 1) / float(ordered[-1]), events_s=ordered)

    @classmethod
    def of_rates(cls, rates_rps: Floats, period_s: float) -> "Arrivals":
        """Build a trace of intervals that follow each other."""
        numbers = np.arange(len(rates_rps), dtype=np.int64)
        return cls(mean_rps=float(rates_rps.mean()), rates_rps=rates_rps, numbers=numbers, period_s=period_s)

    def peak(self, window_s: float) -> tuple[float, float]:
        """Return the highest rate of a window and its length: as asked, or the trace's interval when that is longer."""
        if self.events_s is not None:
            _, counts = np.unique(np.floor(self.events_s / window_s), return_counts=True)
            return float(counts.max()) / window_s, window_s
        together = max(1, round(window_s / self.period_s))
        _, window = np.unique(self.numbers // together, return_inverse=True)
        return float(np.bincount(window, weights=self.rates_rps).max()) / together, together * self.period_s


def read_arrivals(path: Path) -> Arrivals:
    """Read a CSV with `timestamp` or `t_s`, and `count` or `rate_rps` where a row is an interval.

    Rows of the same moment add up; other columns are passed over. In a trace of counts an interval
    without a row had no request; in one of rates it is unknown. Raises UsageProblem that names
    file, line and column.
    """
    table = read_table(path, required=())
    named = [name for name in ("timestamp", "t_s") if table.has(name)]
    if len(named) != 1:
        why = "has neither a column timestamp nor t_s" if not named else "has both timestamp and t_s"
        raise _unusable(path, f"{path}:1: {why}")
    if table.has("count") and table.has("rate_rps"):
        raise _unusable(path, f"{path}:1: has both count and rate_rps, and which to believe is not said")
    faults = Faults()
    at_s, _ = times(table, named[0], faults)
    _refuse_empty(table, named[0], at_s, faults)
    measure = next((name for name in ("count", "rate_rps") if table.has(name)), None)
    values = numbers_of(table, measure, faults) if measure else np.ones(len(table))
    if measure:
        _refuse_empty(table, measure, values, faults)
    faults.stop_if_any(f"the arrivals {path} can't be used")
    if measure is None:
        if np.unique(at_s).size < 2:  # noqa: PLR2004  # two moments make a rate
            raise _unusable(path, f"{path}: needs requests at two moments at least")
        return Arrivals.of_events(at_s)
    return _intervals(path, at_s, values, measure)


def _intervals(path: Path, at_s: Floats, values: Floats, measure: str) -> Arrivals:
    moments, index = np.unique(at_s, return_inverse=True)
    sums = np.bincount(index, weights=values)
    gaps = np.diff(moments)
    if not gaps.size:
        raise _unusable(path, f"{path}: needs two intervals at least, to know how long one is")
    if sums.max() <= 0:
        raise _unusable(path, f"{path}: {measure} is 0 in every row, so there is nothing to size")
    period_s = float(np.median(gaps))
    nearest = np.floor((moments - moments[0]) / period_s + 0.5).astype(np.int64)
    held, index = np.unique(nearest, return_inverse=True)
    rates: Floats = np.bincount(index, weights=sums).astype(np.float64)
    if measure == "rate_rps":
        rates = rates / np.bincount(index)
        return Arrivals(mean_rps=float(rates.mean()), rates_rps=rates, numbers=held, period_s=period_s)
    rates = rates / period_s
    mean_rps = float(rates.sum() / (held[-1] + 1))
    return Arrivals(mean_rps=mean_rps, rates_rps=rates, numbers=held, period_s=period_s)


def _refuse_empty(table: Table, column: str, values: Floats, faults: Faults) -> None:
    cells = table.text(column)
    for row in np.flatnonzero(np.isnan(values)):
        if not cells[int(row)]:
            faults.add(table, int(row), column, "must not be empty")


def _unusable(path: Path, why: str) -> UsageProblem:
    return UsageProblem(
        what=f"the arrivals {path} can't be used",
        why=why,
        fix="give a CSV with a column timestamp or t_s, and count or rate_rps where a row is an interval",
    )
