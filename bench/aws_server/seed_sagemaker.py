"""SageMaker of one seeded region: endpoints, the configurations and models of every release, jobs, notebooks."""

from collections.abc import Iterator
from random import Random
from typing import Any

from bench.aws_server.things import ACCOUNT, REGION, Thing, Window, arn

ENDPOINTS, CONFIGS, MODELS, NOTEBOOKS = 24, 60, 90, 12
# (word, jobs, groups): jobs of one group share a base name. Two of each word still run.
JOBS = (("Training", 100, 10), ("Processing", 60, 6), ("Transform", 30, 3))
RUNNING = 2
_DAY_S = 86_400
_TYPES = ("ml.g5.xlarge", "ml.g4dn.xlarge", "ml.g5.2xlarge", "ml.m5.xlarge")
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/sagemaker"
_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/ranker:1.4"
_BUCKET = f"s3://models-{ACCOUNT}-{REGION}"


def sagemaker_things(rng: Random, window: Window) -> Iterator[Thing]:
    """Yield all of it; an endpoint runs the newest configuration of its name, and old ones are never deleted."""
    for number in range(MODELS):
        yield _model(number, window)
    for number in range(CONFIGS):
        yield _config(number, window)
    for number in range(ENDPOINTS):
        yield _endpoint(number, window)
    for word, count, groups in JOBS:
        yield from _jobs(word, count, groups, rng, window)
    for number in range(NOTEBOOKS):
        yield _notebook(number, window)


def _thing(
    kind: str,
    key: str,
    name: str,
    *,
    listed: dict[str, Any],
    described: dict[str, Any],
    tags: dict[str, str],
    **more: Any,  # noqa: ANN401  # fields of Thing
) -> Thing:
    identity = arn("sagemaker", f"{kind}/{name}")
    same = {f"{key}Name": name, f"{key}Arn": identity}
    return Thing(f"sagemaker:{kind}", identity, name, {**same, **listed}, {**same, **listed, **described}, tags, **more)


def _model(number: int, window: Window) -> Thing:
    at = window.ago((number + 1) * 3 * _DAY_S)
    container = {
        "Image": _IMAGE,
        "Mode": "SingleModel",
        "ModelDataUrl": f"{_BUCKET}/ranker-{number}/model.tar.gz",
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_REGION": REGION},
    }
    described = {"PrimaryContainer": container, "ExecutionRoleArn": _ROLE, "EnableNetworkIsolation": False}
    return _thing(
        "model", "Model", f"ranker-{number}", listed={"CreationTime": at}, described=described, tags={"team": "ml"}
    )


def variant_type(number: int) -> str:
    """Return the instance type of the configuration `number`; empty: serverless."""
    return "" if number % 8 == 5 else _TYPES[number % len(_TYPES)]


def _config(number: int, window: Window) -> Thing:
    at = window.ago((number + 1) * 3 * _DAY_S)
    variant: dict[str, Any] = {
        "VariantName": "AllTraffic",
        "ModelName": f"ranker-{number}",
        "InitialVariantWeight": 1.0,
    }
    if variant_type(number):
        variant |= {"InstanceType": variant_type(number), "InitialInstanceCount": 2}
    else:
        variant["ServerlessConfig"] = {"MemorySizeInMB": 4096, "MaxConcurrency": 20}
    described: dict[str, Any] = {"ProductionVariants": [variant], "EnableNetworkIsolation": False}
    if number % 8 == 7:
        described["AsyncInferenceConfig"] = {"OutputConfig": {"S3OutputPath": f"{_BUCKET}/out"}}
    return _thing(
        "endpoint-config",
        "EndpointConfig",
        f"ranker-{number}",
        listed={"CreationTime": at},
        described=described,
        tags={"team": "ml"},
    )


