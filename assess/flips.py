"""Solve for the figures at which a decision changes: by trying the real cost of each count of modules."""

from dataclasses import dataclass, replace

from aimigrate.assess.edge_cost import edge_cost
from aimigrate.assess.outcome import Money
from aimigrate.contracts.assessment import EdgeFit
from aimigrate.contracts.catalog import EdgeTarget

_MOST = 10_000  # modules; more is never the answer


@dataclass(frozen=True)
class Turning:
    """The most modules that still pay, the spare included, and the figures that follow. Null: none within reach."""

    modules: int
    speed_rps: float | None
    peak_rps: float | None


def with_modules(money: Money, fit: EdgeFit, target: EdgeTarget, load: float, count: int) -> Money:
    """Return the money with another count of modules doing the same work."""
    spread = min(1.0, load * (fit.count or 1) / count)
    return replace(money, edge=edge_cost(target, count, spread))


def turning(
    money: Money,
    fit: EdgeFit,
    target: EdgeTarget,
    *,
    load: float,
    spare: int,
    edge_rps: float | None,
    peak_per_edge: float,
) -> Turning:
    """Find the most modules that pay, and the speed of one and the peak demand at which that many are needed.

    `edge_rps` is what the modules must serve; `peak_per_edge` turns it back into the peak it came from.
    """
    low, high = 0, _MOST
    while low < high:
        middle = (low + high + 1) // 2
        if with_modules(money, fit, target, load, middle).worth_it:
            low = middle
        else:
            high = middle - 1
    working = low - spare
    speed = fit.throughput_rps
    if working < 1 or edge_rps is None or speed is None or not speed.low:
        return Turning(modules=low, speed_rps=None, peak_rps=None)
    return Turning(modules=low, speed_rps=edge_rps / working, peak_rps=working * speed.low * peak_per_edge)
