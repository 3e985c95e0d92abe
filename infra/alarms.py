"""Alarms on the spill: the share of requests that the cloud serves, against what the plan predicts."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from aimigrate.infra.identity import METRIC_NAMESPACE

PERIOD_SECONDS = 300
PERIODS = 3  # a quarter of an hour: one burst is no alarm


@dataclass(frozen=True, kw_only=True)
class SpillAlarmsArgs:
    """The predicted interval of the spill share (0..1), and whose spill it is."""

    migration: str
    region: str
    prefix: str
    low: float
    high: float
    tags: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse an interval that is none."""
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(f"spill interval {self.low}..{self.high} must satisfy 0 <= low <= high <= 1")


class SpillAlarms(pulumi.ComponentResource):
    """Two alarms, above and below. Without data they say INSUFFICIENT_DATA, never OK."""

    names: pulumi.Output[list[str]]

    def __init__(self, name: str, args: SpillAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aimigrate:overflow:SpillAlarms", name, None, opts)
        sides = {"high": ("GreaterThanThreshold", args.high), "low": ("LessThanThreshold", args.low)}
        alarms = [
            cloudwatch.MetricAlarm(
                f"{name}-{side}",
                name=f"{args.prefix}-spill-{side}",
                alarm_description=f"Share of requests served by the cloud, against the plan's {args.low}..{args.high}",
                comparison_operator=comparison,
                threshold=threshold,
                namespace=METRIC_NAMESPACE,
                metric_name="SpillShare",
                dimensions={"Migration": args.migration, "Region": args.region},
                statistic="Average",
                period=PERIOD_SECONDS,
                evaluation_periods=PERIODS,
                treat_missing_data="missing",
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for side, (comparison, threshold) in sides.items()
        ]
        self.names = pulumi.Output.all(*(alarm.name for alarm in alarms))
        self.register_outputs({"names": self.names})
