"""A queue for the batch work that the edge can't take now."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import sqs

DAY_SECONDS = 86_400
LONGEST_RETENTION_SECONDS = 14 * DAY_SECONDS  # SQS's limit (SetQueueAttributes, API reference, 2026-11)


@dataclass(frozen=True, kw_only=True)
class OverflowQueueArgs:
    """Name of the queue, seconds a message is hidden while it is worked on, tries, and tags."""

    queue: str
    tags: Mapping[str, str]
    visibility_timeout_seconds: int = 900
    max_receives: int = 3
    retention_seconds: int = 4 * DAY_SECONDS

    def __post_init__(self) -> None:
        """Refuse what SQS would refuse."""
        if not 60 <= self.retention_seconds <= LONGEST_RETENTION_SECONDS:  # noqa: PLR2004  # SQS's least, a minute
            raise ValueError("retention_seconds must lie between one minute and 14 days")
        if self.max_receives < 1:
            raise ValueError("max_receives must be at least 1")


class OverflowQueue(pulumi.ComponentResource):
    """An encrypted queue, its dead-letter queue, and nothing else."""

    url: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: OverflowQueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aimigrate:overflow:OverflowQueue", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        dead = sqs.Queue(
            f"{name}-dead",
            name=f"{args.queue}-dead",
            sqs_managed_sse_enabled=True,
            message_retention_seconds=LONGEST_RETENTION_SECONDS,
            tags=args.tags,
            opts=child,
        )
        redrive = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": args.max_receives}
        queue = sqs.Queue(
            f"{name}-work",
            name=args.queue,
            sqs_managed_sse_enabled=True,
            message_retention_seconds=args.retention_seconds,
            visibility_timeout_seconds=args.visibility_timeout_seconds,
            redrive_policy=pulumi.Output.json_dumps(redrive),
            tags=args.tags,
            opts=child,
        )
        self.url, self.arn = queue.url, queue.arn
        self.register_outputs({"url": self.url, "arn": self.arn})
