"""From an ECS service, or the tasks of one family without a service, to a workload."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aimigrate.assess._agent_metrics import agent_metrics
from aimigrate.assess._arns import arn_of
from aimigrate.assess._ecs_clusters import Cluster, Machine
from aimigrate.assess._ecs_definitions import UNKNOWN, Definition, family_of
from aimigrate.assess._found import Found, Wanted, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import in_order
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Run, Workload

_MACHINES_ASKED = 200  # agents report per instance; the rest of a larger service is said to be unmeasured
_NO_REQUESTS = Missing(
    what="requests_count",
    reason="no load balancer's target group is attached, so AWS counts no requests",
    fix="export the arrivals as an observation (requests.csv)",
)
_FORGOTTEN = Missing(  # ECS developer guide, task lifecycle: a stopped task is shown for about an hour (read 2026-11)
    what="runs",
    reason="ECS forgets a task an hour after it stops, so only the tasks that run now are known",
    fix="keep ECS task state change events with an EventBridge rule, or state the runs as observations (runs.csv)",
)


@dataclass
class Part:
    """What runs a model in a cluster: a service, or the standalone tasks of one family (no cluster: none run now)."""

    cluster: Cluster | None
    name: str
    definition: Definition = UNKNOWN
    service: Item | None = None
    tasks: list[Item] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    signs: tuple[str, ...] = ()
    machines: list[Machine] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    """ARNs of Auto Scaling groups that start instances for it alone."""


def definition_name(service: Item) -> str:
    """Return the task definition of a service; one deployed by CodeDeploy names it in its task sets."""
    primary = [one for one in service.get("taskSets") or () if one.get("status") == "PRIMARY"]
    named = [service, *primary, *(service.get("taskSets") or ())]
    return next((str(one["taskDefinition"]) for one in named if one.get("taskDefinition")), "")


def strategy(cluster: Cluster, service: Item) -> tuple[str, ...]:
    """Return the capacity providers that may place a service's tasks: its own, else what its cluster says."""
    given = service.get("capacityProviderStrategy")
    if not given and not service.get("launchType"):
        given = (cluster.described or {}).get("defaultCapacityProviderStrategy")
    return tuple(sorted({str(one["capacityProvider"]) for one in given or ()}))


def on_fargate(cluster: Cluster, service: Item) -> bool:
    """Return whether a service's tasks run on Fargate and nowhere else."""
    providers = strategy(cluster, service)
    if providers:
        return all(name.startswith("FARGATE") for name in providers)
    return service.get("launchType") == "FARGATE"


def standalone(cluster: Cluster) -> dict[str, list[Item]]:
    """Return the tasks that no service keeps, by family."""
    found: dict[str, list[Item]] = {}
    for task in cluster.tasks:
        if not str(task.get("group", "")).startswith("service:"):
            found.setdefault(family_of(str(task.get("taskDefinitionArn", ""))), []).append(task)
    return found


def tasks_of(cluster: Cluster, service: Item) -> list[Item]:
    """Return the tasks of a service."""
    return [task for task in cluster.tasks if task.get("group") == f"service:{service['serviceName']}"]


def found_of(reader: Reader, types: InstanceTypes, part: Part) -> Found:
    """Return the workload of a service or of a family's tasks."""
    compute, missing = _compute(types, part)
    more = Missing(
        what="gpu_utilization_percent",
        reason=f"only {_MACHINES_ASKED} of {len(part.machines)} instances were asked for GPU metrics",
    )
    if len(part.machines) > _MACHINES_ASKED:
        missing += (more,)
    if not part.definition.known:
        why = reader.refused("ecs", "DescribeTaskDefinition") or "its task definition is not there any more"
        missing += (Missing(what="model.image", reason=why, fix="allow ecs:DescribeTaskDefinition"),)
    wanted = [
        wanted
        for machine in part.machines[:_MACHINES_ASKED]
        for wanted in agent_metrics((("InstanceId", machine.ec2_id),))
        if wanted.metric.startswith("gpu_")
    ]
    base = _service(reader, part) if part.service else _tasks(reader, part)
    workload = base.workload.model_copy(
        update={
            "resources": (*base.workload.resources, *(m.ec2_id for m in part.machines), *part.groups),
            "compute": compute,
            "signs": part.signs,
            "model": ModelFacts(image=part.definition.image, source="image_label" if part.definition.image else None),
            "tags": dict(sorted({**part.definition.tags, **part.tags}.items())),
            "missing": (*missing, *base.workload.missing),
        }
    )
    return Found(workload, (*base.wanted, *wanted), names=base.names)


