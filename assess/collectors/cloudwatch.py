"""CloudWatch: the metrics that the finders want, in as few requests as its limits allow."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found
from aimigrate.assess._measured import NOT_ASKED, SPEND_FIX, Told, measured
from aimigrate.assess._metric_answers import OPERATION, ask
from aimigrate.assess._metric_batches import Query
from aimigrate.assess._metric_listing import Listing
from aimigrate.assess._metric_plan import Figure, figures_of, queries_of
from aimigrate.assess._reading import Reader
from aimigrate.contracts.inventory import Missing, Workload


@dataclass(frozen=True)
class CloudWatch:
    """Second pass: it fills the series of what the finders found, and says what had no data."""

    name: str = "cloudwatch"
    iam_actions: frozenset[str] = frozenset({"cloudwatch:GetMetricData", "cloudwatch:ListMetrics"})

    def measure(self, reader: Reader, found: tuple[Found, ...]) -> Iterator[Workload]:
        """Yield each workload with its series, a Missing for each figure without one, and how its reading ended.

        At most `reader.metrics_left` metrics are asked for, workload by workload, the most decisive first; the rest
        is counted as skipped.
        """
        if reader.metrics_left is not None and reader.metrics_left <= 0:
            yield from self._skipped(reader, found)
            return
        listing = Listing(reader)
        listing.read(found)
        figures = [figures_of(item, listing) for item in found]
        queries = _ordered(reader, found, figures)
        answers = ask(reader, queries, metrics_left=reader.metrics_left)
        not_asked = frozenset(queries[reader.metrics_left :] if reader.metrics_left is not None else ())
        if not_asked:
            reader.skip("cloudwatch", OPERATION, f"{len(not_asked):,} metrics, --max-api-spend is used up", SPEND_FIX)
        told = Told(reader.scope, answers, not_asked, listing.refused)
        for item, mine in zip(found, figures, strict=True):
            yield measured(item, mine, told)

    @staticmethod
    def _skipped(reader: Reader, found: tuple[Found, ...]) -> Iterator[Workload]:
        """Yield the workloads unmeasured: there is no money to ask even for the first metric."""
        wanting = [item for item in found if item.wanted or item.size]
        if wanting:
            why = f"any metric of {len(wanting):,} workloads, --max-api-spend is used up"
            reader.skip("cloudwatch", OPERATION, why, SPEND_FIX)
        for item in found:
            metrics = sorted({wanted.metric for wanted in item.wanted} - {one.what for one in item.workload.missing})
            missing = tuple(Missing(what=metric, reason=NOT_ASKED, fix=SPEND_FIX) for metric in metrics)
            if item.size is not None:
                missing += (Missing(what="compute.instance_count", reason=NOT_ASKED, fix=SPEND_FIX),)
            reading = "skipped" if item.wanted else "no-metric"
            yield item.workload.model_copy(update={"missing": (*item.workload.missing, *missing), "reading": reading})


def _ordered(reader: Reader, found: tuple[Found, ...], figures: list[tuple[Figure, ...]]) -> list[Query]:
    """Return each query once, in the order in which they are worth their money."""
    queries: dict[Query, None] = {}
    for item, mine in zip(found, figures, strict=True):
        exact = [wanted for figure in mine for wanted in figure.exact]
        for wanted in (*exact, *((item.size,) if item.size else ())):
            queries |= dict.fromkeys(queries_of(reader.scope, wanted))
    return list(queries)


collector = CloudWatch()
