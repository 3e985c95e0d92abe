"""CloudWatch alarms: what latency an owner allows, and which queue's depth scales what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Finding, Objective
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._scaling import metrics_in, scaled_by, sources_of
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 100  # MaxRecords; without it a page has 50 (CloudWatch API reference, DescribeAlarms, read 2026-11)
_MS = {
    ("AWS/ApplicationELB", "TargetResponseTime"): 1000.0,
    ("AWS/ELB", "Latency"): 1000.0,
    ("AWS/Lambda", "Duration"): 1.0,
    ("AWS/SageMaker", "ModelLatency"): 0.001,
}
"""Latencies, with what makes milliseconds of them: seconds, milliseconds, microseconds (each service's metrics
page, read 2026-11)."""
_UNIT_MS = {"Seconds": 1000.0, "Milliseconds": 1.0, "Microseconds": 0.001}
_ABOVE = frozenset({"GreaterThanOrEqualToThreshold", "GreaterThanThreshold"})
"""An alarm on a value that is too low, or outside of a band, is no promise of how long an answer may take."""
_PERCENTILE = re.compile(r"p(\d{1,3}(?:\.\d{1,10})?)")


@dataclass(frozen=True)
class Alarms:
    """An alarm on too long a latency is its owner's objective; one that scales by a queue ties the two.

    The least possible is one request for every 100 alarms that stand on metrics, and one for every 100 on other
    alarms: a page of one kind holds none of the other.
    """

    name: str = "alarms"
    iam_actions: frozenset[str] = frozenset({"cloudwatch:DescribeAlarms"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every alarm, the objectives among them, and links from queues to what alarms on them scale."""
        for kind, key in (("MetricAlarm", "MetricAlarms"), ("CompositeAlarm", "CompositeAlarms")):
            alarms = reader.items("cloudwatch", "describe_alarms", key, AlarmTypes=[kind], MaxRecords=_PER_PAGE)
            for alarm in sorted(alarms, key=lambda item: str(item["AlarmArn"])):
                yield _resource(reader, alarm, kind)
                if kind == "MetricAlarm":
                    yield from _objective(alarm)
                    yield from _scales(reader, alarm)


def _resource(reader: Reader, alarm: Item, kind: str) -> Resource:
    facts = {
        "name": str(alarm["AlarmName"]),
        "kind": kind,
        "state": str(alarm.get("StateValue", "")),
        "metric": " ".join(str(alarm[key]) for key in ("Namespace", "MetricName") if alarm.get(key)),
    }
    return Resource(id=alarm["AlarmArn"], type="cloudwatch:alarm", region=reader.region, facts=facts)


def _objective(alarm: Item) -> Iterator[Objective]:
    """Yield what an alarm says of a latency. The mean is no promise to any one caller: only percentiles and maxima."""
    metric = _watched(alarm)
    if metric is None:
        return
    given, statistic, unit = metric
    scale = _MS.get((str(given.get("Namespace")), str(given.get("MetricName"))))
    threshold = alarm.get("Threshold")
    if scale is None or threshold is None or alarm.get("ComparisonOperator") not in _ABOVE or not _of_each(statistic):
        return
    latency_ms = float(threshold) * _UNIT_MS.get(unit, scale)
    if latency_ms > 0:
        yield Objective(
            namespace=given["Namespace"],
            metric_name=given["MetricName"],
            dimensions=tuple(sorted((d["Name"], d["Value"]) for d in given.get("Dimensions") or ())),
            latency_ms=latency_ms,
            statistic=statistic,
            source=alarm["AlarmArn"],
        )


def _watched(alarm: Item) -> tuple[Item, str, str] | None:
    """Return the one metric that an alarm compares, its statistic and its unit; None where it is worked out."""
    if alarm.get("MetricName"):
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or ""
        return alarm, str(statistic), str(alarm.get("Unit", ""))
    compared = [query for query in alarm.get("Metrics") or () if query.get("ReturnData", True)]
    if len(compared) == 1 and "MetricStat" in compared[0]:
        held = compared[0]["MetricStat"]
        return held["Metric"], str(held.get("Stat", "")), str(held.get("Unit", ""))
    return None


def _of_each(statistic: str) -> bool:
    """Return whether a statistic bounds nearly each request: a maximum, or a percentile from the median up."""
    found = _PERCENTILE.fullmatch(statistic)
    return statistic == "Maximum" or (found is not None and float(found[1]) >= 50)  # noqa: PLR2004  # the median


def _scales(reader: Reader, alarm: Item) -> Iterator[Finding]:
    """Yield what leads from each queue or stream that an alarm watches to what its actions scale."""
    sources = sources_of(reader, [alarm, *metrics_in(alarm.get("Metrics") or ())])
    actions = [*(alarm.get("AlarmActions") or ()), *(alarm.get("OKActions") or ())]
    scaled = {scaled_by(reader, str(action)) for action in actions}
    for target in sorted(one for one in scaled if one is not None):
        for source in sources:
            yield source.to(target)


collector = Alarms()
