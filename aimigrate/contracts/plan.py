"""Plan: which workload moves where, in which phase, with how much cloud kept. A person may edit it."""

import json
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from aimigrate.contracts.assessment import Label
from aimigrate.contracts.base import Document, Frozen, NonNegative, Ratio, Sha256
from aimigrate.contracts.sites import Host, Pins, Region, SafeName
from aimigrate.contracts.waves import Wave, WaveException, check_waves

CAPACITY_SHARE_LOW = 0.10
CAPACITY_SHARE_HIGH = 0.20
_SHARE_ROUNDING = 0.005  # a share written with two decimals is off by at most this
_SINCE_WAVES = ("depends_on", "wave", "wave_exception", "pins")
_UNSAID: tuple[Any, ...] = (None, [], {"workloads": {}, "sites": {}})
PHASES: tuple["PhaseName", ...] = ("assess", "pilot", "scale", "full")

PhaseName = Literal["assess", "pilot", "scale", "full"]


class Interval(Frozen):
    """A predicted figure: the gate compares what it sees with low and high."""

    low: Ratio
    expected: Ratio
    high: Ratio

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.expected <= self.high:
            raise ValueError("low <= expected <= high must hold")
        return self


class BandException(Frozen):
    """Why a region keeps more or less than 10-20 % of its capacity in the cloud."""

    capacity_share: Ratio
    reason: str = Field(min_length=1)


class ModelArtifact(Frozen):
    """The model that a site serves: a file and its digest."""

    name: SafeName
    version: str = Field(default="1", pattern=r"^[0-9]{1,6}$")
    family: str | None = None
    source: str | None = Field(
        default=None, description="Path or URL of the ONNX file; needed before a site converges."
    )
    sha256: Sha256 | None = None


class PlannedWorkload(Frozen):
    """One workload that moves."""

    id: str = Field(description="As in assessment.json.")
    slug: SafeName = Field(description="Safe name of it in every generated file.")
    label: Label
    region: Region
    model: ModelArtifact
    idempotent: bool = Field(default=False, description="True allows the router to retry a request.")
    latency_limit_ms: NonNegative | None = None
    peak_rps: NonNegative | None = None
    before_usd_per_month: NonNegative | None = None
    after_usd_per_month: NonNegative | None = None
    why: tuple[str, ...] = ()
    depends_on: tuple[SafeName, ...] = Field(default=(), description="Slugs of those that move in the same phase.")
    wave: Wave | None = Field(default=None, description="Null in a plan that was made before there were scores.")


class Placement(Frozen):
    """A workload at a site: on how many modules, and the share of its requests meant for the edge."""

    workload: SafeName = Field(description="A slug from `workloads`.")
    modules: int = Field(ge=1)
    module: str
    power_mode: str
    edge_rps: NonNegative = Field(description="What these modules can serve.")
    max_concurrent: int = Field(ge=1, description="Requests in flight per host before the router spills.")


class SitePlan(Frozen):
    """What one site runs from this phase on."""

    id: SafeName
    placements: tuple[Placement, ...] = Field(min_length=1)


class Overflow(Frozen):
    """Warm cloud capacity of one region, in whole units, pooled over the workloads of the phase."""

    workloads: tuple[SafeName, ...]
    instance_type: str | None
    units: int = Field(ge=0, description="Kept warm.")
    max_units: int = Field(ge=0)
    unit_rps: NonNegative = Field(description="What one unit serves as it runs today.")
    edge_rps: NonNegative = Field(description="Edge capacity that counts: at most what today's instances can serve.")
    capacity_share: Ratio = Field(description="Units over units and edge.")
    band_exception: BandException | None = None
    spill_share: Interval
    endpoint_url: str | None = Field(default=None, description="Where the sites' routers send overflow.")

    @model_validator(mode="after")
    def _band(self) -> Self:
        total = self.units * self.unit_rps + self.edge_rps
        share = self.units * self.unit_rps / total if total else 0.0
        if abs(share - self.capacity_share) > _SHARE_ROUNDING:
            raise ValueError(f"capacity_share {self.capacity_share:.3f} is not units over all capacity, {share:.3f}")
        inside = CAPACITY_SHARE_LOW <= self.capacity_share <= CAPACITY_SHARE_HIGH
        if not inside and self.band_exception is None:
            raise ValueError(
                f"capacity_share {self.capacity_share:.3f} is outside 0.10-0.20 and band_exception gives no reason"
            )
        if self.max_units < self.units:
            raise ValueError("max_units is below units")
        return self


