"""SQS queues."""

from typing import ClassVar

from aimigrate.demo.standin.cloud import Cloud, Props
from aimigrate.demo.standin.kinds.base import Kind
from aimigrate.demo.standin.kinds.s3 import same_json


class Queue(Kind):
    """A queue; its id is its URL."""

    token = "aws:sqs/queue:Queue"
    replaces = frozenset({"name", "namePrefix", "fifoQueue"})
    computed = ("arn", "url")
    name_property = "name"
    attributes: ClassVar[dict[str, str]] = {
        "delaySeconds": "DelaySeconds",
        "maxMessageSize": "MaximumMessageSize",
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
        "sqsManagedSseEnabled": "SqsManagedSseEnabled",
        "redrivePolicy": "RedrivePolicy",
    }

    def _theirs(self, props: Props) -> dict[str, str]:
        found = {}
        for ours, theirs in self.attributes.items():
            value = props.get(ours)
            if value is not None:
                found[theirs] = str(value).lower() if isinstance(value, bool) else _number_text(value)
        return found

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        answer = cloud.client("sqs").create_queue(
            QueueName=props.get("name") or name, Attributes=self._theirs(props), tags=props.get("tags") or {}
        )
        return str(answer["QueueUrl"])

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        sqs = cloud.client("sqs")
        actual = sqs.get_queue_attributes(QueueUrl=identity, AttributeNames=["All"])["Attributes"]
        found: Props = {
            "url": identity,
            "name": identity.rsplit("/", 1)[-1],
            "arn": actual["QueueArn"],
            "tags": sqs.list_queue_tags(QueueUrl=identity).get("Tags", {}),
        }
        for ours, theirs in self.attributes.items():
            if theirs not in actual:
                continue
            if ours == "redrivePolicy":
                found[ours] = same_json(actual[theirs], props.get(ours))
            elif ours == "sqsManagedSseEnabled":
                found[ours] = actual[theirs] == "true"
            else:
                found[ours] = int(actual[theirs])
        return found

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        sqs = cloud.client("sqs")
        sqs.set_queue_attributes(QueueUrl=identity, Attributes=self._theirs(props))
        wanted = props.get("tags") or {}
        stale = sorted(sqs.list_queue_tags(QueueUrl=identity).get("Tags", {}).keys() - wanted.keys())
        if stale:
            sqs.untag_queue(QueueUrl=identity, TagKeys=stale)
        if wanted:
            sqs.tag_queue(QueueUrl=identity, Tags=wanted)

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("sqs").delete_queue(QueueUrl=identity)


def _number_text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


kinds: tuple[Kind, ...] = (Queue(),)
