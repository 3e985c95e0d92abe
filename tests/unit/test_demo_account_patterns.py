"""Each pattern of demand has the shape its name claims."""

import numpy as np
import pytest

from aimigrate.demo.seed import PatternName, Traffic
from aimigrate.demo.seed_patterns import PERIOD_S, Clock, Values, request_counts, source_of_chance

DAY = 86_400 // PERIOD_S
CLOCK = Clock(start_s=1_794_009_600, points=14 * DAY)  # 2026-11-07T00:00:00Z, a Saturday


def requests(pattern: PatternName, mean_rps: float = 5.0) -> Values:
    return request_counts(Traffic(pattern=pattern, mean_rps=mean_rps), CLOCK, source_of_chance(7, "a name"))


def hourly(counts: Values) -> Values:
    return counts.reshape(-1, 3600 // PERIOD_S).sum(axis=1)


def autocorrelation(hours: Values, lag: int) -> float:
    return float(np.corrcoef(hours[:-lag], hours[lag:])[0, 1])


@pytest.mark.parametrize("pattern", ["steady", "day_night", "bursty", "nightly"])
def test_a_pattern_keeps_its_mean(pattern: PatternName) -> None:
    """What the seed calls the mean is the mean over the fortnight."""
    counts = requests(pattern)

    assert counts.mean() / PERIOD_S == pytest.approx(5.0, rel=0.02)


def test_steady_demand_hardly_moves() -> None:
    """Hours differ by a few percent, and today says nothing about tomorrow."""
    hours = hourly(requests("steady"))

    assert hours.std() / hours.mean() < 0.05


def test_day_and_night_comes_back_each_day_and_rests_at_weekends() -> None:
    """A lag of a day correlates, half a day does the reverse, and a Sunday is quieter than a Tuesday."""
    hours = hourly(requests("day_night"))
    days = hours.reshape(14, 24).sum(axis=1)

    assert autocorrelation(hours, 24) > 0.7
    assert autocorrelation(hours, 12) < -0.3
    assert days[1] < 0.6 * days[3]


def test_nightly_demand_lies_in_three_hours() -> None:
    """Nothing outside one to four o'clock; the same hours each night."""
    by_hour = hourly(requests("nightly")).reshape(14, 24)

    assert set(np.flatnonzero(by_hour.sum(axis=0))) == {1, 2, 3}
    assert autocorrelation(by_hour.ravel(), 24) > 0.95


def test_bursts_stand_far_above_the_quiet_time_and_keep_no_hours() -> None:
    """The busiest period is many times the median one, and a day's lag tells nothing."""
    counts = requests("bursty")

    assert counts.max() > 8 * np.median(counts)
    assert abs(autocorrelation(hourly(counts), 24)) < 0.3


def test_an_idle_thing_was_last_asked_long_ago() -> None:
    """A few requests at the start of history, none in the last eleven days."""
    counts = requests("idle")

    assert 0 < counts[: 3 * DAY].sum() < 3000
    assert counts[3 * DAY :].sum() == 0


def test_no_data_is_no_request() -> None:
    """Where nothing is metered, nothing is counted."""
    assert requests("no_data").sum() == 0


def test_the_same_name_draws_the_same_and_another_name_does_not() -> None:
    """Chance depends on the seed and the name, not on the order of calls."""
    first, again = source_of_chance(7, "a").random(5), source_of_chance(7, "a").random(5)

    assert first.tolist() == again.tolist()
    assert first.tolist() != source_of_chance(7, "b").random(5).tolist()
    assert first.tolist() != source_of_chance(8, "a").random(5).tolist()
