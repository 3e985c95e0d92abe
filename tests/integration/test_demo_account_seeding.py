"""The embedded account shows through boto3 what its seed says, and leaves nothing behind."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aimigrate.demo.account import DemoAccount, running
from aimigrate.demo.seed import SEED
from aimigrate.demo.seed_cloud import Seeded, session_with
from aimigrate.demo.seed_server import served
from aimigrate.errors import MachineProblem, UsageProblem

LISTING = Path(__file__).with_name("demo_account_listing.py")


@pytest.fixture(scope="module")
def account() -> Iterator[DemoAccount]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def found(account: DemoAccount) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("demo_account_listing", LISTING)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    everything: dict[str, Any] = module.everything(account)
    return everything


def client(account: DemoAccount, service: str, region: str = "eu-central-1") -> Any:  # noqa: ANN401 # made at run time
    session = session_with(account.environment["AWS_ACCESS_KEY_ID"], account.environment["AWS_SECRET_ACCESS_KEY"])
    once = Config(retries={"total_max_attempts": 1}, proxies={})
    return session.client(service, region_name=region, endpoint_url=account.endpoint_url, config=once)


def seeded(account: DemoAccount, kind: str, region: str) -> list[Seeded]:
    return [item for item in account.ledger if (item.kind, item.region) == (kind, region)]


def test_the_caller_belongs_to_the_company(account: DemoAccount) -> None:
    """STS names the seeded account for the demo's key, and another account for any other key."""
    stranger = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=account.endpoint_url,
        aws_access_key_id="AKIASOMEONEELSE00000",
        aws_secret_access_key="x",
    )

    assert client(account, "sts").get_caller_identity()["Account"] == account.account_id
    assert stranger.get_caller_identity()["Account"] != account.account_id


def test_sagemaker_lists_what_was_seeded(account: DemoAccount, found: dict[str, Any]) -> None:
    """Endpoints, notebooks and each single job, by ARN, in each region, and no other."""
    for region in account.regions:
        endpoints = {item["EndpointArn"] for item in found[f"{region}/sagemaker/list_endpoints"]["Endpoints"]}
        notebooks = found[f"{region}/sagemaker/list_notebook_instances"]["NotebookInstances"]
        kinds = ("sagemaker_endpoint", "sagemaker_async_endpoint", "sagemaker_serverless_endpoint")

        assert endpoints == {item.arn for kind in kinds for item in seeded(account, kind, region)}
        assert {item["NotebookInstanceArn"] for item in notebooks} == {
            item.arn for item in seeded(account, "sagemaker_notebook", region)
        }
        for kind in ("training", "processing", "transform"):
            title = f"{kind.title()}Job"
            listed = found[f"{region}/sagemaker/list_{kind}_jobs"][f"{title}Summaries"]
            given = {arn for item in seeded(account, f"sagemaker_{kind}", region) for arn in item.resources}
            assert {job[f"{title}Arn"] for job in listed} == given


def test_ec2_and_its_groups_list_what_was_seeded(account: DemoAccount, found: dict[str, Any]) -> None:
    """Each instance belongs to one seeded thing; groups are the seeded ones and the capacity of the services."""
    for region in account.regions:
        reservations = found[f"{region}/ec2/describe_instances"]["Reservations"]
        instances = {item["InstanceId"] for reservation in reservations for item in reservation["Instances"]}
        groups = {
            item["AutoScalingGroupName"]
            for item in found[f"{region}/autoscaling/describe_auto_scaling_groups"]["AutoScalingGroups"]
        }
        mine = [item for item in account.ledger if item.region == region]

        assert instances == {name for item in mine for name in item.resources if name.startswith("i-")}
        assert groups == {item.name for item in seeded(account, "ec2_asg", region)} | {
            f"{item.name}-capacity" for item in seeded(account, "ecs_service", region)
        }


