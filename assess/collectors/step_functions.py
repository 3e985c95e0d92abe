"""Step Functions: what each state machine starts."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import plain_arn, service_of
from aimigrate.assess._asl import Task, tasks_of
from aimigrate.assess._found import Finding, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._targets import call_of, called, starts_something
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 1000  # maxResults; without it a page has 100 (Step Functions API reference, read 2026-11)


@dataclass(frozen=True)
class StepFunctions:
    """Nothing of a definition is kept but the names of what it starts: it may hold secrets.

    The least possible is one request for every 1,000 state machines, and one for each: only its description has the
    definition.
    """

    name: str = "step-functions"
    iam_actions: frozenset[str] = frozenset({"states:DescribeStateMachine", "states:ListStateMachines"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every state machine, and a link, without a trigger of its own, to each thing that it starts."""
        machines = sorted(
            reader.items("stepfunctions", "list_state_machines", "stateMachines", maxResults=_PER_PAGE),
            key=lambda item: str(item["stateMachineArn"]),
        )
        asked = [(str(item["name"]), {"stateMachineArn": item["stateMachineArn"]}) for item in machines]
        answers = reader.many("stepfunctions", "describe_state_machine", asked)
        for item, answer in zip(machines, answers, strict=True):
            arn, facts = str(item["stateMachineArn"]), {"name": str(item["name"]), "type": str(item.get("type", ""))}
            started: set[str] = set()
            if answer is not None:
                started, unknown = _started(reader, answer)
                facts |= {"starts": " ".join(sorted(started)), "starts_unknown": unknown}
            yield Resource(id=arn, type="states:stateMachine", region=reader.region, facts=facts)
            for target in sorted(started):
                yield Link(target, "", arn)


def _started(reader: Reader, described: Item) -> tuple[set[str], str]:
    """Return what a state machine starts, and in words how many of its tasks do not say it."""
    tasks = tasks_of(str(described.get("definition") or ""))
    if tasks is None:
        return set(), "all: the definition can't be read"
    found = [_target(reader, task) for task in tasks if _may_start(task)]
    known = {target for target in found if target is not None}
    return known, str(found.count(None))


def _may_start(task: Task) -> bool:
    call = call_of(task.resource)
    return starts_something(call) if call else service_of(task.resource) == "lambda" or not task.resource


def _target(reader: Reader, task: Task) -> str | None:
    call = call_of(task.resource)
    return called(reader, call, dict(task.given)) if call else plain_arn(task.resource) or None


collector = StepFunctions()
