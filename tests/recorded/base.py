"""One or two of each first kind of workload: Batch."""

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = ("batch_queue:eu-central-1:nightly/score",)


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
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
