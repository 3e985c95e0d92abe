"""Commitments, list and spot prices, Cost Explorer and the organization, on recorded answers."""

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aimigrate.assess._answers import recording
from aimigrate.assess._coverage import Tally
from aimigrate.assess._found import Found
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._live import Clients
from aimigrate.assess.units import collectors
from aimigrate.contracts.bill import ListedPrice
from aimigrate.contracts.inventory import Commitment, Compute, Resource, Workload
from tests.recorded import money
from tests.recorded_aws import ACCOUNT, NOW, REGION, RecordedAws, Refused


def run(name: str, changes: dict[tuple[str, str], Any] | None = None) -> tuple[list[Any], Tally, RecordedAws]:
    """Run a finder over the recorded answers, some changed."""
    aws = RecordedAws({**money.answers(), **(changes or {})})
    reader = aws.reader()
    return list(collectors()[name].find(reader, InstanceTypes(reader))), reader.tally, aws


def priced(
    name: str, *computes: Compute, changes: dict[tuple[str, str], Any] | None = None
) -> tuple[list[ListedPrice], RecordedAws]:
    """Run a pricer for workloads on these computes."""
    aws = RecordedAws({**money.answers(), **(changes or {})})
    found = tuple(
        Found(Workload(id=f"w{n}", kind="ec2_asg", region=REGION, name=f"w{n}", compute=compute))
        for n, compute in enumerate(computes)
    )
    return list(collectors()[name].price(aws.reader(), found)), aws


def statuses(tally: Tally) -> dict[str, str]:
    """Return how each operation ended."""
    return {operation: count.status() for (_, _, operation), count in tally.items()}


def test_what_a_reservation_costs_is_its_advance_spread_over_its_term_and_its_hours() -> None:
    """876 USD over 8,760 h and 0.40 USD an hour, for two instances: 1.00 USD an hour."""
    (found,), _, aws = run("commitments")

    assert found.usd_per_hour == pytest.approx(1.0)
    assert (found.covers, found.count, found.region) == ("g5.xlarge", 2, REGION)
    assert found.ends_at == NOW + timedelta(days=100)
    assert aws.calls[("ec2", "DescribeReservedInstances")] == 1


@pytest.mark.parametrize(
    ("changes", "flexible", "limited_to"),
    [
        ({"InstanceType": "m5.xlarge"}, True, None),
        ({"InstanceType": "g5.xlarge"}, False, None),
        ({"InstanceType": "m5.xlarge", "Scope": "Availability Zone"}, False, None),
        ({"InstanceType": "m5.xlarge", "ProductDescription": "Windows (Amazon VPC)"}, False, "Windows"),
        ({"InstanceType": "m5.xlarge", "InstanceTenancy": "dedicated"}, False, "dedicated tenancy"),
    ],
)
def test_only_regional_linux_reservations_of_some_families_cover_other_sizes(
    changes: dict[str, str], *, flexible: bool, limited_to: str | None
) -> None:
    """A family that AWS excludes, a zone, another platform and other hardware each end it."""
    (held,) = money.answers()["ec2", "DescribeReservedInstances"]["ReservedInstances"]  # type: ignore[index]  # no callable
    changed = {("ec2", "DescribeReservedInstances"): {"ReservedInstances": [{**held, **changes}]}}

    (found,), _, _ = run("commitments", changed)

    assert (found.size_flexible, found.limited_to) == (flexible, limited_to)


@pytest.mark.parametrize("changes", [{"CurrencyCode": "CNY"}, {"Duration": 0}])
def test_a_reservation_whose_price_is_not_known_costs_null(changes: dict[str, Any]) -> None:
    """Another currency, or a term of no length, gives no figure."""
    (held,) = money.answers()["ec2", "DescribeReservedInstances"]["ReservedInstances"]  # type: ignore[index]  # as above
    changed = {("ec2", "DescribeReservedInstances"): {"ReservedInstances": [{**held, **changes}]}}

    (found,), _, _ = run("commitments", changed)

    assert found.usd_per_hour is None


