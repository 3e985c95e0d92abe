"""Kinesis data streams: each that exists; what reads one is told by who reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Reader
from aimigrate.contracts.inventory import Resource


@dataclass(frozen=True)
class Kinesis:
    """The least possible is one request for every 100 streams, which is the largest page."""

    name: str = "kinesis"
    iam_actions: frozenset[str] = frozenset({"kinesis:ListStreams"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every stream."""
        streams = reader.items("kinesis", "list_streams", "StreamSummaries")
        for stream in sorted(streams, key=lambda item: str(item["StreamARN"])):
            facts = {
                "name": str(stream["StreamName"]),
                "state": str(stream.get("StreamStatus", "")),
                "mode": str(stream.get("StreamModeDetails", {}).get("StreamMode", "")),
            }
            yield Resource(id=stream["StreamARN"], type="kinesis:stream", region=reader.region, facts=facts)


collector = Kinesis()
