"""A model bought on AWS Marketplace, or of JumpStart under its maker's licence, stays where it may run."""

import re
from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier

# A subscription is to a model package, listed by another account; JumpStart keeps proprietary models behind it too,
# and models whose licence must be accepted in a private bucket (SageMaker developer guide, JumpStart, 2026-11).
_PACKAGE = re.compile(r"^arn:aws[\w-]*:sagemaker:[\w-]*:(\d{12}):model-package/")
_MARKETPLACE = re.compile(r"/marketplace/|\.marketplace\.|aws-marketplace")
_PROPRIETARY = re.compile(r"jumpstart-proprietary")
_GATED = re.compile(r"jumpstart-private-cache")


@dataclass(frozen=True)
class License:
    """What was subscribed to runs in SageMaker alone; a person who holds other terms says so in hints.yaml."""

    name: str = "license"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by where its weights and its image come from."""
        if seen.hint.closed_weights is False:
            return None
        places = [(field, place) for field in ("artifact", "image") if (place := getattr(seen.facts, field))]
        for field, place in places:
            what = _licensed(place.lower(), _account(seen))
            if what is not None:
                return Barrier(
                    name=self.name,
                    why=f"it is {what}: its licence holds where AWS runs it",
                    evidence=f"its {field} is {place[:200]}",
                    lifted_if="its maker licenses it for own hardware, and hints.yaml says closed_weights: false",
                )
        return None


def _account(seen: Seen) -> str | None:
    parts = (seen.workload.arn or "").split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else None  # noqa: PLR2004  # arn:partition:service:region:account:...


def _licensed(place: str, own_account: str | None) -> str | None:
    """Say which licence a place stands for; a package of the account's own registry is no purchase."""
    package = _PACKAGE.match(place)
    if (package is not None and package[1] != own_account) or _MARKETPLACE.search(place):
        return "a model package of AWS Marketplace"
    if _PROPRIETARY.search(place):
        return "a proprietary model of SageMaker JumpStart"
    if _GATED.search(place):
        return "a model of SageMaker JumpStart whose licence was accepted for SageMaker"
    return None


barrier: BarrierRule = License()
