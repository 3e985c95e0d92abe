"""How much capacity to keep in the cloud for a trace of arrivals, and what share of requests will use it.

The two numbers are not the same. The capacity share is what is asked for: cloud over all capacity,
which together hold the trace's busiest window. The spill share follows from the arrivals: a request
goes to the cloud when every slot at the edge is taken in the moment it comes, and, where there is a
latency limit, none comes free soon enough for it to be answered in time.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

import numpy as np
from pydantic import Field

from aimigrate.contracts.base import Frozen, NonNegative, Ratio
from aimigrate.contracts.plan import Interval
from aimigrate.errors import UsageProblem
from aimigrate.planning.arrivals import Arrivals, Floats

TARGET_SHARE = 0.15  # the middle of the 10-20 % that a plan keeps
_WINDOW_S = 1.0  # without a latency limit: the finest window that demand is stated in
_BLOCKS = 20  # ours: time blocks for the interval; arrivals within one depend on each other
_DEVIATIONS = 1.96  # 95 % of a normal distribution
_LEAST_BLOCKS = 2
_RULE_OF_THREE = 3.0  # none seen in n leaves up to 3/n at 95 % (Hanley and Lippman-Hand, 1983)


class OverflowSize(Frozen):
    """Edge and cloud capacity for a trace of arrivals. Capacities and rates are requests a second."""

    edge_capacity_rps: NonNegative
    cloud_capacity_rps: NonNegative
    capacity_share: Ratio = Field(description="Cloud over all capacity.")
    expected_spill_share: Ratio = Field(description="Share of requests that the cloud will serve.")
    spill_share: Interval = Field(description="The same with its 95 % interval.")
    edge_slots: int = Field(ge=1, description="Requests in flight that the edge holds.")
    window_s: float = Field(gt=0, description="Length of the windows in which the peak was sought.")
    peak_rps: NonNegative
    mean_rps: NonNegative
    method: str


class Spilled(NamedTuple):
    """Requests and spilled requests of each stretch of time."""

    requests: Floats
    spilled: Floats


def erlang_b(slots: int, load: Floats) -> Floats:
    """Share of Poisson arrivals that find all of `slots` taken; `load` is rate times service time (Erlang, 1917)."""
    blocked = np.ones_like(load)
    for taken in range(1, slots + 1):
        blocked = load * blocked / (taken + load * blocked)
    return blocked


def queue_blocks(slots: int, places: int, load: Floats) -> Floats:
    """Share of Poisson arrivals that find all slots and all waiting places taken (M/M/c/K, Kleinrock, 1975)."""
    blocked = erlang_b(slots, load)
    if not places:
        return blocked
    ratio = load / slots
    even = np.isclose(ratio, 1.0, rtol=0, atol=1e-9)
    other = np.where(even, 0.5, ratio)
    powers = np.exp(np.minimum(places * np.log(np.maximum(other, 1e-300)), 600.0))
    queued = np.where(even, places, other * (powers - 1) / (other - 1))
    found: Floats = blocked * np.where(even, 1.0, powers) / (1 + blocked * queued)
    return found


def spill(edge_slots: int, service_time_s: float, rates_rps: Sequence[float]) -> Interval:
    """Predict the share of requests that spill from `edge_slots`, given the rate of each window.

    Expected is over all requests, by Erlang B in each window; low and high are the quietest and the
    busiest window's, which is what a gate may see that looks at one of them. Arrivals burstier
    than Poisson within a window spill more.
    """
    rates = np.asarray(rates_rps, dtype=np.float64)
    if not rates.size or rates.sum() <= 0:
        return Interval(low=0, expected=0, high=0)
    shares = erlang_b(edge_slots, rates * service_time_s)
    used = shares[rates > 0]
    low, high = float(used.min()), float(used.max())
    expected = float(np.average(shares, weights=rates))
    return Interval(low=low, expected=min(max(expected, low), high), high=high)


def size(
    arrivals: Arrivals,
    *,
    service_time_s: float,
    latency_limit_s: float | None = None,
    target_share: float = TARGET_SHARE,
) -> OverflowSize:
    """Size edge and cloud so that together they hold the busiest window, the cloud with `target_share` of it.

    The window is the latency limit (never under the service time): within it a burst may be evened
    out, because a request may wait at the edge for what the limit leaves beside its service. Without a
    limit none waits. The edge comes in whole slots, each serving 1 / service time; the cloud's whole
    instances are the plan's matter. Raises UsageProblem for a time or a share out of range.
    """
    _check(service_time_s, latency_limit_s, target_share)
    peak, window_s = arrivals.peak(max(latency_limit_s or _WINDOW_S, service_time_s))
    slots = max(1, ceil((1 - target_share) * peak * service_time_s - 1e-9))
    edge = slots / service_time_s
    cloud = edge * target_share / (1 - target_share)
    wait_s = latency_limit_s - service_time_s if latency_limit_s is not None else 0.0
    waiting = f", a wait of up to {wait_s:g} s for one" if wait_s else ""
    if arrivals.events_s is not None:
        method = f"replay of {len(arrivals.events_s)} arrivals on {slots} edge slots{waiting}"
    else:
        model = "M/M/c/K" if _places(slots, wait_s, service_time_s) else "Erlang B"
        method = (
            f"{model} on {slots} edge slots{waiting} in each of "
            f"{len(arrivals.rates_rps)} intervals, arrivals within one taken as Poisson"
        )
    blocks = spilled(arrivals, slots, service_time_s=service_time_s, wait_s=wait_s)
    interval = _interval(blocks)
    return OverflowSize(
        edge_capacity_rps=edge,
        cloud_capacity_rps=cloud,
        capacity_share=cloud / (cloud + edge),
        expected_spill_share=interval.expected,
        spill_share=interval,
        edge_slots=slots,
        window_s=window_s,
        peak_rps=peak,
        mean_rps=arrivals.mean_rps,
        method=f"{method}, 95 % interval by block jackknife",
    )


def spilled(arrivals: Arrivals, edge_slots: int, *, service_time_s: float, wait_s: float = 0.0) -> Spilled:
    """Count the requests of a trace, and those that spill from a given edge, over up to 20 stretches of its time.

    Single requests are replayed one by one; of rates the share is computed, by M/M/c/K in each interval. A request
    waits at most `wait_s` for a slot.
    """
    if arrivals.events_s is not None:
        return _replayed(arrivals.events_s, edge_slots, service_time_s, wait_s)
    blocked = queue_blocks(edge_slots, _places(edge_slots, wait_s, service_time_s), arrivals.rates_rps * service_time_s)
    return _in_blocks(arrivals.rates_rps, arrivals.rates_rps * blocked)


def _places(slots: int, wait_s: float, service_time_s: float) -> int:
    return int(slots * wait_s / service_time_s + 1e-9)


def _check(service_time_s: float, latency_limit_s: float | None, target_share: float) -> None:
    faults = {
        f"the service time is {service_time_s * 1000:g} ms": not 0 < service_time_s < float("inf"),
        f"the latency limit is {(latency_limit_s or 0) * 1000:g} ms, under the service time of "
        f"{service_time_s * 1000:g} ms": latency_limit_s is not None and not service_time_s <= latency_limit_s,
        f"the target share is {target_share:g}": not 0 < target_share < 1,
    }
    for why, holds in faults.items():
        if holds:
            raise UsageProblem(
                what="no capacity can be sized",
                why=why,
                fix="give a service time over 0 ms, a latency limit no shorter than it, and a share between 0 and 1",
            )


def _replayed(events_s: Floats, slots: int, service_time_s: float, wait_s: float) -> Spilled:
    """Send each request to the edge when a slot is free, or free within `wait_s`, else to the cloud."""
    ends: deque[float] = deque([float("-inf")] * slots)  # of the last ones taken; in order, as all take the same time
    spilled = np.zeros(len(events_s))
    for number, moment in enumerate(events_s.tolist()):
        start = max(moment, ends[0])
        if start - moment <= wait_s:
            ends.popleft()
            ends.append(start + service_time_s)
        else:
            spilled[number] = 1.0
    edges = np.searchsorted(events_s, np.linspace(0, events_s[-1], _BLOCKS + 1)[1:-1])
    return _cut(np.ones(len(events_s)), spilled, edges.tolist())


def _in_blocks(requests: Floats, spilled: Floats) -> Spilled:
    count = min(_BLOCKS, len(requests))
    edges = np.linspace(0, len(requests), count + 1).astype(int)[1:-1]
    return _cut(requests, spilled, edges.tolist())


def _cut(requests: Floats, spilled: Floats, edges: list[int]) -> Spilled:
    """Sum both over the stretches between the edges."""
    borders = [0, *edges, len(requests)]
    return Spilled(
        np.array([requests[low:high].sum() for low, high in pairwise(borders)]),
        np.array([spilled[low:high].sum() for low, high in pairwise(borders)]),
    )


def _interval(blocks: Spilled) -> Interval:
    """Share over all blocks, with the spread that leaving out one block at a time shows (block jackknife)."""
    kept = blocks.requests > 0
    requests, spilled = blocks.requests[kept], blocks.spilled[kept]
    expected = float(spilled.sum() / requests.sum())
    count = len(requests)
    if count < _LEAST_BLOCKS:
        return Interval(low=0, expected=expected, high=1)
    without = (spilled.sum() - spilled) / (requests.sum() - requests)
    error = float(np.sqrt((count - 1) / count * np.square(without - without.mean()).sum()))
    unseen = _RULE_OF_THREE / float(requests.sum()) if expected == 0 else 0.0
    return Interval(
        low=max(0.0, expected - _DEVIATIONS * error),
        expected=expected,
        high=min(1.0, expected + max(_DEVIATIONS * error, unseen)),
    )
