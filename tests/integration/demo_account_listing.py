"""Print everything that boto3 lists of a fresh embedded account, and its bill, as JSON: run it twice and compare."""

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from aimigrate.demo.account import DemoAccount, running
from aimigrate.demo.seed_cloud import session_with

LISTS = (
    ("ec2", "describe_instances"),
    ("ec2", "describe_volumes"),
    ("ec2", "describe_network_interfaces"),
    ("ec2", "describe_launch_templates"),
    ("ec2", "describe_vpcs"),
    ("ec2", "describe_subnets"),
    ("autoscaling", "describe_auto_scaling_groups"),
    ("autoscaling", "describe_scheduled_actions"),
    ("elbv2", "describe_load_balancers"),
    ("elbv2", "describe_target_groups"),
    ("sagemaker", "list_endpoints"),
    ("sagemaker", "list_endpoint_configs"),
    ("sagemaker", "list_models"),
    ("sagemaker", "list_training_jobs"),
    ("sagemaker", "list_processing_jobs"),
    ("sagemaker", "list_transform_jobs"),
    ("sagemaker", "list_notebook_instances"),
    ("batch", "describe_job_queues"),
    ("batch", "describe_compute_environments"),
    ("batch", "describe_job_definitions"),
    ("ecs", "list_clusters"),
    ("ecs", "list_task_definitions"),
    ("lambda", "list_functions"),
    ("lambda", "list_event_source_mappings"),
    ("sqs", "list_queues"),
    ("events", "list_rules"),
    ("cloudwatch", "list_metrics"),
)
"""What is listed in each region: service and operation, read to the last page where it pages."""

DESCRIBES = (
    ("list_endpoints", "Endpoints", "EndpointName", "describe_endpoint"),
    ("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", "describe_endpoint_config"),
    ("list_models", "Models", "ModelName", "describe_model"),
    ("list_training_jobs", "TrainingJobSummaries", "TrainingJobName", "describe_training_job"),
    ("list_processing_jobs", "ProcessingJobSummaries", "ProcessingJobName", "describe_processing_job"),
    ("list_transform_jobs", "TransformJobSummaries", "TransformJobName", "describe_transform_job"),
)
"""SageMaker's details: the list, its key, the name's key, and the operation."""

_MOST_DETAILS = 4  # of one list in one region: enough to see a time or an id that drifts


def plain(value: object) -> str:
    """Return a time as UTC text, whatever the machine's own zone; anything else as it prints."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def listed(client: Any, operation: str) -> dict[str, Any]:  # noqa: ANN401 # boto3 makes its clients at run time
    """Return one operation's whole answer, its pages joined, without what belongs to the call itself."""
    if not client.can_paginate(operation):
        answer = dict(getattr(client, operation)())
    else:
        answer = {}
        for page in client.get_paginator(operation).paginate():
            for key, value in page.items():
                answer[key] = answer.get(key, []) + value if isinstance(value, list) else value
    return {key: value for key, value in answer.items() if key not in {"ResponseMetadata", "NextToken", "Marker"}}


def details(session: boto3.Session, account: DemoAccount, region: str) -> Iterator[tuple[str, Any]]:
    """Yield SageMaker's, ECS's and Batch's details."""
    sagemaker, ecs, batch = (
        session.client(service, region_name=region, endpoint_url=account.endpoint_url)
        for service in ("sagemaker", "ecs", "batch")
    )
    for operation, key, name, describe in DESCRIBES:
        for item in listed(sagemaker, operation)[key][:_MOST_DETAILS]:
            answer = getattr(sagemaker, describe)(**{name: item[name]})
            yield f"{describe}/{item[name]}", {k: v for k, v in answer.items() if k != "ResponseMetadata"}
    for cluster in listed(ecs, "list_clusters")["clusterArns"]:
        for service in ecs.list_services(cluster=cluster)["serviceArns"]:
            yield f"describe_services/{service}", ecs.describe_services(cluster=cluster, services=[service])["services"]
        hosts = ecs.list_container_instances(cluster=cluster)["containerInstanceArns"]
        if hosts:
            found = ecs.describe_container_instances(cluster=cluster, containerInstances=hosts)
            yield f"describe_container_instances/{cluster}", found["containerInstances"]
    for queue in listed(batch, "describe_job_queues")["jobQueues"]:
        for status in ("SUCCEEDED", "FAILED"):
            jobs = batch.list_jobs(jobQueue=queue["jobQueueName"], jobStatus=status)["jobSummaryList"]
            yield f"list_jobs/{queue['jobQueueName']}/{status}", jobs
            if jobs:
                yield "describe_jobs", batch.describe_jobs(jobs=[job["jobId"] for job in jobs[:50]])["jobs"]


def history(session: boto3.Session, account: DemoAccount, region: str) -> str:
    """Return a digest of every value of every metric of a region."""
    client = session.client("cloudwatch", region_name=region, endpoint_url=account.endpoint_url)
    metrics = listed(client, "list_metrics")["Metrics"]
    digest = hashlib.sha256()
    for start in range(0, len(metrics), 50):
        queries = [
            {"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Average"}}
            for number, metric in enumerate(metrics[start : start + 50])
        ]
        since = account.now - timedelta(days=14)
        answer = client.get_metric_data(MetricDataQueries=queries, StartTime=since, EndTime=account.now)
        digest.update(json.dumps(answer["MetricDataResults"], default=plain).encode())
    return digest.hexdigest()


def everything(account: DemoAccount) -> dict[str, Any]:
    """Return all that is listed, the bill and the ledger. The port, which differs by run, is left out."""
    session = session_with(account.environment["AWS_ACCESS_KEY_ID"], account.environment["AWS_SECRET_ACCESS_KEY"])
    found: dict[str, Any] = {"bill": hashlib.sha256(account.bill.read_bytes()).hexdigest()}
    for region in account.regions:
        for service, operation in LISTS:
            client = session.client(service, region_name=region, endpoint_url=account.endpoint_url)
            found[f"{region}/{service}/{operation}"] = listed(client, operation)
        found |= {f"{region}/{name}": value for name, value in details(session, account, region)}
        found[f"{region}/history"] = history(session, account, region)
    found["ledger"] = [item.model_dump(mode="json") for item in account.ledger]
    text = json.dumps(found, default=plain, sort_keys=True, indent=1).replace(account.endpoint_url, "http://endpoint")
    return dict(json.loads(text))


if __name__ == "__main__":
    with running() as started:
        json.dump(everything(started), sys.stdout, indent=1)
