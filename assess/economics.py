"""A cost case, before and after: saving, payback, return in year one, net present value."""

from typing import ClassVar

from pydantic import Field

from aimigrate.contracts.base import Document, Frozen, NonNegative

HORIZON_MONTHS = 36  # of the net present value: the life that hardware is spread over
_MONTHS_PER_YEAR = 12
_AGREES = 0.01  # a stated ROI is rounded to whole percents


class CostCase(Document):
    """What a person states about one migration. Money in USD; ROI is a ratio, 340 % is 3.4."""

    document_name: ClassVar[str] = "cost case"

    name: str = Field(min_length=1)
    before_usd_per_month: NonNegative
    after_usd_per_month: NonNegative
    implementation_usd: NonNegative | None = None
    roi_year_one: float | None = Field(default=None, gt=-1, description="Saving of the year less cost, over cost.")
    sites: int | None = Field(default=None, ge=1)
    discount_rate: float | None = Field(default=None, gt=-1, description="A year, as a ratio: 8 % is 0.08.")


class Economics(Frozen):
    """What follows from a case. Each null has its reason in `reasons`."""

    name: str
    saving_usd_per_year: float
    roi_year_one: float | None
    payback_months: NonNegative | None
    implementation_usd: NonNegative | None
    npv_usd: float | None
    horizon_months: int = HORIZON_MONTHS
    saving_usd_per_site_and_year: float | None = None
    derived: tuple[str, ...] = ()
    reasons: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()


def economics(case: CostCase) -> Economics:
    """Work a case out. Of implementation cost and ROI, the one not stated is derived from the other."""
    saving = (case.before_usd_per_month - case.after_usd_per_month) * _MONTHS_PER_YEAR
    reasons: dict[str, str] = {}
    implementation, derived = _implementation(case, saving, reasons)
    roi = case.roi_year_one
    notes: tuple[str, ...] = ()
    if case.implementation_usd is not None:
        if implementation:
            roi = (saving - implementation) / implementation
            notes = _disagreement(case, roi)
        else:
            roi = None
            reasons["roi_year_one"] = "the implementation costs nothing, and nothing can be divided by it"
        if case.roi_year_one is None and roi is not None:
            derived = ("roi_year_one",)
    elif roi is None:
        reasons["roi_year_one"] = "neither implementation_usd nor roi_year_one is given"
    payback = _payback(implementation, saving, reasons)
    return Economics(
        name=case.name,
        saving_usd_per_year=saving,
        roi_year_one=roi,
        payback_months=payback,
        implementation_usd=implementation,
        npv_usd=_npv(case, implementation, saving, reasons),
        saving_usd_per_site_and_year=saving / case.sites if case.sites else None,
        derived=derived,
        reasons=dict(sorted(reasons.items())),
        notes=notes,
    )


def _implementation(case: CostCase, saving: float, reasons: dict[str, str]) -> tuple[float | None, tuple[str, ...]]:
    if case.implementation_usd is not None:
        return case.implementation_usd, ()
    if case.roi_year_one is None:
        reasons["implementation_usd"] = "neither implementation_usd nor roi_year_one is given"
        return None, ()
    implied = saving / (1 + case.roi_year_one)
    if implied < 0:
        reasons["implementation_usd"] = "it saves nothing, so its ROI implies no cost"
        return None, ()
    return implied, ("implementation_usd",)


def _disagreement(case: CostCase, roi: float) -> tuple[str, ...]:
    stated = case.roi_year_one
    if stated is None or abs(stated - roi) <= _AGREES:
        return ()
    return (f"the stated ROI of {stated:.0%} does not follow from the implementation cost, which gives {roi:.0%}",)


def _payback(implementation: float | None, saving: float, reasons: dict[str, str]) -> float | None:
    if implementation is None:
        reasons["payback_months"] = "the implementation cost is not known"
        return None
    if saving <= 0:
        reasons["payback_months"] = "it saves nothing, so it never pays back"
        return None
    return implementation / (saving / _MONTHS_PER_YEAR)


def _npv(case: CostCase, implementation: float | None, saving: float, reasons: dict[str, str]) -> float | None:
    """Value today of the monthly savings over the horizon, each at the end of its month, less the implementation."""
    if case.discount_rate is None:
        reasons["npv_usd"] = "no discount_rate is given"
        return None
    if implementation is None:
        reasons["npv_usd"] = "the implementation cost is not known"
        return None
    monthly_rate: float = (1 + case.discount_rate) ** (1 / _MONTHS_PER_YEAR) - 1
    monthly = saving / _MONTHS_PER_YEAR
    today = [monthly / float((1 + monthly_rate) ** month) for month in range(1, HORIZON_MONTHS + 1)]
    return sum(today) - implementation
