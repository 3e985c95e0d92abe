"""Links from several finders, joined to the workloads that they lead to."""

from typing import Any

import pytest

from aimigrate.assess._arrivals import arrivals_of
from aimigrate.assess._found import Finding, Found, Link, Scaling
from aimigrate.assess._grain import settle
from aimigrate.assess.collectors import (
    alarms,
    auto_scaling_policies,
    aws_lambda,
    event_rules,
    load_balancers,
    owner_feeds,
    step_functions,
)
from aimigrate.contracts.inventory import Workload, WorkloadKind
from tests.finding import look
from tests.recorded import events, lambda_, scaling
from tests.recorded import load_balancers as balancers
from tests.recorded_aws import RecordedAws

HERE = events.HERE
GROUP = f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/shelf/1"
BALANCER = f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/shelf/1"
MACHINE = "i-00000000000000001"


def workload(kind: WorkloadKind, name: str, *resources: str, names: tuple[str, ...] = ()) -> Found:
    """Return a workload with these resources, known by these names."""
    one = Workload(id=f"{kind}:eu-central-1:{name}", kind=kind, region="eu-central-1", name=name, resources=resources)
    return Found(one, names=names)


def settled(*findings: Finding) -> dict[str, Workload]:
    """Return the workloads by name."""
    return {one.workload.name: one.workload for one in settle(findings).found}


def test_an_event_over_a_state_machine_starts_a_function_that_runs_a_model() -> None:
    """Rule, state machine, function: three finders, one chain."""
    every = (*events.answers().items(), *lambda_.answers().items())
    found = [
        finding
        for collector in (event_rules.collector, step_functions.collector, aws_lambda.collector)
        for finding in look(collector, RecordedAws(dict(every))).findings
    ]

    scorer = settled(*found)["scorer"]

    assert scorer.triggers == ("event:shop.orders",)
    assert scorer.started_by == (f"arn:aws:events:{HERE}:rule/shop/uploaded", events.MACHINE)


def test_a_queue_that_a_service_is_scaled_by_feeds_it() -> None:
    """No API says who reads the queue; the policy does."""
    service = workload("ecs_service", "vision/shelf", scaling.SERVICE)

    seen = look(auto_scaling_policies.collector, RecordedAws(scaling.answers()))

    (found,) = settle([service, *seen.findings]).found
    assert found.workload.triggers == ("queue:orders",)
    assert (found.workload.compute.min_count, found.workload.compute.max_count) == (0, 6)
    assert "arrivals_count" in {one.metric for one in found.wanted}


def _tagged(value: str) -> list[Finding]:
    mapping = {"ResourceARN": scaling.ORDERS, "Tags": [{"Key": "aimigrate:feeds", "Value": value}]}
    aws = RecordedAws({("resourcegroupstaggingapi", "GetResources"): {"ResourceTagMappingList": [mapping]}})
    return list(look(owner_feeds.collector, aws).findings)


def test_an_owner_may_name_a_workload_by_id_by_arn_or_by_name() -> None:
    """The tag on the queue is taken at its word, and reaches no other workload."""
    arn = f"arn:aws:autoscaling:{HERE}:autoScalingGroup:1:autoScalingGroupName/workers"
    workers, other = workload("ec2_asg", "workers", arn, MACHINE), workload("ec2_asg", "others")

    for value in (workers.workload.id, arn, "workers"):
        joined = settled(workers, other, *_tagged(value))

        assert joined["workers"].triggers == ("queue:orders",), value
        assert joined["others"].triggers == (), value


def test_a_group_that_was_lent_to_a_service_is_still_known_by_its_name() -> None:
    """Its instances serve the service; who feeds the one feeds the other."""
    service = workload("ecs_service", "vision/shelf", scaling.SERVICE, MACHINE)
    group = workload("ec2_asg", "workers", MACHINE)

    assert settled(service, group, *_tagged("workers"))["vision/shelf"].triggers == ("queue:orders",)


