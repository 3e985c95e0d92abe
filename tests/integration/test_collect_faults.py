"""Reading an account in which something goes wrong: nothing is lost in silence. AWS's answers are recorded."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aimigrate.errors import AccountProblem
from tests.recorded_aws import NOW, REGION, RecordedAws, Refused, areas, entry_of, small_company


def test_a_small_company_is_found_whole() -> None:
    """One workload for each thing that runs a model, of every kind; an ordinary server and function are none."""
    found = small_company().collect()

    assert [workload.id for workload in found.workloads] == sorted(name for area in areas() for name in area.WORKLOADS)
    assert found.coverage.holes == 0


def test_no_resource_is_in_two_workloads() -> None:
    """The grain is the group: an instance of an ASG, or under an ECS service, is counted once."""
    found = small_company().collect()

    resources = [resource for workload in found.workloads for resource in workload.resources]
    arns = [workload.arn for workload in found.workloads if workload.arn]
    assert len(resources) == len(set(resources))
    assert len(arns) == len(set(arns))


def test_the_same_account_gives_the_same_bytes() -> None:
    """Threads and the order of answers do not show in the inventory."""
    once, again = small_company(), small_company()
    reservations = again.answers["ec2", "DescribeInstances"]
    assert isinstance(reservations, dict)
    again.answers["ec2", "DescribeInstances"] = {"Reservations": reservations["Reservations"][::-1]}

    first, second = once.collect().canonical(), again.collect().canonical()

    assert first == second


def test_secrets_in_the_environment_of_functions_and_models_are_not_kept() -> None:
    """AWS answers with environment variables; none reaches the inventory."""
    text = small_company().collect().canonical().decode()

    assert "hunter2" not in text


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
    assert (entry.status, entry.items) == ("partial", 1)
    assert "ThrottlingException" in (entry.reason or "")
    assert "sagemaker_endpoint:eu-central-1:weld" in {workload.id for workload in found.workloads}


def test_every_page_is_read() -> None:
    """More endpoints than one page holds are all reported."""
    aws = small_company()

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        start = int(given.get("NextToken", 0))
        names = [f"endpoint-{number:03d}" for number in range(start, start + 100)]
        page = [{"EndpointName": n, "EndpointArn": f"arn:{n}", "CreationTime": NOW} for n in names]
        return {"Endpoints": page} | ({"NextToken": str(start + 100)} if start < 200 else {})

    aws.answers["sagemaker", "ListEndpoints"] = pages

    found = aws.collect()

    assert sum(workload.kind == "sagemaker_endpoint" for workload in found.workloads) == 300
    assert entry_of(found, "sagemaker", "DescribeEndpoint").items == 300


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


def test_metric_requests_stay_inside_the_limits_of_cloudwatch() -> None:
    """At most 500 queries and 100,800 points a request: at 5 minutes over 14 days, 25 queries."""
    aws = small_company()
    sizes: list[int] = []
    answer = aws.answers["cloudwatch", "GetMetricData"]
    assert callable(answer)

    def counted(given: dict[str, Any]) -> Any:  # noqa: ANN401  # as the answer it wraps
        sizes.append(len(given["MetricDataQueries"]))
        assert given["EndTime"] - given["StartTime"] == timedelta(days=14)
        return answer(given)

    aws.answers["cloudwatch", "GetMetricData"] = counted
    names = [f"endpoint-{number:02d}" for number in range(20)]
    page = [{"EndpointName": name, "EndpointArn": f"arn:{name}", "CreationTime": NOW} for name in names]
    aws.answers["sagemaker", "ListEndpoints"] = {"Endpoints": page}

    found = aws.collect()

    assert max(sizes) == 25
    assert sizes.count(25) >= 20 * 8 // 25  # eight plain metrics of each endpoint
    assert all(len(workload.series) == 9 for workload in found.workloads if workload.kind == "sagemaker_endpoint")


def test_pages_of_one_metric_are_one_series() -> None:
    """GetMetricData may split a metric's points over pages."""
    aws = small_company()
    answer = aws.answers["cloudwatch", "GetMetricData"]
    assert callable(answer)

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        whole = answer(given)
        part = 1 if "NextToken" in given else 0
        results = [
            {**one, "Timestamps": [one["Timestamps"][part]], "Values": [one["Values"][part]]}
            for one in whole["MetricDataResults"]
        ]
        return {"MetricDataResults": results} | ({} if part else {"NextToken": "more"})

    aws.answers["cloudwatch", "GetMetricData"] = pages

    found = {workload.id: workload for workload in aws.collect().workloads}

    series = {one.metric: one for one in found["sagemaker_endpoint:eu-central-1:weld"].series}
    assert series["requests_count"].values[:3] == (2.0, 2.0, None)
    assert len(series["requests_count"].values) == 4032


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


