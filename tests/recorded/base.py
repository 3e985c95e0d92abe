"""One or two of each first kind of workload: ECS, Batch."""

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = (
    "batch_queue:eu-central-1:nightly/score",
    "ecs_service:eu-central-1:vision/shelf",
)


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
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
    }
