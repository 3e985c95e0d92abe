"""At the figure that a verdict names, the verdict does flip; and a dearer cloud never makes moving worse."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.fit import fits
from aimigrate.assess.flips import turning
from aimigrate.assess.need import Need, need_of
from aimigrate.assess.outcome import Money, best_fit, mean_load, money_of
from aimigrate.assess.verdict import Judged, verdict
from aimigrate.contracts.assessment import Classification, Cost, Decision, Demand, EdgeFit, Estimate
from aimigrate.contracts.inventory import Compute, ModelFacts, Workload
from aimigrate.registry import discover

TARGETS = discover("aimigrate.planning.targets", "target")
NOW = datetime(2026, 11, 16, tzinfo=UTC)
REALTIME = Classification(label="realtime", confidence=0.9, evidence=(), flips_if=())
WORKLOAD = Workload(
    id="ec2_asg:eu-central-1:x",
    kind="ec2_asg",
    region="eu-central-1",
    name="x",
    compute=Compute(instance_type="g4dn.xlarge", instance_count=3, accelerator="T4", accelerators_per_instance=1),
)
FACTS = ModelFacts(family="retinanet", source="tag")


def case(usd: float, *, peak: float = 60.0, quality: str = "billed", speed: float | None = None) -> Judged:
    """Return what is known of a detector, at a cloud cost, a peak, and perhaps a measured speed of each module."""
    demand = Demand(mean_rps=20.0, peak_rps=peak, requests_per_month=20.0 * 730 * 3600)
    found = fits(WORKLOAD, FACTS, demand, REALTIME, TARGETS)
    if speed is not None:
        found = (_measured(found, demand, speed),)
    best = best_fit(found)
    cost = Cost(monthly_usd=usd, quality=quality, reason="test")  # type: ignore[arg-type]  # one of its words
    need = need_of(demand, REALTIME)
    money = money_of(cost, best, TARGETS[best.module], spare=need.spare) if best else None
    return Judged(WORKLOAD, FACTS, demand, REALTIME, need, cost, found, best, money)


def _measured(found: tuple[EdgeFit, ...], demand: Demand, speed: float) -> EdgeFit:
    """Size the first module anew at a measured speed."""
    first = best_fit(found)
    assert first is not None
    edge_rps = need_of(demand, REALTIME).edge_rps or 0.0
    count = -int(-(edge_rps / speed) // 1) + 1
    load = mean_load(first, TARGETS[first.module]) * (first.count or 1) / count
    target = TARGETS[first.module]
    watts = count * target.max_power_w.value * 1.28 * (0.25 + 0.75 * load)
    estimate = Estimate(value=speed, low=speed, high=speed, provenance="measured", source="test")
    return first.model_copy(update={"count": count, "throughput_rps": estimate, "power_w": watts})


def decided(judged: Judged) -> Decision:
    """Return the decision alone."""
    return verdict(judged, TARGETS).decision


def money(judged: Judged) -> Money:
    """Return the money, which these cases always have."""
    assert judged.money is not None
    return judged.money


def test_go_ends_at_the_cloud_cost_it_names() -> None:
    """A little above the named cost it is worth it, a little below it stays."""
    edge = money(case(1500.0)).worth_it_from()

    assert decided(case(1500.0)) == "go"
    assert decided(case(edge * 1.001)) in {"go", "conditional"}
    assert decided(case(edge * 0.999)) == "stay"


def test_conditional_begins_at_the_cloud_cost_it_names() -> None:
    """On a price list, which may be a third too high, sure begins later than worth it."""
    listed = money(case(1500.0, quality="rate_card"))
    sure, worth = listed.sure_from(), listed.worth_it_from()

    assert sure >= worth
    assert decided(case(sure * 1.001, quality="rate_card")) == "go"
    if sure > worth * 1.01:
        assert decided(case(sure * 0.999, quality="rate_card")) == "conditional"


def test_go_ends_at_the_speed_it_names() -> None:
    """At the named speed one module fewer would do; just below it there is one too many."""
    judged = case(700.0, peak=600.0)
    assert judged.best is not None
    target = TARGETS[judged.best.module]
    at = turning(
        money(judged),
        judged.best,
        target,
        load=mean_load(judged.best, target),
        spare=1,
        edge_rps=judged.need.edge_rps,
        peak_per_edge=1.0,
    )

    assert at.speed_rps is not None
    assert decided(case(700.0, peak=600.0, speed=at.speed_rps * 1.001)) in {"go", "conditional"}
    assert decided(case(700.0, peak=600.0, speed=at.speed_rps * 0.999)) == "stay"


@given(usd=st.floats(100, 50_000), more=st.floats(0, 50_000))
def test_a_dearer_cloud_never_lowers_the_saving(usd: float, more: float) -> None:
    """What is kept in the cloud costs more too, but never as much more."""
    cheap, dear = money(case(usd)), money(case(usd + more))

    assert dear.saving >= cheap.saving - 1e-6
    assert dear.saving_low >= cheap.saving_low - 1e-6
    assert not (cheap.worth_it and not dear.worth_it)


@given(peak=st.floats(0.1, 5_000), more=st.floats(0, 5_000))
def test_more_demand_never_needs_fewer_modules(peak: float, more: float) -> None:
    """Of any module type."""
    few = {fit.module: fit.count for fit in case(1000.0, peak=peak).fits if fit.count}
    many = {fit.module: fit.count for fit in case(1000.0, peak=peak + more).fits if fit.count}

    assert all(many.get(module, 10_000) >= count for module, count in few.items())


def test_an_interval_is_in_order() -> None:
    """Low, likely and high saving never cross."""
    found = money(case(900.0, quality="rate_card"))

    assert found.saving_low <= found.saving <= found.saving_high


def test_work_that_may_wait_gets_no_spare() -> None:
    """N+1 is for callers; a night's work that is late is done the next night."""
    assert Need(label="batch").spare == 0
    assert [Need(label=label).spare for label in ("realtime", "mixed", "unknown")] == [1, 1, 1]  # type: ignore[arg-type]