class RegionPlan(Frozen):
    """One Pulumi stack: a region in a phase. Phase `assess` has no sites: it makes stores and roles."""

    region: Region
    sites: tuple[SitePlan, ...] = ()
    overflow: Overflow | None = None


class PhasePlan(Frozen):
    """One Pulumi project."""

    name: PhaseName
    months: str = Field(description="Months of the roadmap, e.g. 4-6.")
    regions: tuple[RegionPlan, ...]
    wave_exception: WaveException | None = None


class PlannedSite(Frozen):
    """A site as the person gave it, with what the plan needs to know."""

    id: SafeName
    region: Region
    country: str
    electricity_usd_per_kwh: NonNegative | None = None
    ssh_user: str = "aimigrate"
    hosts: tuple[Host, ...] = ()


class Left(Frozen):
    """A workload that does not move, and the first reason."""

    id: str
    decision: Literal["go", "conditional", "needs_evidence", "stay"]
    why: str


class Plan(Document):
    """The whole migration. Checked as one: every name that is used is defined."""

    document_name: ClassVar[str] = "plan"

    name: SafeName
    account_id: str
    assessment_sha256: Sha256
    capacity_share_target: float = Field(ge=CAPACITY_SHARE_LOW, le=CAPACITY_SHARE_HIGH)
    observation_days: int = Field(default=30, ge=1, description="Before anything in the cloud is destroyed.")
    audit_retention_days: int = Field(default=365, ge=1)
    sites: tuple[PlannedSite, ...]
    workloads: tuple[PlannedWorkload, ...]
    phases: tuple[PhasePlan, ...]
    left: tuple[Left, ...] = ()
    pins: Pins = Field(default_factory=Pins, description="What a person decided about phases, as sites.yaml gave it.")

    def canonical(self) -> bytes:
        """Return the bytes that the hash is of; a plan from before waves had reasons keeps its hash."""
        values = self.model_dump(mode="json")
        for part in (*values["workloads"], *values["phases"], values):
            for name in _SINCE_WAVES:
                if name in part and part[name] in _UNSAID:
                    del part[name]
        return (json.dumps(values, sort_keys=True, ensure_ascii=False, indent=self.indent) + "\n").encode()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        names = tuple(phase.name for phase in self.phases)
        if names != tuple(name for name in PHASES if name in names):
            raise ValueError("phases must be assess, pilot, scale, full, in that order, each once")
        sites = {site.id: site for site in self.sites}
        slugs = {workload.slug for workload in self.workloads}
        if len(sites) != len(self.sites) or len(slugs) != len(self.workloads):
            raise ValueError("a site id or a workload slug is used twice")
        placed: set[tuple[str, str]] = set()
        for phase in self.phases:
            for region in phase.regions:
                _check_region(f"phases.{phase.name}.{region.region}", region, sites, slugs, placed)
        if any(workload.wave is not None for workload in self.workloads):
            check_waves(self)
        return self


def _check_region(
    where: str,
    region: RegionPlan,
    sites: dict[str, PlannedSite],
    slugs: set[str],
    placed: set[tuple[str, str]],
) -> None:
    """Refuse a name that nothing defines, a site of another region, and a second placement."""
    if region.overflow and set(region.overflow.workloads) - slugs:
        raise ValueError(f"{where}.overflow names a workload that is not in workloads")
    for site in region.sites:
        if site.id not in sites or sites[site.id].region != region.region:
            raise ValueError(f"{where}: site {site.id} is not a site of this region")
        for placement in site.placements:
            if placement.workload not in slugs:
                raise ValueError(f"{where}.{site.id}: workload {placement.workload} is not in workloads")
            if (site.id, placement.workload) in placed:
                raise ValueError(f"{where}.{site.id}: {placement.workload} is placed twice")
            placed.add((site.id, placement.workload))
