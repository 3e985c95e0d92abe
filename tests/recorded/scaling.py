"""Scalable targets, policies, clocks and alarms, as their API references show them (read 2026-11)."""

from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS: tuple[str, ...] = ()

HERE = f"{REGION}:{ACCOUNT}"
SERVICE_ID, ENDPOINT_ID = "service/vision/shelf", "endpoint/Weld/variant/a"
SERVICE = f"arn:aws:ecs:{HERE}:{SERVICE_ID}"
ENDPOINT = f"arn:aws:sagemaker:{HERE}:endpoint/weld"
ORDERS = f"arn:aws:sqs:{HERE}:orders"
COUNTS = {"ecs": "ecs:service:DesiredCount", "sagemaker": "sagemaker:variant:DesiredInstanceCount"}
POLICY = f"arn:aws:autoscaling:{HERE}:scalingPolicy:6d8972f3-efc8-437c-92d1-6270f29a66e7"
GROUP_POLICY = f"{POLICY}:autoScalingGroupName/workers:policyName/deep"


def target(namespace: str, resource: str, least: int, most: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeScalableTargets says of one."""
    known = {
        "ServiceNamespace": namespace,
        "ResourceId": resource,
        "ScalableDimension": COUNTS[namespace],
        "MinCapacity": least,
        "MaxCapacity": most,
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/scaling",
        "CreationTime": NOW,
        "SuspendedState": {
            "DynamicScalingInSuspended": False,
            "DynamicScalingOutSuspended": False,
            "ScheduledScalingSuspended": False,
        },
        "ScalableTargetARN": f"arn:aws:application-autoscaling:{HERE}:scalable-target/{resource.replace('/', '-')}",
    }
    return {**known, **more}


def policy(namespace: str, resource: str, name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeScalingPolicies says of one."""
    known = {
        "PolicyARN": f"{POLICY}:resource/{namespace}/{resource}:policyName/{name}",
        "PolicyName": name,
        "ServiceNamespace": namespace,
        "ResourceId": resource,
        "ScalableDimension": COUNTS[namespace],
        "PolicyType": "TargetTrackingScaling",
        "Alarms": [],
        "CreationTime": NOW,
    }
    return {**known, **more}


def tracking(**specification: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return the configuration of a policy that tracks a metric of its owner's choice."""
    return {
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 100.0,
            "CustomizedMetricSpecification": specification,
        }
    }


def depth(queue: str) -> dict[str, Any]:
    """Return the metric that tells how many messages wait in a queue."""
    return {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": queue}],
    }


def action(namespace: str, resource: str, schedule: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeScheduledActions says of one."""
    known = {
        "ScheduledActionName": "morning",
        "ScheduledActionARN": f"arn:aws:autoscaling:{HERE}:scheduledAction:b7b6ca3c:resource/{namespace}/{resource}"
        ":scheduledActionName/morning",
        "ServiceNamespace": namespace,
        "Schedule": schedule,
        "ResourceId": resource,
        "ScalableDimension": COUNTS[namespace],
        "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 8},
        "CreationTime": NOW,
    }
    return {**known, **more}


def alarm(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeAlarms says of one."""
    known = {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{HERE}:alarm:{name}",
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "StateValue": "OK",
        "EvaluationPeriods": 3,
        "Period": 60,
        "Threshold": 100.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    return {**known, **more}


def slow(threshold: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return an alarm on the model latency of the endpoint, in the microseconds that SageMaker counts."""
    known = {
        "Namespace": "AWS/SageMaker",
        "MetricName": "ModelLatency",
        "ExtendedStatistic": "p99",
        "Dimensions": [{"Name": "VariantName", "Value": "a"}, {"Name": "EndpointName", "Value": "weld"}],
        "Threshold": threshold,
    }
    return alarm("slow", **{**known, **more})


def _by_namespace(key: str, found: dict[str, list[dict[str, Any]]]) -> Answer:
    return lambda given: {key: found.get(given["ServiceNamespace"], [])}


def _alarms(given: dict[str, Any]) -> dict[str, Any]:
    if given["AlarmTypes"] == ["CompositeAlarm"]:
        both = "ALARM(slow) OR ALARM(deep)"
        arn = f"arn:aws:cloudwatch:{HERE}:alarm:any"
        return {"CompositeAlarms": [{"AlarmName": "any", "AlarmArn": arn, "AlarmRule": both, "StateValue": "OK"}]}
    deep = alarm("deep", **depth("orders"), Statistic="Sum", AlarmActions=[GROUP_POLICY])
    return {"MetricAlarms": [slow(250_000.0), deep]}


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    targets = {"ecs": [target("ecs", SERVICE_ID, 0, 6)], "sagemaker": [target("sagemaker", ENDPOINT_ID, 1, 4)]}
    policies = {"ecs": [policy("ecs", SERVICE_ID, "by-queue", **tracking(**depth("orders"), Statistic="Average"))]}
    actions = {"sagemaker": [action("sagemaker", ENDPOINT_ID, "cron(0 6 ? * MON-FRI *)", Timezone="Europe/Berlin")]}
    service = "application-autoscaling"
    return {
        (service, "DescribeScalableTargets"): _by_namespace("ScalableTargets", targets),
        (service, "DescribeScalingPolicies"): _by_namespace("ScalingPolicies", policies),
        (service, "DescribeScheduledActions"): _by_namespace("ScheduledActions", actions),
        ("cloudwatch", "DescribeAlarms"): _alarms,
    }
