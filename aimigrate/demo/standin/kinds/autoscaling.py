"""Auto Scaling: groups and their policies."""

from typing import Any

from aimigrate.demo.standin.cloud import Cloud, Props
from aimigrate.demo.standin.kinds.base import Kind


class Group(Kind):
    """A group of instances from a launch template."""

    token = "aws:autoscaling/group:Group"
    replaces = frozenset({"name", "namePrefix"})
    computed = ("arn", "desiredCapacity")
    name_property = "name"

    @staticmethod
    def _theirs(props: Props) -> dict[str, Any]:
        template = props["launchTemplate"]
        wanted: dict[str, Any] = {
            "MinSize": int(props["minSize"]),
            "MaxSize": int(props["maxSize"]),
            "LaunchTemplate": {"LaunchTemplateId": template["id"], "Version": template.get("version", "$Default")},
            "VPCZoneIdentifier": ",".join(props.get("vpcZoneIdentifiers") or ()),
            "HealthCheckType": props.get("healthCheckType", "EC2"),
            "HealthCheckGracePeriod": int(props.get("healthCheckGracePeriod", 300)),
        }
        if props.get("desiredCapacity") is not None:
            wanted["DesiredCapacity"] = int(props["desiredCapacity"])
        return wanted

    @staticmethod
    def _tags(group: str, props: Props) -> list[dict[str, Any]]:
        return [
            {
                "ResourceId": group,
                "ResourceType": "auto-scaling-group",
                "Key": tag["key"],
                "Value": tag["value"],
                "PropagateAtLaunch": tag["propagateAtLaunch"],
            }
            for tag in props.get("tags") or ()
        ]

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        group = str(props.get("name") or name)
        cloud.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName=group, Tags=self._tags(group, props), **self._theirs(props)
        )
        return group

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        answer = cloud.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[identity])
        if not answer["AutoScalingGroups"]:
            return None
        group = answer["AutoScalingGroups"][0]
        template = group["LaunchTemplate"]
        given = props.get("launchTemplate") or {}
        shown = {"id": template["LaunchTemplateId"], "version": template.get("Version", given.get("version"))}
        zones = [part for part in group.get("VPCZoneIdentifier", "").split(",") if part]
        tags = [
            {"key": tag["Key"], "value": tag["Value"], "propagateAtLaunch": tag["PropagateAtLaunch"]}
            for tag in group.get("Tags", ())
        ]
        return {
            "name": identity,
            "arn": group["AutoScalingGroupARN"],
            "minSize": group["MinSize"],
            "maxSize": group["MaxSize"],
            "desiredCapacity": group["DesiredCapacity"],
            "launchTemplate": shown,
            "vpcZoneIdentifiers": _in_given_order(zones, props.get("vpcZoneIdentifiers")),
            "healthCheckType": group["HealthCheckType"],
            "healthCheckGracePeriod": group["HealthCheckGracePeriod"],
            "tags": sorted(tags, key=lambda tag: str(tag["key"])),
        }

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        scaling = cloud.client("autoscaling")
        scaling.update_auto_scaling_group(AutoScalingGroupName=identity, **self._theirs(props))
        wanted = self._tags(identity, props)
        keys = {tag["Key"] for tag in wanted}
        actual = (self.read(cloud, identity, props) or {}).get("tags", ())
        stale = [
            {"ResourceId": identity, "ResourceType": "auto-scaling-group", "Key": tag["key"]}
            for tag in actual
            if tag["key"] not in keys
        ]
        if stale:
            scaling.delete_tags(Tags=stale)
        if wanted:
            scaling.create_or_update_tags(Tags=wanted)

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=identity, ForceDelete=True)


def _in_given_order(actual: list[str], given: list[str] | None) -> list[str]:
    """AWS keeps a set; order alone is no drift."""
    return list(given) if given is not None and sorted(given) == sorted(actual) else actual


class Policy(Kind):
    """A policy that keeps a metric at a target; its id is `group/policy`."""

    token = "aws:autoscaling/policy:Policy"
    replaces = frozenset({"name", "autoscalingGroupName"})
    computed = ("arn",)
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        identity = f"{props['autoscalingGroupName']}/{props.get('name') or name}"
        self.update(cloud, identity, props)
        return identity

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        group, _, name = identity.partition("/")
        answer = cloud.client("autoscaling").describe_policies(AutoScalingGroupName=group, PolicyNames=[name])
        if not answer["ScalingPolicies"]:
            return None
        policy = answer["ScalingPolicies"][0]
        tracking = policy["TargetTrackingConfiguration"]
        metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
        found: Props = {
            "name": name,
            "arn": policy["PolicyARN"],
            "autoscalingGroupName": group,
            "policyType": policy["PolicyType"],
            "targetTrackingConfiguration": {
                "predefinedMetricSpecification": {"predefinedMetricType": metric},
                "targetValue": tracking["TargetValue"],
            },
        }
        if policy.get("EstimatedInstanceWarmup") is not None:
            found["estimatedInstanceWarmup"] = policy["EstimatedInstanceWarmup"]
        return found

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        group, _, name = identity.partition("/")
        tracking = props["targetTrackingConfiguration"]
        metric = tracking["predefinedMetricSpecification"]["predefinedMetricType"]
        cloud.client("autoscaling").put_scaling_policy(
            AutoScalingGroupName=group,
            PolicyName=name,
            PolicyType=props["policyType"],
            EstimatedInstanceWarmup=int(props.get("estimatedInstanceWarmup", 300)),
            TargetTrackingConfiguration={
                "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
                "TargetValue": float(tracking["targetValue"]),
            },
        )

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        group, _, name = identity.partition("/")
        cloud.client("autoscaling").delete_policy(AutoScalingGroupName=group, PolicyName=name)


kinds: tuple[Kind, ...] = (Group(), Policy())
