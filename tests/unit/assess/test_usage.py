"""What runs that a commitment could cover."""

from typing import Any

import pytest

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.prices import PriceBook
from aimigrate.assess.usage import usages_of
from aimigrate.contracts.assessment import Cost
from aimigrate.contracts.inventory import Compute, Resource, Workload
from tests.builders import assessed

HOURS = 730.0


def cost(value: float | None, quality: str = "billed") -> Cost:
    """Return a cost."""
    return Cost.model_validate({"monthly_usd": value, "quality": quality, "reason": "so"})


@pytest.mark.parametrize(
    ("kind", "compute", "service"),
    [
        ("ec2_asg", Compute(instance_type="g5.xlarge", instance_count=2), "ec2"),
        ("ecs_service", Compute(vcpus=2), "fargate"),
        ("ecs_service", Compute(instance_type="g5.xlarge"), "ec2"),
        ("sagemaker_endpoint", Compute(instance_type="ml.g5.xlarge"), "sagemaker"),
        ("sagemaker_serverless_endpoint", Compute(), None),
        ("bedrock_model", Compute(), None),
        ("observed", Compute(instance_type="g5.xlarge"), None),
        ("ec2_asg", Compute(instance_type="g5.xlarge", spot=True), None),
    ],
)
def test_a_workload_is_usage_of_the_service_it_runs_on(kind: Any, compute: Compute, service: str | None) -> None:  # noqa: ANN401  # a kind
    """Serverless inference, Bedrock, what was only observed and spot are covered by nothing."""
    one = Workload(id="w", kind=kind, region="r", name="w", compute=compute)
    judged = assessed(id="w", kind=kind, cost=cost(730.0))

    usages = usages_of({"w": one}, [judged], [], PriceBook())

    assert [(usage.service, usage.moving) for usage in usages] == ([(service, True)] if service else [])


def test_a_list_price_is_cut_to_what_a_plan_asks() -> None:
    """A bill's cost is after discounts already; an unknown one stays unknown."""
    one = Workload(id="w", kind="ec2_asg", region="r", name="w", compute=Compute(instance_type="g5.xlarge"))

    def hourly(given_cost: Cost) -> float | None:
        return usages_of({"w": one}, [assessed(id="w", cost=given_cost)], [], PriceBook())[0].usd_per_hour

    assert hourly(cost(730.0)) == pytest.approx(1.0)
    assert hourly(cost(730.0, "rate_card")) == pytest.approx(1 - assumed("list_price_discount"))
    assert hourly(cost(None, "unknown")) is None


def test_jobs_count_as_the_instances_that_their_cost_pays_for() -> None:
    """A job queue that costs half of what one instance costs a month is half an instance."""
    region, kind = "us-east-1", "g5.xlarge"
    one = Workload(id="w", kind="batch_queue", region=region, name="w", compute=Compute(instance_type=kind))
    half = PriceBook().hour(one).usd or 0

    (found,) = usages_of({"w": one}, [assessed(id="w", cost=cost(half * HOURS / 2, "rate_card"))], [], PriceBook())

    assert found.count == pytest.approx(0.5)


def test_an_instance_that_is_no_workload_stays_and_takes_commitments_over() -> None:
    """Running and on demand only; one of a workload is counted there."""
    facts = {"instance_type": "m5.xlarge", "state": "running", "lifecycle": "on-demand"}
    rows = [
        ("i-1", facts, None),
        ("i-2", {**facts, "state": "stopped"}, None),
        ("i-3", {**facts, "lifecycle": "spot"}, None),
        ("i-4", facts, "w"),
    ]
    resources = [
        Resource(id=name, type="ec2:instance", region="us-east-1", facts=known, workload=owner)
        for name, known, owner in rows
    ]

    found = usages_of({}, [], [*resources, Resource(id="q", type="sqs:queue", region="us-east-1")], PriceBook())

    assert [(one.id, one.moving, one.count) for one in found] == [("i-1", False, 1.0)]
    assert found[0].usd_per_hour == pytest.approx(0.192 * (1 - assumed("list_price_discount")))
