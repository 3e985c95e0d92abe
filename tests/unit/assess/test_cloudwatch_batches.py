"""Metrics in as few GetMetricData requests as there can be."""

from collections import Counter
from datetime import UTC, datetime
from math import ceil

import numpy as np
import pytest

from aimigrate.assess._found import Statistic
from aimigrate.assess._metric_batches import MAX_POINTS, MAX_QUERIES, Query, least_requests, packed
from aimigrate.assess._metric_windows import Window, windows_of

NOW = datetime(2026, 11, 24, 12, 3, 20, tzinfo=UTC)
FORTNIGHT = windows_of(NOW, 14, 300)[0]
BY_THE_MINUTE = windows_of(NOW, 14, 60)[0]


def query(number: int, window: Window = FORTNIGHT, statistic: Statistic = "Sum") -> Query:
    return Query(window, "AWS/SageMaker", "Invocations", (("EndpointName", f"e{number:05d}"),), statistic)


def fleet(rng: np.random.Generator, size: int, days: float) -> list[Query]:
    """Things with a count by the minute, three statistics of latency, and a few gauges, as the finders want them."""
    found: list[Query] = []
    for number in range(size):
        where = (("EndpointName", f"e{number}"),)
        if rng.random() < 0.7:
            found += [Query(w, "AWS/SageMaker", "Invocations", where, "Sum") for w in windows_of(NOW, days, 60)]
            latency: tuple[Statistic, ...] = ("Average", "p50", "p99")
            found += [
                Query(w, "AWS/SageMaker", "ModelLatency", where, one)
                for w in windows_of(NOW, days, 300)
                for one in latency
            ]
        for gauge in range(rng.integers(1, 5)):
            found += [Query(w, "CWAgent", f"gauge{gauge}", where, "Average") for w in windows_of(NOW, days, 300)]
    return found


def test_two_weeks_by_five_minutes_are_twenty_five_metrics_a_request() -> None:
    """4,032 points each: 25 are 100,800 exactly."""
    requests = packed([query(number) for number in range(250)])

    assert [len(request) for request in requests] == [25] * 10


def test_short_windows_are_bounded_by_the_number_of_metrics() -> None:
    """An hour is 12 points: 500 metrics fill a request."""
    requests = packed([query(number, windows_of(NOW, 1 / 24, 300)[0]) for number in range(1001)])

    assert sorted(len(request) for request in requests) == [1, 500, 500]


def test_every_metric_is_asked_for_once_and_no_request_is_over_the_limits() -> None:
    """500 metrics and 100,800 points, one time range."""
    queries = fleet(np.random.default_rng(1), 400, 90)

    requests = packed(queries)

    assert Counter(q for request in requests for q in request) == Counter(queries)
    for request in requests:
        assert len(request) <= MAX_QUERIES
        assert sum(q.window.points for q in request) <= MAX_POINTS
        assert len({(q.window.start_s, q.window.end_s) for q in request}) == 1


@pytest.mark.parametrize("share_by_the_minute", [0.0, 0.1, 0.5, 1.0])
def test_single_statistics_of_mixed_periods_need_the_least_possible_requests(share_by_the_minute: float) -> None:
    """20,160 and 4,032 points divide each other and 100,800, so that first-fit decreasing leaves no room unused."""
    fine = round(1000 * share_by_the_minute)
    queries = [query(n, BY_THE_MINUTE if n < fine else FORTNIGHT) for n in range(1000)]

    requests = packed(queries)

    points = sum(q.window.points for q in queries)
    assert len(requests) == least_requests(queries) == ceil(points / MAX_POINTS)


@pytest.mark.parametrize("days", [1, 7, 14])
@pytest.mark.parametrize("seed", range(5))
def test_a_real_mix_is_within_two_percent_of_the_least(days: float, seed: int) -> None:
    """Statistics of one metric stay together, and still hardly any room is lost."""
    queries = fleet(np.random.default_rng(seed), 300, days)

    assert len(packed(queries)) <= 1.02 * least_requests(queries) + 1


@pytest.mark.parametrize("days", [20, 30, 45, 63, 90, 200, 455])
def test_any_lookback_stays_below_fifteen_percent_over_the_least(days: float) -> None:
    """Windows that do not divide a request leave part of it empty: 18,144 points fit five times, not 5.6."""
    queries = fleet(np.random.default_rng(7), 300, days)

    assert len(packed(queries)) <= 1.15 * least_requests(queries) + len(windows_of(NOW, days, 60))


def test_statistics_of_one_metric_share_a_request() -> None:
    """AWS bills up to five of them in one request as one metric."""
    statistics: tuple[Statistic, ...] = ("Average", "Maximum", "p50", "p90", "p99")
    queries = [query(number, statistic=one) for one in statistics for number in range(100)]

    requests = packed(queries)

    homes: dict[object, set[int]] = {}
    for number, request in enumerate(requests):
        for one in request:
            homes.setdefault(one.dimensions, set()).add(number)
    assert all(len(home) == 1 for home in homes.values())
    assert len(requests) == 20


def test_the_order_of_asking_does_not_change_the_requests() -> None:
    """The same metrics give the same requests, so that a recording answers them again."""
    queries = fleet(np.random.default_rng(3), 50, 30)

    assert packed(queries[::-1]) == packed(queries)
