"""One or two of each first kind of workload: ECS, Batch, SageMaker."""

from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = (
    "batch_queue:eu-central-1:nightly/score",
    "ecs_service:eu-central-1:vision/shelf",
    "sagemaker_endpoint:eu-central-1:weld",
    "sagemaker_notebook:eu-central-1:lab",
    "sagemaker_processing:eu-central-1:processing",
    "sagemaker_training:eu-central-1:training",
    "sagemaker_transform:eu-central-1:transform",
)


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    job = {"CreationTime": NOW.replace(day=18), "LastModifiedTime": NOW.replace(day=18, hour=2)}
    cluster, host = _arn("ecs", "cluster/vision"), _arn("ecs", "container-instance/vision/1")
    queue, environment = _arn("batch", "job-queue/nightly"), _arn("batch", "compute-environment/gpu")
    definition = _arn("batch", "job-definition/score:3")
    jobs = [
        {"jobId": f"j{n}", "jobArn": _arn("batch", f"job/j{n}"), "jobName": f"score-{n}", "status": "SUCCEEDED"}
        | {"jobDefinition": definition, "createdAt": 1763600000000 + n * 31536000000}
        for n in range(2)
    ]
    for one in jobs:
        one["createdAt"] = int(NOW.timestamp() * 1000) - 3_600_000
        one |= {"startedAt": one["createdAt"] + 60_000, "stoppedAt": one["createdAt"] + 660_000}
    return {
        ("ecs", "ListClusters"): {"clusterArns": [cluster]},
        ("ecs", "ListServices"): {"serviceArns": [_arn("ecs", "service/vision/shelf")]},
        ("ecs", "DescribeServices"): {
            "services": [
                {
                    "serviceArn": _arn("ecs", "service/vision/shelf"),
                    "serviceName": "shelf",
                    "clusterArn": cluster,
                    "status": "ACTIVE",
                    "taskDefinition": _arn("ecs", "task-definition/shelf:1"),
                }
            ]
        },
        ("ecs", "DescribeTaskDefinition"): {
            "taskDefinition": {
                "containerDefinitions": [{"image": "shelf:1", "resourceRequirements": [{"type": "GPU", "value": "1"}]}]
            }
        },
        ("ecs", "ListContainerInstances"): {"containerInstanceArns": [host]},
        ("ecs", "DescribeContainerInstances"): {
            "containerInstances": [
                {
                    "containerInstanceArn": host,
                    "ec2InstanceId": f"i-{4:017x}",
                    "attributes": [{"name": "ecs.instance-type", "value": "g5.xlarge"}],
                }
            ]
        },
        ("ecs", "ListTasks"): {"taskArns": [_arn("ecs", "task/vision/1")]},
        ("ecs", "DescribeTasks"): {"tasks": [{"containerInstanceArn": host}]},
        ("batch", "DescribeJobQueues"): {
            "jobQueues": [
                {
                    "jobQueueArn": queue,
                    "jobQueueName": "nightly",
                    "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": environment}],
                }
            ]
        },
        ("batch", "DescribeComputeEnvironments"): {
            "computeEnvironments": [
                {
                    "computeEnvironmentArn": environment,
                    "computeResources": {"type": "SPOT", "instanceTypes": ["g5.xlarge"]},
                }
            ]
        },
        ("batch", "DescribeJobDefinitions"): {
            "jobDefinitions": [
                {
                    "jobDefinitionArn": definition,
                    "jobDefinitionName": "score",
                    "revision": 3,
                    "containerProperties": {
                        "image": "score:3",
                        "resourceRequirements": [{"type": "GPU", "value": "1"}],
                    },
                }
            ]
        },
        ("batch", "ListJobs"): {"jobSummaryList": jobs},
        ("events", "ListRules"): {"Rules": [{"Name": "night", "ScheduleExpression": "cron(0 1 * * ? *)"}]},
        ("events", "ListTargetsByRule"): {
            "Targets": [{"Arn": queue, "BatchParameters": {"JobDefinition": definition}}]
        },
        **_sagemaker(job),
    }


def _sagemaker(job: dict[str, Any]) -> dict[tuple[str, str], Answer]:
    def jobs(word: str) -> dict[str, Any]:
        lower = word.lower()
        return {
            f"{word}JobSummaries": [
                {
                    f"{word}JobName": f"{lower}-2026-11-{day:02d}",
                    f"{word}JobArn": _arn("sagemaker", f"{lower}-job/{lower}-2026-11-{day:02d}"),
                    f"{word}JobStatus": "Completed",
                    **job,
                }
                for day in (18, 19)
            ]
        }

    resources = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1}
    endpoint = _arn("sagemaker", "endpoint/weld")
    return {
        ("sagemaker", "ListEndpoints"): {
            "Endpoints": [{"EndpointName": "weld", "EndpointArn": endpoint, "CreationTime": NOW}]
        },
        ("sagemaker", "DescribeEndpoint"): {
            "EndpointConfigName": "weld",
            "ProductionVariants": [{"VariantName": "a", "CurrentInstanceCount": 2}],
        },
        ("sagemaker", "DescribeEndpointConfig"): {
            "ProductionVariants": [
                {"VariantName": "a", "ModelName": "weld", "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1}
            ]
        },
        ("sagemaker", "DescribeModel"): {
            "PrimaryContainer": {
                "Image": "pytorch:2",
                "ModelDataUrl": "s3://models/weld",
                "Environment": {"API_TOKEN": "hunter2"},
            }
        },
        ("sagemaker", "ListTags"): {"Tags": [{"Key": "team", "Value": "body"}]},
        ("sagemaker", "ListTrainingJobs"): jobs("Training"),
        ("sagemaker", "DescribeTrainingJob"): {"ResourceConfig": resources},
        ("sagemaker", "ListProcessingJobs"): jobs("Processing"),
        ("sagemaker", "DescribeProcessingJob"): {"ProcessingResources": {"ClusterConfig": resources}},
        ("sagemaker", "ListTransformJobs"): jobs("Transform"),
        ("sagemaker", "DescribeTransformJob"): {"TransformResources": resources, "ModelName": "weld"},
        ("sagemaker", "ListNotebookInstances"): {
            "NotebookInstances": [
                {
                    "NotebookInstanceName": "lab",
                    "NotebookInstanceArn": _arn("sagemaker", "notebook-instance/lab"),
                    "NotebookInstanceStatus": "InService",
                    "InstanceType": "ml.g5.xlarge",
                }
            ]
        },
    }
