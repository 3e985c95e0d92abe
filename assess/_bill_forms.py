"""The two forms of a bill, CUR 2.0 and FOCUS, as one table of charges: Ibis expressions that any engine can answer.

A charge has: resource, usage, charge, service, account, region, parent, instance, cost, other, moved, start, end.
`cost` is what it costs after discounts, with commitments spread over what they cover. CUR 2.0 has no such column; it
is reckoned from the line's type, as AWS does in its own amortized-cost query (AWS CUR Query Library, Well-Architected
Labs; "Understanding your amortized reservation data" and "Understanding Savings Plans", AWS Data Exports user guide,
read 2026-11).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MONEY = "decimal(38, 12)"  # FOCUS samples carry up to 11 decimals; binary floats would lose cents over millions of rows
_MONEY_OF_FLOATS = "decimal(18, 10)"  # AWS exports ten; half the width sums faster, and holds 99 million USD a row
NULLS = ("", "NULL", "null")  # what stands for "no value" in the text of exports
INSTANCE = (
    r"\b((?:ml\.)?[a-z]{1,4}[0-9]{1,2}[a-z-]{0,8}\."
    r"(?:nano|micro|small|medium|[0-9]{0,3}x?large|metal(?:-[0-9]{1,3}xl)?))\b"
)
"""An instance type in the words of a charge: FOCUS has no column of its own for it."""


@dataclass(frozen=True)
class Form:
    """A published form of a bill: the columns that tell it, those it can't do without, and those it can."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    currency: str
    cost: str
    other: str | None
    moments: tuple[str, str]
    needed_by: Mapping[str, tuple[str, ...]]
    """Columns without which a charge of this type has no amortized cost."""
    charges: Callable[["Columns"], dict[str, Any]]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that may be read."""
        return (*self.required, *self.optional)

    @property
    def money(self) -> tuple[str, ...]:
        """Every column of money that may be empty."""
        ends = ("_cost", "_fee", "_period", "_date", "_commitment")
        return tuple(name for name in self.optional if name.endswith(ends))


class Columns:
    """The columns of one bill by their published names.

    Numbers in text become decimals, never binary floats: no cent of a CSV export is lost.
    """

    def __init__(self, table: Any, real: Mapping[str, str], cost: str) -> None:  # noqa: ANN401  # Ibis has no types
        self._table, self._real = table, real
        given = table[real[cost.lower()]].type()
        self._number = MONEY if given.is_string() or given.is_decimal() else "float64"

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._real

    def text(self, name: str) -> Any:  # noqa: ANN401  # as above
        """Return a column as text, or null where the bill lacks it."""
        if name not in self:
            import ibis

            return ibis.null("string")
        return self._table[self._real[name.lower()]].cast("string")

    def number(self, name: str) -> Any:  # noqa: ANN401  # as above
        """Return a column as a number, or null where the bill lacks it."""
        if name not in self:
            import ibis

            return ibis.null(self._number)
        column = self._table[self._real[name.lower()]]
        return column.try_cast(self._number) if column.type().is_string() else column.cast(self._number)

    def money(self, value: Any) -> Any:  # noqa: ANN401  # as above
        """Return a number as decimals that add up, null where it is no amount."""
        return value if self._number == MONEY else value.try_cast(_MONEY_OF_FLOATS)

    def product(self, value: Any, share: Any) -> Any:  # noqa: ANN401  # as above
        """Return a number times a share of two numbers, as precise as binary floats are."""
        return (value.cast("float64") * share).cast(self._number)

    def nothing(self) -> Any:  # noqa: ANN401  # as above
        """Return zero as a number of this bill."""
        import ibis

        return ibis.literal(0).cast(self._number)

    def moment(self, name: str) -> Any:  # noqa: ANN401  # as above
        """Return a column as a moment in UTC. No engine but DuckDB reads the T and the Z of RFC 3339."""
        column = self._table[self._real[name.lower()]]
        if column.type().is_string():
            column = column.replace("T", " ").replace("Z", "")
        return column.try_cast("timestamp")

    def unreadable(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return, for each column that is text and should be a number, whether it holds something else."""
        given = {name: self._table[self._real[name.lower()]] for name in names if name in self}
        return {
            name: column.notnull() & column.notin(NULLS) & column.try_cast(MONEY).isnull()
            for name, column in given.items()
            if column.type().is_string()
        }


def _cur(row: Columns) -> dict[str, Any]:
    import ibis

    kind = row.text("line_item_line_item_type")
    listed = ibis.coalesce(row.number("line_item_net_unblended_cost"), row.number("line_item_unblended_cost"))
    unused_upfront = "unused_amortized_upfront_fee_for_billing_period"
    unused = ibis.coalesce(row.number(f"reservation_net_{unused_upfront}"), row.number(f"reservation_{unused_upfront}"))
    recurring = ibis.coalesce(
        row.number("reservation_net_unused_recurring_fee"), row.number("reservation_unused_recurring_fee")
    )
    cost = ibis.cases(
        (kind == "Usage", listed),
        (
            kind == "SavingsPlanCoveredUsage",
            ibis.coalesce(
                row.number("savings_plan_net_savings_plan_effective_cost"),
                row.number("savings_plan_savings_plan_effective_cost"),
            ),
        ),
        (
            kind == "DiscountedUsage",
            ibis.coalesce(row.number("reservation_net_effective_cost"), row.number("reservation_effective_cost")),
        ),
        (kind == "SavingsPlanRecurringFee", _unused_plan(row)),
        (kind == "RIFee", unused.fill_null(0) + recurring.fill_null(0)),
        (kind.isin(["SavingsPlanNegation", "SavingsPlanUpfrontFee"]), row.nothing()),
        ((kind == "Fee") & row.text("reservation_reservation_a_r_n").fill_null("").notin(NULLS), row.nothing()),
        else_=listed,
    )
    charge = {
        "resource": row.text("line_item_resource_id"),
        "usage": row.text("line_item_usage_type"),
        "charge": kind,
        "service": row.text("line_item_product_code"),
        "account": row.text("line_item_usage_account_id"),
        "region": row.text("product_region_code"),
        "cost": row.money(cost),
        "start": row.moment("line_item_usage_start_date"),
        "end": row.moment("line_item_usage_end_date"),
    }
    if "split_line_item_parent_resource_id" in row:
        parent = row.text("split_line_item_parent_resource_id")
        charge |= {"parent": parent, "moved": row.money(ibis.cases((parent != "", _split(row))))}
    return charge


