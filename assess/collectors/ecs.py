"""ECS services whose tasks ask for a GPU, or whose owner's words say that a model runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._agent_metrics import agent_metrics, target_group_metrics
from aimigrate.assess._found import Found, Wanted, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Workload

_SERVICES_A_CALL = 10  # DescribeServices (ECS API reference, read 2026-11)
_THINGS_A_CALL = 100  # DescribeTasks and DescribeContainerInstances
_UNITS_PER_VCPU = 1024
_MIB_PER_GIB = 1024


@dataclass(frozen=True)
class _Machine:
    """One container instance."""

    ec2_id: str
    instance_type: str | None


@dataclass(frozen=True)
class _Chosen:
    """A service that runs a model, and what says so."""

    service: Item
    definition: Item
    gpus: float
    tags: dict[str, str]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Ecs:
    """A service keeps the instances that its tasks run on."""

    name: str = "ecs"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "ecs:DescribeContainerInstances",
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:DescribeTasks",
            "ecs:ListClusters",
            "ecs:ListContainerInstances",
            "ecs:ListServices",
            "ecs:ListTasks",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield the services of every cluster."""
        for cluster in sorted(reader.items("ecs", "list_clusters", "clusterArns")):
            chosen = [one for service in _services(reader, str(cluster)) if (one := _chosen(reader, service))]
            if not chosen:
                continue
            machines = _machines(reader, str(cluster))
            types.learn(machine.instance_type for machine in machines.values() if machine.instance_type)
            one_gpu_service = sum(bool(one.gpus) for one in chosen) == 1
            for one in chosen:
                every_gpu = bool(one.gpus) and one_gpu_service
                mine = _machines_of(reader, types, one.service, machines, every_gpu=every_gpu)
                yield _found(reader, types, one, mine)


def _chosen(reader: Reader, service: Item) -> _Chosen | None:
    """Describe a service, and keep it if its tasks ask for a GPU or its tags or image name a model."""
    definition = _definition(reader, service)
    gpus, tags = _gpus(definition), tags_of(service.get("tags"), "key", "value")
    signs = signs_of_a_model(service["serviceName"], tags, _image(definition))
    told = any(not sign.startswith("name ") for sign in signs)
    return _Chosen(service, definition, gpus, tags, signs) if gpus or told else None


