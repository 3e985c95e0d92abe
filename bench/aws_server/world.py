"""The seeded organization: accounts, their regions with 1,250 things each, and the ledger of all that exists."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from bench.aws_server import wire
from bench.aws_server.seed_batch import batch_things
from bench.aws_server.seed_ec2 import ec2_things
from bench.aws_server.seed_sagemaker import sagemaker_things
from bench.aws_server.things import ACCOUNT, CODE, REGION, Thing, Window

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-northeast-1", "ap-southeast-2")
# What list call answers a kind, under which key: (service, operation, key).
LISTS = {
    "ec2:instance": ("ec2", "DescribeInstances", "Reservations"),
    "ec2:volume": ("ec2", "DescribeVolumes", "Volumes"),
    "autoscaling:autoScalingGroup": ("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups"),
    "sagemaker:endpoint": ("sagemaker", "ListEndpoints", "Endpoints"),
    "sagemaker:endpoint-config": ("sagemaker", "ListEndpointConfigs", "EndpointConfigs"),
    "sagemaker:model": ("sagemaker", "ListModels", "Models"),
    "sagemaker:training-job": ("sagemaker", "ListTrainingJobs", "TrainingJobSummaries"),
    "sagemaker:processing-job": ("sagemaker", "ListProcessingJobs", "ProcessingJobSummaries"),
    "sagemaker:transform-job": ("sagemaker", "ListTransformJobs", "TransformJobSummaries"),
    "sagemaker:notebook-instance": ("sagemaker", "ListNotebookInstances", "NotebookInstances"),
    "batch:job-queue": ("batch", "DescribeJobQueues", "jobQueues"),
    "batch:compute-environment": ("batch", "DescribeComputeEnvironments", "computeEnvironments"),
    "batch:job-definition": ("batch", "DescribeJobDefinitions", "jobDefinitions"),
    "batch:job": ("batch", "ListJobs", "jobSummaryList"),
}


@dataclass(frozen=True)
class Shown:
    """A thing with what the calls say of it, rendered but for its place."""

    thing: Thing
    listed: bytes
    described: bytes


class Region:
    """What one region holds in each account, as a pattern with marks for the place."""

    def __init__(self, number: int, now_s: int) -> None:
        rng, window = Random(number), Window(now_s)  # noqa: S311  # made-up accounts, the same on each run
        self.things: dict[str, list[Shown]] = {kind: [] for kind in LISTS}
        for seeds in (ec2_things, sagemaker_things, batch_things):
            for thing in seeds(rng, window):
                self.things[thing.kind].append(_shown(thing))

    @cached_property
    def by_name(self) -> dict[str, dict[str, Shown]]:
        """Things by kind and by name."""
        return {kind: {shown.thing.name: shown for shown in all_of} for kind, all_of in self.things.items()}

    @cached_property
    def by_id(self) -> dict[str, Shown]:
        """Things by ARN or id."""
        return {shown.thing.id: shown for all_of in self.things.values() for shown in all_of}


def _shown(thing: Thing) -> Shown:
    service, operation, key = LISTS[thing.kind]
    described = json.dumps(thing.described, separators=(",", ":")).encode() if thing.described else b""
    return Shown(thing, wire.piece(service, operation, key, thing.listed), described)


@dataclass(frozen=True)
class Place:
    """One region of one account: the region's pattern, and what its marks stand for."""

    account: str
    region: str
    code: str
    holds: Region

    def fill(self, body: bytes) -> bytes:
        """Return the pattern's bytes with this place's account, region and code."""
        filled = body.replace(ACCOUNT.encode(), self.account.encode()).replace(REGION.encode(), self.region.encode())
        return filled.replace(CODE.encode(), self.code.encode())

    def text(self, pattern: str) -> str:
        """Return a pattern's text filled."""
        return self.fill(pattern.encode()).decode()

    def pattern(self, text: str) -> str:
        """Return the text that a request names, as the pattern has it."""
        return text.replace(self.code, CODE).replace(self.account, ACCOUNT).replace(self.region, REGION)


class World:
    """All places. Account numbers are 000000000001 and up."""

    def __init__(self, accounts: int, regions: int, now_s: int) -> None:
        self.now_s = now_s
        self.accounts = tuple(f"{number:012d}" for number in range(1, accounts + 1))
        self.regions = REGIONS[:regions]
        patterns = {name: Region(number, now_s) for number, name in enumerate(self.regions)}
        self.places = {
            (account, region): Place(account, region, f"a{int(account):03x}b{number:x}", patterns[region])
            for account in self.accounts
            for number, region in enumerate(self.regions)
        }

    def ledger(self) -> Iterator[dict[str, Any]]:
        """Yield everything that exists, whoever asks."""
        for (account, region), place in self.places.items():
            for kind, all_of in place.holds.things.items():
                for shown in all_of:
                    thing = shown.thing
                    yield {
                        "account": account, "region": region, "type": kind, "id": place.text(thing.id),
                        "name": place.text(thing.name), "group": place.text(thing.group), "finished": thing.finished,
                        "queue": place.text(thing.queue), "tagged": bool(thing.tags),
                    }  # fmt: skip

    def write_ledger(self, path: Path) -> None:
        """Write the ledger as JSON."""
        document = {
            "now_s": self.now_s,
            "accounts": self.accounts,
            "regions": self.regions,
            "resources": list(self.ledger()),
        }
        path.write_text(json.dumps(document, separators=(",", ":")))
