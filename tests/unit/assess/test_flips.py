"""At the figure that a verdict names, the verdict does flip; and a dearer cloud never makes moving worse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.assess.assumptions import assumed, assuming
from aimigrate.assess.decision import decision
from aimigrate.assess.fit import fits
from aimigrate.assess.flips import changes
from aimigrate.assess.levers import Lever
from aimigrate.assess.need import Need, need_of
from aimigrate.assess.outcome import Money, best_fit, money_of
from aimigrate.assess.verdict import Judged, case_of, verdict
from aimigrate.contracts.assessment import Classification, Cost
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Compute, ModelFacts, Workload
from aimigrate.contracts.verdicts import Decision, Flip
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


def case(usd: float, *, peak: float = 60.0, quality: str = "billed") -> Judged:
    """Return what is known of a detector, at a cloud cost and a peak."""
    return judged(Setting(usd, quality, peak))


def decided(known: Judged) -> Decision:
    """Return the decision alone."""
    return decision(known, TARGETS).decision


def money(known: Judged) -> Money:
    """Return the money, which these cases always have."""
    assert known.money is not None
    return known.money


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


@dataclass(frozen=True)
class Setting:
    """A workload before a figure is set: its cloud cost, how sure that is, its peak, and the speed of the modules."""

    usd: float
    quality: str
    peak: float


SETTINGS = (
    Setting(1500.0, "billed", 60.0),
    Setting(1500.0, "rate_card", 60.0),
    Setting(700.0, "billed", 600.0),
    Setting(900.0, "billed", 60.0),
    Setting(150.0, "billed", 600.0),
    Setting(9000.0, "rate_card", 900.0),
)


def at(setting: Setting, flip: Flip, value: float) -> Decision:
    """Judge the workload anew with the flip's figure at another value, from the start and not by the solver's means."""
    before = flip.now or 0.0
    match flip.variable:
        case "cloud_cost_usd_per_month":
            return decided(judged(setting.__class__(value, setting.quality, setting.peak)))
        case "module_price_usd":
            times = value / before
            dear = {
                name: target.model_copy(
                    update={"price_usd": target.price_usd.model_copy(update={"value": target.price_usd.value * times})}
                )
                for name, target in TARGETS.items()
            }
            return decision(judged(setting, targets=dear), dear).decision
        case "electricity_usd_per_kwh":
            names = ("electricity", "electricity_low", "electricity_high")
            with assuming(**{name: assumed(name) * value / before for name in names}):
                return decided(judged(setting))
        case "overflow_share":
            with assuming(
                overflow_share=value, overflow_share_high=max(value, 0.2), overflow_share_low=min(value, 0.1)
            ):
                return decided(judged(setting))
        case "module_speed_rps":
            return decided(judged(setting, faster=value / before))
        case "peak_rps":
            return decided(judged(setting, times=value / before))
        case _:
            raise NotImplementedError(flip.variable)


def judged(
    setting: Setting, *, targets: Mapping[str, EdgeTarget] = TARGETS, faster: float = 1.0, times: float = 1.0
) -> Judged:
    """Return what is known of the detector."""
    demand = Demand(mean_rps=20.0 * times, peak_rps=setting.peak * times, requests_per_month=20.0 * times * 730 * 3600)
    cost = Cost(monthly_usd=setting.usd, quality=setting.quality, reason="test")
    return case_of(WORKLOAD, FACTS, demand, REALTIME, cost, targets, faster=faster)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_flip_holds_when_the_workload_is_judged_at_it(setting: Setting) -> None:
    """A thousandth before the figure it is not yet so, a thousandth behind it is what the flip says."""
    found = verdict(judged(setting), TARGETS)

    assert found.flips
    for flip in found.flips:
        outward = 1 if flip.side == "above" else -1
        before, behind = (at(setting, flip, flip.at * (1 + outward * step)) for step in (-0.001, 0.001))
        assert (behind, before != behind) == (flip.becomes, True), flip


@settings(max_examples=25, deadline=None)
@given(usd=st.floats(50, 30_000), peak=st.floats(0.5, 3_000), quality=st.sampled_from(["billed", "rate_card"]))
def test_every_flip_of_any_workload_holds(usd: float, peak: float, quality: str) -> None:
    """Whatever it costs and however much is asked of it."""
    setting = Setting(usd, quality, peak)

    for flip in verdict(judged(setting), TARGETS).flips:
        outward = 1 if flip.side == "above" else -1
        before, behind = (at(setting, flip, flip.at * (1 + outward * step)) for step in (-0.001, 0.001))
        assert (behind, before != behind) == (flip.becomes, True), flip


@pytest.mark.parametrize("setting", SETTINGS)
def test_nothing_flips_before_the_first_flip(setting: Setting) -> None:
    """Between what is and the first change of a figure the decision is what it is now."""
    found = verdict(judged(setting), TARGETS)
    first = {flip.variable: flip for flip in reversed(found.flips)}

    for flip in first.values():
        now = flip.now or 0.0
        between = [at(setting, flip, now * (flip.at / now) ** share) for share in (0.2, 0.5, 0.8)]
        assert between == [found.decision] * 3, flip


def test_a_flip_is_told_in_words_and_as_data() -> None:
    """Each solved figure has its sentence, with what it is now."""
    found = verdict(judged(SETTINGS[0]), TARGETS)
    cost = next(flip for flip in found.flips if flip.variable == "cloud_cost_usd_per_month")

    assert f"stay if its cloud cost falls below {cost.at:,.0f} USD a month (now 1,500)" in found.flips_if
    assert len(found.flips_if) >= len(found.flips)
    assert (cost.becomes, cost.side, cost.unit, cost.checked) == ("stay", "below", "USD per month", True)


def test_a_verdict_that_asks_for_evidence_solves_for_nothing() -> None:
    """What is not known can't be moved to where it flips."""
    unknown = replace(judged(SETTINGS[0]), facts=ModelFacts())

    found = verdict(unknown, TARGETS)

    assert (found.decision, found.flips) == ("needs_evidence", ())


def test_what_does_not_hold_when_tried_is_not_listed() -> None:
    """A figure at which nothing changes, and one at which something else does, are left out."""
    flat = Lever("peak_rps", "rps", 10.0, 1000.0, (50.0,), lambda _: "go")
    other = Lever("peak_rps", "rps", 10.0, 1000.0, (50.0,), lambda value: "go" if value < 200 else "stay")

    assert changes(flat, "go", thorough=True) == []
    assert [(flip.becomes, round(flip.at)) for flip in changes(other, "go", thorough=True)] == [("stay", 200)]
    assert changes(other, "go", thorough=False) == []


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
    orin = {name: target for name, target in TARGETS.items() if target.generation == "orin"}
    usual = judged(Setting(1500.0, "billed", 60.0), targets=orin)
    light = replace(usual, demand=usual.demand.model_copy(update={"gpu_utilization_percent_mean": 20.0}))
    heavy = replace(usual, demand=usual.demand.model_copy(update={"gpu_utilization_percent_mean": 95.0}))

    assert decision(light, orin).decision == "go"
    assert decision(heavy, orin).decision == "conditional"
    assert any("measured" in reason for reason in decision(heavy, orin).reasons)
