"""What exists in ECS beside workloads: clusters, services, tasks, instances, capacity providers, idle families."""

from collections.abc import Iterator

from aimigrate.assess._arns import arn_of
from aimigrate.assess._ecs_clusters import Cluster
from aimigrate.assess._ecs_definitions import family_of
from aimigrate.assess._ecs_workloads import definition_name, standalone, strategy
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of
from aimigrate.contracts.inventory import Resource

_NOT_DESCRIBED = "listed, not described"


def cluster_resources(reader: Reader, cluster: Cluster) -> Iterator[Resource]:
    """Yield a cluster and what is in it, whether it runs a model or not."""
    told = cluster.described or {}
    facts = facts_of(
        state=told.get("status") or _NOT_DESCRIBED,
        services=told.get("activeServicesCount"),
        running_tasks=told.get("runningTasksCount"),
        instances=told.get("registeredContainerInstancesCount"),
        capacity_providers=told.get("capacityProviders"),
        managed_by="batch" if cluster.of_batch else None,
    )
    yield Resource(id=cluster.arn, type="ecs:cluster", region=reader.region, facts=facts)
    for arn in cluster.listed:
        yield _service(reader, cluster, arn)
    for family, tasks in sorted(standalone(cluster).items()):
        for task in tasks:
            yield _task(reader, family, task)
    for machine in sorted(cluster.machines.values(), key=lambda one: one.ec2_id):
        kind = "ec2:instance" if machine.ec2_id.startswith("i-") else "ssm:managed-instance"
        facts = facts_of(cluster=cluster.name, capacity_provider=machine.provider, instance_type=machine.instance_type)
        yield Resource(id=machine.ec2_id, type=kind, region=reader.region, facts=facts)


def _service(reader: Reader, cluster: Cluster, arn: str) -> Resource:
    service = cluster.services.get(arn)
    if service is None:
        return Resource(id=arn, type="ecs:service", region=reader.region, facts={"state": _NOT_DESCRIBED})
    states = sorted({str(one["rolloutState"]) for one in service.get("deployments") or () if one.get("rolloutState")})
    facts = facts_of(
        state=service.get("status"),
        desired_count=service.get("desiredCount"),
        running_count=service.get("runningCount"),
        launch_type=service.get("launchType"),
        capacity_providers=strategy(cluster, service),
        task_definition=definition_name(service).rsplit("/", 1)[-1] or None,
        rollout=states,
    )
    return Resource(id=arn, type="ecs:service", region=reader.region, facts=facts)


def _task(reader: Reader, family: str, task: Item) -> Resource:
    facts = facts_of(
        state=task.get("lastStatus"),
        family=family,
        started_by=task.get("startedBy"),
        launch_type=task.get("launchType"),
        capacity_provider=task.get("capacityProviderName"),
    )
    return Resource(id=task["taskArn"], type="ecs:task", region=reader.region, facts=facts)


def provider_resource(reader: Reader, provider: Item) -> Resource:
    """Return a capacity provider, with the group that it starts instances in."""
    group = provider.get("autoScalingGroupProvider") or {}
    return Resource(
        id=provider["capacityProviderArn"],
        type="ecs:capacity-provider",
        region=reader.region,
        facts=facts_of(
            state=provider.get("status"),
            group=group.get("autoScalingGroupArn"),
            managed_scaling=(group.get("managedScaling") or {}).get("status"),
            provider_type=provider.get("type"),
        ),
    )


def family_resource(reader: Reader, family: str) -> Resource:
    """Return a family of task definitions that nothing runs now."""
    return Resource(
        id=arn_of(reader, "ecs", f"task-definition/{family_of(family)}"),
        type="ecs:task-definition",
        region=reader.region,
        facts={"state": "not running"},
    )
