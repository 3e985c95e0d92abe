"""From the jobs of one definition in one queue to a workload."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aimigrate.assess._batch_definitions import Asked, asked_by, latest
from aimigrate.assess._batch_environments import Environment
from aimigrate.assess._found import Found, compute_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes, family_accelerator
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import in_order, millis
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Run, Workload

_KEPT_DAYS = 7  # Batch forgets a finished job after 7 days (Batch user guide, job states, read 2026-11)
_OVER = ("SUCCEEDED", "FAILED")
_NO_GPU_METRIC = Missing(
    what="gpu_utilization_percent",
    reason="Batch publishes no GPU metric of a job",
    fix="install the CloudWatch agent with nvidia_gpu in the compute environment's image, or state it (usage.csv)",
)


@dataclass
class Group:
    """A queue and a definition, with the jobs that ran the one in the other. Without a job there is no queue."""

    queue: Item
    name: str
    revisions: list[Item]
    jobs: list[Item] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    seen: Item | None = None
    """A job of it as DescribeJobs shows it, where its definition is not there any more."""

    @property
    def queue_arn(self) -> str | None:
        """Return the ARN of the queue, None without one."""
        return self.queue.get("jobQueueArn")

    def asked(self) -> Asked:
        """Return what its jobs ask for."""
        return asked_by(latest(self.revisions) or self.seen or {})

    def tags(self) -> dict[str, str]:
        """Return the queue's tags and those of the definition's latest revision, which win."""
        own = latest(self.revisions) or self.seen or {}
        return dict(sorted({**(self.queue.get("tags") or {}), **(own.get("tags") or {})}.items()))


def accelerated(types: InstanceTypes, offered: Iterable[str]) -> list[str]:
    """Return the types and families among these that have an accelerator."""
    return [one for one in offered if (types.accelerator(one) if "." in one else family_accelerator(one))]


def offered_to(group: Group, asked: Asked) -> list[str]:
    """Return the types and families that its jobs may run on: those its nodes name, else those of its environments."""
    if asked.instance_types:
        return list(asked.instance_types)
    kinds = {kind for one in group.environments for kind in one.resources.get("instanceTypes") or one.instance_types}
    return sorted(kinds)


def is_workload(types: InstanceTypes, group: Group) -> bool:
    """Return whether its jobs ask for an accelerator, may run on one, or name a model."""
    asked = group.asked()
    signs = signs_of_a_model(group.name, group.tags(), asked.image)
    return bool(asked.gpus or accelerated(types, offered_to(group, asked)) or signs)


def workload_of(reader: Reader, types: InstanceTypes, group: Group, own: tuple[str, ...]) -> Found | None:
    """Return the workload that a group is; None if nothing asks for an accelerator or names a model."""
    asked, tags = group.asked(), group.tags()
    offered = offered_to(group, asked)
    with_accelerator = accelerated(types, offered)
    signs = signs_of_a_model(group.name, tags, asked.image)
    if not is_workload(types, group):
        return None
    compute, missing = _compute(types, group, asked, offered, with_accelerator)
    queue_arn, queue_name = group.queue_arn, group.queue.get("jobQueueName")
    name = f"{queue_name}/{group.name}" if queue_name else group.name
    definitions = tuple(sorted(str(one["jobDefinitionArn"]) for one in group.revisions))
    return Found(
        Workload(
            id=workload_id("batch_queue", reader.region, name),
            kind="batch_queue",
            region=reader.region,
            name=name,
            arn=queue_arn if queue_arn in own else next((one for one in reversed(definitions) if one in own), None),
            resources=(*own, *sorted(job.get("jobArn") or job["jobId"] for job in group.jobs)),
            created_at=millis(min(job["createdAt"] for job in group.jobs)) if group.jobs else None,
            tags=tags,
            compute=compute,
            triggers=(f"queue:{queue_name}",) if queue_arn else (),
            runs=in_order(run for job in group.jobs for run in _runs(job)),
            model=ModelFacts(image=asked.image, source="image_label" if asked.image else None),
            signs=signs,
            missing=(*missing, *_about_runs(reader, group), _NO_GPU_METRIC),
        ),
        names=(*((f"{queue_arn} {group.name}",) if queue_arn else ()), *definitions),
    )


def _compute(
    types: InstanceTypes, group: Group, asked: Asked, offered: list[str], with_accelerator: list[str]
) -> tuple[Compute, tuple[Missing, ...]]:
    fitting = with_accelerator or [one for one in offered if "." in one]
    only = fitting[0] if len(fitting) == 1 and "." in fitting[0] else None
    spots = {one.spot for one in group.environments if one.spot is not None}
    nodes = float(asked.nodes) if asked.nodes else None
    compute, missing = compute_of(types, only, count=nodes, spot=spots.pop() if len(spots) == 1 else None)
    if only is None:
        update = {"accelerators_per_instance": asked.gpus, "vcpus": asked.vcpus, "memory_gib": asked.memory_gib}
        compute = compute.model_copy(update=update)
        if group.environments and all(one.fargate for one in group.environments):
            return compute, missing
        offer = ", ".join(offered) or "no type that could be read"
        missing += (Missing(what="compute.instance_type", reason=f"the queue may start any of: {offer}"),)
    return compute, missing


def _about_runs(reader: Reader, group: Group) -> Iterator[Missing]:
    if not group.jobs:
        why = "no job of it is remembered in any queue that could be read" if not group.queue else "no jobs"
        yield Missing(what="runs", reason=reader.refused("batch", "ListJobs") or why)
    elif reader.scope.lookback_days > _KEPT_DAYS:
        lookback = f"the lookback is {reader.scope.lookback_days:g} days"
        yield Missing(
            what="runs",
            reason=f"Batch forgets finished jobs after {_KEPT_DAYS} days, {lookback}",
            fix="keep job events with an EventBridge rule, or state them (runs.csv)",
        )
    arrays = [job for job in group.jobs if (job.get("arrayProperties") or {}).get("size")]
    if arrays:
        children = sum(int(job["arrayProperties"]["size"]) for job in arrays)
        yield Missing(
            what="runs.children",
            reason=f"{len(arrays)} array jobs of {children} children count once each, from first start to last end",
            fix="state the children's own times as observations (runs.csv)",
        )


def _runs(job: Item) -> Iterator[Run]:
    """Yield the run of a job that started; a job that still waits has none."""
    started, ended = millis(job.get("startedAt")), millis(job.get("stoppedAt"))
    if started is not None:
        yield Run(started_at=started, ended_at=ended if job["status"] in _OVER else None, status=job["status"].lower())
