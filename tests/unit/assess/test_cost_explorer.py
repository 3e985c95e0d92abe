"""Cost Explorer, on recorded answers: a bill that adds up, or none."""

from typing import Any

import pytest

from aimigrate.assess._coverage import Tally
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess.units import collectors
from aimigrate.contracts.bill import Bill
from tests.recorded import money
from tests.recorded_aws import ACCOUNT, NOW, REGION, RecordedAws, Refused


def run(changes: dict[tuple[str, str], Any] | None = None) -> tuple[list[Any], Tally, RecordedAws]:
    """Run the collector over the recorded answers, some changed."""
    aws = RecordedAws({**money.answers(), **(changes or {})})
    reader = aws.reader()
    return list(collectors()["cost-explorer"].find(reader, InstanceTypes(reader))), reader.tally, aws


def statuses(tally: Tally) -> dict[str, str]:
    """Return how each operation ended."""
    return {operation: count.status() for (_, _, operation), count in tally.items()}


def test_cost_explorer_gives_a_bill_that_adds_up_to_the_cent() -> None:
    """Pages and days are added; credits and tax are in the total; what names no resource is the rest."""
    (bill,), tally, aws = run()

    assert isinstance(bill, Bill)
    assert bill.total_usd == pytest.approx(352.463 + 45.877 + 470.40 + 7 - 10.10 + 5.05)
    assert {one.resource_id: one.cost_usd for one in bill.resources} == {f"i-{1:017x}": 24.5, "i-gone": 2.0}
    assert {one.resource_id: one.instance_type for one in bill.resources}["i-gone"] == "m5.large"
    assert sum(one.cost_usd for one in bill.resources) + bill.without_resource_usd == pytest.approx(bill.total_usd)
    assert (bill.period_end_at - bill.period_start_at).days == 14
    assert bill.period_end_at <= NOW
    assert sum(aws.calls.values()) == 4, "one page of all, two of usage, one of resources: 0.04 USD"
    assert set(statuses(tally).values()) == {"complete"}


def test_cost_explorer_says_what_an_hour_of_a_type_cost() -> None:
    """336 USD over 372 h on demand, 50 over 100 on spot, 470.40 over 336 at SageMaker; traffic has no price."""
    (bill,), _, _ = run()

    assert {(one.instance_type, one.kind, one.use): round(one.usd_per_hour, 4) for one in bill.paid} == {
        ("g5.xlarge", "on_demand", None): round(336 / 372, 4),
        ("g5.xlarge", "spot", None): 0.5,
        ("ml.g5.xlarge", "on_demand", "hosting"): 1.4,
    }
    assert all(one.region == REGION for one in bill.paid)


def test_an_account_that_has_not_opted_in_gives_a_bill_without_resources_and_a_hole() -> None:
    """The total stays; the hole says where to switch it on."""

    def closed(_: dict[str, Any]) -> dict[str, Any]:
        raise Refused("DataUnavailableException")

    (bill,), tally, _ = run({("ce", "GetCostAndUsageWithResources"): closed})

    assert bill.resources == ()
    assert bill.without_resource_usd == bill.total_usd
    (count,) = (one for (_, _, operation), one in tally.items() if operation == "GetCostAndUsageWithResources")
    assert count.status() == "unsupported"
    assert "Cost Management preferences" in (count.fix() or "")


@pytest.mark.parametrize(("page", "status"), [(1, "throttled"), (2, "partial")])
def test_a_page_of_the_total_that_fails_gives_no_bill(page: int, status: str) -> None:
    """A part of a total is no total; and nothing more is paid for then."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        if ("NextPageToken" in params) == (page == 2):
            raise Refused("LimitExceededException")
        return {**money.costs(params), "NextPageToken": "2"}

    found, tally, aws = run({("ce", "GetCostAndUsage"): answer})

    assert found == []
    assert statuses(tally) == {"GetCostAndUsage": status}
    assert aws.calls[("ce", "GetCostAndUsageWithResources")] == 0


def test_a_page_of_the_usage_that_fails_gives_no_price_and_the_bill_all_the_same() -> None:
    """What an hour cost is not known from a part of it; the total is."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        if "NextPageToken" in params:
            raise Refused("LimitExceededException")
        return money.costs(params)

    (bill,), tally, _ = run({("ce", "GetCostAndUsage"): answer})

    assert bill.paid == ()
    assert len(bill.resources) == 2
    assert statuses(tally)["GetCostAndUsage"] == "partial"


def test_what_names_no_resource_is_named_by_kind_and_service() -> None:
    """The parts sum to it: EC2's use less its resources, the unused plan, the credit and the tax."""
    (bill,), _, _ = run()

    assert {(part.kind, part.service): round(part.cost_usd, 2) for part in bill.parts} == {
        ("credit", money.EC2): -10.10,
        ("tax", "Tax"): 5.05,
        ("unused_commitment", "Savings Plans for AWS Compute usage"): 7.0,
        ("usage", "Amazon SageMaker"): 470.40,
        ("usage", money.EC2): round(352.463 + 45.877 - 26.50, 2),
    }
    assert sum(part.cost_usd for part in bill.parts) == pytest.approx(bill.without_resource_usd)


def test_what_a_resource_cost_is_told_by_usage() -> None:
    """Hours and traffic apart; they sum to its cost."""
    (bill,), _, _ = run()

    one = next(one for one in bill.resources if one.resource_id == f"i-{1:017x}")
    assert {part.usage_type: part.cost_usd for part in one.usages} == {
        "EUC1-BoxUsage:g5.xlarge": 24.0,
        "EUC1-DataTransfer-Out-Bytes": 0.5,
    }


def test_resources_read_in_part_are_not_taken_for_all() -> None:
    """Half of an instance's cost would be a wrong cost."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        if "NextPageToken" in params:
            raise Refused("ThrottlingException")
        return {**money.resources(params), "NextPageToken": "2"}

    (bill,), tally, _ = run({("ce", "GetCostAndUsageWithResources"): answer})

    assert bill.resources == ()
    assert statuses(tally)["GetCostAndUsageWithResources"] == "partial"


def test_a_bill_in_another_currency_is_not_added_up() -> None:
    """Yuan are not dollars."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        found = money.costs(params)
        found["ResultsByTime"][0]["Groups"][0]["Metrics"]["AmortizedCost"]["Unit"] = "CNY"
        return found

    found, _, _ = run({("ce", "GetCostAndUsage"): answer})

    assert found == []


def test_cost_explorer_is_asked_for_the_account_that_is_read_alone() -> None:
    """A management account would otherwise be shown the costs of all others."""
    asked: list[dict[str, Any]] = []

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        asked.append(params)
        return money.costs(params)

    def by_resource(params: dict[str, Any]) -> dict[str, Any]:
        asked.append(params)
        return money.resources(params)

    run({("ce", "GetCostAndUsage"): answer, ("ce", "GetCostAndUsageWithResources"): by_resource})

    mine = {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [ACCOUNT]}}
    assert len(asked) == 4
    assert [mine in params["Filter"].get("And", [params["Filter"]]) for params in asked] == [True] * 4


def test_an_answer_without_a_line_is_no_bill_of_nothing() -> None:
    """Cost Explorer that was just switched on holds no costs yet: what was paid is unknown, not 0."""
    found, _, aws = run({("ce", "GetCostAndUsage"): {"ResultsByTime": [{"Groups": []}]}})

    assert found == []
    assert aws.calls[("ce", "GetCostAndUsageWithResources")] == 0