def test_every_page_of_the_savings_plans_is_read() -> None:
    """Two pages of one plan each; what a plan covers and where is kept."""
    (plan,) = money.answers()["savingsplans", "DescribeSavingsPlans"]["savingsPlans"]  # type: ignore[index]  # as above
    family = {**plan, "savingsPlanArn": "arn:2", "savingsPlanType": "EC2Instance", "ec2InstanceFamily": "g5"}

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" in params:
            return {"savingsPlans": [{**family, "region": REGION, "currency": "CNY"}]}
        return {"savingsPlans": [plan], "nextToken": "2"}

    found, tally, _ = run("savings-plans", {("savingsplans", "DescribeSavingsPlans"): answer})

    assert [(one.id, one.plan, one.covers, one.region, one.usd_per_hour) for one in found] == [
        (money.PLAN, "sagemaker", "SageMaker", "global", 0.75),
        ("arn:2", "ec2_instance", "g5", REGION, None),
    ]
    assert found[0].ends_at == datetime(2027, 6, 1, tzinfo=UTC)
    assert statuses(tally) == {"DescribeSavingsPlans": "complete"}


def test_a_second_page_of_savings_plans_that_fails_leaves_the_first_and_a_hole() -> None:
    """What was read is kept, and the coverage says partial."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" in params:
            raise Refused("ThrottlingException")
        return {**money.answers()["savingsplans", "DescribeSavingsPlans"], "nextToken": "2"}  # type: ignore[dict-item]  # as above

    found, tally, _ = run("savings-plans", {("savingsplans", "DescribeSavingsPlans"): answer})

    assert [one.id for one in found if isinstance(one, Commitment)] == [money.PLAN]
    assert statuses(tally) == {"DescribeSavingsPlans": "partial"}


def test_the_management_account_lists_its_accounts_without_their_addresses() -> None:
    """The organization and each account, by ARN; a person's e-mail address is not kept."""
    aws = RecordedAws(money.answers())
    reader = aws.reader()
    found = list(collectors()["organizations"].find(reader, InstanceTypes(reader)))
    tally, lines = reader.tally, reader.lines or []

    assert [one.type for one in found] == ["organizations:organization", "organizations:account"]
    assert found[1].facts == {"account_id": ACCOUNT, "name": "main", "state": "ACTIVE"}
    assert "example.com" not in str(found)
    assert "example.com" not in gzip.decompress(recording(lines)).decode()
    assert set(statuses(tally).values()) == {"complete"}


def test_a_member_of_an_organization_is_not_asked_for_the_list() -> None:
    """It would be refused: that is an answer and no hole."""
    organization = {"Id": "o-1", "Arn": money.ORGANIZATION, "MasterAccountId": "999999999999"}

    found, tally, aws = run(
        "organizations", {("organizations", "DescribeOrganization"): {"Organization": organization}}
    )

    assert [one.facts for one in found if isinstance(one, Resource)] == [{"management_account": "999999999999"}]
    assert statuses(tally) == {"DescribeOrganization": "complete"}
    assert aws.calls[("organizations", "ListAccounts")] == 0


def test_an_account_in_no_organization_is_an_answer_and_no_hole() -> None:
    """AWSOrganizationsNotInUseException is what AWS says then."""

    def none(_: dict[str, Any]) -> dict[str, Any]:
        raise Refused("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")

    found, tally, _ = run("organizations", {("organizations", "DescribeOrganization"): none})

    assert found == []
    assert statuses(tally) == {"DescribeOrganization": "complete"}


def test_prices_are_asked_for_once_a_service_and_region_and_for_the_types_in_use_only() -> None:
    """Three workloads on two EC2 types and one on SageMaker: two requests, none for a type that is not known."""
    computes = [Compute(instance_type=kind) for kind in ("g5.xlarge", "g4dn.xlarge", "g5.xlarge", "ml.g5.xlarge", None)]

    found, aws = priced("price-list", *computes)

    assert aws.calls[("pricing", "GetProducts")] == 2
    assert {(one.instance_type, one.use, one.usd_per_hour) for one in found} == {
        ("g4dn.xlarge", None, 1.0),
        ("g5.xlarge", None, 1.0),
        *(
            ("ml.g5.xlarge", use, 1.25)
            for use in ("async", "hosting", "notebook", "processing", "training", "transform")
        ),
    }
    assert all(one.region == REGION and one.effective_at == datetime(2026, 11, 1, tzinfo=UTC) for one in found)
    assert "published 2026-11-18" in found[0].source


