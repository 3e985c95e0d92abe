"""What a move would strand: commitments that stay paid to their end with nothing left to use them.

Each commitment is given what it may cover, in AWS's order (Reserved Instances, then EC2 Instance Savings Plans, then
the others; Savings Plans User Guide, how plans apply, 2026-11), once with all that runs now and once with what
stays. What it used before and would not use after is stranded. So other usage that can take a commitment over lessens
it, and what was already unused does not count: the move did not cause it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aimigrate.assess.assumptions import HOURS_PER_MONTH
from aimigrate.assess.usage import Service, Usage
from aimigrate.contracts.assessment import StrandedCommitment
from aimigrate.contracts.inventory import Commitment, Coverage

_READ_BY = (("ec2", "DescribeReservedInstances"), ("savingsplans", "DescribeSavingsPlans"))

# Sizes of a family in units of a `small` (EC2 User Guide, how Reserved Instance discounts are applied, 2026-11).
_UNITS = {"nano": 0.25, "micro": 0.5, "small": 1.0, "medium": 2.0, "large": 4.0, "xlarge": 8.0}

_NAMES_SHOWN = 3

# What covers services as a whole, and what covers every size of a family.
_ANYWHERE: dict[str, tuple[Service, ...]] = {"compute": ("ec2", "fargate", "lambda"), "sagemaker": ("sagemaker",)}
_BY_FAMILY = ("flexible", "ec2_instance")

_RULES = {
    "reserved_instance": "covers EC2 instances of its type in its region on Linux and shared hardware, not spot",
    "flexible": "covers EC2 instances of its family, every size, in its region, on Linux and shared hardware, not spot",
    "capacity_block": "holds instances of its type in its region, paid ahead",
    "capacity_reservation": "holds instances of its type in its region at the on-demand price",
    "ec2_instance": "covers EC2 instances of its family, every size, in its region, not spot",
    "compute": "covers EC2, Fargate and Lambda in every region, not spot",
    "sagemaker": "covers SageMaker's instances of every type in every region, not serverless inference",
    "database": "covers databases, and so nothing that is judged here",
    "unknown": "a kind of plan that is not known here",
}

_NEVER: dict[str, tuple[float | None, str]] = {
    "capacity_reservation": (0.0, "it can be cancelled when what it holds has moved"),
    "database": (0.0, _RULES["database"]),
    "unknown": (None, _RULES["unknown"]),
}


@dataclass
class _Room:
    """What of one commitment was used, in its own measure."""

    capacity: float
    used: float = 0.0


def stranded(
    commitments: Iterable[Commitment], usages: Sequence[Usage], at: datetime
) -> tuple[StrandedCommitment, ...]:
    """Return for each commitment that has not ended what the move would strand, sorted by kind and id."""
    held = sorted((one for one in commitments if one.ends_at is None or one.ends_at > at), key=_order)
    before = _spread(held, usages)
    after = _spread(held, [usage for usage in usages if not usage.moving])
    found = [_judged(one, usages, before.get(one.id), after.get(one.id)) for one in held]
    return tuple(sorted(found, key=lambda one: (one.kind, one.id)))


def stranded_total(found: Iterable[StrandedCommitment], coverage: Coverage) -> float | None:
    """Return the sum in USD a month; None where a commitment is unknown or could not be read."""
    asked = [one for one in coverage.entries if (one.service, one.operation) in _READ_BY]
    if {(one.service, one.operation) for one in asked} != set(_READ_BY):
        return None
    if any(one.status != "complete" for one in asked):
        return None
    return all_or_none(one.stranded_usd_per_month for one in found)


def all_or_none(values: Iterable[float | None]) -> float | None:
    """Return the sum, None as soon as one is not known."""
    every = list(values)
    known = [value for value in every if value is not None]
    return sum(known) if len(known) == len(every) else None


def rule_of(one: Commitment) -> str:
    """Return the name of the rule that says what a commitment covers."""
    if one.kind == "savings_plan":
        return one.plan or "unknown"
    return "flexible" if one.kind == "reserved_instance" and one.size_flexible else one.kind


def _order(one: Commitment) -> tuple[int, str]:
    kinds = ("capacity_block", "reserved_instance", "flexible", "ec2_instance")
    rule = rule_of(one)
    return (kinds.index(rule) if rule in kinds else len(kinds)), one.id


def _spread(held: Iterable[Commitment], usages: Sequence[Usage]) -> dict[str, _Room]:
    """Give each commitment what it may cover of what those before it left."""
    left = {usage.id: 1.0 for usage in usages}
    rooms: dict[str, _Room] = {}
    for one in held:
        capacity = _capacity(one)
        if capacity is None:
            continue
        room = rooms.setdefault(one.id, _Room(capacity))
        for usage in usages:
            size = _size(one, usage) if _covers(one, usage) else None
            if not size:
                continue
            taken = min(room.capacity - room.used, size * left[usage.id])
            room.used += taken
            left[usage.id] -= taken / size
    return rooms


def _covers(one: Commitment, usage: Usage) -> bool:
    rule, kind = rule_of(one), usage.instance_type
    if rule in _ANYWHERE:
        return usage.service in _ANYWHERE[rule]
    if kind is None or usage.region != one.region:
        return False
    if rule == "capacity_block":
        return kind in one.covers.split(", ")
    same = kind.partition(".")[0] == one.covers.partition(".")[0] if rule in _BY_FAMILY else kind == one.covers
    return usage.service == "ec2" and rule in ("reserved_instance", *_BY_FAMILY) and same


def _capacity(one: Commitment) -> float | None:
    """Return how much it can cover: dollars an hour of a plan, instances or units of a reservation."""
    if one.kind == "savings_plan":
        return one.usd_per_hour
    if rule_of(one) == "flexible":
        units = _units(one.covers)
        return one.count * units if one.count is not None and units else None
    return one.count


def _size(one: Commitment, usage: Usage) -> float | None:
    """Return how much of a commitment a usage could take, in the commitment's measure."""
    if one.kind == "savings_plan":
        return usage.usd_per_hour
    if rule_of(one) == "flexible":
        units = _units(usage.instance_type or "")
        return usage.count * units if usage.count is not None and units else None
    return usage.count


