"""Load balancers: what they lead to, and who counts the requests. Answers are shaped as AWS's references show them."""

from typing import Any

from aimigrate.assess.collectors.load_balancers import collector
from tests.finding import look
from tests.recorded.load_balancers import (
    APPLICATION,
    CAMERA,
    FIREWALL,
    FUNCTION,
    GATEWAY,
    NETWORK,
    TO_ADDRESSES,
    TO_APPLICATION,
    TO_FUNCTION,
    UNUSED,
    answers,
    balancer,
    group,
)
from tests.recorded_aws import ACCOUNT, REGION, RecordedAws, Refused

OLD = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/old-web"


def test_each_balancer_leads_over_its_groups_to_what_is_registered() -> None:
    """Instances, functions without their alias, a balancer behind a balancer; addresses are only a group's."""
    assert look(collector, RecordedAws(answers())).ways == {
        (APPLICATION, "http:alb", CAMERA),
        (CAMERA, "", f"i-{1:017x}"),
        (APPLICATION, "http:alb", TO_FUNCTION),
        (TO_FUNCTION, "", FUNCTION),
        (APPLICATION, "http:alb", TO_ADDRESSES),
        (NETWORK, "http:nlb", TO_APPLICATION),
        (TO_APPLICATION, "", APPLICATION),
        (OLD, "http:elb", f"i-{2:017x}"),
        (OLD, "http:elb", "old-web"),
    }


def test_everything_that_exists_is_a_resource() -> None:
    """Also a gateway that leads packets past a firewall, and a group that nothing uses."""
    resources = look(collector, RecordedAws(answers())).resources

    groups = {CAMERA, TO_APPLICATION, TO_FUNCTION, TO_ADDRESSES, FIREWALL, UNUSED}
    assert set(resources) == {APPLICATION, NETWORK, GATEWAY, OLD, *groups}
    assert {resources[one].type for one in groups} == {"elasticloadbalancing:targetgroup"}
    assert resources[APPLICATION].facts["target_groups"].split(" ") == [CAMERA, TO_FUNCTION, TO_ADDRESSES]
    assert resources[OLD].facts["instances"] == f"i-{2:017x}"


def test_requests_are_counted_once_and_by_who_counts_them() -> None:
    """An application balancer counts for its groups; a function and a balancer behind a balancer count themselves."""
    wanted = {one.target: one.wanted for one in look(collector, RecordedAws(answers())).links}

    camera = (("LoadBalancer", "app/camera/50dc6c495c0c9188"), ("TargetGroup", "targetgroup/camera/1"))
    assert {one.dimensions for one in wanted[CAMERA]} == {camera}
    assert {(one.namespace, one.name) for one in wanted[CAMERA]} == {
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"),
        ("AWS/ApplicationELB", "RequestCount"),
        ("AWS/ApplicationELB", "TargetResponseTime"),
    }
    assert wanted[f"i-{1:017x}"] == wanted[CAMERA]
    assert wanted[TO_FUNCTION] == wanted[FUNCTION] == wanted[TO_APPLICATION] == wanted[APPLICATION] == ()
    assert {(one.namespace, one.metric) for one in wanted[f"i-{2:017x}"]} == {
        ("AWS/ELB", "errors_count"),
        ("AWS/ELB", "latency_mean_ms"),
        ("AWS/ELB", "latency_p99_ms"),
        ("AWS/ELB", "requests_count"),
    }


def test_a_network_balancer_says_that_it_counts_no_requests() -> None:
    """It counts connections: its requests are unknown with that reason, not zero."""
    aws = RecordedAws({("elbv2", "DescribeTargetGroups"): {"TargetGroups": [group(CAMERA, NETWORK, protocol="TCP")]}})

    (link,) = look(collector, aws).links

    assert link.trigger == "http:nlb"
    assert [(one.metric, one.absent) for one in link.wanted] == [
        ("requests_count", "a network load balancer counts connections, not requests")
    ]


def test_only_groups_in_use_are_asked_for_their_targets() -> None:
    """A page of 400 of each, and a request for each group whose targets have names: no more."""
    aws = RecordedAws(answers())

    look(collector, aws)

    assert dict(aws.calls) == {
        ("elb", "DescribeLoadBalancers"): 1,
        ("elbv2", "DescribeLoadBalancers"): 1,
        ("elbv2", "DescribeTargetGroups"): 1,
        ("elbv2", "DescribeTargetHealth"): 3,
    }


def test_every_page_is_read_and_one_that_fails_keeps_the_first() -> None:
    """Two pages of balancers are all reported; when the second fails the first is kept and the hole is named."""
    names = [f"{APPLICATION[:-16]}{number:016x}" for number in range(800)]

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        assert given["PageSize"] == 400
        start = int(given.get("Marker", 0))
        page = [balancer(name, "application") for name in names[start : start + 400]]
        return {"LoadBalancers": page} | ({"NextMarker": "400"} if start == 0 else {})

    def cut(given: dict[str, Any]) -> dict[str, Any]:
        if "Marker" in given:
            raise Refused("Throttling")
        return pages(given)

    whole, partial = RecordedAws({("elbv2", "DescribeLoadBalancers"): pages}), RecordedAws()
    partial.answers["elbv2", "DescribeLoadBalancers"] = cut

    assert look(collector, whole).resources.keys() == set(names)
    seen = look(collector, partial)
    assert seen.resources.keys() == set(names[:400])
    assert seen.entry("elbv2", "DescribeLoadBalancers").status == "partial"


def test_a_group_deleted_between_list_and_describe_is_named() -> None:
    """Its targets are not known any more, and the coverage says which group went."""
    aws = RecordedAws(answers())
    aws.refuse("elbv2", "DescribeTargetHealth", "TargetGroupNotFound")

    entry = look(collector, aws).entry("elbv2", "DescribeTargetHealth")

    assert (entry.status, entry.items) == ("partial", None)
    assert "camera" in (entry.reason or "")


def test_groups_that_may_not_be_read_leave_the_balancers_without_that_fact() -> None:
    """What is denied is not an empty list: the balancer is there, and says nothing of its groups."""
    aws = RecordedAws(answers())
    aws.refuse("elbv2", "DescribeTargetGroups", "AccessDenied")

    seen = look(collector, aws)

    assert "target_groups" not in seen.resources[APPLICATION].facts
    assert seen.entry("elbv2", "DescribeTargetGroups").status == "denied"