def test_a_price_of_something_else_than_an_instance_at_work_is_not_taken() -> None:
    """Unused reservations, dedicated hosts, free terms, other units and types not asked for are passed over."""
    none = {"A": {"priceDimensions": {"B": {"unit": "Hrs", "pricePerUnit": {"USD": "0.0000000000"}}}}}
    gigabytes = {"A": {"priceDimensions": {"B": {"unit": "GB", "pricePerUnit": {"USD": "9.0"}}}}}
    products = [
        money.product("EUC1-UnusedBox:g5.xlarge", 0.1),
        money.product("EUC1-DedicatedUsage:g5.xlarge", 0.2),
        money.product("EUC1-BoxUsage:g5.2xlarge", 0.3),
        money.product("EUC1-BoxUsage:g5.xlarge", 0.0, terms={"OnDemand": none}),
        money.product("EUC1-BoxUsage:g5.xlarge", 0.0, terms={"OnDemand": gigabytes}),
        money.product("EUC1-BoxUsage:g5.xlarge", 0.0, terms={}),
    ]

    found, _ = priced(
        "price-list", Compute(instance_type="g5.xlarge"), changes={("pricing", "GetProducts"): {"PriceList": products}}
    )

    assert found == []


def test_a_spot_price_is_the_mean_over_time_and_then_over_zones() -> None:
    """Half the time at 0.20 and half at 0.40 in one zone, 0.50 in another: 0.40; on-demand types are not asked for."""

    def history(params: dict[str, Any]) -> dict[str, Any]:
        start, middle = params["StartTime"], params["StartTime"] + (params["EndTime"] - params["StartTime"]) / 2
        rows = [("a", "0.20", start - timedelta(days=1)), ("a", "0.40", middle), ("b", "0.50", start)]
        assert params["InstanceTypes"] == ["g5.xlarge"]
        return {
            "SpotPriceHistory": [
                {"InstanceType": "g5.xlarge", "AvailabilityZone": zone, "SpotPrice": usd, "Timestamp": at}
                for zone, usd, at in rows
            ]
        }

    (found,), _ = priced(
        "spot-prices",
        Compute(instance_type="g5.xlarge", spot=True),
        Compute(instance_type="p3.2xlarge", spot=False),
        changes={("ec2", "DescribeSpotPriceHistory"): history},
    )

    assert (found.kind, found.usd_per_hour) == ("spot", pytest.approx(0.40))


def test_nothing_is_asked_where_nothing_runs_on_spot() -> None:
    """No question without a use for its answer."""
    found, aws = priced("spot-prices", Compute(instance_type="g5.xlarge"))

    assert found == []
    assert not aws.calls


def test_a_spot_price_below_any_that_aws_asks_is_no_price() -> None:
    """A hundred-thousandth of a dollar an hour is a stand-in's answer, not a price."""

    def history(params: dict[str, Any]) -> dict[str, Any]:
        row = {"InstanceType": "g5.xlarge", "AvailabilityZone": "a", "SpotPrice": "0.00001"}
        return {"SpotPriceHistory": [{**row, "Timestamp": params["StartTime"]}]}

    found, _ = priced(
        "spot-prices",
        Compute(instance_type="g5.xlarge", spot=True),
        changes={("ec2", "DescribeSpotPriceHistory"): history},
    )

    assert found == []


def test_prices_are_asked_of_a_region_that_has_them() -> None:
    """The Price List API is in a few regions; an account read in Stockholm asks Virginia."""
    clients = Clients(RecordedAws().session, "eu-north-1")

    assert clients.get("pricing", optional=True).meta.endpoint_url == "https://api.pricing.us-east-1.amazonaws.com"
    assert clients.get("ec2", optional=True).meta.endpoint_url == "https://ec2.eu-north-1.amazonaws.com"
