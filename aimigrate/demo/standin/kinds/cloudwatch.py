"""CloudWatch: log groups and metric alarms."""

from aimigrate.demo.standin.cloud import Cloud, Props, tag_list, tag_map
from aimigrate.demo.standin.kinds.base import Kind


class LogGroup(Kind):
    """A log group, its retention and tags."""

    token = "aws:cloudwatch/logGroup:LogGroup"
    replaces = frozenset({"name", "namePrefix", "logGroupClass"})
    computed = ("arn",)
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        group = str(props.get("name") or name)
        cloud.client("logs").create_log_group(logGroupName=group, tags=props.get("tags") or {})
        self._retain(cloud, group, props)
        return group

    @staticmethod
    def _retain(cloud: Cloud, group: str, props: Props) -> None:
        days = props.get("retentionInDays")
        if days:
            cloud.client("logs").put_retention_policy(logGroupName=group, retentionInDays=int(days))
        else:
            cloud.client("logs").delete_retention_policy(logGroupName=group)

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        logs = cloud.client("logs")
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=identity)
        for group in (item for page in pages for item in page["logGroups"]):
            if group["logGroupName"] == identity:
                return {
                    "name": identity,
                    "arn": group["arn"].removesuffix(":*"),
                    "retentionInDays": group.get("retentionInDays", 0),
                    "tags": logs.list_tags_log_group(logGroupName=identity).get("tags", {}),
                }
        return None

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        logs = cloud.client("logs")
        self._retain(cloud, identity, props)
        wanted = props.get("tags") or {}
        stale = sorted(logs.list_tags_log_group(logGroupName=identity).get("tags", {}).keys() - wanted.keys())
        if stale:
            logs.untag_log_group(logGroupName=identity, tags=stale)
        if wanted:
            logs.tag_log_group(logGroupName=identity, tags=wanted)

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("logs").delete_log_group(logGroupName=identity)


class MetricAlarm(Kind):
    """An alarm on one metric."""

    token = "aws:cloudwatch/metricAlarm:MetricAlarm"
    replaces = frozenset({"name"})
    computed = ("arn",)
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        alarm = str(props.get("name") or name)
        self.update(cloud, alarm, props)
        return alarm

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        watch = cloud.client("cloudwatch")
        found = watch.describe_alarms(AlarmNames=[identity])["MetricAlarms"]
        if not found:
            return None
        alarm = found[0]
        return {
            "name": identity,
            "arn": alarm["AlarmArn"],
            "alarmDescription": alarm.get("AlarmDescription", ""),
            "comparisonOperator": alarm["ComparisonOperator"],
            "threshold": alarm["Threshold"],
            "namespace": alarm["Namespace"],
            "metricName": alarm["MetricName"],
            "dimensions": {item["Name"]: item["Value"] for item in alarm.get("Dimensions", ())},
            "statistic": alarm["Statistic"],
            "period": alarm["Period"],
            "evaluationPeriods": alarm["EvaluationPeriods"],
            "treatMissingData": alarm.get("TreatMissingData", "missing"),
            "tags": tag_map(watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]),
        }

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        watch = cloud.client("cloudwatch")
        dimensions = [{"Name": name, "Value": value} for name, value in sorted(props.get("dimensions", {}).items())]
        watch.put_metric_alarm(
            AlarmName=identity,
            AlarmDescription=props.get("alarmDescription", ""),
            ComparisonOperator=props["comparisonOperator"],
            Threshold=float(props["threshold"]),
            Namespace=props["namespace"],
            MetricName=props["metricName"],
            Dimensions=dimensions,
            Statistic=props["statistic"],
            Period=int(props["period"]),
            EvaluationPeriods=int(props["evaluationPeriods"]),
            TreatMissingData=props.get("treatMissingData", "missing"),
            Tags=tag_list(props.get("tags")),
        )

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("cloudwatch").delete_alarms(AlarmNames=[identity])


kinds: tuple[Kind, ...] = (LogGroup(), MetricAlarm())
