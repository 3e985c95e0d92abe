"""What holds of every decision, whatever the account."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.assess.decide import assess
from aimigrate.contracts.assessment import AssessedWorkload, Assessment
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, ModelFacts, Series, Workload
from aimigrate.contracts.sites import Hints
from aimigrate.registry import discover

TARGETS = discover("aimigrate.planning.targets", "target")
START = datetime(2026, 11, 2, tzinfo=UTC)
DAY = 1 + 0.5 * np.sin(np.arange(48) / 24 * 2 * np.pi)

rates = st.floats(0.01, 5_000.0)
costs = st.floats(1.0, 200_000.0)
families = st.sampled_from(["resnet50", "bert-99", "yolov8n", "llama-3.1-8b", None])
kinds = st.sampled_from(["sagemaker_endpoint", "sagemaker_async_endpoint", "ec2_asg", "ecs_service", "observed"])


def workload(kind: str, family: str | None, rate: float | None, usd: float | None, name: str = "w") -> Workload:
    values = () if rate is None else tuple(float(one) for one in np.round(DAY * rate * 3600))
    counted = Series(
        metric="requests_count", statistic="sum", start_at=START, period_s=3600, values=values, source="test"
    )
    return Workload.model_validate(
        {
            "id": f"{kind}:eu-central-1:{name}",
            "kind": kind,
            "region": "eu-central-1",
            "name": name,
            "compute": Compute(instance_type="g5.xlarge", instance_count=2, accelerator="A10G"),
            "series": (counted,) if values else (),
            "model": ModelFacts(name=family, family=family, source="tag") if family else ModelFacts(),
            "stated_usd_per_month": usd,
            "tags": {"aimigrate:tokens-out": "100"},
        }
    )


def judged(*held: Workload) -> Assessment:
    inventory = Inventory(
        account_id="123456789012",
        source="observations",
        collected_at=START,
        lookback_days=2,
        regions=("eu-central-1",),
        workloads=held,
        coverage=Coverage(),
    )
    return assess(inventory, targets=TARGETS, hints=Hints(), solve=0)


def one(found: Assessment) -> AssessedWorkload:
    (only,) = found.workloads
    return only


@settings(max_examples=60, deadline=None)
@given(kinds, families, rates, st.floats(1.0, 50.0), costs)
def test_more_demand_never_needs_fewer_modules(
    kind: str, family: str | None, rate: float, times: float, usd: float
) -> None:
    """On every module by itself, the count grows or stays; where it is unknown it stays unknown."""
    less, more = (one(judged(workload(kind, family, each, usd))) for each in (rate, rate * times))

    counts = {fit.module: fit.count for fit in less.edge_fit}
    for fit in more.edge_fit:
        before = counts[fit.module]
        assert (before is None) == (fit.count is None) or fit.count is None
        if before is not None and fit.count is not None:
            assert fit.count >= before


@settings(max_examples=60, deadline=None)
@given(kinds, families, rates, costs, st.floats(1.0, 20.0))
def test_a_dearer_cloud_never_lowers_the_saving(
    kind: str, family: str | None, rate: float, usd: float, times: float
) -> None:
    """Nor any end of its range; and it never turns a go into a stay."""
    cheap, dear = (one(judged(workload(kind, family, rate, each))) for each in (usd, usd * times))

    for name in ("saving_usd_per_month", "saving_low_usd_per_month", "saving_high_usd_per_month"):
        before, after = getattr(cheap.outcome, name), getattr(dear.outcome, name)
        assert (before is None) == (after is None)
        assert before is None or after >= before - 1e-6 * abs(before)
    assert not (cheap.verdict.decision == "go" and dear.verdict.decision == "stay")


@settings(max_examples=60, deadline=None)
@given(kinds, families, st.none() | rates, st.none() | costs)
def test_an_unknown_never_becomes_a_zero(kind: str, family: str | None, rate: float | None, usd: float | None) -> None:
    """What was not read is null in what follows from it, with a reason; and it never gives a go."""
    found = one(judged(workload(kind, family, rate, usd)))

    if rate is None:
        assert found.demand.mean_rps is found.demand.peak_rps is found.demand.requests_per_month is None
        assert {"mean_rps", "requests_per_month"} <= {lacking.what for lacking in found.demand.missing}
        assert all(fit.count is None for fit in found.edge_fit)
    if usd is None and found.cost.quality == "unknown":
        assert found.cost.monthly_usd is None
        assert found.cost.reason
        assert found.outcome.saving_usd_per_month is None
    if family is None:
        assert all(fit.readiness != "ready" for fit in found.edge_fit)
    if rate is None or family is None or found.cost.monthly_usd is None:
        assert found.verdict.decision != "go"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(kinds, families, st.none() | rates, st.none() | costs), min_size=2, max_size=5), st.randoms())
def test_the_order_of_what_is_read_changes_nothing(
    held: list[tuple[str, str | None, float | None, float | None]], random: np.random.Generator
) -> None:
    """Same workloads, same bytes but for the hash of the inventory, in whatever order they were read; and twice."""
    workloads = [workload(*fields, name=f"w-{number}") for number, fields in enumerate(held)]
    mixed = list(workloads)
    random.shuffle(mixed)

    first, again, other = judged(*workloads), judged(*workloads), judged(*mixed)

    assert first.canonical() == again.canonical()
    assert other.model_copy(update={"inventory_sha256": first.inventory_sha256}).canonical() == first.canonical()


@pytest.mark.parametrize("family", ["resnet50", "bert-99"])
@given(rates)
@settings(max_examples=30, deadline=None)
def test_units_survive(family: str, rate: float) -> None:
    """A request is a request whether counted by hour or by minute: same rates, same modules."""
    by_hour = workload("sagemaker_endpoint", family, rate, 5_000.0)
    hours = [value or 0.0 for value in by_hour.series[0].values]
    minutes = tuple(value / 60 for value in hours for _ in range(60))
    by_minute = by_hour.model_copy(
        update={"series": (by_hour.series[0].model_copy(update={"period_s": 60, "values": minutes}),)}
    )

    long, short = one(judged(by_hour)), one(judged(by_minute))

    assert short.demand.mean_rps == pytest.approx(long.demand.mean_rps)
    assert short.demand.requests_per_month == pytest.approx(long.demand.requests_per_month)
    assert [fit.count for fit in short.edge_fit] == [fit.count for fit in long.edge_fit]
