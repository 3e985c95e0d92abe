"""Definitions of state machines: what they start is found however it is nested, and nothing else is kept."""

import json
from typing import Any

import pytest

from aimigrate.assess._asl import Task, kept_definition, kept_input, names_in, tasks_of

SUBMIT = "arn:aws:states:::batch:submitJob.sync"


def task(resource: str = SUBMIT, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as an owner writes it
    """Return a Task state."""
    return {"Type": "Task", "Resource": resource, "End": True, **more}


def one(state: dict[str, Any]) -> str:
    """Return a definition with one state."""
    return json.dumps({"StartAt": "A", "States": {"A": state}})


def test_names_that_are_written_out_are_found() -> None:
    """As in the developer guide's example of a Batch job (Step Functions developer guide, Batch, read 2026-11)."""
    parameters = {
        "JobDefinition": "preprocessing",
        "JobName": "PreprocessingBatchJob",
        "JobQueue": "SecondaryQueue",
        "Parameters.$": "$.batchjob.parameters",
        "ContainerOverrides": {"ResourceRequirements": [{"Type": "VCPU", "Value": "4"}]},
    }

    (found,) = tasks_of(one(task(Parameters=parameters))) or ()

    assert found.resource == SUBMIT
    assert dict(found.given) == {
        "JobDefinition": "preprocessing",
        "JobName": "PreprocessingBatchJob",
        "JobQueue": "SecondaryQueue",
    }


@pytest.mark.parametrize(
    "given",
    [
        {"Parameters": {"JobQueue.$": "$.queue", "JobDefinition.$": "States.Format('{}', $.name)"}},
        {"Arguments": {"JobQueue": "{% $queue %}", "JobDefinition": "{% $states.input.name %}"}},
        {"Arguments": "{% $everything %}"},
        {"Parameters": None},
        {"Parameters": {"JobQueue": 7, "JobDefinition": ["a"]}},
        {},
    ],
)
def test_names_that_are_computed_are_left_out(given: dict[str, Any]) -> None:
    """JSONPath marks the key, JSONata the value; what is no name is none, whatever its shape."""
    assert tasks_of(one(task(**given))) == (Task(SUBMIT),)


def test_tasks_are_found_in_branches_maps_and_their_branches() -> None:
    """Parallel, Map with an ItemProcessor, the older Iterator, one in another; Choice and Next change nothing."""
    deep = {"StartAt": "E", "States": {"E": task("arn:aws:states:::ecs:runTask")}}
    older = {"StartAt": "D", "States": {"D": {"Type": "Map", "Iterator": deep, "End": True}}}
    inner = {"StartAt": "C", "States": {"C": {"Type": "Parallel", "Branches": [older], "End": True}}}
    definition = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Map", "ItemProcessor": inner, "Next": "B"},
            "B": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True, "Next": "A"}], "Default": "F"},
            "F": task(),
        },
    }

    found = tasks_of(json.dumps(definition)) or ()

    assert [one.resource for one in found] == [SUBMIT, "arn:aws:states:::ecs:runTask"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        '{"States": ',
        "[]",
        "null",
        "7",
        "[" * 500_000,
        '{"States":' * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "9" * 10_000,
    ],
)
def test_what_is_no_definition_is_said_so(text: str) -> None:
    """No JSON, no object, nested beyond all measure: None, and never an error."""
    assert tasks_of(text) is None
    assert kept_definition(text) == ""
    assert names_in(text) == {}


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"States": None},
        {"States": []},
        {"States": {"A": None, "B": [], "C": "Task", "D": {"Type": "Pass"}}},
        {"States": {"A": {"Type": "Parallel", "Branches": "none"}, "B": {"Type": "Parallel", "Branches": [None, 1]}}},
        {"States": {"A": {"Type": "Map", "Iterator": [], "ItemProcessor": 3}}},
    ],
)
def test_shapes_that_the_language_does_not_have_start_nothing(definition: dict[str, Any]) -> None:
    """A machine of another shape has no tasks; that is no error."""
    assert tasks_of(json.dumps(definition)) == ()


def test_a_machine_nested_deeply_but_readably_is_read_to_its_end() -> None:
    """A hundred maps in one another hide nothing."""
    machine: dict[str, Any] = {"States": {"A": task()}}
    for _ in range(100):
        machine = {"States": {"A": {"Type": "Map", "ItemProcessor": machine}}}

    assert tasks_of(json.dumps(machine)) == (Task(SUBMIT),)


def test_what_is_kept_has_the_same_tasks_and_no_secret() -> None:
    """Payloads, environments, comments and state names are gone; keeping it twice changes nothing."""
    secret = "hunter2 hunter2"
    definition = {
        "Comment": secret,
        "States": {
            secret: task(
                Parameters={
                    "JobQueue": "nightly",
                    "JobDefinition": secret,
                    "FunctionName": secret,
                    "Payload": {"password": secret},
                    "ContainerOverrides": {"Environment": [{"Name": "KEY", "Value": secret}]},
                },
                ResultSelector={"a": secret},
            ),
            "Other": task(secret),
            "Passed": {"Type": "Pass", "Result": secret},
        },
    }
    text = json.dumps(definition)

    kept = kept_definition(text)

    assert "hunter2" not in kept
    assert tasks_of(kept) == tasks_of(text) == (Task(""), Task(SUBMIT, (("JobQueue", "nightly"),)))
    assert kept_definition(kept) == kept


def test_of_an_input_only_names_are_kept() -> None:
    """What Scheduler hands to SubmitJob names the job; the rest of it is its owner's."""
    text = json.dumps({"JobQueue": "nightly", "JobDefinition": "score:3", "Parameters": {"token": "hunter2"}})

    assert kept_input(text) == '{"JobDefinition": "score:3", "JobQueue": "nightly"}'
    assert names_in(kept_input(text)) == names_in(text)
    assert kept_input("hunter2") == "{}"
