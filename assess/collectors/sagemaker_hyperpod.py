"""SageMaker HyperPod: clusters that stay on, each one workload with its instance groups and nodes; training plans.

The least possible requests in a region: the lists of clusters and of training plans in pages of 100 (at least one
each), one DescribeCluster and a page of 100 nodes for each cluster, and one GetResources for every 100 clusters.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found, Wanted, compute_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._tags import TAGS_ACTION, tags_missing, tags_of_arns
from aimigrate.contracts.inventory import Commitment, Compute, Missing, Resource, Workload

_PAGE = 100  # MaxResults of SageMaker's lists, 10 unless asked for (SageMaker API reference, read 2026-11)
_NO_METRIC = Missing(
    what="gpu_utilization_percent",
    reason="HyperPod itself publishes no utilization to CloudWatch",
    fix="add the CloudWatch agent to its nodes, or state it as an observation (usage.csv)",
)
_PLANS_LEFT = frozenset({"Pending", "Active", "Scheduled"})


@dataclass(frozen=True)
class SageMakerHyperPod:
    """Each cluster with what its nodes are; what was paid for ahead as a training plan is a commitment."""

    name: str = "sagemaker-hyperpod"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:DescribeCluster",
            "sagemaker:ListClusterNodes",
            "sagemaker:ListClusters",
            "sagemaker:ListTrainingPlans",
            TAGS_ACTION,
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found | Resource | Commitment]:
        """Yield each cluster; one that can't be described is yielded with what the lists said."""
        listed = reader.items("sagemaker", "list_clusters", "ClusterSummaries", MaxResults=_PAGE)
        listed.sort(key=lambda item: str(item["ClusterName"]))
        names = [str(item["ClusterName"]) for item in listed]
        described = reader.many("sagemaker", "describe_cluster", [(name, {"ClusterName": name}) for name in names])
        here = [
            (item, answer)
            for item, answer in zip(listed, described, strict=True)
            if not reader.gone("sagemaker", "DescribeCluster", item["ClusterName"])
        ]
        asked: list[Item] = [{"ClusterName": item["ClusterName"], "MaxResults": _PAGE} for item, _ in here]
        nodes = reader.many_items("sagemaker", "list_cluster_nodes", "ClusterNodeSummaries", asked)
        tags = tags_of_arns(reader, [item["ClusterArn"] for item, _ in here])
        for (item, answer), own in zip(here, nodes, strict=True):
            yield _found(reader, types, item, answer, own, tags)
            yield _row(reader, item, answer, own)
        yield from _plans(reader)


def _groups(described: Item | None) -> list[Item]:
    given = described or {}
    return [*(given.get("InstanceGroups") or []), *(given.get("RestrictedInstanceGroups") or [])]


def _details(group: Item) -> list[Item]:
    """Return what a group says of each of its instance types; a group of one type says it of itself."""
    return group.get("InstanceTypeDetails") or [group]


def _counts(described: Item | None, nodes: list[Item]) -> dict[str, float]:
    """Count instances by type: as the groups say, else as the nodes that are there."""
    counts: dict[str, float] = {}
    for group in _groups(described):
        for detail in _details(group):
            if detail.get("InstanceType"):
                counts[detail["InstanceType"]] = counts.get(detail["InstanceType"], 0.0) + detail.get("CurrentCount", 0)
    if counts:
        return counts
    for node in nodes:
        counts[node["InstanceType"]] = counts.get(node["InstanceType"], 0.0) + 1
    return counts


def _compute(
    reader: Reader, types: InstanceTypes, described: Item | None, nodes: list[Item]
) -> tuple[Compute, tuple[Missing, ...]]:
    """Describe the type that does the work: of those with an accelerator the most frequent, the others by name."""
    counts = _counts(described, nodes)
    if not counts:
        call = "DescribeCluster" if described is None else "ListClusterNodes"
        why = reader.refused("sagemaker", call)
        reason = why or "it has no instance group with an instance type"
        return Compute(), (Missing(what="compute", reason=reason, fix=f"allow sagemaker:{call}" if why else None),)
    types.learn(counts)
    main = max(sorted(counts), key=lambda name: (types.accelerator(name) is not None, counts[name]))
    groups = [group for group in _groups(described) if main in {one.get("InstanceType") for one in _details(group)}]
    spot = any("Spot" in (group.get("CapacityRequirements") or {}) for group in groups) if groups else None
    compute, missing = compute_of(types, main, count=counts[main], spot=spot)
    others = [f"{count:g} x {name}" for name, count in sorted(counts.items()) if name != main]
    if others:
        why = f"it also runs {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    return compute, missing


