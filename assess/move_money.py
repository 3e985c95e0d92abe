"""The money of what moves: quantities of the workloads whose verdict is go, and their cash month by month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from math import ceil, fsum

from aimigrate.assess.assumptions import HOURS_PER_MONTH, assumed
from aimigrate.assess.budget import infrastructure_share
from aimigrate.assess.cash_flow import MONTHS_PER_YEAR, Stranded
from aimigrate.assess.edge_bill import NAMES, Quantities, course, fixed, money_lines
from aimigrate.assess.need import need_of
from aimigrate.assess.pooling import whole_unit_usd
from aimigrate.assess.ranges import Range, listed_price, range_of
from aimigrate.assess.simulation import simulate
from aimigrate.contracts.assessment import AssessedWorkload, EdgeFit, StrandedCommitment, Totals
from aimigrate.contracts.economics import CashFlow

_NAMED = 3
_UNREAD = "stranded commitments: Reserved Instances and Savings Plans were not read whole"


def with_cash_flow(
    totals: Totals,
    judged: Sequence[AssessedWorkload],
    commitments: Sequence[StrandedCommitment],
    *,
    at: datetime,
    ai_budget_usd_per_year: float | None = None,
) -> Totals:
    """Return the totals with the cash of all that goes, its payback, and the share of the AI budget.

    `at` is month 0; a commitment lowers the saving from then to its end.
    """
    going = [one for one in judged if one.verdict.decision == "go" and fit_of(one) is not None]
    flow = _fleet(going, commitments, at, read=totals.stranded_usd_per_month is not None) if going else None
    share = None
    if ai_budget_usd_per_year is not None and totals.workloads > totals.unknown_cost_workloads:
        before = totals.known_usd_per_month * MONTHS_PER_YEAR
        after = before - totals.saving_usd_per_month * MONTHS_PER_YEAR
        share = infrastructure_share(ai_budget_usd_per_year, before=before, after=after)
    return totals.model_copy(
        update={
            "cash_flow": flow,
            "payback_months": flow.payback_months if flow is not None else None,
            "infrastructure_share": share,
        }
    )


def _fleet(
    going: Sequence[AssessedWorkload],
    commitments: Sequence[StrandedCommitment],
    at: datetime,
    *,
    read: bool,
) -> CashFlow:
    left, unknown = _stranded(commitments, at)
    if not read and not unknown:
        unknown = (_UNREAD,)
    return cash_of(
        going,
        stranded=left,
        whole_units=sum(whole_unit_usd(going, "overflow_share").values()),
        leaves_out=unknown,
    )


def _stranded(commitments: Sequence[StrandedCommitment], at: datetime) -> tuple[tuple[Stranded, ...], tuple[str, ...]]:
    """Return what stays paid and for how long, and what of it is not known."""
    known, unknown = [], []
    for one in commitments:
        if one.stranded_usd_per_month is None:
            unknown.append(f"{one.id} ({one.reason})")
        elif one.stranded_usd_per_month:
            hours = (one.until - at).total_seconds() / 3600 if one.until is not None else None
            known.append(Stranded(one.stranded_usd_per_month, None if hours is None else hours / HOURS_PER_MONTH))
    said = f"stranded commitments: {', '.join(unknown[:_NAMED])}"
    more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
    return tuple(known), (said + more,) if unknown else ()


def cash_of(
    going: Sequence[AssessedWorkload],
    *,
    stranded: tuple[Stranded, ...] = (),
    whole_units: float = 0.0,
    leaves_out: tuple[str, ...] = (),
) -> CashFlow:
    """Return the cash of some workloads moved together. Each needs a known cost and a sized module."""
    counted, fewer = _counted(going)
    counted = replace(counted, stranded=stranded, whole_units_usd_per_month=whole_units)
    ranges = _ranges(fewer, listed=counted.listed_usd_per_month > 0)
    typical = fixed({one.name: one.typical for one in ranges})
    return simulate(
        lambda values: course(counted, values),
        ranges,
        rate=assumed("discount_rate"),
        lines=money_lines(counted, typical),
        leaves_out=leaves_out,
    )


def _ranges(fewer: float, *, listed: bool) -> tuple[Range, ...]:
    modules = Range("modules", fewer, 1.0, 1.0, "ratio", "at the likely speed of a module instead of its low end")
    price = listed_price() if listed else Range("list_price_discount", 0.0, 0.0, 0.0, "ratio", "nothing is at list")
    own = {modules.name: modules, price.name: price}
    return tuple(own.get(name) or range_of(name) for name in NAMES)


def fit_of(one: AssessedWorkload) -> EdgeFit | None:
    """Return the sized module that the outcome stands on; None without one, or where the cost is unknown."""
    found = next((fit for fit in one.edge_fit if fit.module == one.outcome.module), None)
    sized = found is not None and found.count is not None and found.hardware_usd is not None
    return found if sized and one.cost.monthly_usd is not None else None


def _counted(going: Iterable[AssessedWorkload]) -> tuple[Quantities, float]:
    """Add the workloads up, and return how many modules would do at their likely speed, as a ratio."""
    pairs = [(one, fit) for one in going if (fit := fit_of(one)) is not None]
    nodes: Counter[tuple[str, str]] = Counter()
    billed: list[float] = []
    listed: list[float] = []
    likely = 0
    for one, fit in pairs:
        nodes[one.account_id or "", one.region] += fit.count or 0
        ends = (one.cost.monthly_usd or 0.0) - (one.cost.stays_usd_per_month or 0.0)
        (listed if one.cost.quality == "rate_card" else billed).append(ends)
        likely += _likely(one, fit)
    modules = sum(nodes.values())
    counted = Quantities(
        modules=modules,
        module_usd=fsum(_module_usd(fit) for _, fit in pairs),
        power_w=fsum(fit.power_w or 0.0 for _, fit in pairs),
        workloads=len(pairs),
        nodes=tuple(many for _, many in sorted(nodes.items())),
        billed_usd_per_month=fsum(billed),
        listed_usd_per_month=fsum(listed),
    )
    return counted, min(1.0, likely / modules) if modules else 1.0


def _module_usd(fit: EdgeFit) -> float:
    """Return the price of the modules alone: the hardware without spares, boards and installation."""
    each = assumed("carrier_and_enclosure") + assumed("installation")
    bare = (fit.hardware_usd or 0.0) / (1 + assumed("spares")) - (fit.count or 0) * each
    return max(0.0, bare) / assumed("module_price")


def _likely(one: AssessedWorkload, fit: EdgeFit) -> int:
    count, speed = fit.count or 0, fit.throughput_rps
    if speed is None or not speed.low or not speed.value:
        return count
    spare = min(need_of(one.demand, one.classification).spare, count - 1)
    return min(count, max(1, ceil((count - spare) * speed.low / speed.value)) + spare)
