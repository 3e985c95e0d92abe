"""ECS: services and standalone tasks that ask for an accelerator or name a model, and everything around them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aimigrate.assess._ecs_clusters import Cluster, Machine, read_clusters, read_machines, read_providers, read_tasks
from aimigrate.assess._ecs_definitions import UNKNOWN, Definition, family_of, read_definitions
from aimigrate.assess._ecs_resources import cluster_resources, family_resource, provider_resource
from aimigrate.assess._ecs_workloads import (
    Part,
    definition_name,
    found_of,
    on_fargate,
    standalone,
    strategy,
    tags_of_service,
    tasks_of,
)
from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._signs import signs_of_a_model


@dataclass(frozen=True)
class Ecs:
    """A service keeps the instances that its tasks run on, and the group of a capacity provider that only it uses.

    Least requests in a region: one for each 100 clusters listed and described, 100 services listed and 10 described
    in a cluster, one for each task definition in use; tasks (100 a call) only of clusters that run some without a
    service and of services on instances that run a model; instances (100 a call) and capacity providers (10 a call)
    only of clusters where a model runs; one for each 100 families of task definitions.
    """

    name: str = "ecs"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "ecs:DescribeCapacityProviders",
            "ecs:DescribeClusters",
            "ecs:DescribeContainerInstances",
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:DescribeTasks",
            "ecs:ListClusters",
            "ecs:ListContainerInstances",
            "ecs:ListServices",
            "ecs:ListTaskDefinitionFamilies",
            "ecs:ListTasks",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:
        """Yield the services and tasks of every cluster that run a model, then everything that exists."""
        clusters = read_clusters(reader)
        definitions = read_definitions(
            reader, (definition_name(one) for cluster in clusters for one in cluster.services.values())
        )
        parts = [part for cluster in clusters for part in _services(cluster, definitions)]
        on_instances = {part.service["serviceArn"] for part in parts if part.service and not _fargate(part)}
        read_tasks(reader, clusters, lambda service: service["serviceArn"] in on_instances)
        alone = {str(t["taskDefinitionArn"]) for c in clusters for held in standalone(c).values() for t in held}
        definitions |= read_definitions(reader, alone - definitions.keys())
        parts += [part for cluster in clusters for part in _families(cluster, definitions)]
        idle = _idle(reader, {family_of(name) for name in (*definitions, *alone)}) if clusters else {}
        parts += [part for part in idle.values() if part is not None]
        yield from _placed(reader, types, clusters, parts)
        for cluster in clusters:
            yield from cluster_resources(reader, cluster)
        yield from (family_resource(reader, family) for family in sorted(idle))


def _fargate(part: Part) -> bool:
    return part.cluster is not None and part.service is not None and on_fargate(part.cluster, part.service)


def _services(cluster: Cluster, definitions: dict[str, Definition]) -> Iterator[Part]:
    """Yield the services whose tasks ask for an accelerator, or whose tags or image name a model."""
    for _, service in sorted(cluster.services.items()):
        definition = definitions.get(definition_name(service), UNKNOWN)
        tags, name = tags_of_service(service), str(service["serviceName"])
        signs = definition.signs(name, tags)
        if definition.gpus or signs:
            yield Part(cluster, name, definition, service=service, tags=tags, signs=signs)


def _families(cluster: Cluster, definitions: dict[str, Definition]) -> Iterator[Part]:
    """Yield the families whose tasks run without a service and ask for an accelerator or name a model."""
    for family, tasks in sorted(standalone(cluster).items()):
        latest = max((str(task["taskDefinitionArn"]) for task in tasks), key=_revision)
        definition = definitions.get(latest, UNKNOWN)
        signs = definition.signs(family, {})
        if definition.gpus or signs:
            yield Part(cluster, family, definition, tasks=tasks, signs=signs)


def _revision(definition: str) -> int:
    number = definition.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _idle(reader: Reader, used: set[str]) -> dict[str, Part | None]:
    """Return the families that nothing runs now; only those whose name speaks of a model are looked into."""
    listed = reader.items("ecs", "list_task_definition_families", "families", optional=True, status="ACTIVE")
    idle = sorted({str(family) for family in listed} - used)
    spoken = {family for family in idle if signs_of_a_model(family, {})}
    found: dict[str, Part | None] = dict.fromkeys(idle)
    for family, definition in read_definitions(reader, spoken).items():
        signs = definition.signs(family, {})
        if definition.gpus or signs:
            found[family] = Part(None, family, definition, signs=signs)
    return found


def _placed(reader: Reader, types: InstanceTypes, clusters: list[Cluster], parts: list[Part]) -> Iterator[Finding]:
    """Yield the workloads with the instances they run on, and the capacity providers of their clusters."""
    where = {part.cluster.arn for part in parts if part.cluster is not None and not _fargate(part)}
    active = [cluster for cluster in clusters if cluster.arn in where]
    read_machines(reader, active)
    types.learn(m.instance_type for c in active for m in c.machines.values() if m.instance_type)
    providers = read_providers(
        reader, (name for c in active for name in (c.described or {}).get("capacityProviders") or ())
    )
    users = _users(clusters) if reader.refused("ecs", "DescribeServices") is None else {}
    groups = {
        str(one["name"]): str((one.get("autoScalingGroupProvider") or {}).get("autoScalingGroupArn") or "")
        for one in providers
    }
    for part in parts:
        if part.cluster is not None:
            mine = {name for name, by in users.items() if by == {_user(part.cluster, part.service, part.name)}}
            part.groups = sorted({groups[name] for name in mine if groups.get(name)})
            part.machines = _machines(types, part.cluster, part, parts, mine)
        yield found_of(reader, types, part)
    yield from (provider_resource(reader, provider) for provider in providers)


def _user(cluster: Cluster, service: Item | None, family: str) -> str:
    return str(service["serviceArn"]) if service is not None else f"{cluster.arn} {family}"


def _users(clusters: Iterable[Cluster]) -> dict[str, set[str]]:
    """Map each capacity provider to what uses it or may: a service that names none may be placed on any instance."""
    found: dict[str, set[str]] = {}
    for cluster in clusters:
        every = tuple((cluster.described or {}).get("capacityProviders") or ())
        for service in cluster.services.values():
            may = strategy(cluster, service) or (() if on_fargate(cluster, service) else every)
            for name in may:
                found.setdefault(str(name), set()).add(_user(cluster, service, ""))
        for family, tasks in standalone(cluster).items():
            for task in tasks:
                machine = cluster.machines.get(str(task.get("containerInstanceArn")))
                name = task.get("capacityProviderName") or (machine.provider if machine else None)
                if name:
                    found.setdefault(str(name), set()).add(_user(cluster, None, family))
    return found


def _machines(types: InstanceTypes, cluster: Cluster, part: Part, parts: list[Part], mine: set[str]) -> list[Machine]:
    """Return the instances a part runs on: with its tasks, of its own providers, or all GPUs if it alone uses any."""
    tasks = part.tasks or (tasks_of(cluster, part.service) if part.service else [])
    used = {str(task["containerInstanceArn"]) for task in tasks if task.get("containerInstanceArn")}
    used |= {arn for arn, machine in cluster.machines.items() if machine.provider in mine}
    rivals = [one for one in parts if one.cluster is cluster and one.definition.gpus]
    if len(rivals) == 1 and rivals[0] is part:
        used |= {a for a, m in cluster.machines.items() if m.instance_type and types.accelerator(m.instance_type)}
    return sorted((cluster.machines[arn] for arn in used if arn in cluster.machines), key=lambda one: one.ec2_id)


collector = Ecs()
