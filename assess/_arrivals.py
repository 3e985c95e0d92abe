"""Queues and streams: what each is called, and which metric counts what arrives in it."""

from dataclasses import dataclass

from aimigrate.assess._arns import service_of
from aimigrate.assess._found import Link, Wanted

_MINUTE_S = 60.0
_KINDS = {
    "dynamodb": "stream",
    "firehose": "stream",
    "kafka": "stream",
    "kinesis": "stream",
    "mq": "queue",
    "rds": "stream",
    "sqs": "queue",
}
"""By the service in the ARN. Lambda spells a DocumentDB cluster, whose changes it reads, as one of RDS."""
_TOPIC_FIX = "set the cluster's monitoring level to PER_TOPIC_PER_BROKER, and assess again in two weeks"


@dataclass(frozen=True)
class Arrivals:
    """What feeds something: its own ARN, how it is called as a trigger, and what counts what arrives."""

    arn: str
    trigger: str
    wanted: tuple[Wanted, ...] = ()

    def to(self, target: str) -> Link:
        """Return the link to what is fed."""
        return Link(target, self.trigger, self.arn, self.wanted)


def arrivals_of(arn: str, inner: str | None = None) -> Arrivals | None:
    """Describe a queue or stream by its ARN; None where it is neither.

    `inner` is the topic of a Kafka cluster, or the queue of a message broker, where they are known.
    """
    service = service_of(arn)
    if service not in _KINDS:
        return None
    own, name = _named(service, arn)
    return Arrivals(own, f"{_KINDS[service]}:{inner or name}", _wanted(service, name, inner))


def _named(service: str, arn: str) -> tuple[str, str]:
    """Return the ARN and the name of the thing itself: a reader of a stream, or a version of it, is none."""
    parts = arn.split(":", 5)
    rest = parts[5] if len(parts) > 5 else ""  # noqa: PLR2004  # arn:partition:service:region:account:rest
    if service in ("kinesis", "dynamodb", "firehose"):  # stream/NAME/consumer/C:1, table/NAME/stream/WHEN
        pieces = rest.split("/")
        kept = pieces if service == "dynamodb" else pieces[:2]
        return ":".join([*parts[:5], "/".join(kept)]), pieces[1] if len(pieces) > 1 else rest
    if service == "kafka":  # cluster/NAME/UUID
        return arn, rest.split("/")[1] if "/" in rest else rest
    if service in ("mq", "rds"):  # broker:NAME:b-UUID, cluster:NAME
        return arn, rest.split(":")[1] if ":" in rest else rest
    return arn, rest


def _wanted(service: str, name: str, inner: str | None) -> tuple[Wanted, ...]:
    if service == "sqs":
        dimensions = (("QueueName", name),)
        return (
            Wanted("arrivals_count", "Sum", "AWS/SQS", "NumberOfMessagesSent", dimensions),
            Wanted("queue_depth_count", "Average", "AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions),
        )
    if service == "kinesis":
        return (Wanted("arrivals_count", "Sum", "AWS/Kinesis", "IncomingRecords", (("StreamName", name),)),)
    if service == "firehose":
        return (Wanted("arrivals_count", "Sum", "AWS/Firehose", "IncomingRecords", (("DeliveryStreamName", name),)),)
    if service == "kafka" and inner:
        return (_topic(name, inner),)
    return ()


def _topic(cluster: str, topic: str) -> Wanted:
    """Count the messages of a topic, all its brokers together.

    MSK gives a rate per second once a minute (developer guide, metrics, read 2026-11): the sum of a period's rates,
    times the seconds of a minute, is how many messages came in the period, whatever its length.
    """
    return Wanted(
        "arrivals_count",
        "Sum",
        "AWS/Kafka",
        "MessagesInPerSec",
        (("Cluster Name", cluster), ("Topic", topic)),
        scale=_MINUTE_S,
        exact=False,
        absent="the cluster does not publish it for each topic",
        fix=_TOPIC_FIX,
    )
