"""Application Auto Scaling: how far things may scale, on which clock, and by the depth of which queue."""

from datetime import timedelta
from typing import Any

import pytest

from aimigrate.assess._found import Scaling
from aimigrate.assess.collectors.auto_scaling_policies import collector
from tests.finding import Seen, look
from tests.recorded.scaling import (
    ENDPOINT,
    ENDPOINT_ID,
    HERE,
    ORDERS,
    SERVICE,
    SERVICE_ID,
    action,
    answers,
    depth,
    policy,
    target,
    tracking,
)
from tests.recorded_aws import NOW, RecordedAws, Refused

NAME = "application-autoscaling"


def scalings(seen: Seen) -> set[tuple[str, int, int]]:
    """Return target, least and most of each."""
    return {(one.target, one.min_count, one.max_count) for one in seen.findings if isinstance(one, Scaling)}


def with_targets(*targets: dict[str, Any], **more: list[dict[str, Any]]) -> RecordedAws:
    """Return an account with these targets, and policies and actions if given."""

    def of(key: str, found: list[dict[str, Any]]) -> Any:  # noqa: ANN401  # an answer
        return lambda given: {key: [one for one in found if one["ServiceNamespace"] == given["ServiceNamespace"]]}

    return RecordedAws(
        {
            (NAME, "DescribeScalableTargets"): of("ScalableTargets", list(targets)),
            (NAME, "DescribeScalingPolicies"): of("ScalingPolicies", more.get("policies", [])),
            (NAME, "DescribeScheduledActions"): of("ScheduledActions", more.get("actions", [])),
        }
    )


def test_services_and_endpoints_scale_between_their_least_and_their_most() -> None:
    """A least of 0 is scaled to nothing, and stays 0; an endpoint's ARN is in lower case whatever its name."""
    assert scalings(look(collector, RecordedAws(answers()))) == {(SERVICE, 0, 6), (ENDPOINT, 1, 4)}


def test_each_variant_of_an_endpoint_has_its_own() -> None:
    """They are added up by who joins them, so each is handed on."""
    aws = with_targets(
        target("sagemaker", "endpoint/weld/variant/a", 1, 4), target("sagemaker", "endpoint/weld/variant/b", 1, 4)
    )

    found = [one for one in look(collector, aws).findings if isinstance(one, Scaling)]

    assert [(one.target, one.max_count) for one in found] == [(ENDPOINT, 4), (ENDPOINT, 4)]
    assert len({one.source for one in found}) == 2


@pytest.mark.parametrize(
    ("namespace", "resource", "dimension"),
    [
        ("sagemaker", "inference-component/llm", "sagemaker:inference-component:DesiredCopyCount"),
        ("sagemaker", "endpoint/weld/variant/a", "sagemaker:variant:DesiredProvisionedConcurrency"),
        ("lambda", "function:classifier:live", "lambda:function:ProvisionedConcurrency"),
        ("ec2", "spot-fleet-request/sfr-1", "ec2:spot-fleet-request:TargetCapacity"),
        ("comprehend", "arn:aws:comprehend:x:1:document-classifier-endpoint/x", "comprehend:x:DesiredInferenceUnits"),
    ],
)
def test_what_counts_no_instances_is_a_resource_and_no_size(namespace: str, resource: str, dimension: str) -> None:
    """Copies of a component and what is kept warm say nothing of how many instances there may be."""
    aws = with_targets({**target("ecs", resource, 1, 9), "ServiceNamespace": namespace, "ScalableDimension": dimension})

    seen = look(collector, aws)

    assert scalings(seen) == set()
    assert [one.facts["max"] for one in seen.resources.values()] == ["9"]


