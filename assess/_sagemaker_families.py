"""Jobs that start jobs: tuning and AutoML. Their training, processing and transform jobs are theirs, not workloads."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from aimigrate.assess._found import Found, workload_id
from aimigrate.assess._instance_types import InstanceTypes, types_named
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import base_name, in_order
from aimigrate.assess._sagemaker_jobs import (
    JOBS_MEASURED,
    PAGE,
    TRAINING,
    compute_of_job,
    facts_of,
    run_of,
    wanted_of_hosts,
)
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Resource, Run, Workload

FamilyKind = Literal["sagemaker_tuning", "sagemaker_automl"]

_AUTOML_COMPUTE = Missing(
    what="compute",
    reason="AutoML chooses the instances of each of its jobs; its own description names none",
    fix="give a bill: its jobs are the resources of this workload",
)


@dataclass
class Family:
    """One tuning or AutoML job of a base name, with every job that it started."""

    kind: FamilyKind
    name: str
    parents: list[Item] = field(default_factory=list)
    """As listed, oldest first; none where the list was refused and only a child names its parent."""
    children: list[Item] = field(default_factory=list)
    """Training jobs of a tuning job, with their own times."""
    arns: set[str] = field(default_factory=set)
    adopted: list[Run] = field(default_factory=list)
    """Runs of jobs that named their parent themselves."""


@dataclass
class Families:
    """The families of a region, and whose each job is."""

    name_of: Callable[[str], str] = base_name
    """What jobs of one family have in common in their names."""
    by_name: dict[tuple[FamilyKind, str], Family] = field(default_factory=dict)
    owner: dict[str, Family] = field(default_factory=dict)
    """Family by ARN of parent or child."""

    def of(self, kind: FamilyKind, parent: str) -> Family:
        """Return the family of a parent's name, made if it is new."""
        name = self.name_of(parent)
        return self.by_name.setdefault((kind, name), Family(kind, name))

    def add(self, family: Family, arns: Iterable[str]) -> None:
        """Let jobs belong to a family; one that already belongs to another stays there."""
        for arn in arns:
            if self.owner.setdefault(arn, family) is family:
                family.arns.add(arn)

    def adopt(self, described: Item | None, arns: Iterable[str], runs: Iterable[Run]) -> bool:
        """Take in a group whose latest job says that a tuning or AutoML job started it. Return whether one did."""
        for member, kind in _PARENTS:
            parent = (described or {}).get(member)
            if parent:
                family = self.owner.get(parent) or self.of(kind, str(parent).rsplit("/", 1)[-1])
                self.add(family, (parent, *arns))
                family.adopted += runs
                return True
        return False


_PARENTS: tuple[tuple[str, FamilyKind], ...] = (
    ("AutoMLJobArn", "sagemaker_automl"),
    ("TuningJobArn", "sagemaker_tuning"),
)


def read_families(reader: Reader, since: Item, name_of: Callable[[str], str] = base_name) -> Families:
    """List AutoML and tuning jobs and what each started: one request each, a page of candidates or of training jobs.

    AutoML tunes by a tuning job of its own: a tuning job whose training jobs are candidates is AutoML's.
    """
    families = Families(name_of)
    automl = _listed(reader, "list_auto_ml_jobs", "AutoMLJob", since)
    asked: list[Item] = [{"AutoMLJobName": job["AutoMLJobName"], "MaxResults": PAGE} for job in automl]
    candidates = reader.many_items("sagemaker", "list_candidates_for_auto_ml_job", "Candidates", asked)
    for job, found in zip(automl, candidates, strict=True):
        family = families.of("sagemaker_automl", job["AutoMLJobName"])
        family.parents.append(job)
        steps = [step["CandidateStepArn"] for candidate in found for step in candidate.get("CandidateSteps") or ()]
        families.add(family, (job["AutoMLJobArn"], *steps))
    key = "HyperParameterTuningJob"
    tuning = _listed(reader, "list_hyper_parameter_tuning_jobs", key, since)
    asked = [{f"{key}Name": job[f"{key}Name"], "MaxResults": PAGE} for job in tuning]
    call = "list_training_jobs_for_hyper_parameter_tuning_job"
    children = reader.many_items("sagemaker", call, "TrainingJobSummaries", asked)
    for job, own in zip(tuning, children, strict=True):
        arns = [child["TrainingJobArn"] for child in own]
        automls = [families.owner[arn] for arn in arns if arn in families.owner]
        family = automls[0] if automls else families.of("sagemaker_tuning", job[f"{key}Name"])
        if not automls:
            family.parents.append(job)
            family.children += own
        families.add(family, (job[f"{key}Arn"], *arns))
    return families


def _listed(reader: Reader, call: str, word: str, since: Item) -> list[Item]:
    jobs = reader.items("sagemaker", call, f"{word}Summaries", MaxResults=PAGE, **since)
    return sorted(jobs, key=lambda job: (job["CreationTime"], job[f"{word}Name"]))


