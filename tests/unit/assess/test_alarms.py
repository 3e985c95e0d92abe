"""Alarms: what latency an owner allows, and which queue's depth scales what."""

from typing import Any

import pytest

from aimigrate.assess._found import Objective
from aimigrate.assess.collectors.alarms import collector
from tests.finding import Seen, look
from tests.recorded.scaling import GROUP_POLICY, HERE, ORDERS, POLICY, SERVICE, alarm, answers, depth, slow
from tests.recorded_aws import RecordedAws, Refused


def with_one(given: dict[str, Any]) -> Seen:
    """Look at one alarm."""

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        return {"MetricAlarms": [given] if asked["AlarmTypes"] == ["MetricAlarm"] else []}

    return look(collector, RecordedAws({("cloudwatch", "DescribeAlarms"): answer}))


def objectives(seen: Seen) -> list[Objective]:
    """Return what latencies the alarms allow."""
    return [one for one in seen.findings if isinstance(one, Objective)]


def test_an_alarm_on_a_models_latency_is_its_owners_objective() -> None:
    """SageMaker counts microseconds; the endpoint and variant are in the dimensions, in one order."""
    (one,) = objectives(look(collector, RecordedAws(answers())))

    assert (one.namespace, one.metric_name, one.statistic) == ("AWS/SageMaker", "ModelLatency", "p99")
    assert one.latency_ms == 250.0
    assert one.dimensions == (("EndpointName", "weld"), ("VariantName", "a"))
    assert one.source == f"arn:aws:cloudwatch:{HERE}:alarm:slow"


@pytest.mark.parametrize(
    ("namespace", "metric", "threshold", "milliseconds"),
    [
        ("AWS/SageMaker", "ModelLatency", 250_000.0, 250.0),
        ("AWS/ApplicationELB", "TargetResponseTime", 0.25, 250.0),
        ("AWS/ELB", "Latency", 0.25, 250.0),
        ("AWS/Lambda", "Duration", 250.0, 250.0),
    ],
)
def test_each_service_counts_latency_in_its_own_unit(
    namespace: str, metric: str, threshold: float, milliseconds: float
) -> None:
    """Microseconds, seconds and milliseconds come to milliseconds."""
    seen = with_one(slow(threshold, Namespace=namespace, MetricName=metric))

    assert [one.latency_ms for one in objectives(seen)] == [milliseconds]


@pytest.mark.parametrize(
    ("statistic", "counts"),
    [
        ({"ExtendedStatistic": "p99"}, True),
        ({"ExtendedStatistic": "p99.9"}, True),
        ({"ExtendedStatistic": "p50"}, True),
        ({"Statistic": "Maximum"}, True),
        ({"ExtendedStatistic": "p5"}, False),
        ({"ExtendedStatistic": "tm99"}, False),
        ({"Statistic": "Average"}, False),
        ({"Statistic": "SampleCount"}, False),
    ],
)
def test_only_what_bounds_nearly_each_request_is_an_objective(statistic: dict[str, str], counts: bool) -> None:  # noqa: FBT001  # a case
    """A mean promises nothing to a caller, and a count is no latency."""
    given = slow(250_000.0)
    del given["ExtendedStatistic"]

    assert len(objectives(with_one({**given, **statistic}))) == counts


@pytest.mark.parametrize(
    "more",
    [
        {"ComparisonOperator": "LessThanThreshold"},
        {"ComparisonOperator": "GreaterThanUpperThreshold"},
        {"MetricName": "Invocations"},
        {"Namespace": "Custom"},
        {"Threshold": 0.0},
    ],
)
def test_an_alarm_on_anything_else_is_no_objective(more: dict[str, Any]) -> None:
    """On too little latency, on a band, on another metric, on none."""
    assert objectives(with_one(slow(250_000.0, **more))) == []


def test_an_alarm_written_as_a_query_counts_too() -> None:
    """One metric that is compared; of several that are worked out nothing is concluded."""
    metric = {key: slow(0.0)[key] for key in ("Namespace", "MetricName", "Dimensions")}
    query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p95"}}
    worked_out = {"Id": "e", "Expression": "m * 2", "ReturnData": True}

    (one,) = objectives(with_one(alarm("q", Threshold=100_000.0, Metrics=[{**query, "ReturnData": True}])))
    none = objectives(with_one(alarm("q", Metrics=[{**query, "ReturnData": False}, worked_out])))

    assert (one.latency_ms, one.statistic) == (100.0, "p95")
    assert none == []


def test_an_alarm_on_a_queue_ties_it_to_what_the_alarm_scales() -> None:
    """A policy of a group stands for the group; the queue brings what arrives."""
    seen = look(collector, RecordedAws(answers()))

    assert seen.ways == {(ORDERS, "queue:orders", GROUP_POLICY)}
    assert {one.metric for one in seen.links[0].wanted} == {"arrivals_count", "queue_depth_count"}


def test_a_policy_of_a_service_names_the_service() -> None:
    """Its ARN holds what it scales; other actions of an alarm scale nothing."""
    scale = f"{POLICY}:resource/ecs/service/vision/shelf:policyName/deep"
    news = f"arn:aws:sns:{HERE}:news"

    seen = with_one(alarm("deep", **depth("orders"), AlarmActions=[news, scale], OKActions=[scale]))

    assert seen.ways == {(ORDERS, "queue:orders", SERVICE)}


def test_the_depth_of_a_queue_in_metric_math_counts_too() -> None:
    """The alarms that target tracking makes of metric math hold the queue in a query."""
    scale = f"{POLICY}:resource/ecs/service/vision/shelf:policyName/deep"
    query = {"Id": "m", "MetricStat": {"Metric": depth("orders"), "Period": 60, "Stat": "Sum"}, "ReturnData": False}

    seen = with_one(alarm("deep", Metrics=[query, {"Id": "e", "Expression": "m / 2"}], AlarmActions=[scale]))

    assert seen.ways == {(ORDERS, "queue:orders", SERVICE)}


def test_every_alarm_is_a_resource_also_one_made_of_others() -> None:
    """Metric alarms and composite ones: each kind has its own pages."""
    aws = RecordedAws(answers())

    seen = look(collector, aws)

    assert set(seen.resources) == {f"arn:aws:cloudwatch:{HERE}:alarm:{name}" for name in ("slow", "deep", "any")}
    assert aws.calls["cloudwatch", "DescribeAlarms"] == 2


def test_alarms_that_may_not_be_read_are_a_hole() -> None:
    """No objective is known then; that is not none."""
    aws = RecordedAws(answers())
    aws.refuse("cloudwatch", "DescribeAlarms", "AccessDenied")

    seen = look(collector, aws)

    assert seen.findings == ()
    assert seen.entry("cloudwatch", "DescribeAlarms").status == "denied"


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read is kept, and the list is partial."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        assert given["MaxRecords"] == 100
        if given["AlarmTypes"] != ["MetricAlarm"]:
            return {"CompositeAlarms": []}
        if "NextToken" in given:
            raise Refused("InternalServiceFault")
        return {"MetricAlarms": [slow(1000.0)], "NextToken": "more"}

    seen = look(collector, RecordedAws({("cloudwatch", "DescribeAlarms"): pages}))

    assert len(seen.resources) == 1
    assert seen.entry("cloudwatch", "DescribeAlarms").status == "partial"
