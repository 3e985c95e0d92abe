"""One assessment of several accounts: ids apart, sums together."""

from datetime import UTC, datetime

from aimigrate.assess.merge import Merge
from aimigrate.contracts import Hints, Inventory
from aimigrate.contracts.bill import Bill, BilledResource
from aimigrate.contracts.inventory import Coverage, Workload

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC)
MAIN, OTHER = "111111111111", "222222222222"


def account(account_id: str, *, usd: float | None) -> Inventory:
    """Return an account with one workload, and a bill of so many dollars for it and one for nothing."""
    arn = f"arn:aws:sagemaker:eu-central-1:{account_id}:endpoint/weld"
    weld = Workload(
        id="sagemaker_endpoint:eu-central-1:weld",
        kind="sagemaker_endpoint",
        region="eu-central-1",
        name="weld",
        arn=arn,
        resources=(arn,),
    )
    bill = None
    if usd is not None:
        line = BilledResource(resource_id=arn, service="Amazon SageMaker", region="eu-central-1", cost_usd=usd)
        bill = Bill(
            source="Cost Explorer",
            period_start_at=START,
            period_end_at=END,
            total_usd=usd + 1,
            resources=(line,),
            without_resource_usd=1.0,
        )
    return Inventory(
        account_id=account_id,
        source="aws",
        collected_at=END,
        lookback_days=14,
        regions=("eu-central-1",),
        workloads=(weld,),
        coverage=Coverage(),
        bill=bill,
    )


def merged(*accounts: Inventory) -> Merge:
    """Judge these accounts."""
    merge = Merge(MAIN, {}, Hints(), None)
    for one in accounts:
        merge.add(one)
    return merge


def test_workloads_of_other_accounts_carry_the_account_in_their_id() -> None:
    """Two accounts may give one name to two things."""
    found = merged(account(MAIN, usd=None), account(OTHER, usd=None)).assessment()

    ids = {one.id: one.account_id for one in found.workloads}
    assert ids == {
        "sagemaker_endpoint:eu-central-1:weld": None,
        f"sagemaker_endpoint:eu-central-1:weld@{OTHER}": OTHER,
    }
    assert found.accounts == (MAIN, OTHER)


def test_the_bills_that_each_account_has_of_its_own_are_one_bill() -> None:
    """Attributed and unattributed add up over the accounts, to the cent."""
    totals = merged(account(MAIN, usd=10.25), account(OTHER, usd=4.5)).assessment().totals

    assert (totals.bill_total_usd, totals.bill_attributed_usd, totals.bill_unattributed_usd) == (16.75, 14.75, 2.0)


def test_without_the_bill_of_one_account_the_whole_is_unknown() -> None:
    """A sum over some of the accounts is not passed off as that of all."""
    totals = merged(account(MAIN, usd=10.25), account(OTHER, usd=None)).assessment().totals

    assert totals.bill_total_usd is None


def test_one_account_is_assessed_as_if_there_were_no_organization() -> None:
    """The assessment names no accounts beside the one it is of."""
    found = merged(account(MAIN, usd=10.25)).assessment()

    assert (found.accounts, found.account_id) == ((), MAIN)
