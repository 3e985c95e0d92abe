"""Points of several metrics become one series."""

import numpy as np
import pytest

from aimigrate.assess._found import Statistic
from aimigrate.assess._series import as_published, combine, values_of

NONE = float("nan")


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", (4.0, None, 4.0, None)),
        ("Average", (2.0, None, 4.0, None)),
        ("Maximum", (3.0, None, 4.0, None)),
        ("p99", (3.0, None, 4.0, None)),
    ],
)
def test_a_period_without_a_point_stays_null(statistic: Statistic, expected: tuple[float | None, ...]) -> None:
    """Sums are added, averages averaged, peaks taken at their largest, and nothing becomes zero."""
    points = [np.array([1.0, NONE, 4.0, NONE]), np.array([3.0, NONE, NONE, NONE])]

    assert values_of(combine(points, statistic)) == expected


def test_points_published_each_five_minutes_are_not_spread_over_minutes() -> None:
    """Asked by the minute, EC2 without detailed monitoring fills one minute in five: its period is five minutes."""
    points = np.full(20, NONE)
    points[[0, 5, 15]] = [30.0, 60.0, 90.0]

    found, period_s = as_published(points, 60)

    assert period_s == 300
    assert values_of(found) == (30.0, 60.0, None, 90.0)


def test_points_of_any_other_minute_keep_the_minute() -> None:
    """One point off the five-minute marks shows that the metric is published by the minute."""
    points = np.full(20, NONE)
    points[[0, 5, 6]] = 1.0

    found, period_s = as_published(points, 60)

    assert (len(found), period_s) == (20, 60)


@pytest.mark.parametrize("period_s", [300, 3600])
def test_longer_periods_are_taken_as_they_are(period_s: int) -> None:
    """Only the minute has a publisher with a longer beat."""
    assert as_published(np.ones(20), period_s)[1] == period_s


def test_no_points_at_all_say_nothing_of_the_period() -> None:
    """Silence is no beat of five minutes."""
    assert as_published(np.full(20, NONE), 60)[1] == 60
