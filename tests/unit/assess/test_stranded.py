"""What a move strands: by commitment, less what else can use it, and null where that is not known."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.assess.stranded import stranded, stranded_total
from aimigrate.assess.usage import Usage
from aimigrate.contracts.assessment import StrandedCommitment
from aimigrate.contracts.inventory import Commitment, Coverage, CoverageEntry

AT = datetime(2026, 11, 25, tzinfo=UTC)
END = AT + timedelta(days=200)
HOURS = 730.0


def plan(usd: float | None = 1.0, **changes: object) -> Commitment:
    """Return a Compute Savings Plan of a dollar an hour."""
    values: dict[str, Any] = {"id": "sp", "kind": "savings_plan", "region": "global", "covers": "Compute"}
    return Commitment.model_validate({**values, "plan": "compute", "usd_per_hour": usd, "ends_at": END, **changes})


def reserved(count: int | None = 2, **changes: object) -> Commitment:
    """Return two reserved g5.xlarge in Frankfurt at a dollar an hour together."""
    values: dict[str, Any] = {"id": "ri", "kind": "reserved_instance", "region": "eu-central-1", "covers": "g5.xlarge"}
    return Commitment.model_validate(
        {**values, "count": count, "usd_per_hour": 1.0, "size_flexible": False, "ends_at": END, **changes}
    )


def usage(name: str = "a", **changes: Any) -> Usage:  # noqa: ANN401  # any field of Usage
    """Return one g5.xlarge in Frankfurt that moves."""
    values: dict[str, Any] = {
        "service": "ec2",
        "region": "eu-central-1",
        "instance_type": "g5.xlarge",
        "moving": True,
        "count": 1.0,
        "usd_per_hour": 0.5,
    }
    return Usage(**{"id": name, **values, **changes})


def usd(commitment: Commitment, *usages: Usage) -> float | None:
    """Return what is stranded of one commitment."""
    (found,) = stranded([commitment], usages, AT)
    return found.stranded_usd_per_month


def test_a_plan_that_only_moving_work_used_is_stranded_by_what_it_used() -> None:
    """Half of a dollar an hour was used; the other half was lost before the move."""
    assert usd(plan(), usage()) == pytest.approx(0.5 * HOURS)


def test_other_usage_takes_a_plan_over() -> None:
    """A dollar an hour covers the moving half-dollar and the staying half; a second staying half takes its place."""
    staying = [usage(name, moving=False) for name in ("b", "c")]

    assert usd(plan(), usage(), staying[0]) == pytest.approx(0.5 * HOURS)
    assert usd(plan(), usage(), *staying) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("commitment", "covered", "not_covered"),
    [
        (plan(), {"service": "fargate", "instance_type": None}, {"service": "sagemaker"}),
        (plan(), {"service": "lambda", "region": "us-east-1"}, {"service": "sagemaker"}),
        (plan(plan="sagemaker"), {"service": "sagemaker", "region": "us-east-1"}, {"service": "ec2"}),
        (
            plan(plan="ec2_instance", covers="g5", region="eu-central-1"),
            {"instance_type": "g5.48xlarge"},
            {"region": "us-east-1"},
        ),
        (plan(plan="ec2_instance", covers="g5", region="eu-central-1"), {}, {"instance_type": "g5g.xlarge"}),
        (reserved(), {}, {"instance_type": "g5.2xlarge"}),
        (reserved(), {}, {"region": "us-east-1"}),
        (
            reserved(covers="m5.xlarge", size_flexible=True),
            {"instance_type": "m5.large"},
            {"instance_type": "m5a.large"},
        ),
        (plan(plan="database"), None, {}),
    ],
)
def test_each_kind_covers_what_aws_says(
    commitment: Commitment, covered: dict[str, Any] | None, not_covered: dict[str, Any]
) -> None:
    """A plan's service, a family's region, a reservation's type: what it does not cover strands nothing of it."""
    if covered is not None:
        assert (usd(commitment, usage(**covered)) or 0) > 0
    assert usd(commitment, usage(**not_covered)) == 0.0


def test_a_flexible_reservation_counts_sizes_in_units_of_its_family() -> None:
    """Two reserved xlarge are 16 units: one moving large takes 4 of them, a quarter."""
    flexible = reserved(covers="m5.xlarge", size_flexible=True)

    assert usd(flexible, usage(instance_type="m5.large")) == pytest.approx(0.25 * HOURS)
    assert usd(flexible, usage(instance_type="m5.2xlarge")) == pytest.approx(1.0 * HOURS)
    assert usd(flexible, usage(instance_type="m5.metal")) is None


def test_a_reservation_goes_before_a_plan() -> None:
    """One instance under both: the reservation is stranded, the plan had nothing to cover."""
    found = {one.id: one.stranded_usd_per_month for one in stranded([plan(), reserved(1)], [usage()], AT)}

    assert found == {"ri": pytest.approx(1.0 * HOURS), "sp": pytest.approx(0.0)}


