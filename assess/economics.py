"""A cost case worked out: saving, payback, return in year one, present value, and how far each may be off."""

from aimigrate.assess.budget import infrastructure_share
from aimigrate.assess.case_course import typical_of, worked
from aimigrate.assess.cash_flow import MONTHS_PER_YEAR, SHORT_MONTHS
from aimigrate.assess.simulation import DRAWS, SEED, simulate
from aimigrate.contracts.economics import (
    CashFlow,
    CostCase,
    Economics,
    InfrastructureShare,
    Percentiles,
    Scenario,
    ScenarioResult,
)

__all__ = ["CostCase", "Economics", "economics"]

_AGREES = 0.01  # a stated ROI is rounded to whole percents
_NOT_GIVEN = "neither implementation_usd nor roi_year_one is given"
_NOT_KNOWN = "the implementation cost is not known"
_NO_RATE = "no discount_rate is given"


def economics(case: CostCase, *, seed: int = SEED, draws: int = DRAWS) -> Economics:
    """Work a case out, and its scenarios beside it. Same case and seed give the same bytes.

    Of implementation cost and ROI, the one not stated is derived from the other.
    """
    beside = tuple(_scenario(scenario, _worked_out(case.changed(scenario), seed, draws)) for scenario in case.scenarios)
    return _worked_out(case, seed, draws).model_copy(update={"scenarios": beside})


def _scenario(scenario: Scenario, found: Economics) -> ScenarioResult:
    flow = found.cash_flow
    return ScenarioResult(
        name=scenario.name,
        saving_usd_per_year=found.saving_usd_per_year,
        roi_year_one=found.roi_year_one,
        payback_months=found.payback_months,
        implementation_usd=found.implementation_usd,
        npv_usd=found.npv_usd,
        npv_5y_usd=flow.npv_5y_usd if flow else None,
        npv_5y_range_usd=flow.npv_5y_range_usd if flow else Percentiles(p5=None, p50=None, p95=None),
        reasons=found.reasons,
    )


def _worked_out(case: CostCase, seed: int, draws: int) -> Economics:
    taken = worked(case)
    flow = simulate(taken.course_of, taken.ranges, rate=case.discount_rate, lines=taken.lines, seed=seed, draws=draws)
    if case.edge is not None or case.implementation_usd is not None:
        return _known(case, flow, taken.assumed)
    reasons: dict[str, str] = {}
    implied = _implied(case, flow.saving_year_one_usd, reasons)
    if implied is None:
        return _without_cost(case, flow, reasons)
    priced = case.model_copy(update={"implementation_usd": implied, "roi_year_one": None})
    found = _worked_out(priced, seed, draws)
    return found.model_copy(update={"derived": ("implementation_usd",), "roi_year_one": case.roi_year_one})


def _implied(case: CostCase, saving_year_one: float, reasons: dict[str, str]) -> float | None:
    """Return the cost that a stated ROI implies."""
    if case.roi_year_one is None:
        reasons["implementation_usd"] = reasons["roi_year_one"] = _NOT_GIVEN
        return None
    implied = saving_year_one / (1 + case.roi_year_one)
    if implied < 0:
        reasons["implementation_usd"] = "it saves nothing, so its ROI implies no cost"
        return None
    return implied


def _without_cost(case: CostCase, flow: CashFlow, reasons: dict[str, str]) -> Economics:
    saving = flow.saving_usd_per_year
    reasons |= {"payback_months": _NOT_KNOWN, "npv_usd": _NO_RATE if case.discount_rate is None else _NOT_KNOWN}
    return Economics(
        name=case.name,
        saving_usd_per_year=saving,
        roi_year_one=case.roi_year_one,
        payback_months=None,
        implementation_usd=None,
        npv_usd=None,
        horizon_months=SHORT_MONTHS,
        saving_usd_per_site_and_year=saving / case.sites if case.sites else None,
        reasons=dict(sorted(reasons.items())),
        infrastructure_share=_share(case, saving),
    )


def _known(case: CostCase, flow: CashFlow, assumed: tuple[str, ...]) -> Economics:
    saving, roi = flow.saving_usd_per_year, flow.roi_year_one
    sites = case.edge.sites if case.edge is not None else case.sites
    reasons = {name: why for name, why in flow.reasons.items() if name in {"payback_months", "roi_year_one"}}
    if "payback_months" in reasons and saving <= 0:
        reasons["payback_months"] = "it saves nothing, so it never pays back"
    if flow.npv_3y_usd is None:
        reasons["npv_usd"] = _NO_RATE
    follows = ("implementation_usd", "roi_year_one") if case.edge is not None else ("roi_year_one",)
    return Economics(
        name=case.name,
        saving_usd_per_year=saving,
        roi_year_one=roi,
        payback_months=flow.payback_months,
        implementation_usd=flow.once_usd,
        npv_usd=flow.npv_3y_usd,
        horizon_months=SHORT_MONTHS,
        saving_usd_per_site_and_year=saving / sites if sites else None,
        derived=follows if case.roi_year_one is None and roi is not None else (),
        assumed=assumed,
        reasons=dict(sorted(reasons.items())),
        notes=_notes(case, flow, roi),
        cash_flow=flow,
        infrastructure_share=_share(case, saving),
    )


def _share(case: CostCase, saving: float) -> InfrastructureShare | None:
    if case.ai_budget_usd_per_year is None:
        return None
    paid = typical_of(case.before_usd_per_month) * (1 - typical_of(case.before_discount_share)) * MONTHS_PER_YEAR
    return infrastructure_share(case.ai_budget_usd_per_year, before=paid, after=paid - saving)


def _notes(case: CostCase, flow: CashFlow, roi: float | None) -> tuple[str, ...]:
    said = []
    stated = case.roi_year_one
    if stated is not None and roi is not None and abs(stated - roi) > _AGREES:
        said.append(
            f"the stated ROI of {stated:.0%} does not follow from the implementation cost, which gives {roi:.0%}"
        )
    if flow.double_running_usd:
        said.append(f"{flow.double_running_usd:,.0f} USD of cloud is paid while the edge already runs")
    if case.stranded:
        lost = sum(one.usd_per_month for one in case.stranded)
        said.append(
            f"{lost:,.0f} USD a month stays paid for commitments until they end; the saving a year is what follows"
        )
    high = flow.npv_5y_range_usd.p95
    if flow.npv_5y_usd is not None and high is not None and flow.npv_5y_usd > high:
        said.append("the likeliest figures lie above their range: most of what may differ can only get worse")
    return tuple(said)
