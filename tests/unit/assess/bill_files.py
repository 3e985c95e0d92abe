"""Bills for the tests, written as AWS exports them: CUR 2.0 rows with the columns that a test is about."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

Charge = Mapping[str, str]
BOX = "EUC1-BoxUsage:g5.xlarge"


def charge(kind: str = "Usage", *, usd: str = "0", resource: str = "", usage: str = BOX, **more: str) -> dict[str, str]:
    """Return one line of CUR 2.0, of an hour of October."""
    return {
        "line_item_line_item_type": kind,
        "line_item_usage_type": usage,
        "line_item_product_code": "AmazonEC2",
        "line_item_resource_id": resource,
        "line_item_unblended_cost": usd,
        "line_item_usage_start_date": "2026-10-01T00:00:00.000Z",
        "line_item_usage_end_date": "2026-10-01T01:00:00.000Z",
        "line_item_currency_code": "USD",
        "line_item_usage_account_id": "111122223333",
        "product_region_code": "eu-central-1",
        **more,
    }


COMMITMENTS = (
    "line_item_net_unblended_cost",
    "reservation_effective_cost",
    "reservation_reservation_a_r_n",
    "reservation_unused_recurring_fee",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_net_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
)
SPLIT = ("split_line_item_parent_resource_id", "split_line_item_split_cost", "split_line_item_unused_cost")


def cur(path: Path, rows: Iterable[Charge], *, columns: Iterable[str] = (*COMMITMENTS, *SPLIT)) -> Path:
    """Write CUR 2.0 as CSV; what a row does not say is empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [*charge(), *columns]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
