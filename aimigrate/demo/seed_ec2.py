"""EC2 instances, auto scaling groups, and the load balancers and queues before them."""

from dataclasses import dataclass
from typing import Any

from aimigrate.contracts.names import slug
from aimigrate.demo.seed import Group, Instance, OnInstances
from aimigrate.demo.seed_cloud import Cloud, Use, moto_time, tag_list
from aimigrate.demo.seed_metrics import Metric, instance_tracks, load_balancer_tracks, queue_tracks

IMAGE = "deep-learning-base-oss-nvidia-driver-gpu-ubuntu-22.04"
_VOLUME_GB = 125


@dataclass(frozen=True)
class Network:
    """A region's default network and machine image."""

    subnets: tuple[str, ...]
    vpc: str
    security_group: str
    image: str


def network(cloud: Cloud, region: str) -> Network:
    """Return the region's network, its image registered on first use."""

    def make() -> Network:
        ec2 = cloud.client("ec2", region)
        subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda subnet: subnet["AvailabilityZone"])
        groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])
        image = ec2.register_image(Name=IMAGE, Architecture="x86_64", RootDeviceName="/dev/sda1")["ImageId"]
        ids = tuple(subnet["SubnetId"] for subnet in subnets)
        return Network(ids, subnets[0]["VpcId"], groups["SecurityGroups"][0]["GroupId"], image)

    made: Network = cloud.once("network", region, make)
    return made


def agent_dimensions(instance_id: str, instance_type: str, image: str, group: str | None) -> dict[str, str]:
    """Return the dimensions under which the CloudWatch agent reports a GPU, as its stock configuration appends them."""
    gpu = {
        "g4dn": "Tesla T4",
        "g5": "NVIDIA A10G",
        "g6": "NVIDIA L4",
        "g6e": "NVIDIA L40S",
        "p3": "Tesla V100-SXM2-16GB",
    }
    known = {
        "InstanceId": instance_id,
        "InstanceType": instance_type,
        "ImageId": image,
        "name": gpu.get(instance_type.split(".", maxsplit=1)[0], "NVIDIA GPU"),
        "index": "0",
        "arch": "Turing" if instance_type.startswith("g4dn") else "Ampere",
    }
    return known if group is None else {**known, "AutoScalingGroupName": group}


def backdate(cloud: Cloud, region: str, instance_ids: list[str], item: OnInstances) -> list[str]:
    """Give instances, their disks and their interfaces the item's age. Returns the ids of the disks."""
    ec2, born = cloud.backend("ec2", region), moto_time(item.created_at)
    volumes = []
    for instance_id in instance_ids:
        instance = ec2.get_instance(instance_id)
        instance.launch_time = born
        for device in instance.block_device_mapping.values():
            device.attach_time = born
            volume = ec2.volumes[device.volume_id]
            volume.create_time, volume.size = born, _VOLUME_GB
            if volume.attachment is not None:
                volume.attachment.attach_time = born
            volumes.append(device.volume_id)
        for interface in instance.nics.values():
            interface.attach_time = born
    return volumes


def charge_instances(cloud: Cloud, item: OnInstances, ids: list[str], volumes: list[str], hours: float) -> None:
    """Put the hours of instances, and the disks that go with them, on the bill."""
    prices = cloud.company.billing.prices
    per_hour = prices.ec2_usd_h.get(item.instance_type, {}).get(item.region)
    if per_hour is None:
        return
    for instance_id in ids:
        usage = f"BoxUsage:{item.instance_type}"
        service = "Amazon Elastic Compute Cloud"
        cloud.use(
            Use(service, item.region, instance_id, usage, "Hours", hours, per_hour, item.tags, item.instance_type)
        )
    for volume in volumes:
        service, usage, price = "Amazon Elastic Block Store", "EBS:VolumeUsage.gp3", prices.gp3_usd_gb_month
        cloud.use(Use(service, item.region, volume, usage, "GB-Mo", _VOLUME_GB, price, item.tags))


def put_before(cloud: Cloud, item: OnInstances, instance_ids: list[str], targets: int) -> str | None:
    """Put a load balancer or a queue before something, with its history. Returns the target group's ARN, if any."""
    if item.behind == "queue":
        queue = f"{slug(item.name)}-work"
        cloud.client("sqs", item.region).create_queue(QueueName=queue, tags=item.tags)
        cloud.measure(item.region, queue_tracks(cloud.history, item, queue))
    if item.behind != "load_balancer":
        return None
    net, elb = network(cloud, item.region), cloud.client("elbv2", item.region)
    short = slug(item.name)[:28].strip("-")
    balancer = elb.create_load_balancer(Name=f"{short}-lb", Subnets=list(net.subnets[:2]), Type="application")
    group = elb.create_target_group(Name=f"{short}-tg", Protocol="HTTP", Port=8000, VpcId=net.vpc)
    balancer_arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    group_arn: str = group["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=balancer_arn,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group_arn}],
    )
    if instance_ids:
        elb.register_targets(TargetGroupArn=group_arn, Targets=[{"Id": instance_id} for instance_id in instance_ids])
    behind = cloud.backend("elbv2", item.region)
    behind.load_balancers[balancer_arn].created_time = moto_time(item.created_at)
    names = group_arn.rpartition(":")[2], balancer_arn.rpartition(":loadbalancer/")[2]
    cloud.measure(item.region, load_balancer_tracks(cloud.history, item, *names, targets))
    price = cloud.company.billing.prices.load_balancer_usd_h
    hours = 24.0 * 31
    service = "Elastic Load Balancing"
    cloud.use(Use(service, item.region, balancer_arn, "LoadBalancerUsage", "Hours", hours, price, item.tags))
    return group_arn


