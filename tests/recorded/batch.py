"""AWS Batch, shaped as the operations' members and examples in its API reference (read 2026-11).

One queue runs jobs of a GPU definition, one array job among them, on a spot environment that holds one instance and
serves no other queue. Another runs on Fargate what has been deregistered since. A third is SageMaker's. One GPU
definition never ran.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.recorded.ecs import BATCH_CLUSTER
from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = (
    "batch_queue:eu-central-1:adhoc/old-scorer",
    "batch_queue:eu-central-1:forecast",
    "batch_queue:eu-central-1:nightly/score",
)


def arn(rest: str) -> str:
    """Return an ARN of Batch."""
    return f"arn:aws:batch:{REGION}:{ACCOUNT}:{rest}"


def millis(moment: datetime) -> int:
    """Return a time as Batch writes it."""
    return int(moment.timestamp() * 1000)


def environment(name: str, kind: str | None = "EC2", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeComputeEnvironments says of one; without a kind it is unmanaged."""
    resources = {
        "type": kind,
        "minvCpus": 0,
        "maxvCpus": 64,
        "desiredvCpus": 0,
        "instanceTypes": ["g5.xlarge"],
        "subnets": ["subnet-1"],
        "allocationStrategy": "BEST_FIT_PROGRESSIVE",
    }
    known = {
        "computeEnvironmentName": name,
        "computeEnvironmentArn": arn(f"compute-environment/{name}"),
        "ecsClusterArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/AWSBatch-{name}-1",
        "type": "MANAGED" if kind else "UNMANAGED",
        "state": "ENABLED",
        "status": "VALID",
        "containerOrchestrationType": "ECS",
        "uuid": "4d5e",
        "tags": {},
    }
    given = {**resources, **more.pop("resources", {})}
    return {**known, **({"computeResources": given} if kind else {}), **more}


def queue(name: str, *environments: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeJobQueues says of one over these environments."""
    known = {
        "jobQueueName": name,
        "jobQueueArn": arn(f"job-queue/{name}"),
        "state": "ENABLED",
        "status": "VALID",
        "priority": 1,
        "jobQueueType": "ECS",
        "computeEnvironmentOrder": [
            {"order": place, "computeEnvironment": arn(f"compute-environment/{one}")}
            for place, one in enumerate(environments, 1)
        ],
        "tags": {},
    }
    return {**known, **more}


def container(*, gpus: int = 0, image: str = "score:3") -> dict[str, Any]:
    """Return the containerProperties of a definition: 4 vCPUs, 16 GiB, and its secrets."""
    needs = [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "16384"}]
    return {
        "image": image,
        "command": ["python", "score.py", "--password", "hunter2"],
        "environment": [{"name": "DATABASE_PASSWORD", "value": "hunter2"}],
        "resourceRequirements": [*needs, *([{"type": "GPU", "value": str(gpus)}] if gpus else [])],
    }


def definition(name: str, revision: int = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeJobDefinitions says of one that asks for a GPU, unless another shape is given."""
    known = {
        "jobDefinitionName": name,
        "jobDefinitionArn": arn(f"job-definition/{name}:{revision}"),
        "revision": revision,
        "status": "ACTIVE",
        "type": "container",
        "platformCapabilities": ["EC2"],
        "containerOrchestrationType": "ECS",
        "tags": {},
    }
    shape = {} if any(key.endswith("Properties") for key in more) else {"containerProperties": container(gpus=1)}
    return {**known, **shape, **more}


def job(number: int | str, of: str = "score:1", *, hours_ago: float = 1.0, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListJobs says of one: it waited a minute and ran ten."""
    created = millis(NOW - timedelta(hours=hours_ago))
    known = {
        "jobId": f"j-{number}",
        "jobArn": arn(f"job/j-{number}"),
        "jobName": f"job-{number}",
        "jobDefinition": arn(f"job-definition/{of}"),
        "status": "SUCCEEDED",
        "createdAt": created,
        "startedAt": created + 60_000,
        "stoppedAt": created + 660_000,
        "container": {"exitCode": 0},
    }
    return {**known, **more}


def described(one: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeJobs says of a job: its summary, and what it asked for."""
    return {**one, "container": container(image="vllm:1"), "tags": {}, "platformCapabilities": ["FARGATE"], **more}


def account_of(
    environments: list[dict[str, Any]],
    queues: dict[str, list[dict[str, Any]]],
    definitions: list[dict[str, Any]],
    *,
    made: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None,
) -> dict[tuple[str, str], Answer]:
    """Return the answers of an account that holds these, the jobs by the name of their queue.

    `made` may change what is said of a queue.
    """
    order = {name: [one["computeEnvironmentName"] for one in environments] for name in queues}
    listed = [queue(name, *order[name]) if made is None else made(name, queue(name)) for name in queues]
    every = {one["jobId"]: one for jobs in queues.values() for one in jobs}
    return {
        ("batch", "DescribeComputeEnvironments"): {"computeEnvironments": environments},
        ("batch", "DescribeJobQueues"): {"jobQueues": listed},
        ("batch", "DescribeJobDefinitions"): {"jobDefinitions": definitions},
        ("batch", "ListJobs"): lambda given: {"jobSummaryList": queues[given["jobQueue"].rsplit("/", 1)[-1]]},
        ("batch", "DescribeJobs"): lambda given: {"jobs": [described(every[name]) for name in given["jobs"]]},
    }


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    held = {"ecsClusterArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{BATCH_CLUSTER}"}
    array = {"arrayProperties": {"size": 40, "statusSummary": {"SUCCEEDED": 40}}}
    child = {"arrayProperties": {"size": 40, "index": 3}}
    of_sagemaker = {"jobQueueType": "SAGEMAKER_TRAINING", "computeEnvironmentOrder": []}
    uses = {"nightly": ["gpu"], "adhoc": ["fargate"], "training": []}

    def made(name: str, one: dict[str, Any]) -> dict[str, Any]:
        order = queue(name, *uses[name])["computeEnvironmentOrder"]
        return {**one, "computeEnvironmentOrder": order, **(of_sagemaker if name == "training" else {})}

    return account_of(
        [
            environment("gpu", "SPOT", resources={"desiredvCpus": 4}, **held),
            environment("fargate", "FARGATE", resources={"instanceTypes": []}),
        ],
        {
            "nightly": [job(1), job(2, hours_ago=2), job(3, **array), job("3:3", **child)],
            "adhoc": [job(9, "old-scorer:2")],
            "training": [],
        },
        [definition("score"), definition("forecast")],
        made=made,
    )
