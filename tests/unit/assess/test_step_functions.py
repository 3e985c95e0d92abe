"""State machines: what each starts, by its definition, and nothing of it kept."""

from typing import Any

import pytest

from aimigrate.assess.collectors.step_functions import collector
from tests.finding import Seen, look
from tests.recorded.events import CLASSIFIER, HERE, MACHINE, ORDERS, QUEUE, SCORER, answers, described, machine
from tests.recorded_aws import ACCOUNT, REGION, RecordedAws, Refused

TASK = "arn:aws:states:::"


def with_tasks(*tasks: tuple[str, dict[str, Any]]) -> Seen:
    """Look at one state machine with these tasks: resource and parameters."""
    states = {
        f"{number}": {"Type": "Task", "Resource": resource, "Parameters": given}
        for number, (resource, given) in enumerate(tasks)
    }
    return with_definition({"StartAt": "0", "States": states})


def with_definition(definition: dict[str, Any] | str) -> Seen:
    """Look at one state machine with this definition."""
    aws = RecordedAws(
        {
            ("stepfunctions", "ListStateMachines"): {"stateMachines": [machine(MACHINE)]},
            ("stepfunctions", "DescribeStateMachine"): described(MACHINE, definition),
        }
    )
    return look(collector, aws)


def test_a_state_machine_is_a_step_to_what_it_starts() -> None:
    """It has no trigger of its own: what starts it starts that too."""
    seen = look(collector, RecordedAws(answers()))

    assert seen.ways == {(MACHINE, "", SCORER)}
    assert seen.resources[MACHINE].type == "states:stateMachine"
    assert seen.resources[MACHINE].facts["starts"] == SCORER


