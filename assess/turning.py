"""Where the money says that a decision should change: from the modules as they are sized, without sizing them anew."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scipy.optimize import brentq

from aimigrate.assess.decision import with_modules
from aimigrate.assess.judged import Judged
from aimigrate.assess.outcome import CARRIES, Money, mean_load, money_of
from aimigrate.contracts.assessment import EdgeFit
from aimigrate.contracts.catalog import EdgeTarget

Targets = Mapping[str, EdgeTarget]
Margins = tuple[float, float]
"""USD a month by which the cloud is dearer than it must be: for worth it, and for sure."""

_MOST_MODULES = 10_000  # more is never the answer


def margins(case: Judged, targets: Targets) -> tuple[Margins, ...]:
    """Return the margins of each kind of module that carries the workload, in the order of the fits."""
    return tuple(
        (money.cloud - money.worth_it_from(), money.cloud - money.sure_from()) for _, money in _priced(case, targets)
    )


def turns(at: Callable[[float], tuple[Margins, ...]], now: float, far: float) -> tuple[float, ...]:
    """Return where the margins of the best kind, and the widest of any, cross zero between now and the far end."""

    def kinds(value: float) -> tuple[float, ...]:
        found = at(value)
        best = found[0] if found else (0.0, 0.0)
        return (*best, max((worth for worth, _ in found), default=0.0), max((sure for _, sure in found), default=0.0))

    here, there = kinds(now), kinds(far)
    crossing = [which for which in range(len(here)) if here[which] * there[which] < 0]
    exact = 1e-6 * min(now, far)
    roots: list[Any] = [
        brentq(lambda value, kind=which: kinds(value)[kind], now, far, xtol=exact) for which in crossing
    ]
    return between(roots, now, far)


def between(values: Iterable[float], now: float, far: float) -> tuple[float, ...]:
    """Return those that lie on the way to the far end, nearest first."""
    low, high = min(now, far), max(now, far)
    return tuple(sorted({value for value in values if low < value < high}, reverse=far < now))


def loads_borne(case: Judged, targets: Targets) -> tuple[float, ...]:
    """Return how many times today's work the best kind of module may bear and still pay, and the most of any kind."""
    edge_rps = case.need.edge_rps
    if not edge_rps:
        return ()
    found = []
    for fit, money in _priced(case, targets):
        speed = fit.throughput_rps
        working = _most_working(fit, money, targets[fit.module], case.need.spare)
        found.append(working * speed.low / edge_rps if speed is not None and speed.low else 0.0)
    return tuple(dict.fromkeys(times for times in (*found[:1], max(found, default=0.0)) if times > 0))


def _priced(case: Judged, targets: Targets) -> list[tuple[EdgeFit, Money]]:
    carrying = [fit for fit in case.fits if fit.readiness in CARRIES and fit.count is not None]
    priced = [(fit, money_of(case.cost, fit, targets[fit.module], spare=case.need.spare)) for fit in carrying]
    return [(fit, money) for fit, money in priced if money is not None]


def _most_working(fit: EdgeFit, money: Money, target: EdgeTarget, spare: int) -> int:
    """Return the most modules that pay, without the spare; 0 where not one does. By halving."""
    load = mean_load(fit, target)
    low, high = 0, _MOST_MODULES
    while low < high:
        middle = (low + high + 1) // 2
        worth = with_modules(money, fit, target, load, middle).worth_it
        low, high = (middle, high) if worth else (low, middle - 1)
    return max(low - spare, 0)
