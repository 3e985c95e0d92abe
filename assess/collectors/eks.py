"""EKS: node groups with an accelerator, nodes that join a cluster by themselves, Fargate profiles, and all clusters."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of
from aimigrate.assess._ec2_parts import planned
from aimigrate.assess._ec2_places import eks_cluster
from aimigrate.assess._eks_parts import Nodes, nodes_found, profile_found, profile_signs
from aimigrate.assess._found import Finding, tags_of
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of, in_pieces
from aimigrate.contracts.inventory import Resource

_PAGE = 100  # EKS lists (EKS API reference, read 2026-11) and DescribeAutoScalingGroups
_CLUSTERS_A_FILTER = 50  # tag keys in one filter (ours: well under what a request may hold)
_GROUPS_A_CALL = 50  # names in one DescribeAutoScalingGroups (Auto Scaling API reference, read 2026-11)
_NAMED_BY = ("eks:nodegroup-name", "alpha.eksctl.io/nodegroup-name")
_NOT_DESCRIBED = "listed, not described"

Pair = tuple[str, str]
"""A cluster, and something in it."""


@dataclass(frozen=True)
class Eks:
    """A node group keeps its Auto Scaling groups and instances. Nodes without a group are known by EC2's tags alone.

    Least requests in a region: one for each 100 clusters; three for a cluster (itself, its node groups, its Fargate
    profiles, 100 a page); one for each node group and profile; one for each 100 Auto Scaling groups that carry a
    cluster's tag; launch templates only of groups that hold no node and name no type.
    """

    name: str = "eks"
    iam_actions: frozenset[str] = frozenset(
        {
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeLaunchConfigurations",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeLaunchTemplateVersions",
            "eks:DescribeCluster",
            "eks:DescribeFargateProfile",
            "eks:DescribeNodegroup",
            "eks:ListClusters",
            "eks:ListFargateProfiles",
            "eks:ListNodegroups",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:
        """Yield the node groups and profiles that run a model or may, then everything that exists."""
        names = sorted(
            str(name) for name in reader.items("eks", "list_clusters", "clusters", include=["all"], maxResults=_PAGE)
        )
        answers = reader.many("eks", "describe_cluster", [(name, {"name": name}) for name in names])
        clusters = {name: (answer or {}).get("cluster") or {} for name, answer in zip(names, answers, strict=True)}
        own = [name for name, cluster in clusters.items() if not cluster.get("connectorConfig")]
        managed = _in_clusters(reader, own, "nodegroup", ("list_nodegroups", "nodegroups", "describe_nodegroup"))
        profiles = _in_clusters(
            reader, own, "fargateProfile", ("list_fargate_profiles", "fargateProfileNames", "describe_fargate_profile")
        )
        every = _nodes(reader, own, managed)
        types.learn(kind for nodes in every for kind in nodes.types)
        yield from (nodes_found(reader, types, nodes) for nodes in every if nodes.is_workload(types))
        for profile in profiles.values():
            signs = profile_signs(profile) if profile else ()
            if signs:
                yield profile_found(reader, profile, signs)
        yield from (_cluster(reader, name, cluster) for name, cluster in clusters.items())
        yield from (_nodegroup(reader, pair, told) for pair, told in managed.items())
        yield from (_profile(reader, pair, told) for pair, told in profiles.items())


def _in_clusters(reader: Reader, clusters: list[str], kind: str, calls: tuple[str, str, str]) -> dict[Pair, Item]:
    """List a kind of thing in each cluster and describe each; what could not be described is there with nothing."""
    lists, key, describes = calls
    asked: list[Item] = [{"clusterName": name, "maxResults": _PAGE} for name in clusters]
    listed = reader.many_items("eks", lists, key, asked)
    pairs = [(c, str(one)) for c, held in zip(clusters, listed, strict=True) for one in sorted(map(str, held))]
    named = [(f"{c}/{one}", {"clusterName": c, f"{kind}Name": one}) for c, one in pairs]
    answers = reader.many("eks", describes, named)
    return {pair: dict((answer or {}).get(kind) or {}) for pair, answer in zip(pairs, answers, strict=True)}


def _nodes(reader: Reader, clusters: list[str], managed: dict[Pair, Item]) -> list[Nodes]:
    """Put node groups and Auto Scaling groups together; groups that EKS does not manage stand for themselves."""
    groups = _groups(reader, clusters, managed)
    found: dict[Pair, Nodes] = {}
    taken: set[str] = set()
    for (cluster, name), told in managed.items():
        mine = [str(one["name"]) for one in (told.get("resources") or {}).get("autoScalingGroups") or ()]
        taken |= set(mine)
        if told:
            found[cluster, name] = Nodes(cluster, name, told, [groups[one] for one in sorted(mine) if one in groups])
            found[cluster, name].tags = dict(sorted((told.get("tags") or {}).items()))
    for name in sorted(groups.keys() - taken):
        tags = tags_of(groups[name].get("Tags"))
        joins = eks_cluster(tags)
        if joins in clusters:
            called = next((tags[key] for key in _NAMED_BY if tags.get(key)), name)
            called = name if (joins, called) in found else called
            found[joins, called] = Nodes(joins, called, groups=[groups[name]], tags=tags)
    idle = {
        f"{nodes.cluster}/{nodes.name}/{group['AutoScalingGroupName']}": (nodes, group)
        for nodes in found.values()
        for group in nodes.groups
        if not nodes.types
    }
    plans = planned(reader, {key: group for key, (_, group) in idle.items()})
    for key, (nodes, _) in idle.items():
        nodes.planned_types = tuple(sorted({*nodes.planned_types, *plans[key].types}))
        nodes.asks = nodes.asks or plans[key].asks
    return [found[pair] for pair in sorted(found)]


def _groups(reader: Reader, clusters: list[str], managed: dict[Pair, Item]) -> dict[str, Item]:
    """Return the Auto Scaling groups that carry a cluster's tag, and those of node groups that carry none."""
    asked: list[Item] = [
        {
            "Filters": [{"Name": "tag-key", "Values": [f"kubernetes.io/cluster/{name}" for name in piece]}],
            "MaxRecords": _PAGE,
        }
        for piece in in_pieces(clusters, _CLUSTERS_A_FILTER)
    ]
    found = _by_name(reader, asked)
    named = {
        str(one["name"])
        for told in managed.values()
        for one in (told.get("resources") or {}).get("autoScalingGroups") or ()
    }
    if reader.refused("autoscaling", "DescribeAutoScalingGroups") is None:
        rest = sorted(named - found.keys())
        found |= _by_name(reader, [{"AutoScalingGroupNames": piece} for piece in in_pieces(rest, _GROUPS_A_CALL)])
    return found


