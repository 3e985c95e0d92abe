"""What a workload costs: the bill first, then the price list, then the owner's word, and never a guess."""

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aimigrate.assess.cost import attributed, cost_of
from aimigrate.assess.rate_card import card, usd_per_hour
from aimigrate.contracts.bill import Bill, BilledResource
from aimigrate.contracts.inventory import Compute, Run, Series, Workload

START = datetime(2026, 11, 1, tzinfo=UTC)
DATA = Path(os.environ.get("AIMIGRATE_DATA", Path(__file__).parents[4] / "shared" / "data"))
ARN = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/one"


def workload(**changes: object) -> Workload:
    """Return an endpoint on two small GPU instances."""
    values: dict[str, object] = {
        "id": "sagemaker_endpoint:us-east-1:one",
        "kind": "sagemaker_endpoint",
        "region": "us-east-1",
        "name": "one",
        "arn": ARN,
        "compute": Compute(instance_type="ml.g4dn.xlarge", instance_count=2, accelerator="T4"),
    }
    return Workload.model_validate({**values, **changes})


def bill(days: float, *lines: tuple[str, float]) -> Bill:
    """Return a bill of some days."""
    resources = tuple(
        BilledResource(resource_id=name, service="s", region="us-east-1", cost_usd=usd) for name, usd in lines
    )
    return Bill(
        source="october.csv",
        period_start_at=START,
        period_end_at=START + timedelta(days=days),
        total_usd=sum(usd for _, usd in lines),
        resources=resources,
        without_resource_usd=0,
    )


def test_a_billed_month_is_taken_as_it_is() -> None:
    """A calendar month needs no scaling."""
    found = cost_of(workload(), bill(31, (ARN, 900.0), ("arn:aws:other", 5.0)))

    assert (found.monthly_usd, found.quality) == (900.0, "billed")


def test_half_a_month_is_scaled_to_730_hours() -> None:
    """A bill of 14 days names what a month would cost."""
    found = cost_of(workload(), bill(14, (ARN, 336.0)))

    assert found.monthly_usd == pytest.approx(730.0)
    assert "scaled" in found.reason


def test_an_instance_is_found_by_id_or_by_arn() -> None:
    """EC2 is billed as i-…, and described by ARN, or the other way round."""
    one = workload(arn=None, resources=("arn:aws:ec2:us-east-1:1:instance/i-0abc",))
    other = workload(arn=None, resources=("i-0abc",))

    assert cost_of(one, bill(31, ("i-0abc", 7.0))).monthly_usd == 7.0
    assert cost_of(other, bill(31, ("arn:aws:ec2:us-east-1:1:instance/i-0abc", 7.0))).monthly_usd == 7.0


def test_a_bill_older_than_the_workload_says_nothing_of_it() -> None:
    """Born after the bill's period it is priced from the list; born within, by the hours it lived."""
    month = bill(30, (ARN, 100.0))

    after = cost_of(workload(created_at=START + timedelta(days=40)), month)
    within = cost_of(workload(created_at=START + timedelta(days=20)), month)

    assert after.quality == "rate_card"
    assert within.monthly_usd == pytest.approx(100.0 * 730 / 240)


def test_a_longer_name_is_another_resource() -> None:
    """Endpoint `one` does not pay for endpoint `one-canary`."""
    found = cost_of(workload(), bill(31, (f"{ARN}-canary", 500.0)))

    assert found.quality == "rate_card"


def test_a_line_that_two_workloads_name_counts_once() -> None:
    """The attributed part never exceeds the bill."""
    found = attributed([workload(), workload(id="x")], bill(31, (ARN, 100.10), ("i-1", 1.0)))

    assert found == 100.10


