"""From an inventory to an assessment: decisions, totals, and that an unknown never becomes a number."""

from datetime import UTC, datetime, timedelta

import pytest

from aimigrate.assess.decide import assess
from aimigrate.contracts.assessment import AssessedWorkload, Assessment
from aimigrate.contracts.bill import Bill, BilledResource
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, ModelFacts, Run, Series, Workload
from aimigrate.contracts.sites import Hint, Hints
from aimigrate.registry import discover

NOW = datetime(2026, 11, 16, tzinfo=UTC)
START = NOW - timedelta(days=14)
TARGETS = discover("aimigrate.planning.targets", "target")
G5 = Compute(
    instance_type="g5.2xlarge",
    instance_count=3,
    accelerator="A10G",
    accelerators_per_instance=1,
    gpu_memory_gib=24,
    vcpus=8,
    memory_gib=32,
)


def hourly(metric: str, value: float, statistic: str = "average") -> Series:
    """Two weeks of one value, each five minutes."""
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": statistic,
            "start_at": START,
            "period_s": 300,
            "values": (value,) * (14 * 288),
            "source": "test",
        }
    )


def endpoint(name: str = "inspect", **changes: object) -> Workload:
    """Return a busy realtime endpoint of ResNet-50 with a tight latency."""
    values: dict[str, object] = {
        "id": f"ec2_asg:eu-central-1:{name}",
        "kind": "ec2_asg",
        "region": "eu-central-1",
        "name": name,
        "resources": (f"i-{name}",),
        "created_at": START,
        "compute": G5,
        "triggers": ("http:alb",),
        "series": (
            hourly("requests_count", 300 * 200.0, "sum"),
            hourly("latency_p99_ms", 40.0),
            hourly("gpu_utilization_percent", 45.0),
        ),
        "model": ModelFacts(name="resnet50", family="resnet50", parameters_b=0.0256, source="tag"),
        "tags": {"aimigrate:model": "resnet50", "aimigrate:class": "realtime"},
        "latency_objective_ms": 100.0,
    }
    return Workload.model_validate({**values, **changes})


def judged(*workloads: Workload, bill: Bill | None = None, hints: Hints | None = None) -> Assessment:
    """Assess an account that holds these workloads."""
    inventory = Inventory(
        account_id="111122223333",
        source="aws",
        collected_at=NOW,
        lookback_days=14,
        regions=("eu-central-1",),
        workloads=workloads,
        coverage=Coverage(),
        bill=bill,
    )
    return assess(inventory, targets=TARGETS, hints=hints or Hints())


def only(*workloads: Workload, **others: object) -> AssessedWorkload:
    """Assess one workload."""
    return judged(*workloads, **others).workloads[0]  # type: ignore[arg-type]


def bill_of(**costs: float) -> Bill:
    """Return a month's bill of EC2 instances, and a line that names none."""
    lines = tuple(
        BilledResource(resource_id=f"i-{name}", service="AmazonEC2", region="eu-central-1", cost_usd=usd)
        for name, usd in costs.items()
    )
    return Bill(
        source="test bill",
        period_start_at=datetime(2026, 10, 1, tzinfo=UTC),
        period_end_at=datetime(2026, 11, 1, tzinfo=UTC),
        total_usd=sum(costs.values()) + 12.34,
        resources=lines,
        without_resource_usd=12.34,
    )


def test_a_published_model_with_a_cost_and_a_demand_goes() -> None:
    """ResNet-50 at 200 requests a second on three A10G saves on two modules, and says what it rests on."""
    found = only(endpoint())

    assert found.verdict.decision == "go"
    assert found.cost.quality == "rate_card"
    assert found.edge_fit[0].readiness in {"ready", "ready_with_changes"}
    assert found.edge_fit[0].throughput_rps is not None
    assert found.edge_fit[0].throughput_rps.provenance in {"published", "derived"}
    assert found.outcome.saving_low_usd_per_month is not None
    assert found.outcome.saving_low_usd_per_month > 0
    assert any("cloud cost" in flip for flip in found.verdict.flips_if)


def test_fits_are_ordered_by_cost_ready_first() -> None:
    """A reader takes the first: it is the cheapest that can carry the workload."""
    found = only(endpoint()).edge_fit
    ready = [fit.edge_usd_per_month for fit in found if fit.readiness in {"ready", "ready_with_changes"}]

    assert len(found) == len(TARGETS)
    assert ready == sorted(ready, key=lambda usd: usd or 0)
    assert [fit.readiness in {"ready", "ready_with_changes"} for fit in found][: len(ready)] == [True] * len(ready)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"model": ModelFacts(), "tags": {"aimigrate:class": "realtime"}}, "model"),
        ({"series": (hourly("gpu_utilization_percent", 45.0),)}, "asked to do"),
        ({"compute": G5.model_copy(update={"instance_count": None})}, "cost"),
        ({"compute": G5.model_copy(update={"spot": True})}, "cost"),
    ],
)
def test_an_unknown_that_decides_asks_for_evidence(changes: dict[str, object], word: str) -> None:
    """Without a model, a demand or a cost there is no go, and the verdict names what is missing."""
    found = only(endpoint(**changes))

    assert found.verdict.decision == "needs_evidence"
    assert any(word in reason for reason in found.verdict.reasons)