def _service(reader: Reader, part: Part) -> Found:
    service, cluster = part.service or {}, part.cluster.name if part.cluster else ""
    balancers = [*(service.get("loadBalancers") or ())]
    balancers += [one for held in service.get("taskSets") or () for one in held.get("loadBalancers") or ()]
    groups = tuple(sorted({str(one["targetGroupArn"]) for one in balancers if one.get("targetGroupArn")}))
    name = f"{cluster}/{part.name}"
    dimensions = (("ClusterName", cluster), ("ServiceName", part.name))
    workload = Workload(
        id=workload_id("ecs_service", reader.region, name),
        kind="ecs_service",
        region=reader.region,
        name=name,
        arn=service["serviceArn"],
        resources=(service["serviceArn"],),
        created_at=service.get("createdAt"),
        triggers=("http",) if groups else (),
        missing=() if groups else (_NO_REQUESTS,),
    )
    return Found(
        workload,
        (
            Wanted("cpu_utilization_percent", "Average", "AWS/ECS", "CPUUtilization", dimensions),
            Wanted("memory_used_percent", "Average", "AWS/ECS", "MemoryUtilization", dimensions),
        ),
        names=groups,
    )


def _tasks(reader: Reader, part: Part) -> Found:
    name = f"{part.cluster.name}/{part.name}" if part.cluster else part.name
    workload = Workload(
        id=workload_id("ecs_task", reader.region, name),
        kind="ecs_task",
        region=reader.region,
        name=name,
        resources=tuple(sorted(str(task["taskArn"]) for task in part.tasks)),
        created_at=min((at for task in part.tasks if (at := task.get("createdAt"))), default=None),
        runs=in_order(run for task in part.tasks for run in _runs(task)),
        missing=(_FORGOTTEN, _NO_REQUESTS),
    )
    return Found(workload, names=(arn_of(reader, "ecs", f"task-definition/{part.name}"),))


def _runs(task: Item) -> Iterable[Run]:
    started: datetime | None = task.get("startedAt")
    if started is not None:
        yield Run(started_at=started, ended_at=task.get("stoppedAt"), status=str(task.get("lastStatus", "")).lower())


def _compute(types: InstanceTypes, part: Part) -> tuple[Compute, tuple[Missing, ...]]:
    used = sorted({machine.instance_type for machine in part.machines if machine.instance_type})
    if used:
        return _of_machines(types, part.machines, used)
    definition, wanted = part.definition, (part.service or {}).get("desiredCount")
    fargate = _runs_on_fargate(part)
    count = float(len(part.tasks)) if part.service is None else None
    if part.service is not None and wanted is not None and (fargate or wanted == 0):
        count = float(wanted)
    compute = Compute(
        instance_count=count,
        accelerators_per_instance=definition.gpus or None,
        vcpus=definition.vcpus,
        memory_gib=definition.memory_gib,
        spot=_on_fargate_spot(part) if fargate else None,
    )
    if fargate:
        return compute, ()
    why = "it runs no task now" if count == 0 else "no container instance with a task of it was found"
    return compute, (
        Missing(what="compute.instance_type", reason=why, fix="allow the ecs:List and ecs:Describe calls"),
    )


def _of_machines(
    types: InstanceTypes, machines: Sequence[Machine], used: list[str]
) -> tuple[Compute, tuple[Missing, ...]]:
    counts = {t: sum(machine.instance_type == t for machine in machines) for t in used}
    main = max(used, key=lambda instance_type: counts[instance_type])
    compute, missing = compute_of(types, main, count=float(counts[main]))
    others = [t for t in used if t != main]
    if others:
        why = f"its tasks also run on {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    return compute, missing


def _runs_on_fargate(part: Part) -> bool:
    if part.service is not None and part.cluster is not None:
        told = part.service.get("launchType") or strategy(part.cluster, part.service)
        return on_fargate(part.cluster, part.service) if told else part.definition.fargate
    launched = {task.get("launchType") for task in part.tasks}
    return launched == {"FARGATE"} if launched else part.definition.fargate


def _on_fargate_spot(part: Part) -> bool | None:
    """Return whether it runs on Fargate Spot; None where it may run on both kinds."""
    if part.service is not None and part.cluster is not None:
        providers = set(strategy(part.cluster, part.service)) or {"FARGATE"}
    else:
        providers = {str(task.get("capacityProviderName") or "FARGATE") for task in part.tasks} or {"FARGATE"}
    return providers == {"FARGATE_SPOT"} if len(providers) == 1 else None


def tags_of_service(service: Item) -> dict[str, str]:
    """Return the tags of a service or task."""
    return tags_of(service.get("tags"), "key", "value")
