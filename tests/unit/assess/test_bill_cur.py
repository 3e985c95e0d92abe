"""A CUR 2.0 export becomes a bill: amortized, split, and whole."""

import gzip
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from aimigrate.assess.bill import read_focus
from aimigrate.contracts.bill import Bill
from aimigrate.errors import UsageProblem
from tests.unit.assess.bill_files import COMMITMENTS, charge, cur

RESERVED = "arn:aws:ec2:eu-central-1:111122223333:reserved-instances/f8c204c1"


def costs(bill: Bill) -> dict[str, float]:
    return {one.resource_id: one.cost_usd for one in bill.resources}


def parts(bill: Bill) -> dict[str, float]:
    return {one.kind: one.cost_usd for one in bill.parts}


def test_an_upfront_reservation_costs_its_share_a_day(tmp_path: Path) -> None:
    """AWS's own example: 365 USD all upfront for a year is 1 USD a day for the instance that uses it.

    The fee itself, paid on the first day, is not counted beside it ("Understanding your amortized reservation data").
    """
    path = cur(
        tmp_path / "cur.csv",
        [
            charge("Fee", usd="365", reservation_reservation_a_r_n=RESERVED),
            *[charge("DiscountedUsage", resource="i-1", reservation_effective_cost="1.0") for _ in range(31)],
            charge(
                "RIFee",
                reservation_reservation_a_r_n=RESERVED,
                reservation_unused_amortized_upfront_fee_for_billing_period="0",
                reservation_unused_recurring_fee="0",
            ),
        ],
    )

    bill = read_focus(path)

    assert costs(bill) == {"i-1": 31.0}
    assert bill.total_usd == 31.0
    assert bill.source == "cur.csv: CUR 2.0 amortized cost"


def test_what_nobody_used_of_a_reservation_stays_in_sight(tmp_path: Path) -> None:
    """744 hours at 0.10 USD were bought and 700 used: 70.00 belongs to the instance, 4.40 to nobody, 74.40 in all.

    The RI fee line bills 74.40 and the usage 0: the amortized total is the recurring fee, as AWS documents
    ("Understanding unused reservation costs", scenario 1 with 44 hours unused).
    """
    path = cur(
        tmp_path / "cur.csv",
        [
            charge("RIFee", usd="74.4", reservation_unused_recurring_fee="4.4", reservation_reservation_a_r_n=RESERVED),
            charge("DiscountedUsage", resource="i-1", reservation_effective_cost="70.0"),
        ],
    )

    bill = read_focus(path)

    assert costs(bill) == {"i-1": 70.0}
    assert parts(bill) == {"unused_commitment": 4.4}
    assert bill.total_usd == 74.4


def test_a_savings_plan_costs_what_was_committed(tmp_path: Path) -> None:
    """10 USD an hour committed, 9 used: the covered usage and the unused rest make the 10, the negation nothing.

    On demand the usage would have cost 12.50; the negation takes that off the unblended total, where the recurring fee
    stands for it ("Understanding Savings Plans").
    """
    path = cur(
        tmp_path / "cur.csv",
        [
            charge("SavingsPlanUpfrontFee", usd="500"),
            charge(
                "SavingsPlanCoveredUsage", usd="12.5", resource="i-1", savings_plan_savings_plan_effective_cost="9.0"
            ),
            charge("SavingsPlanNegation", usd="-12.5", resource="i-1"),
            charge(
                "SavingsPlanRecurringFee",
                usd="10",
                savings_plan_total_commitment_to_date="10",
                savings_plan_used_commitment="9.0",
            ),
        ],
    )

    bill = read_focus(path)

    assert costs(bill) == {"i-1": 9.0}
    assert parts(bill)["unused_commitment"] == 1.0
    assert bill.total_usd == 10.0


def test_discounts_lower_what_a_resource_costs(tmp_path: Path) -> None:
    """The net columns, there when an account has a discount, are what it pays; a discount line alone counts as well."""
    path = cur(
        tmp_path / "cur.csv",
        [
            charge(usd="10", resource="i-1", line_item_net_unblended_cost="9.1"),
            charge(
                "SavingsPlanCoveredUsage",
                usd="8",
                resource="i-1",
                savings_plan_savings_plan_effective_cost="5",
                savings_plan_net_savings_plan_effective_cost="4.5",
            ),
            charge("PrivateRateDiscount", usd="-0.5", resource="i-2"),
            charge(usd="2", resource="i-2"),
        ],
    )

    assert costs(read_focus(path)) == {"i-1": 13.6, "i-2": 1.5}


