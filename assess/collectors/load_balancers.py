"""Load balancers and their target groups: what sends requests to what, and who counts them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aimigrate.assess._arns import arn_of, plain_arn
from aimigrate.assess._found import Finding, Link, Wanted
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Resource

# Things on a page (Elastic Load Balancing API references 2015-12-01 and 2012-06-01, PageSize, read 2026-11).
_PER_PAGE = 400
_TRIGGERS = {"app": "http:alb", "net": "http:nlb"}
"""By the word after `loadbalancer/` in the ARN. A gateway load balancer (`gwy`) leads packets past a firewall."""
_ASKED = frozenset({"alb", "instance", "lambda"})
"""Types of target whose id names something else that exists; an `ip` names nothing that AWS could be asked for."""
_CONNECTIONS = "a network load balancer counts connections, not requests"
_CONNECTIONS_FIX = "export the arrivals from the server's own log as an observation (requests.csv)"


@dataclass(frozen=True)
class LoadBalancers:
    """A target group is a step on the way: what is registered in it is started by the balancers before it.

    The least possible is one request for every 400 balancers, target groups and classic balancers, and one for the
    targets of each group that a balancer uses: nothing else tells what is registered.
    """

    name: str = "load-balancers"
    iam_actions: frozenset[str] = frozenset(
        {
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield each balancer and target group, and what leads from the one over the other to its targets."""
        balancers = reader.items("elbv2", "describe_load_balancers", "LoadBalancers", PageSize=_PER_PAGE)
        listed = reader.items("elbv2", "describe_target_groups", "TargetGroups", PageSize=_PER_PAGE)
        classic = reader.items("elb", "describe_load_balancers", "LoadBalancerDescriptions", PageSize=_PER_PAGE)
        groups = sorted(listed, key=lambda item: str(item["TargetGroupArn"]))
        whole = reader.refused("elbv2", "DescribeTargetGroups") is None
        for balancer in sorted(balancers, key=lambda item: str(item["LoadBalancerArn"])):
            yield _balancer(reader, balancer, groups if whole else None)
        for group in groups:
            yield _group(reader, group)
            yield from _before(group)
        yield from _behind(reader, groups)
        for one in sorted(classic, key=lambda item: str(item["LoadBalancerName"])):
            yield from _classic(reader, one)


def _balancer(reader: Reader, balancer: Item, groups: list[Item] | None) -> Resource:
    arn = balancer["LoadBalancerArn"]
    facts = {
        "type": str(balancer.get("Type", "")),
        "scheme": str(balancer.get("Scheme", "")),
        "name": str(balancer.get("LoadBalancerName", "")),
    }
    if groups is not None:
        mine = (group["TargetGroupArn"] for group in groups if arn in (group.get("LoadBalancerArns") or ()))
        facts["target_groups"] = " ".join(mine)
    return Resource(id=arn, type="elasticloadbalancing:loadbalancer", region=reader.region, facts=facts)


def _group(reader: Reader, group: Item) -> Resource:
    facts = {
        "name": str(group.get("TargetGroupName", "")),
        "protocol": str(group.get("Protocol", "")),
        "target_type": _type(group),
        "load_balancers": " ".join(sorted(group.get("LoadBalancerArns") or ())),
    }
    arn = group["TargetGroupArn"]
    return Resource(id=arn, type="elasticloadbalancing:targetgroup", region=reader.region, facts=facts)


def _type(group: Item) -> str:
    return str(group.get("TargetType") or "instance")


def _trigger(balancer_arn: str) -> str | None:
    """Return how a balancer starts what is behind it; None where it only passes packets on."""
    return _TRIGGERS.get(balancer_arn.partition(":loadbalancer/")[2].partition("/")[0])


def _triggers(group: Item) -> dict[str, str]:
    """Map each balancer that sends requests to a group to how it does."""
    found = {str(arn): _trigger(str(arn)) for arn in sorted(group.get("LoadBalancerArns") or ())}
    return {arn: trigger for arn, trigger in found.items() if trigger is not None}


def _before(group: Item) -> Iterator[Link]:
    wanted = _wanted(group)
    for balancer, trigger in _triggers(group).items():
        yield Link(group["TargetGroupArn"], trigger, balancer, wanted)


def _behind(reader: Reader, groups: list[Item]) -> Iterator[Link]:
    """Yield what leads from each group in use to its targets."""
    used = [group for group in groups if _type(group) in _ASKED and _triggers(group)]
    asked = [(str(group.get("TargetGroupName")), {"TargetGroupArn": group["TargetGroupArn"]}) for group in used]
    for group, health in zip(used, reader.many("elbv2", "describe_target_health", asked), strict=True):
        registered = (health or {}).get("TargetHealthDescriptions") or ()
        for target in sorted({plain_arn(str(one["Target"]["Id"])) for one in registered}):
            yield Link(target, "", group["TargetGroupArn"], _wanted(group))


def _wanted(group: Item) -> tuple[Wanted, ...]:
    """Want the requests that are counted for a group. A function counts its own, and so does a balancer behind one."""
    if _type(group) in ("alb", "lambda"):
        return ()
    return tuple(one for arn, trigger in _triggers(group).items() for one in _counted(group, arn, trigger))


def _counted(group: Item, balancer_arn: str, trigger: str) -> tuple[Wanted, ...]:
    """Want what one balancer counts for a group: requests, errors, time to answer (CloudWatch gives it in seconds)."""
    dimensions = (
        ("LoadBalancer", balancer_arn.partition(":loadbalancer/")[2]),
        ("TargetGroup", str(group["TargetGroupArn"]).rsplit(":", 1)[-1]),
    )
    if trigger == "http:nlb":
        requests = Wanted("requests_count", "Sum", "AWS/ApplicationELB", "RequestCount", dimensions)
        return (replace(requests, absent=_CONNECTIONS, fix=_CONNECTIONS_FIX),)
    return _four("AWS/ApplicationELB", dimensions, "HTTPCode_Target_5XX_Count", "TargetResponseTime")


def _four(namespace: str, dimensions: tuple[tuple[str, str], ...], errors: str, latency: str) -> tuple[Wanted, ...]:
    return (
        Wanted("errors_count", "Sum", namespace, errors, dimensions),
        Wanted("latency_mean_ms", "Average", namespace, latency, dimensions, scale=1000.0),
        Wanted("latency_p99_ms", "p99", namespace, latency, dimensions, scale=1000.0),
        Wanted("requests_count", "Sum", namespace, "RequestCount", dimensions),
    )


def _classic(reader: Reader, balancer: Item) -> Iterator[Finding]:
    name = str(balancer["LoadBalancerName"])
    arn = arn_of(reader, "elasticloadbalancing", f"loadbalancer/{name}")
    instances = sorted({str(instance["InstanceId"]) for instance in balancer.get("Instances") or ()})
    facts = {"type": "classic", "scheme": str(balancer.get("Scheme", "")), "name": name}
    yield Resource(
        id=arn,
        type="elasticloadbalancing:loadbalancer",
        region=reader.region,
        facts={**facts, "instances": " ".join(instances)},
    )
    wanted = _four("AWS/ELB", (("LoadBalancerName", name),), "HTTPCode_Backend_5XX", "Latency")
    for target in (name, *instances):  # a group or service knows a classic balancer by its name only
        yield Link(target, "http:elb", arn, wanted)


collector = LoadBalancers()
