"""Whose a bill's lines are: a workload's, what stays when it goes, what is gone, and the rest, to the cent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aimigrate.assess.attribution import Known, attached_costs, fronts_of, index_of, names_of, spellings, split_bill
from aimigrate.assess.cost import cost_of
from aimigrate.contracts.bill import Bill, BilledResource, BilledUsage, BillPart
from aimigrate.contracts.inventory import Coverage, CoverageEntry, CoverageStatus, Inventory, Resource, Workload

REGION, ACCOUNT = "eu-central-1", "111122223333"
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
LISTS = {
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeVolumes"),
    ("ecs", "ListClusters"),
    ("sagemaker", "ListEndpoints"),
}


def line(
    name: str, *usages: tuple[str, float], service: str = "AmazonEC2", region: str | None = REGION
) -> BilledResource:
    return BilledResource(
        resource_id=name,
        service=service,
        region=region,
        cost_usd=sum(usd for _, usd in usages),
        account_id=ACCOUNT,
        usages=tuple(BilledUsage(usage_type=usage, cost_usd=usd) for usage, usd in usages),
    )


def bill(*lines: BilledResource, **parts: float) -> Bill:
    held = tuple(
        BillPart.model_validate({"kind": kind, "service": "s", "cost_usd": usd}) for kind, usd in parts.items()
    )
    without = float(sum((Decimal(repr(usd)) for usd in parts.values()), Decimal(0)))
    with_resource = sum((Decimal(repr(one.cost_usd)) for one in lines), Decimal(0))
    return Bill(
        source="october",
        period_start_at=datetime(2026, 10, 1, tzinfo=UTC),
        period_end_at=datetime(2026, 11, 1, tzinfo=UTC),
        total_usd=float(with_resource + Decimal(repr(without))),
        resources=lines,
        without_resource_usd=without,
        parts=held,
    )


def workload(*resources: str, **more: object) -> Workload:
    values = {
        "id": "ec2_asg:eu-central-1:one",
        "kind": "ec2_asg",
        "region": REGION,
        "name": "one",
        "resources": resources,
    }
    return Workload.model_validate(values | more)


def known(*names: str, statuses: Mapping[tuple[str, str], CoverageStatus] | None = None, **more: object) -> Known:
    given = dict.fromkeys(LISTS, "complete") if statuses is None else statuses
    entries = tuple(
        CoverageEntry(account_id=ACCOUNT, region=REGION, service=service, operation=operation, status=status)  # type: ignore[arg-type]  # as given
        for (service, operation), status in given.items()
    )
    inventory = Inventory.model_validate(
        {
            "account_id": ACCOUNT,
            "source": "aws",
            "collected_at": datetime(2026, 11, 20, tzinfo=UTC),
            "lookback_days": 14,
            "regions": (REGION,),
            "workloads": (),
            "resources": [Resource(id=name, type="t", region=REGION) for name in ("exists", *names)],
            "coverage": Coverage(entries=entries),
            **more,
        }
    )
    return Known.of(inventory)


def test_what_goes_and_what_stays_are_the_cost() -> None:
    """Disk, balancer, log and bytes sent go with the workload; a gateway and a file system stay."""
    mine = (
        line("i-1", ("EUC1-BoxUsage:g5.xlarge", 500.0), ("EUC1-DataTransfer-Out-Bytes", 9.0)),
        line("vol-1", ("EUC1-EBS:VolumeUsage.gp3", 8.0)),
        line("arn:aws:ec2:x:y:natgateway/nat-1", ("EUC1-NatGateway-Bytes", 30.0)),
        line("fs-1", ("EUC1-TimedStorage-ByteHrs", 20.0), service="AmazonEFS"),
        line("arn:aws:logs:x:y:log-group:a", ("EUC1-DataProcessing-Bytes", 3.0), service="AmazonCloudWatch"),
    )
    one = workload(*(each.resource_id for each in mine))

    cost = cost_of(one, bill(*mine))

    assert cost.monthly_usd == 570.0
    assert (cost.goes_usd_per_month, cost.stays_usd_per_month) == (520.0, 50.0)
    assert [(each.what, each.usd_per_month, each.goes) for each in cost.attached] == [
        ("network", 30.0, False),
        ("file_system", 20.0, False),
        ("transfer", 9.0, True),
        ("volume", 8.0, True),
        ("logs", 3.0, True),
    ]


def test_a_balancer_in_front_of_one_workload_goes_with_it() -> None:
    """One that serves it alone is part of what it costs and of what goes, once; one with other targets is not."""
    alone, shared = (
        f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/1" for name in ("a", "b")
    )
    one = workload("i-1", started_by=(alone, shared))
    balancers = [
        Resource(id=alone, type="elasticloadbalancing:loadbalancer", region=REGION, facts={"target_groups": "t1"}),
        Resource(id=shared, type="elasticloadbalancing:loadbalancer", region=REGION, facts={"target_groups": "t1 t2"}),
    ]
    inventory = Inventory(
        account_id=ACCOUNT,
        source="aws",
        collected_at=datetime(2026, 11, 20, tzinfo=UTC),
        lookback_days=14,
        regions=(REGION,),
        workloads=(one,),
        resources=tuple(balancers),
        coverage=Coverage(),
    )
    month = bill(
        line("i-1", ("BoxUsage:g5.xlarge", 100.0)),
        line(alone, ("LoadBalancerUsage", 16.0), service="AWSELB"),
        line(shared, ("LoadBalancerUsage", 17.0), service="AWSELB"),
    )

    cost = cost_of(one, month, fronts=fronts_of(inventory)[one.id])

    split = split_bill([one], month, Known.of(inventory))

    assert (cost.monthly_usd, cost.goes_usd_per_month, cost.stays_usd_per_month) == (116.0, 116.0, 0.0)
    assert (split.attributed_usd, split.others_usd) == (116.0, 17.0)
    assert [each.resource_id for each in cost.attached] == [alone]


def test_a_functions_log_group_is_its_own() -> None:
    """Lambda and SageMaker name a log group after what they run; another function's longer name is another group."""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:resize"
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/resize"
    one = workload(arn, kind="lambda_function", name="resize", arn=arn)
    month = bill(line(group, ("x", 1.0)), line(f"{group}:*", ("x", 2.0)), line(f"{group}-big", ("x", 4.0)))

    assert sum(each.cost_usd for each in index_of(month).of(names_of(one))) == 3.0


