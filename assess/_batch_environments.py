"""Batch compute environments: what they may start, and the instances that they hold now."""

from collections.abc import Iterable
from dataclasses import dataclass

from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of, in_pieces
from aimigrate.contracts.inventory import Resource

_INSTANCES_A_CALL = 100  # DescribeContainerInstances (ECS API reference, read 2026-11)


@dataclass
class Environment:
    """One compute environment; its instances are known once `hold_instances` has asked for them."""

    described: Item
    instances: tuple[str, ...] = ()
    instance_types: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        """Return its ARN."""
        return str(self.described["computeEnvironmentArn"])

    @property
    def resources(self) -> Item:
        """Return what it may start; nothing for an unmanaged one."""
        return dict(self.described.get("computeResources") or {})

    @property
    def spot(self) -> bool | None:
        """Return whether it starts spot capacity, None for an unmanaged one."""
        kind = self.resources.get("type")
        return None if kind is None else str(kind).endswith("SPOT")

    @property
    def fargate(self) -> bool:
        """Return whether it runs on Fargate."""
        return str(self.resources.get("type", "")).startswith("FARGATE")


def read_environments(reader: Reader) -> dict[str, Environment]:
    """Return the compute environments by ARN."""
    listed = reader.items("batch", "describe_compute_environments", "computeEnvironments")
    return {one["computeEnvironmentArn"]: Environment(one) for one in sorted(listed, key=_arn)}


def _arn(one: Item) -> str:
    return str(one["computeEnvironmentArn"])


def hold_instances(reader: Reader, environments: Iterable[Environment]) -> None:
    """Ask which instances these environments hold; one that can hold none now costs no request."""
    holding = [one for one in environments if _may_hold(one.described)]
    asked: list[Item] = [{"cluster": one.described["ecsClusterArn"]} for one in holding]
    answers = reader.many_items("ecs", "list_container_instances", "containerInstanceArns", asked)
    pieces = [
        (one, {**given, "containerInstances": piece})
        for one, given, arns in zip(holding, asked, answers, strict=True)
        for piece in in_pieces(sorted(str(arn) for arn in arns), _INSTANCES_A_CALL)
    ]
    described = reader.many_items(
        "ecs", "describe_container_instances", "containerInstances", [given for _, given in pieces]
    )
    for (one, _), answer in zip(pieces, described, strict=True):
        found, kinds = _instances(answer)
        one.instances = tuple(sorted({*one.instances, *found}))
        one.instance_types = tuple(sorted({*one.instance_types, *kinds}))


def _may_hold(one: Item) -> bool:
    """Return whether instances of its own may be in its ECS cluster: not of Fargate, EKS, or one scaled to nothing."""
    resources = one.get("computeResources") or {}
    if not one.get("ecsClusterArn") or one.get("containerOrchestrationType") == "EKS":
        return False
    return not str(resources.get("type", "")).startswith("FARGATE") and resources.get("desiredvCpus") != 0


def _instances(held: Iterable[Item]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = sorted(str(one["ec2InstanceId"]) for one in held if one.get("ec2InstanceId"))
    kinds = {
        str(attribute["value"])
        for one in held
        for attribute in one.get("attributes") or ()
        if attribute.get("name") == "ecs.instance-type" and attribute.get("value")
    }
    return tuple(found), tuple(sorted(kinds))


def environment_resources(reader: Reader, environment: Environment) -> list[Resource]:
    """Return an environment and its instances, whether they belong to a workload or not."""
    told, resources = environment.described, environment.resources
    facts = facts_of(
        name=told.get("computeEnvironmentName"),
        state=told.get("state"),
        status=told.get("status"),
        environment_type=told.get("type"),
        resource_type=resources.get("type"),
        orchestration=told.get("containerOrchestrationType"),
        instance_types=resources.get("instanceTypes"),
        min_vcpus=resources.get("minvCpus"),
        max_vcpus=resources.get("maxvCpus"),
        desired_vcpus=resources.get("desiredvCpus"),
    )
    here = {"compute_environment": str(told.get("computeEnvironmentName") or environment.arn.rsplit("/", 1)[-1])}
    return [
        Resource(id=environment.arn, type="batch:compute-environment", region=reader.region, facts=facts),
        *(Resource(id=name, type="ec2:instance", region=reader.region, facts=here) for name in environment.instances),
    ]
