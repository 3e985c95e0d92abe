"""EC2: instances with a GPU or another accelerator, by what started them; every other instance, disk and fleet too."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of
from aimigrate.assess._ec2_parts import (
    NOTHING_PLANNED,
    Planned,
    clock_resource,
    clocks,
    planned,
    policies,
    policy_resource,
    volumes,
)
from aimigrate.assess._ec2_places import Bunch, batch_environment, bunches
from aimigrate.assess._ec2_workloads import Around, fleet_arn, is_workload, workload_of
from aimigrate.assess._found import Finding, tags_of
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of
from aimigrate.contracts.inventory import Resource

_ALIVE = ("pending", "running", "stopping", "stopped")
_PAGE = 1000  # DescribeInstances and the spot and fleet calls (EC2 API reference, read 2026-11)
_VOLUMES_PAGE = 500  # DescribeVolumes
_GROUPS_PAGE = 100  # DescribeAutoScalingGroups; 50 unless asked
_OVER = ("cancelled", "deleted", "failed")  # fleets and requests that are over; those still ending have instances
_LOOSE = ("available", "creating", "error")  # states of a volume that no instance holds


@dataclass(frozen=True)
class Ec2:
    """What one group, fleet, node pool or person started is one workload; without an accelerator it is none.

    Least requests in a region: a page of each for instances (1,000), groups (100), loose volumes (500), fleets, spot
    fleets and spot requests (1,000), types (100 at once); scheduled actions where there are groups; scaling policies,
    launch templates only where there is an accelerator, or a group that may start one.
    """

    name: str = "ec2"
    iam_actions: frozenset[str] = frozenset(
        {
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeLaunchConfigurations",
            "autoscaling:DescribePolicies",
            "autoscaling:DescribeScheduledActions",
            "ec2:DescribeFleets",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeInstances",
            "ec2:DescribeLaunchTemplateVersions",
            "ec2:DescribeSpotFleetRequests",
            "ec2:DescribeSpotInstanceRequests",
            "ec2:DescribeVolumes",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:
        """Yield groups, fleets and single instances with an accelerator, then everything that exists."""
        groups = reader.items(
            "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", MaxRecords=_GROUPS_PAGE
        )
        instances = _instances(reader, groups)
        fleets = _fleets(reader)
        sorted_out = bunches(instances, groups, fleets)
        yield from _workloads(reader, types, sorted_out, clocks(reader) if groups else {})
        for bunch in sorted_out:
            yield from _group_resources(reader, bunch)
            for instance in bunch.instances:
                yield from _instance_resources(reader, types, bunch, instance)
        yield from _loose(reader)


def _instances(reader: Reader, groups: list[Item]) -> list[Item]:
    """Return the instances that live; of those that could not be read, what their groups say of them.

    What a service of AWS manages (nodes of EKS Auto Mode, ECS Managed Instances) may be hidden from lists that do not
    ask for it (EC2 API reference, DescribeInstances, read 2026-11).
    """
    listed = reader.items(
        "ec2", "describe_instances", "Reservations", inner="Instances", MaxResults=_PAGE, IncludeManagedResources=True
    )
    found = {one["InstanceId"]: one for one in listed if one["State"]["Name"] in _ALIVE}
    if reader.refused("ec2", "DescribeInstances"):
        for member in (member for group in groups for member in group.get("Instances") or ()):
            if member.get("InstanceType") and member["InstanceId"] not in found:
                state = "running" if member.get("LifecycleState") == "InService" else "pending"
                found[member["InstanceId"]] = {**member, "State": {"Name": state}}
    return [found[name] for name in sorted(found)]


def _fleets(reader: Reader) -> dict[str, Item]:
    """Return the fleets that live, by id; those of a single start (`instant`) are not listed."""
    listed = [
        *((one["FleetId"], one["FleetState"], one) for one in _paged(reader, "describe_fleets", "Fleets")),
        *(
            (one["SpotFleetRequestId"], one["SpotFleetRequestState"], one)
            for one in _paged(reader, "describe_spot_fleet_requests", "SpotFleetRequestConfigs")
        ),
    ]
    return {name: one for name, state, one in listed if state not in _OVER}


def _paged(reader: Reader, call: str, key: str) -> list[Item]:
    return reader.items("ec2", call, key, MaxResults=_PAGE)


def _workloads(
    reader: Reader, types: InstanceTypes, sorted_out: list[Bunch], clock: dict[str, list[Item]]
) -> Iterator[Finding]:
    """Yield the workloads, and what makes groups grow and shrink."""
    empty = {one.name: one.group for one in sorted_out if one.group and not one.instances and one.place != "batch"}
    plans = planned(reader, empty)
    running = {str(instance["InstanceType"]) for one in sorted_out for instance in one.instances}
    types.learn(running.union(*(plan.types for plan in plans.values())))

    def plan(one: Bunch) -> Planned:
        return plans.get(one.name, NOTHING_PLANNED) if not one.instances else NOTHING_PLANNED

    chosen = [one for one in sorted_out if is_workload(types, one, plan(one))]
    scaled = policies(reader) if any(one.place == "asg" for one in chosen) else {}
    for one in chosen:
        around = Around(plan(one))
        if one.place == "asg":
            around = Around(plan(one), tuple(clock.get(one.name, ())), tuple(scaled.get(one.name, ())))
        yield workload_of(reader, types, one, around)
    for name in sorted(scaled):
        yield from (policy_resource(reader, policy) for policy in scaled[name])
    for name in sorted(clock):
        yield from (clock_resource(reader, action) for action in clock[name])


def _group_resources(reader: Reader, bunch: Bunch) -> Iterator[Resource]:
    group = bunch.group
    if group is None:
        return
    if "AutoScalingGroupARN" in group:
        yield Resource(
            id=group["AutoScalingGroupARN"],
            type="autoscaling:autoScalingGroup",
            region=reader.region,
            facts=facts_of(
                min_count=group.get("MinSize"),
                max_count=group.get("MaxSize"),
                desired_count=group.get("DesiredCapacity"),
                predicted_count=group.get("PredictedCapacity"),
                warm_pool=group.get("WarmPoolSize"),
                managed_by="batch" if bunch.place == "batch" else None,
            ),
        )
        return
    config: Item = group.get("SpotFleetRequestConfig") or group
    capacity: Item = group.get("TargetCapacitySpecification") or config
    yield Resource(
        id=fleet_arn(reader, bunch.name) or bunch.name,
        type="ec2:spot-fleet-request" if "SpotFleetRequestConfig" in group else "ec2:fleet",
        region=reader.region,
        facts=facts_of(
            state=group.get("FleetState", group.get("SpotFleetRequestState")),
            fleet_type=config.get("Type"),
            target_capacity=capacity.get("TotalTargetCapacity", capacity.get("TargetCapacity")),
            on_demand_capacity=capacity.get("OnDemandTargetCapacity"),
            capacity_unit=capacity.get("TargetCapacityUnitType"),
            fulfilled_capacity=config.get("FulfilledCapacity"),
        ),
    )


def _instance_resources(reader: Reader, types: InstanceTypes, bunch: Bunch, instance: Item) -> Iterator[Resource]:
    tags = tags_of(instance.get("Tags"))
    yield Resource(
        id=instance["InstanceId"],
        type="ec2:instance",
        region=reader.region,
        facts=facts_of(
            instance_type=instance["InstanceType"],
            accelerator=types.accelerator(instance["InstanceType"]),
            state=instance["State"]["Name"],
            lifecycle=instance.get("InstanceLifecycle") or "on-demand",
            group=tags.get("aws:autoscaling:groupName") or (bunch.name if bunch.place == "asg" else None),
            fleet=bunch.name if bunch.place == "fleet" else None,
            managed_by="batch" if bunch.place == "batch" else (instance.get("Operator") or {}).get("Principal"),
            compute_environment=batch_environment(tags),
            capacity_reservation=instance.get("CapacityReservationId"),
            capacity_block=instance.get("CapacityBlockId"),
            spot_request=instance.get("SpotInstanceRequestId"),
        ),
    )
    for disk in volumes(instance):
        facts = {"attached_to": str(instance["InstanceId"])}
        yield Resource(id=disk, type="ec2:volume", region=reader.region, facts=facts)


def _loose(reader: Reader) -> Iterator[Resource]:
    """Yield the volumes that no instance holds, and the spot requests that hold no instance but may start one."""
    held = [{"Name": "status", "Values": list(_LOOSE)}]
    for disk in reader.items(
        "ec2", "describe_volumes", "Volumes", Filters=held, MaxResults=_VOLUMES_PAGE, IncludeManagedResources=True
    ):
        yield Resource(
            id=disk["VolumeId"],
            type="ec2:volume",
            region=reader.region,
            facts=facts_of(state=disk.get("State"), size_gib=disk.get("Size"), volume_type=disk.get("VolumeType")),
        )
    waiting = [{"Name": "state", "Values": ["open", "disabled"]}]
    for request in reader.items(
        "ec2", "describe_spot_instance_requests", "SpotInstanceRequests", Filters=waiting, MaxResults=_PAGE
    ):
        yield Resource(
            id=arn_of(reader, "ec2", f"spot-instances-request/{request['SpotInstanceRequestId']}"),
            type="ec2:spot-instances-request",
            region=reader.region,
            facts=facts_of(
                state=request.get("State"),
                request_type=request.get("Type"),
                instance_type=(request.get("LaunchSpecification") or {}).get("InstanceType"),
                instance=request.get("InstanceId"),
            ),
        )


collector = Ec2()
