"""Values of the catalogs: what an edge module is, and how fast a model ran on it."""

from typing import Literal

from pydantic import Field

from aimigrate.contracts.base import Frozen

Precision = Literal["fp32", "fp16", "int8", "int4", "fp8", "nvfp4"]
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
    stated_sparse_tops: Sourced = Field(
        description="As its maker states it: with sparsity, INT8 on Orin (GPU and DLA together), FP4 on Thor."
    )
    dense_int8_tops: Sourced | None
    dense_fp16_tflops: Sourced = Field(description="Of the GPU alone: what a network that is not pruned can use.")
    memory_bandwidth_gb_s: Sourced
    precisions: tuple[Precision, ...] = Field(description="FP8 and NVFP4 on Thor only; int4 are weights, W4A16.")
    power_modes: tuple[PowerMode, ...]
    default_power_mode: str
    max_power_w: Sourced
    wall_power_w: Sourced = Field(description="In its default mode under full load: module, carrier, supply's loss.")
    price_usd: Sourced


class Speed(Frozen):
    """Inferences or output tokens a second of one model on one module, batches kept full, all streams together."""

    family: str
    target: str
    power_mode: str
    precision: str
    throughput_rps: float = Field(gt=0)
    unit: Literal["inferences", "tokens"] = "inferences"
    batch: int = Field(default=1, ge=1, description="Inferences in one pass; streams at once for tokens.")
    latency_ms: float | None = Field(default=None, gt=0, description="Median of one pass or request.")
    latency_p99_ms: float | None = Field(default=None, gt=0)
    memory_gib: float | None = Field(default=None, gt=0)
    provenance: Provenance
    source: str
    date: str