def found_families(reader: Reader, types: InstanceTypes, families: Families) -> Iterator[tuple[Found, str, Resource]]:
    """Yield each family with work in the lookback, the ARN that carries its tags, and the facts of its latest job."""
    recent = [family for _, family in sorted(families.by_name.items()) if _is_recent(reader, family)]
    latest = [
        str(family.parents[-1]["HyperParameterTuningJobName"])
        for family in recent
        if family.kind == "sagemaker_tuning" and family.parents
    ]
    asked: list[tuple[str, Item]] = [(name, {"HyperParameterTuningJobName": name}) for name in latest]
    answers = reader.many("sagemaker", "describe_hyper_parameter_tuning_job", asked)
    described = dict(zip(latest, answers, strict=True))
    types.learn(types_named(answers))
    for family in recent:
        parent = family.parents[-1] if family.parents else {}
        answer = described.get(str(parent.get("HyperParameterTuningJobName")))
        found = _tuning(reader, types, family, answer) if family.kind == "sagemaker_tuning" else _automl(reader, family)
        arn = str(parent.get("HyperParameterTuningJobArn") or parent.get("AutoMLJobArn") or min(family.arns))
        status = parent.get("HyperParameterTuningJobStatus") or parent.get("AutoMLJobStatus")
        facts = {**({"status": str(status)} if status else {}), **_facts(answer)}
        yield found, arn, Resource(id=arn, type=_type(family), region=reader.region, facts=facts)


def _type(family: Family) -> str:
    words = {"sagemaker_tuning": "hyper-parameter-tuning-job", "sagemaker_automl": "automl-job"}
    return f"sagemaker:{words[family.kind]}"


def _facts(described: Item | None) -> dict[str, str]:
    definition = _definition(described)
    found = facts_of(definition)
    if described is not None:
        found["checkpoints"] = "yes" if "CheckpointConfig" in definition else "no"
    return found


def _definition(described: Item | None) -> Item:
    given = described or {}
    first: Item = given.get("TrainingJobDefinition") or next(iter(given.get("TrainingJobDefinitions") or ()), {})
    return first


def _is_recent(reader: Reader, family: Family) -> bool:
    since = reader.scope.since
    begun = [job["CreationTime"] for job in (*family.parents, *family.children)]
    return any(at >= since for at in begun) or any(run.started_at >= since for run in family.adopted)


def _tuning(reader: Reader, types: InstanceTypes, family: Family, described: Item | None) -> Found:
    """Describe a tuning job: its runs are its training jobs, whose own times the list gives."""
    definition = _definition(described)
    resources = definition.get("HyperParameterTuningResourceConfig") or definition.get("ResourceConfig") or {}
    compute, missing = compute_of_job(types, resources, spot=definition.get("EnableManagedSpotTraining"))
    if described is None:
        why = reader.refused("sagemaker", "DescribeHyperParameterTuningJob") or "the tuning job was not described"
        missing = (Missing(what="compute", reason=why, fix="allow sagemaker:DescribeHyperParameterTuningJob"),)
    children = [job for job in family.children if job["CreationTime"] >= reader.scope.since]
    children.sort(key=lambda job: (job["CreationTime"], job["TrainingJobName"]))
    runs = [run_of(job, "Training") for job in children]
    call = "ListTrainingJobsForHyperParameterTuningJob"
    why_not = reader.refused("sagemaker", call)
    if why_not and not children:
        runs = [run_of(job, "HyperParameterTuning") for job in family.parents]
        missing += (Missing(what="runs", reason=why_not, fix=f"allow sagemaker:{call}"),)
    image = definition.get("AlgorithmSpecification", {}).get("TrainingImage")
    model = ModelFacts(image=image, source="describe_model" if image else None)
    names = [job["TrainingJobName"] for job in children[-JOBS_MEASURED:]]
    workload = _workload(reader, family, compute=compute, runs=runs, model=model, missing=missing)
    return Found(workload, wanted_of_hosts(TRAINING, names, compute))


def _automl(reader: Reader, family: Family) -> Found:
    """Describe an AutoML job: its runs are the jobs as a whole, from request to end."""
    recent = [job for job in family.parents if job["CreationTime"] >= reader.scope.since]
    runs = [run_of({**job, "AutoMLEndTime": job.get("EndTime")}, "AutoML") for job in recent]
    why = reader.refused("sagemaker", "ListCandidatesForAutoMLJob")
    fix = "allow sagemaker:ListCandidatesForAutoMLJob"
    missing = (_AUTOML_COMPUTE, *((Missing(what="resources", reason=why, fix=fix),) if why else ()))
    return Found(_workload(reader, family, compute=Compute(), runs=runs, model=ModelFacts(), missing=missing))


def _workload(
    reader: Reader,
    family: Family,
    *,
    compute: Compute,
    runs: list[Run],
    model: ModelFacts,
    missing: tuple[Missing, ...],
) -> Workload:
    adopted = [run for run in family.adopted if run.started_at >= reader.scope.since]
    parents = sorted(job["CreationTime"] for job in family.parents)
    begun = parents or sorted(run.started_at for run in family.adopted)
    return Workload(
        id=workload_id(family.kind, reader.region, family.name),
        kind=family.kind,
        region=reader.region,
        name=family.name,
        arn=min(family.arns) if len(family.arns) == 1 else None,
        resources=tuple(sorted(family.arns)),
        created_at=begun[0] if begun else None,
        compute=compute,
        runs=in_order([*runs, *(adopted if family.kind == "sagemaker_tuning" or not runs else ())]),
        model=model,
        missing=missing,
    )
