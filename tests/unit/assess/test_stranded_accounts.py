"""Commitments of several accounts: all of them are named, and the sum is null as soon as one is not known."""

from datetime import UTC, datetime

import pytest

from aimigrate.assess.merge import Merge
from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.inventory import Commitment, Coverage, CoverageEntry, CoverageStatus, Inventory
from aimigrate.contracts.sites import Hints

AT = datetime(2026, 11, 25, tzinfo=UTC)


def account(number: str, status: CoverageStatus = "complete") -> Inventory:
    """Return an account with one plan and nothing that moves."""
    asked = (("ec2", "DescribeReservedInstances", "complete"), ("savingsplans", "DescribeSavingsPlans", status))
    plan = Commitment(id=f"sp-{number}", kind="savings_plan", region="global", covers="Compute", plan="compute")
    return Inventory(
        account_id=number,
        source="aws",
        collected_at=AT,
        lookback_days=14,
        regions=("eu-central-1",),
        workloads=(),
        commitments=(plan,),
        coverage=Coverage(
            entries=tuple(
                CoverageEntry(account_id=number, region="global", service=service, operation=operation, status=ended)
                for service, operation, ended in asked
            )
        ),
    )


def merged(*accounts: Inventory) -> Assessment:
    """Judge the accounts together."""
    merge = Merge(accounts[0].account_id, {}, Hints(), None)
    for one in accounts:
        merge.add(one)
    return merge.assessment()


@pytest.mark.parametrize(("status", "total"), [("complete", 0.0), ("denied", None)])
def test_the_commitments_of_every_account_are_named_and_summed(status: CoverageStatus, total: float | None) -> None:
    """Nothing moves, so nothing is stranded; where a plan could not be read, that is not known."""
    found = merged(account("1"), account("2", status))

    assert [one.id for one in found.commitments] == ["sp-1", "sp-2"]
    assert found.totals.stranded_usd_per_month == total
