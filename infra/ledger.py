"""The region's audit log: who changed what, kept as long as the plan says."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

# Values that CloudWatch Logs takes (PutRetentionPolicy, API reference, 2026-11)
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)


def retention_days(at_least: int) -> int:
    """Return the shortest retention that CloudWatch Logs takes and that keeps `at_least` days.

    Raises ValueError beyond ten years, the longest there is.
    """
    for days in RETENTION_DAYS:
        if days >= at_least:
            return days
    raise ValueError(f"CloudWatch Logs keeps at most {RETENTION_DAYS[-1]} days, the plan asks for {at_least}")


@dataclass(frozen=True, kw_only=True)
class AuditLogArgs:
    """Name of the log group, days it must keep (rounded up to what CloudWatch takes), and tags."""

    log_group: str
    keep_days: int
    tags: Mapping[str, str]


class AuditLog(pulumi.ComponentResource):
    """A log group with a retention."""

    log_group: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: AuditLogArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        days = retention_days(args.keep_days)
        super().__init__("aimigrate:ledger:AuditLog", name, None, opts)
        group = cloudwatch.LogGroup(
            f"{name}-group",
            name=args.log_group,
            retention_in_days=days,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.log_group, self.arn = group.name, group.arn
        self.register_outputs({"log_group": self.log_group, "arn": self.arn})
