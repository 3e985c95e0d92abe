"""List prices: what an hour of an instance costs, from our dated transcription. What is not there is unknown."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from aimigrate.contracts.base import Frozen


class Price(Frozen):
    """A price with where it was read; without a value, why there is none."""

    usd: float | None
    why: str
    source: str | None = None


@lru_cache(maxsize=1)
def card() -> dict[str, Any]:
    """Return the whole card, read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_name("rate_card.yaml").read_text("utf-8")
    return dict(yaml.load(text, Loader=loader))  # noqa: S506  # CSafeLoader is the safe loader in C


def ec2_usd_per_hour(instance_type: str, region: str) -> Price:
    """Return the on-demand price of one EC2 instance of a type in a region."""
    for part in ("accelerated", "general"):
        section = card()[part]
        by_region = section["usd_per_hour"].get(instance_type)
        if by_region is None:
            continue
        if region not in by_region:
            return Price(usd=None, why=f"the rate card has {instance_type} but no price of it in {region}")
        source = f"{section['source']}, {section['date']}"
        return Price(usd=float(by_region[region]), why=f"{instance_type} on demand in {region}", source=source)
    return Price(usd=None, why=f"the rate card has no {instance_type}")


def usd_per_hour(instance_type: str, region: str) -> Price:
    """Return the on-demand price of one instance; SageMaker's `ml.` types carry SageMaker's premium."""
    if not instance_type.startswith("ml."):
        return ec2_usd_per_hour(instance_type, region)
    plain = instance_type.removeprefix("ml.")
    base = ec2_usd_per_hour(plain, region)
    if base.usd is None:
        return base
    part = card()["sagemaker"]
    premium = part["premium"].get(plain, part["default_premium"])
    return Price(
        usd=base.usd * (1 + premium),
        why=f"{plain} on demand in {region} and {premium:.0%} for SageMaker",
        source=f"{base.source}; premium: {part['source']}, {part['date']}",
    )


def small_price(part: str, field: str) -> Price:
    """Return a price that is the same for every instance: Lambda, serverless inference, Fargate."""
    section = card()[part]
    return Price(usd=float(section[field]), why=field, source=f"{section['source']}, {section['date']}")
