"""EventBridge Pipes: what a queue or a stream is led to."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import plain_arn, service_of
from aimigrate.assess._arrivals import Arrivals, arrivals_of
from aimigrate.assess._found import Finding, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._targets import target_of
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 100  # Limit (EventBridge Pipes API reference, read 2026-11)
_ON = ("RUNNING", "STARTING", "UPDATING")
_INNER = ("TopicName", "QueueName")


@dataclass(frozen=True)
class EventPipes:
    """A pipe that does not run is a resource and leads nowhere.

    The least possible is one request for every 100 pipes, and one for each that runs and whose list entry does not
    say all: which job a Batch queue or a cluster runs, and which topic or queue of a broker is read.
    """

    name: str = "event-pipes"
    iam_actions: frozenset[str] = frozenset({"pipes:DescribePipe", "pipes:ListPipes"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every pipe, and links from its source and from itself to what it calls on the way and at its end."""
        listed = sorted(
            reader.items("pipes", "list_pipes", "Pipes", Limit=_PER_PAGE), key=lambda item: str(item["Arn"])
        )
        asked = [(str(item["Name"]), {"Name": item["Name"]}) for item in listed if _runs(item) and _unsaid(item)]
        answers = reader.many("pipes", "describe_pipe", asked)
        described = dict(zip((name for name, _ in asked), answers, strict=True))
        for item in listed:
            facts = {
                "name": str(item["Name"]),
                "state": str(item.get("CurrentState", "")),
                "source": str(item["Source"]),
                "target": str(item["Target"]),
            }
            yield Resource(id=item["Arn"], type="pipes:pipe", region=reader.region, facts=facts)
            if _runs(item) and described.get(item["Name"], item) is not None:
                yield from _links(reader, item, described.get(item["Name"]) or {})


def _runs(item: Item) -> bool:
    return item.get("CurrentState") in _ON


def _unsaid(item: Item) -> bool:
    source = str(item["Source"])
    return service_of(item["Target"]) in ("batch", "ecs") or service_of(source) in ("", "kafka", "mq")


def _links(reader: Reader, item: Item, described: Item) -> Iterator[Link]:
    parameters = described.get("TargetParameters") or {}
    ends = {
        target_of(
            reader,
            str(item["Target"]),
            parameters.get("BatchJobParameters", {}).get("JobDefinition"),
            parameters.get("EcsTaskParameters", {}).get("TaskDefinitionArn"),
        )
    }
    if item.get("Enrichment"):
        ends.add(plain_arn(str(item["Enrichment"])))
    source = _source(item, described.get("SourceParameters") or {})
    for end in sorted(one for one in ends if one is not None):
        yield source.to(end)
        if source.arn != item["Arn"]:
            yield Link(end, "", item["Arn"])


def _source(item: Item, parameters: Item) -> Arrivals:
    """Describe what a pipe reads; for a Kafka cluster of one's own (`smk://`) the pipe stands for it."""
    given = [read for read in parameters.values() if isinstance(read, dict)]
    inner = next((str(read[name]) for read in given for name in _INNER if name in read), None)
    return arrivals_of(str(item["Source"]), inner) or Arrivals(str(item["Arn"]), f"stream:{inner or 'kafka'}")


collector = EventPipes()
