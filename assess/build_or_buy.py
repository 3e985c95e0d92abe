"""Build or buy: a workload in the cloud, at an edge that someone else runs, or at one's own, and what each costs."""

from typing import Literal

from aimigrate.assess.assumptions import ASSUMPTIONS, assumed
from aimigrate.assess.edge_cost import EdgeCost
from aimigrate.assess.judged import Judged
from aimigrate.assess.outcome import CARRIES, Money
from aimigrate.contracts.verdicts import BuildOrBuy, Way

Name = Literal["stay_in_cloud", "managed_edge", "own_edge"]

_NO_AWS = "AWS's own appliance for this, Panorama, ended on 2026-05-31 (its developer guide, read 2026-11)"
_WORDS: dict[str, str] = {
    "stay_in_cloud": "staying in the cloud",
    "managed_edge": "an edge that someone else runs",
    "own_edge": "an edge of one's own",
}


def build_or_buy(case: Judged) -> BuildOrBuy:
    """Return what each of the three ways costs, and the cheapest; null with a reason where one can't be known."""
    stay = _cloud(case)
    why = _no_edge(case)
    money = case.money
    if why is not None or money is None or case.best is None:
        reason = why or "its cloud cost is not known"
        edges = tuple(_unknown(name, reason) for name in ("managed_edge", "own_edge"))
    else:
        edges = (_managed(money, case.best.count or 1), _own(money))
    ways = (stay, *edges)
    if case.kept_by:
        whole = f"the only way there is: {case.kept_by[0].why}"
        return BuildOrBuy(ways=ways, cheapest="stay_in_cloud", sure=True, reason=whole)
    return _named(ways)


def _no_edge(case: Judged) -> str | None:
    """Say why no edge can be priced, None where one can."""
    if case.kept_by:
        return case.kept_by[0].why
    if case.best is None or case.best.readiness not in CARRIES or case.best.count is None:
        return "no module is known to carry it"
    return None


def _unknown(name: Name, reason: str) -> Way:
    return Way(name=name, usd_per_month=None, low_usd_per_month=None, high_usd_per_month=None, reason=reason)


def _cloud(case: Judged) -> Way:
    """As it runs now; a price list may be as much too high as a commitment takes off."""
    usd = case.cost.monthly_usd
    if usd is None or case.cost.quality == "unknown":
        return _unknown("stay_in_cloud", f"its cloud cost is not known: {case.cost.reason}")
    listed = case.cost.quality == "rate_card"
    spans = f", down to {assumed('list_price_discount'):.0%} less by a commitment" if listed else ""
    return Way(
        name="stay_in_cloud",
        usd_per_month=usd,
        low_usd_per_month=usd * (1 - assumed("list_price_discount")) if listed else usd,
        high_usd_per_month=usd,
        upfront_usd=0.0,
        reason=f"as it runs now ({case.cost.quality.replace('_', ' ')}){spans}",
        source=case.cost.source or case.cost.reason,
    )


def _own(money: Money) -> Way:
    return Way(
        name="own_edge",
        usd_per_month=money.edge.usd_per_month + _kept(money.cloud, "overflow_share") + money.stays,
        low_usd_per_month=money.edge_low.usd_per_month + _kept(money.cloud_low, "overflow_share_low") + money.stays,
        high_usd_per_month=money.edge_high.usd_per_month + _kept(money.cloud, "overflow_share_high") + money.stays,
        upfront_usd=money.one_time,
        reason="modules over their life, power, upkeep, and the share kept in the cloud; the range spans the price of"
        " power, the count of modules at their likely speed, and 10-20 % kept",
        source="the assumptions of this assessment",
    )


def _managed(money: Money, count: int) -> Way:
    """Price an operator who buys and finances the modules and does the work on them, for a fee a module."""

    def edge(cost: EdgeCost, fee: str, margin: float) -> float:
        hardware = cost.hardware_usd * (1 + margin) / assumed("amortization")
        return hardware + cost.power_usd_per_month + count * (assumed(fee) + assumed("link"))

    usual = edge(money.edge, "managed_fee", assumed("managed_margin"))
    low = edge(money.edge_low, "managed_fee_low", 0.0)
    high = edge(money.edge_high, "managed_fee_high", assumed("managed_margin_high"))
    return Way(
        name="managed_edge",
        usd_per_month=usual + _kept(money.cloud, "overflow_share") + money.stays,
        low_usd_per_month=min(usual, low) + _kept(money.cloud_low, "overflow_share_low") + money.stays,
        high_usd_per_month=high + _kept(money.cloud, "overflow_share_high") + money.stays,
        upfront_usd=assumed("migration"),
        reason=f"the same modules, bought and looked after by an operator for {assumed('managed_fee_low'):g}"
        f" to {assumed('managed_fee_high'):g} USD a module and month. {_NO_AWS}",
        source=ASSUMPTIONS["managed_fee_low"].source,
    )


def _kept(cloud_usd: float, share: str) -> float:
    return cloud_usd * assumed(share)


def _named(ways: tuple[Way, ...]) -> BuildOrBuy:
    """Name the cheapest by the middle of the ranges, and say whether it is cheapest across them."""
    priced = [(way.usd_per_month, way) for way in ways if way.usd_per_month is not None]
    missing = [way for way in ways if way.usd_per_month is None]
    if missing:
        return BuildOrBuy(ways=ways, cheapest=None, reason=f"not all can be compared: {missing[0].reason}")
    usd, best = min(priced, key=lambda pair: (pair[0], pair[1].name))
    others = [way for _, way in priced if way is not best]
    sure = all((best.high_usd_per_month or 0.0) < (way.low_usd_per_month or 0.0) for way in others)
    second = min(others, key=lambda way: (way.usd_per_month or 0.0, way.name))
    less = (second.usd_per_month or 0.0) - usd
    across = "across every range" if sure else "though the ranges overlap"
    reason = f"{_WORDS[best.name]} costs {less:,.0f} USD a month less than {_WORDS[second.name]}, {across}"
    return BuildOrBuy(ways=ways, cheapest=best.name, sure=sure, reason=reason)
