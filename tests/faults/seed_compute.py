"""Seed machines and what runs on them: EC2, Auto Scaling, ECS, Batch, load balancers.

Shapes as in each service's API reference (read 2026-11).
"""

from datetime import UTC, datetime
from typing import Any

from tests.faults.place import Place

NOW = datetime(2026, 11, 20, tzinfo=UTC)
_INSTANCES = ("ec2", "DescribeInstances")
_VOLUMES = ("ec2", "DescribeVolumes")
GPU, PLAIN = "g5.xlarge", "t3.small"


def seed(place: Place) -> None:
    """Fill a region."""
    _instances(place)
    _paid_ahead(place)
    _groups(place)
    _types(place)
    _ecs(place)
    _batch(place)
    _balancers(place)


def _number(place: Place, number: int) -> str:
    return f"{sum(place.region.encode()):08x}{number:09x}"


def _instance(place: Place, number: int, kind: str, **tags: str) -> dict[str, Any]:
    identity, disk = f"i-{_number(place, number)}", f"vol-{_number(place, number)}"
    place.note("ec2:instance", identity, _INSTANCES)
    place.note("ec2:volume", disk, _INSTANCES, _VOLUMES)
    return {
        "InstanceId": identity,
        "InstanceType": kind,
        "State": {"Code": 16, "Name": "running"},
        "LaunchTime": NOW,
        "Placement": {"AvailabilityZone": f"{place.region}a", "Tenancy": "default"},
        "PlatformDetails": "Linux/UNIX",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": disk, "Status": "attached"}}],
        "Tags": [{"Key": name, "Value": value} for name, value in tags.items()],
    }


def _instances(place: Place) -> None:
    made = [_instance(place, number, GPU, Name=f"camera-{number}") for number in range(3)]
    made += [_instance(place, number, PLAIN, Name=f"web-{number}") for number in range(10, 13)]
    made += [_instance(place, number, GPU) for number in (20, 21, 30, 31)]  # of a group; of a cluster
    place.lists("ec2", "DescribeInstances", "Reservations", ({"Instances": [one]} for one in made))
    free = [f"vol-{_number(place, number)}" for number in range(900, 903)]
    for name in free:
        place.note("ec2:volume", name, _VOLUMES)
    rest = {"State": "available", "Size": 500, "VolumeType": "gp3", "CreateTime": NOW, "Attachments": []}
    place.lists("ec2", "DescribeVolumes", "Volumes", ({"VolumeId": name, **rest} for name in free))


def _paid_ahead(place: Place) -> None:
    bought = [f"{number}e5f6a7b-{place.region}" for number in range(3)]
    for name in bought:
        place.note("ec2:reserved-instances", name, ("ec2", "DescribeReservedInstances"))
    about = {"InstanceType": GPU, "InstanceCount": 1, "Scope": "Region", "State": "active", "CurrencyCode": "USD"}
    about |= {"ProductDescription": "Linux/UNIX", "InstanceTenancy": "default", "Duration": 31_536_000}
    about |= {"FixedPrice": 0.0, "UsagePrice": 0.0, "RecurringCharges": [{"Amount": 0.4, "Frequency": "Hourly"}]}
    every = ({"ReservedInstancesId": name, "End": NOW.replace(year=2027), **about} for name in bought)
    place.lists("ec2", "DescribeReservedInstances", "ReservedInstances", every)
    listed = ("ec2", "DescribeCapacityReservations")
    for number in range(3):
        name = f"cr-{_number(place, number)}"
        arn = place.arn("ec2", f"capacity-reservation/{name}")
        place.note("ec2:capacity-reservation", arn, listed)
        about = {"CapacityReservationId": name, "CapacityReservationArn": arn, "InstanceType": GPU, "State": "active"}
        about |= {"InstancePlatform": "Linux/UNIX", "TotalInstanceCount": 1, "OwnerId": place.account_id}
        place.lists(*listed, "CapacityReservations", [about])