def test_batch_ecs_and_lambda_list_what_was_seeded(account: DemoAccount, found: dict[str, Any]) -> None:
    """Queues with every job, services and functions, by ARN."""
    for region in account.regions:
        queues = {item["jobQueueArn"] for item in found[f"{region}/batch/describe_job_queues"]["jobQueues"]}
        functions = {item["FunctionArn"] for item in found[f"{region}/lambda/list_functions"]["Functions"]}
        services = {
            key.partition("describe_services/")[2] for key in found if key.startswith(f"{region}/describe_services/")
        }
        for queue in seeded(account, "batch_queue", region):
            prefix = f"{region}/list_jobs/{queue.name}"
            jobs = {job["jobId"] for status in ("SUCCEEDED", "FAILED") for job in found[f"{prefix}/{status}"]}
            assert jobs | {queue.arn} == set(queue.resources)

        assert queues == {item.arn for item in seeded(account, "batch_queue", region)}
        assert functions == {item.arn for item in seeded(account, "lambda_function", region)}
        assert services == {item.arn for item in seeded(account, "ecs_service", region)}


def test_types_that_moto_refuses_and_async_settings_are_shown(account: DemoAccount) -> None:
    """The newest instance types and the async output read back as AWS gives them."""
    sagemaker = client(account, "sagemaker", "us-east-1")

    config = sagemaker.describe_endpoint_config(EndpointConfigName="manual-translator-config")
    endpoint = sagemaker.describe_endpoint(EndpointName="manual-translator")

    assert config["ProductionVariants"][0]["InstanceType"] == "ml.g5.xlarge"
    assert endpoint["AsyncInferenceConfig"] == config["AsyncInferenceConfig"]
    assert endpoint["CreationTime"] == datetime(2026, 1, 19, 14, tzinfo=UTC)


def test_hostile_names_and_tags_arrive_unchanged(account: DemoAccount) -> None:
    """Nothing on the way made them harmless: that is the reader's task."""
    given = [item for item in account.ledger if "{% raw %}" in item.name]

    groups = client(account, "autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    group = next(item for item in groups if item["AutoScalingGroupName"] == given[0].name)

    assert given[0].tags.items() <= {tag["Key"]: tag["Value"] for tag in group["Tags"]}.items()


def test_a_gpu_is_metered_under_the_agents_own_names(account: DemoAccount) -> None:
    """The CloudWatch agent's GPU metrics carry instance, type, image, group and GPU, as it appends them."""
    cloudwatch = client(account, "cloudwatch")

    metrics = cloudwatch.list_metrics(Namespace="CWAgent", MetricName="nvidia_smi_utilization_gpu")["Metrics"]

    mine = [
        {item["Name"]: item["Value"] for item in metric["Dimensions"]}
        for metric in metrics
        if {"Name": "AutoScalingGroupName", "Value": "paint-line-inspection"} in metric["Dimensions"]
    ]
    assert len(mine) == 4
    assert mine[0].keys() == {"AutoScalingGroupName", "ImageId", "InstanceId", "InstanceType", "arch", "index", "name"}


def test_a_fortnight_of_many_metrics_is_read_in_few_requests(account: DemoAccount) -> None:
    """150 metrics at five minutes, 500 at most in one request, all of them whole."""
    wanted = []
    for region in account.regions:
        pages = client(account, "cloudwatch", region).get_paginator("list_metrics").paginate(Namespace="AWS/EC2")
        wanted += [(region, metric) for page in pages for metric in page["Metrics"]]
    many = [wanted[number % len(wanted)] for number in range(150)]

    requests, points = 0, []
    for region in account.regions:
        queries = [
            {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}}
            for number, (where, metric) in enumerate(many)
            if where == region
        ]
        requests += 1
        answer = client(account, "cloudwatch", region).get_metric_data(
            MetricDataQueries=queries, StartTime=account.now - timedelta(days=14), EndTime=account.now
        )
        points += [len(result["Values"]) for result in answer["MetricDataResults"]]

    assert requests == 4
    assert len(points) == 150
    assert max(points) == 14 * 288


def test_both_ways_of_reading_a_metric_agree_and_refuse_alike(account: DemoAccount) -> None:
    """GetMetricData and GetMetricStatistics give the same values; an unknown statistic is AWS's own error."""
    cloudwatch = client(account, "cloudwatch")
    where = [{"Name": "EndpointName", "Value": "weld-seam-detector"}, {"Name": "VariantName", "Value": "AllTraffic"}]
    metric = {"Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": where}
    times = {"StartTime": account.now - timedelta(days=2), "EndTime": account.now}

    def read(stat: str) -> list[float]:
        query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": stat}}
        answer = cloudwatch.get_metric_data(MetricDataQueries=[query], ScanBy="TimestampAscending", **times)
        return list(answer["MetricDataResults"][0]["Values"])

    points = cloudwatch.get_metric_statistics(**metric, **times, Period=3600, Statistics=["Sum"])["Datapoints"]
    with pytest.raises(ClientError) as caught:
        read("Median")

    assert read("Sum") == [point["Sum"] for point in sorted(points, key=lambda point: point["Timestamp"])]
    assert len(points) == 48
    assert caught.value.response["Error"]["Code"].startswith("Validation")