def _eks(described: Item | None) -> str | None:
    arn: str | None = (described or {}).get("Orchestrator", {}).get("Eks", {}).get("ClusterArn")
    return arn


def _found(  # noqa: PLR0917  # what is known of one cluster
    reader: Reader,
    types: InstanceTypes,
    item: Item,
    described: Item | None,
    nodes: list[Item],
    tags: dict[str, dict[str, str]],
) -> Found:
    name, arn, eks = item["ClusterName"], item["ClusterArn"], _eks(described)
    compute, missing = _compute(reader, types, described, nodes)
    no_nodes = reader.refused("sagemaker", "ListClusterNodes")
    if no_nodes and not nodes:
        missing += (Missing(what="resources", reason=no_nodes, fix="allow sagemaker:ListClusterNodes"),)
    workload = Workload(
        id=workload_id("sagemaker_hyperpod", reader.region, name),
        kind="sagemaker_hyperpod",
        region=reader.region,
        name=name,
        arn=arn,
        resources=tuple(sorted({arn, *(node["InstanceId"] for node in nodes if node.get("InstanceId"))})),
        created_at=item.get("CreationTime"),
        tags=tags.get(arn, {}),
        compute=compute,
        missing=(*missing, *(() if eks else (_NO_METRIC,)), *tags_missing(reader, tags, arn)),
    )
    return Found(workload, _wanted(eks))


def _wanted(eks: str | None) -> tuple[Wanted, ...]:
    """Want what Container Insights says of the EKS cluster that orchestrates it, all its GPU nodes together."""
    if eks is None:
        return ()
    where = (("ClusterName", eks.rsplit("/", 1)[-1]),)
    fix = "add the Amazon CloudWatch Observability add-on with accelerated compute to the EKS cluster"
    return (
        Wanted("gpu_utilization_percent", "Average", "ContainerInsights", "node_gpu_utilization", where, fix=fix),
        Wanted("cpu_utilization_percent", "Average", "ContainerInsights", "node_cpu_utilization", where, fix=fix),
    )


def _row(reader: Reader, item: Item, described: Item | None, nodes: list[Item]) -> Resource:
    groups = [
        f"{group.get('InstanceGroupName')} {group.get('CurrentCount', 0)} of {group.get('TargetCount', 0)}"
        for group in _groups(described)
    ]
    facts = {
        "status": str(item.get("ClusterStatus", "")),
        "orchestrator": _eks(described) or ("slurm" if described else ""),
        "groups": ", ".join(groups),
        "nodes": str(len(nodes)),
        "training_plans": ", ".join(sorted(item.get("TrainingPlanArns") or ())),
    }
    known = {name: value for name, value in facts.items() if value}
    return Resource(id=item["ClusterArn"], type="sagemaker:cluster", region=reader.region, facts=known)


def _plans(reader: Reader) -> Iterator[Resource | Commitment]:
    """Yield each training plan, and what of it still runs as capacity paid for ahead."""
    plans = reader.items("sagemaker", "list_training_plans", "TrainingPlanSummaries", optional=True, MaxResults=_PAGE)
    for plan in sorted(plans, key=lambda one: str(one["TrainingPlanArn"])):
        arn, parts = plan["TrainingPlanArn"], plan.get("ReservedCapacitySummaries") or []
        facts = {
            "name": str(plan.get("TrainingPlanName", "")),
            "status": str(plan.get("Status", "")),
            "for": ", ".join(sorted(plan.get("TargetResources") or ())),
        }
        yield Resource(id=arn, type="sagemaker:training-plan", region=reader.region, facts=facts)
        if plan.get("Status") in _PLANS_LEFT:
            yield Commitment(
                id=arn,
                kind="capacity_block",
                region=reader.region,
                covers=", ".join(sorted({part["InstanceType"] for part in parts})) or "unknown",
                count=plan.get("TotalInstanceCount"),
                usd_per_hour=_usd_per_hour(plan),
                ends_at=plan.get("EndTime"),
            )


def _usd_per_hour(plan: Item) -> float | None:
    """Spread the fee, paid ahead, over the plan's hours; None in another currency or where one is not given."""
    hours = float(plan.get("DurationHours", 0) + plan.get("DurationMinutes", 0) / 60)
    fee: str | None = plan.get("UpfrontFee")
    if not fee or hours <= 0 or plan.get("CurrencyCode", "USD") != "USD":
        return None
    try:
        return float(fee) / hours
    except ValueError:
        return None


collector = SageMakerHyperPod()
