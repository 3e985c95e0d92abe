"""Pipelines: what starts what.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from datetime import timedelta
from typing import Any

import pytest

from aimigrate.assess._found import Link
from aimigrate.assess._grain import settle
from tests.collecting import Bench, paged, refused
from tests.recorded.sagemaker import arn
from tests.recorded_aws import NOW, Answer

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def pipeline(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListPipelines; LastExecutionTime is there only if it ever ran."""
    return {"PipelineArn": arn(f"pipeline/{name}"), "PipelineName": name, "CreationTime": NOW - 90 * DAY, **more}


def execution(name: str, number: int) -> dict[str, Any]:
    """Return one entry of ListPipelineExecutions."""
    return {
        "PipelineExecutionArn": f"{arn(f'pipeline/{name}')}/execution/{number:012d}",
        "StartTime": NOW - 10 * DAY + number * timedelta(hours=1),
        "PipelineExecutionStatus": "Succeeded",
    }


def step(**metadata: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListPipelineExecutionSteps."""
    return {"StepName": "step", "StepStatus": "Succeeded", "Metadata": metadata}


def account(**answers: Answer) -> dict[tuple[str, str], Answer]:
    """Return an account with one pipeline that ran yesterday, where nothing else is given."""
    given: dict[str, Answer] = {
        "ListPipelines": {"PipelineSummaries": [pipeline("nightly", LastExecutionTime=NOW - DAY)]},
        "ListPipelineExecutions": {"PipelineExecutionSummaries": [execution("nightly", 1)]},
        "ListPipelineExecutionSteps": {
            "PipelineExecutionSteps": [step(TrainingJob={"Arn": arn("training-job/fit-1")})]
        },
    }
    return {("sagemaker", operation): answer for operation, answer in (given | answers).items()}


@pytest.mark.parametrize(
    ("metadata", "started"),
    [
        ({"TrainingJob": {"Arn": arn("training-job/a")}}, arn("training-job/a")),
        ({"ProcessingJob": {"Arn": arn("processing-job/a")}}, arn("processing-job/a")),
        ({"TransformJob": {"Arn": arn("transform-job/a")}}, arn("transform-job/a")),
        ({"TuningJob": {"Arn": arn("hyper-parameter-tuning-job/a")}}, arn("hyper-parameter-tuning-job/a")),
        ({"AutoMLJob": {"Arn": arn("automl-job/a")}}, arn("automl-job/a")),
        ({"QualityCheck": {"CheckJobArn": arn("processing-job/q")}}, arn("processing-job/q")),
        ({"ClarifyCheck": {"CheckJobArn": arn("processing-job/c")}}, arn("processing-job/c")),
        ({"Lambda": {"Arn": "arn:aws:lambda:eu-central-1:123456789012:function:f"}}, None),
        ({"Endpoint": {"Arn": arn("endpoint/e")}}, arn("endpoint/e")),
    ],
)
def test_a_step_links_its_pipeline_to_what_it_started(
    bench: Bench, metadata: dict[str, Any], started: str | None
) -> None:
    """Each kind of step that starts something that may be a workload; the pipeline itself is only a step on the way."""
    run = bench.run(
        "sagemaker-pipelines", account(ListPipelineExecutionSteps={"PipelineExecutionSteps": [step(**metadata)]})
    )

    (link,) = run.links

    target = started or metadata["Lambda"]["Arn"]
    assert (link.target, link.trigger, link.source) == (target, "", arn("pipeline/nightly"))


def test_steps_that_start_nothing_link_nothing(bench: Bench) -> None:
    """A condition, a registration, a step that was not reached yet."""
    steps = [step(Condition={"Outcome": "True"}), step(RegisterModel={"Arn": arn("model-package/m/1")}), step()]
    del steps[2]["Metadata"]

    run = bench.run("sagemaker-pipelines", account(ListPipelineExecutionSteps={"PipelineExecutionSteps": steps}))

    assert run.links == []
    assert run.resources[arn("pipeline/nightly")].facts["executions"] == "1"


def test_only_what_ran_lately_is_asked_for_and_of_that_the_latest(bench: Bench) -> None:
    """Three pipelines, one of which ran in the lookback, 40 times: 1 page of executions, steps of the latest five."""
    asked: list[str] = []

    def steps(params: dict[str, Any]) -> dict[str, Any]:
        asked.append(params["PipelineExecutionArn"])
        return {"PipelineExecutionSteps": []}

    listed = [
        pipeline("hourly", LastExecutionTime=NOW - DAY),
        pipeline("old", LastExecutionTime=NOW - 30 * DAY),
        pipeline("never"),
    ]
    run = bench.run(
        "sagemaker-pipelines",
        account(
            ListPipelines=paged("PipelineSummaries", listed),
            ListPipelineExecutions=paged(
                "PipelineExecutionSummaries", [execution("hourly", number) for number in range(40)]
            ),
            ListPipelineExecutionSteps=steps,
        ),
    )

    assert run.calls == {"ListPipelines": 1, "ListPipelineExecutions": 1, "ListPipelineExecutionSteps": 5}
    assert sorted(asked) == [execution("hourly", number)["PipelineExecutionArn"] for number in range(35, 40)]
    assert {one.facts["name"]: one.facts["executions"] for one in run.resources.values()} == {
        "hourly": "40", "never": "0", "old": "0",
    }  # fmt: skip


def test_a_schedule_reaches_the_job_through_the_pipeline(bench: Bench) -> None:
    """A rule that starts the pipeline is what starts its training jobs, once the grain has joined the links."""
    made = NOW - DAY
    job = {
        "TrainingJobName": "fit-1",
        "TrainingJobArn": arn("training-job/fit-1"),
        "TrainingJobStatus": "Completed",
        "CreationTime": made,
    }
    jobs = bench.run("sagemaker-jobs", {("sagemaker", "ListTrainingJobs"): {"TrainingJobSummaries": [job]}})
    links = bench.run("sagemaker-pipelines", account()).links
    rule = Link(target=arn("pipeline/nightly"), trigger="schedule:cron(0 1 * * ? *)", source="arn:aws:events:::rule/r")

    (found,) = settle([*jobs.found.values(), *links, rule]).found

    assert found.workload.triggers == ("schedule:cron(0 1 * * ? *)",)
    assert found.workload.started_by == ("arn:aws:events:::rule/r", arn("pipeline/nightly"))


@pytest.mark.parametrize("operation", ["ListPipelines", "ListPipelineExecutions", "ListPipelineExecutionSteps"])
@pytest.mark.parametrize(("code", "status"), [("AccessDeniedException", "denied"), ("ResourceNotFound", "partial")])
def test_what_can_not_be_listed_is_a_hole(bench: Bench, operation: str, code: str, status: str) -> None:
    """Denied, or gone between two lists: the links are lost, the hole is named, nothing is raised."""
    run = bench.run("sagemaker-pipelines", account(**{operation: refused(code)}))

    assert run.links == []
    assert run.coverage[operation].status == status
    assert (arn("pipeline/nightly") in run.resources) == (operation != "ListPipelines")