def test_a_family_plan_goes_before_a_plan_for_all() -> None:
    """The same half-dollar is not stranded twice."""
    family = plan(id="family", plan="ec2_instance", covers="g5", region="eu-central-1")

    found = stranded([plan(), family], [usage()], AT)

    assert sum(one.stranded_usd_per_month or 0 for one in found) == pytest.approx(0.5 * HOURS)
    assert {one.id: one.stranded_usd_per_month for one in found}["family"] == pytest.approx(0.5 * HOURS)


@pytest.mark.parametrize(
    ("commitment", "one", "said"),
    [
        (plan(None), usage(), "not known"),
        (plan(plan=None), usage(), "not known here"),
        (plan(), usage(usd_per_hour=None), "a would free is not known"),
        (reserved(), usage(count=None), "a would free is not known"),
        (reserved(None), usage(), "not known"),
        (reserved(limited_to="Windows"), usage(), "covers Windows alone"),
    ],
)
def test_what_is_not_known_is_null_with_the_reason(commitment: Commitment, one: Usage, said: str) -> None:
    """Never 0, never a guess."""
    (found,) = stranded([commitment], [one], AT)

    assert found.stranded_usd_per_month is None
    assert said in found.reason


def test_usage_of_unknown_size_that_stays_is_named_and_not_counted() -> None:
    """It could only lessen the figure."""
    (found,) = stranded([plan()], [usage(), usage("dark", moving=False, usd_per_hour=None)], AT)

    assert found.stranded_usd_per_month == pytest.approx(0.5 * HOURS)
    assert "dark could use more of it" in found.reason


def test_a_commitment_that_has_ended_strands_nothing() -> None:
    """It is paid no more, and not listed."""
    assert stranded([plan(ends_at=AT)], [usage()], AT) == ()


def test_a_capacity_reservation_can_be_cancelled_and_a_block_can_not() -> None:
    """The one strands nothing; the other is paid ahead."""
    place = {"region": "eu-central-1", "covers": "g5.xlarge", "plan": None}
    cancelled = plan(kind="capacity_reservation", **place)
    block = plan(kind="capacity_block", count=1, **place)

    assert usd(cancelled, usage()) == 0.0
    assert usd(block, usage()) == pytest.approx(1.0 * HOURS)


sizes = st.one_of(st.none(), st.floats(0, 50))
usages = st.builds(
    usage,
    st.text("abcdef", min_size=1, max_size=3),
    service=st.sampled_from(["ec2", "fargate", "lambda", "sagemaker"]),
    instance_type=st.sampled_from(["g5.xlarge", "m5.large", "m5.4xlarge", None]),
    region=st.sampled_from(["eu-central-1", "us-east-1"]),
    moving=st.booleans(),
    count=sizes,
    usd_per_hour=sizes,
)
held = st.lists(
    st.sampled_from(
        [plan(), plan(id="s", plan="sagemaker"), reserved(), reserved(id="f", covers="m5.xlarge", size_flexible=True)]
    ),
    unique_by=lambda one: one.id,
)


@settings(deadline=None)
@given(held, st.lists(usages, unique_by=lambda one: one.id, max_size=8))
def test_no_more_is_stranded_than_is_paid_and_nothing_when_nothing_moves(
    commitments: list[Commitment], every: list[Usage]
) -> None:
    """Whatever runs: 0 to what is paid; all staying, nothing."""
    for one in stranded(commitments, every, AT):
        assert one.paid_usd_per_month is not None
        assert 0 <= (one.stranded_usd_per_month or 0) <= one.paid_usd_per_month * (1 + 1e-9)
    still = [usage(one.id, **{**one.__dict__, "id": one.id, "moving": False}) for one in every]
    assert all(one.stranded_usd_per_month == 0 for one in stranded(commitments, still, AT))


def coverage(status: str = "complete", *, without: str | None = None) -> Coverage:
    """Return what reading the commitments gave."""
    asked = (("ec2", "DescribeReservedInstances", "complete"), ("savingsplans", "DescribeSavingsPlans", status))
    return Coverage(
        entries=tuple(
            CoverageEntry(account_id="1", region="r", service=service, operation=operation, status=ended)
            for service, operation, ended in asked
            if service != without
        )
    )


def found(value: float | None) -> StrandedCommitment:
    """Return a result."""
    return stranded([plan()], [], AT)[0].model_copy(update={"stranded_usd_per_month": value})


@pytest.mark.parametrize(
    ("values", "read", "total"),
    [
        ((), coverage(), 0.0),
        ((1.0, 2.0), coverage(), 3.0),
        ((1.0, None), coverage(), None),
        ((1.0,), coverage("denied"), None),
        ((), coverage(without="savingsplans"), None),
        ((), Coverage(), None),
    ],
)
def test_the_sum_is_null_as_soon_as_a_part_is_not_known(
    values: tuple[float | None, ...], read: Coverage, total: float | None
) -> None:
    """No commitments is 0; not asked, refused, or one unknown is null."""
    assert stranded_total([found(value) for value in values], read) == total
