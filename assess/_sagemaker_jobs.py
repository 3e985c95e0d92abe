"""SageMaker's types of job: how each is listed and described, what it ran on, when, and the metrics of its hosts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aimigrate.assess._found import Wanted, compute_of
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item
from aimigrate.assess._runs import in_order
from aimigrate.contracts.inventory import Compute, Metric, Missing, Run, WorkloadKind

PAGE = 100  # MaxResults of SageMaker's lists, 10 unless asked for (SageMaker API reference, read 2026-11)
JOBS_MEASURED = 5  # the latest of a group: each host of each job is a metric of its own
_OVER = frozenset({"Completed", "DeleteFailed", "Deleting", "Failed", "Stopped"})


@dataclass(frozen=True)
class JobType:
    """How one type of job is listed, described, and measured."""

    kind: WorkloadKind
    word: str
    resources: Callable[[Item], Item]
    image: Callable[[Item], str | None]

    @property
    def namespace(self) -> str:
        """CloudWatch namespace of the hosts of its jobs."""
        return f"/aws/sagemaker/{self.word}Jobs"

    def name(self, job: Item) -> str:
        """Name of a job of this type."""
        return str(job[f"{self.word}JobName"])

    def arn(self, job: Item) -> str:
        """ARN of a job of this type."""
        return str(job[f"{self.word}JobArn"])


TRAINING = JobType(
    "sagemaker_training", "Training",
    lambda job: job.get("ResourceConfig", {}),
    lambda job: job.get("AlgorithmSpecification", {}).get("TrainingImage"),
)  # fmt: skip
JOB_TYPES = (
    JobType(
        "sagemaker_processing", "Processing",
        lambda job: job.get("ProcessingResources", {}).get("ClusterConfig", {}),
        lambda job: job.get("AppSpecification", {}).get("ImageUri"),
    ),
    TRAINING,
    JobType("sagemaker_transform", "Transform", lambda job: job.get("TransformResources", {}), lambda _: None),
)  # fmt: skip


def run_of(job: Item, word: str, described: Item | None = None) -> Run:
    """Return one run. A list says when a job was made; only a description says when it began to work."""
    status = str(job[f"{word}JobStatus"])
    over = status in _OVER
    known = {**job, **(described or {})}
    ended = known.get(f"{word}EndTime") or (job.get("LastModifiedTime") if over else None)
    started: datetime = known.get(f"{word}StartTime") or job["CreationTime"]
    if ended is not None and ended < started:
        ended = started
    return Run(started_at=started, ended_at=ended if over else None, status=status.lower())


def runs_of(job_type: JobType, jobs: list[Item], details: Mapping[str, Item | None]) -> tuple[Run, ...]:
    """Return the runs of a group; `details` are by name, of the jobs whose own times are known."""
    return in_order(run_of(job, job_type.word, details.get(job_type.name(job))) for job in jobs)


def starts_missing(job_type: JobType, jobs: list[Item], details: Mapping[str, Item | None]) -> tuple[Missing, ...]:
    """Say which starts are those of the request, not of the work: those of jobs whose details do not say."""
    start = f"{job_type.word}StartTime"
    unknown = [job for job in jobs if not (details.get(job_type.name(job)) or {}).get(start)]
    if not unknown:
        return ()
    which = "each run" if len(unknown) == len(jobs) else f"{len(unknown)} of {len(jobs)} runs"
    if unknown == jobs[:-1]:
        which = "all but the latest run"
    why = f"List{job_type.word}Jobs gives when a job was asked for: {which} began later, by its time of waiting"
    return (Missing(what="runs.started_at", reason=why),)


def compute_of_job(types: InstanceTypes, resources: Item, *, spot: bool | None) -> tuple[Compute, tuple[Missing, ...]]:
    """Describe what a job ran on; of a mixed cluster, the type with the most instances, and the others by name."""
    groups: list[Item] = resources.get("InstanceGroups") or resources.get("InstanceConfigs") or []
    main: Item = max(groups, key=lambda group: (group["InstanceCount"], group["InstanceType"]), default={})
    # A job with instance preferences names the type it was given, once it was given one.
    instance_type = resources.get("SelectedInstanceType") or resources.get("InstanceType") or main.get("InstanceType")
    count = resources.get("SelectedInstanceCount") or resources.get("InstanceCount") or main.get("InstanceCount")
    compute, missing = compute_of(types, instance_type, count=count, spot=spot)
    others = sorted(f"{group['InstanceCount']} x {group['InstanceType']}" for group in groups if group is not main)
    if others:
        why = f"its cluster also has {', '.join(others)}; figures are those of {instance_type}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    return compute, missing


def wanted_of_hosts(job_type: JobType, names: Iterable[str], compute: Compute) -> tuple[Wanted, ...]:
    """Want the hosts of these jobs. SageMaker adds up the GPUs and the vCPUs of a host."""
    each_gpu, each_cpu = 1 / (compute.accelerators_per_instance or 1.0), 1 / (compute.vcpus or 1.0)
    measures: list[tuple[Metric, str, float]] = [
        ("cpu_utilization_percent", "CPUUtilization", each_cpu),
        ("memory_used_percent", "MemoryUtilization", 1.0),
    ]
    if compute.accelerator or compute.vcpus is None:
        measures += [
            ("gpu_utilization_percent", "GPUUtilization", each_gpu),
            ("gpu_memory_used_percent", "GPUMemoryUtilization", each_gpu),
        ]
    return tuple(
        Wanted(metric, "Average", job_type.namespace, measure, (("Host", f"{name}/*"),), scale, exact=False)
        for name in names
        for metric, measure, scale in measures
    )


def facts_of(described: Item | None) -> dict[str, str]:
    """Return what tells whether a job may be interrupted, and what it kept warm: spot, checkpoints, warm pool."""
    if described is None:
        return {}
    facts: dict[str, object] = {
        "managed_spot": described.get("EnableManagedSpotTraining"),
        "checkpoints": "CheckpointConfig" in described if "TrainingJobStatus" in described else None,
        "keep_alive_s": described.get("ResourceConfig", {}).get("KeepAlivePeriodInSeconds"),
        "warm_pool": described.get("WarmPoolStatus", {}).get("Status"),
        "warm_pool_billable_s": described.get("WarmPoolStatus", {}).get("ResourceRetainedBillableTimeInSeconds"),
        "training_s": described.get("TrainingTimeInSeconds"),
        "billable_s": described.get("BillableTimeInSeconds"),
    }
    return {name: _said(value) for name, value in facts.items() if value is not None}


def _said(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