def test_nothing_has_a_history_before_it_was_created(account: DemoAccount) -> None:
    """An endpoint eight days old has invocations for eight days."""
    where = [{"Name": "EndpointName", "Value": "new-line-vision"}, {"Name": "VariantName", "Value": "AllTraffic"}]

    answer = client(account, "cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName="Invocations",
        Dimensions=where,
        StartTime=account.now - timedelta(days=14),
        EndTime=account.now,
        Period=3600,
        Statistics=["Sum"],
    )

    assert min(point["Timestamp"] for point in answer["Datapoints"]) == datetime(2026, 11, 12, 10, tzinfo=UTC)
    assert 170 < len(answer["Datapoints"]) <= 182


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sagemaker", "list_inference_components"),
        ("sagemaker", "list_apps"),
        ("ec2", "describe_capacity_reservations"),
        ("ec2", "describe_reserved_instances"),
        ("savingsplans", "describe_savings_plans"),
        ("bedrock", "list_provisioned_model_throughputs"),
        ("lambda", "list_code_signing_configs"),
        ("autoscaling", "describe_metric_collection_types"),
    ],
)
def test_what_moto_lacks_stays_lacking(account: DemoAccount, service: str, operation: str) -> None:
    """A missing call is AWS's own kind of error, one that is not tried again, and never an empty list."""
    with pytest.raises(ClientError) as caught:
        getattr(client(account, service), operation)()

    assert caught.value.response["Error"]["Code"] == "NotImplemented"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_two_fresh_processes_show_the_same_bytes() -> None:
    """Ids, ARNs, times, values and the bill do not depend on the process, its hash seed, time zone or AWS profile."""
    answers = []
    for hash_seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata")):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone, "AWS_PROFILE": f"missing-{hash_seed}"}
        done = subprocess.run([sys.executable, str(LISTING)], env=environment, capture_output=True, check=True)
        answers.append(done.stdout)

    assert len(json.loads(answers[0])) > 100
    assert answers[0] == answers[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_only_loopback_is_served(host: str) -> None:
    """Any other address is refused before a socket is made."""
    with pytest.raises(UsageProblem, match="not started"), running(host=host):
        pass


def test_a_port_that_is_taken_is_a_problem_of_the_machine() -> None:
    """The message names the port; nothing hangs."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(MachineProblem) as caught, served("127.0.0.1", port):
            pass

    assert str(port) in caught.value.why


def test_a_second_account_in_one_process_is_refused(account: DemoAccount) -> None:
    """One process holds one state of moto: the first account stays whole."""
    with pytest.raises(UsageProblem, match="second embedded account"), running():
        pass

    assert client(account, "sagemaker").list_endpoints()["Endpoints"]


def test_nothing_is_left_after_a_failure(tmp_path: Path) -> None:
    """The port is closed, the folder is gone, and moto's memory is empty, in a process of its own."""
    program = f"""
import socket
from pathlib import Path
from aimigrate.demo.account import running
try:
    with running(Path({str(tmp_path / "small.yaml")!r})) as account:
        folder, port = account.bill.parent, int(account.endpoint_url.rsplit(":", 1)[1])
        assert account.bill.exists()
        raise RuntimeError("in the middle")
except RuntimeError:
    pass
assert not folder.exists()
from moto.core.base_backend import BackendDict
assert not BackendDict._instances
try:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()
except ConnectionRefusedError:
    print("closed")
"""
    text = SEED.read_text("utf-8")
    start, middle, end = (
        text.index("workloads:"),
        text.index("\n  - kind", text.index("  - kind")),
        text.index("others:"),
    )
    small = text[:middle] + "\n" + "others: []\n" + text[text.index("buckets:") :]
    assert start < middle < end
    (tmp_path / "small.yaml").write_text(small, "utf-8")

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == ("closed", "")
