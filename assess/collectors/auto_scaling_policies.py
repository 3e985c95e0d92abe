"""Application Auto Scaling: how far things may scale, on which clock, and by the depth of which queue."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of
from aimigrate.assess._found import Finding, Link, Scaling
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._scaling import metrics_in, scaled_of, sources_of
from aimigrate.contracts.inventory import Resource

_NAMESPACES = ("comprehend", "ec2", "ecs", "lambda", "sagemaker")
"""Those in which something may run a model: ec2 is Spot Fleets. The rest are databases, desktops and clusters."""
_COUNTS = frozenset({"ecs:service:DesiredCount", "sagemaker:variant:DesiredInstanceCount"})
"""Dimensions that count what a workload runs on; the others count copies, or what of it is kept warm."""
_SERVICE = "application-autoscaling"


@dataclass(frozen=True)
class AutoScalingPolicies:
    """A namespace in which nothing is registered has neither policies nor clocks, and is not asked for them.

    The least possible is one request for each namespace and every 50 targets in it, and where there are any one for
    every 10 policies and every 50 scheduled actions: the API answers for one namespace at a time, and no larger page.
    """

    name: str = "auto-scaling-policies"
    iam_actions: frozenset[str] = frozenset(
        {
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:DescribeScheduledActions",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield how far each target may scale, its clocks, the queues it follows, and all three as resources."""
        every: list[Item] = [{"ServiceNamespace": namespace} for namespace in _NAMESPACES]
        targets = reader.many_items(_SERVICE, "describe_scalable_targets", "ScalableTargets", every)
        used = [given for given, found in zip(every, targets, strict=True) if found]
        policies = reader.many_items(_SERVICE, "describe_scaling_policies", "ScalingPolicies", used)
        actions = reader.many_items(_SERVICE, "describe_scheduled_actions", "ScheduledActions", used)
        for target in sorted((one for found in targets for one in found), key=_place):
            yield from _target(reader, target)
        for policy in sorted((one for found in policies for one in found), key=lambda one: str(one["PolicyARN"])):
            yield from _policy(reader, policy)
        for action in sorted((a for found in actions for a in found), key=lambda a: str(a["ScheduledActionARN"])):
            yield from _action(reader, action)


def _place(item: Item) -> tuple[str, str]:
    return str(item["ResourceId"]), str(item["ScalableDimension"])


def _scaled(reader: Reader, item: Item) -> str | None:
    return scaled_of(reader, str(item["ServiceNamespace"]), str(item["ResourceId"]))


def _target(reader: Reader, target: Item) -> Iterator[Finding]:
    dimension, scaled = str(target["ScalableDimension"]), _scaled(reader, target)
    least, most = int(target["MinCapacity"]), int(target["MaxCapacity"])
    arn = str(
        target.get("ScalableTargetARN") or arn_of(reader, _SERVICE, f"scalable-target/{'/'.join(_place(target))}")
    )
    suspended = target.get("SuspendedState") or {}
    off = bool(suspended) and all(suspended.values())
    facts = {
        "resource": str(target["ResourceId"]),
        "dimension": dimension,
        "min": str(least),
        "max": str(most),
        "suspended": str(off).lower(),
    }
    yield Resource(id=arn, type=f"{_SERVICE}:scalable-target", region=reader.region, facts=facts)
    if scaled is not None and dimension in _COUNTS and not off:
        yield Scaling(target=scaled, source=arn, min_count=least, max_count=most)


def _policy(reader: Reader, policy: Item) -> Iterator[Finding]:
    arn, scaled = str(policy["PolicyARN"]), _scaled(reader, policy)
    sources = sources_of(reader, _metrics(policy))
    facts = {
        "name": str(policy["PolicyName"]),
        "resource": str(policy["ResourceId"]),
        "policy_type": str(policy.get("PolicyType", "")),
        "follows": " ".join(source.arn for source in sources),
    }
    yield Resource(id=arn, type="autoscaling:scalingPolicy", region=reader.region, facts=facts)
    if scaled is not None:
        for source in sources:
            yield source.to(scaled)


def _metrics(policy: Item) -> Iterator[Item]:
    """Yield the metrics that a policy follows by its owner's choice; ready-made ones measure its target, no queue."""
    tracked = policy.get("TargetTrackingScalingPolicyConfiguration", {}).get("CustomizedMetricSpecification") or {}
    yield tracked
    yield from metrics_in(tracked.get("Metrics") or ())
    for pair in policy.get("PredictiveScalingPolicyConfiguration", {}).get("MetricSpecifications") or ():
        for role in ("Load", "Scaling"):
            yield from metrics_in(pair.get(f"Customized{role}MetricSpecification", {}).get("MetricDataQueries") or ())


def _action(reader: Reader, action: Item) -> Iterator[Finding]:
    arn, scaled = str(action["ScheduledActionARN"]), _scaled(reader, action)
    zone = action.get("Timezone") or "UTC"
    trigger = f"schedule:{action['Schedule']}" + ("" if zone == "UTC" else f" {zone}")
    change = action.get("ScalableTargetAction") or {}
    facts = {
        "name": str(action["ScheduledActionName"]),
        "resource": str(action["ResourceId"]),
        "triggers": trigger,
        "min": str(change.get("MinCapacity", "")),
        "max": str(change.get("MaxCapacity", "")),
    }
    yield Resource(id=arn, type="autoscaling:scheduledAction", region=reader.region, facts=facts)
    end = action.get("EndTime")
    if scaled is not None and not (end is not None and end <= reader.scope.now):
        yield Link(scaled, trigger, arn)


collector = AutoScalingPolicies()
