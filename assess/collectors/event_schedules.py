"""EventBridge Scheduler: what the clock starts."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import service_of
from aimigrate.assess._asl import names_in
from aimigrate.assess._found import Finding, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._targets import call_of, called, starts_something, target_of
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 100  # MaxResults (EventBridge Scheduler API reference, read 2026-11)
_STARTERS = frozenset({"ecs", "events", "firehose", "kinesis", "lambda", "sagemaker", "sqs", "states"})
"""Services of templated targets that start or feed what this program looks for; others notify, build or scan."""


@dataclass(frozen=True)
class EventSchedules:
    """A schedule whose target is no such thing, that is off, or whose end has passed, starts nothing.

    The least possible is one request for every 100 schedules, and one for each that is on and may start a workload:
    the list tells neither the times nor the parameters.
    """

    name: str = "event-schedules"
    iam_actions: frozenset[str] = frozenset({"scheduler:GetSchedule", "scheduler:ListSchedules"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every schedule, and a link from each that is on to what it starts."""
        listed = sorted(
            reader.items("scheduler", "list_schedules", "Schedules", MaxResults=_PER_PAGE),
            key=lambda item: str(item["Arn"]),
        )
        on = [item for item in listed if item.get("State") != "DISABLED" and _may_start(item["Target"]["Arn"])]
        asked = [
            (f"{item['GroupName']}/{item['Name']}", {"GroupName": item["GroupName"], "Name": item["Name"]})
            for item in on
        ]
        answers = reader.many("scheduler", "get_schedule", asked)
        described = {item["Arn"]: answer for item, answer in zip(on, answers, strict=True)}
        for item in listed:
            answer = described.get(item["Arn"])
            started = _started(reader, answer["Target"]) if answer else None
            yield _resource(reader, item, answer, started)
            if answer and started and not _over(reader, answer):
                yield Link(started, _trigger(answer), item["Arn"])


def _may_start(arn: str) -> bool:
    call = call_of(arn)
    return starts_something(call) if call else service_of(arn) in _STARTERS


def _started(reader: Reader, target: Item) -> str | None:
    """Return what a schedule starts; None where its input would say it and does not."""
    call = call_of(target["Arn"])
    if call:
        return called(reader, call, names_in(target.get("Input") or ""))
    return target_of(reader, str(target["Arn"]), None, target.get("EcsParameters", {}).get("TaskDefinitionArn"))


def _over(reader: Reader, schedule: Item) -> bool:
    end = schedule.get("EndDate")
    return end is not None and end <= reader.scope.now


def _trigger(schedule: Item) -> str:
    zone = schedule.get("ScheduleExpressionTimezone") or "UTC"
    return f"schedule:{schedule['ScheduleExpression']}" + ("" if zone == "UTC" else f" {zone}")


def _resource(reader: Reader, item: Item, answer: Item | None, started: str | None) -> Resource:
    facts = {"name": str(item["Name"]), "state": str(item.get("State", "")), "target": str(item["Target"]["Arn"])}
    if answer:
        facts["triggers"] = _trigger(answer)
        facts["starts"] = started or "unknown: its input does not say"
    return Resource(id=item["Arn"], type="scheduler:schedule", region=reader.region, facts=facts)


collector = EventSchedules()
