"""Seed what has no machine of its own: functions, Bedrock, what starts and feeds things, and what is of the account.

Shapes as in each service's API reference (read 2026-11).
"""

import json
from typing import Any

from tests.faults.place import Place
from tests.faults.seed_compute import NOW


def seed(place: Place) -> None:
    """Fill a region."""
    _functions(place)
    _bedrock(place)
    _rules(place)
    _schedules(place)
    _pipes(place)
    _machines(place)
    _measured(place)


def seed_account(place: Place) -> None:
    """Fill what belongs to no region."""
    _costs(place)
    listed = ("savingsplans", "DescribeSavingsPlans")
    about = {"savingsPlanType": "Compute", "commitment": "0.75", "currency": "USD", "state": "active"}
    for number in range(3):
        arn = f"arn:aws:savingsplans::{place.account_id}:savingsplan/sp-{number}"
        place.note("savingsplans:savingsplan", arn, listed)
        plan = {"savingsPlanArn": arn, "savingsPlanId": f"sp-{number}", "end": "2027-06-01T00:00:00.000Z", **about}
        place.lists(*listed, "savingsPlans", [plan])


def _costs(place: Place) -> None:
    """Answer Cost Explorer: a little of everything that was asked for."""

    def costs(given: dict[str, Any]) -> dict[str, Any]:
        known = {"REGION": "eu-central-1", "USAGE_TYPE": "EUC1-DataTransfer-Out-Bytes", "RECORD_TYPE": "Tax"}
        keys = [known.get(one["Key"], "NoResourceId") for one in given["GroupBy"]]
        amounts = {name: {"Amount": "1.5", "Unit": "USD"} for name in given["Metrics"]}
        period = given["TimePeriod"]
        return {"ResultsByTime": [{"TimePeriod": period, "Groups": [{"Keys": keys, "Metrics": amounts}]}]}

    place.answers("ce", "GetCostAndUsage", costs)
    place.answers("ce", "GetCostAndUsageWithResources", costs)


def _functions(place: Place) -> None:
    for number in range(3):
        name = f"classifier-{number}"
        arn = place.arn("lambda", f"function:{name}")
        place.note("lambda:function", arn, ("lambda", "ListFunctions"), ("lambda", "GetFunction"))
        about = {"FunctionName": name, "FunctionArn": arn, "Runtime": "python3.13", "MemorySize": 3008}
        about |= {"Environment": {"Variables": {"DATABASE_PASSWORD": "hunter2"}}, "PackageType": "Image"}
        place.lists("lambda", "ListFunctions", "Functions", [about])
        place.describes("lambda", "GetFunction", "FunctionName", name, {"Configuration": about, "Code": {}})
        place.describes("lambda", "GetFunctionConcurrency", "FunctionName", name, {})
        url = {"FunctionUrl": f"https://{name}.example/", "FunctionArn": arn, "AuthType": "AWS_IAM"}
        place.lists("lambda", "ListFunctionUrlConfigs", "FunctionUrlConfigs", [url], FunctionName=name)
        place.lists(
            "lambda", "ListProvisionedConcurrencyConfigs", "ProvisionedConcurrencyConfigs", [], FunctionName=name
        )


def _bedrock(place: Place) -> None:
    base = f"arn:aws:bedrock:{place.region}::foundation-model/meta.llama3-1-8b-instruct-v1:0"
    for number in range(3):
        custom = place.arn("bedrock", f"custom-model/meta.llama3-1-8b-instruct-v1:0:128k/support{number}")
        place.note("bedrock:custom-model", custom, ("bedrock", "ListCustomModels"))
        about: dict[str, Any] = {"modelArn": custom, "modelName": f"support-{number}", "creationTime": NOW}
        about |= {"baseModelArn": base, "baseModelName": "Llama", "customizationType": "FINE_TUNING"}
        place.lists("bedrock", "ListCustomModels", "modelSummaries", [about])
        imported = place.arn("bedrock", f"imported-model/im{number}")
        place.note("bedrock:imported-model", imported, ("bedrock", "ListImportedModels"))
        about = {"modelArn": imported, "modelName": f"own-{number}", "creationTime": NOW, "modelArchitecture": "qwen2"}
        place.lists("bedrock", "ListImportedModels", "modelSummaries", [about])
        bought = place.arn("bedrock", f"provisioned-model/abcd1234efg{number}")
        listed = ("bedrock", "ListProvisionedModelThroughputs")
        place.note("bedrock:provisioned-model", bought, listed)
        about = {"provisionedModelName": f"support-{number}", "provisionedModelArn": bought, "modelArn": custom}
        about |= {"desiredModelArn": custom, "foundationModelArn": base, "modelUnits": 2, "desiredModelUnits": 2}
        about |= {"status": "InService", "creationTime": NOW, "lastModifiedTime": NOW}
        place.lists(*listed, "provisionedModelSummaries", [about])


