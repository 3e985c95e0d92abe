"""Reading an account in which something goes wrong: nothing is lost in silence. AWS's answers are recorded."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aimigrate.errors import AccountProblem
from tests.recorded_aws import RecordedAws, Refused, areas, entry_of, small_company


def test_an_empty_account_has_no_workloads_and_no_holes() -> None:
    """Nothing there is an answer: complete, and zero items."""
    found = RecordedAws().collect(regions=("eu-central-1", "us-east-1"))

    assert found.workloads == ()
    assert found.coverage.holes == 0
    assert entry_of(found, "sagemaker", "ListEndpoints").items == 0
    assert {entry.region for entry in found.coverage.entries} == {"eu-central-1", "global", "us-east-1"}


def test_denied_everywhere_is_all_holes() -> None:
    """Where nothing may be read, every operation tried is named as denied, and none has a number."""
    aws = small_company()
    for service, operation in list(aws.answers):
        aws.refuse(service, operation, "AccessDeniedException")

    found = aws.collect()

    tried = [entry for entry in found.coverage.entries if (entry.service, entry.operation) in aws.answers]
    assert found.workloads == ()
    assert tried
    assert {entry.status for entry in tried} == {"denied"}
    assert {entry.items for entry in tried} == {None}


def test_throttling_that_outlasts_the_retries_is_named() -> None:
    """What could not be read in time is a hole, not an empty list."""
    aws = small_company()
    aws.refuse("sagemaker", "ListEndpoints", "ThrottlingException")

    found = aws.collect()

    assert entry_of(found, "sagemaker", "ListEndpoints").status == "throttled"
    assert "sagemaker_endpoint:eu-central-1:weld" not in {workload.id for workload in found.workloads}


@pytest.mark.parametrize(
    ("service", "operation"),
    [("sagemaker", "ListInferenceComponents"), ("ec2", "DescribeReservedInstances"), ("sagemaker", "ListSpaces")],
)
def test_a_call_the_endpoint_lacks_is_unsupported(service: str, operation: str) -> None:
    """An endpoint that does not know a call leaves a hole, and the rest is read."""
    aws = small_company()
    aws.refuse(service, operation, "501")

    found = aws.collect()

    assert entry_of(found, service, operation).status == "unsupported"
    assert len(found.workloads) == sum(len(area.WORKLOADS) for area in areas())


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read before the failure is kept, and the operation is partial."""
    aws = small_company()
    whole = aws.answers["sagemaker", "ListEndpoints"]
    assert isinstance(whole, dict)

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("ThrottlingException")
        return {**whole, "NextToken": "more"}

    aws.answers["sagemaker", "ListEndpoints"] = pages

    found = aws.collect()

    entry = entry_of(found, "sagemaker", "ListEndpoints")
    assert (entry.status, entry.items) == ("partial", len(whole["Endpoints"]))
    assert "ThrottlingException" in (entry.reason or "")
    assert "sagemaker_endpoint:eu-central-1:weld" in {workload.id for workload in found.workloads}


def test_an_endpoint_deleted_between_list_and_describe_is_named() -> None:
    """It is no workload any more, and the coverage says which one went."""
    aws = small_company()
    aws.refuse("sagemaker", "DescribeEndpoint", "ValidationException", "Could not find endpoint 'weld'.")

    found = aws.collect()

    entry = entry_of(found, "sagemaker", "DescribeEndpoint")
    assert entry.status == "partial"
    assert "weld" in (entry.reason or "")
    assert "sagemaker_endpoint:eu-central-1:weld" not in {workload.id for workload in found.workloads}


def test_an_endpoint_that_may_not_be_described_is_still_there() -> None:
    """What the list said is kept, and what is not known says why."""
    aws = small_company()
    aws.refuse("sagemaker", "DescribeEndpoint", "AccessDeniedException")

    found = {workload.id: workload for workload in aws.collect().workloads}

    workload = found["sagemaker_endpoint:eu-central-1:weld"]
    assert workload.compute.instance_count is None
    assert any(one.what == "compute" and "AccessDenied" in one.reason for one in workload.missing)


def test_without_instance_types_a_gpu_is_known_by_its_family() -> None:
    """The accelerator is recognized, its memory stays unknown, and the workload says why."""
    aws = small_company()
    aws.refuse("ec2", "DescribeInstanceTypes", "UnauthorizedOperation")

    found = {workload.id: workload for workload in aws.collect().workloads}

    workload = found["ec2_asg:eu-central-1:cameras"]
    assert (workload.compute.accelerator, workload.compute.gpu_memory_gib) == ("A10G", None)
    assert any("UnauthorizedOperation" in one.reason for one in workload.missing)


def test_without_groups_the_instances_still_say_their_group() -> None:
    """A denied DescribeAutoScalingGroups does not turn one group into many single instances."""
    aws = small_company()
    tagged = [{"Key": "aws:autoscaling:groupName", "Value": "cameras"}]
    answer = aws.answers["ec2", "DescribeInstances"]
    assert isinstance(answer, dict)
    answer["Reservations"][1]["Instances"][0]["Tags"] = tagged
    aws.refuse("autoscaling", "DescribeAutoScalingGroups", "AccessDenied")

    found = {workload.id: workload for workload in aws.collect().workloads}

    assert {"i-00000000000000003", "vol-00000000000000003"} <= set(found["ec2_asg:eu-central-1:cameras"].resources)
    assert found["ec2_asg:eu-central-1:cameras"].compute.max_count is None


def test_a_gpu_without_an_agent_has_no_utilization_and_says_how_to_get_it() -> None:
    """Absent is absent: no series, a reason and a fix; never a zero."""
    found = {workload.id: workload for workload in small_company().collect().workloads}

    workload = found["ec2_instance:eu-central-1:i-00000000000000001"]
    assert "gpu_utilization_percent" not in {series.metric for series in workload.series}
    (missing,) = (one for one in workload.missing if one.what == "gpu_utilization_percent")
    assert "CloudWatch agent" in (missing.fix or "")


def test_denied_metrics_are_the_reason_that_each_workload_gives() -> None:
    """No series then, and each says that the call was refused."""
    aws = small_company()
    aws.refuse("cloudwatch", "GetMetricData", "AccessDenied")

    found = {workload.id: workload for workload in aws.collect().workloads}

    workload = found["sagemaker_endpoint:eu-central-1:weld"]
    assert workload.series == ()
    assert all("AccessDenied" in one.reason for one in workload.missing)


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException"])
def test_a_token_that_expires_in_the_middle_is_one_clear_problem(code: str) -> None:
    """The run ends and says what to do; half an account is not passed off as the whole."""
    aws = small_company()
    aws.refuse("ecs", "ListClusters", code)

    with pytest.raises(AccountProblem) as caught:
        aws.collect()

    assert "expired" in caught.value.what
    assert "sign in again" in caught.value.fix


def test_an_answer_that_is_not_understood_is_raised() -> None:
    """A code that no one has seen before is a defect to look at, not a hole to pass over."""
    aws = small_company()
    aws.refuse("batch", "DescribeJobQueues", "TeapotException")

    with pytest.raises(ClientError):
        aws.collect()