def _chunks(values: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _services(reader: Reader, cluster: str) -> list[Item]:
    arns = sorted(str(arn) for arn in reader.items("ecs", "list_services", "serviceArns", cluster=cluster))
    found: list[Item] = []
    for chunk in _chunks(arns, _SERVICES_A_CALL):
        found += reader.items("ecs", "describe_services", "services", cluster=cluster, services=chunk, include=["TAGS"])
    return sorted((s for s in found if s.get("status") != "INACTIVE"), key=lambda item: str(item["serviceArn"]))


def _definition(reader: Reader, service: Item) -> Item:
    name = service.get("taskDefinition")
    if not name:
        return {}
    described = reader.one("ecs", "describe_task_definition", named=name.rsplit("/", 1)[-1], taskDefinition=name)
    return dict((described or {}).get("taskDefinition") or {})


def _gpus(definition: Item) -> float:
    return sum(
        float(requirement["value"])
        for container in definition.get("containerDefinitions") or ()
        for requirement in container.get("resourceRequirements") or ()
        if requirement.get("type") in ("GPU", "InferenceAccelerator") and requirement["value"].isdigit()
    )


def _image(definition: Item) -> str | None:
    """Return the image of the container that asks for a GPU, else of the first."""
    containers = definition.get("containerDefinitions") or []
    asking = [container for container in containers if container.get("resourceRequirements")]
    return next((str(container["image"]) for container in (*asking, *containers) if container.get("image")), None)


def _machines(reader: Reader, cluster: str) -> dict[str, _Machine]:
    arns = sorted(
        str(arn) for arn in reader.items("ecs", "list_container_instances", "containerInstanceArns", cluster=cluster)
    )
    found: dict[str, _Machine] = {}
    for chunk in _chunks(arns, _THINGS_A_CALL):
        for item in reader.items(
            "ecs", "describe_container_instances", "containerInstances", cluster=cluster, containerInstances=chunk
        ):
            attributes = {a["name"]: a.get("value") for a in item.get("attributes") or ()}
            if item.get("ec2InstanceId"):
                found[item["containerInstanceArn"]] = _Machine(
                    item["ec2InstanceId"], attributes.get("ecs.instance-type")
                )
    return found


def _machines_of(
    reader: Reader, types: InstanceTypes, service: Item, machines: dict[str, _Machine], *, every_gpu: bool
) -> list[_Machine]:
    """Return the instances a service's tasks run on; a cluster's only GPU service has all its GPU instances."""
    cluster, name = service["clusterArn"], service["serviceName"]
    arns = sorted(str(a) for a in reader.items("ecs", "list_tasks", "taskArns", cluster=cluster, serviceName=name))
    used: set[str] = set()
    for chunk in _chunks(arns, _THINGS_A_CALL):
        tasks = reader.items("ecs", "describe_tasks", "tasks", cluster=cluster, tasks=chunk)
        used |= {task["containerInstanceArn"] for task in tasks if task.get("containerInstanceArn")}
    if every_gpu:
        used |= {arn for arn, m in machines.items() if m.instance_type and types.accelerator(m.instance_type)}
    return sorted((machines[arn] for arn in used if arn in machines), key=lambda machine: machine.ec2_id)


def _found(reader: Reader, types: InstanceTypes, chosen: _Chosen, machines: list[_Machine]) -> Found:
    service, definition = chosen.service, chosen.definition
    arn, service_name = service["serviceArn"], service["serviceName"]
    cluster = service["clusterArn"].rsplit("/", 1)[-1]
    name = f"{cluster}/{service_name}"
    groups = tuple(lb["targetGroupArn"] for lb in service.get("loadBalancers") or () if "targetGroupArn" in lb)
    compute, missing = _compute(types, definition, chosen.gpus, machines)
    dimensions = (("ClusterName", cluster), ("ServiceName", service_name))
    image = _image(definition)
    workload = Workload(
        id=workload_id("ecs_service", reader.region, name),
        kind="ecs_service",
        region=reader.region,
        name=name,
        arn=arn,
        resources=(arn, *(machine.ec2_id for machine in machines)),
        created_at=service.get("createdAt"),
        tags=chosen.tags,
        compute=compute,
        triggers=("http",) if groups else (),
        model=ModelFacts(image=image, source="image_label" if image else None),
        signs=chosen.signs,
        missing=missing if groups else (*missing, _no_requests()),
    )
    return Found(
        workload,
        (
            Wanted("cpu_utilization_percent", "Average", "AWS/ECS", "CPUUtilization", dimensions),
            Wanted("memory_used_percent", "Average", "AWS/ECS", "MemoryUtilization", dimensions),
            *(w for m in machines for w in agent_metrics((("InstanceId", m.ec2_id),)) if w.metric.startswith("gpu_")),
            *target_group_metrics(groups),
        ),
    )


def _no_requests() -> Missing:
    why = "no load balancer's target group is attached, so AWS counts no requests"
    return Missing(what="requests_count", reason=why, fix="export the arrivals as an observation (requests.csv)")


def _compute(
    types: InstanceTypes, definition: Item, gpus: float, machines: list[_Machine]
) -> tuple[Compute, tuple[Missing, ...]]:
    used = sorted({machine.instance_type for machine in machines if machine.instance_type})
    if used:
        counts = {t: sum(machine.instance_type == t for machine in machines) for t in used}
        main = max(used, key=lambda instance_type: counts[instance_type])
        compute, missing = compute_of(types, main, count=float(counts[main]))
        others = [t for t in used if t != main]
        if others:
            why = f"its tasks also run on {', '.join(others)}; figures are those of {main}"
            missing += (Missing(what="compute.instance_type", reason=why),)
        return compute, missing
    cpu, memory = definition.get("cpu"), definition.get("memory")
    compute = Compute(
        accelerators_per_instance=gpus or None,
        vcpus=float(cpu) / _UNITS_PER_VCPU if cpu else None,
        memory_gib=float(memory) / _MIB_PER_GIB if memory else None,
    )
    if "FARGATE" in (definition.get("requiresCompatibilities") or ()):
        return compute, ()
    why = "no container instance with a task of it was found"
    return compute, (
        Missing(what="compute.instance_type", reason=why, fix="allow the ecs:List and ecs:Describe calls"),
    )


collector = Ecs()