def _endpoint(number: int, window: Window) -> Thing:
    at = window.ago((number + 1) * 2 * _DAY_S)
    variant: dict[str, Any] = {
        "VariantName": "AllTraffic",
        "CurrentWeight": 1.0,
        "DesiredWeight": 1.0,
        "DeployedImages": [],
    }
    if variant_type(number):
        variant |= {"CurrentInstanceCount": 2, "DesiredInstanceCount": 2}
    else:
        variant |= {"CurrentServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 20}}
    listed = {"CreationTime": at, "LastModifiedTime": at, "EndpointStatus": "InService"}
    described: dict[str, Any] = {"EndpointConfigName": f"ranker-{number}", "ProductionVariants": [variant]}
    if number % 8 == 7:
        described["AsyncInferenceConfig"] = {"OutputConfig": {"S3OutputPath": f"{_BUCKET}/out"}}
    return _thing(
        "endpoint",
        "Endpoint",
        f"ranker-{number}",
        listed=listed,
        described=described,
        tags={"team": "ml", "service": f"rank-{number}"},
    )


def _jobs(word: str, count: int, groups: int, rng: Random, window: Window) -> Iterator[Thing]:
    """Yield jobs, newest first, as SageMaker lists them."""
    each = count // groups
    for number in range(count):
        group, turn = number % groups, number // groups
        began = (turn * 13 / each + 0.2 + group * 0.01) * _DAY_S
        lasts = rng.uniform(600, 7200)
        finished = number >= RUNNING
        status = ("Failed" if rng.random() < 0.05 else "Completed") if finished else "InProgress"
        base = f"{word.lower()}-{'abcdefghij'[group]}"  # a letter: a number would be taken for the stamp of a run
        name = f"{base}-{each - turn:06d}"
        listed: dict[str, Any] = {
            "CreationTime": window.ago(began),
            "LastModifiedTime": window.ago(began - lasts if finished else 0),
            f"{word}JobStatus": status,
        }
        if finished:
            listed[f"{word}EndTime"] = window.ago(began - lasts)
        kind = f"{word.lower()}-job"
        tags = {"team": "ml", "job": base}
        job = _job(word, group)
        yield _thing(kind, f"{word}Job", name, listed=listed, described=job, tags=tags, group=base, finished=finished)


def _job(word: str, group: int) -> dict[str, Any]:
    cluster = {"InstanceType": _TYPES[group % len(_TYPES)], "InstanceCount": 1}
    if word == "Training":
        return {
            "AlgorithmSpecification": {"TrainingImage": _IMAGE, "TrainingInputMode": "File"},
            "RoleArn": _ROLE,
            "ResourceConfig": {**cluster, "VolumeSizeInGB": 50},
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
            "OutputDataConfig": {"S3OutputPath": f"{_BUCKET}/out"},
            "HyperParameters": {"epochs": "3", "lr": "0.001"},
            "SecondaryStatus": "Completed",
            "SecondaryStatusTransitions": [],
            "EnableManagedSpotTraining": group % 2 == 0,
            "EnableNetworkIsolation": False,
            "EnableInterContainerTrafficEncryption": False,
        }
    if word == "Processing":
        return {
            "ProcessingResources": {"ClusterConfig": {**cluster, "VolumeSizeInGB": 50}},
            "RoleArn": _ROLE,
            "AppSpecification": {"ImageUri": _IMAGE},
            "ProcessingInputs": [],
        }
    return {
        "TransformResources": cluster,
        "ModelName": f"ranker-{group}",
        "BatchStrategy": "MultiRecord",
        "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{_BUCKET}/in"}}},
        "TransformOutput": {"S3OutputPath": f"{_BUCKET}/out"},
    }


def _notebook(number: int, window: Window) -> Thing:
    at = window.ago((number + 10) * _DAY_S)
    listed = {
        "CreationTime": at,
        "LastModifiedTime": at,
        "InstanceType": ("ml.g4dn.xlarge", "ml.t3.medium")[number % 2],
        "NotebookInstanceStatus": ("InService", "Stopped")[number % 3 == 0],
        "Url": f"nb-{number}.notebook.{REGION}.sagemaker.aws",
    }
    described = {"RoleArn": _ROLE, "VolumeSizeInGB": 20, "DirectInternetAccess": "Enabled", "RootAccess": "Enabled"}
    return _thing(
        "notebook-instance",
        "NotebookInstance",
        f"nb-{number}",
        listed=listed,
        described=described,
        tags={"team": "ml", "owner": f"person-{number}"},
    )
