"""AWS Batch: one workload for each job definition in each queue that runs it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from aimigrate.assess._found import Found, compute_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import in_order, millis
from aimigrate.assess._schedules import SCHEDULE_ACTIONS, plain_definition, schedules
from aimigrate.assess._signs import signs_of_a_model
from aimigrate.contracts.inventory import Missing, ModelFacts, Run, Workload

_KEPT_DAYS = 7  # Batch forgets a finished job after 7 days (Batch user guide, job states, read 2026-11)
_MIB_PER_GIB = 1024
_OVER = ("SUCCEEDED", "FAILED")
_NO_GPU_METRIC = Missing(
    what="gpu_utilization_percent",
    reason="Batch publishes no GPU metric of a job",
    fix="install the CloudWatch agent with nvidia_gpu in the compute environment's image, or state it (usage.csv)",
)


@dataclass
class _Group:
    """A queue and a definition, with the jobs that ran the one in the other."""

    queue: Item
    name: str
    revisions: list[Item]
    jobs: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Batch:
    """A definition that asks for no accelerator is a workload only if its owner's words say so."""

    name: str = "batch"
    iam_actions: frozenset[str] = SCHEDULE_ACTIONS | {
        "batch:DescribeComputeEnvironments",
        "batch:DescribeJobDefinitions",
        "batch:DescribeJobQueues",
        "batch:ListJobs",
        "ec2:DescribeInstanceTypes",
    }

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield each queue and definition with at least one job that Batch remembers."""
        queues = reader.items("batch", "describe_job_queues", "jobQueues")
        definitions = reader.items("batch", "describe_job_definitions", "jobDefinitions", status="ACTIVE")
        environments = {
            environment["computeEnvironmentArn"]: environment
            for environment in reader.items("batch", "describe_compute_environments", "computeEnvironments")
        }
        starts = schedules(reader, ("batch",)) if queues else {}
        groups: list[_Group] = []
        for queue in sorted(queues, key=lambda item: str(item["jobQueueArn"])):
            groups += _groups(reader, queue, definitions)
        used_in = Counter(group.name for group in groups)
        runs_in = Counter(group.queue["jobQueueArn"] for group in groups)
        for group in groups:
            arns = [r["jobDefinitionArn"] for r in group.revisions] if used_in[group.name] == 1 else []
            queue_arn = group.queue["jobQueueArn"]
            own = (*sorted(arns), *((queue_arn,) if runs_in[queue_arn] == 1 else ()))
            yield from _found(reader, types, group, environments, starts, own=own)
        for name in sorted({item["jobDefinitionName"] for item in definitions} - used_in.keys()):
            idle = _Group({}, name, [item for item in definitions if item["jobDefinitionName"] == name])
            own = tuple(sorted(revision["jobDefinitionArn"] for revision in idle.revisions))
            yield from _found(reader, types, idle, environments, starts, own=own)


def _groups(reader: Reader, queue: Item, definitions: list[Item]) -> list[_Group]:
    since = str(int(reader.scope.since.timestamp() * 1000))
    filters = [{"name": "AFTER_CREATED_AT", "values": [since]}]  # with a filter Batch lists jobs of every status
    jobs = reader.items("batch", "list_jobs", "jobSummaryList", jobQueue=queue["jobQueueArn"], filters=filters)
    groups: dict[str, _Group] = {}
    for job in sorted(jobs, key=lambda item: (item["createdAt"], item["jobId"])):
        if job["createdAt"] < int(since):
            continue
        name = plain_definition(job.get("jobDefinition") or job["jobName"])
        revisions = [item for item in definitions if item["jobDefinitionName"] == name]
        groups.setdefault(name, _Group(queue, name, revisions)).jobs.append(job)
    return [groups[name] for name in sorted(groups)]


def _container(revisions: list[Item]) -> Item:
    """Return what the latest revision runs, whichever of Batch's shapes it is written in."""
    if not revisions:
        return {}
    latest = max(revisions, key=lambda item: item["revision"])
    if "containerProperties" in latest:
        return dict(latest["containerProperties"])
    ranges = latest.get("nodeProperties", {}).get("nodeRangeProperties") or [{}]
    if "container" in ranges[0]:
        return dict(ranges[0]["container"])
    tasks = latest.get("ecsProperties", {}).get("taskProperties") or [{}]
    return dict((tasks[0].get("containers") or [{}])[0])