@pytest.mark.parametrize(
    ("billed", "read"),
    [
        ("i-0abc", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0abc"),
        (f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-0abc", "vol-0abc"),
        ("arn:aws:sagemaker:r:a:endpoint/face-match", "arn:aws:sagemaker:r:a:endpoint/Face-Match"),
    ],
)
def test_spellings_of_one_resource_meet(billed: str, read: str) -> None:
    """A bill and an API write the same thing in two ways."""
    assert spellings(billed) & spellings(read)


def test_an_endpoint_named_like_an_instance_is_none() -> None:
    """Only EC2's ARNs have a short form."""
    assert spellings("arn:aws:sagemaker:r:a:endpoint/i-0abc").isdisjoint(spellings("i-0abc"))


def test_gone_is_what_a_whole_list_does_not_hold() -> None:
    """An ended instance, a deleted endpoint, a task of a deleted cluster are counted by service; what exists is not."""
    month = bill(
        line("i-gone", ("BoxUsage:g5.xlarge", 10.0)),
        line("i-here", ("BoxUsage:m5.large", 5.0)),
        line("vol-gone", ("EBS:VolumeUsage.gp3", 1.0)),
        line(
            "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/old", ("Host:ml.g5.xlarge", 4.0), service="SageMaker"
        ),
        line(f"{ARN}:task/deleted/1", ("ECS-EC2-vCPU-Hours", 2.0), service="AmazonECS"),
        line(f"{ARN}:task/here/1", ("ECS-EC2-vCPU-Hours", 7.0), service="AmazonECS"),
        line("a-bucket", ("TimedStorage-ByteHrs", 3.0), service="AmazonS3"),
    )

    split = split_bill((), month, known("i-here", f"{ARN}:cluster/here"))

    assert split.gone_usd == 17.0
    assert [(each.service, each.resources, each.cost_usd) for each in split.gone] == [
        ("AmazonEC2", 2, 11.0),
        ("AmazonECS", 1, 2.0),
        ("SageMaker", 1, 4.0),
    ]
    assert split.others_usd == 15.0


@pytest.mark.parametrize("status", ["denied", "partial", "throttled", None])
def test_what_could_not_be_listed_is_not_gone(status: CoverageStatus | None) -> None:
    """A list that was refused or cut short, or another region's, says nothing of what it does not hold."""
    statuses: dict[tuple[str, str], CoverageStatus] = {("ec2", "DescribeInstances"): status} if status else {}
    month = bill(line("i-1", ("BoxUsage:g5.xlarge", 10.0)))
    elsewhere = bill(line("i-1", ("BoxUsage:g5.xlarge", 10.0), region="us-east-1"))

    assert split_bill((), month, known(statuses=statuses)).gone_usd == 0.0
    assert split_bill((), elsewhere, known()).gone_usd == 0.0


def test_observations_ask_no_api() -> None:
    """Where no API was asked, what is gone is unknown, not nothing."""
    split = split_bill((), bill(line("i-1", ("BoxUsage:g5.xlarge", 10.0))), known(source="observations"))

    assert (split.gone_usd, split.others_usd) == (None, 10.0)


def test_shared_and_nameless_costs_stay_in_sight() -> None:
    """A gateway of nobody is shared; tax and credit are charges; untagged usage names no resource."""
    month = bill(
        line("arn:aws:ec2:x:y:natgateway/nat-1", ("EUC1-NatGateway-Hours", 33.0)),
        line("i-1", ("BoxUsage:g5.xlarge", 10.0)),
        usage=2.0,
        tax=19.0,
        credit=-4.0,
        unused_commitment=1.5,
    )

    split = split_bill([workload("i-1")], month, known("i-1"))

    assert (split.attributed_usd, split.shared_usd, split.no_resource_usd, split.charges_usd) == (10.0, 33.0, 2.0, 16.5)


costs = st.decimals(min_value=-50, max_value=5000, places=10, allow_nan=False).map(float)
usages = st.sampled_from(["EUC1-BoxUsage:g5.xlarge", "EUC1-NatGateway-Bytes", "EUC1-EBS:VolumeUsage.gp3"])
kinds = st.sampled_from(["usage", "fee", "tax", "support", "credit", "refund", "discount", "unused_commitment"])


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), usages, costs), max_size=30),
    st.dictionaries(kinds, costs),
)
def test_every_split_is_the_bill_to_the_cent(
    rows: list[tuple[bool, bool, str, float]], parts: dict[str, float]
) -> None:
    """Attributed and unattributed are the bill, the parts are the unattributed, and none is a cent and a half off."""
    lines = [line(f"i-{place}", (usage, usd)) for place, (_, _, usage, usd) in enumerate(rows)]
    mine = [f"i-{place}" for place, row in enumerate(rows) if row[0]]
    here = [f"i-{place}" for place, row in enumerate(rows) if row[1]]
    month = bill(*lines, **parts)

    split = split_bill([workload(*mine)], month, known(*here))

    five = (split.shared_usd, split.gone_usd or 0.0, split.others_usd, split.charges_usd, split.no_resource_usd)
    cents = [round(usd * 100) for usd in (split.total_usd, split.attributed_usd, split.unattributed_usd, *five)]
    assert cents[0] == cents[1] + cents[2]
    assert cents[2] == sum(cents[3:])
    assert abs(split.total_usd - month.total_usd) < 0.0051
    assert abs(split.attributed_usd - sum(one.cost_usd for one in lines if one.resource_id in mine)) < 0.0051
    gone = sum(one.cost_usd for one in lines if one.resource_id not in (*mine, *here))
    assert abs((split.gone_usd or 0.0) - gone) < 0.015


def test_a_cost_is_scaled_with_what_is_attached() -> None:
    """Half a month's disk is a month's at twice the price."""
    (found,) = attached_costs([line("vol-1", ("EBS:VolumeUsage.gp3", 4.0))], 2.0)

    assert (found.usd_per_month, found.what, found.goes) == (8.0, "volume", True)
