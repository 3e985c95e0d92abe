"""Settings of one Pulumi stack: everything a phase's program reads, all of it in Pulumi.<stack>.yaml."""

from pydantic import Field

from aimigrate.contracts.base import Frozen, NonNegative, Ratio
from aimigrate.contracts.plan import PhaseName
from aimigrate.contracts.sites import Region, SafeName


class StackModel(Frozen):
    """A model that the region's store holds."""

    name: SafeName
    version: str


class StackSite(Frozen):
    """A site that gets its own role, and nothing of another site's."""

    id: SafeName
    country: str
    workloads: tuple[SafeName, ...]


class StackOverflow(Frozen):
    """Cloud capacity kept for the region, pooled over its workloads."""

    workloads: tuple[SafeName, ...]
    batch_workloads: tuple[SafeName, ...] = Field(description="Those that get a queue.")
    instance_type: str | None
    units: int = Field(ge=0)
    max_units: int = Field(ge=0)
    unit_rps: NonNegative
    capacity_share: Ratio
    spill_share_low: Ratio
    spill_share_high: Ratio


class StackSettings(Frozen):
    """Config key `aimigrate:settings` of a stack."""

    migration: SafeName = Field(description="Name of the plan; the prefix of every resource.")
    account_id: str
    phase: PhaseName
    region: Region
    previous_phase: PhaseName | None = Field(
        default=None, description="Whose stack of this region must be there first."
    )
    plan_sha256: str
    audit_retention_days: int = Field(ge=1)
    observation_days: int = Field(ge=1)
    models: tuple[StackModel, ...] = ()
    sites: tuple[StackSite, ...] = ()
    overflow: StackOverflow | None = None
