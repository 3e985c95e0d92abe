"""What a verdict looks at: one workload with its fits and its money, and the same with a figure changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aimigrate.assess.barriers._seam import Seen, barriers_of
from aimigrate.assess.edge_cost import EdgeCost, edge_cost
from aimigrate.assess.fit import fits
from aimigrate.assess.need import Need, need_of
from aimigrate.assess.outcome import Money, best_fit, money_of
from aimigrate.contracts.assessment import Classification, Cost, EdgeFit
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import ModelFacts, Workload
from aimigrate.contracts.sites import Hint, Site
from aimigrate.contracts.verdicts import Barrier


@dataclass(frozen=True)
class Judged:
    """Everything a verdict looks at."""

    workload: Workload
    facts: ModelFacts
    demand: Demand
    classification: Classification
    need: Need
    cost: Cost
    fits: tuple[EdgeFit, ...]
    best: EdgeFit | None
    money: Money | None
    tokens_out: float | None = None
    hint: Hint = field(default_factory=Hint)
    sites: tuple[Site, ...] = ()
    barriers: tuple[Barrier, ...] | None = None
    """Null: not looked for yet."""
    floor: EdgeCost | None = None
    """What `floor_of` says; null: not reckoned yet."""

    @property
    def seen(self) -> Seen:
        """What the barriers look at."""
        return Seen(self.workload, self.facts, self.need, self.hint, self.sites)

    @property
    def kept_by(self) -> tuple[Barrier, ...]:
        """What keeps it in the cloud."""
        return barriers_of(self.seen) if self.barriers is None else self.barriers


def case_of(  # noqa: PLR0917  # what is known of a workload, in the order of Judged
    workload: Workload,
    facts: ModelFacts,
    demand: Demand,
    classification: Classification,
    cost: Cost,
    targets: Mapping[str, EdgeTarget],
    *,
    tokens_out: float | None = None,
    hint: Hint | None = None,
    sites: tuple[Site, ...] = (),
    faster: float = 1.0,
) -> Judged:
    """Size one workload on every module and price the best; the one way from what is known to what is judged."""
    found = fits(workload, facts, demand, classification, targets, tokens_out=tokens_out, faster=faster)
    need = need_of(demand, classification)
    best = best_fit(found)
    floor = floor_of(need, targets) if targets else None
    bare = Judged(
        workload, facts, demand, classification, need, cost, found, best, None, tokens_out, hint or Hint(), sites
    )
    return replace(bare, money=money_with(bare, targets), barriers=bare.kept_by, floor=floor)


def floor_of(need: Need, targets: Mapping[str, EdgeTarget]) -> EdgeCost:
    """Return the least that any module costs: idle, on the cheapest power, two where callers wait."""
    count = 2 if need.label in {"realtime", "mixed"} else 1
    return min(
        (edge_cost(target, count, 0.0, electricity="electricity_low") for target in targets.values()),
        key=lambda cost: cost.usd_per_month,
    )


def again(
    case: Judged,
    targets: Mapping[str, EdgeTarget],
    *,
    demand: Demand | None = None,
    workload: Workload | None = None,
    sites: tuple[Site, ...] | None = None,
    faster: float = 1.0,
) -> Judged:
    """Return the case as it would be with another demand, workload, sites, speed, or catalog: sized and priced anew."""
    return case_of(
        workload or case.workload,
        case.facts,
        demand or case.demand,
        case.classification,
        case.cost,
        targets,
        tokens_out=case.tokens_out,
        hint=case.hint,
        sites=case.sites if sites is None else sites,
        faster=faster,
    )


def at_cost(case: Judged, usd_per_month: float, targets: Mapping[str, EdgeTarget]) -> Judged:
    """Return the case as it would be at another cloud cost; what a move ends changes with it, what stays does not."""
    cost = case.cost
    more = usd_per_month - (cost.monthly_usd or 0.0)
    stays, goes = cost.stays_usd_per_month, cost.goes_usd_per_month
    changed = {
        "monthly_usd": usd_per_month,
        "stays_usd_per_month": None if stays is None else min(stays, usd_per_month),
        "goes_usd_per_month": None if goes is None else max(0.0, goes + more),
    }
    moved = cost.model_copy(update=changed)
    money = case.money
    if money is None or money.cloud <= 0:
        bare = replace(case, cost=moved)
        return replace(bare, money=money_with(bare, targets))
    going = usd_per_month - (moved.stays_usd_per_month or 0.0)
    # The edge is what it was; how far a price list may be too high is a share of it.
    low = going * money.cloud_low / money.cloud
    changed_money = replace(money, cloud=going, cloud_low=low, stays=moved.stays_usd_per_month or 0.0)
    return replace(case, cost=moved, money=changed_money)


def money_with(case: Judged, targets: Mapping[str, EdgeTarget]) -> Money | None:
    """Return the money of moving onto the best module of the case, priced by a catalog."""
    best = case.best
    return money_of(case.cost, best, targets[best.module], spare=case.need.spare) if best is not None else None
