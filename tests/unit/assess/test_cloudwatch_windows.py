"""The times asked of CloudWatch, by the age of what it keeps."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from aimigrate.assess._metric_windows import KEPT_DAYS, windows_of

NOW = datetime(2026, 11, 24, 12, 3, 20, tzinfo=UTC)


def test_two_weeks_are_one_window_of_whole_periods() -> None:
    """The five minutes that are not over yet are left out."""
    (window,) = windows_of(NOW, 14, 300)

    assert (window.period_s, window.points, window.end_at) == (300, 4032, datetime(2026, 11, 24, 12, 0, tzinfo=UTC))


def test_by_the_minute_only_as_long_as_minutes_are_kept() -> None:
    """Fifteen days by the minute, then five minutes up to 63 days, then hours."""
    found = windows_of(NOW, 100, 60)

    assert [window.period_s for window in found] == [3600, 300, 60]
    assert found[2].start_at == datetime(2026, 11, 9, 13, 0, tzinfo=UTC)
    assert found[1].start_at == datetime(2026, 9, 22, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("days", [0.25, 1, 14, 15, 16, 30, 63, 64, 90, 455])
@pytest.mark.parametrize("finest_s", [60, 300])
def test_windows_meet_and_hold_the_whole_lookback(days: float, finest_s: int) -> None:
    """No time is asked twice and none is left out; each window is whole periods that CloudWatch still keeps."""
    found = windows_of(NOW, days, finest_s)

    assert all(before.end_s == after.start_s for before, after in pairwise(found))
    assert timedelta(0) <= NOW - found[-1].end_at < timedelta(minutes=5)
    assert timedelta(0) <= found[-1].end_at - timedelta(days=days) - found[0].start_at < timedelta(hours=1)
    for window in found:
        assert (window.end_s - window.start_s) % window.period_s == window.start_s % window.period_s == 0
        assert NOW - window.start_at <= timedelta(days=KEPT_DAYS[window.period_s], hours=2)


def test_a_rest_of_minutes_is_not_worth_a_second_metric() -> None:
    """Fifteen days exactly are one window, though its first minutes may be gone by the time they are asked for."""
    assert len(windows_of(NOW, 15, 60)) == 1
    assert len(windows_of(NOW, 63, 300)) == 1
