"""Rules of EventBridge: what the clock or an event starts, on every bus."""

import json
from typing import Any

import pytest

from aimigrate.assess.collectors.event_rules import collector
from tests.finding import Seen, look
from tests.recorded.events import CLASSIFIER, DEFINITION, HERE, MACHINE, ORDERS, QUEUE, answers, bus, rule
from tests.recorded_aws import RecordedAws, Refused

NIGHT = f"arn:aws:events:{HERE}:rule/night"
UPLOADED = f"arn:aws:events:{HERE}:rule/shop/uploaded"
CLUSTER = f"arn:aws:ecs:{HERE}:cluster/vision"
PIPELINE = f"arn:aws:sagemaker:{HERE}:pipeline/retrain"


def with_one(given: dict[str, Any], *targets: dict[str, Any]) -> Seen:
    """Look at one rule on the default bus with these targets."""
    aws = RecordedAws(
        {
            ("events", "ListEventBuses"): {"EventBuses": [bus("default")]},
            ("events", "ListRules"): {"Rules": [given]},
            ("events", "ListTargetsByRule"): {"Targets": list(targets)},
        }
    )
    return look(collector, aws)


def test_rules_on_every_bus_lead_to_what_they_start() -> None:
    """The clock on the default bus, an event on the owner's own."""
    seen = look(collector, RecordedAws(answers()))

    assert seen.ways == {
        (NIGHT, "schedule:cron(0 1 * * ? *)", f"{QUEUE} score"),
        (UPLOADED, "event:shop.orders", MACHINE),
    }
    buses = {f"arn:aws:events:{HERE}:event-bus/{name}" for name in ("default", "shop")}
    assert set(seen.resources) == {NIGHT, UPLOADED, *buses}
    assert seen.resources[NIGHT].type == "events:rule"


@pytest.mark.parametrize(
    ("target", "started"),
    [
        ({"Arn": QUEUE, "BatchParameters": {"JobDefinition": DEFINITION, "JobName": "x"}}, f"{QUEUE} score"),
        ({"Arn": QUEUE, "BatchParameters": {"JobDefinition": "score", "JobName": "x"}}, f"{QUEUE} score"),
        (
            {
                "Arn": CLUSTER,
                "EcsParameters": {"TaskDefinitionArn": f"arn:aws:ecs:{HERE}:task-definition/tagger:7", "TaskCount": 1},
            },
            f"arn:aws:ecs:{HERE}:task-definition/tagger",
        ),
        (
            {"Arn": CLUSTER, "EcsParameters": {"TaskDefinitionArn": f"arn:aws:ecs:{HERE}:task-definition/tagger"}},
            f"arn:aws:ecs:{HERE}:task-definition/tagger",
        ),
        ({"Arn": PIPELINE, "SageMakerPipelineParameters": {"PipelineParameterList": []}}, PIPELINE),
        ({"Arn": f"{CLASSIFIER}:live"}, CLASSIFIER),
        ({"Arn": f"{MACHINE}:prod"}, MACHINE),
        ({"Arn": ORDERS, "SqsParameters": {"MessageGroupId": "a"}}, ORDERS),
    ],
)
def test_each_kind_of_target_is_spelled_as_what_it_starts(target: dict[str, Any], started: str) -> None:
    """A job by queue and definition, a task by its family, a function or state machine without alias or version."""
    given = rule("night", ScheduleExpression="rate(1 day)")

    seen = with_one(given, {"Id": "1", "RoleArn": "arn:aws:iam::123456789012:role/x", **target})

    assert seen.ways == {(NIGHT, "schedule:rate(1 day)", started)}


