"""AWS Batch of one seeded region: environments, queues, definitions, and the jobs of the last week."""

from collections.abc import Iterator
from random import Random
from typing import Any

from bench.aws_server.things import ACCOUNT, CODE, REGION, Thing, Window, arn, ec2_id

QUEUES, DEFINITIONS, JOBS = 6, 18, 270
RUNNING = 4  # of the jobs; Batch lists only RUNNING ones unless another status or a filter is asked for
_DAY_MS = 86_400_000
_TYPES = (["g5.xlarge"], ["g4dn.xlarge"], ["c6i.xlarge", "m6i.2xlarge"])
_KEPT_DAYS = 7


def batch_things(rng: Random, window: Window) -> Iterator[Thing]:
    """Yield one environment for each queue; of every third definition two revisions are active."""
    for number in range(QUEUES):
        yield _environment(number)
        yield _queue(number)
    for number in range(DEFINITIONS):
        yield _definition(number)
    for number in range(JOBS):
        yield _job(number, rng, window)


def _environment(number: int) -> Thing:
    name = f"environment-{number}"
    identity, tags = arn("batch", f"compute-environment/{name}"), {"team": "ml"}
    resources = {
        "type": "SPOT" if number % 2 else "EC2",
        "allocationStrategy": "BEST_FIT_PROGRESSIVE",
        "minvCpus": 0,
        "maxvCpus": 256,
        "desiredvCpus": 8,
        "instanceTypes": _TYPES[number % 3],
        "subnets": [ec2_id("subnet", 0)],
        "securityGroupIds": [ec2_id("sg", 0)],
        "instanceRole": f"arn:aws:iam::{ACCOUNT}:instance-profile/batch",
        "tags": {},
    }
    listed = {
        "computeEnvironmentName": name,
        "computeEnvironmentArn": identity,
        "type": "MANAGED",
        "state": "ENABLED",
        "status": "VALID",
        "statusReason": "ComputeEnvironment Healthy",
        "computeResources": resources,
        "tags": tags,
        "serviceRole": f"arn:aws:iam::{ACCOUNT}:role/batch",
        "containerOrchestrationType": "ECS",
        "ecsClusterArn": arn("ecs", f"cluster/{name}"),
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
    return Thing("batch:compute-environment", identity, name, listed, tags=tags)


def queue_arn(number: int) -> str:
    """Return the ARN of a queue."""
    return arn("batch", f"job-queue/queue-{number}")


def _queue(number: int) -> Thing:
    name, identity, tags = f"queue-{number}", queue_arn(number), {"team": "ml", "queue": str(number)}
    environment = arn("batch", f"compute-environment/environment-{number}")
    listed: dict[str, Any] = {
        "jobQueueName": name,
        "jobQueueArn": identity,
        "state": "ENABLED",
        "status": "VALID",
        "statusReason": "JobQueue Healthy",
        "priority": 1,
        "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": environment}],
        "tags": tags,
    }
    return Thing("batch:job-queue", identity, name, listed, tags=tags)


def _definition(number: int) -> Thing:
    plain, revision = f"render-{number // 3 * 3 if number % 3 == 1 else number}", 2 if number % 3 == 1 else 1
    identity, tags = arn("batch", f"job-definition/{plain}:{revision}"), {"team": "ml"}
    needs = [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "16384"}]
    if number % 2 == 0:
        needs.append({"type": "GPU", "value": "1"})
    container = {
        "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/render:{revision}",
        "command": ["python", "render.py"],
        "resourceRequirements": needs,
        "environment": [],
        "mountPoints": [],
        "volumes": [],
        "secrets": [],
        "ulimits": [],
    }
    listed = {
        "jobDefinitionName": plain,
        "jobDefinitionArn": identity,
        "revision": revision,
        "status": "ACTIVE",
        "type": "container",
        "parameters": {},
        "containerProperties": container,
        "tags": tags,
        "platformCapabilities": ["EC2"],
        "containerOrchestrationType": "ECS",
    }
    return Thing("batch:job-definition", identity, f"{plain}:{revision}", listed, tags=tags)


def _job(number: int, rng: Random, window: Window) -> Thing:
    identity = f"00{CODE}-0000-4000-8000-b{number:011x}"
    made_ms = window.now_s * 1000 - int((number + 1) * (_KEPT_DAYS - 0.5) / JOBS * _DAY_MS)
    finished = number >= RUNNING
    status = ("FAILED" if rng.random() < 0.05 else "SUCCEEDED") if finished else "RUNNING"
    definition = number % QUEUES * 3
    listed = {
        "jobArn": arn("batch", f"job/{identity}"),
        "jobId": identity,
        "jobName": f"render-{number}",
        "createdAt": made_ms,
        "status": status,
        "startedAt": made_ms + 60_000,
        "container": {"exitCode": 0} if finished else {},
        "jobDefinition": arn("batch", f"job-definition/render-{definition}:1"),
    }
    if finished:
        listed["stoppedAt"] = made_ms + 60_000 + int(rng.uniform(300_000, 3_600_000))
    queue = queue_arn(number % QUEUES)
    return Thing(
        "batch:job",
        str(listed["jobArn"]),
        identity,
        listed,
        finished=finished,
        queue=queue,
        group=f"{queue} {definition}",
    )