def test_tasks_take_their_share_and_the_instance_keeps_the_rest(tmp_path: Path) -> None:
    """Two tasks take 0.70 and 0.20 of an instance of 1.00; nothing is counted twice, and the bill stays 1.00."""
    one, other = (f"arn:aws:ecs:eu-central-1:111122223333:task/fleet/{name}" for name in ("one", "other"))

    def task(resource: str, usage: str, split: str, unused: str) -> dict[str, str]:
        return charge(
            resource=resource,
            usage=usage,
            line_item_product_code="AmazonECS",
            split_line_item_parent_resource_id="i-1",
            split_line_item_split_cost=split,
            split_line_item_unused_cost=unused,
        )

    path = cur(
        tmp_path / "cur.csv",
        [
            charge(usd="1.00", resource="i-1"),
            task(one, "EUC1-ECS-EC2-vCPU-Hours", "0.4", "0.1"),
            task(one, "EUC1-ECS-EC2-GB-Hours", "0.15", "0.05"),
            task(other, "EUC1-ECS-EC2-vCPU-Hours", "0.2", "0"),
        ],
    )

    bill = read_focus(path)

    assert costs(bill) == pytest.approx({"i-1": 0.1, one: 0.7, other: 0.2})
    assert bill.total_usd == 1.0
    instance = next(item for item in bill.resources if item.resource_id == "i-1")
    assert {use.usage_type: use.cost_usd for use in instance.usages} == {
        "EUC1-BoxUsage:g5.xlarge": 1.0,
        "split to tasks and pods": -0.9,
    }


def test_a_task_on_fargate_or_of_an_instance_elsewhere_keeps_its_own_cost(tmp_path: Path) -> None:
    """Fargate's lines carry their cost themselves and name no parent; an instance on another bill gives nothing."""
    path = cur(
        tmp_path / "cur.csv",
        [
            charge(usd="0.3", resource="task/fargate", split_line_item_split_cost="0.3"),
            charge(resource="task/lost", split_line_item_split_cost="5", split_line_item_parent_resource_id="i-9"),
        ],
    )

    bill = read_focus(path)

    assert costs(bill) == {"task/fargate": 0.3, "task/lost": 0.0}
    assert bill.total_usd == 0.3


def test_what_is_no_use_of_a_resource_is_named_by_kind(tmp_path: Path) -> None:
    """Tax, support, credits, refunds, fees and untagged usage stay apart, resource id or not, and add up."""
    path = cur(
        tmp_path / "cur.csv",
        [
            charge(usd="100", resource="i-1"),
            charge("Tax", usd="19"),
            charge("Credit", usd="-5", resource="i-1"),
            charge("Refund", usd="-2"),
            charge("Fee", usd="29", line_item_product_code="AWSSupportBusiness"),
            charge("Fee", usd="7", line_item_product_code="model-of-a-seller"),
            charge("EdpDiscount", usd="-10"),
            charge(usd="3.25", usage="EUC1-Requests-Tier1"),
        ],
    )

    bill = read_focus(path)

    assert parts(bill) == {
        "credit": -5,
        "discount": -10,
        "fee": 7,
        "refund": -2,
        "support": 29,
        "tax": 19,
        "usage": 3.25,
    }
    assert sum(parts(bill).values()) == bill.without_resource_usd
    assert bill.total_usd == bill.without_resource_usd + 100


def test_each_use_of_a_resource_is_kept(tmp_path: Path) -> None:
    """By usage type, with account, region and instance type, which a CUR line tells by its usage type."""
    path = cur(
        tmp_path / "cur.csv",
        [
            charge(usd="1", resource="i-1"),
            charge(usd="0.5", resource="i-1", usage="EUC1-DataTransfer-Out-Bytes"),
            charge(usd="0.25", resource="i-1", usage="EUC1-DataTransfer-Out-Bytes"),
        ],
    )

    (one,) = read_focus(path).resources

    assert {use.usage_type: use.cost_usd for use in one.usages} == {
        "EUC1-BoxUsage:g5.xlarge": 1.0,
        "EUC1-DataTransfer-Out-Bytes": 0.75,
    }
    assert (one.account_id, one.region, one.instance_type) == ("111122223333", "eu-central-1", "g5.xlarge")


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("DiscountedUsage", "reservation_effective_cost"),
        ("SavingsPlanCoveredUsage", "savings_plan_savings_plan_effective_cost"),
        ("SavingsPlanRecurringFee", "savings_plan_used_commitment"),
    ],
)
def test_a_commitment_without_its_columns_is_refused(tmp_path: Path, kind: str, column: str) -> None:
    """An export that leaves out what a covered line costs is no bill: its cost is unknown, not the list price or 0."""
    left = [name for name in COMMITMENTS if name != column]
    path = cur(tmp_path / "cur.csv", [charge(kind, usd="1", resource="i-1")], columns=left)

    with pytest.raises(UsageProblem) as raised:
        read_focus(path)

    assert f"no column {column}" in raised.value.why
    assert kind in raised.value.why


