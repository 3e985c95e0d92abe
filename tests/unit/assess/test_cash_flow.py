"""Cash month by month: what is spent, what the cloud no longer takes, what stays paid, when it turns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.cash_flow import (
    HORIZON_MONTHS,
    Course,
    Stranded,
    monthly,
    moved,
    npv,
    payback,
    refreshed_usd,
    return_of_year_one,
    year_one,
)

usd = st.integers(0, 10**6).map(float)
months = st.floats(0, 24)


def course(
    once: float = 6000.0,
    ended: float = 2000.0,
    running: float = 1000.0,
    *,
    migration: float = 0.0,
    overlap: float = 0.0,
    life: float = 1000.0,
    change: float = 0.0,
    stranded: tuple[Stranded, ...] = (),
) -> Course:
    """Return a course of one draw: 1,000 USD a month for 6,000 at once."""
    values = [np.array([value]) for value in (once, ended, running, once, life, migration, overlap, change)]
    return Course(*values, stranded=stranded, unused=np.array([1.0]))


def test_without_a_migration_every_month_is_alike() -> None:
    """Spent in month 0, saved in each month after it."""
    flows = monthly(course())

    assert flows.shape == (1, HORIZON_MONTHS + 1)
    assert flows[0, 0] == -6000
    assert np.all(flows[0, 1:] == 1000)
    assert payback(flows)[0] == 6.0


def test_a_migration_pays_the_cloud_for_half_its_length_and_the_overlap() -> None:
    """Evenly over four months, each part kept half a month longer: two and a half months of the cloud."""
    share = moved(course(migration=4.0, overlap=0.5), 12)

    assert (1 - share).sum() == pytest.approx(2.5)
    assert share[0, 0] == pytest.approx(0.5**2 / 2 / 4)
    assert np.all(share[0, 5:] == 1.0)
    assert np.all(np.diff(share[0]) >= 0)


def test_a_commitment_lowers_the_saving_while_it_lasts_and_no_longer() -> None:
    """Two and a half months of 400 USD, then nothing."""
    flows = monthly(course(stranded=(Stranded(400.0, 2.5),)))

    assert flows[0, 1:5].tolist() == [600, 600, 800, 1000]
    assert flows[0, 5:].tolist() == [1000] * 56


def test_a_commitment_without_an_end_is_paid_to_the_horizon() -> None:
    """Its end not known, it is never taken to be over."""
    assert monthly(course(stranded=(Stranded(400.0, None),)))[0, 1:].tolist() == [600] * HORIZON_MONTHS


def test_hardware_is_bought_anew_after_its_life() -> None:
    """After 24 months once in the 25th and once in the 49th; a life beyond the horizon costs nothing more."""
    flows = monthly(course(life=24.0))

    assert np.flatnonzero(flows[0, 1:] < 0).tolist() == [24, 48]
    assert refreshed_usd(course(life=24.0))[0] == 12_000
    assert refreshed_usd(course(life=60.0))[0] == 0


def test_return_of_year_one_is_its_saving_less_the_cost_over_the_cost() -> None:
    """12,000 saved for 6,000 is 100 %; nothing spent has no return."""
    assert return_of_year_one(monthly(course()))[0] == 1.0
    assert np.isnan(return_of_year_one(monthly(course(once=0.0)))[0])


def test_a_cheaper_cloud_lowers_what_its_end_saves() -> None:
    """At 10 % less a year, the twelfth month saves less than the first, the edge costs the same."""
    flows = monthly(course(change=-0.10))

    assert flows[0, 1] == pytest.approx(2000 * 0.9 ** (0.5 / 12) - 1000)
    assert flows[0, 12] < flows[0, 1]


@given(once=usd, ended=usd, running=usd, migration=months, left=st.builds(Stranded, usd, months))
def test_undiscounted_the_present_value_is_the_sum_of_the_cash(
    once: float, ended: float, running: float, migration: float, left: Stranded
) -> None:
    """At 0 % a dollar of any month is a dollar."""
    flows = monthly(course(once, ended, running, migration=migration, stranded=(left,)))

    for horizon in (36, 60):
        assert npv(flows, 0.0, horizon)[0] == pytest.approx(flows[0, : horizon + 1].sum(), rel=1e-9, abs=1e-6)


@given(once=usd, ended=usd, running=usd, migration=months, overlap=months)
def test_the_cash_turns_where_the_payback_says(
    once: float, ended: float, running: float, migration: float, overlap: float
) -> None:
    """Below zero in each month before it, not below in the month after it; never, where it never turns."""
    flows = monthly(course(once, ended, running, migration=migration, overlap=overlap))
    cumulative = np.cumsum(flows[0])

    found = payback(flows)[0]

    if np.isinf(found):
        assert np.all(cumulative < 0)
    else:
        assert np.all(cumulative[: int(np.ceil(found))] < 1e-6)
        assert cumulative[int(np.ceil(found))] > -1e-6


@given(ended=usd, more=usd, migration=months, overlap=months, change=st.floats(-0.5, 0.5))
def test_a_dearer_cloud_never_lowers_the_saving(
    ended: float, more: float, migration: float, overlap: float, change: float
) -> None:
    """Month by month, in year one, and in payback."""
    cheap, dear = (
        monthly(course(ended=cloud, migration=migration, overlap=overlap, change=change))
        for cloud in (ended, ended + more)
    )

    assert np.all(dear >= cheap - 1e-6)
    assert year_one(dear)[0] >= year_one(cheap)[0] - 1e-6
    assert payback(dear)[0] <= payback(cheap)[0] + 1e-6
