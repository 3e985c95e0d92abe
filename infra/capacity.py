"""Warm cloud capacity of a region: what serves when the edge is busy or gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import autoscaling, ec2, iam

# Amazon's Ubuntu image with NVIDIA's driver, always the newest
# Source: docs.aws.amazon.com/dlami, page "Base OSS Nvidia Driver GPU AMI", read 2026-11
IMAGE = "resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id"
TARGET_CPU_PERCENT = 60.0  # leaves 40 % for the minutes a new unit needs; a metric every instance has
WARM_UP_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class OverflowCapacityArgs:
    """Units (instances) of one type: kept warm, and at most; where they run; what they may do."""

    group: str
    instance_type: str
    units: int
    max_units: int
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    store_arn: pulumi.Input[str]
    queue_arns: Sequence[pulumi.Input[str]]
    tags: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse a group that could never hold its warm units."""
        if not 0 <= self.units <= self.max_units or self.max_units < 1:
            raise ValueError(f"{self.group}: 0 <= units ({self.units}) <= max_units ({self.max_units}), and at least 1")


class OverflowCapacity(pulumi.ComponentResource):
    """A launch template and a group of `units` to `max_units` instances that follows its load."""

    group_name: pulumi.Output[str]

    def __init__(self, name: str, args: OverflowCapacityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aimigrate:overflow:OverflowCapacity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        template = ec2.LaunchTemplate(
            f"{name}-template",
            name=args.group,
            image_id=IMAGE,
            instance_type=args.instance_type,
            update_default_version=True,
            vpc_security_group_ids=[args.security_group_id],
            iam_instance_profile=ec2.LaunchTemplateIamInstanceProfileArgs(arn=self._profile(name, args)),
            metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            tags=args.tags,
            opts=child,
        )
        group = autoscaling.Group(
            f"{name}-group",
            name=args.group,
            min_size=args.units,
            max_size=args.max_units,
            vpc_zone_identifiers=list(args.subnet_ids),
            launch_template=autoscaling.GroupLaunchTemplateArgs(id=template.id, version="$Latest"),
            health_check_type="EC2",
            health_check_grace_period=WARM_UP_SECONDS,
            wait_for_capacity_timeout="0",  # a region short of GPUs must not hold up the rest of the stack
            tags=[
                autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=True)
                for key, value in sorted(args.tags.items())
            ],
            opts=child,
        )
        autoscaling.Policy(
            f"{name}-follow-load",
            name=f"{args.group}-load",
            autoscaling_group_name=group.name,
            policy_type="TargetTrackingScaling",
            estimated_instance_warmup=WARM_UP_SECONDS,
            target_tracking_configuration=autoscaling.PolicyTargetTrackingConfigurationArgs(
                predefined_metric_specification=(
                    autoscaling.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs(
                        predefined_metric_type="ASGAverageCPUUtilization"
                    )
                ),
                target_value=TARGET_CPU_PERCENT,
            ),
            opts=child,
        )
        self.group_name = group.name
        self.register_outputs({"group_name": self.group_name})

    def _profile(self, name: str, args: OverflowCapacityArgs) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            name=args.group,
            description="Overflow instances: read models, take work from the queues",
            assume_role_policy=pulumi.Output.json_dumps(_TRUST),
            tags=args.tags,
            opts=child,
        )
        policy = pulumi.Output.all(args.store_arn, *args.queue_arns).apply(
            lambda arns: instance_policy(arns[0], arns[1:])
        )
        iam.RolePolicy(
            f"{name}-policy", name="overflow", role=role.name, policy=pulumi.Output.json_dumps(policy), opts=child
        )
        return iam.InstanceProfile(f"{name}-profile", name=args.group, role=role.name, tags=args.tags, opts=child).arn


_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def instance_policy(store_arn: str, queue_arns: Sequence[str]) -> dict[str, object]:
    """Return what an overflow instance may do."""
    statements: list[dict[str, object]] = [
        {"Sid": "ReadModels", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{store_arn}/models/*"]}
    ]
    if queue_arns:
        actions = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
        statements.append({"Sid": "TakeWork", "Effect": "Allow", "Action": actions, "Resource": sorted(queue_arns)})
    return {"Version": "2012-10-17", "Statement": statements}
