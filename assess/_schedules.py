"""EventBridge rules that start something by the clock."""

from aimigrate.assess._reading import Reader

SCHEDULE_ACTIONS = frozenset({"events:ListRules", "events:ListTargetsByRule"})


def schedules(reader: Reader, services: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Map the ARN of each target that belongs to one of these services to the schedules that start it."""
    found: dict[str, set[str]] = {}
    for rule in reader.items("events", "list_rules", "Rules"):
        expression = rule.get("ScheduleExpression")
        if not expression or rule.get("State") == "DISABLED":
            continue
        for target in reader.items("events", "list_targets_by_rule", "Targets", Rule=rule["Name"]):
            parts = target["Arn"].split(":")
            if len(parts) > 2 and parts[2] in services:  # noqa: PLR2004  # arn:partition:service
                definition = target.get("BatchParameters", {}).get("JobDefinition", "")
                key = target["Arn"] + (f" {plain_definition(definition)}" if definition else "")
                found.setdefault(key, set()).add(f"schedule:{expression}")
    return {arn: tuple(sorted(expressions)) for arn, expressions in found.items()}


def plain_definition(job_definition: str) -> str:
    """Return the name of a Batch job definition, given its ARN or name with or without a revision."""
    name, _, revision = job_definition.rsplit("/", 1)[-1].rpartition(":")
    return name if name and revision.isdigit() else job_definition.rsplit("/", 1)[-1]
