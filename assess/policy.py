"""The permissions that reading an account needs, and no other, in documents that IAM takes."""

import json
import re
from typing import Any

from aimigrate.assess.account import ACCOUNT_ACTIONS
from aimigrate.assess.organization import ROLE_NAME
from aimigrate.assess.units import collectors

MANAGED_POLICY_CHARACTERS = 6144
"""Most characters of a managed policy, white space not counted (IAM User Guide, IAM and STS quotas, 2026-11)."""

READS = re.compile(r"[a-z0-9-]+:(?:BatchGet|Describe|Get|List|Lookup|Search)[A-Za-z0-9]*")
"""The actions that only read. AWS has no policy condition that says so, hence by name."""

WHY: dict[str, str] = {
    "application-autoscaling": "how far endpoints, services and functions may scale, and when",
    "autoscaling": "which instances belong to one group, its bounds and its schedule",
    "batch": "queues, what runs in them, how often and how long",
    "bedrock": "provisioned throughput and the models it serves",
    "ce": "what was paid, where no bill is given; 0.01 USD a request",
    "cloudwatch": "how busy each workload was, and the latency that its alarms allow; GetMetricData costs money",
    "ec2": "instances, disks, launch templates, capacity paid ahead, prices of spot; the regions of the account",
    "ecs": "services, tasks, the GPUs they ask for and the instances they run on",
    "eks": "clusters, node groups with GPUs, Fargate profiles",
    "elasticloadbalancing": "requests for each target, and what stands behind a load balancer",
    "events": "which rules start a workload, and when",
    "firehose": "the streams that feed a workload",
    "kafka": "the streams that feed a workload",
    "kinesis": "the streams that feed a workload",
    "lambda": "functions, their memory, and what calls them",
    "organizations": "the accounts to read, asked of the management account alone",
    "pipes": "what feeds one thing from another",
    "pricing": "the list price of the instance types in use",
    "sagemaker": "endpoints, jobs, notebooks, pipelines, clusters, and the models they run",
    "savingsplans": "what stays paid for after a move",
    "scheduler": "which schedules start a workload, and when",
    "sqs": "the queues that feed a workload",
    "states": "which state machines start a workload",
    "sts": "whose credentials are used",
    "tag": "the owner's words: model, class, latency objective",
}
"""What each service is read for."""


def actions() -> tuple[str, ...]:
    """Return each action that reading one account may call, sorted."""
    return tuple(sorted(ACCOUNT_ACTIONS.union(*(collector.iam_actions for collector in collectors().values()))))


def policy() -> dict[str, Any]:
    """Return the policy that allows what the collectors call and nothing else, whatever its size."""
    return _document("AimigrateRead", actions())


def policies(limit: int = MANAGED_POLICY_CHARACTERS) -> tuple[dict[str, Any], ...]:
    """Return the same permissions as managed policies, each within the size that IAM takes; one where that will do."""
    parts: list[list[str]] = [[]]
    for action in actions():
        if parts[-1] and size(_document(f"AimigrateRead{len(parts)}", [*parts[-1], action])) > limit:
            parts.append([])
        parts[-1].append(action)
    if len(parts) == 1:
        return (policy(),)
    return tuple(_document(f"AimigrateRead{number}", part) for number, part in enumerate(parts, 1))


def caller_policy(role_name: str = ROLE_NAME) -> dict[str, Any]:
    """Return what the identity needs that reads an organization: to list its accounts, and take the role in each."""
    assume = {
        "Sid": "AimigrateAssume",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": f"arn:aws:iam::*:role/{role_name}",
    }
    listed = ["ec2:DescribeRegions", "organizations:ListAccounts", "sts:GetCallerIdentity"]
    document = _document("AimigrateAccounts", listed)
    return {**document, "Statement": [*document["Statement"], assume]}


def size(document: dict[str, Any]) -> int:
    """Return how many characters IAM counts."""
    return len(json.dumps(document, separators=(",", ":")))


def _document(sid: str, allowed: tuple[str, ...] | list[str]) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(allowed), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
