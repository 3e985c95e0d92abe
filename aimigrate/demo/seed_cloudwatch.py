"""CloudWatch history that is read by index.

moto's own backend scans every stored point for every period of every query: one metric of a fortnight
takes seconds. This one keeps a metric's points in arrays under its namespace, name and dimensions, tells
namespaces apart, and knows percentiles where they were stored.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend, MetricDatumBase

from aimigrate.demo.seed_patterns import PERIOD_S, Clock, Values

Key = tuple[str, str, tuple[tuple[str, str], ...]]

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
_LIST_PAGE = 500  # ListMetrics gives at most 500 (CloudWatch API reference)


@dataclass(frozen=True)
class Points:
    """A statistic set for each period. A period with a count of 0 was never recorded, as AWS leaves it out."""

    count: Values
    total: Values
    low: Values
    high: Values
    percentiles: Mapping[str, Values] = field(default_factory=dict)


@dataclass(frozen=True)
class Track:
    """One metric and its points."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    clock: Clock
    points: Points

    @property
    def key(self) -> Key:
        """What CloudWatch tells metrics apart by."""
        return self.namespace, self.name, self.dimensions

    def read(self, start_s: float, end_s: float, period_s: int, stat: str) -> tuple[list[float], list[int]]:
        """Return values and their starts in seconds, oldest first; periods begin on multiples of `period_s`.

        A percentile of a longer period is the mean of the stored ones, weighted by count.
        """
        first = max(0, -int(-(start_s - self.clock.start_s) // PERIOD_S))
        last = min(self.clock.points, max(0, -int(-(end_s - self.clock.start_s) // PERIOD_S)))
        if first >= last:
            return [], []
        grid = (self.clock.start_s + np.arange(first, last) * PERIOD_S) // period_s
        edges = np.flatnonzero(np.diff(grid, prepend=grid[0] - 1))
        count = np.add.reduceat(self.points.count[first:last], edges)
        kept = count > 0
        values = self._statistic(slice(first, last), edges, count, stat)
        starts = grid[edges] * period_s
        return values[kept].tolist(), starts[kept].tolist()

    def _statistic(self, part: slice, edges: Any, count: Values, stat: str) -> Values:  # noqa: ANN401 # an index array
        if stat == "SampleCount":
            return count
        if stat in {"Minimum", "Maximum"}:
            some = self.points.count[part] > 0
            if stat == "Minimum":
                return np.asarray(np.minimum.reduceat(np.where(some, self.points.low[part], np.inf), edges))
            return np.asarray(np.maximum.reduceat(np.where(some, self.points.high[part], -np.inf), edges))
        if stat in {"Sum", "Average"}:
            total = np.add.reduceat(self.points.total[part], edges)
        elif stat in self.points.percentiles:
            total = np.add.reduceat(self.points.percentiles[stat][part] * self.points.count[part], edges)
        else:
            return np.zeros_like(count)
        return total if stat == "Sum" else total / np.where(count > 0, count, 1.0)

    def knows(self, stat: str) -> bool:
        """Whether the statistic can be had: a percentile only where it was stored."""
        return stat in {"Sum", "Average", "Minimum", "Maximum", "SampleCount"} or stat in self.points.percentiles


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class IndexedCloudWatch(CloudWatchBackend):
    """moto's CloudWatch of one region, with the reads replaced."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tracks: dict[Key, Track] = {}

    def add(self, tracks: Iterable[Track]) -> None:
        """Take history in; a metric is given once. Raises ValueError on the second."""
        for track in tracks:
            if track.key in self.tracks:
                raise ValueError(f"metric seeded twice: {track.key}")
            self.tracks[track.key] = track

    def get_metric_data(
        self,
        queries: list[dict[str, Any]],
        start_time: datetime,
        end_time: datetime,
        scan_by: str = "TimestampDescending",
    ) -> list[dict[str, Any]]:
        """Answer GetMetricData; what moto makes of it is right and slow, so the server asks `answer` itself."""
        return [
            {
                "id": result["Id"],
                "label": result["Label"],
                "values": result["Values"],
                "timestamps": [datetime.fromtimestamp(start, UTC) for start in result["Timestamps"]],
                "status_code": result["StatusCode"],
            }
            for result in self.answer(queries, _seconds(start_time), _seconds(end_time), scan_by)
        ]

    def answer(
        self, queries: list[dict[str, Any]], start_s: float, end_s: float, scan_by: str | None
    ) -> list[dict[str, Any]]:
        """Return MetricDataResults with times in seconds. Expressions are refused, as an unknown one is by AWS."""
        if start_s >= end_s:
            raise ValidationError("The parameter StartTime must be less than the parameter EndTime.")
        results = []
        for query in queries:
            if "MetricStat" not in query:
                raise ValidationError("The embedded account knows no metric math: ask for MetricStat.")
            values, starts = self._read(query["MetricStat"], start_s, end_s)
            if scan_by != "TimestampAscending":
                values, starts = values[::-1], starts[::-1]
            if query.get("ReturnData", True):
                label = query.get("Label") or query["MetricStat"]["Metric"]["MetricName"]
                named = {"Id": query["Id"], "Label": label, "StatusCode": "Complete"}
                results.append({**named, "Timestamps": starts, "Values": values})
        return results

    def get_metric_statistics(  # type: ignore[override] # noqa: PLR0917 # moto's signature; its Statistics can't hold a value, only what it sums up
        self,
        namespace: str,
        metric_name: str,
        start_time: datetime,
        end_time: datetime,
        period: int,
        stats: list[str] | None,
        dimensions: list[dict[str, str]],
        unit: str | None = None,
    ) -> list[dict[str, Any]]:
        """Answer GetMetricStatistics for the five plain statistics."""
        if start_time >= end_time:
            raise ValidationError("The parameter StartTime must be less than the parameter EndTime.")
        metric = {"Namespace": namespace, "MetricName": metric_name, "Dimensions": dimensions}
        found: dict[int, dict[str, Any]] = {}
        for stat in stats or []:
            asked = {"Metric": metric, "Stat": stat, "Period": period} | ({"Unit": unit} if unit else {})
            for value, start in zip(*self._read(asked, _seconds(start_time), _seconds(end_time)), strict=True):
                point = found.setdefault(start, {"Timestamp": datetime.fromtimestamp(start, UTC)})
                point[stat] = value
        return [found[start] for start in sorted(found)]

    def _read(self, asked: dict[str, Any], start_s: float, end_s: float) -> tuple[list[float], list[int]]:
        metric, stat, period_s = asked["Metric"], asked["Stat"], int(asked["Period"])
        if period_s < 1 or (period_s >= 60 and period_s % 60):  # noqa: PLR2004 # CloudWatch: 1, 5, 10, 30, or a multiple of 60
            raise ValidationError(f"The parameter Period {period_s} must be a multiple of 60.")
        if stat not in {"Sum", "Average", "Minimum", "Maximum", "SampleCount"} and not _PERCENTILE.fullmatch(stat):
            raise ValidationError(f"The value {stat} for parameter Stat is not supported.")
        dimensions = tuple(sorted((item["Name"], item["Value"]) for item in metric.get("Dimensions") or []))
        track = self.tracks.get((metric["Namespace"], metric["MetricName"], dimensions))
        if track is None or not track.knows(stat) or asked.get("Unit", track.unit) != track.unit:
            return [], []
        return track.read(start_s, end_s, max(period_s, PERIOD_S), stat)

    def list_metrics(
        self, next_token: str | None, namespace: str, metric_name: str, dimensions: list[dict[str, str]]
    ) -> tuple[str | None, list[MetricDatumBase]]:
        """Answer ListMetrics in pages of 500, in the order of the metrics' names."""
        asked = [(item["Name"], item.get("Value")) for item in dimensions or []]
        found = [
            key
            for key in sorted(self.tracks)
            if (not namespace or key[0] == namespace)
            and (not metric_name or key[1] == metric_name)
            and all(any(n == name and value in {None, v} for n, v in key[2]) for name, value in asked)
        ]
        start = int(next_token or 0)
        page: list[Any] = [
            MetricDatumBase(key[0], key[1], [{"Name": n, "Value": v} for n, v in key[2]], None)
            for key in found[start : start + _LIST_PAGE]
        ]
        return (str(start + _LIST_PAGE) if start + _LIST_PAGE < len(found) else None), page
