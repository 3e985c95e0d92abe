"""Capacity reservations, shaped as the members of CapacityReservation in EC2's API reference (read 2026-11)."""

from datetime import timedelta
from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS: tuple[str, ...] = ()
_ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}:capacity-reservation"


def reservation(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeCapacityReservations says of one: four g5.xlarge, one of them unused, without an end."""
    known = {
        "CapacityReservationId": name,
        "CapacityReservationArn": f"{_ARN}/{name}",
        "OwnerId": ACCOUNT,
        "InstanceType": "g5.xlarge",
        "InstancePlatform": "Linux/UNIX",
        "AvailabilityZone": f"{REGION}a",
        "Tenancy": "default",
        "TotalInstanceCount": 4,
        "AvailableInstanceCount": 1,
        "State": "active",
        "StartDate": NOW,
        "EndDateType": "unlimited",
        "InstanceMatchCriteria": "open",
        "CreateDate": NOW,
        "ReservationType": "default",
        "Tags": [],
    }
    return {**known, **more}


def block(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what it says of a Capacity Block that begins tomorrow."""
    times = {"StartDate": NOW + timedelta(days=1), "EndDate": NOW + timedelta(days=8), "EndDateType": "limited"}
    kind = {"ReservationType": "capacity-block", "CapacityBlockId": "cb-1", "InstanceType": "p5.48xlarge"}
    return reservation(name, **{"State": "scheduled", "InstanceMatchCriteria": "targeted", **kind, **times, **more})


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return {
        ("ec2", "DescribeCapacityReservations"): {"CapacityReservations": [reservation("cr-1"), block("cr-2")]},
    }
