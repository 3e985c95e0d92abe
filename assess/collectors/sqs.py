"""SQS queues: each that exists; what reads one is told by who reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Reader
from aimigrate.assess._targets import queue_of
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 1000  # MaxResults, without which AWS gives 1,000 and no token (SQS API reference, read 2026-11)


@dataclass(frozen=True)
class Sqs:
    """The least possible is one request for every 1,000 queues."""

    name: str = "sqs"
    iam_actions: frozenset[str] = frozenset({"sqs:ListQueues"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every queue."""
        urls = reader.items("sqs", "list_queues", "QueueUrls", MaxResults=_PER_PAGE)
        for arn in sorted({queue_of(reader, str(url)) for url in urls}):
            facts = {"name": arn.rsplit(":", 1)[-1]}
            yield Resource(id=arn, type="sqs:queue", region=reader.region, facts=facts)


collector = Sqs()
