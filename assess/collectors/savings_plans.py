"""Savings Plans: an hourly sum that is paid until the plan's end, used or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess.collectors._pages import pages
from aimigrate.contracts.inventory import Commitment

Plan = Literal["compute", "ec2_instance", "sagemaker", "database"]

_CURRENCY = "USD"
_PAID = (
    "active",
    "payment-pending",
    "pending-return",
)  # a queued plan can be deleted; a retired or returned one is over
_PLANS: dict[str, Plan] = {
    "Compute": "compute",
    "Database": "database",
    "EC2Instance": "ec2_instance",
    "SageMaker": "sagemaker",
}
_PAGE = 1000  # plans in one answer, at most (Savings Plans API reference, read 2026-11)


@dataclass(frozen=True)
class SavingsPlans:
    """Yields the Savings Plans of the account that are paid for now."""

    name: str = "savings-plans"
    place: str = "account"
    iam_actions: frozenset[str] = frozenset({"savingsplans:DescribeSavingsPlans"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Commitment]:  # noqa: ARG002  # one signature for all
        """Yield one commitment for each plan; its hourly commitment is what stays paid."""
        asked = {"states": list(_PAID), "maxResults": _PAGE}
        for page in pages(reader, "savingsplans", "describe_savings_plans", "nextToken", **asked):
            for one in (page or {}).get("savingsPlans") or ():
                yield _commitment(one)


def _commitment(one: Item) -> Commitment:
    kind = str(one.get("savingsPlanType", "unknown"))
    usd = one.get("commitment") if one.get("currency", _CURRENCY) == _CURRENCY else None
    return Commitment(
        id=one.get("savingsPlanArn") or one["savingsPlanId"],
        kind="savings_plan",
        region=one.get("region") or "global",
        covers=one.get("ec2InstanceFamily") or kind,
        plan=_PLANS.get(kind),
        usd_per_hour=float(usd) if usd is not None else None,
        ends_at=datetime.fromisoformat(one["end"]) if one.get("end") else None,
    )


collector = SavingsPlans()