def test_a_language_model_needs_the_length_of_its_answers() -> None:
    """Tokens a second become requests a second once a hint says how long an answer is."""
    workload = endpoint(
        model=ModelFacts(), tags={"aimigrate:model": "llama-3.2-3b", "aimigrate:class": "realtime"},
        series=(hourly("requests_count", 60.0, "sum"),), latency_objective_ms=None,
    )  # fmt: skip

    without = only(workload)
    with_hint = only(workload, hints=Hints(workloads={workload.id: Hint(tokens_out=150)}))

    assert without.verdict.decision == "needs_evidence"
    assert any("tokens" in reason for reason in without.verdict.reasons)
    assert with_hint.verdict.decision == "conditional"
    assert any("prompts" in reason for reason in with_hint.verdict.reasons)
    assert any("4" in change for change in with_hint.edge_fit[0].changes)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kind": "sagemaker_training"}, "training"),
        ({"kind": "sagemaker_tuning"}, "training"),
        ({"kind": "sagemaker_automl"}, "training"),
        ({"kind": "sagemaker_notebook"}, "notebook"),
        ({"model": ModelFacts(family="resnet50", closed_weights=True)}, "closed"),
        ({"compute": G5.model_copy(update={"instance_type": "ml.inf2.xlarge"})}, "Neuron"),
        ({"series": (hourly("requests_count", 0.0, "sum"),)}, "turn it off"),
        ({"series": (hourly("requests_count", 1.0, "sum"), hourly("gpu_utilization_percent", 0.2))}, "scale to zero"),
        ({"stated_usd_per_month": 20.0, "compute": Compute()}, "less than moving it"),
        ({"latency_objective_ms": 0.5}, "objective"),
    ],
)
def test_what_can_not_move_or_pay_stays(changes: dict[str, object], word: str) -> None:
    """Training, desks, closed weights, Neuron, idle, cheap and too fast stay, each with its reason."""
    found = only(endpoint(**changes))

    assert found.verdict.decision == "stay"
    assert any(word in reason for reason in found.verdict.reasons)


def test_a_model_too_large_for_every_module_stays() -> None:
    """405 billion parameters fit no module's memory, however long the answers are."""
    found = only(endpoint(model=ModelFacts(), tags={"aimigrate:model": "llama-3.1-405b"}))

    assert found.verdict.decision == "stay"
    assert any("does not fit" in reason for reason in found.verdict.reasons)


def test_nightly_jobs_of_a_known_model_are_sized_by_the_night() -> None:
    """Jobs whose model MLPerf ran on both sides become module hours, and no spare is bought."""
    runs = tuple(
        Run(started_at=START + timedelta(days=d), ended_at=START + timedelta(days=d, hours=5), status="Completed")
        for d in range(14)
    )
    found = only(
        endpoint(
            kind="sagemaker_transform", runs=runs, series=(), triggers=("schedule:nightly",), latency_objective_ms=None,
            compute=G5.model_copy(update={"instance_type": "ml.g4dn.12xlarge", "accelerator": "T4",
                                          "accelerators_per_instance": 4, "instance_count": 1}),
            tags={"aimigrate:class": "batch", "aimigrate:model": "resnet50"},
        )
    )  # fmt: skip

    assert found.verdict.decision in {"go", "conditional", "stay"}
    assert found.edge_fit[0].count is not None
    assert "nightly window" in found.edge_fit[0].reasons[0]


def test_the_bill_is_split_to_the_cent() -> None:
    """What workloads explain and what they don't add up to the bill."""
    found = judged(endpoint("one"), endpoint("two"), bill=bill_of(one=3000.01, two=2500.50, other=77.77)).totals

    assert found.bill_attributed_usd == 5500.51
    assert found.bill_unattributed_usd == 90.11
    assert found.bill_total_usd == 5590.62


def test_a_workload_of_unknown_cost_is_counted_not_summed() -> None:
    """The known total holds the known costs alone."""
    unknown = endpoint("two", compute=G5.model_copy(update={"instance_count": None}))

    found = judged(endpoint("one"), unknown).totals

    assert found.unknown_cost_workloads == 1
    assert found.known_usd_per_month == only(endpoint("one")).cost.monthly_usd


def test_the_same_inventory_gives_the_same_bytes() -> None:
    """Order of reading does not show."""
    one, two = endpoint("one"), endpoint("two")

    assert (
        judged(one, two).model_copy(update={"inventory_sha256": ""}).canonical()
        == judged(two, one).model_copy(update={"inventory_sha256": ""}).canonical()
    )


def test_an_observed_workload_is_judged_like_any_other() -> None:
    """Kind `observed` with an instance type, a region and a model gets a cost, a fit and a verdict."""
    found = only(endpoint(kind="observed", id="observed:eu-central-1:trace"))

    assert found.verdict.decision == "go"
    assert found.cost.quality == "rate_card"


def test_one_warm_instance_must_not_eat_what_a_region_saves() -> None:
    """A single instance alone in its region keeps itself warm; beside others it shares theirs."""
    lone = endpoint("lone", compute=G5.model_copy(update={"instance_count": 1}))

    alone = only(lone)
    beside = {one.name: one.verdict.decision for one in judged(lone, endpoint("two"), endpoint("three")).workloads}

    assert alone.verdict.decision == "conditional"
    assert any("kept warm" in reason for reason in alone.verdict.reasons)
    assert beside == {"lone": "go", "two": "go", "three": "go"}


def test_the_low_saving_counts_whole_instances() -> None:
    """The unkind end of the total holds the warm instance that the shares don't pay for."""
    found = judged(endpoint())
    shares = found.workloads[0].outcome.saving_low_usd_per_month

    assert shares is not None
    assert found.totals.saving_low_usd_per_month < shares
