"""Put the metrics that are wanted into as few GetMetricData requests as its limits allow."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from aimigrate.assess._found import Statistic
from aimigrate.assess._metric_windows import Window

# Limits of a GetMetricData request (CloudWatch API reference, read 2026-11).
MAX_QUERIES = 500
MAX_POINTS = 100_800

_TOGETHER = 5  # statistics of one metric in one request that are billed as one metric (CloudWatch pricing, 2026-11)


@dataclass(frozen=True, order=True)
class Query:
    """One statistic of one metric over one window."""

    window: Window
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: Statistic

    @property
    def metric(self) -> tuple[Window, str, str, tuple[tuple[str, str], ...]]:
        """What AWS bills as one metric, whatever statistics of it are asked for."""
        return self.window, self.namespace, self.name, self.dimensions


def least_requests(queries: Iterable[Query]) -> int:
    """Return the fewest requests that could carry them: each has one time range, 500 metrics and 100,800 points."""
    sizes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for query in queries:
        sizes[query.window.start_s, query.window.end_s].append(query.window.points)
    return sum(ceil(max(len(points) / MAX_QUERIES, sum(points) / MAX_POINTS)) for points in sizes.values())


def packed(queries: Sequence[Query]) -> list[tuple[Query, ...]]:
    """Return the requests. Metrics of different periods share one where their times are the same.

    First-fit decreasing. The points of the periods divide each other, so that requests of one statistic each are as
    few as can be (Coffman, Garey and Johnson, Bin packing with divisible item sizes, 1987); statistics of one metric
    stay together, since they are billed as one, which leaves at most a fifth of a request empty and rarely a tenth.
    """
    by_time: dict[tuple[int, int], dict[tuple[int, ...], deque[list[Query]]]] = defaultdict(lambda: defaultdict(deque))
    for group in _together(queries):
        window = group[0].window
        size = (window.points * len(group), len(group))
        by_time[window.start_s, window.end_s][size].append(group)
    return [request for _, waiting in sorted(by_time.items()) for request in _filled(waiting)]


def _together(queries: Sequence[Query]) -> Iterable[list[Query]]:
    """Group the statistics of one metric over one window, five at most, fewer where they would not fit."""
    groups: dict[tuple[Window, str, str, tuple[tuple[str, str], ...]], list[Query]] = defaultdict(list)
    for query in sorted(set(queries)):
        groups[query.metric].append(query)
    for (window, *_), group in groups.items():
        most = max(1, min(_TOGETHER, MAX_POINTS // max(1, window.points)))
        for start in range(0, len(group), most):
            yield group[start : start + most]


def _filled(waiting: dict[tuple[int, ...], deque[list[Query]]]) -> Iterable[tuple[Query, ...]]:
    """Fill one request after the other, the largest groups first."""
    sizes = sorted(waiting, reverse=True)
    while any(waiting.values()):
        request: list[Query] = []
        points = 0
        for size in sizes:
            groups = waiting[size]
            while groups and _fits(points + size[0], len(request) + size[1], first=not request):
                request += groups.popleft()
                points += size[0]
        yield tuple(request)


def _fits(points: int, count: int, *, first: bool) -> bool:
    """Return whether a request holds so much; a first metric goes in whatever its size, and comes in pages."""
    return count <= MAX_QUERIES and (first or points <= MAX_POINTS)
