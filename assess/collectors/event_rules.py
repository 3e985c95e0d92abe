"""EventBridge rules on every bus: what the clock or an event starts."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Finding, Link
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._targets import target_of
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 100  # Limit of each of the three calls (EventBridge API reference, read 2026-11)
_NAME = re.compile(r"[^\w./:-]", re.ASCII)
_LONGEST = 64  # characters of an event's source that are kept; AWS's own have fewer


@dataclass(frozen=True)
class EventRules:
    """A rule that is off, or that an AWS service made for its own use, is a resource and starts nothing.

    The least possible is one request for every 100 buses, one for every 100 rules of a bus, and one for the targets
    of each rule that is on: no call lists the targets of several rules.
    """

    name: str = "event-rules"
    iam_actions: frozenset[str] = frozenset({"events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every bus and rule, and a link from each rule that is on to each of its targets."""
        buses = sorted(
            reader.items("events", "list_event_buses", "EventBuses", Limit=_PER_PAGE), key=lambda bus: str(bus["Name"])
        )
        for bus in buses:
            yield Resource(id=bus["Arn"], type="events:event-bus", region=reader.region, facts={"name": bus["Name"]})
        names = [str(bus["Name"]) for bus in buses] or ["default"]  # every account has that one, whoever may list them
        asked: list[Item] = [{"EventBusName": name, "Limit": _PER_PAGE} for name in names]
        listed = reader.many_items("events", "list_rules", "Rules", asked)
        rules = [(name, rule) for name, found in zip(names, listed, strict=True) for rule in found]
        on = [(name, rule) for name, rule in rules if rule.get("State") != "DISABLED" and not rule.get("ManagedBy")]
        for _, rule in rules:
            yield _resource(reader, rule)
        asked = [{"Rule": rule["Name"], "EventBusName": name, "Limit": _PER_PAGE} for name, rule in on]
        targets = reader.many_items("events", "list_targets_by_rule", "Targets", asked)
        for (_, rule), started in zip(on, targets, strict=True):
            yield from _links(reader, rule, started)


def _resource(reader: Reader, rule: Item) -> Resource:
    facts = {
        "name": str(rule["Name"]),
        "state": str(rule.get("State", "")),
        "triggers": " ".join(_triggers(rule)),
        "managed_by": str(rule.get("ManagedBy", "")),
    }
    return Resource(id=rule["Arn"], type="events:rule", region=reader.region, facts=facts)


def _links(reader: Reader, rule: Item, targets: list[Item]) -> Iterator[Link]:
    found = set()
    for target in targets:
        job = target.get("BatchParameters", {}).get("JobDefinition")
        task = target.get("EcsParameters", {}).get("TaskDefinitionArn")
        started = target_of(reader, str(target["Arn"]), job, task)
        found |= {Link(started, trigger, rule["Arn"]) for trigger in _triggers(rule) if started is not None}
    yield from sorted(found)


def _triggers(rule: Item) -> list[str]:
    """Return the clock times and the sources of events that set a rule off."""
    schedule = rule.get("ScheduleExpression")
    found = [f"schedule:{schedule}"] if schedule else []
    return found + [f"event:{source}" for source in _sources(rule.get("EventPattern"))]


def _sources(pattern: str | None) -> list[str]:
    """Return who sends the events that a pattern matches: `s3` for `aws.s3`, `any` where it does not say."""
    if not pattern:
        return []
    try:
        matched = json.loads(pattern)
    except (ValueError, RecursionError):
        return ["any"]
    given = matched.get("source") if isinstance(matched, dict) else None
    found = set()
    for one in given if isinstance(given, list) else []:
        text = one.get("prefix") if isinstance(one, dict) else one
        if isinstance(text, str):
            found.add(_NAME.sub("", text.removeprefix("aws."))[:_LONGEST] or "any")
    return sorted(found) or ["any"]


collector = EventRules()
