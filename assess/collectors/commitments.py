"""Reserved Instances: paid for until their end, used or not."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Commitment

_HOUR_S = 3600.0
_CURRENCY = "USD"
_PAID = ("active", "payment-pending")  # a queued purchase can be cancelled and costs nothing; a retired one is over
_LINUX = "Linux/UNIX"

# A regional Linux reservation on shared hardware covers every size of its family, but not in these families
# (EC2 User Guide, how Reserved Instance discounts are applied, read 2026-11).
_ONE_SIZE = frozenset(
    {
        *("g4ad", "g4dn", "g5", "g5g", "g6", "g6e", "g6f", "gr6", "gr6f"),
        *("hpc7a", "inf1", "inf2", "p5", "u7i-6tb", "u7i-8tb"),
    }
)


@dataclass(frozen=True)
class ReservedInstances:
    """Yields the Reserved Instances of a region that are paid for now. SageMaker has none, only Savings Plans."""

    name: str = "commitments"
    iam_actions: frozenset[str] = frozenset({"ec2:DescribeReservedInstances"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Commitment]:  # noqa: ARG002  # one signature for all
        """Yield one commitment for each purchase; what was paid in advance is spread over its term."""
        paid = [{"Name": "state", "Values": list(_PAID)}]
        for one in reader.items("ec2", "describe_reserved_instances", "ReservedInstances", optional=True, Filters=paid):
            zone = one.get("AvailabilityZone")
            yield Commitment(
                id=one["ReservedInstancesId"],
                kind="reserved_instance",
                region=reader.region,
                covers=one["InstanceType"],
                count=one.get("InstanceCount"),
                usd_per_hour=_usd_per_hour(one),
                zone=zone,
                limited_to=_limited_to(one),
                size_flexible=_size_flexible(one),
                ends_at=one.get("End"),
            )


def _usd_per_hour(one: Item) -> float | None:
    """Return what all its instances cost an hour, None when AWS says it in another currency or not at all."""
    if one.get("CurrencyCode", _CURRENCY) != _CURRENCY or not one.get("Duration"):
        return None
    advance = one.get("FixedPrice", 0.0) * _HOUR_S / one["Duration"]
    recurring = sum(
        charge.get("Amount", 0.0) for charge in one.get("RecurringCharges") or () if charge.get("Frequency") == "Hourly"
    )
    return float(advance + recurring + one.get("UsagePrice", 0.0)) * float(one.get("InstanceCount", 1))


def _limited_to(one: Item) -> str | None:
    platform, tenancy = str(one.get("ProductDescription", _LINUX)), one.get("InstanceTenancy", "default")
    limits = [] if platform.startswith(_LINUX) else [platform.removesuffix(" (Amazon VPC)")]
    return ", ".join([*limits, *([] if tenancy == "default" else [f"{tenancy} tenancy"])]) or None


def _size_flexible(one: Item) -> bool:
    family = str(one["InstanceType"]).partition(".")[0]
    return one.get("Scope") == "Region" and _limited_to(one) is None and family not in _ONE_SIZE


collector = ReservedInstances()
