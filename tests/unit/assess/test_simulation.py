"""Seeded ranges: same seed, same bytes; what moves most is named first; nothing varies, nothing is a range."""

from collections.abc import Mapping

import numpy as np
import pytest

from aimigrate.assess.cash_flow import Array, Course
from aimigrate.assess.ranges import _ENDS, Range, range_of
from aimigrate.assess.simulation import draw, simulate

CLOUD = Range("cloud", 1000.0, 2000.0, 3000.0, "USD per month", "test")
EDGE = Range("edge", 900.0, 1000.0, 1200.0, "USD per month", "test")
STILL = Range("once", 6000.0, 6000.0, 6000.0, "USD", "test")


def course_of(values: Mapping[str, Array]) -> Course:
    """Return a course that saves cloud less edge from the first month on."""
    none = np.zeros_like(values["cloud"])
    return Course(
        once=values["once"],
        ended=values["cloud"],
        running=values["edge"],
        refresh=none,
        life_months=none + 1,
        migration_months=none,
        overlap_months=none,
        price_change=none,
        stranded=(),
        unused=none + 1,
    )


def test_the_same_seed_gives_the_same_bytes() -> None:
    """And another seed other ones."""
    one, same, other = (
        simulate(course_of, (CLOUD, EDGE, STILL), rate=0.08, seed=seed, draws=200).model_dump_json()
        for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


def test_another_figure_changes_no_draw_of_the_rest() -> None:
    """Each has its own stream, so that scenarios differ by what they change."""
    alone, beside = draw((CLOUD,), seed=1, draws=50), draw((EDGE, CLOUD), seed=1, draws=50)

    assert np.array_equal(alone["cloud"], beside["cloud"])
    assert not np.array_equal(beside["cloud"] / 2000, beside["edge"] / 1000)


def test_draws_keep_to_their_ends_and_weigh_the_likeliest_four_times() -> None:
    """PERT: the mean is (low + 4 x typical + high) / 6."""
    values = draw((EDGE,), seed=3, draws=20_000)["edge"]

    assert values.min() >= 900
    assert values.max() <= 1200
    assert values.mean() == pytest.approx((900 + 4 * 1000 + 1200) / 6, rel=0.002)


def test_what_moves_the_result_most_comes_first() -> None:
    """The cloud's range is ten times the edge's: wider swing, stronger correlation, and of the other sign."""
    flow = simulate(course_of, (EDGE, CLOUD, STILL), rate=0.0, draws=500)

    assert [one.name for one in flow.drivers] == ["cloud", "edge"]
    cloud, edge = flow.drivers
    assert (cloud.npv_at_low_usd, cloud.npv_at_high_usd) == (60 * 0 - 6000, 60 * 2000 - 6000)
    assert cloud.rank_correlation is not None
    assert edge.rank_correlation is not None
    assert cloud.rank_correlation > 0.9 > -edge.rank_correlation > 0.05


def test_ranges_hold_the_likeliest_and_are_in_order() -> None:
    """Of present value, payback, return and cumulative cash."""
    flow = simulate(course_of, (CLOUD, EDGE, STILL), rate=0.08)

    for found in (flow.npv_3y_range_usd, flow.npv_5y_range_usd, flow.payback_range_months, flow.roi_year_one_range):
        assert found.p5 is not None
        assert found.p95 is not None
        assert found.p5 < (found.p50 or 0) < found.p95
    assert flow.npv_5y_range_usd.p5 is not None
    assert flow.npv_5y_usd is not None
    assert flow.npv_5y_range_usd.p5 < flow.npv_5y_usd < (flow.npv_5y_range_usd.p95 or 0)
    ends = zip(flow.cumulative_p5_usd, flow.cumulative_p50_usd, flow.cumulative_p95_usd, strict=True)
    assert all(low <= middle <= high for low, middle, high in ends)


def test_draws_that_never_pay_back_are_never_and_not_left_out() -> None:
    """The 95th percentile of payback is null where more than a twentieth never turn; the share says how many do."""
    dear = Range("edge", 900.0, 1900.0, 4000.0, "USD per month", "test")

    flow = simulate(course_of, (CLOUD, dear, STILL), rate=0.08)

    assert 0 < flow.pays_back_share < 0.95
    assert flow.payback_range_months.p5 is not None
    assert flow.payback_range_months.p95 is None


def test_where_nothing_varies_there_is_one_figure() -> None:
    """No driver, and both ends are the figure itself."""
    still = tuple(Range(one.name, one.typical, one.typical, one.typical, "USD", "test") for one in (CLOUD, EDGE, STILL))

    flow = simulate(course_of, still, rate=0.08, draws=10)

    assert flow.drivers == ()
    assert flow.npv_5y_range_usd.p5 == flow.npv_5y_range_usd.p95 == flow.npv_5y_usd
    assert flow.payback_months == flow.payback_range_months.p50 == 6.0


def test_without_a_rate_there_is_no_present_value_and_it_says_why() -> None:
    """Null with a reason; payback and return need no rate."""
    flow = simulate(course_of, (CLOUD, EDGE, STILL), rate=None, draws=50)

    assert (flow.npv_3y_usd, flow.npv_5y_usd, flow.npv_5y_range_usd.p50) == (None, None, None)
    assert flow.reasons["npv_5y_usd"]
    assert flow.payback_months == 6.0


@pytest.mark.parametrize("name", sorted(_ENDS))
def test_every_range_holds_its_assumption_and_says_where_it_comes_from(name: str) -> None:
    """The likeliest is what `assumed` says, between the ends."""
    found = range_of(name)

    assert found.low < found.high
    assert found.low <= found.typical <= found.high
    assert found.source
