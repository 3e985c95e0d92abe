"""The embedded bill adds up, in FOCUS's own columns."""

import csv
import io
from collections import Counter
from decimal import Decimal

import pytest

from aimigrate.demo.seed import Company, load_company
from aimigrate.demo.seed_bill import COLUMNS, focus_csv
from aimigrate.demo.seed_cloud import Use

EC2 = "Amazon Elastic Compute Cloud"


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company()


def use(resource: str, instance_type: str, price: float) -> Use:
    usage = f"BoxUsage:{instance_type}"
    return Use(EC2, "eu-central-1", resource, usage, "Hours", 744.0, price, {"team": 'a "b"\nc'}, instance_type)


def lines_of(company: Company, *uses: Use) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(focus_csv(company, list(uses)).decode(), newline="")))


def total(lines: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(line[column]) for line in lines), Decimal(0))


def test_a_month_on_demand_costs_hours_times_price(company: Company) -> None:
    """31 lines, one a day, add up to 744 hours at the listed price; billed and effective agree."""
    mine = [line for line in lines_of(company, use("i-1", "g4dn.xlarge", 0.658)) if line["ResourceId"] == "i-1"]

    assert len(mine) == 31
    assert total(mine, "BilledCost") == total(mine, "EffectiveCost") == Decimal("489.552")
    assert {line["x_UsageType"] for line in mine} == {"EUC1-BoxUsage:g4dn.xlarge"}
    assert mine[0]["Tags"] == '{"user:team": "a \\"b\\"\\nc"}'


def test_what_a_savings_plan_covers_is_effective_and_not_billed(company: Company) -> None:
    """Covered hours bill nothing and cost the discounted price; the plan's fee is billed on a line of its own."""
    lines = lines_of(company, use("i-2", "g5.xlarge", 1.258))
    mine = [line for line in lines if line["ResourceId"] == "i-2"]

    assert total(mine, "BilledCost") == 0
    assert total(mine, "EffectiveCost") == pytest.approx(Decimal("1.258") * 744 * Decimal("0.72"), abs=Decimal("0.001"))
    assert {line["CommitmentDiscountType"] for line in mine} == {"ComputeSavingsPlans"}
    assert any(line["ChargeCategory"] == "Purchase" and Decimal(line["BilledCost"]) > 0 for line in lines)


def test_some_lines_name_no_resource_and_some_resources_are_gone(company: Company) -> None:
    """Tax, support and the rest have no resource id; ended instances and deleted endpoints still do."""
    lines = lines_of(company)
    nameless = [line for line in lines if not line["ResourceId"]]
    named = {line["ResourceId"] for line in lines if line["ResourceId"]}

    assert Counter(line["ChargeCategory"] for line in nameless) == {"Usage": 7, "Purchase": 1, "Tax": 1, "Credit": 1}
    assert named == {item.resource_id for item in company.billing.gone}


def test_the_columns_are_those_of_focus(company: Company) -> None:
    """The 43 columns of FOCUS 1.0, then AWS's own, each once."""
    own = [name for name in COLUMNS if name.startswith("x_")]

    assert len(set(COLUMNS)) == len(COLUMNS)
    assert len(COLUMNS) - len(own) == 43
    assert lines_of(company)[0].keys() == set(COLUMNS)
