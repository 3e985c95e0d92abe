"""Reading an account whole: each thing once, every page, the same bytes. AWS's answers are recorded."""

import json
from datetime import timedelta
from typing import Any

from tests.recorded_aws import NOW, REGION, areas, entry_of, small_company


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
