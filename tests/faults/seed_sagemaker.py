"""Seed SageMaker: endpoints with what they are made of, jobs, notebooks, pipelines, HyperPod.

Shapes as in the SageMaker API reference (read 2026-11).
"""

from typing import Any

from tests.faults.cloud import Refused
from tests.faults.place import Place
from tests.faults.seed_compute import NOW

_DAY = {"CreationTime": NOW.replace(day=18), "LastModifiedTime": NOW.replace(day=18, hour=2)}
_TYPE = "ml.g5.xlarge"
_MACHINES = {"InstanceType": _TYPE, "InstanceCount": 1}
_CLUSTER = {**_MACHINES, "VolumeSizeInGB": 50}


def seed(place: Place) -> None:
    """Fill a region."""
    _endpoints(place)
    _jobs(place, "Training", {"ResourceConfig": _CLUSTER, "HyperParameters": {"password": "hunter2"}})
    _jobs(place, "Processing", {"ProcessingResources": {"ClusterConfig": _CLUSTER}})
    _jobs(place, "Transform", {"TransformResources": _MACHINES, "ModelName": "weld-0"})
    _tuning(place)
    _notebooks(place)
    _pipelines(place)
    _hyperpod(place)


def _arn(place: Place, rest: str) -> str:
    return place.arn("sagemaker", rest)


def _one(place: Place, word: str, name: str, answer: dict[str, Any]) -> None:
    gone = Refused("ValidationException", f"Could not find {word.lower()} '{name}'.")
    place.describes("sagemaker", f"Describe{word}", f"{word}Name", name, answer, gone)


def _endpoints(place: Place) -> None:
    for number in range(3):
        name = f"weld-{number}"
        endpoint, config, model = (_arn(place, f"{kind}/{name}") for kind in ("endpoint", "endpoint-config", "model"))
        place.note("sagemaker:endpoint", endpoint, ("sagemaker", "ListEndpoints"), ("sagemaker", "DescribeEndpoint"))
        place.note("sagemaker:endpoint-config", config, ("sagemaker", "ListEndpointConfigs"))
        place.note("sagemaker:model", model, ("sagemaker", "ListModels"))
        listed: dict[str, Any] = {"EndpointName": name, "EndpointArn": endpoint, "EndpointStatus": "InService", **_DAY}
        place.lists("sagemaker", "ListEndpoints", "Endpoints", [listed])
        variant: dict[str, Any] = {"VariantName": "a", "CurrentInstanceCount": 2, "DesiredInstanceCount": 2}
        described = {**listed, "EndpointConfigName": name, "ProductionVariants": [{**variant, "CurrentWeight": 1.0}]}
        _one(place, "Endpoint", name, described)
        listed = {"EndpointConfigName": name, "EndpointConfigArn": config, "CreationTime": NOW}
        place.lists("sagemaker", "ListEndpointConfigs", "EndpointConfigs", [listed])
        variant = {"VariantName": "a", "ModelName": name, "InstanceType": _TYPE, "InitialInstanceCount": 1}
        _one(place, "EndpointConfig", name, {**listed, "ProductionVariants": [variant]})
        listed = {"ModelName": name, "ModelArn": model, "CreationTime": NOW}
        place.lists("sagemaker", "ListModels", "Models", [listed])
        container = {"Image": "pytorch:2", "Mode": "SingleModel", "Environment": {"API_TOKEN": "hunter2"}}
        _one(place, "Model", name, {**listed, "PrimaryContainer": container})


def _jobs(place: Place, word: str, more: dict[str, Any]) -> None:
    lower, operation = word.lower(), f"List{word}Jobs"
    for day in (17, 18, 19):
        name = f"{lower}-2026-11-{day}"
        arn = _arn(place, f"{lower}-job/{name}")
        place.note(f"sagemaker:{lower}-job", arn, ("sagemaker", operation))
        listed = {f"{word}JobName": name, f"{word}JobArn": arn, f"{word}JobStatus": "Completed", **_DAY}
        listed[f"{word}EndTime"] = _DAY["LastModifiedTime"]
        place.lists("sagemaker", operation, f"{word}JobSummaries", [listed])
        _one(place, f"{word}Job", name, {f"{word}JobName": name, f"{word}JobArn": arn, **more})


