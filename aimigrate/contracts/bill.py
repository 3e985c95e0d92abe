"""Bill: what was paid, by resource and kind of use, and the price of an hour."""

from typing import Literal

from pydantic import Field

from aimigrate.contracts.base import Frozen, NonNegative, UtcDatetime

SageMakerUse = Literal["hosting", "async", "transform", "training", "processing", "notebook"]


class ListedPrice(Frozen):
    """What an hour of one instance costs, in the provider's own words on the day it was read."""

    instance_type: str = Field(description="As its service names it: SageMaker's start with ml.")
    region: str
    kind: Literal["on_demand", "spot"] = "on_demand"
    use: SageMakerUse | None = Field(default=None, description="SageMaker prices a type by what it does; else null.")
    usd_per_hour: NonNegative
    source: str
    effective_at: UtcDatetime | None = None


class BilledUsage(Frozen):
    """What one resource cost for one kind of use, over the bill's period."""

    usage_type: str | None
    cost_usd: float


class BilledResource(Frozen):
    """What the bill says of one resource id, over the bill's period."""

    resource_id: str
    service: str
    region: str | None
    cost_usd: float
    instance_type: str | None = None
    account_id: str | None = Field(default=None, description="Of the account that used it; null where it isn't said.")
    usages: tuple[BilledUsage, ...] = Field(default=(), description="They sum to its cost; none where it isn't said.")


class BillPart(Frozen):
    """A part of the bill that is no use of a named resource."""

    kind: Literal["usage", "fee", "unused_commitment", "discount", "tax", "support", "credit", "refund"]
    service: str
    cost_usd: float


class Bill(Frozen):
    """A bill, whole: resources plus what names no resource equals the total, to the cent."""

    source: str
    period_start_at: UtcDatetime
    period_end_at: UtcDatetime
    total_usd: float
    resources: tuple[BilledResource, ...]
    without_resource_usd: float
    parts: tuple[BillPart, ...] = Field(
        default=(), description="Of what names no resource, by kind and service; none where it isn't said."
    )
    paid: tuple[ListedPrice, ...] = Field(
        default=(), description="What an hour of a type cost on average, discounts included, where the bill says."
    )
