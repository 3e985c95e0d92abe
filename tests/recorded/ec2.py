"""EC2 and Auto Scaling, shaped as the operations' members and examples in their API references (read 2026-11).

Instances: one alone, one ordinary, one of a group, one that ECS runs on, two that Karpenter started, one of an EC2
Fleet, one of a Spot Fleet, one of AWS Batch, one of an EKS node group. Groups: one that runs, and two empty ones,
planned by a launch template and by a launch configuration; one of ECS; three of EKS, two of which hold nothing.
"""

from collections.abc import Mapping
from typing import Any

from tests.finding import recorded
from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer, RecordedAws
from tests.recorded_types import types as types  # noqa: PLC0414  # tests take both from here

WORKLOADS = (
    "ec2_asg:eu-central-1:cameras",
    "ec2_asg:eu-central-1:idle",
    "ec2_asg:eu-central-1:older",
    "ec2_fleet:eu-central-1:fleet-0a1b2c3d",
    "ec2_fleet:eu-central-1:sfr-73fbd2ce",
    "ec2_instance:eu-central-1:i-00000000000000001",
    "eks_nodegroup:eu-central-1:plant/nodepool/gpu-pool",
)
KEPT_BY_OTHERS = tuple(
    f"ec2_asg:eu-central-1:{name}" for name in ("eks-gpu-5e6f", "plant-joined", "plant-spare", "vision")
)
"""Workloads of EC2 alone, which ECS and EKS take over."""
PLANT = "kubernetes.io/cluster/plant"
"""The tag by which things join an EKS cluster."""
CAMERA_TARGETS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/camera/1"


def arn(service: str, rest: str) -> str:
    """Return an ARN of the recorded account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def instance_id(number: int) -> str:
    """Return the id of an instance."""
    return f"i-{number:017x}"


def instance(number: int, *, tags: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeInstances says of one: a running g5.xlarge with one disk, unless said otherwise."""
    known = {
        "InstanceId": instance_id(number),
        "ImageId": "ami-0abcdef1234567890",
        "InstanceType": "g5.xlarge",
        "State": {"Code": 16, "Name": "running"},
        "LaunchTime": NOW,
        "Placement": {"AvailabilityZone": f"{REGION}a", "Tenancy": "default"},
        "PlatformDetails": "Linux/UNIX",
        "CapacityReservationSpecification": {"CapacityReservationPreference": "open"},
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": f"vol-{number:017x}", "Status": "attached"}}
        ],
        "Tags": [
            {"Key": key, "Value": value} for key, value in ({"Name": f"camera-{number}"} | dict(tags or {})).items()
        ],
    }
    return {**known, **more}


def group(name: str, *members: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeAutoScalingGroups says of one with these instances."""
    known = {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": arn("autoscaling", f"autoScalingGroup:1e2:autoScalingGroupName/{name}"),
        "MinSize": 0,
        "MaxSize": 4,
        "DesiredCapacity": len(members),
        "CreatedTime": NOW,
        "Instances": [
            {
                "InstanceId": instance_id(number),
                "InstanceType": "g5.xlarge",
                "AvailabilityZone": f"{REGION}a",
                "LifecycleState": "InService",
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": False,
            }
            for number in members
        ],
        "TargetGroupARNs": [],
        "LoadBalancerNames": [],
        "TrafficSources": [],
        "Tags": [],
    }
    return {**known, **more}


def fleet(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeFleets says of one."""
    known = {
        "FleetId": name,
        "FleetState": "active",
        "ActivityStatus": "fulfilled",
        "Type": "maintain",
        "CreateTime": NOW,
        "FulfilledCapacity": 1.0,
        "FulfilledOnDemandCapacity": 0.0,
        "LaunchTemplateConfigs": [
            {
                "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-9", "Version": "1"},
                "Overrides": [{"InstanceType": "g5.xlarge"}, {"InstanceType": "g4dn.xlarge"}],
            }
        ],
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": 1,
            "OnDemandTargetCapacity": 0,
            "SpotTargetCapacity": 1,
            "DefaultTargetCapacityType": "spot",
        },
        "Tags": [],
    }
    return {**known, **more}


