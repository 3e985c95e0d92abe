"""What is asked of CloudWatch for each workload, in the order that matters when money runs out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aimigrate.assess._found import Found, Wanted
from aimigrate.assess._metric_batches import Query
from aimigrate.assess._metric_listing import Listing
from aimigrate.assess._metric_windows import FIVE_MINUTES_S, MINUTE_S, windows_of
from aimigrate.assess._reading import Scope

# Peaks of requests decide how many modules serve a workload, and a mean over five minutes hides half of a burst of
# two: counts are asked by the minute while CloudWatch keeps minutes. A metric costs the same at any period (0.01 USD
# for 1,000; CloudWatch pricing, 2026-11), its points decide how many requests carry it: five times as many for one
# metric of about ten. A maximum over five minutes holds that of each minute, and an average decides nothing by the
# minute: they are asked by five minutes.
_BY_THE_MINUTE = frozenset({"requests_count", "arrivals_count"})

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # how many windows a lookback has does not depend on when it ends

_ORDER = (
    "requests_count",
    "arrivals_count",
    "latency_p99_ms",
    "latency_p50_ms",
    "latency_mean_ms",
    "gpu_utilization_percent",
    "gpu_memory_used_bytes",
    "gpu_memory_used_percent",
    "cpu_utilization_percent",
    "memory_used_bytes",
    "memory_used_percent",
    "input_tokens_count",
    "output_tokens_count",
    "concurrency_count",
    "queue_depth_count",
    "gpu_power_w",
    "errors_count",
)
"""The most decisive first: what serves it, how quick, then what it keeps busy."""


@dataclass(frozen=True)
class Figure:
    """One statistic of one figure of a workload: what its finder wants, and the metrics that exist for it."""

    wanted: Wanted
    """The first choice: it says what the figure is, and what its absence means."""
    exact: tuple[Wanted, ...]
    lists: tuple[tuple[str, str], ...] = ()
    """Namespace and name of each list that it was looked for in."""


def figures_of(found: Found, listing: Listing) -> tuple[Figure, ...]:
    """Return the figures of a workload, the most decisive first."""
    groups: dict[tuple[str, str], list[Wanted]] = {}
    for wanted in found.wanted:
        groups.setdefault((wanted.metric, wanted.statistic), []).append(wanted)
    ordered = sorted(groups, key=lambda key: (_ORDER.index(key[0]), key[1]))
    return tuple(_figure(groups[key], listing) for key in ordered)


def _figure(wanteds: list[Wanted], listing: Listing) -> Figure:
    """Take, for each thing that is asked about, the first choice of which something exists."""
    by_thing: dict[object, list[Wanted]] = {}
    for wanted in wanteds:
        by_thing.setdefault(wanted.dimensions, []).append(wanted)
    exact: list[Wanted] = []
    for choices in by_thing.values():
        for rank in sorted({wanted.rank for wanted in choices}):
            here = [one for wanted in choices if wanted.rank == rank for one in listing.exact(wanted)]
            if here:
                exact += here
                break
    lists = {listing.name_of(wanted) for wanted in wanteds if not wanted.exact}
    return Figure(min(wanteds, key=lambda wanted: wanted.rank), tuple(exact), tuple(sorted(lists)))


def queries_of(scope: Scope, wanted: Wanted) -> tuple[Query, ...]:
    """Return what one metric of known dimensions is asked for: one query a window, oldest first."""
    return tuple(
        Query(window, wanted.namespace, wanted.name, tuple(sorted(wanted.dimensions)), wanted.statistic)
        for window in windows_of(scope.now, scope.lookback_days, finest_s(wanted))
    )


def finest_s(wanted: Wanted) -> int:
    """Return the finest period, in seconds, that is worth asking for."""
    return MINUTE_S if wanted.metric in _BY_THE_MINUTE and wanted.statistic == "Sum" else FIVE_MINUTES_S


def metrics_wanted(found: Sequence[Found], *, lookback_days: float = 14.0) -> int:
    """Return how many metrics will be asked for at most, before anything was listed: what `--max-api-spend` bounds.

    A metric that must be looked for counts as one and one for each accelerator of its instance, since agents publish
    them one by one; of several sources of a figure only the first choice counts, since only one is asked.
    """
    total = 0
    known: set[tuple[object, ...]] = set()
    for item in found:
        wanteds = (*item.wanted, *((item.size,) if item.size else ()))
        accelerators = max(1, round(item.workload.compute.accelerators_per_instance or 1))
        for wanted in wanteds:
            key = (wanted.namespace, wanted.name, tuple(sorted(wanted.dimensions)), wanted.statistic)
            if wanted.rank or key in known:
                continue
            known.add(key)
            likely = 1 if wanted.exact else 1 + accelerators
            total += likely * len(windows_of(_ANY_TIME, lookback_days, finest_s(wanted)))
    return total
