"""What a rollout does to the world, behind one seam: the engine and Ansible for real, a fake in a test."""

from typing import Protocol

from aimigrate.contracts.base import Frozen
from aimigrate.contracts.rollout import GateResult


class Effect(Frozen):
    """How one action ended. An unreachable site is neither done nor failed."""

    outcome: str
    detail: str = ""


class Driver(Protocol):
    """Every action is safe to repeat: a run that is cut off runs its last action again."""

    def apply(self, region: str) -> Effect:
        """Bring the region's stack to what the plan says: `changed`, `unchanged` or `failed`."""
        ...

    def converge(self, site: str) -> Effect:
        """Bring the site's hosts to what the plan says: as above, or `unreachable`."""
        ...

    def accept(self, site: str) -> GateResult:
        """Judge the site: go, hold (no answer is hold) or back."""
        ...

    def retreat(self, site: str) -> Effect:
        """Send all of the site's traffic to the cloud."""
        ...
