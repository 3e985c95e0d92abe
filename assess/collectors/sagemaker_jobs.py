"""SageMaker training, processing and transform jobs, grouped by base name: one workload, many runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from aimigrate.assess._found import Found, Wanted, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import base_name, in_order
from aimigrate.assess._sagemaker_model import described_model
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Run, Workload, WorkloadKind

_BILLED_DAYS = 62  # the last whole month's bill names jobs that are that old: they belong to their group, as resources
_JOBS_MEASURED = 5  # the latest of a group: each host of each job is a metric of its own


@dataclass(frozen=True)
class _JobType:
    """How one type of job is listed, described, and measured."""

    kind: WorkloadKind
    word: str
    namespace: str
    resources: Callable[[Item], Item]
    image: Callable[[Item], str | None]
    model: Callable[[Item], str | None]


_TYPES = (
    _JobType(
        "sagemaker_processing", "Processing", "/aws/sagemaker/ProcessingJobs",
        lambda job: job["ProcessingResources"]["ClusterConfig"],
        lambda job: job.get("AppSpecification", {}).get("ImageUri"), lambda _: None,
    ),
    _JobType(
        "sagemaker_training", "Training", "/aws/sagemaker/TrainingJobs",
        lambda job: job["ResourceConfig"],
        lambda job: job.get("AlgorithmSpecification", {}).get("TrainingImage"), lambda _: None,
    ),
    _JobType(
        "sagemaker_transform", "Transform", "/aws/sagemaker/TransformJobs",
        lambda job: job["TransformResources"], lambda _: None, lambda job: job.get("ModelName"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class SageMakerJobs:
    """Runs come from the lists; only the latest job of a group is described."""

    name: str = "sagemaker-jobs"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:DescribeModel",
            "sagemaker:DescribeProcessingJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:DescribeTransformJob",
            "sagemaker:ListProcessingJobs",
            "sagemaker:ListTags",
            "sagemaker:ListTrainingJobs",
            "sagemaker:ListTransformJobs",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield each group with a job made in the lookback; older jobs count as its resources, not as its runs."""
        since = min(reader.scope.since, reader.scope.now - timedelta(days=_BILLED_DAYS))
        for job_type in _TYPES:
            word = job_type.word
            jobs = reader.items(
                "sagemaker",
                f"list_{word.lower()}_jobs",
                f"{word}JobSummaries",
                CreationTimeAfter=since,
                CreationTimeBefore=reader.scope.now,
            )
            ordered = sorted(jobs, key=lambda job: _order(job, word))
            for name, group in groupby(ordered, key=lambda job: base_name(job[f"{word}JobName"])):
                every = list(group)
                recent = [job for job in every if job["CreationTime"] >= reader.scope.since]
                if recent:
                    arns = tuple(sorted(job[f"{word}JobArn"] for job in every))
                    yield _found(reader, types, job_type, name, recent, arns=arns)


def _order(job: Item, word: str) -> tuple[str, float, str]:
    name = job[f"{word}JobName"]
    return base_name(name), job["CreationTime"].timestamp(), name


def _found(
    reader: Reader, types: InstanceTypes, job_type: _JobType, name: str, jobs: list[Item], *, arns: tuple[str, ...]
) -> Found:
    word = job_type.word
    latest = jobs[-1]
    latest_name, latest_arn = latest[f"{word}JobName"], latest[f"{word}JobArn"]
    described = reader.one(
        "sagemaker", f"describe_{word.lower()}_job", named=latest_name, **{f"{word}JobName": latest_name}
    )
    resources = job_type.resources(described) if described else {}
    compute, missing = compute_of(
        types,
        resources.get("InstanceType"),
        count=resources.get("InstanceCount"),
        spot=(described or {}).get("EnableManagedSpotTraining"),
    )
    if described is None:
        why = reader.refused("sagemaker", f"Describe{word}Job") or "the latest job was not described"
        missing = (Missing(what="compute", reason=why, fix=f"allow sagemaker:Describe{word}Job"),)
    tags = tags_of(reader.items("sagemaker", "list_tags", "Tags", ResourceArn=latest_arn))
    workload = Workload(
        id=workload_id(job_type.kind, reader.region, name),
        kind=job_type.kind,
        region=reader.region,
        name=name,
        arn=latest_arn if len(arns) == 1 else None,
        resources=arns,
        created_at=jobs[0]["CreationTime"],
        tags=tags,
        compute=compute,
        runs=in_order(_run(job, word) for job in jobs),
        model=_model(reader, job_type, described),
        missing=missing,
    )
    return Found(workload, _wanted(job_type, jobs, compute))


def _run(job: Item, word: str) -> Run:
    status = job[f"{word}JobStatus"]
    over = status in ("Completed", "Failed", "Stopped")
    ended = job.get(f"{word}EndTime") or (job.get("LastModifiedTime") if over else None)
    return Run(started_at=job["CreationTime"], ended_at=ended if over else None, status=status.lower())


def _model(reader: Reader, job_type: _JobType, described: Item | None) -> ModelFacts:
    if described is None:
        return ModelFacts()
    name, image = job_type.model(described), job_type.image(described)
    if name is None:
        return ModelFacts(image=image, source="describe_model" if image else None)
    return described_model(reader, name)


def _wanted(job_type: _JobType, jobs: list[Item], compute: Compute) -> tuple[Wanted, ...]:
    """Want the hosts of the latest jobs. SageMaker adds up the GPUs and the vCPUs of a host."""
    each_gpu, each_cpu = 1 / (compute.accelerators_per_instance or 1.0), 1 / (compute.vcpus or 1.0)
    measures = [
        ("cpu_utilization_percent", "CPUUtilization", each_cpu),
        ("memory_used_percent", "MemoryUtilization", 1.0),
    ]
    if compute.accelerator or compute.vcpus is None:
        measures += [
            ("gpu_utilization_percent", "GPUUtilization", each_gpu),
            ("gpu_memory_used_percent", "GPUMemoryUtilization", each_gpu),
        ]
    return tuple(
        Wanted(metric, "Average", job_type.namespace, name, (("Host", f"{job}/*"),), scale, exact=False)  # type: ignore[arg-type]  # literals above
        for job in (job[f"{job_type.word}JobName"] for job in jobs[-_JOBS_MEASURED:])
        for metric, name, scale in measures
    )


collector = SageMakerJobs()