def test_scaling_that_is_suspended_bounds_nothing() -> None:
    """All three kinds off: the size stays what it is."""
    off = dict.fromkeys(("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), True)

    assert scalings(look(collector, with_targets(target("ecs", SERVICE_ID, 0, 6, SuspendedState=off)))) == set()
    partly = {**off, "ScheduledScalingSuspended": False}
    assert scalings(look(collector, with_targets(target("ecs", SERVICE_ID, 0, 6, SuspendedState=partly))))


def _query(identity: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    return {"Id": identity, "ReturnData": False, **more}


@pytest.mark.parametrize(
    "configuration",
    [
        tracking(**depth("orders"), Statistic="Average"),
        tracking(
            Metrics=[
                _query("depth", MetricStat={"Metric": depth("orders"), "Stat": "Sum"}),
                _query("tasks", MetricStat={"Metric": {"Namespace": "ECS/ContainerInsights", "MetricName": "x"}}),
                {"Id": "each", "Expression": "depth / tasks", "ReturnData": True},
            ]
        ),
        {
            "PredictiveScalingPolicyConfiguration": {
                "MetricSpecifications": [
                    {
                        "TargetValue": 40.0,
                        "CustomizedLoadMetricSpecification": {
                            "MetricDataQueries": [_query("d", MetricStat={"Metric": depth("orders"), "Stat": "Sum"})]
                        },
                    }
                ]
            }
        },
    ],
)
def test_a_policy_that_follows_a_queue_ties_the_queue_to_the_service(configuration: dict[str, Any]) -> None:
    """A worker is scaled by the queue that it reads: plainly, by metric math, or ahead of time."""
    policies = [policy("ecs", SERVICE_ID, "by-queue", **configuration)]

    seen = look(collector, with_targets(target("ecs", SERVICE_ID, 0, 6), policies=policies))

    assert seen.ways == {(ORDERS, "queue:orders", SERVICE)}
    assert {one.metric for one in seen.links[0].wanted} == {"arrivals_count", "queue_depth_count"}


def test_a_policy_that_follows_a_stream_ties_the_stream() -> None:
    """As a queue does."""
    metric = {"Namespace": "AWS/Kinesis", "MetricName": "IncomingRecords"}
    dimensions = [{"Name": "StreamName", "Value": "clicks"}]
    policies = [policy("ecs", SERVICE_ID, "s", **tracking(**metric, Dimensions=dimensions))]

    seen = look(collector, with_targets(target("ecs", SERVICE_ID, 0, 6), policies=policies))

    assert seen.ways == {(f"arn:aws:kinesis:{HERE}:stream/clicks", "stream:clicks", SERVICE)}


def test_a_policy_on_a_ready_made_metric_ties_nothing_and_exists() -> None:
    """It measures what it scales."""
    ready = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
    one = policy("ecs", SERVICE_ID, "cpu", TargetTrackingScalingPolicyConfiguration={"TargetValue": 60.0, **ready})

    seen = look(collector, with_targets(target("ecs", SERVICE_ID, 0, 6), policies=[one]))

    assert seen.links == []
    assert seen.resources[one["PolicyARN"]].type == "autoscaling:scalingPolicy"


def test_a_clock_that_resizes_is_a_trigger_until_it_ends() -> None:
    """The time zone belongs to the times."""
    one = action("ecs", SERVICE_ID, "cron(0 6 * * ? *)", Timezone="Europe/Berlin")
    over = action("ecs", SERVICE_ID, "cron(0 6 * * ? *)", EndTime=NOW - timedelta(days=1))
    service = target("ecs", SERVICE_ID, 0, 6)

    seen = look(collector, with_targets(service, actions=[one]))

    assert seen.ways == {(one["ScheduledActionARN"], "schedule:cron(0 6 * * ? *) Europe/Berlin", SERVICE)}
    assert look(collector, with_targets(service, actions=[over])).links == []


def test_a_namespace_without_targets_is_asked_nothing_more() -> None:
    """Policies come ten a page: they are asked for only where something is registered."""
    aws, empty = RecordedAws(answers()), RecordedAws()

    look(collector, aws)
    look(collector, empty)

    assert dict(empty.calls) == {(NAME, "DescribeScalableTargets"): 5}
    assert dict(aws.calls) == {
        (NAME, "DescribeScalableTargets"): 5,
        (NAME, "DescribeScalingPolicies"): 2,
        (NAME, "DescribeScheduledActions"): 2,
    }


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("DescribeScalableTargets", "AccessDeniedException"),
        ("DescribeScalingPolicies", "FailedResourceAccessException"),
        ("DescribeScheduledActions", "AccessDeniedException"),
    ],
)
def test_what_is_denied_is_named(operation: str, code: str) -> None:
    """Also where Application Auto Scaling itself may not read the alarms of its policies."""
    aws = RecordedAws(answers())
    aws.refuse(NAME, operation, code)

    assert look(collector, aws).entry(NAME, operation).status == "denied"


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read is kept, and the list is partial."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("ConcurrentUpdateException")
        found = [target("sagemaker", ENDPOINT_ID, 1, 4)] if given["ServiceNamespace"] == "sagemaker" else []
        return {"ScalableTargets": found} | ({"NextToken": "more"} if found else {})

    seen = look(collector, RecordedAws({(NAME, "DescribeScalableTargets"): pages}))

    assert scalings(seen) == {(ENDPOINT, 1, 4)}
    assert seen.entry(NAME, "DescribeScalableTargets").status == "partial"
