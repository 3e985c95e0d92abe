"""Ranges by seeded simulation: draw every figure between its ends, work out the cash, and say what moves it most.

A figure is drawn from the PERT distribution of its least, likeliest and most (a beta distribution whose mean weighs the
likeliest four times: Malcolm and others, Operations Research 7, 1959), independently of the others. Each has its own
stream of numbers, made from the seed and its name, so that another figure more or less changes no draw of the rest,
and scenarios differ by what they change and by nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from scipy.stats import beta, rankdata

from aimigrate.assess.cash_flow import (
    HORIZON_MONTHS,
    SHORT_MONTHS,
    Array,
    Course,
    cloud_price,
    monthly,
    moved,
    npv,
    payback,
    refreshed_usd,
    return_of_year_one,
    year_one,
)
from aimigrate.assess.ranges import Range
from aimigrate.contracts.economics import CashFlow, Driver, MoneyLine, Percentiles

SEED = 20261125
DRAWS = 4096
_WEIGHT = 4.0  # of the likeliest, as PERT has it
_LEVELS = (0.05, 0.50, 0.95)
_NO_RATE = "no discount_rate is given"

CourseOf = Callable[[Mapping[str, Array]], Course]


def draw(ranges: Sequence[Range], *, seed: int = SEED, draws: int = DRAWS) -> dict[str, Array]:
    """Return `draws` values of each figure, by name."""
    return {one.name: _drawn(one, seed, draws) for one in ranges}


@lru_cache(maxsize=128)
def _drawn(one: Range, seed: int, draws: int) -> Array:
    width = one.high - one.low
    if width <= 0:
        return np.full(draws, one.typical)
    uniform = np.random.default_rng([seed, crc32(one.name.encode())]).random(draws)
    below, above = 1 + _WEIGHT * (one.typical - one.low) / width, 1 + _WEIGHT * (one.high - one.typical) / width
    values: Array = beta.ppf(uniform, below, above, loc=one.low, scale=width)
    values.setflags(write=False)
    return values


def simulate(
    course_of: CourseOf,
    ranges: Sequence[Range],
    *,
    rate: float | None,
    lines: tuple[MoneyLine, ...] = (),
    leaves_out: tuple[str, ...] = (),
    seed: int = SEED,
    draws: int = DRAWS,
) -> CashFlow:
    """Return the cash flow at the likeliest figures and its range. Same figures and seed give the same bytes.

    `course_of` makes a course from values by name; `rate` discounts a year, and without it there is no present value.
    """
    typical = course_of({one.name: np.array([one.typical]) for one in ranges})
    flows = monthly(typical)
    drawn = draw(ranges, seed=seed, draws=draws)
    every = monthly(course_of(drawn))
    cumulative = np.percentile(np.cumsum(every, axis=1), [100 * level for level in _LEVELS], axis=0)
    paybacks, back = payback(every), float(payback(flows)[0])
    returns, roi = return_of_year_one(every), float(return_of_year_one(flows)[0])
    low, middle, high = (tuple(float(round(usd)) for usd in row) for row in cumulative)
    return CashFlow(
        monthly_usd=tuple(_cents(usd) for usd in flows[0]),
        cumulative_p5_usd=low,
        cumulative_p50_usd=middle,
        cumulative_p95_usd=high,
        once_usd=_cents(typical.once[0]),
        saving_year_one_usd=_cents(year_one(flows)[0]),
        saving_usd_per_year=_cents(12 * (typical.ended[0] - typical.running[0])),
        double_running_usd=_cents(_double_running(typical)),
        refresh_usd=_cents(refreshed_usd(typical)[0]),
        discount_rate=rate,
        npv_3y_usd=_npv(flows, rate, SHORT_MONTHS),
        npv_5y_usd=_npv(flows, rate, HORIZON_MONTHS),
        npv_3y_range_usd=_npvs(every, rate, SHORT_MONTHS),
        npv_5y_range_usd=_npvs(every, rate, HORIZON_MONTHS),
        payback_months=round(back, 4) if np.isfinite(back) else None,
        payback_range_months=_percentiles(paybacks, 4),
        pays_back_share=float(np.isfinite(paybacks).mean()),
        roi_year_one=round(roi, 6) if np.isfinite(roi) else None,
        roi_year_one_range=_percentiles(np.nan_to_num(returns, nan=np.inf), 6),
        lines=lines,
        drivers=_drivers(course_of, ranges, drawn, _value(every, rate), rate),
        seed=seed,
        draws=draws,
        reasons=_reasons(rate, pays_back=bool(np.isfinite(back)), spends=bool(np.isfinite(roi))),
        leaves_out=leaves_out,
    )


def _reasons(rate: float | None, *, pays_back: bool, spends: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if rate is None:
        found |= dict.fromkeys(("npv_3y_usd", "npv_5y_usd"), _NO_RATE)
    if not pays_back:
        found["payback_months"] = f"the cumulative cash does not turn within {HORIZON_MONTHS} months"
    if not spends:
        found["roi_year_one"] = "nothing is spent at once, and nothing can be divided by it"
    return found


def _double_running(course: Course) -> float:
    """Return what the cloud takes for work that the edge is already paid for."""
    left = (1 - moved(course, HORIZON_MONTHS)) * cloud_price(course, HORIZON_MONTHS)
    return float((left * course.ended[:, None]).sum(axis=1)[0])


def _value(flows: Array, rate: float | None) -> Array:
    """Return what drivers are judged by: the present value of five years, undiscounted without a rate."""
    return npv(flows, rate or 0.0, HORIZON_MONTHS)


def _npv(flows: Array, rate: float | None, months: int) -> float | None:
    return None if rate is None else _cents(npv(flows, rate, months)[0])


def _npvs(flows: Array, rate: float | None, months: int) -> Percentiles:
    if rate is None:
        return Percentiles(p5=None, p50=None, p95=None)
    return _percentiles(npv(flows, rate, months), 2)


def _percentiles(values: Array, digits: int) -> Percentiles:
    """Return the levels of what was drawn, each a value that occurs; never is None, and above all else."""
    found = [float(one) for one in np.quantile(values, _LEVELS, method="inverted_cdf")]
    p5, p50, p95 = (round(one, digits) if np.isfinite(one) else None for one in found)
    return Percentiles(p5=p5, p50=p50, p95=p95)


def _drivers(
    course_of: CourseOf, ranges: Sequence[Range], drawn: Mapping[str, Array], values: Array, rate: float | None
) -> tuple[Driver, ...]:
    """Put each figure at its ends alone, all others at their likeliest; the widest swing first."""
    vary = [one for one in ranges if one.high > one.low]
    if not vary:
        return ()
    trials = {one.name: np.full(2 * len(vary), one.typical) for one in ranges}
    for place, one in enumerate(vary):
        trials[one.name][2 * place : 2 * place + 2] = (one.low, one.high)
    ends = _value(monthly(course_of(trials)), rate)
    ranked = rankdata(values)
    found = [
        Driver(
            name=one.name,
            unit=one.unit,
            low=one.low,
            typical=one.typical,
            high=one.high,
            npv_at_low_usd=_cents(ends[2 * place]),
            npv_at_high_usd=_cents(ends[2 * place + 1]),
            rank_correlation=_correlation(rankdata(drawn[one.name]), ranked),
        )
        for place, one in enumerate(vary)
    ]
    return tuple(sorted(found, key=lambda one: (-one.swing_usd, one.name)))


def _correlation(one: Array, other: Array) -> float | None:
    """Return Pearson's correlation of two rankings, which is Spearman's of what was ranked."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return round(float(np.corrcoef(one, other)[0, 1]), 3)


def _cents(usd: float) -> float:
    return round(float(usd), 2) + 0.0
