"""The recorded-response server of `make bench-collect` answers as AWS does, from its own ledger."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bench.aws_server.accounts import access_key_of
from bench.aws_server.serving import serve
from bench.aws_server.world import World
from bench.collect_least import least_of

NOW_S = 1_764_028_800  # 2025-11-25T00:00:00Z
HERE = "eu-central-1"


class Served:
    """A server in a thread, and clients of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(serve(world, port=0, latency_s=0.0), self._loop).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def client(self, service: str, account: str = "000000000001", region: str = HERE) -> Any:  # noqa: ANN401  # a client by name
        session = boto3.Session(access_key_of(account), "seeded", region_name=region)
        return session.client(service, endpoint_url=self.url, config=Config(retries={"total_max_attempts": 1}))

    def ledger(self, kind: str, account: str = "000000000001", region: str = HERE) -> set[str]:
        return {
            line["id"]
            for line in self.world.ledger()
            if (line["account"], line["region"], line["type"]) == (account, region, kind)
        }

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served(World(accounts=2, regions=2, now_s=NOW_S))
    yield server
    server.close()


@pytest.fixture(scope="module")
def small(served: Served) -> World:
    return served.world


def pages(client: Any, call: str, key: str, **asked: Any) -> list[list[Any]]:  # noqa: ANN401  # a client by name
    return [page[key] for page in client.get_paginator(call).paginate(**asked)]


def test_a_region_of_an_account_holds_1250_things_each_with_an_id_of_its_own(small: World) -> None:
    """20 accounts in 4 regions then hold the 100,000 of the benchmark."""
    lines = list(small.ledger())

    assert len(lines) == 2 * 2 * 1250
    assert len({line["id"] for line in lines}) == len(lines)


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("sagemaker:model", ("sagemaker", "list_models", "Models", "ModelArn")),
        ("sagemaker:endpoint", ("sagemaker", "list_endpoints", "Endpoints", "EndpointArn")),
        ("sagemaker:training-job", ("sagemaker", "list_training_jobs", "TrainingJobSummaries", "TrainingJobArn")),
        ("batch:job-definition", ("batch", "describe_job_definitions", "jobDefinitions", "jobDefinitionArn")),
        ("ec2:volume", ("ec2", "describe_volumes", "Volumes", "VolumeId")),
        (
            "autoscaling:autoScalingGroup",
            ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupARN"),
        ),
    ],
)
def test_a_list_gives_what_the_ledger_holds(served: Served, kind: str, call: tuple[str, str, str, str]) -> None:
    """All pages together are the ledger of that account and region, and of no other."""
    service, listing, key, identity = call
    found = [item[identity] for page in pages(served.client(service), listing, key) for item in page]

    assert set(found) == served.ledger(kind)
    assert len(found) == len(set(found))


def test_each_account_sees_its_own_by_its_keys_and_by_an_assumed_role(served: Served) -> None:
    """The keys that STS gives for a role are those of the role's account."""
    answer = served.client("sts").assume_role(RoleArn="arn:aws:iam::000000000002:role/reader", RoleSessionName="bench")
    keys = answer["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=HERE)

    found = session.client("ec2", endpoint_url=served.url).describe_instances()["Reservations"]

    assert {item["Instances"][0]["InstanceId"] for item in found} == served.ledger("ec2:instance", "000000000002")
    with pytest.raises(ClientError, match="AccessDenied"):
        served.client("sts").assume_role(RoleArn="arn:aws:iam::000000000003:role/reader", RoleSessionName="bench")


def test_pages_are_as_large_as_asked_and_10_where_sagemaker_is_asked_for_no_size(served: Served) -> None:
    """A reader that asks for no size makes ten times the requests, as it would at AWS."""
    client = served.client("sagemaker")

    assert {len(page) for page in pages(client, "list_models", "Models")} == {10}
    assert [len(page) for page in pages(client, "list_models", "Models", PaginationConfig={"PageSize": 100})] == [90]


def test_an_endpoint_leads_to_its_configuration_and_model(served: Served) -> None:
    """Every name that a description gives can be described."""
    client = served.client("sagemaker")
    for endpoint in pages(client, "list_endpoints", "Endpoints")[0]:
        config_name = client.describe_endpoint(EndpointName=endpoint["EndpointName"])["EndpointConfigName"]
        config = client.describe_endpoint_config(EndpointConfigName=config_name)
        model = client.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])

        assert model["ModelArn"].startswith(f"arn:aws:sagemaker:{HERE}:000000000001:model/")
        assert client.list_tags(ResourceArn=endpoint["EndpointArn"])["Tags"][0]["Key"] == "team"


def test_a_search_gives_whole_descriptions_with_tags(served: Served) -> None:
    """What it says of a model, an endpoint and a training job is what describing each says."""
    client = served.client("sagemaker")
    (models,) = pages(client, "search", "Results", Resource="Model", PaginationConfig={"PageSize": 100})
    (jobs,) = pages(client, "search", "Results", Resource="TrainingJob")
    since = {"Name": "CreationTime", "Operator": "GreaterThan", "Value": "2025-11-20T00:00:00Z"}
    recent = client.search(Resource="TrainingJob", SearchExpression={"Filters": [since]})["Results"]

    assert {one["Model"]["Model"]["ModelArn"] for one in models} == served.ledger("sagemaker:model")
    assert {one["TrainingJob"]["TrainingJobArn"] for one in jobs} == served.ledger("sagemaker:training-job")
    assert 0 < len(recent) < len(jobs)
    job = jobs[0]["TrainingJob"]
    described = client.describe_training_job(TrainingJobName=job["TrainingJobName"])
    assert job["ResourceConfig"] == described["ResourceConfig"]
    assert job["Tags"][0]["Key"] == "team"


