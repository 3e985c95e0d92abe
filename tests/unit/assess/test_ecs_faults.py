"""ECS where something may not be read or went away, and how few requests it takes."""

from typing import Any

import pytest

from aimigrate.assess.collectors.ecs import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2, ecs
from tests.recorded.ecs import Held, arn, cluster, service
from tests.recorded_aws import RecordedAws, Refused

R = "eu-central-1"
SHELF = f"ecs_service:{R}:vision/shelf"


def account(held: Held | None = None) -> RecordedAws:
    """Give an account that holds this, the recorded one by default."""
    return recorded({**(held or ecs.company()).answers(), ("ec2", "DescribeInstanceTypes"): ec2.types})


def without(*operations: str) -> Seen:
    """Look at the recorded account with these operations denied."""
    aws = account()
    for operation in operations:
        aws.refuse("ecs", operation, "AccessDeniedException")
    return look(collector, aws)


@pytest.mark.parametrize(
    "operation",
    ["DescribeClusters", "ListTasks", "DescribeTasks", "ListContainerInstances", "DescribeContainerInstances"],
)
def test_a_service_is_found_whatever_else_may_not_be_read(operation: str) -> None:
    """Where its instances can't be known, their type is missing and the operation is a hole."""
    seen = without(operation)

    assert SHELF in seen.workloads
    assert seen.entry("ecs", operation).status == "denied"


def test_without_instances_the_type_is_missing_with_the_way_to_get_it() -> None:
    """Unknown is null with a reason."""
    found = without("ListContainerInstances").workloads[SHELF]

    (why,) = (one for one in found.missing if one.what == "compute.instance_type")
    assert found.compute.instance_type is None
    assert "ecs:List" in (why.fix or "")


def test_services_that_may_not_be_described_are_resources_still() -> None:
    """They were listed, so they exist; nothing is said of them that was not read."""
    seen = without("DescribeServices")

    assert SHELF not in seen.workloads
    assert seen.resources[arn("service/vision/shelf")].facts == {"state": "listed, not described"}


def test_a_service_deleted_between_list_and_describe_is_named() -> None:
    """ECS answers with a failure in place of an error; the name is not lost."""
    held = ecs.company()
    held.services = []
    answers = held.answers()
    shelf = arn("service/vision/shelf")
    answers["ecs", "ListServices"] = {"serviceArns": [shelf]}
    answers["ecs", "DescribeServices"] = {"services": [], "failures": [{"arn": shelf, "reason": "MISSING"}]}

    seen = look(collector, recorded({**answers, ("ec2", "DescribeInstanceTypes"): ec2.types}))

    assert seen.resources[shelf].facts == {"state": "listed, not described"}


def test_a_cluster_deleted_between_list_and_describe_is_named() -> None:
    """Its name stays, and what it may hold is a hole."""
    aws = account()
    aws.refuse("ecs", "ListServices", "ClusterNotFoundException")

    seen = look(collector, aws)

    assert seen.resources[arn("cluster/vision")].type == "ecs:cluster"
    assert seen.entry("ecs", "ListServices").status == "partial"


def test_a_definition_that_went_leaves_the_service_a_resource() -> None:
    """Without its definition nothing says that it runs a model; the service is there, the hole is named."""
    aws = account()
    aws.refuse("ecs", "DescribeTaskDefinition", "ClientException", "Unable to describe task definition: not found.")

    seen = look(collector, aws)

    assert SHELF not in seen.workloads
    assert arn("service/vision/shelf") in seen.resources
    assert seen.entry("ecs", "DescribeTaskDefinition").status == "partial"


def test_a_second_page_of_services_that_fails_keeps_the_first() -> None:
    """What was read stays, and the operation is partial."""
    aws = account()

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" in given:
            raise Refused("ThrottlingException")
        return {"serviceArns": [arn("service/vision/shelf")], "nextToken": "more"}

    aws.answers["ecs", "ListServices"] = pages

    seen = look(collector, aws)

    assert SHELF in seen.workloads
    assert seen.entry("ecs", "ListServices").status == "partial"


def test_a_service_whose_rivals_are_unknown_claims_no_group() -> None:
    """Where a list was cut, another service may use the same provider."""
    aws = account()
    whole = aws.answers["ecs", "DescribeServices"]
    calls: list[str] = []

    def second_refused(given: dict[str, Any]) -> Any:  # noqa: ANN401  # as AWS answers
        calls.append("")
        if arn("service/vision/shelf") not in given["services"]:
            raise Refused("AccessDeniedException")
        return whole(given) if callable(whole) else whole

    names = [arn(f"service/vision/{number}") for number in range(10)]
    aws.answers["ecs", "ListServices"] = {"serviceArns": [*names, arn("service/vision/shelf")]}
    aws.answers["ecs", "DescribeServices"] = second_refused

    seen = look(collector, aws)

    assert ecs.VISION_GROUP not in seen.workloads[SHELF].resources
    assert len(calls) > 1


def test_everything_is_asked_in_full_batches() -> None:
    """101 clusters, 25 services in one of them, each with a definition: as few requests as ECS allows."""
    held = Held()
    held.clusters = [cluster(f"c{number:03d}") for number in range(100)]
    held.clusters.append(cluster("vision", activeServicesCount=25, runningTasksCount=25))
    held.services = [service(f"s{number:02d}", launchType="FARGATE") for number in range(25)]
    for one in held.services:
        held.define(one["serviceName"])
    aws = account(held)

    look(collector, aws)

    assert {operation: number for (_, operation), number in aws.calls.items()} == {
        "ListClusters": 1,
        "DescribeClusters": 2,
        "ListServices": 1,
        "DescribeServices": 3,
        "DescribeTaskDefinition": 25,
        "ListTaskDefinitionFamilies": 1,
    }


def test_an_account_without_clusters_costs_one_request() -> None:
    """Nothing else is asked."""
    aws = account(Held())

    seen = look(collector, aws)

    assert seen.findings == ()
    assert sum(aws.calls.values()) == 1


def test_a_cluster_of_batch_is_left_to_batch() -> None:
    """It is there; its tasks are jobs and its instances the queue's, so nothing in it is listed."""
    asked: list[str] = []
    aws = account()
    for operation in ("ListServices", "ListTasks", "ListContainerInstances"):
        before = aws.answers["ecs", operation]

        def note(given: dict[str, Any], answer: Any = before) -> Any:  # noqa: ANN401  # as AWS answers
            asked.append(given["cluster"])
            return answer(given)

        aws.answers["ecs", operation] = note

    seen = look(collector, aws)

    name = arn(f"cluster/{ecs.BATCH_CLUSTER}")
    assert name not in asked
    assert seen.resources[name].facts["managed_by"] == "batch"
