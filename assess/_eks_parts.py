"""What AWS's API says of Kubernetes nodes, and what it does not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aimigrate.assess._agent_metrics import agent_metrics
from aimigrate.assess._found import Found, Wanted, compute_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.contracts.inventory import Compute, Missing, Workload

WHAT_RUNS_INSIDE = Missing(
    what="runs_inside",
    reason="AWS's API does not say which pods run on the nodes of a cluster, nor which of them use the accelerator",
    fix=(
        "turn on Container Insights with enhanced observability (pod_gpu_utilization) and split cost allocation data "
        "for EKS, or state what runs there as observations (workloads.csv)"
    ),
)
_NO_REQUESTS = Missing(
    what="requests_count",
    reason="no load balancer's target group leads to its nodes, so AWS counts no requests",
    fix="export the arrivals from the ingress's own log as an observation (requests.csv)",
)
_NODES_ASKED = 200  # agents report per instance; the rest of a larger group is said to be unmeasured
_IN_SERVICE = "InService"
_ACCELERATED_IMAGES = ("_GPU", "NVIDIA", "NEURON")  # words of amiType (EKS API reference, Nodegroup, read 2026-11)
_GPU_KEYS = ("nvidia.com/gpu", "aws.amazon.com/neuron", "k8s.amazonaws.com/accelerator")


@dataclass
class Nodes:
    """Nodes that are started together: a managed node group, or an Auto Scaling group that joins a cluster."""

    cluster: str
    name: str
    described: Item = field(default_factory=dict)
    """As DescribeNodegroup shows it; nothing for nodes that EKS does not manage."""
    groups: list[Item] = field(default_factory=list)
    planned_types: tuple[str, ...] = ()
    asks: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[Item]:
        """Return the instances of its groups."""
        return [one for group in self.groups for one in group.get("Instances") or ()]

    @property
    def types(self) -> list[str]:
        """Return the types of its instances; without any, those that it would start."""
        running = {str(one["InstanceType"]) for one in self.members if one.get("InstanceType")}
        return sorted(running or {*(self.described.get("instanceTypes") or ()), *self.planned_types})

    def accelerated(self, types: InstanceTypes) -> list[str]:
        """Return the types that have an accelerator."""
        return [one for one in self.types if types.accelerator(one)]

    def is_workload(self, types: InstanceTypes) -> bool:
        """Return whether its nodes have an accelerator: by their types, else by what was asked for them."""
        if self.types:
            return bool(self.accelerated(types))
        return self.asks is not None or self.hint() is not None

    def hint(self) -> str | None:
        """Return what but its types says that its nodes have an accelerator: image, labels, taints."""
        image = str(self.described.get("amiType") or "")
        if any(word in image for word in _ACCELERATED_IMAGES):
            return f"its image is {image}"
        keys = {*(self.described.get("labels") or {}), *(t.get("key") for t in self.described.get("taints") or ())}
        marked = sorted(str(key) for key in keys if str(key).startswith(_GPU_KEYS))
        return f"it is marked {marked[0]}" if marked else None


def nodes_found(reader: Reader, types: InstanceTypes, nodes: Nodes) -> Found:
    """Return the workload of nodes with an accelerator."""
    name, arn = f"{nodes.cluster}/{nodes.name}", nodes.described.get("nodegroupArn")
    identities = sorted(str(one["InstanceId"]) for one in nodes.members)
    groups = sorted(str(group["AutoScalingGroupName"]) for group in nodes.groups)
    compute, missing = _compute(reader, types, nodes)
    if len(identities) > _NODES_ASKED:
        why = f"only {_NODES_ASKED} of {len(identities)} instances were asked for GPU metrics"
        missing += (Missing(what="gpu_utilization_percent", reason=why),)
    attached = sorted({str(one) for group in nodes.groups for one in group.get("TargetGroupARNs") or ()})
    workload = Workload(
        id=workload_id("eks_nodegroup", reader.region, name),
        kind="eks_nodegroup",
        region=reader.region,
        name=name,
        arn=arn,
        resources=(
            *((arn,) if arn else ()),
            *sorted(str(group["AutoScalingGroupARN"]) for group in nodes.groups),
            *identities,
        ),
        created_at=nodes.described.get("createdAt") or _oldest(nodes.groups),
        tags=nodes.tags,
        compute=compute,
        triggers=("http",) if attached else (),
        missing=(*missing, WHAT_RUNS_INSIDE, *(() if attached else (_NO_REQUESTS,))),
    )
    wanted = [_of_group("cpu_utilization_percent", "AWS/EC2", "CPUUtilization", group) for group in groups]
    wanted += [one for identity in identities[:_NODES_ASKED] for one in agent_metrics((("InstanceId", identity),))]
    size = _of_group("concurrency_count", "AWS/AutoScaling", "GroupInServiceInstances", groups[0]) if groups else None
    return Found(workload, tuple(wanted), size=size if len(groups) == 1 else None, names=tuple(attached))


def _of_group(metric: Any, namespace: str, name: str, group: str) -> Wanted:  # noqa: ANN401  # literals above
    return Wanted(metric, "Average", namespace, name, (("AutoScalingGroupName", group),))


def _oldest(groups: Iterable[Item]) -> Any:  # noqa: ANN401  # a time, or nothing
    return min((group["CreatedTime"] for group in groups if group.get("CreatedTime")), default=None)


def _compute(reader: Reader, types: InstanceTypes, nodes: Nodes) -> tuple[Compute, tuple[Missing, ...]]:
    counts = {kind: sum(one.get("InstanceType") == kind for one in nodes.members) for kind in nodes.accelerated(types)}
    main = max(counts, key=lambda kind: counts[kind], default=None)
    limits: Mapping[str, Any] = nodes.described.get("scalingConfig") or {}
    serving = float(sum(one.get("LifecycleState") == _IN_SERVICE for one in nodes.members))
    wanted = limits.get("desiredSize")
    compute, missing = compute_of(
        types,
        main,
        count=serving if nodes.groups else (float(wanted) if wanted is not None else None),
        min_count=limits.get("minSize", _sum(nodes.groups, "MinSize")),
        max_count=limits.get("maxSize", _sum(nodes.groups, "MaxSize")),
        spot={"SPOT": True, "ON_DEMAND": False, "CAPACITY_BLOCK": False}.get(nodes.described.get("capacityType", "")),
    )
    others = [kind for kind in nodes.types if kind != main]
    if main is None:
        why = f"it has no node now, and {nodes.hint() or f'asks for {nodes.asks} by attributes'}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    elif others:
        why = f"it also has {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    if not nodes.groups:
        why = reader.refused("autoscaling", "DescribeAutoScalingGroups") or "it has no Auto Scaling group yet"
        fix = "allow autoscaling:DescribeAutoScalingGroups"
        missing += (Missing(what="resources", reason=f"its instances are not known: {why}", fix=fix),)
    return compute, missing


def _sum(groups: Iterable[Item], what: str) -> int | None:
    known = [int(group[what]) for group in groups if group.get(what) is not None]
    return sum(known) if known else None


def profile_signs(profile: Item) -> tuple[str, ...]:
    """Return what speaks for a model in a Fargate profile: its tags, and the pods that it selects."""
    signs = list(signs_of_a_model("", profile.get("tags") or {}))
    for selector in profile.get("selectors") or ():
        found = signs_of_a_model(str(selector.get("namespace") or ""), selector.get("labels") or {})
        signs += [one.replace("name has", "namespace has", 1).replace("tag ", "label ", 1) for one in found]
    return tuple(dict.fromkeys(signs))


def profile_found(reader: Reader, profile: Item, signs: tuple[str, ...]) -> Found:
    """Return the workload of a Fargate profile whose pods run a model, by their owner's words."""
    name = f"{profile['clusterName']}/{profile['fargateProfileName']}"
    return Found(
        Workload(
            id=workload_id("eks_fargate", reader.region, name),
            kind="eks_fargate",
            region=reader.region,
            name=name,
            arn=profile["fargateProfileArn"],
            resources=(profile["fargateProfileArn"],),
            created_at=profile.get("createdAt"),
            tags=dict(sorted((profile.get("tags") or {}).items())),
            signs=signs,
            missing=(
                Missing(
                    what="compute.instance_count",
                    reason="AWS's API does not say how many pods a Fargate profile runs, nor how large they are",
                    fix=WHAT_RUNS_INSIDE.fix,
                ),
                WHAT_RUNS_INSIDE,
                _NO_REQUESTS,
            ),
        )
    )
