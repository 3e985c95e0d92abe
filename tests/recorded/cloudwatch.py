"""CloudWatch for the small company: two points of each metric that is asked for, and no agent anywhere."""

from datetime import timedelta
from typing import Any

from tests.recorded_aws import Answer

WORKLOADS: tuple[str, ...] = ()


def _points(params: dict[str, Any]) -> dict[str, Any]:
    """Two points of the value 2 for each metric, five minutes apart."""
    times = [params["StartTime"], params["StartTime"] + timedelta(minutes=5)]
    return {
        "MetricDataResults": [
            {"Id": query["Id"], "Timestamps": times, "Values": [2.0, 2.0], "StatusCode": "Complete"}
            for query in params["MetricDataQueries"]
        ]
    }


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return {
        ("cloudwatch", "GetMetricData"): _points,
        ("cloudwatch", "ListMetrics"): {"Metrics": []},
    }