def _groups(place: Place) -> None:
    listed = ("autoscaling", "DescribeAutoScalingGroups")
    members = {"cameras": (20, 21), "idle": (), "older": ()}
    for name, numbers in members.items():
        arn = place.arn("autoscaling", f"autoScalingGroup:1e2:autoScalingGroupName/{name}")
        place.note("autoscaling:autoScalingGroup", arn, listed)
        inside = [
            {"InstanceId": f"i-{_number(place, n)}", "InstanceType": GPU, "AvailabilityZone": f"{place.region}a"}
            | {"LifecycleState": "InService", "HealthStatus": "Healthy", "ProtectedFromScaleIn": False}
            for n in numbers
        ]
        group = {"AutoScalingGroupName": name, "AutoScalingGroupARN": arn, "MinSize": 0, "MaxSize": 4}
        group |= {"DesiredCapacity": len(inside), "CreatedTime": NOW, "Instances": inside, "Tags": []}
        group |= {"LaunchConfigurationName": "old"} if name == "older" else {}
        template = {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "idle", "Version": "1"}}
        group |= template if name == "idle" else {}
        place.lists(*listed, "AutoScalingGroups", [group])
    version = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "idle", "VersionNumber": 1, "DefaultVersion": True}
    version |= {"CreateTime": NOW, "LaunchTemplateData": {"InstanceType": GPU, "UserData": "aHVudGVyMg=="}}
    place.lists("ec2", "DescribeLaunchTemplateVersions", "LaunchTemplateVersions", [version])
    launch = [{"LaunchConfigurationName": "old", "InstanceType": GPU, "UserData": "aHVudGVyMg=="}]
    place.lists("autoscaling", "DescribeLaunchConfigurations", "LaunchConfigurations", launch)


def _types(place: Place) -> None:
    device = {"Name": "A10G", "Manufacturer": "NVIDIA", "Count": 1}
    known: dict[str, dict[str, Any]] = {
        GPU: {"GpuInfo": {"Gpus": [device], "TotalGpuMemoryInMiB": 24576}},
        PLAIN: {},
    }

    def types(given: dict[str, Any]) -> dict[str, Any]:
        asked = given["Filters"][0]["Values"]
        more = {"VCpuInfo": {"DefaultVCpus": 4}, "MemoryInfo": {"SizeInMiB": 16384}}
        return {"InstanceTypes": [{"InstanceType": n, **more, **known[n]} for n in asked if n in known]}

    place.answers("ec2", "DescribeInstanceTypes", types)


def _ecs(place: Place) -> None:
    clusters, listed = ("ecs", "ListClusters"), ("ecs", "ListServices")
    names = [place.arn("ecs", f"cluster/{name}") for name in ("empty", "line", "vision")]
    place.lists(*clusters, "clusterArns", names)
    for name in names:
        place.note("ecs:cluster", name, clusters)
    vision, described = names[-1], (("ecs", "DescribeServices"), ("ecs", "DescribeTaskDefinition"))
    definition = place.arn("ecs", "task-definition/shelf:1")
    container = {"name": "shelf", "image": "shelf:1", "environment": [{"name": "TOKEN", "value": "hunter2"}]}
    container |= {"resourceRequirements": [{"type": "GPU", "value": "1"}]}
    whole = {"taskDefinition": {"taskDefinitionArn": definition, "containerDefinitions": [container]}}
    place.describes("ecs", "DescribeTaskDefinition", "taskDefinition", definition, whole)
    hosts = [place.arn("ecs", f"container-instance/vision/{number}") for number in (30, 31)]
    place.lists("ecs", "ListContainerInstances", "containerInstanceArns", hosts, cluster=vision)
    facts = {"attributes": [{"name": "ecs.instance-type", "value": GPU}]}
    known = {
        host: {"containerInstanceArn": host, "ec2InstanceId": f"i-{_number(place, int(host[-2:]))}", **facts}
        for host in hosts
    }
    place.picks("ecs", "DescribeContainerInstances", "containerInstances", "containerInstances", known)
    for number in range(3):
        arn = place.arn("ecs", f"service/vision/shelf-{number}")
        place.note("ecs:service", arn, clusters, listed, *described)
        place.lists(*listed, "serviceArns", [arn], cluster=vision)
        about = {"serviceArn": arn, "serviceName": f"shelf-{number}", "clusterArn": vision, "status": "ACTIVE"}
        about |= {"taskDefinition": definition, "launchType": "EC2", "desiredCount": 1, "runningCount": 1}
        place.picks("ecs", "DescribeServices", "services", "services", {arn: about})
        task = place.arn("ecs", f"task/vision/{number:032x}")
        place.lists("ecs", "ListTasks", "taskArns", [task], cluster=vision, serviceName=f"shelf-{number}")
        about = {"taskArn": task, "clusterArn": vision, "containerInstanceArn": hosts[number % 2], "launchType": "EC2"}
        about |= {"group": f"service:shelf-{number}", "taskDefinitionArn": definition, "lastStatus": "RUNNING"}
        place.picks("ecs", "DescribeTasks", "tasks", "tasks", {task: about})


