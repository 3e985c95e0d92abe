"""EC2 instances and Auto Scaling groups with a GPU or another accelerator."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._agent_metrics import agent_metrics, target_group_metrics
from aimigrate.assess._ec2_parts import group_schedules, planned_types, target_groups, volumes
from aimigrate.assess._found import Found, Wanted, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Missing, Workload

_ALIVE = ("pending", "running", "stopping", "stopped")
_ASG_TAG = "aws:autoscaling:groupName"
_MAX_INSTANCES_ASKED = 200  # agents report per instance; the rest of a larger group is said to be unmeasured
_NO_REQUESTS = Missing(
    what="requests_count",
    reason="no load balancer's target group is attached, so AWS counts no requests",
    fix="export the arrivals from the server's own log as an observation (requests.csv)",
)


@dataclass(frozen=True)
class Ec2:
    """An instance of a group belongs to its group; an instance without an accelerator is no workload."""

    name: str = "ec2"
    iam_actions: frozenset[str] = frozenset(
        {
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeLaunchConfigurations",
            "autoscaling:DescribeScheduledActions",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeInstances",
            "ec2:DescribeLaunchTemplateVersions",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield groups, then single instances."""
        listed = reader.items("ec2", "describe_instances", "Reservations", inner="Instances")
        instances = [instance for instance in listed if instance["State"]["Name"] in _ALIVE]
        types.learn(instance["InstanceType"] for instance in instances)
        groups = reader.items("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups")
        members: dict[str, list[Item]] = {group["AutoScalingGroupName"]: [] for group in groups}
        by_instance = {
            member["InstanceId"]: group["AutoScalingGroupName"] for group in groups for member in group["Instances"]
        }
        singles = []
        for instance in instances:
            tagged = tags_of(instance.get("Tags")).get(_ASG_TAG)
            group_name = by_instance.get(instance["InstanceId"], tagged)
            if group_name is None:
                singles.append(instance)
            else:
                members.setdefault(group_name, []).append(instance)
        described = {group["AutoScalingGroupName"]: group for group in groups}
        clock = group_schedules(reader) if groups else {}
        for name, group_instances in sorted(members.items()):
            yield from _group(reader, types, name, described.get(name), group_instances, clock=clock.get(name, ()))
        accelerated = [instance for instance in singles if types.accelerator(instance["InstanceType"])]
        behind = target_groups(reader) if accelerated else {}
        for instance in accelerated:
            yield _single(reader, types, instance, behind.get(instance["InstanceId"], ()))


def _instance_arn(reader: Reader, instance_id: str) -> str:
    return f"arn:aws:ec2:{reader.region}:{reader.scope.account_id}:instance/{instance_id}"


def _single(reader: Reader, types: InstanceTypes, instance: Item, groups: tuple[str, ...]) -> Found:
    identity, tags = instance["InstanceId"], tags_of(instance.get("Tags"))
    running = instance["State"]["Name"] in ("pending", "running")
    compute, missing = compute_of(
        types, instance["InstanceType"], count=float(running), spot=instance.get("InstanceLifecycle") == "spot"
    )
    dimensions = (("InstanceId", identity),)
    return Found(
        Workload(
            id=workload_id("ec2_instance", reader.region, identity),
            kind="ec2_instance",
            region=reader.region,
            name=tags.get("Name") or identity,
            arn=_instance_arn(reader, identity),
            resources=(identity, *volumes(instance)),
            created_at=instance.get("LaunchTime"),
            tags=tags,
            compute=compute,
            triggers=("http",) if groups else (),
            missing=missing if groups else (*missing, _NO_REQUESTS),
        ),
        (_cpu(dimensions), *agent_metrics(dimensions), *target_group_metrics(groups)),
    )


def _cpu(dimensions: tuple[tuple[str, str], ...]) -> Wanted:
    return Wanted("cpu_utilization_percent", "Average", "AWS/EC2", "CPUUtilization", dimensions)


def _group(
    reader: Reader,
    types: InstanceTypes,
    name: str,
    group: Item | None,
    instances: list[Item],
    *,
    clock: tuple[str, ...],
) -> Iterator[Found]:
    """Yield the group if an accelerator is in it. `group` is None when only its instances could be read."""
    used = sorted({instance["InstanceType"] for instance in instances})
    if not used and group is not None:
        used = planned_types(reader, group)
    types.learn(used)
    accelerated = [instance_type for instance_type in used if types.accelerator(instance_type)]
    if not accelerated:
        return
    counts = [sum(i["InstanceType"] == instance_type for i in instances) for instance_type in accelerated]
    main = accelerated[counts.index(max(counts))]
    running = [i for i in instances if i["State"]["Name"] in ("pending", "running")]
    lifecycles = {instance.get("InstanceLifecycle") == "spot" for instance in instances}
    compute, missing = compute_of(
        types,
        main,
        count=float(len(running)),
        min_count=group["MinSize"] if group else None,
        max_count=group["MaxSize"] if group else None,
        spot=lifecycles.pop() if len(lifecycles) == 1 else None,
    )
    others = [t for t in used if t != main]
    if others:
        what = f"the group also runs {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=what),)
    if group is None:
        why = reader.refused("autoscaling", "DescribeAutoScalingGroups") or "the group is not in the list any more"
        missing += (Missing(what="compute.max_count", reason=why, fix="allow autoscaling:DescribeAutoScalingGroups"),)
    identities = sorted(instance["InstanceId"] for instance in instances)
    if len(identities) > _MAX_INSTANCES_ASKED:
        why = f"only {_MAX_INSTANCES_ASKED} of {len(identities)} instances were asked for GPU metrics"
        missing += (Missing(what="gpu_utilization_percent", reason=why),)
    disks = sorted({disk for instance in instances for disk in volumes(instance)})
    attached = tuple((group or {}).get("TargetGroupARNs") or ())
    agents = [w for i in identities[:_MAX_INSTANCES_ASKED] for w in agent_metrics((("InstanceId", i),))]
    arn = group["AutoScalingGroupARN"] if group else None
    yield Found(
        Workload(
            id=workload_id("ec2_asg", reader.region, name),
            kind="ec2_asg",
            region=reader.region,
            name=name,
            arn=arn,
            resources=(*((arn,) if arn else ()), *identities, *disks),
            created_at=group.get("CreatedTime") if group else None,
            tags=tags_of((group or {}).get("Tags")),
            compute=compute,
            triggers=(*(("http",) if attached else ()), *clock),
            missing=missing if attached else (*missing, _NO_REQUESTS),
        ),
        (_cpu((("AutoScalingGroupName", name),)), *agents, *target_group_metrics(attached)),
        size=Wanted(
            "concurrency_count",
            "Average",
            "AWS/AutoScaling",
            "GroupInServiceInstances",
            (("AutoScalingGroupName", name),),
            absent="the group does not publish its size; the count is that of the moment it was read",
            fix="`aws autoscaling enable-metrics-collection` for the group",
        ),
    )


collector = Ec2()
