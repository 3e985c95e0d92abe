"""What a workload is asked to do."""

from datetime import UTC, datetime, timedelta

import pytest

from aimigrate.assess.demand import demand_of
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Compute, Run, Series, Workload

START = datetime(2026, 11, 1, tzinfo=UTC)


def series(metric: str, values: list[float | None], period_s: int = 300, statistic: str = "average") -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": statistic,
            "start_at": START,
            "period_s": period_s,
            "values": values,
            "source": "test",
        }
    )


def counted(metric: str, values: list[float | None], start_at: datetime, period_s: int, source: str = "test") -> Series:
    return series(metric, values, period_s, "sum").model_copy(update={"start_at": start_at, "source": source})


def workload(*held: Series, runs: tuple[Run, ...] = (), compute: Compute | None = None) -> Workload:
    return Workload(
        id="observed:eu-central-1:w",
        kind="observed",
        region="eu-central-1",
        name="w",
        series=held,
        runs=runs,
        compute=compute or Compute(),
    )


def test_rates_are_those_of_the_windows() -> None:
    """Counts become requests a second at the window of the data, and a month's requests."""
    counts: list[float | None] = [300.0] * 99 + [3_000.0]

    found = demand_of(workload(series("requests_count", counts)))

    assert found.mean_rps == pytest.approx(1.09)
    assert found.peak_rps == 10.0
    assert found.window_s == 300
    assert found.burstiness == pytest.approx(10 / 1.09)
    assert found.requests_per_month == pytest.approx(1.09 * 730 * 3600)
    assert found.busy_share == 1.0


def test_a_window_without_a_record_is_not_a_window_without_requests() -> None:
    """Nulls neither lower the mean nor the busy share."""
    counts: list[float | None] = [300.0, None, 300.0, None]

    found = demand_of(workload(series("requests_count", counts)))

    assert (found.mean_rps, found.busy_share) == (1.0, 1.0)


def test_a_day_shows_in_the_profile_and_the_correlation() -> None:
    """Hours of the day keep their place, and a repeated day correlates fully."""
    counts: list[float | None] = [3_600.0 * hour for hour in range(24)] * 4

    found = demand_of(workload(series("requests_count", counts, period_s=3600)))

    assert found.hourly_rps == pytest.approx(tuple(range(24)))
    assert found.day_autocorrelation == pytest.approx(1.0)


def test_older_windows_count_for_the_mean_and_the_peak() -> None:
    """Hours before the last day by the minute: all of the time makes the mean, the highest window of any the peak."""
    hours = counted("requests_count", [36_000.0, 0.0], START, 3600)
    minutes = counted("requests_count", [60.0] * 60, START + timedelta(hours=2), 60)

    found = demand_of(workload(minutes, hours))

    assert found.mean_rps == pytest.approx((36_000 + 3_600) / (3 * 3600))
    assert (found.peak_rps, found.window_s) == (10.0, 60)


def test_weeks_of_silence_are_in_the_mean() -> None:
    """A counter without points while nothing happens: two hours of work and two silent ones are half the rate."""
    working = counted("requests_count", [3_600.0, 3_600.0], START, 3600, "AWS/SageMaker Invocations Sum")
    silent = counted("requests_count", [None] * 24, START + timedelta(hours=2), 300, "AWS/SageMaker Invocations Sum")

    assert demand_of(workload(working, silent)).mean_rps == pytest.approx(0.5)


def test_arrivals_in_a_queue_stand_for_requests_that_nobody_counts() -> None:
    """A queue's worker has no request count: what is sent to its queue is its work, and the demand says so."""
    sent = counted("arrivals_count", [300.0, 600.0], START, 300, "AWS/SQS NumberOfMessagesSent Sum")

    found = demand_of(workload(sent))

    assert (found.mean_rps, found.peak_rps, found.busy_share) == (1.5, 2.0, 1.0)
    (said,) = (one for one in found.missing if one.what == "requests_count")
    assert "AWS/SQS NumberOfMessagesSent" in said.reason


def test_counted_requests_go_before_arrivals() -> None:
    """Where both are known, requests are what it is asked to do."""
    requests = counted("requests_count", [300.0], START, 300)
    sent = counted("arrivals_count", [9_000.0], START, 300)

    found = demand_of(workload(sent, requests))

    assert found.mean_rps == 1.0
    assert "requests_count" not in {one.what for one in found.missing}


def test_the_tail_is_weighted_by_requests_of_the_same_five_minutes() -> None:
    """Requests by the minute are put together to the windows of the latency."""
    requests = counted("requests_count", [6.0] * 5 + [2.0] * 5, START, 60)
    tail = series("latency_p99_ms", [100.0, 200.0])

    found = demand_of(workload(requests, tail))

    assert found.latency_p99_ms == pytest.approx((30 * 100 + 10 * 200) / 40)


def test_every_unknown_has_a_reason() -> None:
    """A workload that nothing is known of has no field, and a sentence for each."""
    found = demand_of(workload())

    named = {one.what for one in found.missing}
    fields = set(Demand.model_fields) - {"missing", "hourly_rps", "shape"}
    assert {name for name in fields if getattr(found, name) is None} == fields == named
    assert all(one.reason and one.fix for one in found.missing)


def test_the_tail_is_weighted_by_requests_and_the_service_time_is_that_of_quiet_windows() -> None:
    """A slow window with few requests moves the tail little; queueing does not enter the service time."""
    found = demand_of(
        workload(
            series("requests_count", [900.0, 100.0]),
            series("latency_p99_ms", [100.0, 1_100.0]),
            series("latency_p50_ms", [40.0] * 5 + [400.0] * 5),
        )
    )

    assert found.latency_p99_ms == pytest.approx(200.0)
    assert found.service_time_ms == pytest.approx(40.0)


def test_gpu_use_keeps_mean_and_maximum_apart() -> None:
    """The mean comes from averages, the maximum from maxima."""
    found = demand_of(
        workload(
            series("gpu_utilization_percent", [10.0, 30.0]),
            series("gpu_utilization_percent", [80.0, 95.0], statistic="maximum"),
        )
    )

    assert (found.gpu_utilization_percent_mean, found.gpu_utilization_percent_max) == (20.0, 95.0)


def test_gpu_hours_of_a_fleet_are_those_it_holds() -> None:
    """Two instances of four GPUs hold eight GPUs for 730 hours, busy or not."""
    found = demand_of(workload(compute=Compute(instance_count=2, accelerators_per_instance=4)))

    assert found.gpu_hours_per_month == 5_840.0


def test_runs_give_their_rhythm_and_their_gpu_hours() -> None:
    """Eleven daily runs of two hours: one a day, 120 minutes, and two hours a day of each GPU."""
    runs = tuple(
        Run(started_at=START + timedelta(days=d), ended_at=START + timedelta(days=d, hours=2)) for d in range(11)
    )

    found = demand_of(workload(runs=runs, compute=Compute(accelerators_per_instance=4)))

    assert found.runs_per_day == pytest.approx(1.0)
    assert found.run_minutes_median == 120.0
    assert found.gpu_hours_per_month == pytest.approx(22 / (10 + 2 / 24) * 730 / 24 * 4)
    assert found.busy_share == pytest.approx(22 / 242)


def test_all_of_no_requests_is_a_mean_of_zero_without_burstiness() -> None:
    """A counted zero is a zero; a ratio to it is unknown."""
    found = demand_of(workload(series("requests_count", [0.0] * 10)))

    assert found.mean_rps == 0.0
    assert found.burstiness is None
    assert "burstiness" in {one.what for one in found.missing}
