"""What surrounds EC2 instances: the types an empty group would start, its schedule, its load balancer, its disks."""

from aimigrate.assess._reading import Item, Reader


def planned_types(reader: Reader, group: Item) -> list[str]:
    """Return the instance types an empty Auto Scaling group would start."""
    policy = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    overrides = [o["InstanceType"] for o in policy.get("Overrides", ()) if "InstanceType" in o]
    if overrides:
        return sorted(set(overrides))
    template = group.get("LaunchTemplate") or policy.get("LaunchTemplateSpecification")
    if template and "LaunchTemplateId" in template:
        versions = reader.items(
            "ec2",
            "describe_launch_template_versions",
            "LaunchTemplateVersions",
            LaunchTemplateId=template["LaunchTemplateId"],
            Versions=[template.get("Version") or "$Default"],
        )
        return sorted({v["LaunchTemplateData"].get("InstanceType", "") for v in versions} - {""})
    if group.get("LaunchConfigurationName"):
        configurations = reader.items(
            "autoscaling",
            "describe_launch_configurations",
            "LaunchConfigurations",
            LaunchConfigurationNames=[group["LaunchConfigurationName"]],
        )
        return sorted({configuration["InstanceType"] for configuration in configurations})
    return []


def group_schedules(reader: Reader) -> dict[str, tuple[str, ...]]:
    """Map each Auto Scaling group to the clock times at which it is resized."""
    found: dict[str, set[str]] = {}
    for action in reader.items("autoscaling", "describe_scheduled_actions", "ScheduledUpdateGroupActions"):
        if action.get("Recurrence"):
            found.setdefault(action["AutoScalingGroupName"], set()).add(f"schedule:{action['Recurrence']}")
    return {name: tuple(sorted(times)) for name, times in found.items()}


def target_groups(reader: Reader) -> dict[str, tuple[str, ...]]:
    """Map each instance that a load balancer sends requests to, to its target groups."""
    found: dict[str, set[str]] = {}
    for group in reader.items("elbv2", "describe_target_groups", "TargetGroups"):
        if group.get("TargetType", "instance") != "instance":
            continue
        arn = group["TargetGroupArn"]
        for target in reader.items("elbv2", "describe_target_health", "TargetHealthDescriptions", TargetGroupArn=arn):
            found.setdefault(target["Target"]["Id"], set()).add(arn)
    return {instance: tuple(sorted(arns)) for instance, arns in found.items()}


def volumes(instance: Item) -> tuple[str, ...]:
    """Return the ids of an instance's disks; they are billed beside it and go when it goes."""
    mappings = instance.get("BlockDeviceMappings") or ()
    return tuple(sorted(mapping["Ebs"]["VolumeId"] for mapping in mappings if "VolumeId" in mapping.get("Ebs", {})))
