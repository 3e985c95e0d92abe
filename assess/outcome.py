"""Before and after: what a workload costs now, and on its best module with a share kept in the cloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.carbon import cloud_emission, edge_emission
from aimigrate.assess.cash_flow import double_running_months
from aimigrate.assess.edge_cost import EdgeCost, edge_cost
from aimigrate.contracts.assessment import Cost, EdgeFit, Outcome
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Missing, Workload

CARRIES = ("ready", "ready_with_changes")


@dataclass(frozen=True)
class Money:
    """The parts of a move, all USD: what it costs now, and one way of running it at the edge."""

    cloud: float
    cloud_low: float
    edge: EdgeCost
    edge_high: EdgeCost
    edge_low: EdgeCost
    stays: float = 0.0
    """What of its cost a move does not end, beside `cloud`, which it does."""

    @property
    def one_time(self) -> float:
        """Hardware and the work of moving."""
        return self.edge.hardware_usd + assumed("migration")

    @property
    def double_running(self) -> float:
        """What the cloud takes while the edge already runs: half the migration's length, and the overlap."""
        return self.cloud * (1 - assumed("overflow_share")) * double_running_months()

    @property
    def saving(self) -> float:
        """A month, hardware spread over its life."""
        return self.cloud * (1 - assumed("overflow_share")) - self.edge.usd_per_month

    @property
    def saving_low(self) -> float:
        """With the cheapest cloud, the dearest power, and the most overflow."""
        return self.cloud_low * (1 - assumed("overflow_share_high")) - self.edge_high.usd_per_month

    @property
    def saving_high(self) -> float:
        """With the cloud as it is, cheap power, the least overflow, and modules at their likely speed."""
        return self.cloud * (1 - assumed("overflow_share_low")) - self.edge_low.usd_per_month

    @property
    def payback_months(self) -> float | None:
        """Months until the money spent at once and on running double is back; None if it never is."""
        monthly = self.cloud * (1 - assumed("overflow_share")) - self.edge.running_usd_per_month
        return (self.one_time + self.double_running) / monthly if monthly > 0 else None

    @property
    def worth_it(self) -> bool:
        """Say whether it saves, and pays back within the limit."""
        payback = self.payback_months
        return self.saving > 0 and payback is not None and payback <= assumed("payback_limit")

    @property
    def sure(self) -> bool:
        """Say whether it is worth it and still saves at the unkind end of every range."""
        return self.worth_it and self.saving_low > 0

    def worth_it_from(self) -> float:
        """Return the cloud cost a month above which it is worth it, the edge unchanged."""
        kept, limit = 1 - assumed("overflow_share"), assumed("payback_limit")
        pays_back = (self.one_time / limit + self.edge.running_usd_per_month) / (1 - double_running_months() / limit)
        return max(self.edge.usd_per_month, pays_back) / kept

    def sure_from(self) -> float:
        """Return the cloud cost a month above which it is sure, the edge unchanged."""
        known = self.cloud_low / self.cloud if self.cloud else 1.0
        lowest = self.edge_high.usd_per_month / (1 - assumed("overflow_share_high")) / known
        return max(self.worth_it_from(), lowest)


def money_of(cost: Cost, fit: EdgeFit, target: EdgeTarget, *, spare: int) -> Money | None:
    """Return the money of moving onto one kind of module; None where cost or count is unknown."""
    if cost.monthly_usd is None or fit.count is None:
        return None
    likely = fit.count
    speed = fit.throughput_rps
    if speed is not None and speed.low and speed.value:
        likely = max(1, ceil((fit.count - spare) * speed.low / speed.value)) + spare
    load = mean_load(fit, target)
    discount = 1 - assumed("list_price_discount") if cost.quality == "rate_card" else 1.0
    going = cost.monthly_usd - (cost.stays_usd_per_month or 0.0)
    return Money(
        cloud=going,
        cloud_low=going * discount,
        edge=edge_cost(target, fit.count, load),
        edge_high=edge_cost(target, fit.count, 1.0, electricity="electricity_high"),
        edge_low=edge_cost(target, likely, load, electricity="electricity_low"),
        stays=cost.stays_usd_per_month or 0.0,
    )


def mean_load(fit: EdgeFit, target: EdgeTarget) -> float:
    """Return the mean load that the fit's power stands for."""
    full = (fit.count or 1) * target.max_power_w.value * assumed("wall_overhead")
    idle = assumed("idle_power")
    return ((fit.power_w or full) / full - idle) / (1 - idle)


def best_fit(fits: tuple[EdgeFit, ...]) -> EdgeFit | None:
    """Return the cheapest fit that can carry the workload, else the first that was sized, else none."""
    carrying = [fit for fit in fits if fit.readiness in CARRIES]
    sized = [fit for fit in fits if fit.readiness == "unknown" and fit.count is not None]
    return next(iter(carrying or sized), None)


def outcome_of(
    workload: Workload, demand: Demand, fit: EdgeFit | None, money: Money | None, targets: Mapping[str, EdgeTarget]
) -> Outcome:
    """Return before and after on the best module. Carbon after counts the overflow kept; manufacture is left out."""
    cloud = cloud_emission(workload, demand)
    missing = []
    if cloud.kg_per_month is None:
        missing.append(Missing(what="cloud_kg_co2e_per_month", reason=cloud.why))
    if fit is None or fit.module not in targets:
        reason = "no module is known to carry it"
        missing.append(Missing(what="module", reason=reason))
        return Outcome(cloud_kg_co2e_per_month=cloud.kg_per_month, missing=tuple(missing))
    share = assumed("overflow_share")
    edge_kg = None
    if fit.power_w is not None and cloud.kg_per_month is not None:
        edge = edge_emission(fit.power_w, workload.region)
        edge_kg = edge.kg_per_month + share * cloud.kg_per_month if edge.kg_per_month is not None else None
    if money is None:
        missing.append(Missing(what="saving_usd_per_month", reason="its cloud cost or its module count is not known"))
        return Outcome(
            module=fit.module,
            cloud_kg_co2e_per_month=cloud.kg_per_month,
            edge_kg_co2e_per_month=edge_kg,
            missing=tuple(missing),
        )
    if money.payback_months is None:
        missing.append(
            Missing(what="payback_months", reason="running it at the edge costs more each month than it saves")
        )
    return Outcome(
        module=fit.module,
        overflow_share=share,
        after_usd_per_month=money.edge.usd_per_month + share * money.cloud + money.stays,
        saving_usd_per_month=money.saving,
        saving_low_usd_per_month=min(money.saving_low, money.saving),
        saving_high_usd_per_month=max(money.saving_high, money.saving),
        one_time_usd=money.one_time,
        payback_months=money.payback_months,
        cloud_kg_co2e_per_month=cloud.kg_per_month,
        edge_kg_co2e_per_month=edge_kg,
        missing=tuple(missing),
    )
