"""What no go rests on: an assumed speed, an unknown cost, a store in the cloud whose use nobody stated."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.decision import decision
from aimigrate.assess.judged import Judged
from aimigrate.contracts.assessment import AttachedCost, Estimate
from aimigrate.contracts.sites import Hint
from tests.unit.assess.test_flips import TARGETS, Setting, judged

GOES = judged(Setting(3000.0, "billed", 60.0))
STORE = AttachedCost(what="file_system", resource_id="fs-0a1b", usd_per_month=240.0, goes=False)


def with_speed(case: Judged, provenance: str) -> Judged:
    """Return the case with all its speeds of one provenance, ready as they were."""
    fits = tuple(
        fit.model_copy(update={"throughput_rps": fit.throughput_rps.model_copy(update={"provenance": provenance})})
        if isinstance(fit.throughput_rps, Estimate)
        else fit
        for fit in case.fits
    )
    best = next(fit for fit in fits if case.best is not None and fit.module == case.best.module)
    return replace(case, fits=fits, best=best)


@given(
    provenance=st.sampled_from(["measured", "published", "derived", "assumed"]),
    quality=st.sampled_from(["billed", "rate_card", "stated", "unknown"]),
    usd=st.floats(100, 100_000),
)
def test_a_go_has_a_known_cost_and_no_assumed_speed(provenance: str, quality: str, usd: float) -> None:
    """Whatever is saved, and even if a module claims to be ready."""
    case = with_speed(judged(Setting(usd, quality, 60.0)), provenance)

    said = decision(case, TARGETS)

    if provenance == "assumed" or quality == "unknown":
        assert said.decision in {"needs_evidence", "stay"}
    if said.decision == "go":
        assert case.money is not None
        assert case.money.saving_low > 0


@pytest.mark.parametrize(("provenance", "expected"), [("published", "go"), ("assumed", "needs_evidence")])
def test_a_speed_that_is_an_assumption_asks_for_a_measurement(provenance: str, expected: str) -> None:
    """The reason says so."""
    said = decision(with_speed(GOES, provenance), TARGETS)

    assert said.decision == expected
    if expected == "needs_evidence":
        assert said.reasons == ("its speed is an assumption",)
        assert said.flips_if == ("judged anew once known: its speed on a module, measured",)


def test_a_file_system_that_stays_makes_a_go_conditional_until_its_use_is_known() -> None:
    """FSx and EFS stay in the cloud; what is read of them each day must follow over the link."""
    mounted = replace(GOES, cost=GOES.cost.model_copy(update={"attached": (STORE,)}))
    answered = replace(mounted, hint=Hint(gigabytes_in_per_day=2.0))

    assert decision(GOES, TARGETS).decision == "go"
    assert decision(mounted, TARGETS).decision == "conditional"
    assert any("fs-0a1b (240 USD a month), which stays" in reason for reason in decision(mounted, TARGETS).reasons)
    assert decision(answered, TARGETS).decision == "go"