def test_garbage_in_a_column_that_may_be_empty_is_named(tmp_path: Path) -> None:
    """A cost that may be empty may not be a word."""
    path = cur(tmp_path / "cur.csv", [charge(usd="1"), charge(usd="1", line_item_net_unblended_cost="cheap")])

    with pytest.raises(UsageProblem, match="row 2: line_item_net_unblended_cost: 'cheap' can't be read"):
        read_focus(path)


def test_a_folder_with_partitions_is_one_bill(tmp_path: Path) -> None:
    """Files of every partition count once; metadata, markers and an older delivery of a period do not."""
    data = tmp_path / "export" / "data"
    cur(data / "BILLING_PERIOD=2026-10" / "cur-00001.csv", [charge(usd="1", resource="i-1")])
    cur(data / "BILLING_PERIOD=2026-10" / "cur-00002.csv", [charge(usd="2", resource="i-1")])
    for delivery, usd in (("20261101T010203Z-a", "70"), ("20261102T010203Z-b", "4")):
        cur(data / "BILLING_PERIOD=2026-11" / delivery / "cur-00001.csv", [charge(usd=usd, resource="i-1")])
    cur(tmp_path / "export" / "metadata" / "BILLING_PERIOD=2026-10" / "cur.csv", [charge(usd="99")])
    (data / "BILLING_PERIOD=2026-10" / "_SUCCESS").touch()

    assert costs(read_focus(tmp_path / "export")) == {"i-1": 7.0}


def columns_of_money() -> list[str]:
    return ["line_item_unblended_cost", "reservation_effective_cost", "line_item_net_unblended_cost"]


def test_every_form_of_file_gives_the_same_bill(tmp_path: Path) -> None:
    """CSV, CSV.gz and Parquet with the types of AWS's own export."""
    plain = cur(
        tmp_path / "csv" / "cur.csv",
        [
            charge(usd="1.0000000001", resource="i-1"),
            charge("DiscountedUsage", resource="i-1", reservation_effective_cost="0.25"),
            charge("Tax", usd="0.4"),
        ],
    )
    (tmp_path / "gz").mkdir()
    (tmp_path / "gz" / "cur.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "parquet").mkdir()
    typed = ", ".join(
        [f"{name}::DOUBLE AS {name}" for name in columns_of_money()]
        + [f"line_item_usage_{end}_date::TIMESTAMP AS line_item_usage_{end}_date" for end in ("start", "end")]
    )
    read = duckdb.read_csv(str(plain), all_varchar=True)
    read.query("bill", f"SELECT * REPLACE ({typed}) FROM bill").write_parquet(str(tmp_path / "parquet" / "cur.parquet"))  # noqa: S608

    bills = [read_focus(tmp_path / form) for form in ("csv", "gz", "parquet")]

    assert len({bill.model_copy(update={"source": ""}).model_dump_json() for bill in bills}) == 1
    assert Decimal(str(bills[0].total_usd)) == Decimal("1.6500000001")


def test_files_of_two_kinds_are_not_one_bill(tmp_path: Path) -> None:
    """A folder that holds an export twice, in two forms, would count it twice."""
    cur(tmp_path / "bill" / "a.csv", [charge(usd="1")])
    shutil.copy(tmp_path / "bill" / "a.csv", tmp_path / "bill" / "b.parquet")

    with pytest.raises(UsageProblem, match="several kinds"):
        read_focus(tmp_path / "bill")


def test_columns_of_neither_form_are_refused(tmp_path: Path) -> None:
    """A table that is no bill says so."""
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")

    with pytest.raises(UsageProblem, match="neither the columns of CUR"):
        read_focus(tmp_path / "a.csv")
