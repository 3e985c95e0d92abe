"""EC2 capacity that is paid for, used or not: On-Demand Capacity Reservations and Capacity Blocks."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._arns import arn_of
from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of
from aimigrate.contracts.inventory import Commitment, Resource

_PAGE = 1000  # DescribeCapacityReservations (EC2 API reference, read 2026-11)

# States in which capacity is, or will be, paid for (EC2 API reference, CapacityReservation, read 2026-11). A block is
# paid for before it begins; a reservation that was cancelled, expired or refused costs nothing any more.
_PAID = ("active", "scheduled", "pending", "payment-pending", "assessing", "delayed", "unavailable", "cancelling")
_LINUX = "Linux/UNIX"


@dataclass(frozen=True)
class Ec2Capacity:
    """Yields the reservations of this account that are paid for; which instances use one, the instances say.

    Least requests in a region: a page for each 1,000 reservations. A Capacity Block needs no call of its own: its
    reservation holds its type, number, start and end.
    """

    name: str = "ec2-capacity"
    iam_actions: frozenset[str] = frozenset({"ec2:DescribeCapacityReservations"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield a commitment for each reservation that this account pays for, and a resource for each that exists."""
        listed = reader.items(
            "ec2", "describe_capacity_reservations", "CapacityReservations", optional=True, MaxResults=_PAGE
        )
        held = [one for one in listed if one.get("State") in _PAID]
        for one in sorted(held, key=lambda item: str(item["CapacityReservationId"])):
            identity = str(one["CapacityReservationId"])
            arn = one.get("CapacityReservationArn") or arn_of(reader, "ec2", f"capacity-reservation/{identity}")
            yield _resource(reader, one, arn)
            if one.get("OwnerId", reader.scope.account_id) == reader.scope.account_id:
                yield _commitment(reader, one, arn)


def _is_block(one: Item) -> bool:
    return one.get("ReservationType") == "capacity-block"


def _commitment(reader: Reader, one: Item, arn: str) -> Commitment:
    committed = one.get("CommitmentInfo") or {}
    return Commitment(
        id=arn,
        kind="capacity_block" if _is_block(one) else "capacity_reservation",
        region=reader.region,
        covers=one["InstanceType"],
        count=one.get("TotalInstanceCount"),
        zone=one.get("AvailabilityZone"),
        limited_to=_limits(one),
        ends_at=committed.get("CommitmentEndDate") or one.get("EndDate"),
    )


def _limits(one: Item) -> str | None:
    platform, tenancy = one.get("InstancePlatform", _LINUX), one.get("Tenancy", "default")
    told = [*([platform] if platform != _LINUX else []), *([tenancy] if tenancy != "default" else [])]
    return ", ".join(told) or None


def _resource(reader: Reader, one: Item, arn: str) -> Resource:
    total, free = one.get("TotalInstanceCount"), one.get("AvailableInstanceCount")
    return Resource(
        id=arn,
        type="ec2:capacity-reservation",
        region=reader.region,
        facts=facts_of(
            state=one.get("State"),
            instance_type=one["InstanceType"],
            total_count=total,
            unused_count=free,
            matches=one.get("InstanceMatchCriteria"),
            reservation_type=one.get("ReservationType"),
            capacity_block=one.get("CapacityBlockId"),
            starts_at=one["StartDate"].isoformat() if one.get("StartDate") else None,
            ends_at=one["EndDate"].isoformat() if one.get("EndDate") else None,
            owner=one["OwnerId"] if one.get("OwnerId", reader.scope.account_id) != reader.scope.account_id else None,
        ),
    )


collector = Ec2Capacity()