def test_hostile_names_and_tags_stay_plain_text() -> None:
    """What an account's users wrote is carried as it is, and read back as it was."""
    hostile = "{{ 7*7 }}<script>alert(1)</script>\n'; DROP TABLE x; -- [red]\u202e $(id) \x00"
    aws = small_company()
    tagged = {"ResourceARN": "arn:x", "Tags": [{"Key": hostile, "Value": hostile}]}
    aws.answers["resourcegroupstaggingapi", "GetResources"] = {"ResourceTagMappingList": [tagged]}
    aws.answers["sagemaker", "ListEndpoints"] = {
        "Endpoints": [{"EndpointName": hostile, "EndpointArn": "arn:x", "CreationTime": NOW}]
    }

    found = aws.collect()

    (workload,) = (one for one in found.workloads if one.kind == "sagemaker_endpoint")
    assert workload.name == hostile
    assert workload.tags == {hostile: hostile}
    assert type(found).parse(json.loads(found.canonical()), "here") == found


def test_ten_thousand_tags_are_kept_in_order() -> None:
    """A thing with very many tags is read like any other."""
    aws = small_company()
    tags = [{"Key": f"k{number:05d}", "Value": "v"} for number in range(10_000)]
    weld = "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/weld"
    mapping = {"ResourceARN": weld, "Tags": tags[::-1]}
    aws.answers["resourcegroupstaggingapi", "GetResources"] = {"ResourceTagMappingList": [mapping]}

    found = {workload.id: workload for workload in aws.collect().workloads}

    assert list(found["sagemaker_endpoint:eu-central-1:weld"].tags) == [tag["Key"] for tag in tags]


def test_regions_are_read_apart() -> None:
    """The same name in two regions is two workloads, and a hole in one is not a hole in the other."""
    aws = small_company()

    found = aws.collect(regions=("us-east-1", REGION))

    assert found.regions == (REGION, "us-east-1")
    assert "sagemaker_endpoint:us-east-1:weld" in {workload.id for workload in found.workloads}
    assert len(found.workloads) == 2 * sum(len(area.WORKLOADS) for area in areas())


def test_older_jobs_are_resources_of_their_group_but_no_runs() -> None:
    """Last month's bill names them; only what ran in the lookback counts as a run, and an old group is none."""
    aws = small_company()

    def job(name: str, age_days: int) -> dict[str, Any]:
        made = NOW - timedelta(days=age_days)
        return {"TrainingJobName": name, "TrainingJobArn": f"arn:{name}", "TrainingJobStatus": "Completed"} | {
            "CreationTime": made,
            "TrainingEndTime": made + timedelta(hours=1),
        }

    jobs = [job("churn-2026-11-18", 2), job("churn-2026-10-11", 40), job("stopped-2026-10-11", 40)]
    aws.answers["sagemaker", "ListTrainingJobs"] = {"TrainingJobSummaries": jobs}

    found = [workload for workload in aws.collect().workloads if workload.kind == "sagemaker_training"]

    (workload,) = found
    assert workload.resources == ("arn:churn-2026-10-11", "arn:churn-2026-11-18")
    assert len(workload.runs) == 1


def test_the_size_of_a_group_is_its_mean_over_the_lookback() -> None:
    """A group that scales is sized by its history, and one that keeps none says that the count is of the moment."""
    aws = small_company()

    measured = {workload.id: workload for workload in aws.collect().workloads}
    aws.answers["cloudwatch", "GetMetricData"] = {"MetricDataResults": []}
    unmeasured = {workload.id: workload for workload in aws.collect().workloads}

    group = "ec2_asg:eu-central-1:cameras"
    assert measured[group].compute.instance_count == 2.0
    assert unmeasured[group].compute.instance_count == 1.0
    assert "compute.instance_count" in {one.what for one in unmeasured[group].missing}