def seed_instance(cloud: Cloud, item: Instance, hours: float) -> None:
    """Start one instance."""
    net = network(cloud, item.region)
    tags = {**item.tags, "Name": item.name} if item.named else item.tags
    answer = cloud.client("ec2", item.region).run_instances(
        ImageId=net.image,
        InstanceType=item.instance_type,
        MinCount=1,
        MaxCount=1,
        SubnetId=net.subnets[0],
        ClientToken=f"{slug(item.name)}-{item.region}",  # botocore would draw one by chance
        TagSpecifications=[{"ResourceType": "instance", "Tags": tag_list(tags)}] if tags else [],
    )
    instance_id = answer["Instances"][0]["InstanceId"]
    volumes = backdate(cloud, item.region, [instance_id], item)
    put_before(cloud, item, [instance_id], 1)
    agent = agent_dimensions(instance_id, item.instance_type, net.image, None)
    cloud.measure(item.region, instance_tracks(cloud.history, item, {"InstanceId": instance_id}, agent))
    charge_instances(cloud, item, [instance_id], volumes, hours)
    arn = cloud.arn("ec2", item.region, f"instance/{instance_id}")
    name = item.name if item.named else instance_id
    found = [instance_id, *volumes]
    cloud.record(item, item.kind, arn=arn, resources=found, name=name, pattern=item.traffic.pattern)


def make_group(cloud: Cloud, item: OnInstances, name: str, sizes: tuple[int, int, int], **more: Any) -> list[str]:  # noqa: ANN401 # passed to AWS as it is
    """Create a launch template and a group of (min, desired, max) instances. Returns the instances' ids."""
    net = network(cloud, item.region)
    ec2, scaling = cloud.client("ec2", item.region), cloud.client("autoscaling", item.region)
    spot = {"InstanceMarketOptions": {"MarketType": "spot"}} if more.pop("spot", False) else {}
    template = ec2.create_launch_template(
        LaunchTemplateName=f"{slug(name)}-template",
        LaunchTemplateData={"ImageId": net.image, "InstanceType": item.instance_type, **spot},
    )["LaunchTemplate"]["LaunchTemplateId"]
    cloud.backend("ec2", item.region).launch_templates[template].create_time = moto_time(item.created_at)
    tags = {"Name": name, **item.tags, **more.pop("extra_tags", {})}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=sizes[0],
        DesiredCapacity=sizes[1],
        MaxSize=sizes[2],
        LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"},
        VPCZoneIdentifier=net.subnets[0],
        Tags=[{"Key": k, "Value": v, "PropagateAtLaunch": True} for k, v in sorted(tags.items())],
        **more,
    )
    group = cloud.backend("autoscaling", item.region).autoscaling_groups[name]
    group.created_time = item.created_at.isoformat()
    return sorted(state.instance.id for state in group.instance_states)


def seed_group(cloud: Cloud, item: Group, hours: float) -> None:
    """Create one auto scaling group with its instances running."""
    target_group = put_before(cloud, item, [], max(item.count, 1))
    before = {"TargetGroupARNs": [target_group]} if target_group else {}
    sizes = (item.min_count, item.count, item.max_count)
    ids = make_group(cloud, item, item.name, sizes, spot=item.spot, **before)
    volumes = backdate(cloud, item.region, ids, item)
    for number, (cron, desired) in enumerate(sorted(item.schedule.items())):
        cloud.client("autoscaling", item.region).put_scheduled_update_group_action(
            AutoScalingGroupName=item.name,
            ScheduledActionName=f"{item.name}-{number}",
            Recurrence=cron,
            DesiredCapacity=desired,
        )
    measure_group(cloud, item, item.name, ids)
    charge_instances(cloud, item, ids, volumes, hours)
    arn = cloud.backend("autoscaling", item.region).autoscaling_groups[item.name].arn
    cloud.record(item, item.kind, arn=arn, resources=[*ids, *volumes], pattern=item.traffic.pattern)


def measure_group(cloud: Cloud, item: OnInstances, group: str, ids: list[str]) -> None:
    """Add the metrics of a group and of each of its instances."""
    net, history = network(cloud, item.region), cloud.history
    of_group = {"AutoScalingGroupName": group}
    cloud.measure(item.region, instance_tracks(history, item, of_group)[:1])
    in_service = Metric("AWS/AutoScaling", "GroupInServiceInstances", of_group, "None")
    cloud.measure(item.region, [history.gauge(in_service, history.flat(len(ids)))])
    for instance_id in ids:
        agent = agent_dimensions(instance_id, item.instance_type, net.image, group)
        cloud.measure(item.region, instance_tracks(history, item, {"InstanceId": instance_id}, agent))
