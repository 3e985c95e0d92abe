"""Pipelines: what starts what, and which jobs are one.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from aimigrate.assess._found import Link
from aimigrate.assess._grain import settle
from aimigrate.assess._sagemaker_pipelines import Pipelines
from tests.collecting import Bench, named, paged, refused
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
        "sagemaker-jobs", account(ListPipelineExecutionSteps={"PipelineExecutionSteps": [step(**metadata)]})
    )

    (link,) = run.links

    target = started or metadata["Lambda"]["Arn"]
    assert (link.target, link.trigger, link.source) == (target, "", arn("pipeline/nightly"))


def test_steps_that_start_nothing_link_nothing(bench: Bench) -> None:
    """A condition, a registration, a step that was not reached yet."""
    steps = [step(Condition={"Outcome": "True"}), step(RegisterModel={"Arn": arn("model-package/m/1")}), step()]
    del steps[2]["Metadata"]

    run = bench.run("sagemaker-jobs", account(ListPipelineExecutionSteps={"PipelineExecutionSteps": steps}))

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
        pipeline("old", LastExecutionTime=NOW - 80 * DAY),
        pipeline("never"),
    ]
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListPipelines=paged("PipelineSummaries", listed),
            ListPipelineExecutions=paged(
                "PipelineExecutionSummaries", [execution("hourly", number) for number in range(40)]
            ),
            ListPipelineExecutionSteps=steps,
        ),
    )

    calls = {name: times for name, times in run.calls.items() if "Pipeline" in name}
    assert calls == {"ListPipelines": 1, "ListPipelineExecutions": 1, "ListPipelineExecutionSteps": 5}
    assert sorted(asked) == [execution("hourly", number)["PipelineExecutionArn"] for number in range(35, 40)]
    assert {one.facts["name"]: one.facts["executions"] for one in run.resources.values()} == {
        "hourly": "40", "never": "0", "old": "0",
    }  # fmt: skip


def training(name: str, made_at: datetime) -> dict[str, Any]:
    """Return one entry of ListTrainingJobs; the ARN has the name in lower case."""
    return {
        "TrainingJobName": name,
        "TrainingJobArn": arn(f"training-job/{name.lower()}"),
        "TrainingJobStatus": "Completed",
        "CreationTime": made_at,
    }


def test_a_schedule_reaches_the_job_through_the_pipeline(bench: Bench) -> None:
    """A rule that starts the pipeline is what starts its training jobs, once the grain has joined the links."""
    run = bench.run(
        "sagemaker-jobs", account(ListTrainingJobs={"TrainingJobSummaries": [training("fit-1", NOW - DAY)]})
    )
    rule = Link(target=arn("pipeline/nightly"), trigger="schedule:cron(0 1 * * ? *)", source="arn:aws:events:::rule/r")

    (found,) = settle([*run.found.values(), *run.links, rule]).found

    assert found.workload.triggers == ("schedule:cron(0 1 * * ? *)",)
    assert found.workload.started_by == ("arn:aws:events:::rule/r", arn("pipeline/nightly"))


def executions(name: str, *numbers: int) -> dict[str, Any]:
    """Return ListPipelineExecutions with these executions."""
    return {"PipelineExecutionSummaries": [execution(name, number) for number in numbers]}


def test_the_jobs_of_one_step_are_one_workload_whatever_their_execution(bench: Bench) -> None:
    """A pipeline names each job by execution, step and chance: two steps run twice are two workloads, not four."""
    jobs = [
        training(f"pipelines-{number:012d}-{name}-aB3dE6gH9{number}", NOW - DAY)
        for number in (1, 2)
        for name in ("Fit", "Fit-Again")
    ]
    run = bench.run(
        "sagemaker-jobs",
        account(ListPipelineExecutions=executions("nightly", 1, 2), ListTrainingJobs={"TrainingJobSummaries": jobs}),
    )

    assert {one.workload.name: len(one.workload.runs) for one in run.found.values()} == {
        "nightly/Fit": 2, "nightly/Fit-Again": 2,
    }  # fmt: skip
    assert run.calls["DescribeTrainingJob"] == 2


def test_steps_of_one_name_in_two_pipelines_are_apart(bench: Bench) -> None:
    """Which pipeline an execution is of is known from the list of its executions, not from the step's name."""
    by_name = {"day": executions("day", 1), "night": executions("night", 2)}
    listed = [pipeline(name, LastExecutionTime=NOW - DAY) for name in by_name]
    jobs = [training(f"pipelines-{number:012d}-Fit-aB3dE6gH9{number}", NOW - DAY) for number in (1, 2)]
    run = bench.run(
        "sagemaker-jobs",
        account(
            ListPipelines=paged("PipelineSummaries", listed),
            ListPipelineExecutions=named("PipelineName", by_name),
            ListTrainingJobs={"TrainingJobSummaries": jobs},
        ),
    )

    assert sorted(one.workload.name for one in run.found.values()) == ["day/Fit", "night/Fit"]


@pytest.mark.parametrize(
    ("job", "base"),
    [
        ("pipelines-000000000001-Fit-aB3dE6gH9j", "nightly/Fit"),
        ("000000000001-Tune-aB3dE6gH9j", "nightly/Tune"),  # a tuning job, whose name has 32 characters at most
        ("my-prefix-000000000001-aB3dE6gH9j", "nightly/my-prefix"),  # a prefix of its owner
        ("pipelines-zzzzzzzzzzzz-Fit-aB3dE6gH9j", "pipelines-Fit"),  # of an execution that was not listed
        ("pipelines-weekly-2026-11-18", "pipelines-weekly"),  # named by a person
        ("fit-2026-11-18", "fit"),
    ],
)
def test_the_name_of_a_job_tells_its_step(job: str, base: str) -> None:
    """By the executions that are known; a name that is no pipeline's loses its stamp alone."""
    assert Pipelines(names={"000000000001": "nightly"}).base_name(job) == base


@pytest.mark.parametrize("operation", ["ListPipelines", "ListPipelineExecutions", "ListPipelineExecutionSteps"])
@pytest.mark.parametrize(("code", "status"), [("AccessDeniedException", "denied"), ("ResourceNotFound", "partial")])
def test_what_can_not_be_listed_is_a_hole(bench: Bench, operation: str, code: str, status: str) -> None:
    """Denied, or gone between two lists: the links are lost, the hole is named, nothing is raised."""
    run = bench.run("sagemaker-jobs", account(**{operation: refused(code)}))

    assert (run.links, run.found) == ([], {})
    assert run.coverage[operation].status == status
    assert (arn("pipeline/nightly") in run.resources) == (operation != "ListPipelines")