def _units(kind: str) -> float | None:
    size = kind.partition(".")[2]
    many = size.removesuffix("xlarge")
    if size.endswith("xlarge") and many.isdigit():
        return 8.0 * int(many)
    return _UNITS.get(size)


def _judged(one: Commitment, usages: Sequence[Usage], before: _Room | None, after: _Room | None) -> StrandedCommitment:
    usd, reason = _stranded(one, usages, before, after)
    return StrandedCommitment(
        id=one.id,
        kind=one.kind,
        region=one.region,
        covers=one.covers,
        paid_usd_per_month=one.usd_per_hour * HOURS_PER_MONTH if one.usd_per_hour is not None else None,
        stranded_usd_per_month=usd,
        until=one.ends_at,
        rule=_RULES[rule_of(one)],
        reason=reason,
    )


def _stranded(
    one: Commitment, usages: Sequence[Usage], before: _Room | None, after: _Room | None
) -> tuple[float | None, str]:
    """Return USD a month, or None, and why."""
    rule = rule_of(one)
    if rule in _NEVER:
        return _NEVER[rule]
    mine = [usage for usage in usages if _covers(one, usage)]
    moving = [usage for usage in mine if usage.moving]
    if not moving:
        return 0.0, "nothing that it covers would move"
    unknown = _unknown(one, moving)
    if unknown is not None:
        return None, unknown
    if one.usd_per_hour is None or before is None or after is None or not before.capacity:
        return None, "what it costs or holds is not known"
    used, kept = before.used / before.capacity, after.used / before.capacity
    dark = [usage.id for usage in mine if not usage.moving and _size(one, usage) is None]
    others = f"; {_listed(dark)} could use more of it, how much is not known" if dark else ""
    reason = f"{used:.0%} of it is used by what was read, {kept:.0%} after the move{others}"
    return max(0.0, used - kept) * one.usd_per_hour * HOURS_PER_MONTH, reason


def _unknown(one: Commitment, moving: Iterable[Usage]) -> str | None:
    """Say why it can't be reckoned what the move takes from it."""
    if one.limited_to is not None:
        return f"it covers {one.limited_to} alone, and which instances run that is not read"
    unknown = [usage.id for usage in moving if _size(one, usage) is None]
    return f"how much of it {_listed(unknown)} would free is not known" if unknown else None


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
