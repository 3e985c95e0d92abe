"""A workload with what CloudWatch told of it: its series, what is missing and why, and how its reading ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aimigrate.assess._found import Found, Wanted
from aimigrate.assess._metric_answers import OPERATION, Answers, Unread
from aimigrate.assess._metric_batches import Query
from aimigrate.assess._metric_plan import Figure, queries_of
from aimigrate.assess._metric_windows import Window
from aimigrate.assess._reading import Scope
from aimigrate.assess._series import Points, as_published, combine, values_of
from aimigrate.contracts.inventory import Missing, Reading, Series, Workload

NOT_ASKED = "not asked: --max-api-spend is used up"
SPEND_FIX = "give a higher --max-api-spend, or fewer --regions"

_STATISTICS = {"Sum": "sum", "Maximum": "maximum"}
_ONLY_WHEN_IT_HAPPENS = frozenset({"errors_count"})
"""Some services publish a count of errors only where there was one: none is no sign of a gap."""

_WORST_FIRST: tuple[Reading, ...] = ("denied", "throttled", "failed", "unsupported", "skipped")


@dataclass(frozen=True)
class Told:
    """What there is to build a workload from."""

    scope: Scope
    answers: Answers
    not_asked: frozenset[Query]
    lists_refused: Mapping[tuple[str, str], Unread]


def measured(found: Found, figures: Sequence[Figure], told: Told) -> Workload:
    """Return the workload with its series; each figure without one has a reason in `missing`."""
    series: list[Series] = []
    missing = list(found.workload.missing)
    ended: dict[str, set[str]] = {}
    for figure in figures:
        one = _series(figure, told)
        why = _unread(figure, told)
        series += one
        if (not one or why) and all(other.what != figure.wanted.metric for other in missing):
            missing.append(_missing(figure.wanted, why, figure.wanted.metric))
        ended.setdefault(figure.wanted.metric, set()).add(_ending(held=bool(one), why=why))
    compute = found.workload.compute
    if found.size is not None:
        figure = Figure(found.size, (found.size,))
        values = [value for one in _series(figure, told) for value in one.values if value is not None]
        if values:
            compute = compute.model_copy(update={"instance_count": sum(values) / len(values)})
        else:
            missing.append(_missing(found.size, _unread(figure, told), "compute.instance_count"))
    update = {
        "compute": compute,
        "missing": tuple(missing),
        "reading": _reading(ended),
        "series": tuple(sorted(series, key=lambda one: (one.metric, one.statistic, one.start_at))),
    }
    return found.workload.model_copy(update=update)


def _series(figure: Figure, told: Told) -> list[Series]:
    """Return one series a window that holds a point: an older window may have a longer period.

    A count that fell silent keeps its silent windows, all null: they were read, and held nothing.
    """
    by_window: dict[Window, list[tuple[Wanted, Query]]] = {}
    for wanted in figure.exact:
        for query in queries_of(told.scope, wanted):
            by_window.setdefault(query.window, []).append((wanted, query))
    found, silent = [], []
    for window, held in sorted(by_window.items()):
        points = [told.answers.points[query] * wanted.scale for wanted, query in held if query in told.answers.points]
        if points:
            found.append(_one(window, held[0][0], combine(points, held[0][0].statistic)))
        elif all(query not in told.answers.unread and query not in told.not_asked for _, query in held):
            silent.append(_one(window, held[0][0], np.full(window.points, np.nan)))
    found = [one for one in found if any(value is not None for value in one.values)]
    return found + (silent if found and figure.wanted.statistic == "Sum" else [])


def _one(window: Window, wanted: Wanted, points: Points) -> Series:
    points, period_s = as_published(points, window.period_s)
    return Series(
        metric=wanted.metric,
        statistic=_STATISTICS.get(wanted.statistic, "average"),
        start_at=window.start_at,
        period_s=period_s,
        values=values_of(points),
        source=f"{wanted.namespace} {wanted.name} {wanted.statistic}",
    )


def _unread(figure: Figure, told: Told) -> Unread | None:
    """Return why the figure was not read, or not whole: the first refusal in the order of the contract."""
    queries = [query for wanted in figure.exact for query in queries_of(told.scope, wanted)]
    found = {told.answers.unread[query] for query in queries if query in told.answers.unread}
    if any(query in told.not_asked for query in queries):
        found.add(Unread("skipped", NOT_ASKED, SPEND_FIX))
    if not figure.exact:
        found |= {told.lists_refused[name] for name in figure.lists if name in told.lists_refused}
    return min(found, key=lambda one: (_WORST_FIRST.index(one.status), one.reason), default=None)


def _missing(wanted: Wanted, why: Unread | None, what: str) -> Missing:
    if why is None:
        namespace = "any namespace" if wanted.namespace == "*" else wanted.namespace
        return Missing(what=what, reason=f"{namespace} {wanted.name}: {wanted.absent}", fix=wanted.fix)
    fix = why.fix or f"allow cloudwatch:{OPERATION} and cloudwatch:ListMetrics; see the coverage"
    return Missing(what=what, reason=why.reason, fix=fix)


def _ending(*, held: bool, why: Unread | None) -> str:
    """Say how one statistic ended: measured, partial, the refusal's status, or no-metric."""
    if held:
        return "measured" if why is None else "partial"
    return why.status if why is not None else "no-metric"


def _reading(ended: Mapping[str, set[str]]) -> Reading:
    """Say how the workload's reading ended, from how each of its figures did."""
    counted = [ends for metric, ends in ended.items() if metric not in _ONLY_WHEN_IT_HAPPENS]
    if not counted:
        return "no-metric"
    if all(ends == {"measured"} for ends in counted):
        return "measured"
    every = set().union(*ended.values())
    if every & {"measured", "partial"}:
        return "partial"
    return next((status for status in _WORST_FIRST if status in every), "no-metric")