def _tuning(place: Place) -> None:
    listed_by = ("sagemaker", "ListHyperParameterTuningJobs")
    for number in range(3):
        name = f"tune-{'abc'[number]}"
        arn = _arn(place, f"hyper-parameter-tuning-job/{name}")
        place.note("sagemaker:hyper-parameter-tuning-job", arn, listed_by)
        counted = {"TrainingJobStatusCounters": {"Completed": 1}, "ObjectiveStatusCounters": {"Succeeded": 1}}
        listed = {"HyperParameterTuningJobName": name, "HyperParameterTuningJobArn": arn, "Strategy": "Bayesian"}
        listed |= {"HyperParameterTuningJobStatus": "Completed", **counted, **_DAY}
        place.lists(*listed_by, "HyperParameterTuningJobSummaries", [listed])
        algorithm = {"TrainingImage": "xgboost:1", "TrainingInputMode": "File"}
        definition = {"AlgorithmSpecification": algorithm, "ResourceConfig": _CLUSTER}
        definition |= {"StaticHyperParameters": {"token": "hunter2"}}
        described = {"HyperParameterTuningJobName": name, "TrainingJobDefinition": definition}
        _one(place, "HyperParameterTuningJob", name, described)
        child = _arn(place, f"training-job/{name}-001-9f8e7d6c")
        about = {"TrainingJobName": child.split("/")[1], "TrainingJobArn": child, "TrainingJobStatus": "Completed"}
        about |= {"CreationTime": _DAY["CreationTime"], "TunedHyperParameters": {"lr": "0.1"}}
        key = "TrainingJobSummaries"
        place.lists(
            *("sagemaker", "ListTrainingJobsForHyperParameterTuningJob", key),
            [about],
            HyperParameterTuningJobName=name,
        )


def _notebooks(place: Place) -> None:
    for number in range(3):
        name = f"lab-{number}"
        arn = _arn(place, f"notebook-instance/{name}")
        place.note("sagemaker:notebook-instance", arn, ("sagemaker", "ListNotebookInstances"))
        listed = {"NotebookInstanceName": name, "NotebookInstanceArn": arn, "NotebookInstanceStatus": "InService"}
        listed |= {"InstanceType": _TYPE, **_DAY}
        place.lists("sagemaker", "ListNotebookInstances", "NotebookInstances", [listed])
        domain = _arn(place, f"domain/d-{number}")
        place.note("sagemaker:domain", domain, ("sagemaker", "ListDomains"))
        about = {"DomainId": f"d-{number}", "DomainArn": domain, "DomainName": "team", "Status": "InService", **_DAY}
        place.lists("sagemaker", "ListDomains", "Domains", [about])


def _pipelines(place: Place) -> None:
    for number in range(3):
        arn = _arn(place, f"pipeline/nightly-{number}")
        place.note("sagemaker:pipeline", arn, ("sagemaker", "ListPipelines"))
        listed = {"PipelineArn": arn, "PipelineName": f"nightly-{number}", "LastExecutionTime": NOW, **_DAY}
        place.lists("sagemaker", "ListPipelines", "PipelineSummaries", [listed])
        ran = {"PipelineExecutionArn": f"{arn}/execution/abc", "PipelineExecutionStatus": "Succeeded", "StartTime": NOW}
        place.lists("sagemaker", "ListPipelineExecutions", "PipelineExecutionSummaries", [ran], PipelineName=arn)


def _hyperpod(place: Place) -> None:
    listed_by = ("sagemaker", "ListClusters")
    for number in range(3):
        name, arn = f"llm-{number}", _arn(place, f"cluster/abc12{number}")
        place.note("sagemaker:cluster", arn, listed_by, ("sagemaker", "DescribeCluster"))
        listed = {"ClusterArn": arn, "ClusterName": name, "CreationTime": NOW, "ClusterStatus": "InService"}
        place.lists(*listed_by, "ClusterSummaries", [listed])
        group = {"InstanceGroupName": "workers", "InstanceType": _TYPE, "CurrentCount": 1, "TargetCount": 1}
        _one(place, "Cluster", name, {**listed, "InstanceGroups": [group]})
        node = {"InstanceGroupName": "workers", "InstanceId": f"i-{number + 900:017x}", "InstanceType": _TYPE}
        node |= {"LaunchTime": NOW, "InstanceStatus": {"Status": "Running"}}
        place.lists("sagemaker", "ListClusterNodes", "ClusterNodeSummaries", [node], ClusterName=name)
