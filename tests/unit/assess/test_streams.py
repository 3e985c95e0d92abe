"""Queues, streams, clusters and delivery streams: each that exists, and what it feeds where its service knows."""

from typing import Any

import pytest

from aimigrate.assess._arrivals import arrivals_of
from aimigrate.assess._found import Finder
from aimigrate.assess.collectors import firehose, kinesis, msk, owner_feeds, sqs
from tests.finding import Seen, look
from tests.recorded.streams import (
    CLICKS,
    DELIVERY,
    HERE,
    INVOICES,
    PLANT,
    SCORER,
    SERVERLESS,
    answers,
    cluster,
    delivery,
    stream,
    transform,
    url,
)
from tests.recorded_aws import ACCOUNT, REGION, RecordedAws, Refused

ORDERS = f"arn:aws:sqs:{HERE}:orders"


@pytest.mark.parametrize(
    ("collector", "kind", "ids"),
    [
        (sqs.collector, "sqs:queue", {INVOICES, ORDERS}),
        (kinesis.collector, "kinesis:stream", {CLICKS}),
        (msk.collector, "kafka:cluster", {PLANT, SERVERLESS}),
        (firehose.collector, "firehose:deliverystream", {DELIVERY}),
    ],
)
def test_everything_that_exists_is_a_resource(collector: Finder, kind: str, ids: set[str]) -> None:
    """By the ARN that its service, its metrics and the bill know it by."""
    seen = look(collector, RecordedAws(answers()))

    assert set(seen.resources) == ids
    assert {one.type for one in seen.resources.values()} == {kind}


def test_a_queue_of_another_account_keeps_its_account() -> None:
    """The address says whose it is, also in its older form."""
    aws = RecordedAws()
    aws.answers["sqs", "ListQueues"] = {
        "QueueUrls": [url("theirs", "210987654321"), f"https://{REGION}.queue.amazonaws.com/{ACCOUNT}/old/"]
    }

    assert set(look(sqs.collector, aws).resources) == {
        f"arn:aws:sqs:{REGION}:210987654321:theirs",
        f"arn:aws:sqs:{HERE}:old",
    }


def test_the_size_of_a_cluster_is_kept() -> None:
    """What a reader of the bill wants to know of it."""
    facts = look(msk.collector, RecordedAws(answers())).resources[PLANT].facts

    assert (facts["brokers"], facts["instance_type"]) == ("3", "kafka.m7g.large")


@pytest.mark.parametrize(
    ("collector", "key", "first", "token", "sizes"),
    [
        (sqs.collector, ("sqs", "ListQueues"), {"QueueUrls": [url("orders")]}, "NextToken", {"MaxResults": 1000}),
        (
            kinesis.collector,
            ("kinesis", "ListStreams"),
            {"StreamNames": ["clicks"], "StreamSummaries": [stream(CLICKS)], "HasMoreStreams": True},
            "NextToken",
            {},
        ),
        (
            msk.collector,
            ("kafka", "ListClustersV2"),
            {"ClusterInfoList": [cluster(PLANT)]},
            "NextToken",
            {"MaxResults": 100},
        ),
    ],
)
def test_the_largest_page_is_asked_for_and_one_that_fails_keeps_those_before(
    collector: Finder, key: tuple[str, str], first: dict[str, Any], token: str, sizes: dict[str, int]
) -> None:
    """What was read before the failure is kept, and the list is partial."""
    asked: list[dict[str, Any]] = []

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        asked.append(given)
        if token in given:
            raise Refused("InternalFailure")
        return {**first, token: "more"}

    seen = look(collector, RecordedAws({key: pages}))

    assert len(seen.resources) == 1
    assert asked[0] == sizes
    assert seen.entry(*key).status == "partial"


def deliveries(*destinations: dict[str, Any], **more: Any) -> Seen:  # noqa: ANN401  # as AWS answers
    """Look at one delivery stream."""
    aws = RecordedAws(answers())
    aws.answers["firehose", "DescribeDeliveryStream"] = delivery(DELIVERY, *destinations, **more)
    return look(firehose.collector, aws)


def counted(seen: Seen) -> dict[tuple[str, str], list[str]]:
    """Return the metrics of each link by source and target."""
    return {(one.source, one.target): [f"{w.namespace} {w.name}" for w in one.wanted] for one in seen.links}


def test_a_delivery_stream_feeds_the_function_that_its_records_go_through() -> None:
    """The model may be in the transformation: it is fed by the stream, and what arrives is counted there."""
    seen = look(firehose.collector, RecordedAws(answers()))

    assert seen.ways == {(DELIVERY, "stream:frames", SCORER)}
    assert counted(seen) == {(DELIVERY, SCORER): ["AWS/Firehose IncomingRecords"]}


@pytest.mark.parametrize(
    "kind",
    [
        "ExtendedS3DestinationDescription",
        "RedshiftDestinationDescription",
        "AmazonopensearchserviceDestinationDescription",
        "HttpEndpointDestinationDescription",
        "SnowflakeDestinationDescription",
        "IcebergDestinationDescription",
    ],
)
def test_functions_are_found_whatever_the_destination(kind: str) -> None:
    """Each kind of destination has its own processing."""
    seen = deliveries({kind: {"ProcessingConfiguration": transform(SCORER)}})

    assert [one.target for one in seen.links] == [SCORER]


