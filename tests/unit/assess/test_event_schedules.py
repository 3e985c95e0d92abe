"""Schedules of EventBridge Scheduler: what the clock starts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from aimigrate.assess.collectors.event_schedules import collector
from tests.finding import Seen, look
from tests.recorded.events import CLASSIFIER, HERE, MACHINE, QUEUE, answers, schedule
from tests.recorded_aws import ACCOUNT, NOW, RecordedAws, Refused

WEEKLY = f"arn:aws:scheduler:{HERE}:schedule/default/weekly"
SDK = "arn:aws:scheduler:::aws-sdk"


def with_one(target: dict[str, Any], **more: Any) -> Seen:  # noqa: ANN401  # as AWS answers
    """Look at one schedule with this target."""
    listed = schedule("weekly", target["Arn"])
    answer = {
        **listed,
        "ScheduleExpression": "rate(7 days)",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/clock", **target},
        **more,
    }
    return look(
        collector,
        RecordedAws({("scheduler", "ListSchedules"): {"Schedules": [listed]}, ("scheduler", "GetSchedule"): answer}),
    )


def test_a_schedule_leads_to_what_it_starts_at_its_times() -> None:
    """The time zone belongs to the times."""
    seen = look(collector, RecordedAws(answers()))

    assert seen.ways == {(WEEKLY, "schedule:cron(0 3 ? * SUN *) Europe/Berlin", MACHINE)}
    assert seen.resources[WEEKLY].type == "scheduler:schedule"


@pytest.mark.parametrize(
    ("target", "started"),
    [
        ({"Arn": f"{CLASSIFIER}:live"}, CLASSIFIER),
        (
            {
                "Arn": f"arn:aws:ecs:{HERE}:cluster/vision",
                "EcsParameters": {"TaskDefinitionArn": f"arn:aws:ecs:{HERE}:task-definition/tagger:7"},
            },
            f"arn:aws:ecs:{HERE}:task-definition/tagger",
        ),
        (
            {"Arn": f"arn:aws:sagemaker:{HERE}:pipeline/retrain", "SageMakerPipelineParameters": {}},
            f"arn:aws:sagemaker:{HERE}:pipeline/retrain",
        ),
        (
            {
                "Arn": f"{SDK}:batch:submitJob",
                "Input": json.dumps({"JobName": "x", "JobQueue": "nightly", "JobDefinition": "score:3"}),
            },
            f"{QUEUE} score",
        ),
        (
            {"Arn": f"{SDK}:sagemaker:startPipelineExecution", "Input": json.dumps({"PipelineName": "Retrain"})},
            f"arn:aws:sagemaker:{HERE}:pipeline/retrain",
        ),
    ],
)
def test_each_kind_of_target_is_spelled_as_what_it_starts(target: dict[str, Any], started: str) -> None:
    """Templated targets by their ARN, calls of the SDK by the names in their input."""
    assert with_one(target).ways == {(WEEKLY, "schedule:rate(7 days)", started)}


def test_a_call_whose_input_names_nothing_is_said_to_be_unknown() -> None:
    """It starts something; what, only its input says, which may be computed or hold a secret."""
    seen = with_one({"Arn": f"{SDK}:sagemaker:createTrainingJob", "Input": '{"password": "hunter2"}'})

    assert seen.links == []
    assert seen.resources[WEEKLY].facts["starts"].startswith("unknown")
    assert "hunter2" not in repr(seen.reader.answers)


@pytest.mark.parametrize(
    "target", [f"{SDK}:ec2:stopInstances", f"arn:aws:sns:{HERE}:news", f"{SDK}:rds:startDBCluster"]
)
def test_what_starts_no_model_is_not_asked_for(target: str) -> None:
    """It exists, and no request is spent on it."""
    aws = RecordedAws({("scheduler", "ListSchedules"): {"Schedules": [schedule("weekly", target)]}})

    seen = look(collector, aws)

    assert set(seen.resources) == {WEEKLY}
    assert dict(aws.calls) == {("scheduler", "ListSchedules"): 1}


def test_a_schedule_that_is_off_or_over_starts_nothing() -> None:
    """Disabled, or with an end that has passed."""
    aws = RecordedAws(answers())
    aws.answers["scheduler", "ListSchedules"] = {"Schedules": [schedule("weekly", MACHINE, State="DISABLED")]}

    assert look(collector, aws).links == []
    assert aws.calls["scheduler", "GetSchedule"] == 0
    assert with_one({"Arn": MACHINE}, EndDate=NOW - timedelta(days=1)).links == []
    assert len(with_one({"Arn": MACHINE}, EndDate=NOW + timedelta(days=1)).links) == 1


def test_a_schedule_deleted_between_list_and_get_is_named() -> None:
    """Schedules may delete themselves after their last run."""
    aws = RecordedAws(answers())
    aws.refuse("scheduler", "GetSchedule", "ResourceNotFoundException")

    entry = look(collector, aws).entry("scheduler", "GetSchedule")

    assert entry.status == "partial"
    assert "default/weekly" in (entry.reason or "")


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read is kept, and the list is partial."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("InternalServerException")
        return {"Schedules": [schedule("weekly", MACHINE)], "NextToken": "more"}

    aws = RecordedAws(answers())
    aws.answers["scheduler", "ListSchedules"] = pages

    seen = look(collector, aws)

    assert len(seen.links) == 1
    assert seen.entry("scheduler", "ListSchedules").status == "partial"