def _batch(place: Place) -> None:
    queues, environments = ("batch", "DescribeJobQueues"), ("batch", "DescribeComputeEnvironments")
    for number in range(3):
        environment = place.arn("batch", f"compute-environment/gpu-{number}")
        place.note("batch:compute-environment", environment, environments)
        about: dict[str, Any] = {"computeEnvironmentArn": environment, "computeEnvironmentName": f"gpu-{number}"}
        about |= {"type": "MANAGED", "state": "ENABLED", "computeResources": {"type": "SPOT", "instanceTypes": [GPU]}}
        place.lists(*environments, "computeEnvironments", [about])
        queue = place.arn("batch", f"job-queue/nightly-{number}")
        place.note("batch:job-queue", queue, queues)
        about = {"jobQueueArn": queue, "jobQueueName": f"nightly-{number}", "state": "ENABLED", "priority": 1}
        about |= {"computeEnvironmentOrder": [{"order": 1, "computeEnvironment": environment}]}
        place.lists(*queues, "jobQueues", [about])
        definition = place.arn("batch", f"job-definition/score-{number}:3")
        container = {"image": "score:3", "environment": [{"name": "TOKEN", "value": "hunter2"}]}
        container |= {"resourceRequirements": [{"type": "GPU", "value": "1"}]}
        about = {"jobDefinitionArn": definition, "jobDefinitionName": f"score-{number}", "revision": 3}
        about |= {"status": "ACTIVE", "type": "container", "containerProperties": container}
        place.lists("batch", "DescribeJobDefinitions", "jobDefinitions", [about])
        for run in range(3):
            job = place.arn("batch", f"job/{number}{run}")
            place.note("batch:job", job, queues, ("batch", "ListJobs"))
            made = int(NOW.timestamp() * 1000) - 3_600_000
            about = {"jobId": f"{number}{run}", "jobArn": job, "jobName": f"score-{number}", "status": "SUCCEEDED"}
            about |= {"jobDefinition": definition, "createdAt": made, "startedAt": made + 1, "stoppedAt": made + 2}
            place.lists("batch", "ListJobs", "jobSummaryList", [about], jobQueue=queue)


def _balancers(place: Place) -> None:
    listed, groups = ("elbv2", "DescribeLoadBalancers"), ("elbv2", "DescribeTargetGroups")
    for number in range(3):
        arn = place.arn("elasticloadbalancing", f"loadbalancer/app/camera-{number}/50dc6c495c0c918{number}")
        place.note("elasticloadbalancing:loadbalancer", arn, listed)
        about: dict[str, Any] = {"LoadBalancerArn": arn, "LoadBalancerName": f"camera-{number}", "Type": "application"}
        place.lists(*listed, "LoadBalancers", [{**about, "CreatedTime": NOW, "State": {"Code": "active"}}])
        group = place.arn("elasticloadbalancing", f"targetgroup/camera-{number}/{number}")
        place.note("elasticloadbalancing:targetgroup", group, groups)
        about = {"TargetGroupArn": group, "TargetGroupName": f"camera-{number}", "LoadBalancerArns": [arn]}
        about |= {"TargetType": "instance", "Protocol": "HTTP", "Port": 80}
        place.lists(*groups, "TargetGroups", [about])
        target = {"Target": {"Id": f"i-{_number(place, number)}", "Port": 80}, "TargetHealth": {"State": "healthy"}}
        health = {"TargetHealthDescriptions": [target]}
        place.describes("elbv2", "DescribeTargetHealth", "TargetGroupArn", group, health)
