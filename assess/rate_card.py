"""List prices: what an hour of an instance costs, from our dated transcription. What is not there is unknown."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from aimigrate.contracts.base import Frozen

_FRESH_DAYS = 30  # AWS changes a price of some type in some region every few weeks; our limit, 2026-11


class Price(Frozen):
    """A price with where it was read; without a value, why there is none."""

    usd: float | None
    why: str
    source: str | None = None
    age: str | None = None
    """How old the figure is, where that is too old to be taken for today's."""


@lru_cache(maxsize=1)
def card() -> dict[str, Any]:
    """Return the whole card, read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_name("rate_card.yaml").read_text("utf-8")
    return dict(yaml.load(text, Loader=loader))  # noqa: S506  # CSafeLoader is the safe loader in C


def _age(dated: str, at: datetime | None) -> str | None:
    """Say how old a figure of the card is at a time, if it is older than 30 days."""
    if at is None:
        return None
    written = date.fromisoformat(dated if dated.count("-") > 1 else f"{dated}-01")
    days = (at.date() - written).days
    return f"the price is of {dated}, {days} days old" if days > _FRESH_DAYS else None


def ec2_usd_per_hour(instance_type: str, region: str, at: datetime | None = None) -> Price:
    """Return the on-demand price of one EC2 instance of a type in a region, and its age at a time."""
    for part in ("accelerated", "general"):
        section = card()[part]
        by_region = section["usd_per_hour"].get(instance_type)
        if by_region is None:
            continue
        if region not in by_region:
            return Price(usd=None, why=f"the rate card has {instance_type} but no price of it in {region}")
        source = f"{section['source']}, {section['date']}"
        return Price(
            usd=float(by_region[region]),
            why=f"{instance_type} on demand in {region}",
            source=source,
            age=_age(section["date"], at),
        )
    return Price(usd=None, why=f"the rate card has no {instance_type}")


def usd_per_hour(instance_type: str, region: str, at: datetime | None = None) -> Price:
    """Return the on-demand price of one instance; SageMaker's `ml.` types carry SageMaker's premium.

    `at` is the time at which its age is told.
    """
    if not instance_type.startswith("ml."):
        return ec2_usd_per_hour(instance_type, region, at)
    plain = instance_type.removeprefix("ml.")
    base = ec2_usd_per_hour(plain, region, at)
    if base.usd is None:
        return base
    part = card()["sagemaker"]
    premium = part["premium"].get(plain, part["default_premium"])
    return Price(
        usd=base.usd * (1 + premium),
        why=f"{plain} on demand in {region} and {premium:.0%} for SageMaker",
        source=f"{base.source}; premium: {part['source']}, {part['date']}",
        age=base.age,
    )


def small_price(part: str, field: str, at: datetime | None = None) -> Price:
    """Return a price that is the same for every instance: Lambda, serverless inference, Fargate."""
    section = card()[part]
    source = f"{section['source']}, {section['date']}"
    return Price(usd=float(section[field]), why=field, source=source, age=_age(section["date"], at))
