"""SageMaker Pipelines: which pipeline starts which jobs. A pipeline is no workload; the jobs that it starts are.

The least possible requests in a region: the list of pipelines in pages of 100 (at least one), a page of executions for
each pipeline that ran in the lookback, and a page of steps for each of its latest five executions. Executions of one
pipeline start jobs of the same base names, so more of them would name the same workloads.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Resource

_PAGE = 100  # MaxResults of SageMaker's lists, 10 unless asked for (SageMaker API reference, read 2026-11)
_EXECUTIONS = 5  # ours: enough to see each branch that a condition takes
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
class SageMakerPipelines:
    """Each pipeline, and a link to everything that its latest executions started."""

    name: str = "sagemaker-pipelines"
    iam_actions: frozenset[str] = frozenset(
        {
            "sagemaker:ListPipelineExecutionSteps",
            "sagemaker:ListPipelineExecutions",
            "sagemaker:ListPipelines",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Link | Resource]:  # noqa: ARG002  # as every finder
        """Yield each pipeline, then what it started; one that did not run in the lookback starts nothing."""
        pipelines = reader.items("sagemaker", "list_pipelines", "PipelineSummaries", MaxResults=_PAGE)
        pipelines.sort(key=lambda one: str(one["PipelineArn"]))
        recent = [one for one in pipelines if _ran(reader, one)]
        asked: list[Item] = [
            {"PipelineName": one["PipelineName"], "CreatedAfter": reader.scope.since, "MaxResults": _PAGE}
            for one in recent
        ]
        answers = reader.many_items("sagemaker", "list_pipeline_executions", "PipelineExecutionSummaries", asked)
        executions = {one["PipelineArn"]: answer for one, answer in zip(recent, answers, strict=True)}
        for one in pipelines:
            yield _row(reader, one, executions.get(one["PipelineArn"]))
        yield from sorted(_links(reader, executions))


def _ran(reader: Reader, pipeline: Item) -> bool:
    """Return whether it may have run in the lookback: LastExecutionTime is absent where it never did."""
    last = pipeline.get("LastExecutionTime")
    return last is not None and last >= reader.scope.since


def _row(reader: Reader, pipeline: Item, executions: list[Item] | None) -> Resource:
    facts = {"name": str(pipeline["PipelineName"]), "executions": str(len(executions or ()))}
    last = pipeline.get("LastExecutionTime")
    if last is not None:
        facts["last_execution_at"] = last.isoformat()
    return Resource(id=pipeline["PipelineArn"], type="sagemaker:pipeline", region=reader.region, facts=facts)


def _links(reader: Reader, executions: dict[str, list[Item]]) -> set[Link]:
    """Ask for the steps of the latest executions of each pipeline, and link what they started to it."""
    latest = [
        (arn, execution["PipelineExecutionArn"])
        for arn, own in sorted(executions.items())
        for execution in sorted(own, key=lambda one: (one["StartTime"], one["PipelineExecutionArn"]))[-_EXECUTIONS:]
    ]
    asked: list[Item] = [{"PipelineExecutionArn": execution, "MaxResults": _PAGE} for _, execution in latest]
    steps = reader.many_items("sagemaker", "list_pipeline_execution_steps", "PipelineExecutionSteps", asked)
    return {
        Link(target=started, trigger="", source=arn)
        for (arn, _), own in zip(latest, steps, strict=True)
        for step in own
        for started in _started(step.get("Metadata") or {})
    }


def _started(metadata: Item) -> Iterator[str]:
    for member, key in _STARTED:
        arn = (metadata.get(member) or {}).get(key)
        if arn:
            yield str(arn)


collector = SageMakerPipelines()