@pytest.mark.parametrize(
    ("pattern", "triggers"),
    [
        ({"source": ["aws.s3"], "detail-type": ["Object Created"]}, {"event:s3"}),
        ({"source": ["aws.s3", "aws.ecr"]}, {"event:s3", "event:ecr"}),
        ({"source": [{"prefix": "aws.sagemaker"}]}, {"event:sagemaker"}),
        ({"source": [{"anything-but": ["aws.ec2"]}]}, {"event:any"}),
        ({"detail": {"state": ["failed"]}}, {"event:any"}),
        ({"source": "aws.s3"}, {"event:any"}),
        ({"source": ["<script>\u202eevil"]}, {"event:scriptevil"}),
        ({"source": ["a" * 500]}, {"event:" + "a" * 64}),
        ([1], {"event:any"}),
    ],
)
def test_an_event_is_named_by_who_sends_it(pattern: Any, triggers: set[str]) -> None:  # noqa: ANN401  # as an owner writes it
    """A pattern is its owner's: what can't be told from it is any, and no mark of it gets further."""
    seen = with_one(rule("night", EventPattern=json.dumps(pattern)), {"Id": "1", "Arn": MACHINE})

    assert {link.trigger for link in seen.links} == triggers


@pytest.mark.parametrize("pattern", ["not JSON", "[" * 100_000])
def test_a_pattern_that_is_no_json_is_any_event(pattern: str) -> None:
    """It sets the rule off by something, which is all that can be said."""
    seen = with_one(rule("night", EventPattern=pattern), {"Id": "1", "Arn": MACHINE})

    assert [link.trigger for link in seen.links] == ["event:any"]


@pytest.mark.parametrize("more", [{"State": "DISABLED"}, {"ManagedBy": "states.amazonaws.com"}])
def test_a_rule_that_is_off_or_an_aws_services_own_starts_nothing(more: dict[str, str]) -> None:
    """It exists, and is not asked for its targets."""
    aws = RecordedAws(
        {
            ("events", "ListEventBuses"): {"EventBuses": [bus("default")]},
            ("events", "ListRules"): {"Rules": [rule("night", ScheduleExpression="rate(1 day)", **more)]},
        }
    )

    seen = look(collector, aws)

    assert seen.links == []
    assert NIGHT in seen.resources
    assert aws.calls["events", "ListTargetsByRule"] == 0


def test_buses_that_may_not_be_listed_leave_the_default_one() -> None:
    """Every account has it: its rules are read, and the hole is named."""
    aws = RecordedAws(answers())
    aws.refuse("events", "ListEventBuses", "AccessDeniedException")

    seen = look(collector, aws)

    assert {one.source for one in seen.links} == {NIGHT}
    assert seen.entry("events", "ListEventBuses").status == "denied"


def test_every_page_of_buses_is_read() -> None:
    """There is no paginator for them: the token is followed."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            return {"EventBuses": [bus("shop")]}
        return {"EventBuses": [bus("default")], "NextToken": "more"}

    aws = RecordedAws(answers())
    aws.answers["events", "ListEventBuses"] = pages

    assert {one.source for one in look(collector, aws).links} == {NIGHT, UPLOADED}


def test_a_second_page_of_rules_that_fails_keeps_the_first() -> None:
    """What was read is kept, and the list is partial."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("ThrottlingException")
        return {"Rules": [rule("night", ScheduleExpression="cron(0 1 * * ? *)")], "NextToken": "more"}

    aws = RecordedAws(answers())
    aws.answers["events", "ListEventBuses"] = {"EventBuses": [bus("default")]}
    aws.answers["events", "ListRules"] = pages

    seen = look(collector, aws)

    assert {one.source for one in seen.links} == {NIGHT}
    assert seen.entry("events", "ListRules").status == "partial"


def test_a_rule_deleted_between_list_and_targets_is_a_hole() -> None:
    """It was listed, so it is there; what it started is not known any more."""
    aws = RecordedAws(answers())
    aws.refuse("events", "ListTargetsByRule", "ResourceNotFoundException")

    seen = look(collector, aws)

    assert seen.links == []
    assert NIGHT in seen.resources
    assert seen.entry("events", "ListTargetsByRule").status == "partial"


def test_no_input_of_a_target_is_recorded() -> None:
    """What a rule hands on may hold a secret."""
    seen = look(collector, RecordedAws(answers()))

    assert "hunter2" not in repr(seen.reader.answers)
