"""In the cloud, at a managed edge, at one's own: what each costs, which is cheapest, and null where that is unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.assumptions import assumed, assuming
from aimigrate.assess.build_or_buy import build_or_buy
from aimigrate.contracts.assessment import Cost
from aimigrate.contracts.verdicts import BuildOrBuy, Way
from tests.unit.assess.test_flips import SETTINGS, Setting, judged

DEAR = Setting(5000.0, "billed", 60.0)


def ways(found: BuildOrBuy) -> dict[str, Way]:
    """Ways by name."""
    return {way.name: way for way in found.ways}


def test_each_way_has_a_cost_with_its_range() -> None:
    """Low, likely and high in order, and what is counted in words."""
    found = build_or_buy(judged(DEAR))

    assert list(ways(found)) == ["stay_in_cloud", "managed_edge", "own_edge"]
    for way in found.ways:
        assert way.usd_per_month is not None
        assert way.low_usd_per_month is not None
        assert way.high_usd_per_month is not None
        assert way.low_usd_per_month <= way.usd_per_month <= way.high_usd_per_month
        assert way.reason
        assert way.source


def test_the_own_edge_costs_what_the_saving_says() -> None:
    """Cloud less saving: the same money as the verdict's."""
    case = judged(DEAR)

    own = ways(build_or_buy(case))["own_edge"]

    assert case.money is not None
    assert own.usd_per_month == pytest.approx(case.money.cloud - case.money.saving + case.money.stays)
    assert own.upfront_usd == case.money.one_time


def test_an_operator_is_paid_a_fee_and_a_margin_in_place_of_own_hands() -> None:
    """The fee for each module, the margin on the hardware over its life; the migration alone is paid before."""
    case = judged(DEAR)
    assert case.money is not None
    assert case.best is not None
    own, managed = (ways(build_or_buy(case))[name] for name in ("own_edge", "managed_edge"))

    more = (case.best.count or 0) * (assumed("managed_fee") + assumed("link")) - case.money.edge.upkeep_usd_per_month
    margin = case.money.edge.hardware_usd * assumed("managed_margin") / assumed("amortization")

    assert (managed.usd_per_month or 0) - (own.usd_per_month or 0) == pytest.approx(more + margin)
    assert managed.upfront_usd == assumed("migration")
    assert "Panorama, ended on 2026-05-31" in managed.reason


def test_the_cheapest_is_named_and_whether_that_is_sure() -> None:
    """A dear cloud is left for sure, a cheap one kept, and what is near is not sure."""
    dear, cheap = build_or_buy(judged(DEAR)), build_or_buy(judged(Setting(150.0, "billed", 600.0)))

    assert dear.cheapest in {"own_edge", "managed_edge"}
    assert (cheap.cheapest, cheap.sure) == ("stay_in_cloud", True)
    assert not dear.sure
    assert "overlap" in dear.reason


def test_a_cheap_operator_beats_own_hands() -> None:
    """Buying is the answer where the fee is low enough."""
    with assuming(managed_fee=1.0, managed_fee_low=1.0, managed_margin=0.0):
        assert build_or_buy(judged(DEAR)).cheapest == "managed_edge"


def test_a_price_list_may_be_too_high_and_the_range_says_so() -> None:
    """Down to what a commitment takes off."""
    stay = ways(build_or_buy(judged(Setting(5000.0, "rate_card", 60.0))))["stay_in_cloud"]

    assert stay.low_usd_per_month == pytest.approx(5000 * (1 - assumed("list_price_discount")))


def test_an_unknown_cost_names_none_and_says_why() -> None:
    """Never a zero."""
    unknown = Cost(monthly_usd=None, quality="unknown", reason="the bill names none of its resources")

    found = build_or_buy(replace(judged(DEAR), cost=unknown, money=None))

    assert found.cheapest is None
    assert [way.usd_per_month for way in found.ways] == [None, None, None]
    assert "the bill names none of its resources" in found.reason


def test_what_no_module_carries_has_no_edge_to_compare() -> None:
    """The cloud's cost is known, the others are null with the reason."""
    found = build_or_buy(replace(judged(DEAR), best=None, money=None))

    assert found.cheapest is None
    assert ways(found)["own_edge"].reason == "no module is known to carry it"
    assert ways(found)["stay_in_cloud"].usd_per_month == 5000.0


@given(usd=st.floats(10, 100_000), more=st.floats(0, 100_000))
def test_a_dearer_cloud_never_makes_staying_the_cheapest(usd: float, more: float) -> None:
    """Once something else is cheaper, it stays so."""
    cheap, dear = (build_or_buy(judged(Setting(cost, "billed", 60.0))) for cost in (usd, usd + more))

    assert not (cheap.cheapest != "stay_in_cloud" and dear.cheapest == "stay_in_cloud")


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_cheapest_is_never_dearer_than_another(setting: Setting) -> None:
    """By the middle of the ranges."""
    found = build_or_buy(judged(setting))

    costs = {name: way.usd_per_month or 0.0 for name, way in ways(found).items()}
    assert found.cheapest is not None
    assert costs[found.cheapest] == min(costs.values())