def spot_fleet(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeSpotFleetRequests says of one."""
    config = {
        "AllocationStrategy": "priceCapacityOptimized",
        "IamFleetRole": f"arn:aws:iam::{ACCOUNT}:role/aws-ec2-spot-fleet-tagging-role",
        "LaunchSpecifications": [{"InstanceType": "g5.xlarge", "ImageId": "ami-0abcdef1234567890"}],
        "TargetCapacity": 1,
        "OnDemandTargetCapacity": 0,
        "FulfilledCapacity": 1.0,
        "Type": "maintain",
    }
    known = {
        "SpotFleetRequestId": name,
        "SpotFleetRequestState": "active",
        "ActivityStatus": "fulfilled",
        "CreateTime": NOW,
        "SpotFleetRequestConfig": config,
        "Tags": [],
    }
    return {**known, **more}


def tags(**given: str) -> list[dict[str, str]]:
    """Return tags as Auto Scaling and EC2 write them."""
    return [{"Key": key, "Value": value} for key, value in given.items()]


def groups_held(*groups: dict[str, Any]) -> Answer:
    """Answer DescribeAutoScalingGroups: all of these, those of a name, or those that carry a tag."""

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        names = given.get("AutoScalingGroupNames")
        keys = {key for one in given.get("Filters", ()) if one["Name"] == "tag-key" for key in one["Values"]}
        return {
            "AutoScalingGroups": [
                one
                for one in groups
                if (names is None or one["AutoScalingGroupName"] in names)
                and (not keys or keys & {tag["Key"] for tag in one["Tags"]})
            ]
        }

    return answer


def scheduled_action(name: str, number: int = 1, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeScheduledActions says of one of a group."""
    of = f"scheduledUpdateGroupAction:{number}:autoScalingGroupName/{name}:scheduledActionName/morning"
    known = {
        "AutoScalingGroupName": name,
        "ScheduledActionName": "morning",
        "ScheduledActionARN": arn("autoscaling", of),
        "Recurrence": "0 6 * * *",
        "TimeZone": "Europe/Berlin",
        "MinSize": 1,
        "MaxSize": 4,
        "DesiredCapacity": 2,
    }
    return {**known, **more}


def policy(name: str, kind: str = "TargetTrackingScaling", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribePolicies says of one of a group."""
    known = {
        "AutoScalingGroupName": name,
        "PolicyName": kind,
        "PolicyARN": arn("autoscaling", f"scalingPolicy:7:autoScalingGroupName/{name}:policyName/{kind}"),
        "PolicyType": kind,
        "StepAdjustments": [],
        "Alarms": [],
        "Enabled": True,
    }
    tracking = {
        "TargetTrackingConfiguration": {
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 50.0,
            "DisableScaleIn": False,
        }
    }
    return {**known, **(tracking if kind == "TargetTrackingScaling" else {}), **more}


def account(*instances: dict[str, Any], **groups: Any) -> RecordedAws:  # noqa: ANN401  # as AWS answers
    """Return an account with these instances, `groups`, `fleets` and `spot_fleets`, and nothing else."""
    return recorded(
        {
            ("ec2", "DescribeInstances"): {"Reservations": [{"Instances": list(instances)}]},
            ("ec2", "DescribeInstanceTypes"): types,
            ("autoscaling", "DescribeAutoScalingGroups"): {"AutoScalingGroups": groups.get("groups", [])},
            ("ec2", "DescribeFleets"): {"Fleets": groups.get("fleets", [])},
            ("ec2", "DescribeSpotFleetRequests"): {"SpotFleetRequestConfigs": groups.get("spot_fleets", [])},
        }
    )


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    pool = {"karpenter.sh/nodepool": "gpu-pool", "kubernetes.io/cluster/plant": "owned", "aws:ec2:fleet-id": "fleet-x"}
    batch = {"AWSBatchServiceTag": "batch", "aws:ec2:fleet-id": "fleet-y"}
    spot = {"InstanceLifecycle": "spot", "SpotInstanceRequestId": "sir-8"}
    return {
        ("ec2", "DescribeInstances"): {
            "Reservations": [
                {"Instances": [instance(1), instance(2, InstanceType="t3.small")]},
                {"Instances": [instance(3), instance(4)]},
                {"Instances": [instance(5, tags=pool), instance(6, tags=pool)]},
                {"Instances": [instance(7, tags={"aws:ec2:fleet-id": "fleet-0a1b2c3d"}, **spot)]},
                {"Instances": [instance(8, tags={"aws:ec2spot:fleet-request-id": "sfr-73fbd2ce"}, **spot)]},
                {"Instances": [instance(9, tags=batch), instance(10, tags={"eks:cluster-name": "plant"})]},
            ]
        },
        ("ec2", "DescribeInstanceTypes"): types,
        ("ec2", "DescribeFleets"): {"Fleets": [fleet("fleet-0a1b2c3d")]},
        ("ec2", "DescribeSpotFleetRequests"): {"SpotFleetRequestConfigs": [spot_fleet("sfr-73fbd2ce")]},
        ("ec2", "DescribeSpotInstanceRequests"): {
            "SpotInstanceRequests": [
                {
                    "SpotInstanceRequestId": "sir-9",
                    "State": "open",
                    "Type": "persistent",
                    "CreateTime": NOW,
                    "LaunchSpecification": {"InstanceType": "g5.xlarge"},
                }
            ]
        },
        ("ec2", "DescribeVolumes"): {
            "Volumes": [
                {
                    "VolumeId": "vol-0000000000000beef",
                    "State": "available",
                    "Size": 500,
                    "VolumeType": "gp3",
                    "CreateTime": NOW,
                    "Attachments": [],
                }
            ]
        },
        ("ec2", "DescribeLaunchTemplateVersions"): {
            "LaunchTemplateVersions": [
                {
                    "LaunchTemplateId": "lt-1",
                    "LaunchTemplateName": "idle",
                    "VersionNumber": 3,
                    "DefaultVersion": True,
                    "CreateTime": NOW,
                    "LaunchTemplateData": {"InstanceType": "g5.xlarge", "UserData": "aHVudGVyMg=="},
                }
            ]
        },
        ("autoscaling", "DescribeLaunchConfigurations"): {
            "LaunchConfigurations": [{"LaunchConfigurationName": "old", "InstanceType": "g5.xlarge"}]
        },
        ("autoscaling", "DescribeAutoScalingGroups"): groups_held(
            group("cameras", 3, MinSize=1, TargetGroupARNs=[CAMERA_TARGETS]),
            group("idle", LaunchTemplate={"LaunchTemplateId": "lt-1", "LaunchTemplateName": "idle"}),
            group("older", LaunchConfigurationName="old"),
            group("vision", 4),
            group("eks-gpu-5e6f", 10, Tags=tags(**{PLANT: "owned", "eks:nodegroup-name": "gpu"})),
            group("plant-joined", Tags=tags(**{PLANT: "owned"}), LaunchConfigurationName="old"),
            group("plant-spare", Tags=tags(**{PLANT: "owned"}), LaunchTemplate={"LaunchTemplateId": "lt-1"}),
        ),
        ("autoscaling", "DescribeScheduledActions"): {"ScheduledUpdateGroupActions": [scheduled_action("cameras")]},
        ("autoscaling", "DescribePolicies"): {"ScalingPolicies": [policy("cameras")]},
    }
