"""Several series of one metric, and which of them a judgement takes."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aimigrate.assess.rules.idle_windows import rule as idle_windows
from aimigrate.assess.rules.independent_callers import rule as independent_callers
from aimigrate.assess.shape import activity_of, resampled, segments_of, series_of
from aimigrate.contracts.inventory import Series, Workload

START = datetime(2026, 11, 1, tzinfo=UTC)


def series(  # noqa: PLR0917  # a row of a table
    metric: str,
    values: list[float | None],
    period_s: int = 300,
    statistic: str = "sum",
    start_at: datetime = START,
    source: str = "test",
) -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": statistic,
            "start_at": start_at,
            "period_s": period_s,
            "values": values,
            "source": source,
        }
    )


def workload(*held: Series) -> Workload:
    return Workload(id="observed:r:w", kind="observed", region="r", name="w", series=held)


@pytest.mark.parametrize("metric", ["gpu_utilization_percent", "cpu_utilization_percent", "memory_used_percent"])
def test_a_mean_goes_before_a_maximum_whatever_they_are_called(metric: str) -> None:
    """How busy it is, not that it once was: even where the maximum is finer or its source sorts first."""
    mean = series(metric, [20.0], 300, "average", source="Z Average")
    highest = series(metric, [100.0], 60, "maximum", source="A Maximum")

    assert series_of(workload(highest, mean), metric) == mean  # type: ignore[arg-type]  # three metrics
    assert series_of(workload(highest), metric) == highest  # type: ignore[arg-type]  # three metrics


def test_segments_are_the_finest_of_each_time() -> None:
    """Hours that reach into a time known by minutes are left out, and so are other statistics."""
    minutes = series("requests_count", [1.0] * 60, 60, start_at=START + timedelta(hours=2))
    before = series("requests_count", [1.0, 1.0], 3600)
    across = series("requests_count", [1.0] * 24, 3600)

    assert segments_of(workload(minutes, before), "requests_count") == (before, minutes)
    assert segments_of(workload(across, minutes), "requests_count") == (minutes,)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("sum", (3.0, 12.0, None, 8.0)), ("average", (1.5, 4.0, None, 8.0)), ("maximum", (2.0, 5.0, None, 8.0))],
)
def test_a_longer_period_keeps_what_the_statistic_means(statistic: str, expected: tuple[float | None, ...]) -> None:
    """Sums are added, means averaged, maxima at the largest; windows begin on whole periods, and gaps stay gaps."""
    start_at = START + timedelta(minutes=3)
    one = series("requests_count", [1, 2, 3, 4, 5, *[None] * 7, 8], 60, statistic, start_at)

    found = resampled(one, 300)

    assert (found.start_at, found.period_s, found.values) == (START, 300, expected)


def test_a_series_is_not_made_finer() -> None:
    """An hour stays an hour."""
    hours = series("requests_count", [1.0, 2.0], 3600)

    assert resampled(hours, 300) == hours


def test_activity_falls_back_from_requests_to_arrivals_to_the_gpu() -> None:
    """A queue's worker works when messages come."""
    arrivals = series("arrivals_count", [5.0, 0.0])
    gpu = series("gpu_utilization_percent", [90.0, 90.0], statistic="average")

    found = activity_of(workload(gpu, arrivals))

    assert found is not None
    assert (found[0].metric, found[1].tolist()) == ("arrivals_count", [5.0, 0.0])


def test_rules_judge_counts_by_the_minute_as_they_do_by_five() -> None:
    """Their thresholds were set on windows of five minutes: the same calls give the same evidence."""
    rng = np.random.default_rng(1)
    by_minute = rng.poisson(0.7, 14 * 1440).astype(float)
    by_five = by_minute.reshape(-1, 5).sum(axis=1)
    source = "AWS/SageMaker Invocations Sum"
    fine = workload(series("requests_count", by_minute.tolist(), 60, source=source))
    coarse = workload(series("requests_count", by_five.tolist(), 300, source=source))

    for rule in (idle_windows, independent_callers):
        assert rule.judge(fine) is not None
        assert rule.judge(fine) == rule.judge(coarse)
