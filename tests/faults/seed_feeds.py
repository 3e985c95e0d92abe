"""Seed what feeds workloads: queues, streams, Kafka clusters, delivery streams.

Shapes as in each service's API reference (read 2026-11).
"""

from typing import Any

from tests.faults.place import Place
from tests.faults.seed_compute import NOW


def seed(place: Place) -> None:
    """Fill a region."""
    for number in range(3):
        _queue(place, f"orders-{number}")
        _cluster(place, f"events-{number}")
    _streams(place)
    _deliveries(place)


def _queue(place: Place, name: str) -> None:
    place.note("sqs:queue", place.arn("sqs", name), ("sqs", "ListQueues"))
    url = f"https://sqs.{place.region}.amazonaws.com/{place.account_id}/{name}"
    place.lists("sqs", "ListQueues", "QueueUrls", [url])


def _cluster(place: Place, name: str) -> None:
    arn = place.arn("kafka", f"cluster/{name}/4a1c0f6e-2d9b-8357-b8f6-e0c3b1a2d4f5-1")
    place.note("kafka:cluster", arn, ("kafka", "ListClustersV2"))
    about = {"ClusterArn": arn, "ClusterName": name, "ClusterType": "PROVISIONED", "State": "ACTIVE"}
    place.lists("kafka", "ListClustersV2", "ClusterInfoList", [about])


def _streams(place: Place) -> None:
    listed = ("kinesis", "ListStreams")
    streams = []
    for number in range(3):
        arn = place.arn("kinesis", f"stream/frames-{number}")
        place.note("kinesis:stream", arn, listed)
        about = {"StreamName": f"frames-{number}", "StreamARN": arn, "StreamStatus": "ACTIVE"}
        streams.append({**about, "StreamCreationTimestamp": NOW})

    def page(given: dict[str, Any]) -> dict[str, Any]:
        start = int(given.get("NextToken") or 0)
        some, more = streams[start : start + 2], start + 2 < len(streams)
        names = [stream["StreamName"] for stream in some]
        token = {"NextToken": str(start + 2)} if more else {}
        return {"StreamNames": names, "StreamSummaries": some, "HasMoreStreams": more, **token}

    place.answers(*listed, page)


def _deliveries(place: Place) -> None:
    listed = ("firehose", "ListDeliveryStreams")
    names = [f"clicks-{number}" for number in range(3)]
    for name in names:
        arn = place.arn("firehose", f"deliverystream/{name}")
        place.note("firehose:deliverystream", arn, listed, ("firehose", "DescribeDeliveryStream"))
        about = {"DeliveryStreamName": name, "DeliveryStreamARN": arn, "DeliveryStreamStatus": "ACTIVE"}
        about |= {"DeliveryStreamType": "DirectPut", "VersionId": "1", "HasMoreDestinations": False, "Destinations": []}  # type: ignore[dict-item]  # as AWS answers
        described = {"DeliveryStreamDescription": about}
        place.describes("firehose", "DescribeDeliveryStream", "DeliveryStreamName", name, described)

    def page(given: dict[str, Any]) -> dict[str, Any]:
        last = given.get("ExclusiveStartDeliveryStreamName")
        start = names.index(last) + 1 if last else 0
        return {"DeliveryStreamNames": names[start : start + 2], "HasMoreDeliveryStreams": start + 2 < len(names)}

    place.answers(*listed, page)
