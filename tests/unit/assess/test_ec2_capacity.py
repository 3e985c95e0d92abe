"""Capacity that is paid for, used or not."""

from datetime import timedelta
from typing import Any

import pytest

from aimigrate.assess.collectors.ec2_capacity import collector
from aimigrate.contracts.inventory import Commitment
from tests.finding import Seen, look, recorded
from tests.recorded.ec2_capacity import answers, block, reservation
from tests.recorded_aws import NOW, Refused


def seen_of(*reservations: dict[str, Any]) -> Seen:
    """Look at an account with these reservations."""
    return look(
        collector, recorded({("ec2", "DescribeCapacityReservations"): {"CapacityReservations": list(reservations)}})
    )


def commitments(seen: Seen) -> list[Commitment]:
    """Return the commitments yielded."""
    return [one for one in seen.findings if isinstance(one, Commitment)]


def test_a_reservation_and_a_block_are_commitments() -> None:
    """Each says its type, number, zone and end; how much is unused is a fact of the resource."""
    seen = look(collector, recorded(answers()))

    plain, ahead = commitments(seen)
    assert (plain.kind, plain.covers, plain.count, plain.zone, plain.ends_at) == (
        "capacity_reservation",
        "g5.xlarge",
        4,
        "eu-central-1a",
        None,
    )
    assert (ahead.kind, ahead.covers, ahead.ends_at) == ("capacity_block", "p5.48xlarge", NOW + timedelta(days=8))
    assert seen.resources[plain.id].facts["unused_count"] == "1"
    assert seen.resources[ahead.id].facts["capacity_block"] == "cb-1"


def test_a_commitment_for_a_time_ends_with_it() -> None:
    """A reservation that was promised for a year is owed until then, though it has no end of its own."""
    until = NOW + timedelta(days=365)

    (one,) = commitments(seen_of(reservation("cr-1", CommitmentInfo={"CommitmentEndDate": until})))

    assert one.ends_at == until


def test_what_is_limited_says_to_what() -> None:
    """A Windows reservation on dedicated hardware covers no Linux instance."""
    (one,) = commitments(seen_of(reservation("cr-1", InstancePlatform="Windows", Tenancy="dedicated")))

    assert one.limited_to == "Windows, dedicated"


@pytest.mark.parametrize("state", ["cancelled", "expired", "failed", "payment-failed", "unsupported"])
def test_what_is_over_is_owed_no_more(state: str) -> None:
    """It is listed for a while, and costs nothing."""
    seen = seen_of(reservation("cr-1", State=state), block("cr-2", State=state))

    assert seen.findings == ()


def test_a_reservation_of_another_account_is_not_owed_here() -> None:
    """It is shared with this account: it exists, and its owner pays."""
    seen = seen_of(reservation("cr-1", OwnerId="999999999999"))

    assert commitments(seen) == []
    assert [one.facts["owner"] for one in seen.resources.values()] == ["999999999999"]


def test_a_second_page_that_fails_keeps_the_first() -> None:
    """What was read is kept, and that there is more is said."""

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("UnauthorizedOperation")
        return {"CapacityReservations": [reservation("cr-1")], "NextToken": "more"}

    seen = look(collector, recorded({("ec2", "DescribeCapacityReservations"): pages}))

    assert len(commitments(seen)) == 1
    assert seen.entry("ec2", "DescribeCapacityReservations").status == "partial"
