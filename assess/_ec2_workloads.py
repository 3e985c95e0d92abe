"""From instances that belong together to one workload, if an accelerator is among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aimigrate.assess._agent_metrics import agent_metrics
from aimigrate.assess._arns import arn_of
from aimigrate.assess._ec2_parts import NOTHING_PLANNED, Planned, clock_id, volumes
from aimigrate.assess._ec2_places import Bunch, Place
from aimigrate.assess._eks_parts import WHAT_RUNS_INSIDE
from aimigrate.assess._found import Found, Wanted, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Compute, Missing, Workload, WorkloadKind

MAX_INSTANCES_ASKED = 200  # agents report per instance; the rest of a larger group is said to be unmeasured
_RUNNING = ("pending", "running")
_KINDS: dict[Place, WorkloadKind] = {
    "asg": "ec2_asg",
    "eks": "eks_nodegroup",
    "fleet": "ec2_fleet",
    "single": "ec2_instance",
}
_NO_REQUESTS = Missing(
    what="requests_count",
    reason="no load balancer's target group is attached, so AWS counts no requests",
    fix="export the arrivals from the server's own log as an observation (requests.csv)",
)


@dataclass(frozen=True)
class Around:
    """What is known about a bunch of instances beside them."""

    planned: Planned = NOTHING_PLANNED
    clocks: tuple[Item, ...] = ()
    policies: tuple[Item, ...] = ()


def used_types(bunch: Bunch, planned: Planned) -> list[str]:
    """Return the types of its instances; without any, those that it would start."""
    return sorted({instance["InstanceType"] for instance in bunch.instances}) or list(planned.types)


def is_workload(types: InstanceTypes, bunch: Bunch, planned: Planned) -> bool:
    """Return whether an accelerator is among these instances, or among those that an empty group would start."""
    if bunch.place not in _KINDS:
        return False
    asks = not bunch.instances and planned.asks is not None
    return asks or any(types.accelerator(instance_type) for instance_type in used_types(bunch, planned))


def workload_of(reader: Reader, types: InstanceTypes, bunch: Bunch, around: Around) -> Found:
    """Return the workload that these instances are."""
    used = used_types(bunch, around.planned)
    accelerated = [instance_type for instance_type in used if types.accelerator(instance_type)]
    kind = _KINDS[bunch.place]
    identities = sorted(instance["InstanceId"] for instance in bunch.instances)
    compute, missing = _compute(types, bunch, around, used, accelerated)
    attached = _attached(bunch.group)
    arn = _arn(reader, bunch)
    tags = _tags(bunch)
    unmeasured = len(identities) - MAX_INSTANCES_ASKED
    if unmeasured > 0:
        why = f"only {MAX_INSTANCES_ASKED} of {len(identities)} instances were asked for GPU metrics"
        missing += (Missing(what="gpu_utilization_percent", reason=why),)
    if bunch.place == "asg" and bunch.group is None:
        why = reader.refused("autoscaling", "DescribeAutoScalingGroups") or "the group is not in the list any more"
        missing += (Missing(what="compute.max_count", reason=why, fix="allow autoscaling:DescribeAutoScalingGroups"),)
    if bunch.place == "eks":
        missing += (WHAT_RUNS_INSIDE,)
    schedules = sorted({f"schedule:{action['Recurrence']}" for action in around.clocks if action.get("Recurrence")})
    workload = Workload(
        id=workload_id(kind, reader.region, bunch.name),
        kind=kind,
        region=reader.region,
        name=_name(bunch, tags),
        arn=arn,
        resources=(
            *((arn,) if arn and bunch.place != "single" else ()),
            *identities,
            *sorted({disk for instance in bunch.instances for disk in volumes(instance)}),
            *(policy["PolicyARN"] for policy in around.policies),
            *(clock_id(reader, action) for action in around.clocks),
        ),
        created_at=_created_at(bunch),
        tags=tags,
        compute=compute,
        triggers=(*(("http",) if attached else ()), *schedules),
        missing=missing if attached else (*missing, _NO_REQUESTS),
    )
    wanted = tuple(_wanted(bunch, identities[:MAX_INSTANCES_ASKED]))
    return Found(workload, wanted, size=group_size(bunch.name) if bunch.place == "asg" else None, names=attached)


def _compute(
    types: InstanceTypes, bunch: Bunch, around: Around, used: Sequence[str], accelerated: Sequence[str]
) -> tuple[Compute, tuple[Missing, ...]]:
    counts = {t: sum(one["InstanceType"] == t for one in bunch.instances) for t in accelerated}
    main = max(accelerated, key=lambda instance_type: counts[instance_type], default=None)
    spots = {instance.get("InstanceLifecycle") == "spot" for instance in bunch.instances}
    group = bunch.group or {}
    compute, missing = compute_of(
        types,
        main,
        count=_running(bunch),
        min_count=group.get("MinSize"),
        max_count=group.get("MaxSize"),
        spot=(spots.pop() if len(spots) == 1 else None) if spots else around.planned.spot,
    )
    others = [instance_type for instance_type in used if instance_type != main]
    if main is None:
        what = f"it asks for {around.planned.asks} by attributes, and runs no instance now"
        missing += (Missing(what="compute.instance_type", reason=what),)
    elif others:
        verb = "runs" if bunch.instances else "may start"
        what = f"the group also {verb} {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=what),)
    return compute, missing


def _running(bunch: Bunch) -> float:
    """Count what runs and serves: a warm pool's instances are not in their group's list."""
    running = [instance for instance in bunch.instances if instance["State"]["Name"] in _RUNNING]
    group = bunch.group or {}
    if group.get("WarmPoolConfiguration"):
        serving = {member["InstanceId"] for member in group.get("Instances") or ()}
        running = [instance for instance in running if instance["InstanceId"] in serving]
    return float(len(running))


def _attached(group: Item | None) -> tuple[str, ...]:
    """Return what sends requests to a group: target groups by ARN, classic load balancers and others by name."""
    known = group or {}
    others = [source["Identifier"] for source in known.get("TrafficSources") or () if source.get("Identifier")]
    return tuple(sorted({*(known.get("TargetGroupARNs") or ()), *(known.get("LoadBalancerNames") or ()), *others}))


def _arn(reader: Reader, bunch: Bunch) -> str | None:
    if bunch.place == "asg":
        return bunch.group["AutoScalingGroupARN"] if bunch.group else None
    if bunch.place == "fleet":
        return fleet_arn(reader, bunch.name)
    return arn_of(reader, "ec2", f"instance/{bunch.name}") if bunch.place == "single" else None


def fleet_arn(reader: Reader, name: str) -> str | None:
    """Return the ARN of an EC2 Fleet or Spot Fleet; None for a cluster of another service, named by its own id."""
    start = {"fleet-": "fleet", "sfr-": "spot-fleet-request"}
    return next(
        (arn_of(reader, "ec2", f"{kind}/{name}") for mark, kind in start.items() if name.startswith(mark)), None
    )


def _tags(bunch: Bunch) -> dict[str, str]:
    if bunch.group is not None:
        return tags_of(bunch.group.get("Tags"))
    return tags_of(bunch.instances[0].get("Tags")) if bunch.place in ("single", "fleet") else {}


def _name(bunch: Bunch, tags: dict[str, str]) -> str:
    return (tags.get("Name") or bunch.name) if bunch.place in ("single", "fleet") else bunch.name


def _created_at(bunch: Bunch) -> datetime | None:
    if bunch.group is not None:
        return bunch.group.get("CreatedTime") or bunch.group.get("CreateTime")
    launched = [instance["LaunchTime"] for instance in bunch.instances if instance.get("LaunchTime")]
    return min(launched) if launched and bunch.place != "asg" else None


def _wanted(bunch: Bunch, identities: Sequence[str]) -> list[Wanted]:
    by_instance = [(("InstanceId", identity),) for identity in identities]
    agents = [wanted for dimensions in by_instance for wanted in agent_metrics(dimensions)]
    if bunch.place == "asg":
        return [_cpu((("AutoScalingGroupName", bunch.name),)), *agents]
    return [*(_cpu(dimensions) for dimensions in by_instance), *agents]


def _cpu(dimensions: tuple[tuple[str, str], ...]) -> Wanted:
    return Wanted("cpu_utilization_percent", "Average", "AWS/EC2", "CPUUtilization", dimensions)


def group_size(name: str) -> Wanted:
    """Want how many instances an Auto Scaling group had."""
    return Wanted(
        "concurrency_count",
        "Average",
        "AWS/AutoScaling",
        "GroupInServiceInstances",
        (("AutoScalingGroupName", name),),
        absent="the group does not publish its size; the count is that of the moment it was read",
        fix="`aws autoscaling enable-metrics-collection` for the group",
    )
