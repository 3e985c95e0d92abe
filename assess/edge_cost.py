"""What modules at the edge cost: bought once, run every month."""

from dataclasses import dataclass
from functools import lru_cache

from aimigrate.assess.assumptions import HOURS_PER_MONTH, Others, assumed, instead
from aimigrate.contracts.catalog import EdgeTarget

_WH_PER_KWH = 1000.0

PER_MODULE = ("upkeep", "remote_hands", "staff", "link")
"""Assumptions that each cost something per module and month."""


@dataclass(frozen=True)
class EdgeCost:
    """Money of some modules of one type. USD; watts at the wall, all modules."""

    hardware_usd: float
    power_w: float
    power_usd_per_month: float
    upkeep_usd_per_month: float
    """Updates, monitoring, remote hands, staff, links, and what is lost or stolen."""

    @property
    def running_usd_per_month(self) -> float:
        """Power and upkeep, without the hardware."""
        return self.power_usd_per_month + self.upkeep_usd_per_month

    @property
    def usd_per_month(self) -> float:
        """Power, upkeep, and the hardware spread over its life: what buys it anew when that is over."""
        return self.running_usd_per_month + self.hardware_usd / assumed("amortization")


def edge_cost(target: EdgeTarget, count: int, load: float, *, electricity: str = "electricity") -> EdgeCost:
    """Return the cost of `count` modules at a mean load of 0..1; `electricity` names the assumption to price it by."""
    idle, overhead, factor, frame, install, spares, lost, upkeep = _figures(instead())
    share = idle + (1 - idle) * min(max(load, 0.0), 1.0)
    power_w = count * target.max_power_w.value * overhead * share
    price = target.price_usd.value * factor
    hardware = count * (price + frame + install) * (1 + spares)
    return EdgeCost(
        hardware_usd=hardware,
        power_w=power_w,
        power_usd_per_month=power_w / _WH_PER_KWH * HOURS_PER_MONTH * assumed(electricity),
        upkeep_usd_per_month=count * upkeep + hardware * lost / 12,
    )


@lru_cache(maxsize=4096)
def _figures(others: Others) -> tuple[float, ...]:  # noqa: ARG001  # what else is assumed decides what `assumed` answers
    """Return what every edge cost asks for, asked once: costs are worked out a hundred times for each workload."""
    names = ("idle_power", "wall_overhead", "module_price", "carrier_and_enclosure", "installation", "spares")
    return (*map(assumed, names), assumed("device_loss"), sum(assumed(name) for name in PER_MODULE))
