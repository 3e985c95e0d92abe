"""SageMaker jobs, grouped by base name: one workload, many runs. What tuning and AutoML started is theirs.

Pipelines are read here too: only with their executions can it be told which jobs are of one step.

The least possible requests in a region: each of the six lists in pages of 100 (at least one), a page of children for
each tuning and AutoML job, a page of executions for each pipeline that ran and a page of steps for each of its latest
five, one description for each group of processing, transform and tuning jobs (of its latest), one Search for every
100 training jobs of the lookback (a description where there is one group), one DescribeModel for each model that a
group of transform jobs uses, and one GetResources for every 100 of those groups. A run starts when the job was asked
for, but for those that were searched, described or are of tuning: the lists don't say when the work began.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from aimigrate.assess._found import Found, Link, workload_id
from aimigrate.assess._instance_types import InstanceTypes, types_named
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._sagemaker_families import Families, found_families, read_families
from aimigrate.assess._sagemaker_jobs import (
    JOB_TYPES,
    JOBS_MEASURED,
    PAGE,
    TRAINING,
    JobType,
    compute_of_job,
    facts_of,
    runs_of,
    starts_missing,
    wanted_of_hosts,
)
from aimigrate.assess._sagemaker_model import describe_models, model_facts
from aimigrate.assess._sagemaker_pipelines import pipeline_findings, read_pipelines
from aimigrate.assess._sagemaker_search import SEARCH_ACTION, TRAINING_JOBS, details, tags_told
from aimigrate.assess._tags import TAGS_ACTION, tags_missing, tags_of_arns
from aimigrate.contracts.inventory import Missing, ModelFacts, Resource, Workload

_BILLED_DAYS = 62  # the last whole month's bill names jobs that are that old: they belong to their group, as resources
_SEARCHED_TIME = "%Y-%m-%dT%H:%M:%S"  # of a filter of Search, which names no time zone (API reference, read 2026-11)
_ZONES = timedelta(days=1)  # more than any time zone is from another
# What a job's own description says started it: monitoring, labelling, or the training job that it watches.
_STARTERS = ("MonitoringScheduleArn", "LabelingJobArn", "TrainingJobArn")


@dataclass(frozen=True)
class _Group:
    """The jobs of one type and base name, oldest first, with the description of the latest, and of others if known."""

    job_type: JobType
    name: str
    arns: tuple[str, ...]
    """Of every job since the bill began; `jobs` are those of the lookback."""
    jobs: list[Item]
    details: Mapping[str, Item | None]
    """By the name of the job, also of jobs of other groups."""

    @property
    def described(self) -> Item | None:
        return self.details.get(self.job_type.name(self.jobs[-1]))

    @property
    def latest_arn(self) -> str:
        return self.job_type.arn(self.jobs[-1])


@dataclass(frozen=True)
class SageMakerJobs:
    """Runs come from the lists; Search says more of training jobs, a description of the latest of each other group."""

    name: str = "sagemaker-jobs"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:DescribeModel",
            "sagemaker:DescribeProcessingJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:DescribeTransformJob",
            "sagemaker:ListAutoMLJobs",
            "sagemaker:ListCandidatesForAutoMLJob",
            "sagemaker:ListHyperParameterTuningJobs",
            "sagemaker:ListPipelineExecutionSteps",
            "sagemaker:ListPipelineExecutions",
            "sagemaker:ListPipelines",
            "sagemaker:ListProcessingJobs",
            "sagemaker:ListTrainingJobs",
            "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
            "sagemaker:ListTransformJobs",
            SEARCH_ACTION,
            TAGS_ACTION,
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found | Link | Resource]:
        """Yield each group with a job made in the lookback; older jobs count as its resources, not as its runs."""
        since = min(reader.scope.since, reader.scope.now - timedelta(days=_BILLED_DAYS))
        when: Item = {"CreationTimeAfter": since, "CreationTimeBefore": reader.scope.now}
        pipelines = read_pipelines(reader, when)
        families = read_families(reader, when, pipelines.base_name)
        groups = [group for job_type in JOB_TYPES for group in _groups(reader, job_type, families, when)]
        groups = [group for group in groups if not _adopted(families, group)]
        types.learn(types_named([group.described for group in groups]))
        models = describe_models(reader, {name for group in groups if (name := _model_name(group))})
        found = [(*_found(reader, types, group, models), group) for group in groups]
        kin = list(found_families(reader, types, families))
        trained = {group.latest_arn: group.described for group in groups if group.job_type is TRAINING}
        arns = (*(group.latest_arn for group in groups), *(arn for _, arn, _ in kin))
        tags = tags_of_arns(reader, arns, tags_told(TRAINING_JOBS, trained))
        for one, row, group in found:
            yield _tagged(reader, one, tags, group.latest_arn)
            yield row
        for one, arn, row in kin:
            yield _tagged(reader, one, tags, arn)
            yield row
        yield from pipeline_findings(reader, pipelines)


def _groups(reader: Reader, job_type: JobType, families: Families, when: Item) -> list[_Group]:
    """List the jobs of one type that no family has, and describe the latest of each group."""
    word = job_type.word
    listed = reader.items("sagemaker", f"list_{word.lower()}_jobs", f"{word}JobSummaries", MaxResults=PAGE, **when)
    jobs = [job for job in listed if job_type.arn(job) not in families.owner]
    name_of = families.name_of
    jobs.sort(key=lambda job: (name_of(job_type.name(job)), job["CreationTime"], job_type.name(job)))
    groups: dict[str, tuple[list[Item], list[Item]]] = {}
    for name, group in groupby(jobs, key=lambda job: name_of(job_type.name(job))):
        every = list(group)
        recent = [job for job in every if job["CreationTime"] >= reader.scope.since]
        if recent:
            groups[name] = (every, recent)
    latest = [recent[-1] for _, recent in groups.values()]
    told = _details(reader, job_type, latest, listed)
    return [
        _Group(job_type, name, tuple(sorted(job_type.arn(job) for job in every)), recent, told)
        for name, (every, recent) in groups.items()
    ]


def _details(reader: Reader, job_type: JobType, latest: list[Item], listed: list[Item]) -> dict[str, Item | None]:
    """Describe the latest jobs; of training jobs Search holds the details, those of all others with them."""
    wanted = {job_type.name(job): job for job in latest}
    if job_type is TRAINING:
        since = reader.scope.since - _ZONES
        recent = {job_type.name(job): job for job in listed if job["CreationTime"] >= since}
        after = {"Name": "CreationTime", "Operator": "GreaterThan", "Value": since.strftime(_SEARCHED_TIME)}
        return details(reader, TRAINING_JOBS, wanted, of=len(recent), also=recent, filters=[after])
    word = job_type.word
    asked: list[tuple[str, Item]] = [(name, {f"{word}JobName": name}) for name in wanted]
    return dict(zip(wanted, reader.many("sagemaker", f"describe_{word.lower()}_job", asked), strict=True))


def _adopted(families: Families, group: _Group) -> bool:
    """Give a group to the tuning or AutoML job that its latest job names, where no list said so."""
    runs = runs_of(group.job_type, group.jobs, group.details)
    return families.adopt(group.described, group.arns, runs)


def _found(
    reader: Reader, types: InstanceTypes, group: _Group, models: dict[str, Item | None]
) -> tuple[Found, Resource]:
    job_type, described, word = group.job_type, group.described, group.job_type.word
    resources = job_type.resources(described) if described else {}
    compute, missing = compute_of_job(types, resources, spot=(described or {}).get("EnableManagedSpotTraining"))
    if described is None:
        why = reader.refused("sagemaker", f"Describe{word}Job") or "the latest job was not described"
        missing = (Missing(what="compute", reason=why, fix=f"allow sagemaker:Describe{word}Job"),)
    model, lacking = _model(reader, group, models)
    named = [str(described[member]) for member in _STARTERS if described and described.get(member)]
    starters = [arn for arn in named if arn != group.latest_arn]  # a training job's own ARN is no starter
    workload = Workload(
        id=workload_id(job_type.kind, reader.region, group.name),
        kind=job_type.kind,
        region=reader.region,
        name=group.name,
        arn=group.latest_arn if len(group.arns) == 1 else None,
        resources=group.arns,
        created_at=group.jobs[0]["CreationTime"],
        compute=compute,
        runs=runs_of(job_type, group.jobs, group.details),
        triggers=tuple(f"schedule:{_plain(arn)}" for arn in starters if ":monitoring-schedule/" in arn),
        started_by=tuple(sorted(starters)),
        model=model,
        missing=(*missing, *lacking, *starts_missing(job_type, group.jobs, group.details)),
    )
    names = [job_type.name(job) for job in group.jobs[-JOBS_MEASURED:]]
    facts = {"status": str(group.jobs[-1][f"{word}JobStatus"]), **facts_of(described)}
    row = Resource(id=group.latest_arn, type=f"sagemaker:{word.lower()}-job", region=reader.region, facts=facts)
    return Found(workload, wanted_of_hosts(job_type, names, compute)), row


def _plain(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


def _model_name(group: _Group) -> str | None:
    """Name the model that a transform job applies."""
    return (group.described or {}).get("ModelName")


def _model(reader: Reader, group: _Group, models: dict[str, Item | None]) -> tuple[ModelFacts, tuple[Missing, ...]]:
    name, image = _model_name(group), group.job_type.image(group.described or {})
    if name is None:
        return ModelFacts(image=image, source="describe_model" if image else None), ()
    return model_facts(reader, name, models)


def _tagged(reader: Reader, found: Found, tags: dict[str, dict[str, str]], arn: str) -> Found:
    workload = found.workload
    missing = (*workload.missing, *tags_missing(reader, tags, arn))
    update = {"tags": tags.get(arn, {}), "missing": missing}
    return Found(workload.model_copy(update=update), found.wanted)


collector = SageMakerJobs()
