"""What modules at the edge cost: bought once, run every month."""

from dataclasses import dataclass

from aimigrate.assess.assumptions import HOURS_PER_MONTH, assumed
from aimigrate.contracts.catalog import EdgeTarget

_WH_PER_KWH = 1000.0


@dataclass(frozen=True)
class EdgeCost:
    """Money of some modules of one type. USD; watts at the wall, all modules."""

    hardware_usd: float
    power_w: float
    power_usd_per_month: float
    upkeep_usd_per_month: float

    @property
    def running_usd_per_month(self) -> float:
        """Power and upkeep, without the hardware."""
        return self.power_usd_per_month + self.upkeep_usd_per_month

    @property
    def usd_per_month(self) -> float:
        """Power, upkeep, and the hardware spread over its life."""
        return self.running_usd_per_month + self.hardware_usd / assumed("amortization")


def edge_cost(target: EdgeTarget, count: int, load: float, *, electricity: str = "electricity") -> EdgeCost:
    """Return the cost of `count` modules at a mean load of 0..1; `electricity` names the assumption to price it by."""
    share = assumed("idle_power") + (1 - assumed("idle_power")) * min(max(load, 0.0), 1.0)
    power_w = count * target.max_power_w.value * assumed("wall_overhead") * share
    each = target.price_usd.value + assumed("carrier_and_enclosure") + assumed("installation")
    return EdgeCost(
        hardware_usd=count * each * (1 + assumed("spares")),
        power_w=power_w,
        power_usd_per_month=power_w / _WH_PER_KWH * HOURS_PER_MONTH * assumed(electricity),
        upkeep_usd_per_month=count * assumed("upkeep"),
    )