def test_batch_lists_running_jobs_only_unless_a_filter_is_given(served: Served) -> None:
    """With a filter it lists those of every status (ListJobs, Batch API reference)."""
    client = served.client("batch")
    queues = [queue["jobQueueArn"] for queue in client.describe_job_queues()["jobQueues"]]
    filters = [{"name": "AFTER_CREATED_AT", "values": ["0"]}]

    plain = [job for queue in queues for job in client.list_jobs(jobQueue=queue)["jobSummaryList"]]
    every = [job for queue in queues for job in client.list_jobs(jobQueue=queue, filters=filters)["jobSummaryList"]]

    assert {job["status"] for job in plain} == {"RUNNING"}
    assert {job["jobArn"] for job in every} == served.ledger("batch:job")


def test_tags_are_told_100_at_a_time(served: Served) -> None:
    """GetResources tells the tags of everything of a service, over its binary protocol."""
    client = served.client("resourcegroupstaggingapi")
    found = pages(client, "get_resources", "ResourceTagMappingList", ResourceTypeFilters=["sagemaker:endpoint"])

    assert {item["ResourceARN"] for page in found for item in page} == served.ledger("sagemaker:endpoint")


def test_metric_data_stops_at_100800_points_and_goes_on_with_the_token(served: Served) -> None:
    """At 5 minutes over 14 days an answer holds 25 metrics; those without data points are empty, not zero."""
    client, end = served.client("cloudwatch"), datetime.fromtimestamp(NOW_S, UTC)
    busy = client.list_metrics(Namespace="AWS/EC2", MetricName="CPUUtilization")["Metrics"][0]
    idle = {**busy, "Dimensions": [{"Name": "InstanceId", "Value": "i-none"}]}
    queries = [
        {"Id": f"q{number}", "MetricStat": {"Metric": busy if number == 0 else idle, "Period": 300, "Stat": "Average"}}
        for number in range(30)
    ]
    window = {"StartTime": end - timedelta(days=14), "EndTime": end}

    found = pages(client, "get_metric_data", "MetricDataResults", MetricDataQueries=queries, **window)

    assert [len(page) for page in found] == [25, 5]
    assert [len(result["Values"]) for result in found[0]][:2] == [4032, 0]
    assert found[0][0]["Timestamps"][-1] == window["StartTime"]


def test_what_it_has_no_data_for_is_empty_and_counted(served: Served) -> None:
    """A service with nothing in it answers an empty list; a call that writes is refused; both are in the counts."""
    assert served.client("eks").list_clusters()["clusters"] == []
    assert served.client("ec2").describe_security_groups()["SecurityGroups"] == []
    with pytest.raises(ClientError, match="InvalidAction"):
        served.client("ec2").stop_instances(InstanceIds=["i-none"])

    told = json.loads(_get(served.url, "/_bench/counts"))

    assert ["eks", "ListClusters", 1] in told["without_data"]
    assert ["ec2", "StopInstances", "InvalidAction", 1] in told["refused"]
    assert ["000000000001", HERE, "eks", "ListClusters", 1] in told["asked"]


def test_the_ledger_is_written_as_json(small: World, tmp_path: Path) -> None:
    """It says of each thing where it is, what it is and whether it is over."""
    small.write_ledger(tmp_path / "ledger.json")

    told = json.loads((tmp_path / "ledger.json").read_text())

    assert told["regions"] == list(small.regions)
    assert told["resources"] == list(small.ledger())
    assert {line["finished"] for line in told["resources"] if line["type"] == "batch:job"} == {True, False}


def test_the_least_requests_follow_from_the_ledger_alone(small: World) -> None:
    """Lists at their largest pages, a call for each thing whose fields no list holds, tags 100 a page."""
    ledger = {"accounts": small.accounts, "resources": list(small.ledger())}

    least, searched = least_of(ledger), least_of(ledger, search=True)

    places = len(small.accounts) * len(small.regions)
    assert least.lists == places * (13 + 6 + 1)  # one page of each of 13 kinds, of 6 queues' jobs, of types
    assert least.describes == places * (3 * 24 + 19)  # endpoint, configuration, model; a job of each of 19 groups
    assert least.tags == places  # of 24 endpoints, 12 notebooks and 19 groups
    assert least.accounts == len(small.accounts) * 2 + 2
    assert searched.describes == places * (24 + 9)
    assert searched.lists == places * (13 + 6 + 1 + 3)
    assert searched.tags == places


def _get(url: str, path: str) -> bytes:
    import urllib.request

    with urllib.request.urlopen(f"{url}{path}") as answer:  # noqa: S310  # a server of this test
        return bytes(answer.read())
