"""Resource types by service, each a small class; `KINDS` maps Pulumi's tokens to them."""

from aimigrate.demo.standin.kinds import autoscaling, cloudwatch, ec2, iam, instances, s3, sqs
from aimigrate.demo.standin.kinds.base import Kind

KINDS: dict[str, Kind] = {
    kind.token: kind for module in (autoscaling, cloudwatch, ec2, iam, instances, s3, sqs) for kind in module.kinds
}

__all__ = ["KINDS", "Kind"]
