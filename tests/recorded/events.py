"""Rules, schedules, pipes and state machines, shaped as their API references show them (read 2026-11)."""

import json
from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS: tuple[str, ...] = ()

HERE = f"{REGION}:{ACCOUNT}"
QUEUE = f"arn:aws:batch:{HERE}:job-queue/nightly"
DEFINITION = f"arn:aws:batch:{HERE}:job-definition/score:3"
MACHINE = f"arn:aws:states:{HERE}:stateMachine:retrain"
CLASSIFIER = f"arn:aws:lambda:{HERE}:function:classifier"
SCORER = f"arn:aws:lambda:{HERE}:function:scorer"
ORDERS = f"arn:aws:sqs:{HERE}:orders"


def bus(name: str) -> dict[str, Any]:
    """Return what ListEventBuses says of one."""
    return {"Name": name, "Arn": f"arn:aws:events:{HERE}:event-bus/{name}", "CreationTime": NOW}


def rule(name: str, bus_name: str = "default", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListRules says of one; one on a bus of its owner has the bus in its ARN."""
    path = name if bus_name == "default" else f"{bus_name}/{name}"
    known = {"Name": name, "Arn": f"arn:aws:events:{HERE}:rule/{path}", "State": "ENABLED", "EventBusName": bus_name}
    return {**known, **more}


def schedule(name: str, target: str, group: str = "default", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListSchedules says of one."""
    known = {
        "Arn": f"arn:aws:scheduler:{HERE}:schedule/{group}/{name}",
        "Name": name,
        "GroupName": group,
        "State": "ENABLED",
        "CreationDate": NOW,
        "LastModificationDate": NOW,
        "Target": {"Arn": target},
    }
    return {**known, **more}


def pipe(name: str, source: str, target: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what ListPipes says of one."""
    known = {
        "Name": name,
        "Arn": f"arn:aws:pipes:{HERE}:pipe/{name}",
        "DesiredState": "RUNNING",
        "CurrentState": "RUNNING",
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        "Source": source,
        "Target": target,
        "Enrichment": "",
    }
    return {**known, **more}


def machine(arn: str, kind: str = "STANDARD") -> dict[str, Any]:
    """Return what ListStateMachines says of one."""
    return {"stateMachineArn": arn, "name": arn.rsplit(":", 1)[-1], "type": kind, "creationDate": NOW}


def described(arn: str, definition: dict[str, Any] | str) -> dict[str, Any]:
    """Return what DescribeStateMachine says of one."""
    text = definition if isinstance(definition, str) else json.dumps(definition)
    more = {"status": "ACTIVE", "definition": text, "roleArn": f"arn:aws:iam::{ACCOUNT}:role/flow"}
    return {**machine(arn), **more}


def _rules(given: dict[str, Any]) -> dict[str, Any]:
    if given["EventBusName"] != "default":
        return {"Rules": [rule("uploaded", "shop", EventPattern=json.dumps({"source": ["shop.orders"]}))]}
    return {"Rules": [rule("night", ScheduleExpression="cron(0 1 * * ? *)")]}


def _targets(given: dict[str, Any]) -> dict[str, Any]:
    if given["Rule"] == "night":
        job = {"JobDefinition": DEFINITION, "JobName": "score"}
        return {"Targets": [{"Id": "1", "Arn": QUEUE, "BatchParameters": job}]}
    return {"Targets": [{"Id": "1", "Arn": MACHINE, "Input": '{"password": "hunter2"}'}]}


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    weekly = schedule("weekly", MACHINE)
    flow = {
        "StartAt": "Score",
        "States": {
            "Score": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": f"{SCORER}:live", "Payload": {"token": "hunter2"}},
                "End": True,
            }
        },
    }
    into = pipe("orders-to-jobs", ORDERS, QUEUE)
    parameters = {"BatchJobParameters": {"JobDefinition": "score", "JobName": "score"}}
    return {
        ("events", "ListEventBuses"): {"EventBuses": [bus("default"), bus("shop")]},
        ("events", "ListRules"): _rules,
        ("events", "ListTargetsByRule"): _targets,
        ("scheduler", "ListSchedules"): {"Schedules": [weekly]},
        ("scheduler", "GetSchedule"): {
            **weekly,
            "ScheduleExpression": "cron(0 3 ? * SUN *)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": MACHINE, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/clock", "Input": "{}"},
        },
        ("pipes", "ListPipes"): {"Pipes": [into]},
        ("pipes", "DescribePipe"): {**into, "TargetParameters": parameters},
        ("stepfunctions", "ListStateMachines"): {"stateMachines": [machine(MACHINE)]},
        ("stepfunctions", "DescribeStateMachine"): described(MACHINE, flow),
    }
