"""SageMaker Pipelines: which pipeline starts which jobs, and which of its jobs are one. A pipeline is no workload.

A pipeline names each job anew: `pipelines-p4jn9xou8a8s-MyStep-tmgxry49ug`, after the execution, the step and chance
(SageMaker AI developer guide, Amazon EventBridge integration, read 2026-11). The jobs of one step are one workload.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aimigrate.assess._found import Link
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import base_name
from aimigrate.contracts.inventory import Resource

_PAGE = 100  # MaxResults of SageMaker's lists, 10 unless asked for (SageMaker API reference, read 2026-11)
_EXECUTIONS = 5  # ours: enough to see each branch that a condition takes
_EXECUTION_ID = 12  # characters; with the last part, of chance, as in the example above
_PREFIX = "pipelines"
# Where a step's metadata names what it started (PipelineExecutionStepMetadata, SageMaker API reference, read 2026-11).
_STARTED = (
    ("TrainingJob", "Arn"),
    ("ProcessingJob", "Arn"),
    ("TransformJob", "Arn"),
    ("TuningJob", "Arn"),
    ("AutoMLJob", "Arn"),
    ("QualityCheck", "CheckJobArn"),
    ("ClarifyCheck", "CheckJobArn"),
    ("Lambda", "Arn"),
    ("Endpoint", "Arn"),
    ("InferenceComponent", "Arn"),
    ("BedrockProvisionedModelThroughput", "Arn"),
)


@dataclass(frozen=True)
class Pipelines:
    """The pipelines of a region with their executions, by ARN of the pipeline."""

    listed: tuple[Item, ...] = ()
    executions: dict[str, list[Item]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Name of the pipeline by the id of each execution."""

    def base_name(self, job: str) -> str:
        """Return the part of a job's name that its runs share: pipeline and step, or what is left without a stamp."""
        parts = job.split("-")
        for place, part in enumerate(parts[:-1]):
            if part in self.names:
                step = "-".join((*(one for one in parts[:place] if one != _PREFIX), *parts[place + 1 : -1]))
                return f"{self.names[part]}/{step or part}"
        if parts[0] == _PREFIX and len(parts) > 3 and len(parts[1]) == _EXECUTION_ID:  # noqa: PLR2004  # the four parts
            return "-".join((_PREFIX, *parts[2:-1]))  # of an execution that was not listed
        return base_name(job)


def read_pipelines(reader: Reader, since: Item) -> Pipelines:
    """List pipelines, and the executions of those that ran since `since["CreationTimeAfter"]`."""
    first = since["CreationTimeAfter"]
    listed = reader.items("sagemaker", "list_pipelines", "PipelineSummaries", MaxResults=_PAGE)
    listed.sort(key=lambda one: str(one["PipelineArn"]))
    # LastExecutionTime is absent where it never ran.
    ran = [one for one in listed if one.get("LastExecutionTime") and one["LastExecutionTime"] >= first]
    asked: list[Item] = [
        {"PipelineName": one["PipelineName"], "CreatedAfter": first, "MaxResults": _PAGE} for one in ran
    ]
    answers = reader.many_items("sagemaker", "list_pipeline_executions", "PipelineExecutionSummaries", asked)
    executions = {str(one["PipelineArn"]): answer for one, answer in zip(ran, answers, strict=True)}
    names = {
        execution["PipelineExecutionArn"].rsplit("/", 1)[-1]: str(one["PipelineName"])
        for one, answer in zip(ran, answers, strict=True)
        for execution in answer
    }
    return Pipelines(tuple(listed), executions, names)


def pipeline_findings(reader: Reader, pipelines: Pipelines) -> Iterator[Link | Resource]:
    """Yield each pipeline, then what its latest executions in the lookback started, as their steps say."""
    recent = {arn: _recent(reader, own) for arn, own in sorted(pipelines.executions.items())}
    for one in pipelines.listed:
        facts = {"name": str(one["PipelineName"]), "executions": str(len(recent.get(one["PipelineArn"], ())))}
        yield Resource(id=one["PipelineArn"], type="sagemaker:pipeline", region=reader.region, facts=facts)
    latest = [(arn, one["PipelineExecutionArn"]) for arn, own in recent.items() for one in own[-_EXECUTIONS:]]
    asked: list[Item] = [{"PipelineExecutionArn": execution, "MaxResults": _PAGE} for _, execution in latest]
    steps = reader.many_items("sagemaker", "list_pipeline_execution_steps", "PipelineExecutionSteps", asked)
    yield from sorted(
        {
            Link(target=started, trigger="", source=arn)
            for (arn, _), own in zip(latest, steps, strict=True)
            for step in own
            for started in _started(step.get("Metadata") or {})
        }
    )


def _recent(reader: Reader, executions: list[Item]) -> list[Item]:
    """Return the executions of the lookback, oldest first."""
    since = reader.scope.since
    own = [one for one in executions if one.get("StartTime", since) >= since]
    return sorted(own, key=lambda one: (one.get("StartTime", since), one["PipelineExecutionArn"]))


def _started(metadata: Item) -> Iterator[str]:
    for member, key in _STARTED:
        arn = (metadata.get(member) or {}).get(key)
        if arn:
            yield str(arn)