@pytest.mark.parametrize(
    ("resource", "given", "started"),
    [
        (f"{TASK}batch:submitJob.sync", {"JobQueue": "nightly", "JobDefinition": "score:3"}, f"{QUEUE} score"),
        (f"{TASK}batch:submitJob", {"JobQueue": QUEUE, "JobDefinition": "score"}, f"{QUEUE} score"),
        (f"{TASK}lambda:invoke", {"FunctionName": "classifier"}, CLASSIFIER),
        (f"{TASK}lambda:invoke.waitForTaskToken", {"FunctionName": "classifier:live"}, CLASSIFIER),
        (f"{TASK}lambda:invoke", {"FunctionName": f"{ACCOUNT}:function:classifier"}, CLASSIFIER),
        (f"{CLASSIFIER}:live", {}, CLASSIFIER),
        (f"{TASK}ecs:runTask.sync", {"TaskDefinition": "tagger:4"}, f"arn:aws:ecs:{HERE}:task-definition/tagger"),
        (
            f"{TASK}ecs:runTask.waitForTaskToken",
            {"TaskDefinition": f"arn:aws:ecs:{HERE}:task-definition/tagger:4", "Cluster": "vision"},
            f"arn:aws:ecs:{HERE}:task-definition/tagger",
        ),
        (
            f"{TASK}sagemaker:createTrainingJob.sync",
            {"TrainingJobName": "Weekly"},
            f"arn:aws:sagemaker:{HERE}:training-job/weekly",
        ),
        (
            f"{TASK}sagemaker:createTransformJob.sync",
            {"TransformJobName": "score"},
            f"arn:aws:sagemaker:{HERE}:transform-job/score",
        ),
        (
            f"{TASK}aws-sdk:sagemaker:startPipelineExecution",
            {"PipelineName": "retrain"},
            f"arn:aws:sagemaker:{HERE}:pipeline/retrain",
        ),
        (
            f"{TASK}aws-sdk:sagemakerruntime:invokeEndpoint",
            {"EndpointName": "weld"},
            f"arn:aws:sagemaker:{HERE}:endpoint/weld",
        ),
        (f"{TASK}glue:startJobRun.sync", {"JobName": "clean"}, f"arn:aws:glue:{HERE}:job/clean"),
        (
            f"{TASK}states:startExecution.sync:2",
            {"StateMachineArn": f"{MACHINE}:prod"},
            MACHINE,
        ),
        (f"{TASK}sqs:sendMessage", {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders"}, ORDERS),
        (
            f"{TASK}bedrock:invokeModel",
            {"ModelId": "amazon.titan-embed-text-v2:0"},
            f"arn:aws:bedrock:{REGION}::foundation-model/amazon.titan-embed-text-v2:0",
        ),
    ],
)
def test_each_call_is_spelled_as_what_it_starts(resource: str, given: dict[str, Any], started: str) -> None:
    """Names, ARNs, revisions, aliases and ways of waiting come to one spelling."""
    assert with_tasks((resource, given)).ways == {(MACHINE, "", started)}


def test_names_that_are_known_only_when_it_runs_are_counted_as_unknown() -> None:
    """JSONPath, JSONata, and names that are not there: no link is made up."""
    seen = with_tasks(
        (f"{TASK}batch:submitJob.sync", {"JobQueue.$": "$.queue", "JobDefinition": "score"}),
        (f"{TASK}sagemaker:createTrainingJob.sync", {"TrainingJobName.$": "States.Format('t-{}', $.id)"}),
        (f"{TASK}lambda:invoke", {"FunctionName": "{% $function %}"}),
        (f"{TASK}lambda:invoke", {"FunctionName": "classifier"}),
        (f"{TASK}dynamodb:putItem", {"TableName": "results"}),
        (f"arn:aws:states:{HERE}:activity:by-hand", {}),
    )

    assert seen.ways == {(MACHINE, "", CLASSIFIER)}
    assert seen.resources[MACHINE].facts["starts_unknown"] == "3"


@pytest.mark.parametrize("definition", ["not JSON", "[]", '{"States":' * 100_000])
def test_a_definition_that_can_not_be_read_is_said_so(definition: str) -> None:
    """It is no error, and not nothing."""
    seen = with_definition(definition)

    assert seen.links == []
    assert seen.resources[MACHINE].facts["starts_unknown"] == "all: the definition can't be read"


def test_no_secret_of_a_definition_is_recorded() -> None:
    """Payloads hold tokens; the recording keeps what is started and no more."""
    seen = look(collector, RecordedAws(answers()))

    assert "hunter2" not in repr(seen.reader.lines)
    assert SCORER in repr(seen.reader.lines)


def test_a_thousand_state_machines_are_one_page() -> None:
    """Without asking for the largest page there would be ten."""
    asked: list[dict[str, Any]] = []

    def page(given: dict[str, Any]) -> dict[str, Any]:
        asked.append(given)
        return {"stateMachines": [machine(f"{MACHINE}{number}") for number in range(1000)]}

    aws = RecordedAws(answers())
    aws.answers["stepfunctions", "ListStateMachines"] = page

    seen = look(collector, aws)

    assert asked == [{"maxResults": 1000}]
    assert len(seen.resources) == aws.calls["stepfunctions", "DescribeStateMachine"] == 1000


@pytest.mark.parametrize(
    ("code", "status"), [("StateMachineDoesNotExist", "partial"), ("KmsAccessDeniedException", "denied")]
)
def test_a_state_machine_that_can_not_be_described_is_named(code: str, status: str) -> None:
    """Deleted meanwhile, or encrypted with a key that may not be used: it is there, what it starts is unknown."""
    aws = RecordedAws(answers())
    aws.refuse("stepfunctions", "DescribeStateMachine", code)

    seen = look(collector, aws)

    assert "starts" not in seen.resources[MACHINE].facts
    assert seen.entry("stepfunctions", "DescribeStateMachine").status == status
    assert "retrain" in (seen.entry("stepfunctions", "DescribeStateMachine").reason or "")


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read is kept, and the list is partial."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" in given:
            raise Refused("ThrottlingException")
        return {"stateMachines": [machine(MACHINE)], "nextToken": "more"}

    aws = RecordedAws(answers())
    aws.answers["stepfunctions", "ListStateMachines"] = pages

    seen = look(collector, aws)

    assert set(seen.resources) == {MACHINE}
    assert seen.entry("stepfunctions", "ListStateMachines").status == "partial"
