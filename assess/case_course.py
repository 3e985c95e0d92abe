"""From a cost case to the course of its cash: which figures it states, which it leaves to an assumption."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from aimigrate.assess.cash_flow import Array, Course, Stranded, months_of
from aimigrate.assess.edge_bill import NAMES, Quantities, course, money_lines
from aimigrate.assess.ranges import Range, range_of
from aimigrate.contracts.economics import CostCase, EdgeBill, MoneyLine, Spread

_STATED = "as the case states it"
_UNITS = {
    "link": "USD per site and month",
    "remote_hands": "USD per site and month",
    "staff": "USD per month",
    "migration": "USD",
}


@dataclass(frozen=True)
class Worked:
    """A case as something that can be simulated."""

    course_of: Callable[[Mapping[str, Array]], Course]
    ranges: tuple[Range, ...]
    lines: tuple[MoneyLine, ...] = ()
    assumed: tuple[str, ...] = ()


def worked(case: CostCase) -> Worked:
    """Return the case's course; what it spends at once is zero where only `after_usd_per_month` is stated."""
    return _detailed(case, case.edge) if case.edge is not None else _plain(case)


def stated(name: str, figure: float | Spread, unit: str = "USD") -> Range:
    """Return a stated figure as a range; a single number does not vary."""
    if isinstance(figure, Spread):
        return Range(name, figure.low, figure.typical, figure.high, unit, _STATED)
    return Range(name, figure, figure, figure, unit, _STATED)


def typical_of(figure: float | Spread) -> float:
    """Return a figure's likeliest value."""
    return figure.typical if isinstance(figure, Spread) else figure


def _cloud(case: CostCase) -> tuple[Range, ...]:
    change = case.cloud_price_change_per_year
    assumed = case.edge is not None and change is None
    return (
        stated("before_usd_per_month", case.before_usd_per_month, "USD per month"),
        stated("before_discount_share", case.before_discount_share, "share"),
        range_of("cloud_price_change") if assumed else stated("cloud_price_change", change or 0.0, "ratio per year"),
    )


def _before(values: Mapping[str, Array]) -> Array:
    paid: Array = values["before_usd_per_month"] * (1 - values["before_discount_share"])
    return paid


def _stranded(case: CostCase) -> tuple[Stranded, ...]:
    return tuple(Stranded(one.usd_per_month, one.months) for one in case.stranded)


def _plain(case: CostCase) -> Worked:
    """Take before and after as they are stated: at once, unless the case says how long it takes."""
    ranges = (
        *_cloud(case),
        stated("after_usd_per_month", case.after_usd_per_month or 0.0, "USD per month"),
        stated("implementation_usd", case.implementation_usd or 0.0),
        stated("migration_weeks", case.migration_weeks or 0.0, "weeks"),
        stated("overlap_weeks", case.overlap_weeks or 0.0, "weeks"),
    )

    def course_of(values: Mapping[str, Array]) -> Course:
        none = np.zeros_like(values["before_usd_per_month"])
        return Course(
            once=values["implementation_usd"],
            ended=_before(values),
            running=values["after_usd_per_month"],
            refresh=none,
            life_months=none + 1,
            migration_months=months_of(1.0) * values["migration_weeks"],
            overlap_months=months_of(1.0) * values["overlap_weeks"],
            price_change=values["cloud_price_change"],
            stranded=_stranded(case),
            unused=none + 1,
        )

    return Worked(course_of, ranges)


def _detailed(case: CostCase, edge: EdgeBill) -> Worked:
    figures: dict[str, float | Spread | None] = {
        "carrier_and_enclosure": edge.carrier_and_enclosure_usd,
        "installation": edge.installation_usd,
        "spares": edge.spares_share,
        "amortization": edge.life_months,
        "device_loss": edge.device_loss_per_year,
        "electricity": edge.electricity_usd_per_kwh,
        "link": edge.link_usd_per_site_and_month,
        "remote_hands": edge.remote_hands_usd_per_site_and_month,
        "staff": edge.staff_usd_per_month,
        "upkeep": edge.upkeep_usd_per_module_and_month,
        "migration": edge.migration_usd,
        "overflow_share": edge.overflow_share,
        "migration_weeks": case.migration_weeks,
        "overlap_weeks": case.overlap_weeks,
    }
    known = {"module_price", "modules", "list_price_discount", "cloud_price_change", *figures}
    counts = {"link": edge.sites, "remote_hands": edge.sites, "staff": 1}
    ranges = (
        *_cloud(case),
        stated("module_usd", edge.module_usd),
        stated("power_w_per_module", edge.power_w_per_module, "W"),
        *(range_of(name) if figure is None else _like(name, figure) for name, figure in sorted(figures.items())),
        *(stated(name, 1.0, "ratio") for name in ("module_price", "modules")),
        stated("list_price_discount", 0.0, "ratio"),
        *(range_of(name) for name in NAMES if name not in known),
    )
    counted = Quantities(
        modules=edge.modules,
        module_usd=0.0,
        power_w=0.0,
        workloads=edge.workloads if edge.migration_usd is None else 1,
        nodes=edge.ssm_nodes if edge.ssm_nodes is not None else (edge.modules,),
        private_cas=edge.private_cas,
        stranded=_stranded(case),
        per_site={name: many for name, many in counts.items() if figures[name] is not None},
    )

    def filled(values: Mapping[str, Array]) -> Quantities:
        return replace(
            counted,
            billed_usd_per_month=_before(values),
            module_usd=edge.modules * values["module_usd"],
            power_w=edge.modules * values["power_w_per_module"],
        )

    def course_of(values: Mapping[str, Array]) -> Course:
        return course(filled(values), values)

    typical = {one.name: np.array([one.typical]) for one in ranges}
    missing = [name for name, figure in figures.items() if figure is None]
    if case.cloud_price_change_per_year is None:
        missing.append("cloud_price_change")
    return Worked(course_of, ranges, money_lines(filled(typical), typical), tuple(sorted(missing)))


def _like(name: str, figure: float | Spread) -> Range:
    """Return a stated figure in the unit of the assumption whose place it takes, or in its own."""
    return stated(name, figure, _UNITS.get(name) or range_of(name).unit)
