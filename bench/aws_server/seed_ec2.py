"""EC2 and Auto Scaling of one seeded region: groups, single instances, and the volumes on them."""

from collections.abc import Iterator
from random import Random
from typing import Any

from bench.aws_server.things import ACCOUNT, REGION, Thing, Window, arn, ec2_id, key_values

# (group, instances, type): 6 groups with GPUs, 8 without. What is left of the 260 stands alone.
GROUPS = tuple((f"inference-{i}", 6, ("g5.xlarge", "g4dn.xlarge", "g6.2xlarge")[i % 3]) for i in range(6)) + tuple(
    (f"web-{i}", 12, ("m6i.large", "c6i.xlarge")[i % 2]) for i in range(8)
)
INSTANCES = 260
GPU_SINGLES = 24
VOLUMES = 300
_GPU_TYPES = ("g5.2xlarge", "g4dn.2xlarge", "g5.12xlarge", "p3.2xlarge", "inf2.xlarge")
_CPU_TYPES = ("m6i.large", "m6i.2xlarge", "c6i.xlarge", "r6i.xlarge", "t3.medium", "t3.large")
_DAY_S = 86_400
_WEB_TEMPLATE, _GPU_TEMPLATE = 1, 2


def instances_of(rng: Random) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield group, type and tags of each instance."""
    for name, count, instance_type in GROUPS:
        for _ in range(count):
            yield (
                name,
                instance_type,
                {"aws:autoscaling:groupName": name, "team": "ml" if instance_type[0] == "g" else "web"},
            )
    grouped = sum(count for _, count, _ in GROUPS)
    for number in range(INSTANCES - grouped):
        if number < GPU_SINGLES:
            yield "", rng.choice(_GPU_TYPES), {"Name": f"gpu-box-{number}", "team": "ml", "env": "prod"}
        else:
            yield "", rng.choice(_CPU_TYPES), {"Name": f"app-{number}", "team": rng.choice(("web", "data", "crm"))}


def ec2_things(rng: Random, window: Window) -> Iterator[Thing]:
    """Yield instances, their volumes, and the groups."""
    members: dict[str, list[str]] = {name: [] for name, _, _ in GROUPS}
    for number, (group, instance_type, tags) in enumerate(instances_of(rng)):
        identity = ec2_id("i", number)
        disks = [ec2_id("vol", number)]
        if number < VOLUMES - INSTANCES:
            disks.append(ec2_id("vol", VOLUMES - 1 - number))
        since = rng.uniform(2, 200) * _DAY_S
        running = bool(group) or rng.random() < 0.9
        yield _instance(identity, instance_type, tags, disks, window.text_ago(since), running=running, number=number)
        for device, disk in enumerate(disks):
            yield _volume(disk, identity, device, window.text_ago(since))
        if group:
            members[group].append(identity)
    for name, count, instance_type in GROUPS:
        yield _group(name, count, instance_type, members[name], window)


def _instance(
    identity: str, instance_type: str, tags: dict[str, str], disks: list[str], at: str, *, running: bool, number: int
) -> Thing:
    zone, subnet = f"{REGION}{'abc'[number % 3]}", ec2_id("subnet", number % 3)
    address = f"10.0.{number // 250}.{number % 250 + 4}"
    groups = [{"GroupId": ec2_id("sg", number % 4), "GroupName": f"app-{number % 4}"}]
    instance: dict[str, Any] = {
        "InstanceId": identity,
        "ImageId": ec2_id("ami", number % 5),
        "InstanceType": instance_type,
        "State": {"Code": 16 if running else 80, "Name": "running" if running else "stopped"},
        "PrivateDnsName": f"ip-{address.replace('.', '-')}.{REGION}.compute.internal",
        "PublicDnsName": "",
        "StateTransitionReason": "",
        "KeyName": "operations",
        "AmiLaunchIndex": 0,
        "ProductCodes": [],
        "LaunchTime": at,
        "Placement": {"AvailabilityZone": zone, "GroupName": "", "Tenancy": "default"},
        "Monitoring": {"State": "disabled"},
        "SubnetId": subnet,
        "VpcId": ec2_id("vpc", 1),
        "PrivateIpAddress": address,
        "Architecture": "x86_64",
        "RootDeviceType": "ebs",
        "RootDeviceName": "/dev/xvda",
        "BlockDeviceMappings": [
            {
                "DeviceName": f"/dev/xvd{'ab'[device]}",
                "Ebs": {"AttachTime": at, "DeleteOnTermination": device == 0, "Status": "attached", "VolumeId": disk},
            }
            for device, disk in enumerate(disks)
        ],
        "VirtualizationType": "hvm",
        "ClientToken": f"token-{number}",
        "Tags": key_values(tags),
        "Hypervisor": "xen",
        "SecurityGroups": groups,
        "SourceDestCheck": True,
        "EbsOptimized": True,
        "EnaSupport": True,
        "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/app", "Id": "AIPAEXAMPLEEXAMPLE"},
        "NetworkInterfaces": [
            {
                "Attachment": {
                    "AttachTime": at,
                    "AttachmentId": ec2_id("eni-attach", number),
                    "DeleteOnTermination": True,
                    "DeviceIndex": 0,
                    "Status": "attached",
                },
                "Description": "",
                "Groups": groups,
                "Ipv6Addresses": [],
                "MacAddress": "02:00:00:00:00:01",
                "NetworkInterfaceId": ec2_id("eni", number),
                "OwnerId": ACCOUNT,
                "PrivateIpAddress": address,
                "PrivateIpAddresses": [{"Primary": True, "PrivateIpAddress": address}],
                "SourceDestCheck": True,
                "Status": "in-use",
                "SubnetId": subnet,
                "VpcId": ec2_id("vpc", 1),
                "InterfaceType": "interface",
            }
        ],
        "CpuOptions": {"CoreCount": 2, "ThreadsPerCore": 2},
        "CapacityReservationSpecification": {"CapacityReservationPreference": "open"},
        "HibernationOptions": {"Configured": False},
        "EnclaveOptions": {"Enabled": False},
        "BootMode": "uefi-preferred",
        "MetadataOptions": {
            "State": "applied",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 2,
            "HttpEndpoint": "enabled",
            "HttpProtocolIpv6": "disabled",
            "InstanceMetadataTags": "disabled",
        },
        "PlatformDetails": "Linux/UNIX",
        "UsageOperation": "RunInstances",
        "UsageOperationUpdateTime": at,
        "PrivateDnsNameOptions": {
            "HostnameType": "ip-name",
            "EnableResourceNameDnsARecord": False,
            "EnableResourceNameDnsAAAARecord": False,
        },
        "MaintenanceOptions": {"AutoRecovery": "default"},
        "CurrentInstanceBootMode": "uefi",
    }
    if number % 7 == 0:
        instance["InstanceLifecycle"] = "spot"
    listed = {"ReservationId": ec2_id("r", number), "OwnerId": ACCOUNT, "Groups": [], "Instances": [instance]}
    return Thing("ec2:instance", identity, identity, listed, tags=tags, group=tags.get("aws:autoscaling:groupName", ""))


def _volume(identity: str, instance: str, device: int, at: str) -> Thing:
    attached = {
        "AttachTime": at,
        "Device": f"/dev/xvd{'ab'[device]}",
        "InstanceId": instance,
        "State": "attached",
        "VolumeId": identity,
        "DeleteOnTermination": device == 0,
    }
    listed = {
        "Attachments": [attached],
        "AvailabilityZone": f"{REGION}a",
        "CreateTime": at,
        "Encrypted": True,
        "Size": 100,
        "SnapshotId": "",
        "State": "in-use",
        "VolumeId": identity,
        "Iops": 3000,
        "VolumeType": "gp3",
        "Throughput": 125,
    }
    return Thing("ec2:volume", identity, identity, listed)


def _group(name: str, count: int, instance_type: str, members: list[str], window: Window) -> Thing:
    identity = arn("autoscaling", f"autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/{name}")
    template = _GPU_TEMPLATE if instance_type[0] == "g" else _WEB_TEMPLATE
    tags = {"team": "ml" if template == _GPU_TEMPLATE else "web", "env": "prod"}
    listed = {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": identity,
        "MinSize": 1,
        "MaxSize": count * 2,
        "DesiredCapacity": count,
        "LaunchTemplate": {
            "LaunchTemplateId": ec2_id("lt", template),
            "LaunchTemplateName": f"lt-{template}",
            "Version": "$Default",
        },
        "DefaultCooldown": 300,
        "AvailabilityZones": [f"{REGION}a", f"{REGION}b", f"{REGION}c"],
        "LoadBalancerNames": [],
        "TargetGroupARNs": [],
        "HealthCheckType": "EC2",
        "HealthCheckGracePeriod": 300,
        "CreatedTime": window.text_ago(300 * _DAY_S),
        "Instances": [
            {
                "InstanceId": member,
                "InstanceType": instance_type,
                "AvailabilityZone": f"{REGION}a",
                "LifecycleState": "InService",
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": False,
            }
            for member in members
        ],
        "SuspendedProcesses": [],
        "VPCZoneIdentifier": ec2_id("subnet", 0),
        "EnabledMetrics": [],
        "TerminationPolicies": ["Default"],
        "NewInstancesProtectedFromScaleIn": False,
        "ServiceLinkedRoleARN": f"arn:aws:iam::{ACCOUNT}:role/autoscaling",
        "Tags": [
            {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": k, "Value": v, "PropagateAtLaunch": True}
            for k, v in tags.items()
        ],
    }
    return Thing("autoscaling:autoScalingGroup", identity, name, listed, tags=tags)