def _need(container: Item, what: str) -> float | None:
    for requirement in container.get("resourceRequirements") or ():
        if requirement.get("type") == what:
            return float(requirement["value"])
    value = container.get({"VCPU": "vcpus", "MEMORY": "memory"}.get(what, ""))
    return float(value) if value else None


def _found(
    reader: Reader,
    types: InstanceTypes,
    group: _Group,
    environments: dict[str, Item],
    starts: dict[str, tuple[str, ...]],
    *,
    own: tuple[str, ...],
) -> Iterator[Found]:
    container = _container(group.revisions)
    gpus = _need(container, "GPU")
    order = group.queue.get("computeEnvironmentOrder") or ()
    used = [environments[e["computeEnvironment"]] for e in order if e["computeEnvironment"] in environments]
    offered = sorted(
        {t for environment in used for t in environment.get("computeResources", {}).get("instanceTypes", ())}
    )
    named = [instance_type for instance_type in offered if "." in instance_type]
    types.learn(named)
    accelerated = [t for t in named if types.accelerator(t)]
    tags = _tags(group)
    image = container.get("image")
    signs = signs_of_a_model(group.name, tags, image)
    if not (gpus or accelerated or signs):
        return
    fitting = accelerated or named
    instance_type = fitting[0] if len(fitting) == 1 else None
    spot = {
        environment["computeResources"].get("type", "").endswith("SPOT")
        for environment in used
        if "computeResources" in environment
    }
    compute, missing = compute_of(types, instance_type, count=None, spot=spot.pop() if len(spot) == 1 else None)
    if instance_type is None:
        memory_mib = _need(container, "MEMORY")
        compute = compute.model_copy(
            update={
                "accelerators_per_instance": gpus,
                "vcpus": _need(container, "VCPU"),
                "memory_gib": memory_mib / _MIB_PER_GIB if memory_mib else None,
            }
        )
        offer = ", ".join(offered) or "no type that could be read"
        missing += (Missing(what="compute.instance_type", reason=f"the queue may start any of: {offer}"),)
    if not group.jobs:
        why = "no job of it is remembered in any queue that could be read" if group.queue == {} else "no jobs"
        missing += (Missing(what="runs", reason=reader.refused("batch", "ListJobs") or why),)
    elif reader.scope.lookback_days > _KEPT_DAYS:
        why = (
            f"Batch forgets finished jobs after {_KEPT_DAYS} days, the lookback is {reader.scope.lookback_days:g} days"
        )
        missing += (
            Missing(what="runs", reason=why, fix="keep job events with an EventBridge rule, or state them (runs.csv)"),
        )
    queue_arn, queue_name = group.queue.get("jobQueueArn"), group.queue.get("jobQueueName")
    name = f"{queue_name}/{group.name}" if queue_name else group.name
    triggers = starts.get(f"{queue_arn} {group.name}") or starts.get(str(queue_arn)) or (f"queue:{queue_name}",)
    yield Found(
        Workload(
            id=workload_id("batch_queue", reader.region, name),
            kind="batch_queue",
            region=reader.region,
            name=name,
            arn=own[-1] if own else None,
            resources=(*own, *sorted(job.get("jobArn") or job["jobId"] for job in group.jobs)),
            created_at=millis(group.jobs[0]["createdAt"]) if group.jobs else None,
            tags=tags,
            compute=compute,
            triggers=triggers if queue_arn else (),
            runs=in_order(run for job in group.jobs for run in _runs(job)),
            model=ModelFacts(image=image, source="image_label" if image else None),
            signs=signs,
            missing=(*missing, _NO_GPU_METRIC),
        )
    )


def _tags(group: _Group) -> dict[str, str]:
    """Return the queue's tags and those of the definition's latest revision, which win."""
    latest = max(group.revisions, key=lambda item: item["revision"], default={})
    return dict(sorted({**(group.queue.get("tags") or {}), **(latest.get("tags") or {})}.items()))


def _runs(job: Item) -> Iterator[Run]:
    """Yield the run of a job that started; a job that still waits has none."""
    started, ended = millis(job.get("startedAt")), millis(job.get("stoppedAt"))
    if started is not None:
        yield Run(started_at=started, ended_at=ended if job["status"] in _OVER else None, status=job["status"].lower())


collector = Batch()