def test_the_price_list_knows_sagemakers_premium() -> None:
    """Two ml.g4dn.xlarge in us-east-1: 0.526 USD/h and 40 % on top, 730 hours."""
    found = cost_of(workload(), None)

    assert found.quality == "rate_card"
    assert found.monthly_usd == pytest.approx(2 * 0.526 * 1.4 * 730)
    assert found.source is not None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"region": "eu-south-2", "compute": Compute(instance_type="g4dn.xlarge", instance_count=1)}, "eu-south-2"),
        ({"compute": Compute(instance_type="x9.huge", instance_count=1)}, "x9.huge"),
        ({"compute": Compute(instance_type="g4dn.xlarge", instance_count=None)}, "how many"),
        ({"compute": Compute(instance_type="g4dn.xlarge", instance_count=1, spot=True)}, "spot"),
        ({"compute": Compute()}, "instance type"),
        ({"kind": "batch_queue"}, "run"),
        ({"kind": "lambda_function"}, "requests"),
    ],
)
def test_what_is_not_listed_is_unknown_with_a_reason(changes: dict[str, object], word: str) -> None:
    """No neighbouring region's price, no average type, no zero."""
    found = cost_of(workload(**changes), None)

    assert (found.monthly_usd, found.quality) == (None, "unknown")
    assert word in found.reason


def test_the_owners_figure_fills_in_for_the_list() -> None:
    """A stated cost is used where no price is known, and says that it was stated."""
    found = cost_of(workload(compute=Compute(), stated_usd_per_month=1234.0), None)

    assert (found.monthly_usd, found.quality) == (1234.0, "stated")


def test_jobs_cost_the_hours_they_ran() -> None:
    """Seven runs of two hours in a fortnight on one g4dn.xlarge."""
    runs = tuple(
        Run(started_at=START + timedelta(days=2 * d), ended_at=START + timedelta(days=2 * d, hours=2)) for d in range(7)
    )
    compute = Compute(instance_type="g4dn.xlarge", instance_count=1)

    found = cost_of(workload(kind="batch_queue", runs=runs, compute=compute), None, lookback_days=14)

    assert found.monthly_usd == pytest.approx(0.526 * 14 * 730 / 336)


def test_a_function_costs_its_gigabyte_seconds_and_requests() -> None:
    """A million requests a month of 100 ms at 2 GB."""
    hours = 14 * 24
    per_hour = 1e6 / 730
    figures = (("requests_count", "sum", per_hour), ("latency_mean_ms", "average", 100.0))
    series = tuple(
        Series.model_validate(
            {
                "metric": metric,
                "statistic": statistic,
                "start_at": START,
                "period_s": 3600,
                "values": (value,) * hours,
                "source": "t",
            }
        )
        for metric, statistic, value in figures
    )

    found = cost_of(workload(kind="lambda_function", series=series, compute=Compute(memory_gib=2)), None)

    assert found.monthly_usd == pytest.approx(1e6 * 0.1 * 2 * 0.0000166667 + 0.20)


def test_every_price_is_positive_and_dated() -> None:
    """The card holds no zero for a price that nobody found."""
    for part in ("accelerated", "general"):
        section = card()[part]
        assert section["source"]
        assert section["date"]
        assert all(usd > 0 for prices in section["usd_per_hour"].values() for usd in prices.values())
    assert usd_per_hour("ml.p3.2xlarge", "us-east-1").usd == pytest.approx(3.06 * 1.25)


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "aws_prices").is_dir(), reason="AIMIGRATE_DATA is not here")
def test_the_card_repeats_what_was_published() -> None:
    """Each accelerated price stands in the collected list for its type and region."""
    with (DATA / "aws_prices" / "ec2_accelerated_by_region_2026-01-21.csv").open() as stream:
        published = {
            (row["instance_type"], row["region"]): float(row["on_demand_usd_h"] or 0) for row in csv.DictReader(stream)
        }

    wrong = [
        (kind, region)
        for kind, prices in card()["accelerated"]["usd_per_hour"].items()
        for region, usd in prices.items()
        if published.get((kind, region)) != pytest.approx(usd)
    ]

    assert wrong == []
