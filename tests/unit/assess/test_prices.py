"""Which price holds: as paid, as listed by AWS, from the card with its age, or none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aimigrate.assess.cost import cost_of
from aimigrate.assess.prices import PriceBook, price_book
from aimigrate.assess.rate_card import usd_per_hour
from aimigrate.contracts.bill import Bill, ListedPrice
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, Run, Workload

AT = datetime(2026, 11, 25, tzinfo=UTC)


def workload(**changes: object) -> Workload:
    """Return two GPU instances in Virginia."""
    values: dict[str, Any] = {
        "id": "w",
        "kind": "ec2_asg",
        "region": "us-east-1",
        "name": "w",
        "compute": Compute(instance_type="g5.xlarge", instance_count=2, spot=False),
    }
    return Workload.model_validate({**values, **changes})


def endpoint(kind: str = "sagemaker_endpoint") -> Workload:
    """Return a SageMaker workload on one instance."""
    return workload(kind=kind, compute=Compute(instance_type="ml.g5.xlarge", instance_count=1))


def price(usd: float, **changes: object) -> ListedPrice:
    """Return a price of a g5.xlarge in Virginia."""
    values: dict[str, Any] = {"instance_type": "g5.xlarge", "region": "us-east-1", "source": "AWS Price List"}
    return ListedPrice.model_validate({**values, "usd_per_hour": usd, **changes})


def test_what_was_paid_goes_before_what_is_listed_before_the_card() -> None:
    """0.50 paid, 0.90 listed, 1.006 on the card."""
    paid, listed = (price(0.5),), (price(0.9),)

    costs = [
        cost_of(workload(), None, book=book).monthly_usd
        for book in (PriceBook(paid=paid, listed=listed), PriceBook(listed=listed), PriceBook())
    ]

    assert costs == [pytest.approx(0.5 * 2 * 730), pytest.approx(0.9 * 2 * 730), pytest.approx(1.006 * 2 * 730)]


@pytest.mark.parametrize("changes", [{"region": "eu-west-1"}, {"instance_type": "g5.2xlarge"}, {"kind": "spot"}])
def test_a_price_of_something_else_does_not_hold(changes: dict[str, str]) -> None:
    """Another region, another type, another way of buying: the card is asked."""
    found = cost_of(workload(), None, book=PriceBook(listed=(price(0.9, **changes),)))

    assert found.monthly_usd == pytest.approx(1.006 * 2 * 730)


def test_a_figure_of_the_card_says_how_old_it_is() -> None:
    """The card's prices of GPU instances are of 2026-01-21; 308 days later that is said, 29 days later it is not."""
    late = cost_of(workload(), None, book=PriceBook(at=AT))
    early = cost_of(workload(), None, book=PriceBook(at=datetime(2026, 2, 19, tzinfo=UTC)))

    assert late.reason.endswith("; the price is of 2026-01-21, 308 days old")
    assert "old" not in early.reason


def test_the_age_of_what_is_priced_by_the_second_is_told_too() -> None:
    """Fargate's figures are of 2025-01."""
    task = workload(kind="ecs_service", compute=Compute(vcpus=4, memory_gib=16, instance_count=1))

    assert "the price is of 2025-01, 693 days old" in cost_of(task, None, book=PriceBook(at=AT)).reason


def test_a_listed_price_has_no_age() -> None:
    """AWS gave it when the account was read."""
    assert "old" not in cost_of(workload(), None, book=PriceBook(listed=(price(0.9),), at=AT)).reason


def test_a_spot_workload_is_priced_from_the_spot_history_and_never_from_the_card() -> None:
    """The mean of the lookback where it is known, else unknown with the reason."""
    spot = workload(compute=Compute(instance_type="g5.xlarge", instance_count=2, spot=True))

    known = cost_of(spot, None, book=PriceBook(listed=(price(0.9), price(0.4, kind="spot"))))
    unknown = cost_of(spot, None, book=PriceBook(listed=(price(0.9),)))

    assert known.monthly_usd == pytest.approx(0.4 * 2 * 730)
    assert "g5.xlarge spot in us-east-1" in known.reason
    assert (unknown.monthly_usd, unknown.quality) == (None, "unknown")
    assert "runs on spot" in unknown.reason


@pytest.mark.parametrize(
    ("kind", "use"),
    [
        ("sagemaker_endpoint", "hosting"),
        ("sagemaker_async_endpoint", "async"),
        ("sagemaker_notebook", "notebook"),
    ],
)
def test_sagemaker_is_priced_by_what_the_instance_does(kind: str, use: str) -> None:
    """Each use has its own price; another use's does not hold."""
    mine = price(3.0, instance_type="ml.g5.xlarge", use=use)
    other = price(9.0, instance_type="ml.g5.xlarge", use="processing")

    found = cost_of(endpoint(kind), None, book=PriceBook(listed=(other, mine)))
    card = cost_of(endpoint(kind), None, book=PriceBook(listed=(other,)))

    assert found.monthly_usd == pytest.approx(3.0 * 730)
    assert card.monthly_usd == pytest.approx((usd_per_hour("ml.g5.xlarge", "us-east-1").usd or 0) * 730)


def test_the_book_of_an_inventory_holds_its_prices_and_those_of_its_bill() -> None:
    """What was paid comes from the bill, the list from the inventory, the day from when it was read."""
    bill = Bill(
        source="Cost Explorer",
        period_start_at=AT,
        period_end_at=AT,
        total_usd=1.0,
        resources=(),
        without_resource_usd=1.0,
        paid=(price(0.5),),
    )
    inventory = Inventory(
        account_id="1",
        source="aws",
        collected_at=AT,
        lookback_days=14,
        regions=(),
        workloads=(),
        coverage=Coverage(),
        prices=(price(0.9),),
        bill=bill,
    )

    assert price_book(inventory) == PriceBook(paid=(price(0.5),), listed=(price(0.9),), at=AT)
    assert price_book(inventory.model_copy(update={"bill": None})).paid == ()


def test_a_scheduled_fargate_task_is_priced_by_the_hours_it_runs() -> None:
    """One hour a day of 4 vCPU and 16 GB, not the whole month."""
    runs = tuple(
        Run(started_at=AT - timedelta(days=day, hours=1), ended_at=AT - timedelta(days=day)) for day in range(14)
    )
    task = workload(kind="ecs_task", runs=runs, compute=Compute(vcpus=4, memory_gib=16, instance_count=1))

    found = cost_of(task, None, lookback_days=14)

    assert found.monthly_usd == pytest.approx((4 * 0.04048 + 16 * 0.004445) * 730 / 24)
    assert "on Fargate" in found.reason
