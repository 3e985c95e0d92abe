"""Cash month by month: what is spent at once, what the cloud no longer takes, what the edge takes instead.

Every figure is an array over draws, so that one call works out a simulation. Cash in is positive. Month 0 is when
the hardware is paid; month t is the t-th after it, its cash at its end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aimigrate.assess.assumptions import HOURS_PER_MONTH
from aimigrate.assess.assumptions import assumed as _assumed

HORIZON_MONTHS = 60
SHORT_MONTHS = 36
MONTHS_PER_YEAR = 12
WEEKS_PER_MONTH = HOURS_PER_MONTH / (7 * 24)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Stranded:
    """A commitment that stays paid, USD a month, for some months from the start; None: to the horizon."""

    usd_per_month: float
    months: float | None


@dataclass(frozen=True)
class Course:
    """What the months are made of. Each array has one figure a draw, shape (n,); money in USD."""

    once: Array
    ended: Array
    """What the cloud no longer takes a month, once all has moved."""
    running: Array
    """What the edge takes a month, from the first on."""
    refresh: Array
    """What buying the hardware anew takes, each time its life is over."""
    life_months: Array
    migration_months: Array
    overlap_months: Array
    price_change: Array
    """Of the cloud, a year, as a ratio."""
    stranded: tuple[Stranded, ...]
    unused: Array
    """Share of the stranded that is really without use: what is kept for overflow still uses the rest."""


def moved(course: Course, months: int) -> Array:
    """Return the mean share of the cloud that is switched off in each of months 1 to `months`; shape (n, months).

    What moves does so evenly over the migration, and its cloud is kept beside it for the overlap.
    """
    edges = np.arange(months + 1, dtype=float)
    span = course.migration_months[:, None]
    since = edges[None, :] - course.overlap_months[:, None]
    ramp = np.clip(since, 0.0, span)
    rising = np.divide(ramp**2, 2 * span, out=np.zeros_like(ramp), where=span > 0)
    area: Array = rising + np.maximum(since - span, 0.0)
    return np.diff(area, axis=1)


def monthly(course: Course, months: int = HORIZON_MONTHS) -> Array:
    """Return the cash of months 0 to `months`, shape (n, months + 1)."""
    share = moved(course, months)
    flows: Array = np.empty((len(course.once), months + 1))
    flows[:, 0] = -course.once
    flows[:, 1:] = (
        cloud_price(course, months) * course.ended[:, None] * share
        - course.running[:, None]
        - stranded(course, months) * share
        - _refreshed(course, months)
    )
    return flows


def cloud_price(course: Course, months: int) -> Array:
    """Return the cloud's price in each month, as a ratio of today's; shape (n, months)."""
    middle = (np.arange(1, months + 1) - 0.5) / MONTHS_PER_YEAR
    price: Array = (1 + course.price_change)[:, None] ** middle[None, :]
    return price


def stranded(course: Course, months: int) -> Array:
    """Return what stays paid in each month were all moved, until each commitment ends; shape (n, months)."""
    before = np.arange(months, dtype=float)
    held = np.zeros(months)
    for one in course.stranded:
        held += one.usd_per_month * np.clip((np.inf if one.months is None else one.months) - before, 0.0, 1.0)
    return held[None, :] * course.unused[:, None]


def refreshed_usd(course: Course, months: int = HORIZON_MONTHS) -> Array:
    """Return what hardware bought anew takes within the horizon, shape (n,)."""
    total: Array = _refreshed(course, months).sum(axis=1)
    return total


def _refreshed(course: Course, months: int) -> Array:
    """Pay for new hardware in the month after each life."""
    number = np.arange(1, months + 1, dtype=float)
    life = np.maximum(np.round(course.life_months), 1.0)[:, None]
    anew = np.mod(number[None, :] - 1, life) == 0
    anew[:, 0] = False
    cost: Array = np.where(anew, course.refresh[:, None], 0.0)
    return cost


def npv(flows: Array, rate_per_year: float, months: int) -> Array:
    """Return the value today of months 0 to `months`, discounted monthly at a yearly rate; shape (n,)."""
    monthly_rate = (1 + rate_per_year) ** (1 / MONTHS_PER_YEAR)
    factors = monthly_rate ** -np.arange(months + 1, dtype=float)
    value: Array = flows[:, : months + 1] @ factors
    return value


def payback(flows: Array) -> Array:
    """Return when the cumulative cash turns from below zero to zero or above, in months; infinite if it never does.

    Between two months it is interpolated. Hardware bought anew may bring it below zero once more later.
    """
    cumulative = np.cumsum(flows, axis=1)
    up = cumulative >= 0
    first = np.argmax(up, axis=1)
    rows = np.arange(len(flows))
    before, after = cumulative[rows, np.maximum(first - 1, 0)], cumulative[rows, first]
    rise = after - before
    inside = np.divide(-before, rise, out=np.zeros_like(rise), where=rise > 0)
    months: Array = np.where(first == 0, 0.0, first - 1 + inside)
    return np.where(up.any(axis=1), months, np.inf)


def year_one(flows: Array) -> Array:
    """Return the cash of months 1 to 12, shape (n,)."""
    total: Array = flows[:, 1 : MONTHS_PER_YEAR + 1].sum(axis=1)
    return total


def return_of_year_one(flows: Array) -> Array:
    """Return (saving of year one - spent at once) / spent at once, shape (n,); NaN where nothing is spent."""
    once = -flows[:, 0]
    ratio: Array = np.divide(year_one(flows) - once, once, out=np.full_like(once, np.nan), where=once > 0)
    return ratio


def months_of(weeks: float) -> float:
    """Return weeks in months of 730 hours."""
    return weeks / WEEKS_PER_MONTH


def double_running_months() -> float:
    """Return how many months of the whole cloud a migration pays for twice: half its length, and the overlap."""
    return months_of(_assumed("migration_weeks") / 2 + _assumed("overlap_weeks"))
