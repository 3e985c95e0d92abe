"""Sums over judged workloads. A workload of unknown cost is counted, never summed as zero."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from aimigrate.assess.attribution import Known, split_bill
from aimigrate.assess.pooling import whole_unit_usd
from aimigrate.contracts.assessment import AssessedWorkload, Label, Totals
from aimigrate.contracts.bill import Bill
from aimigrate.contracts.inventory import Workload
from aimigrate.contracts.verdicts import Decision


def totals_of(
    judged: Sequence[AssessedWorkload],
    read: Sequence[Workload],
    bill: Bill | None,
    apis: Known,
    stranded_usd_per_month: float | None,
) -> Totals:
    """Sum over the workloads. What is attributed and what is not equal the bill to the cent.

    `apis` is what these knew: what they no longer know of the bill is gone. The cash of what goes, and with it its
    payback, is worked out from these sums (`with_cash_flow`).
    """
    labels = Counter(one.classification.label for one in judged)
    decisions = Counter(one.verdict.decision for one in judged)
    going = [one for one in judged if one.verdict.decision == "go"]
    before = _sum(one.cost.monthly_usd for one in going)
    after = _sum(one.outcome.after_usd_per_month for one in going)
    one_time = _sum(one.outcome.one_time_usd for one in going)
    known = [one.cost.monthly_usd for one in judged if one.cost.monthly_usd is not None]
    split = split_bill(read, bill, apis) if bill is not None else None
    return Totals(
        workloads=len(judged),
        by_label={label: labels.get(label, 0) for label in get_args(Label)},
        by_decision={decision: decisions.get(decision, 0) for decision in get_args(Decision)},
        known_usd_per_month=sum(known),
        unknown_cost_workloads=len(judged) - len(known),
        movable_usd_per_month=before,
        after_usd_per_month=after,
        saving_usd_per_month=before - after,
        saving_low_usd_per_month=_sum(one.outcome.saving_low_usd_per_month for one in going)
        - sum(whole_unit_usd(judged, "overflow_share_high").values()),
        saving_high_usd_per_month=_sum(one.outcome.saving_high_usd_per_month for one in going),
        one_time_usd=one_time,
        payback_months=None,
        cloud_kg_co2e_per_month=_all_known([one.outcome.cloud_kg_co2e_per_month for one in going]),
        edge_kg_co2e_per_month=_all_known([one.outcome.edge_kg_co2e_per_month for one in going]),
        bill_total_usd=split.total_usd if split else None,
        bill_attributed_usd=split.attributed_usd if split else None,
        bill_unattributed_usd=split.unattributed_usd if split else None,
        bill=split,
        stranded_usd_per_month=stranded_usd_per_month,
    )


def _sum(values: Iterable[float | None]) -> float:
    """Sum what a workload of verdict go always has."""
    return sum(value for value in values if value is not None)


def _all_known(values: Sequence[float | None]) -> float | None:
    """Sum, or null as soon as one is unknown: a hole is never a zero."""
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
