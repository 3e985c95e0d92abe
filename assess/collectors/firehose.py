"""Firehose streams: what they read, and the functions that every record goes through."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of, plain_arn
from aimigrate.assess._arrivals import Arrivals, arrivals_of
from aimigrate.assess._found import Finding, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 10_000  # Limit; without it a page has 10 (Amazon Data Firehose API reference, read 2026-11)


@dataclass(frozen=True)
class Firehose:
    """A function that transforms records may be the model: the stream feeds it.

    The least possible is one request for every page of names, which AWS lists without their ARNs, and one for each
    stream.
    """

    name: str = "firehose"
    iam_actions: frozenset[str] = frozenset({"firehose:DescribeDeliveryStream", "firehose:ListDeliveryStreams"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every stream, and links from what it reads and to the functions it calls."""
        names = _names(reader)
        asked = [(name, {"DeliveryStreamName": name}) for name in names]
        for name, answer in zip(names, reader.many("firehose", "describe_delivery_stream", asked), strict=True):
            if answer is not None:
                yield from _stream(reader, answer["DeliveryStreamDescription"])
            elif not reader.gone("firehose", "DescribeDeliveryStream", name):
                arn = arn_of(reader, "firehose", f"deliverystream/{name}")
                yield Resource(id=arn, type="firehose:deliverystream", region=reader.region, facts={"name": name})


def _names(reader: Reader) -> list[str]:
    """Return every name: the list goes on after the last name of a page."""
    found: list[str] = []
    more: Item = {}
    while True:
        page = reader.one("firehose", "list_delivery_streams", named="the list", Limit=_PER_PAGE, **more)
        names = [str(name) for name in (page or {}).get("DeliveryStreamNames") or ()]
        found += names
        if page is None or not names or not page.get("HasMoreDeliveryStreams"):
            return sorted(found)
        more = {"ExclusiveStartDeliveryStreamName": names[-1]}


def _stream(reader: Reader, described: Item) -> Iterator[Finding]:
    arn = str(described["DeliveryStreamARN"])
    facts = {
        "name": str(described["DeliveryStreamName"]),
        "state": str(described.get("DeliveryStreamStatus", "")),
        "source": str(described.get("DeliveryStreamType", "")),
    }
    yield Resource(id=arn, type="firehose:deliverystream", region=reader.region, facts=facts)
    source = _source(described.get("Source") or {})
    if source is not None:
        yield Link(arn, source.trigger, source.arn)  # what arrives is counted once, on the way to a function
    own = arrivals_of(arn)
    wanted = source.wanted if source is not None else own.wanted if own else ()
    for function in _functions(described):
        yield Link(function, f"stream:{described['DeliveryStreamName']}", arn, wanted)


def _source(source: Item) -> Arrivals | None:
    """Describe the stream or topic that is read; None where producers put records themselves."""
    stream = source.get("KinesisStreamSourceDescription", {}).get("KinesisStreamARN")
    if stream:
        return arrivals_of(str(stream))
    topic = source.get("MSKSourceDescription") or {}
    if topic.get("MSKClusterARN"):
        return arrivals_of(str(topic["MSKClusterARN"]), topic.get("TopicName"))
    return None


def _functions(described: Item) -> list[str]:
    """Return the functions that records go through before they are delivered, of every kind of destination."""
    found = set()
    for destination in described.get("Destinations") or ():
        for held in destination.values():
            processing = held.get("ProcessingConfiguration") if isinstance(held, dict) else None
            if processing and processing.get("Enabled", True):
                found |= {
                    plain_arn(str(parameter["ParameterValue"]))
                    for processor in processing.get("Processors") or ()
                    if processor.get("Type") == "Lambda"
                    for parameter in processor.get("Parameters") or ()
                    if parameter.get("ParameterName") == "LambdaArn"
                }
    return sorted(found)


collector = Firehose()
