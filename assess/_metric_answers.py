"""Ask GetMetricData for many metrics, and keep of each its points, or why it has none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aimigrate.assess._answers import Times
from aimigrate.assess._coverage import Count
from aimigrate.assess._metric_batches import MAX_POINTS, Query, packed
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._refusals import Refusal, RefusalStatus

Points = NDArray[np.float64]

OPERATION = "GetMetricData"
_AT_ONCE = 8  # requests whose answers are held at a time, as many as are in flight: 0.8 million points at most
_AGAIN = frozenset({"failed", "unsupported"})
_CODES: dict[str, tuple[RefusalStatus, str]] = {
    "Forbidden": ("denied", "allow cloudwatch:GetMetricData in the account that holds the metric"),
    "InternalError": ("failed", "run again; CloudWatch failed"),
    "PartialData": ("failed", "run again, or look back less far"),
    "none": ("failed", "run again"),
}
"""What CloudWatch says of one metric in an answer about many (API reference, MetricDataResult, read 2026-11)."""


@dataclass(frozen=True, order=True)
class Unread:
    """Why a metric was not read, or not whole."""

    status: RefusalStatus
    reason: str
    fix: str | None = None
    """Set where CloudWatch said so of this metric; null where the whole request was refused."""

    @classmethod
    def of(cls, refusal: Refusal) -> "Unread":
        """Return what the refusal of a whole request means for what it asked."""
        return cls("failed" if refusal.status == "gone" else refusal.status, refusal.reason)


@dataclass
class Answers:
    """Points of each metric that has any, on the periods of its window (NaN: none), and what was not read."""

    points: dict[Query, Points] = field(default_factory=dict)
    unread: dict[Query, Unread] = field(default_factory=dict)


def ask(reader: Reader, queries: Sequence[Query], *, metrics_left: int | None) -> Answers:
    """Ask for each metric once, and once more for what failed; `metrics_left` bounds both together.

    What is over the bound was not asked and is not in the answer. Each hole is counted.
    """
    answers = Answers()
    allowed = list(queries if metrics_left is None else queries[:metrics_left])
    _round(reader, packed(allowed), answers)
    again = [query for query in allowed if query in answers.unread and answers.unread[query].status in _AGAIN]
    if metrics_left is not None:
        again = again[: metrics_left - len(allowed)]
    if again:
        plain = [query for query in again if not query.statistic.startswith("p")]
        # An endpoint that is not AWS's may lack percentiles: they must not take the rest with them.
        percentiles = [query for query in again if query.statistic.startswith("p")]
        for query in again:
            del answers.unread[query]
        _round(reader, [*packed(plain), *packed(percentiles)], answers)
    _count_holes(reader, answers)
    return answers


def _round(reader: Reader, requests: Sequence[tuple[Query, ...]], answers: Answers) -> None:
    for start in range(0, len(requests), _AT_ONCE):
        chunk = requests[start : start + _AT_ONCE]
        before = len(reader.answers)
        results = reader.many_items("cloudwatch", "get_metric_data", "MetricDataResults", [_asked(r) for r in chunk])
        for request, found, answer in zip(chunk, results, reader.answers[before:], strict=True):
            _take(request, found, answer.refusal, answers)


def _asked(request: tuple[Query, ...]) -> Item:
    return {
        "MetricDataQueries": [
            {
                "Id": f"q{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": query.namespace,
                        "MetricName": query.name,
                        "Dimensions": [{"Name": name, "Value": value} for name, value in query.dimensions],
                    },
                    "Period": query.window.period_s,
                    "Stat": query.statistic,
                },
            }
            for number, query in enumerate(request)
        ],
        "StartTime": request[0].window.start_at,
        "EndTime": request[0].window.end_at,
        "MaxDatapoints": MAX_POINTS,
        "ScanBy": "TimestampAscending",
    }


def _seconds(at: Sequence[datetime]) -> Points:
    if isinstance(at, Times):
        return at.start_s + np.arange(len(at), dtype=np.float64) * at.step_s
    return np.array([one.timestamp() for one in at])


def _take(request: tuple[Query, ...], results: list[Any], refusal: Refusal | None, answers: Answers) -> None:
    """Keep the points of all pages; the last page on which a metric stands says how it ended."""
    ended: dict[Query, str] = {}
    for result in results:
        query = request[int(result["Id"][1:])]
        ended[query] = result.get("StatusCode") or "Complete"
        if result["Values"]:
            window = query.window
            points = answers.points.setdefault(query, np.full(window.points, np.nan))
            at_s = _seconds(result["Timestamps"])
            index = ((at_s - window.start_s) // window.period_s).astype(np.int64)
            inside = (index >= 0) & (index < window.points)
            points[index[inside]] = np.array(result["Values"], dtype=np.float64)[inside]
    for query in request:
        code = ended.get(query, "none")
        if code == "Complete":
            continue
        if refusal is not None and code in {"none", "PartialData"}:
            answers.unread[query] = Unread.of(refusal)
        else:
            status, fix = _CODES.get(code, _CODES["InternalError"])
            reason = "CloudWatch left it out of its answer" if code == "none" else f"CloudWatch answered {code} for it"
            answers.unread[query] = Unread(status, reason, fix)


def _count_holes(reader: Reader, answers: Answers) -> None:
    """Count what CloudWatch said of single metrics; the refusal of a whole request is counted already."""
    holes = [(query, unread) for query, unread in sorted(answers.unread.items()) if unread.fix is not None]
    if holes:
        count = reader.tally.setdefault((reader.place, "cloudwatch", OPERATION), Count())
        for query, unread in holes:
            refusal = Refusal(unread.status, f"cloudwatch:{OPERATION}: {unread.reason}", unread.fix or "")
            count.refusals.append((refusal, query.name))