def test_processing_that_is_off_feeds_nothing() -> None:
    """The function is named there, and is not called."""
    off = {"ExtendedS3DestinationDescription": {"ProcessingConfiguration": transform(SCORER, enabled=False)}}

    assert deliveries(off).links == []


def test_what_arrives_over_a_stream_is_counted_once() -> None:
    """A stream that reads a Kinesis stream does not count records again: the Kinesis stream does."""
    source = {"KinesisStreamSourceDescription": {"KinesisStreamARN": CLICKS, "RoleARN": "arn:aws:iam::1:role/x"}}

    seen = deliveries(
        {"ExtendedS3DestinationDescription": {"ProcessingConfiguration": transform(SCORER)}},
        DeliveryStreamType="KinesisStreamAsSource",
        Source=source,
    )

    assert seen.ways == {(CLICKS, "stream:clicks", DELIVERY), (DELIVERY, "stream:frames", SCORER)}
    assert counted(seen) == {(CLICKS, DELIVERY): [], (DELIVERY, SCORER): ["AWS/Kinesis IncomingRecords"]}


def test_a_topic_that_a_delivery_stream_reads_is_named() -> None:
    """The cluster alone would not tell which of its topics."""
    seen = deliveries(
        DeliveryStreamType="MSKAsSource",
        Source={"MSKSourceDescription": {"MSKClusterARN": PLANT, "TopicName": "camera"}},
    )

    assert seen.ways == {(PLANT, "stream:camera", DELIVERY)}


def test_the_list_of_delivery_streams_goes_on_after_the_last_name() -> None:
    """There is no token: the names of a page lead to the next."""
    asked: list[dict[str, Any]] = []

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        asked.append(given)
        first = "ExclusiveStartDeliveryStreamName" not in given
        return {"DeliveryStreamNames": ["a", "b"] if first else ["c"], "HasMoreDeliveryStreams": first}

    def describe(given: dict[str, Any]) -> dict[str, Any]:
        return delivery(f"{DELIVERY}-{given['DeliveryStreamName']}")

    aws = RecordedAws({("firehose", "ListDeliveryStreams"): pages, ("firehose", "DescribeDeliveryStream"): describe})

    assert set(look(firehose.collector, aws).resources) == {f"{DELIVERY}-{name}" for name in "abc"}
    assert asked == [{"Limit": 10_000}, {"Limit": 10_000, "ExclusiveStartDeliveryStreamName": "b"}]


@pytest.mark.parametrize(
    ("operation", "code", "status", "known"),
    [
        ("ListDeliveryStreams", "AccessDeniedException", "denied", set()),
        ("DescribeDeliveryStream", "AccessDeniedException", "denied", {DELIVERY}),
        ("DescribeDeliveryStream", "ResourceNotFoundException", "partial", set()),
    ],
)
def test_what_can_not_be_read_of_delivery_streams_is_named(
    operation: str, code: str, status: str, known: set[str]
) -> None:
    """Denied, or deleted meanwhile: a hole, never an empty list; one that is listed exists, described or not."""
    aws = RecordedAws(answers())
    aws.refuse("firehose", operation, code)

    seen = look(firehose.collector, aws)

    assert set(seen.resources) == known
    assert seen.links == []
    assert seen.entry("firehose", operation).status == status


def test_the_token_of_a_destination_is_not_recorded() -> None:
    """Firehose answers with Splunk's token in clear."""
    seen = look(firehose.collector, RecordedAws(answers()))

    assert "hunter2" not in repr(seen.reader.answers)


@pytest.mark.parametrize(
    ("arn", "tags", "trigger"),
    [
        (ORDERS, {}, "queue:orders"),
        (CLICKS, {}, "stream:clicks"),
        (PLANT, {"aimigrate:feeds-topic": "frames"}, "stream:frames"),
        (f"arn:aws:sns:{HERE}:news", {}, "queue:news"),
    ],
)
def test_an_owners_tag_ties_a_queue_to_the_worker_that_reads_it(arn: str, tags: dict[str, str], trigger: str) -> None:
    """No API knows who takes from a queue: the tag names the workload by id, ARN or name."""
    worker = "ec2_asg:eu-central-1:cameras"
    given = {"aimigrate:feeds": f" {worker} ", **tags}
    mapping = {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in given.items()]}
    aws = RecordedAws({("resourcegroupstaggingapi", "GetResources"): {"ResourceTagMappingList": [mapping]}})

    (link,) = look(owner_feeds.collector, aws).links

    known = arrivals_of(arn, tags.get("aimigrate:feeds-topic"))
    assert (link.source, link.trigger, link.target) == (arn, trigger, worker)
    assert link.wanted == (known.wanted if known else ())


def test_only_things_with_the_tag_are_asked_for() -> None:
    """One request, however many queues there are; an empty tag says nothing."""
    asked: list[dict[str, Any]] = []

    def page(given: dict[str, Any]) -> dict[str, Any]:
        asked.append(given)
        tags = [{"Key": "aimigrate:feeds", "Value": " "}]
        return {"ResourceTagMappingList": [{"ResourceARN": ORDERS, "Tags": tags}, {"ResourceARN": CLICKS}]}

    seen = look(owner_feeds.collector, RecordedAws({("resourcegroupstaggingapi", "GetResources"): page}))

    assert seen.findings == ()
    assert asked == [{"ResourcesPerPage": 100, "TagFilters": [{"Key": "aimigrate:feeds"}]}]
