"""What a state machine or a schedule calls, with the names it gives, and nothing else of what is written there.

Definitions and inputs are their owner's, may be long, deep or no JSON at all, and may hold secrets. What is kept is
small enough to be looked over: the call of each task, and for names that are known here the value, if it is a name.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

NAMES = (
    "AutoMLJobName",
    "DeliveryStreamName",
    "EndpointName",
    "FunctionName",
    "HyperParameterTuningJobName",
    "JobDefinition",
    "JobName",
    "JobQueue",
    "ModelId",
    "PipelineName",
    "ProcessingJobName",
    "QueueUrl",
    "StateMachineArn",
    "StreamName",
    "TaskDefinition",
    "TrainingJobName",
    "TransformJobName",
)
"""Arguments that name what a call starts, as Step Functions and EventBridge Scheduler spell them (read 2026-11)."""

_NAME = re.compile(r"[\w:/.@+=-]{1,256}", re.ASCII)
_RESOURCE = re.compile(r"arn:[\w:/.@+=$-]{1,1600}", re.ASCII)


@dataclass(frozen=True, order=True)
class Task:
    """One call that a state machine makes: its Resource, and the arguments that name something."""

    resource: str
    given: tuple[tuple[str, str], ...] = ()
    """Only those written out; one that is computed when it runs is not there."""


def tasks_of(definition: str) -> tuple[Task, ...] | None:
    """Return the tasks of a definition in Amazon States Language, nested ones too; None where it can't be read."""
    root = _json(definition)
    if not isinstance(root, dict):
        return None
    found: list[Task] = []
    waiting: list[Any] = [root]
    while waiting:
        machine = waiting.pop()
        states = machine.get("States") if isinstance(machine, dict) else None
        for state in (states or {}).values() if isinstance(states, dict) else ():
            if not isinstance(state, dict):
                continue
            if state.get("Type") == "Task":
                found.append(_task(state))
            branches = state.get("Branches")
            waiting += branches if isinstance(branches, list) else []
            waiting += [state.get("Iterator"), state.get("ItemProcessor")]
    return tuple(sorted(found))


def names_in(text: str) -> dict[str, str]:
    """Return the known names in a JSON object, less every other member; none where it can't be read."""
    return dict(_names(_json(text)))


def kept_definition(definition: str) -> str:
    """Return a definition with the same tasks and nothing else of the one given; empty where it can't be read."""
    tasks = tasks_of(definition)
    if tasks is None:
        return ""
    states = {
        f"{number}": {"Type": "Task", "Resource": task.resource, "Arguments": dict(task.given)}
        for number, task in enumerate(tasks)
    }
    return json.dumps({"States": states})


def kept_input(text: str) -> str:
    """Return an input with the known names in it and nothing else."""
    return json.dumps(names_in(text), sort_keys=True)


def _json(text: str) -> Any:  # noqa: ANN401  # whatever an owner wrote
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _task(state: dict[str, Any]) -> Task:
    resource = state.get("Resource")
    plain = resource if isinstance(resource, str) and _RESOURCE.fullmatch(resource) else ""
    return Task(plain, _names(state.get("Arguments", state.get("Parameters"))))


def _names(arguments: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401  # whatever an owner wrote
    """Return the names that are written out; `NAME.$` and `{% %}` are computed when it runs, and left out."""
    given = arguments if isinstance(arguments, dict) else {}
    return tuple(
        (name, given[name]) for name in NAMES if isinstance(given.get(name), str) and _NAME.fullmatch(given[name])
    )