def _unused_plan(row: Columns) -> Any:  # noqa: ANN401  # as above
    """Return what of a Savings Plan was not used, cut by the discount on its fee where there is one."""
    import ibis

    ends = "{}_commitment_for_billing_period"
    full = [row.number(f"savings_plan_{ends.format(part)}").fill_null(0) for part in ("amortized_upfront", "recurring")]
    net = [row.number(f"savings_plan_net_{ends.format(part)}") for part in ("amortized_upfront", "recurring")]
    unused = row.number("savings_plan_total_commitment_to_date") - row.number("savings_plan_used_commitment")
    if "savings_plan_net_recurring_commitment_for_billing_period" not in row:
        return unused
    known = ibis.coalesce(*net).notnull() & ((full[0] + full[1]) != 0)
    paid = (net[0].fill_null(0) + net[1].fill_null(0)).cast("float64") / (full[0] + full[1]).cast("float64")
    return ibis.cases((known, row.product(unused, paid)), else_=unused)


def _split(row: Columns) -> Any:  # noqa: ANN401  # as above
    """Return what a task or pod takes of its instance: what it used, and its share of what nobody used."""
    import ibis

    parts = [
        ibis.coalesce(row.number(f"split_line_item_net_{part}"), row.number(f"split_line_item_{part}")).fill_null(0)
        for part in ("split_cost", "unused_cost")
    ]
    return parts[0] + parts[1]


def _focus(row: Columns) -> dict[str, Any]:
    import ibis

    words = [row.text(name).re_extract(INSTANCE, 1).nullif("") for name in _WORDS if name in row]
    return {
        "resource": row.text("ResourceId"),
        "usage": row.text("x_UsageType"),
        "charge": row.text("ChargeCategory"),
        "status": row.text("CommitmentDiscountStatus"),
        "service": row.text("ServiceName"),
        "account": row.text("SubAccountId"),
        "region": row.text("RegionId"),
        "instance": ibis.coalesce(*words, ibis.null("string")),
        "cost": row.money(row.number("EffectiveCost")),
        "other": row.money(row.number("BilledCost")),
        "start": row.moment("ChargePeriodStart"),
        "end": row.moment("ChargePeriodEnd"),
    }


_WORDS = ("SkuPriceDetails", "x_UsageType", "ChargeDescription")

CUR = Form(
    name="CUR 2.0",
    required=(
        *("line_item_resource_id", "line_item_line_item_type", "line_item_usage_type", "line_item_product_code"),
        *("line_item_unblended_cost", "line_item_usage_start_date", "line_item_usage_end_date"),
        "line_item_currency_code",
    ),
    optional=(
        *("line_item_usage_account_id", "product_region_code", "line_item_net_unblended_cost"),
        *("reservation_effective_cost", "reservation_net_effective_cost", "reservation_reservation_a_r_n"),
        *("reservation_unused_recurring_fee", "reservation_net_unused_recurring_fee"),
        "reservation_unused_amortized_upfront_fee_for_billing_period",
        "reservation_net_unused_amortized_upfront_fee_for_billing_period",
        *("savings_plan_savings_plan_effective_cost", "savings_plan_net_savings_plan_effective_cost"),
        *("savings_plan_total_commitment_to_date", "savings_plan_used_commitment"),
        "savings_plan_amortized_upfront_commitment_for_billing_period",
        "savings_plan_net_amortized_upfront_commitment_for_billing_period",
        "savings_plan_recurring_commitment_for_billing_period",
        "savings_plan_net_recurring_commitment_for_billing_period",
        *("split_line_item_parent_resource_id", "split_line_item_split_cost", "split_line_item_unused_cost"),
        *("split_line_item_net_split_cost", "split_line_item_net_unused_cost"),
    ),
    currency="line_item_currency_code",
    cost="line_item_unblended_cost",
    other=None,
    moments=("line_item_usage_start_date", "line_item_usage_end_date"),
    needed_by={
        "DiscountedUsage": ("reservation_effective_cost", "reservation_reservation_a_r_n"),
        "SavingsPlanCoveredUsage": ("savings_plan_savings_plan_effective_cost",),
        "SavingsPlanRecurringFee": ("savings_plan_total_commitment_to_date", "savings_plan_used_commitment"),
        "RIFee": (
            "reservation_unused_recurring_fee",
            "reservation_unused_amortized_upfront_fee_for_billing_period",
        ),
    },
    charges=_cur,
)
FOCUS = Form(
    name="FOCUS",
    required=(
        *("BilledCost", "BillingCurrency", "ChargePeriodEnd", "ChargePeriodStart", "EffectiveCost"),
        *("ResourceId", "ServiceName"),
    ),
    optional=("ChargeCategory", "CommitmentDiscountStatus", "RegionId", "SubAccountId", *_WORDS),
    currency="BillingCurrency",
    cost="EffectiveCost",
    other="BilledCost",
    moments=("ChargePeriodStart", "ChargePeriodEnd"),
    needed_by={},
    charges=_focus,
)
FORMS = (CUR, FOCUS)
