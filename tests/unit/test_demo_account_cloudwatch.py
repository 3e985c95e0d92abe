"""The indexed CloudWatch answers as AWS would from the points it holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from moto.cloudwatch.exceptions import ValidationError

from aimigrate.demo.seed_cloudwatch import IndexedCloudWatch, Points, Track
from aimigrate.demo.seed_patterns import PERIOD_S, Clock

START = datetime(2026, 11, 6, tzinfo=UTC)
CLOCK = Clock(int(START.timestamp()), 24)  # two hours


def track(namespace: str = "AWS/Lambda", *, offset: float = 0.0) -> Track:
    """Return counts of 0, 1, 2, ... 23 a period, each value 10 ms more than the last."""
    count = np.arange(24, dtype=np.float64)
    p99 = np.full(24, 100.0)
    p99[12:] = 300.0
    values = count * 10 + offset
    points = Points(count, count * values, values - 1, values + 1, {"p99": p99})
    return Track(namespace, "Duration", (("FunctionName", "f"),), "Milliseconds", CLOCK, points)


@pytest.fixture
def backend() -> IndexedCloudWatch:
    made = IndexedCloudWatch("eu-central-1", "418295700613")
    made.add([track(), track("Other", offset=1000.0)])
    return made


def ask(backend: IndexedCloudWatch, stat: str, period: int = 300, **changes: Any) -> tuple[list[float], list[datetime]]:  # noqa: ANN401 # passed on
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
    }
    query = {"Id": "q", "MetricStat": {"Metric": metric | changes, "Stat": stat, "Period": period}}
    [result] = backend.get_metric_data([query], START, START + timedelta(hours=2), "TimestampAscending")
    return result["values"], result["timestamps"]


def test_a_period_without_samples_is_left_out(backend: IndexedCloudWatch) -> None:
    """The first period had no request: AWS gives 23 points, not a zero."""
    values, times = ask(backend, "SampleCount")

    assert values == [float(number) for number in range(1, 24)]
    assert times[0] == START + timedelta(seconds=PERIOD_S)


def test_sums_and_means_of_an_hour_weigh_each_sample(backend: IndexedCloudWatch) -> None:
    """An hour's average is the sum of values over the number of values."""
    sums, times = ask(backend, "Sum", 3600)
    means, _ = ask(backend, "Average", 3600)

    assert times == [START, START + timedelta(hours=1)]
    assert sums[0] == sum(n * n * 10 for n in range(12))
    assert means[0] == pytest.approx(sums[0] / sum(range(12)))


def test_the_ends_of_an_hour_skip_what_was_never_recorded(backend: IndexedCloudWatch) -> None:
    """Minimum and maximum are of recorded periods alone."""
    assert ask(backend, "Minimum", 3600)[0] == [9.0, 119.0]
    assert ask(backend, "Maximum", 3600)[0] == [111.0, 231.0]


def test_a_stored_percentile_is_given_and_another_is_not(backend: IndexedCloudWatch) -> None:
    """p99 was stored; of p42 nothing is known, which is no data and no zero."""
    assert ask(backend, "p99", 3600)[0] == [100.0, 300.0]
    assert ask(backend, "p42", 3600)[0] == []


def test_namespaces_and_dimensions_are_told_apart(backend: IndexedCloudWatch) -> None:
    """The same metric name elsewhere is another metric; fewer dimensions are another metric too."""
    assert ask(backend, "Average", Namespace="Other")[0][0] == 1010.0
    assert ask(backend, "Average", Dimensions=[])[0] == []


def test_newest_first_is_the_default_order(backend: IndexedCloudWatch) -> None:
    """As GetMetricData does it unless told otherwise."""
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
    }
    query = {"Id": "q", "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 3600}}

    [result] = backend.get_metric_data([query], START, START + timedelta(hours=2))

    assert result["timestamps"][0] > result["timestamps"][1]


@pytest.mark.parametrize(("stat", "period"), [("Median", 300), ("p101", 300), ("Sum", 90)])
def test_what_aws_refuses_is_refused(backend: IndexedCloudWatch, stat: str, period: int) -> None:
    """An unknown statistic or period is an error, as it is there."""
    with pytest.raises(ValidationError):
        ask(backend, stat, period)


def test_metrics_are_listed_in_pages_of_500_and_filtered() -> None:
    """1,200 metrics come in three pages; a dimension's name alone is a filter."""
    made = IndexedCloudWatch("eu-central-1", "418295700613")
    flat = np.ones(24)
    made.add(
        Track("CWAgent", "m", (("InstanceId", f"i-{number:04d}"),), "Percent", CLOCK, Points(flat, flat, flat, flat))
        for number in range(1200)
    )

    token: str | None = None
    sizes = []
    while True:
        token, page = made.list_metrics(token, "CWAgent", "", [{"Name": "InstanceId"}])
        sizes.append(len(page))
        if token is None:
            break

    assert sizes == [500, 500, 200]
    assert made.list_metrics(None, "CWAgent", "", [{"Name": "InstanceId", "Value": "i-0007"}])[1][0].name == "m"
    assert made.list_metrics(None, "AWS/EC2", "", [])[1] == []
