"""Batch where something may not be read or went away, and how few requests it takes."""

from typing import Any

import pytest

from aimigrate.assess.collectors.batch import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2, ecs
from tests.recorded.batch import account_of, answers, arn, definition, environment, job
from tests.recorded_aws import RecordedAws, Refused

R = "eu-central-1"
SCORE = f"batch_queue:{R}:nightly/score"


def account() -> RecordedAws:
    """Give the recorded account."""
    return recorded({**ecs.answers(), ("ec2", "DescribeInstanceTypes"): ec2.types, **answers()})


def without(service: str, operation: str) -> Seen:
    """Look at the recorded account with an operation denied."""
    aws = account()
    aws.refuse(service, operation, "AccessDeniedException")
    return look(collector, aws)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ecs", "ListContainerInstances"),
        ("ecs", "DescribeContainerInstances"),
        ("ec2", "DescribeInstanceTypes"),
        ("batch", "DescribeComputeEnvironments"),
        ("batch", "DescribeJobs"),
        ("batch", "DescribeJobDefinitions"),
    ],
)
def test_jobs_are_found_whatever_else_may_not_be_read(service: str, operation: str) -> None:
    """The GPU queue is a workload all the same; the operation is a hole."""
    seen = without(service, operation)

    assert arn("job/j-1") in seen.resources
    assert SCORE in seen.workloads or operation == "DescribeJobDefinitions"
    assert seen.entry(service, operation).status == "denied"


def test_without_definitions_an_accelerated_environment_still_speaks() -> None:
    """A queue that only starts GPUs runs something on them."""
    aws = account()
    aws.refuse("batch", "DescribeJobDefinitions", "AccessDeniedException")
    aws.refuse("batch", "DescribeJobs", "AccessDeniedException")

    assert SCORE in look(collector, aws).workloads


def test_without_jobs_a_definition_says_why_it_has_no_runs() -> None:
    """Denied is not none: the reason is the refusal."""
    seen = without("batch", "ListJobs")

    found = seen.workloads[f"batch_queue:{R}:score"]
    (why,) = (one for one in found.missing if one.what == "runs")
    assert "batch:ListJobs" in why.reason


def test_a_queue_deleted_between_list_and_look_is_named() -> None:
    """It was there when it was listed; its jobs are a hole."""
    aws = account()
    aws.refuse("batch", "ListJobs", "ClientException", "Job queue nightly does not exist.")

    seen = look(collector, aws)

    assert arn("job-queue/nightly") in seen.resources
    assert seen.entry("batch", "ListJobs").status == "partial"


def test_an_environment_whose_cluster_went_is_there_still() -> None:
    """Batch lists it, ECS does not know it any more."""
    aws = account()
    aws.refuse("ecs", "ListContainerInstances", "ClusterNotFoundException")

    seen = look(collector, aws)

    assert arn("compute-environment/gpu") in seen.resources
    assert seen.entry("ecs", "ListContainerInstances").status == "partial"


def test_a_second_page_of_jobs_that_fails_keeps_the_first() -> None:
    """What was read stays, and the operation is partial."""
    aws = account()

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" in given:
            raise Refused("TooManyRequestsException")
        return {"jobSummaryList": [job(1)], "nextToken": "more"}

    aws.answers["batch", "ListJobs"] = pages

    seen = look(collector, aws)

    assert len(seen.workloads[SCORE].runs) == 1
    assert seen.entry("batch", "ListJobs").status == "partial"


def test_a_queue_of_sagemaker_is_not_asked_for_jobs() -> None:
    """It holds training jobs, which are read where they are."""
    asked: list[str] = []
    aws = account()
    before = aws.answers["batch", "ListJobs"]
    assert callable(before)

    def note(given: dict[str, Any]) -> Any:  # noqa: ANN401  # as AWS answers
        asked.append(given["jobQueue"])
        assert given["maxResults"] == 100
        return before(given)

    aws.answers["batch", "ListJobs"] = note

    look(collector, aws)

    assert sorted(asked) == [arn("job-queue/adhoc"), arn("job-queue/nightly")]


def test_few_requests_are_made() -> None:
    """Three lists, a page of jobs a queue, and nothing about environments that hold no instance."""
    queues = {f"q{number}": [job(number)] for number in range(5)}
    aws = recorded(
        {
            ("ec2", "DescribeInstanceTypes"): ec2.types,
            **account_of(
                [environment("gpu"), environment("eks", containerOrchestrationType="EKS")],
                queues,
                [definition("score")],
            ),
        }
    )

    look(collector, aws)

    assert {operation: number for (_, operation), number in aws.calls.items()} == {
        "DescribeJobQueues": 1,
        "DescribeJobDefinitions": 1,
        "DescribeComputeEnvironments": 1,
        "ListJobs": 5,
        "DescribeInstanceTypes": 1,
    }


def test_deregistered_definitions_are_looked_up_a_hundred_at_a_time() -> None:
    """101 definitions that ran and went cost two requests."""
    jobs = [job(number, f"gone-{number}:1") for number in range(101)]
    aws = recorded(
        {("ec2", "DescribeInstanceTypes"): ec2.types, **account_of([environment("gpu")], {"nightly": jobs}, [])}
    )

    seen = look(collector, aws)

    assert len(seen.workloads) == 101
    assert aws.calls["batch", "DescribeJobs"] == 2
    assert {one.model.image for one in seen.workloads.values()} == {"vllm:1"}
