"""Find out which operation of which service a request asks for."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from bench.aws_server import wire

# Services whose models are loaded at the start, by the name that requests are signed with.
SIGNED_AS = {
    "ec2": "ec2", "autoscaling": "autoscaling", "sagemaker": "sagemaker", "batch": "batch", "sts": "sts",
    "monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi", "organizations": "organizations",
    "elasticloadbalancing": "elbv2", "elasticloadbalancing classic": "elb",
    "ecs": "ecs", "eks": "eks", "lambda": "lambda", "bedrock": "bedrock",
    "states": "stepfunctions", "events": "events", "scheduler": "scheduler", "kinesis": "kinesis", "sqs": "sqs",
    "kafka": "kafka", "firehose": "firehose", "application-autoscaling": "application-autoscaling",
    "savingsplans": "savingsplans", "logs": "logs", "ssm": "ssm", "backup": "backup", "iam": "iam", "ce": "ce",
    "pricing": "pricing", "cloudtrail": "cloudtrail", "config": "config", "s3": "s3", "account": "account",
    "network-firewall": "network-firewall", "resource-explorer-2": "resource-explorer-2", "apprunner": "apprunner",
}  # fmt: skip
_RPC = re.compile(r"/service/[^/]+/operation/(\w+)$")


@cache
def _routes(service: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    model = wire.service_model(service)
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = re.escape(http["requestUri"].split("?")[0].rstrip("/"))
        pattern = re.sub(r"\\\{[^}]*\\\}", lambda hole: ".+" if "\\+" in hole.group() else "[^/]+", path)
        found.append((http["method"], re.compile(f"{pattern}/?$"), name))
    return tuple(sorted(found, key=lambda route: route[1].pattern.count("[^/]+")))


def load() -> None:
    """Load the models, so that no request waits for one."""
    for service in SIGNED_AS.values():
        if wire.service_model(service).metadata["protocol"].startswith("rest"):
            _routes(service)


def service_of(signed_as: str, body: bytes) -> str:
    """Return the service that a request was signed for, empty where this server has none of it."""
    if signed_as == "elasticloadbalancing" and b"Version=2012-06-01" in body:
        signed_as = "elasticloadbalancing classic"  # the two kinds of load balancers are signed for alike
    return SIGNED_AS.get(signed_as, "")


@cache
def _of_path(service: str, method: str, path: str) -> str:
    for one, pattern, name in _routes(service):
        if one == method and pattern.match(unquote(path)):
            return name
    return f"{method} {path}"


@dataclass(frozen=True)
class Sent:
    """What of a request tells its operation."""

    method: str
    path: str
    target: str
    body: bytes


def operation_of(service: str, sent: Sent) -> tuple[str, str]:
    """Return the protocol and the operation; an operation that no model has is named by what was sent."""
    if rpc := _RPC.search(sent.path):
        return "cbor", rpc.group(1)
    if sent.target:
        return "json", sent.target.rsplit(".", 1)[-1]
    if sent.body.startswith(b"Action=") or b"&Action=" in sent.body:
        name = sent.body.split(b"Action=", 1)[1].split(b"&", 1)[0].decode()
        return ("ec2" if service == "ec2" else "query"), name
    return "rest-json", _of_path(service, sent.method, sent.path.split("?", maxsplit=1)[0])
