"""Which EC2 instances belong together: by what started them, as their tags and their groups say.

Tags of AWS's services and of what manages nodes: Auto Scaling, EC2 Fleet and Spot Fleet (EC2 user guide), AWS Batch
(its service-linked role demands `AWSBatchServiceTag`), EMR, ParallelCluster, EKS Auto Mode (EKS user guide, cluster
role), Karpenter (its documentation, NodePools). All read 2026-11.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from aimigrate.assess._found import tags_of
from aimigrate.assess._reading import Item

Place = Literal["asg", "batch", "eks", "fleet", "single"]

_ASG = "aws:autoscaling:groupName"
_BATCH = "AWSBatchServiceTag"
_BATCH_ASG = "AWSBatch-"
_NODE_POOLS = ("karpenter.sh/nodepool", "eks:kubernetes-node-pool-name", "karpenter.sh/provisioner-name")
_EKS_CLUSTERS = ("eks:eks-cluster-name", "eks:cluster-name", "aws:eks:cluster-name")
_KUBERNETES = "kubernetes.io/cluster/"
_STARTED_BY = (  # what starts a fleet for itself comes before the fleet
    "aws:elasticmapreduce:job-flow-id",
    "parallelcluster:cluster-name",
    "aws:ec2spot:fleet-request-id",
    "aws:ec2:fleet-id",
)


@dataclass
class Bunch:
    """Instances that are one thing, and the group that started them where there is one."""

    place: Place
    name: str
    instances: list[Item] = field(default_factory=list)
    group: Item | None = None
    """The Auto Scaling group or fleet as AWS described it; None where only its instances could be read."""


def eks_cluster(tags: dict[str, str]) -> str | None:
    """Return the EKS cluster that tags name, of an instance or of an Auto Scaling group."""
    for key in _EKS_CLUSTERS:
        if tags.get(key):
            return tags[key]
    return next((key.removeprefix(_KUBERNETES) for key in sorted(tags) if key.startswith(_KUBERNETES)), None)


def place_of(instance: Item, group_of: dict[str, str]) -> tuple[Place, str]:
    """Return what an instance is part of; `group_of` maps instances to Auto Scaling groups that list them.

    A Batch instance is its queue's, whoever started it. An Auto Scaling group comes before the fleet that it asked
    for a single start, and so does a node pool.
    """
    identity, tags = str(instance["InstanceId"]), tags_of(instance.get("Tags"))
    group = group_of.get(identity) or tags.get(_ASG)
    if _BATCH in tags or (group or "").startswith(_BATCH_ASG):
        return "batch", identity
    if group:
        return "asg", group
    cluster = eks_cluster(tags)
    if cluster:
        pool = next((tags[key] for key in _NODE_POOLS if tags.get(key)), "")
        return "eks", f"{cluster}/nodepool/{pool}" if pool else cluster
    fleet = next((tags[key] for key in _STARTED_BY if tags.get(key)), None)
    return ("fleet", fleet) if fleet else ("single", identity)


def batch_environment(tags: dict[str, str]) -> str | None:
    """Return the compute environment that an instance of AWS Batch is of, by the name Batch gives its groups."""
    group = tags.get(_ASG, "")
    name, mark, _ = group.removeprefix(_BATCH_ASG).rpartition("-asg-")
    return name if mark and group.startswith(_BATCH_ASG) else None


def is_batch(group: Item) -> bool:
    """Return whether AWS Batch made an Auto Scaling group for a compute environment."""
    return str(group["AutoScalingGroupName"]).startswith(_BATCH_ASG) or _BATCH in tags_of(group.get("Tags"))


def bunches(instances: Iterable[Item], groups: list[Item], fleets: dict[str, Item]) -> list[Bunch]:
    """Sort instances into what they are part of; groups and fleets without an instance are there too."""
    found: dict[tuple[Place, str], Bunch] = {}
    group_of: dict[str, str] = {}
    for group in groups:
        name = str(group["AutoScalingGroupName"])
        place: Place = "batch" if is_batch(group) else "asg"
        found[place, name] = Bunch(place, name, group=group)
        group_of |= {member["InstanceId"]: name for member in group.get("Instances") or ()}
    for name, fleet in fleets.items():
        found["fleet", name] = Bunch("fleet", name, group=fleet)
    for instance in sorted(instances, key=lambda item: str(item["InstanceId"])):
        key = place_of(instance, group_of)
        found.setdefault(key, Bunch(*key)).instances.append(instance)
    return [found[key] for key in sorted(found)]