@pytest.mark.parametrize("hole", ["facts", "cost", "demand"])
def test_no_go_with_a_hole(hole: str) -> None:
    """Take away the model, the cost or the demand of a workload that goes, and it goes no more."""
    whole = case(1500.0)
    holes = {
        "facts": replace(whole, facts=ModelFacts()),
        "cost": replace(whole, cost=Cost(monthly_usd=None, quality="unknown", reason="not on the bill"), money=None),
        "demand": replace(whole, need=Need(label="realtime")),
    }

    assert decided(whole) == "go"
    assert decided(holes[hole]) == "needs_evidence"


def test_an_assumed_speed_never_goes() -> None:
    """A model that nobody ran is sized by a ratio of accelerators: shown, and never acted on."""
    demand = Demand(mean_rps=20.0, peak_rps=60.0, requests_per_month=5e7, gpu_utilization_percent_mean=40.0)
    facts = ModelFacts(family="our-own-net", parameters_b=0.05, source="tag")
    found = fits(WORKLOAD, facts, demand, REALTIME, TARGETS)
    best = best_fit(found)
    assert best is not None
    cost = Cost(monthly_usd=5000.0, quality="billed", reason="test")
    need = need_of(demand, REALTIME)
    money_now = money_of(cost, best, TARGETS[best.module], spare=1)

    said = verdict(Judged(WORKLOAD, facts, demand, REALTIME, need, cost, found, best, money_now), TARGETS)

    assert best.throughput_rps is not None
    assert best.throughput_rps.provenance == "assumed"
    assert said.decision == "needs_evidence"


def test_a_workload_that_is_slow_in_the_cloud_is_measured_first() -> None:
    """Where its own utilization says a module would be too slow, the published speed alone is no go."""
    usual = case(1500.0)
    light = replace(usual, demand=usual.demand.model_copy(update={"gpu_utilization_percent_mean": 20.0}))
    heavy = replace(usual, demand=usual.demand.model_copy(update={"gpu_utilization_percent_mean": 95.0}))

    assert decided(light) == "go"
    assert decided(heavy) == "conditional"
    assert any("measured" in reason for reason in verdict(heavy, TARGETS).reasons)
