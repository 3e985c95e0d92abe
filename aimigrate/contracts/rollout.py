"""Rollout: what was applied where, and what each gate said."""

from typing import ClassVar, Literal

from pydantic import Field

from aimigrate.contracts.base import Document, Frozen, Ratio, Sha256, UtcDatetime
from aimigrate.contracts.plan import PhaseName

State = Literal["waiting", "running", "held", "done", "failed", "offline", "rolled_back"]


class GateResult(Frozen):
    """One gate's answer with its inputs: no data is hold, never go."""

    gate: str
    answer: Literal["go", "hold", "back"]
    observed: float | None
    threshold: float | None
    reason: str


class SiteState(Frozen):
    """One site in the rollout."""

    site: str
    state: State
    edge_share: Ratio
    gate: GateResult | None = None


class RegionState(Frozen):
    """One region in the rollout, its cloud side included."""

    region: str
    state: State
    sites: tuple[SiteState, ...] = ()


class Step(Frozen):
    """One effect, recorded when it was over."""

    at: UtcDatetime
    region: str
    site: str | None
    action: str
    outcome: Literal["changed", "unchanged", "failed", "unreachable"]
    detail: str = ""


class Rollout(Document):
    """One run of one phase."""

    document_name: ClassVar[str] = "rollout"

    deploy_sha256: Sha256 = Field(description="Of deploy.lock.json.")
    phase: PhaseName
    regions: tuple[RegionState, ...]
    steps: tuple[Step, ...] = ()
