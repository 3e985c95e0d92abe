"""Values of the catalogs: what an edge module is, and how fast a model ran on it."""

from typing import Literal

from pydantic import Field

from aimigrate.contracts.base import Frozen

Provenance = Literal["measured", "published", "derived", "assumed"]


class Sourced(Frozen):
    """A figure with its source and the date it was read there."""

    value: float
    unit: str
    source: str
    date: str = Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")


class PowerMode(Frozen):
    """One nvpmodel mode: its id, its name, and the module's power limit in it."""

    mode_id: int = Field(ge=0)
    name: str
    limit_w: float = Field(gt=0)
    source: str | None = Field(default=None, description="Where the id and the limit come from, and how sure we are.")


class EdgeTarget(Frozen):
    """One Jetson module: the figures that sizing needs, each with source and date."""

    name: str = Field(description="As in sites.yaml: jetson-agx-orin-64gb.")
    title: str
    generation: Literal["orin", "thor"]
    jetpack_majors: tuple[int, ...]
    memory_gib: Sourced
    dense_int8_tops: Sourced | None
    memory_bandwidth_gb_s: Sourced
    power_modes: tuple[PowerMode, ...]
    default_power_mode: str
    max_power_w: Sourced
    price_usd: Sourced


class Speed(Frozen):
    """Requests (inferences) a second of one model on one module, one stream of batches kept full."""

    family: str
    target: str
    power_mode: str
    precision: str
    throughput_rps: float = Field(gt=0)
    latency_ms: float | None = Field(default=None, gt=0)
    memory_gib: float | None = Field(default=None, gt=0)
    provenance: Provenance
    source: str
    date: str