def test_requests_for_one_service_are_not_those_of_the_other_that_has_the_instance() -> None:
    """Two services on one instance: the target group is the one's, though the instance is the other's."""
    wanted = arrivals_of(scaling.ORDERS)
    assert wanted is not None
    first = workload("ecs_service", "vision/first", MACHINE)
    second = workload("ecs_service", "vision/second", names=(GROUP,))
    links = (Link(GROUP, "http:alb", BALANCER, wanted.wanted), Link(MACHINE, "", GROUP, wanted.wanted))

    joined = {one.workload.name: one for one in settle([first, second, *links]).found}

    assert joined["vision/second"].workload.triggers == ("http:alb",)
    assert joined["vision/first"].workload.triggers == ()
    assert joined["vision/first"].wanted == ()


def test_an_instance_registered_by_itself_gets_the_requests_of_its_group() -> None:
    """Nobody else claims the target group."""
    alone = workload("ec2_instance", "camera", MACHINE)
    links = (Link(GROUP, "http:alb", BALANCER), Link(MACHINE, "", GROUP))

    assert settled(alone, *links)["camera"].triggers == ("http:alb",)
    assert settled(alone, *links)["camera"].started_by == (BALANCER, GROUP)


def test_an_instance_registered_beside_a_group_gets_the_requests_too() -> None:
    """Both take what comes to the target group."""
    alone, group = workload("ec2_instance", "camera", MACHINE), workload("ec2_asg", "cameras", "i-2", names=(GROUP,))
    links = (Link(GROUP, "http:alb", BALANCER), Link(MACHINE, "", GROUP), Link("i-2", "", GROUP))

    joined = settled(alone, group, *links)

    assert joined["camera"].triggers == joined["cameras"].triggers == ("http:alb",)


def test_things_that_start_one_another_come_to_an_end() -> None:
    """A state machine may start itself, or one that starts it."""
    job = workload("batch_queue", "nightly/score", names=("q score",))
    links = (Link("q score", "", "a"), Link("a", "", "b"), Link("b", "", "a"), Link("a", "schedule:x", "r"))

    assert settled(job, *links)["nightly/score"].started_by == ("a", "b", "r")


def test_variants_of_an_endpoint_are_added_up() -> None:
    """A least of 0 is a least of 0."""
    endpoint = workload("sagemaker_endpoint", "weld", scaling.ENDPOINT)

    joined = settled(endpoint, Scaling(scaling.ENDPOINT, "a", 0, 4), Scaling(scaling.ENDPOINT, "b", 0, 2))

    assert (joined["weld"].compute.min_count, joined["weld"].compute.max_count) == (0, 6)


@pytest.mark.parametrize(
    ("dimensions", "known"),
    [
        ({"LoadBalancer": "app/camera/50dc6c495c0c9188", "TargetGroup": "targetgroup/camera/1"}, 250.0),
        ({"LoadBalancer": "app/camera/50dc6c495c0c9188"}, 250.0),
        ({"LoadBalancer": "app/other/1"}, None),
        ({"TargetGroup": "targetgroup/other/1"}, None),
        ({"AvailabilityZone": "eu-central-1a", "LoadBalancer": "app/camera/50dc6c495c0c9188"}, None),
        ({}, None),
    ],
)
def test_an_alarm_on_a_balancer_binds_what_is_behind_it(dimensions: dict[str, str], known: float | None) -> None:
    """On the group, or on the balancer as a whole; not on another, on one zone, or on everything there is."""
    late = scaling.slow(0.25, Namespace="AWS/ApplicationELB", MetricName="TargetResponseTime")
    late["Dimensions"] = [{"Name": name, "Value": value} for name, value in dimensions.items()]

    def listed(given: dict[str, Any]) -> dict[str, Any]:
        return {"MetricAlarms": [late] if given["AlarmTypes"] == ["MetricAlarm"] else []}

    behind = look(load_balancers.collector, RecordedAws(balancers.answers())).findings
    allowed = look(alarms.collector, RecordedAws({("cloudwatch", "DescribeAlarms"): listed})).findings

    camera = settled(workload("ec2_instance", "camera", MACHINE), *behind, *allowed)["camera"]

    assert camera.triggers == ("http:alb", "http:nlb")
    assert camera.latency_objective_ms == known