def _rules(place: Place) -> None:
    buses = ("events", "ListEventBuses")
    for name in ("default", "orders", "shop"):
        bus = place.arn("events", f"event-bus/{name}")
        place.lists(*buses, "EventBuses", [{"Name": name, "Arn": bus, "CreationTime": NOW}])
        path = "rule/night" if name == "default" else f"rule/{name}/night"
        rule = place.arn("events", path)
        place.note("events:rule", rule, buses, ("events", "ListRules"))
        about = {"Name": "night", "Arn": rule, "State": "ENABLED", "EventBusName": name}
        about["ScheduleExpression"] = "cron(0 1 * * ? *)"
        place.lists("events", "ListRules", "Rules", [about], EventBusName=name)
        target = {"Id": "1", "Arn": place.arn("batch", "job-queue/nightly-0"), "Input": '{"password": "hunter2"}'}
        target["BatchParameters"] = {"JobDefinition": "score-0", "JobName": "score"}
        place.lists("events", "ListTargetsByRule", "Targets", [target], EventBusName=name, Rule="night")


def _schedules(place: Place) -> None:
    for number in range(3):
        name, target = f"weekly-{number}", place.arn("states", f"stateMachine:retrain-{number}")
        arn = place.arn("scheduler", f"schedule/default/{name}")
        place.note("scheduler:schedule", arn, ("scheduler", "ListSchedules"))
        about = {"Arn": arn, "Name": name, "GroupName": "default", "State": "ENABLED", "Target": {"Arn": target}}
        place.lists("scheduler", "ListSchedules", "Schedules", [about])
        whole = {**about, "ScheduleExpression": "cron(0 3 ? * SUN *)", "FlexibleTimeWindow": {"Mode": "OFF"}}
        whole["Target"] = {"Arn": target, "RoleArn": f"arn:aws:iam::{place.account_id}:role/clock", "Input": "{}"}
        place.describes("scheduler", "GetSchedule", "Name", name, whole)


def _pipes(place: Place) -> None:
    for number in range(3):
        name, arn = f"orders-{number}", place.arn("pipes", f"pipe/orders-{number}")
        place.note("pipes:pipe", arn, ("pipes", "ListPipes"))
        about = {"Name": name, "Arn": arn, "DesiredState": "RUNNING", "CurrentState": "RUNNING"}
        about |= {"Source": place.arn("sqs", "orders"), "Target": place.arn("batch", "job-queue/nightly-0")}
        place.lists("pipes", "ListPipes", "Pipes", [about])
        parameters = {"BatchJobParameters": {"JobDefinition": "score-0", "JobName": "score"}}
        place.describes("pipes", "DescribePipe", "Name", name, {**about, "TargetParameters": parameters})


def _machines(place: Place) -> None:
    for number in range(3):
        arn = place.arn("states", f"stateMachine:retrain-{number}")
        place.note("states:stateMachine", arn, ("stepfunctions", "ListStateMachines"))
        about = {"stateMachineArn": arn, "name": f"retrain-{number}", "type": "STANDARD", "creationDate": NOW}
        place.lists("stepfunctions", "ListStateMachines", "stateMachines", [about])
        state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
        state["Parameters"] = {"FunctionName": f"classifier-{number}", "Payload": {"token": "hunter2"}}
        whole = {**about, "status": "ACTIVE", "roleArn": f"arn:aws:iam::{place.account_id}:role/flow"}
        whole["definition"] = json.dumps({"StartAt": "Score", "States": {"Score": state}})
        place.describes("stepfunctions", "DescribeStateMachine", "stateMachineArn", arn, whole)


def _measured(place: Place) -> None:
    def points(given: dict[str, Any]) -> dict[str, Any]:
        times = [given["StartTime"], given["StartTime"].replace(minute=5)]
        asked = [query["Id"] for query in given["MetricDataQueries"]]
        known = {"Timestamps": times, "Values": [2.0, 2.0], "StatusCode": "Complete"}
        return {"MetricDataResults": [{"Id": name, **known} for name in asked]}

    def tags(given: dict[str, Any]) -> dict[str, Any]:
        team = [{"Key": "team", "Value": "body"}]
        return {"ResourceTagMappingList": [{"ResourceARN": n, "Tags": team} for n in given.get("ResourceARNList", ())]}

    place.answers("cloudwatch", "GetMetricData", points)
    place.answers("resourcegroupstaggingapi", "GetResources", tags)
