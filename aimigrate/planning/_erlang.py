"""Share of requests that find every edge slot taken (Erlang B)."""

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincc, gammaln

from aimigrate.contracts.plan import Interval


def _blocked(slots: int, load: float) -> float:
    if load <= 0:
        return 0.0
    log_term = slots * np.log(load) - load - gammaln(slots + 1)
    return float(np.exp(log_term) / gammaincc(slots + 1, load))


def spill(edge_slots: int, service_time_s: float, rates_rps: Sequence[float]) -> Interval:
    """Predict the share of requests that spill, with the lowest and highest hour."""
    shares = [_blocked(edge_slots, rate * service_time_s) for rate in rates_rps]
    total = sum(rates_rps)
    mean = sum(rate * share for rate, share in zip(rates_rps, shares, strict=True)) / total if total else 0.0
    return Interval(low=min(*shares, mean), expected=mean, high=max(*shares, mean))
