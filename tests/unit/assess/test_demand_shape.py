"""How demand is spread over time."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.demand import demand_of
from aimigrate.contracts.demand import DemandShape
from aimigrate.contracts.inventory import Compute, Series, Workload

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


def series(metric: str, values: np.ndarray, period_s: int, statistic: str = "sum") -> Series:
    return Series.model_validate(
        {
            "metric": metric,
            "statistic": statistic,
            "start_at": MONDAY,
            "period_s": period_s,
            "values": [None if np.isnan(one) else float(one) for one in values],
            "source": "test",
        }
    )


def shape(*held: Series, compute: Compute | None = None) -> DemandShape:
    return demand_of(
        Workload(
            id="observed:eu-central-1:w",
            kind="observed",
            region="eu-central-1",
            name="w",
            series=held,
            compute=compute or Compute(),
        )
    ).shape


def test_chance_arrivals_are_seen_by_second_minute_and_ten_minutes() -> None:
    """A Poisson stream of 5 a second has a dispersion near 1 in each window, and a peak that falls with its length."""
    counts = np.random.default_rng(5).poisson(5.0, 6 * 3600).astype(float)

    found = shape(series("requests_count", counts, 1)).windows

    assert [one.window_s for one in found] == [1, 60, 600]
    assert [one.p50_rps for one in found] == pytest.approx([5.0] * 3, rel=0.03)
    assert [one.dispersion for one in found] == pytest.approx([1.0] * 3, abs=0.5)
    assert found[0].peak_rps > found[1].peak_rps > found[2].peak_rps


def test_windows_shorter_than_the_data_are_not_made_up() -> None:
    """Counts by five minutes give ten-minute windows alone, and say so."""
    found = shape(series("requests_count", np.full(288, 300.0), 300))

    assert [(one.window_s, one.peak_rps, one.dispersion) for one in found.windows] == [(600, 1.0, 0.0)]
    reason = next(one.reason for one in found.missing if one.what == "windows")
    assert reason == "requests are counted by 300 s, over 288 windows: none of 1 s, 60 s"


def test_a_week_of_offices_rests_at_its_end() -> None:
    """Saturday and Sunday have no share; the other days share evenly."""
    days = np.array([10.0] * 5 + [0.0] * 2)

    found = shape(series("requests_count", np.repeat(np.tile(days, 2), 24), 3600))

    assert found.weekday_share == pytest.approx((0.2,) * 5 + (0.0, 0.0))


def test_growth_is_a_tenth_of_the_middle_a_month() -> None:
    """A line from 100 to 110 a day over a month, one day of it wild, grows by about a tenth."""
    days = np.linspace(95.0, 105.0, 31)
    days[7] = 900.0

    found = shape(series("requests_count", days, 86_400))

    assert found.growth_percent_per_month == pytest.approx(10.1, abs=0.3)
    assert found.growth_low_percent_per_month is not None
    assert found.growth_high_percent_per_month is not None
    assert found.growth_low_percent_per_month <= 10.2 <= found.growth_high_percent_per_month + 0.2


def test_three_weeks_are_no_growth() -> None:
    """Under four weeks nothing is said, and why."""
    found = shape(series("requests_count", np.full(21, 50.0), 86_400))

    assert found.growth_percent_per_month is None
    assert "21 whole days with requests are known, 28 are needed" in {one.reason for one in found.missing}


def test_gpu_seconds_and_the_memory_peak() -> None:
    """Two GPUs half in use for a month, and the highest memory that was recorded."""
    held = (
        series("gpu_utilization_percent", np.array([25.0, 75.0]), 300, "average"),
        series("gpu_memory_used_bytes", np.array([2.0**31, np.nan]), 300, "maximum"),
        series("gpu_memory_used_bytes", np.array([2.0**30, 2.0**30]), 60, "average"),
    )

    found = shape(*held, compute=Compute(instance_count=2, accelerators_per_instance=1))

    assert found.gpu_seconds_per_month == pytest.approx(0.5 * 2 * 730 * 3600)
    assert found.memory_peak_gib == 2.0


def test_nothing_known_is_null_with_reasons() -> None:
    """No field is zero where nothing was read."""
    found = shape()

    known = {name: value for name, value in found if name != "missing" and value not in (None, ())}
    assert known == {}
    assert {one.what for one in found.missing} == {
        "windows",
        "weekday_share",
        "growth_percent_per_month",
        "gpu_seconds_per_month",
        "memory_peak_gib",
    }


@given(st.lists(st.integers(0, 500) | st.none(), min_size=1, max_size=120), st.sampled_from([1, 60, 300, 600, 3600]))
def test_percentiles_are_in_order_and_a_gap_is_no_zero(counts: list[int | None], period_s: int) -> None:
    """Whatever was recorded, p50 <= p95 <= p99 <= peak, and the peak is one that was counted."""
    values = np.array([np.nan if one is None else float(one) for one in counts])

    found = shape(series("requests_count", values, period_s)) if not np.isnan(values).all() else DemandShape()

    for one in found.windows:
        assert 0 <= one.p50_rps <= one.p95_rps + 1e-9
        assert one.p95_rps <= one.p99_rps + 1e-9
        assert one.p99_rps <= one.peak_rps + 1e-9
        assert one.peak_rps * one.window_s <= np.nansum(values) + 1e-6
