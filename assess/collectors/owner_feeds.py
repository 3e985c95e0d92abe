"""What an owner says by a tag: that a queue or stream feeds a workload that AWS can't tie to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from aimigrate.assess._arrivals import Arrivals, arrivals_of
from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Reader
from aimigrate.assess._tags import TAGS_ACTION
from aimigrate.contracts.inventory import WorkloadKind

TAG = "aimigrate:feeds"
"""On the queue or stream; its value is the id, the ARN or the name of the workload."""
TOPIC_TAG = "aimigrate:feeds-topic"
"""On a Kafka cluster beside it: the topic."""

_PER_PAGE = 100  # ResourcesPerPage (Resource Groups Tagging API reference, read 2026-11)


@dataclass(frozen=True)
class OwnerFeeds:
    """A worker on EC2 or ECS that takes from a queue is tied to it by no API, only by its owner's word.

    The least possible is one request for every 100 things with the tag.
    """

    name: str = "owner-feeds"
    iam_actions: frozenset[str] = frozenset({TAGS_ACTION})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield a link from each thing with the tag to what the tag names."""
        tagged = reader.items(
            "resourcegroupstaggingapi",
            "get_resources",
            "ResourceTagMappingList",
            ResourcesPerPage=_PER_PAGE,
            TagFilters=[{"Key": TAG}],
        )
        for mapping in sorted(tagged, key=lambda item: str(item["ResourceARN"])):
            arn = str(mapping["ResourceARN"])
            tags = {str(tag["Key"]): str(tag.get("Value") or "") for tag in mapping.get("Tags") or ()}
            source = arrivals_of(arn, tags.get(TOPIC_TAG)) or Arrivals(arn, f"queue:{arn.rsplit(':', 1)[-1]}")
            if tags.get(TAG, "").strip():
                yield source.to(_workload(tags[TAG].strip()))


def _workload(named: str) -> str:
    """Return an ARN or an id as it is, and a name as links spell it."""
    kind = named.partition(":")[0]
    return named if kind == "arn" or kind in get_args(WorkloadKind) else f"name:{named}"


collector = OwnerFeeds()
