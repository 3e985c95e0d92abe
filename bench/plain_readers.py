"""Two readers as a user writes them with boto3: one account and region after another, or 16 of them at once.

They read the fields that aimigrate reads of EC2, SageMaker and Batch: paginators as they come, one describe and one
list_tags for each thing. Usage: plain_readers.py sequential|threads ACCOUNTS REGIONS OUT, lists with commas.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import boto3

THREADS = 16
_LOOKBACK = timedelta(days=14)


def session_of(account: str) -> boto3.Session:
    """Return a session of an account, through the role that may read there."""
    role = f"arn:aws:iam::{account}:role/reader"
    keys = boto3.Session().client("sts").assume_role(RoleArn=role, RoleSessionName="plain")["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def every(client: Any, call: str, key: str, **asked: Any) -> list[Any]:  # noqa: ANN401  # a client by name
    """Return what all pages hold."""
    return [item for page in client.get_paginator(call).paginate(**asked) for item in page[key]]


def ec2(session: boto3.Session, region: str) -> dict[str, Any]:
    """Read instances, their types and the groups that keep them."""
    client, groups = session.client("ec2", region), session.client("autoscaling", region)
    instances = [one for r in every(client, "describe_instances", "Reservations") for one in r["Instances"]]
    types = sorted({instance["InstanceType"] for instance in instances})
    return {
        "instances": instances,
        "types": every(client, "describe_instance_types", "InstanceTypes", InstanceTypes=types),
        "groups": every(groups, "describe_auto_scaling_groups", "AutoScalingGroups"),
    }


def sagemaker(session: boto3.Session, region: str) -> dict[str, Any]:
    """Read endpoints with what they run, jobs of the lookback, and notebooks."""
    client, found = session.client("sagemaker", region), {}
    found["endpoints"] = []
    for listed in every(client, "list_endpoints", "Endpoints"):
        endpoint = client.describe_endpoint(EndpointName=listed["EndpointName"])
        endpoint["config"] = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        names = [variant["ModelName"] for variant in endpoint["config"]["ProductionVariants"]]
        endpoint["models"] = [client.describe_model(ModelName=name) for name in names]
        endpoint["tags"] = client.list_tags(ResourceArn=listed["EndpointArn"])["Tags"]
        found["endpoints"].append(endpoint)
    found["configs"] = every(client, "list_endpoint_configs", "EndpointConfigs")
    found["models"] = every(client, "list_models", "Models")
    since = datetime.now(UTC) - _LOOKBACK
    for word in ("Training", "Processing", "Transform"):
        found[word] = []
        for listed in every(client, f"list_{word.lower()}_jobs", f"{word}JobSummaries", CreationTimeAfter=since):
            job = getattr(client, f"describe_{word.lower()}_job")(**{f"{word}JobName": listed[f"{word}JobName"]})
            job["tags"] = client.list_tags(ResourceArn=listed[f"{word}JobArn"])["Tags"]
            found[word].append(job)
    found["notebooks"] = every(client, "list_notebook_instances", "NotebookInstances")
    for notebook in found["notebooks"]:
        notebook["tags"] = client.list_tags(ResourceArn=notebook["NotebookInstanceArn"])["Tags"]
    return found


def batch(session: boto3.Session, region: str) -> dict[str, Any]:
    """Read queues, environments, definitions, and the jobs of each queue, finished ones too."""
    client = session.client("batch", region)
    queues = every(client, "describe_job_queues", "jobQueues")
    since = str(int((datetime.now(UTC) - _LOOKBACK).timestamp() * 1000))
    filters = [{"name": "AFTER_CREATED_AT", "values": [since]}]
    return {
        "queues": queues,
        "environments": every(client, "describe_compute_environments", "computeEnvironments"),
        "definitions": every(client, "describe_job_definitions", "jobDefinitions", status="ACTIVE"),
        "jobs": [
            job
            for queue in queues
            for job in every(client, "list_jobs", "jobSummaryList", jobQueue=queue["jobQueueArn"], filters=filters)
        ],
    }


def read(account: str, region: str, out: Path) -> None:
    """Read one region of one account into a file."""
    session = session_of(account)
    found = {service.__name__: service(session, region) for service in (ec2, sagemaker, batch)}
    (out / f"{account}-{region}.json").write_text(json.dumps(found, default=str))


def main() -> None:
    """Read all that was asked for."""
    how, accounts, regions, out = sys.argv[1:]
    units = list(product(accounts.split(","), regions.split(",")))
    with ThreadPoolExecutor(THREADS if how == "threads" else 1) as pool:
        for done in [pool.submit(read, account, region, Path(out)) for account, region in units]:
            done.result()


if __name__ == "__main__":
    main()