def _by_name(reader: Reader, asked: list[Item]) -> dict[str, Item]:
    answers = reader.many_items("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", asked)
    return {str(one["AutoScalingGroupName"]): one for answer in answers for one in answer}


def _cluster(reader: Reader, name: str, cluster: Item) -> Resource:
    auto = cluster.get("computeConfig") or {}
    facts = facts_of(
        state=cluster.get("status") or _NOT_DESCRIBED,
        version=cluster.get("version"),
        auto_mode=auto.get("enabled"),
        node_pools=auto.get("nodePools"),
        connected_from=(cluster.get("connectorConfig") or {}).get("provider"),
    )
    arn = cluster.get("arn") or arn_of(reader, "eks", f"cluster/{name}")
    return Resource(id=arn, type="eks:cluster", region=reader.region, facts=facts)


def _nodegroup(reader: Reader, pair: Pair, told: Item) -> Resource:
    limits = told.get("scalingConfig") or {}
    facts = facts_of(
        state=told.get("status") or _NOT_DESCRIBED,
        cluster=pair[0],
        ami_type=told.get("amiType"),
        capacity_type=told.get("capacityType"),
        instance_types=told.get("instanceTypes"),
        min_count=limits.get("minSize"),
        max_count=limits.get("maxSize"),
        desired_count=limits.get("desiredSize"),
        warm_pool=(told.get("warmPoolConfig") or {}).get("poolState"),
        health=sorted({str(one.get("code")) for one in (told.get("health") or {}).get("issues") or ()}),
    )
    arn = told.get("nodegroupArn") or arn_of(reader, "eks", f"nodegroup/{pair[0]}/{pair[1]}")
    return Resource(id=arn, type="eks:nodegroup", region=reader.region, facts=facts)


def _profile(reader: Reader, pair: Pair, told: Item) -> Resource:
    spaces = sorted({str(one.get("namespace")) for one in told.get("selectors") or ()})
    facts = facts_of(state=told.get("status") or _NOT_DESCRIBED, cluster=pair[0], namespaces=spaces)
    arn = told.get("fargateProfileArn") or arn_of(reader, "eks", f"fargateprofile/{pair[0]}/{pair[1]}")
    return Resource(id=arn, type="eks:fargateprofile", region=reader.region, facts=facts)


collector = Eks()
