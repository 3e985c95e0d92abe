"""Reservations and Savings Plans: what a move would strand. So far they are counted in the coverage only."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Reader


@dataclass(frozen=True)
class Commitments:
    """Yields no workload; how many commitments there are, or that it could not be known, is in the coverage."""

    name: str = "commitments"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeCapacityReservations",
            "ec2:DescribeReservedInstances",
            "savingsplans:DescribeSavingsPlans",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:  # noqa: ARG002  # one signature for all
        """Count the commitments of the region; Savings Plans belong to no region and are asked for once."""
        reader.items("ec2", "describe_capacity_reservations", "CapacityReservations", optional=True)
        reader.items("ec2", "describe_reserved_instances", "ReservedInstances", optional=True)
        if reader.region == reader.scope.regions[0]:
            reader.items("savingsplans", "describe_savings_plans", "savingsPlans", optional=True)
        yield from ()


collector = Commitments()
