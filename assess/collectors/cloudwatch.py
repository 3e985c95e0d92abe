"""CloudWatch: the metrics that the finders want, in as few requests as its limits allow."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from aimigrate.assess._found import Found, Wanted
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._series import combine
from aimigrate.contracts.inventory import Missing, Series, Workload

# GetMetricData, limits of a request (CloudWatch API reference, read 2026-11).
_MAX_QUERIES = 500
_MAX_POINTS = 100_800
_FIVE_MINUTES_S = 300
_HOUR_S = 3600
_FIVE_MINUTES_KEPT_DAYS = 63  # CloudWatch keeps 5-minute points that long, then 1-hour points

_PLAIN = "GetMetricData"
_PERCENTILES = "GetMetricData (percentiles)"
_STATISTICS = {"Sum": "sum", "Maximum": "maximum"}


@dataclass(frozen=True)
class Window:
    """The times asked for, on whole periods."""

    start_at: datetime
    end_at: datetime
    period_s: int

    @property
    def points(self) -> int:
        """Points of one series."""
        return round((self.end_at - self.start_at).total_seconds()) // self.period_s


def window_of(now: datetime, lookback_days: float) -> Window:
    """Return the last whole periods of the lookback."""
    period_s = _FIVE_MINUTES_S if lookback_days <= _FIVE_MINUTES_KEPT_DAYS else _HOUR_S
    end_s = int(now.timestamp()) // period_s * period_s
    start_s = end_s - int(lookback_days * 86_400) // period_s * period_s
    return Window(datetime.fromtimestamp(start_s, UTC), datetime.fromtimestamp(end_s, UTC), period_s)


@dataclass(frozen=True)
class CloudWatch:
    """Second pass: it fills the series of what the finders found, and says what had no data."""

    name: str = "cloudwatch"
    iam_actions: frozenset[str] = frozenset({"cloudwatch:GetMetricData", "cloudwatch:ListMetrics"})

    def measure(self, reader: Reader, found: tuple[Found, ...]) -> Iterator[Workload]:
        """Yield each workload with one series for each metric that has data, and a Missing for each that has none."""
        window = window_of(reader.scope.now, reader.scope.lookback_days)
        exact = {wanted: _exact(reader, wanted) for wanted in _inexact(found)}
        asked = {
            query
            for item in found
            for wanted in item.wanted
            for query in ((wanted,) if wanted.exact else exact[wanted])
        } | {item.size for item in found if item.size}
        answers = _read(reader, window, sorted(asked))
        for item in found:
            by_metric: dict[tuple[str, str], list[Wanted]] = {}
            for wanted in item.wanted:
                by_metric.setdefault((wanted.metric, wanted.statistic), []).append(wanted)
            series, missing = [], list(item.workload.missing)
            for _, wanteds in sorted(by_metric.items()):
                queries = [q for wanted in wanteds for q in ((wanted,) if wanted.exact else exact[wanted])]
                one = _series(window, wanteds[0], [answers[q] for q in queries if answers.get(q)])
                if one is not None:
                    series.append(one)
                elif all(other.what != wanteds[0].metric for other in missing):
                    missing.append(_missing(reader, wanteds[0]))
            compute = item.workload.compute
            if item.size is not None:
                counts = list(answers.get(item.size, {}).values())
                if counts:
                    compute = compute.model_copy(update={"instance_count": sum(counts) / len(counts)})
                else:
                    missing.append(_missing(reader, item.size, "compute.instance_count"))
            yield item.workload.model_copy(
                update={"compute": compute, "series": tuple(series), "missing": tuple(missing)}
            )


def _inexact(found: tuple[Found, ...]) -> list[Wanted]:
    return sorted({wanted for item in found for wanted in item.wanted if not wanted.exact})


def _exact(reader: Reader, wanted: Wanted) -> tuple[Wanted, ...]:
    """Find the metrics whose dimensions include those wanted, whatever dimensions an agent added."""
    return tuple(
        replace(wanted, dimensions=dimensions, exact=True)
        for dimensions in _listed(reader, wanted.namespace, wanted.name)
        if all(_matches(name, value, dimensions) for name, value in wanted.dimensions)
    )


def _matches(name: str, value: str, dimensions: tuple[tuple[str, str], ...]) -> bool:
    if value.endswith("*"):
        return any(other == name and known.startswith(value[:-1]) for other, known in dimensions)
    return (name, value) in dimensions


def _listed(reader: Reader, namespace: str, name: str) -> list[tuple[tuple[str, str], ...]]:
    key = (namespace, name)
    if key not in reader.listed_metrics:
        metrics = reader.items("cloudwatch", "list_metrics", "Metrics", Namespace=namespace, MetricName=name)
        reader.listed_metrics[key] = sorted(
            {
                tuple(sorted((dimension["Name"], dimension["Value"]) for dimension in metric["Dimensions"]))
                for metric in metrics
                if metric["MetricName"] == name and metric["Namespace"] == namespace
            }
        )
    return reader.listed_metrics[key]


def _read(reader: Reader, window: Window, asked: list[Wanted]) -> dict[Wanted, dict[int, float]]:
    """Return the points of each query by index in the window; percentiles apart, since not every endpoint has them."""
    answers: dict[Wanted, dict[int, float]] = {}
    size = max(1, min(_MAX_QUERIES, _MAX_POINTS // max(window.points, 1)))
    for percentile in (False, True):
        queries = [query for query in asked if query.statistic.startswith("p") is percentile]
        for batch in _batched(queries, size):
            if not _read_batch(reader, window, batch, answers, percentile=percentile):
                break
    return answers


def _batched(queries: list[Wanted], size: int) -> Iterator[tuple[Wanted, ...]]:
    for start in range(0, len(queries), size):
        yield tuple(queries[start : start + size])


def _read_batch(
    reader: Reader,
    window: Window,
    batch: tuple[Wanted, ...],
    answers: dict[Wanted, dict[int, float]],
    *,
    percentile: bool,
) -> bool:
    """Read one batch, all pages. Return False when this kind of query is not to be had here."""
    queries = [_query(index, wanted, window.period_s) for index, wanted in enumerate(batch)]
    operation = _PERCENTILES if percentile else _PLAIN
    results = reader.items(
        "cloudwatch",
        "get_metric_data",
        "MetricDataResults",
        counted=operation,
        optional=percentile,
        MetricDataQueries=queries,
        StartTime=window.start_at,
        EndTime=window.end_at,
    )
    for result in results:
        wanted = batch[int(result["Id"][1:])]
        points = answers.setdefault(wanted, {})
        for at, value in zip(result["Timestamps"], result["Values"], strict=True):
            index = int((at - window.start_at).total_seconds() // window.period_s)
            if 0 <= index < window.points:
                points[index] = value * wanted.scale
    return reader.refused("cloudwatch", operation) is None


def _query(index: int, wanted: Wanted, period_s: int) -> Item:
    dimensions = [{"Name": name, "Value": value} for name, value in wanted.dimensions]
    metric = {"Namespace": wanted.namespace, "MetricName": wanted.name, "Dimensions": dimensions}
    return {"Id": f"q{index}", "MetricStat": {"Metric": metric, "Period": period_s, "Stat": wanted.statistic}}


def _series(window: Window, wanted: Wanted, points: list[dict[int, float]]) -> Series | None:
    if not points:
        return None
    return Series(
        metric=wanted.metric,
        statistic=_STATISTICS.get(wanted.statistic, "average"),
        start_at=window.start_at,
        period_s=window.period_s,
        values=combine(points, window.points, wanted.statistic),
        source=f"{wanted.namespace} {wanted.name} {wanted.statistic}",
    )


def _missing(reader: Reader, wanted: Wanted, what: str | None = None) -> Missing:
    operation = _PERCENTILES if wanted.statistic.startswith("p") else _PLAIN
    refused = reader.refused("cloudwatch", operation)
    if refused is None and not wanted.exact:
        refused = reader.refused("cloudwatch", "ListMetrics")
    if refused is not None:
        fix = "allow cloudwatch:GetMetricData and cloudwatch:ListMetrics; see the coverage"
        return Missing(what=what or wanted.metric, reason=refused, fix=fix)
    return Missing(
        what=what or wanted.metric, reason=f"{wanted.namespace} {wanted.name}: {wanted.absent}", fix=wanted.fix
    )


collector = CloudWatch()
