"""Jetson AGX Orin 64GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced
from aimigrate.planning.targets._sheets import AGX_ORIN

_MODES = (
    "JetPack 5 and 6 (ids as NVIDIA forum topic 323456 reports them, read 2026-11); MAXN has no cap, the "
    "module takes at most 60 W"
)

target = EdgeTarget(
    name="jetson-agx-orin-64gb",
    title="Jetson AGX Orin 64GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=AGX_ORIN(64.0, "GiB"),
    stated_sparse_tops=AGX_ORIN(275.0, "TOPS", "sparse INT8, GPU 170 and DLA 105"),
    dense_fp16_tflops=AGX_ORIN(42.5, "TFLOPS", "85 sparse FP16 TFLOPS of the GPU, halved for dense"),
    dense_int8_tops=AGX_ORIN(137.5, "TOPS", "275 sparse INT8 TOPS, halved for dense"),
    memory_bandwidth_gb_s=AGX_ORIN(204.8, "GB/s"),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="MAXN", limit_w=60.0, source=_MODES),
        PowerMode(mode_id=1, name="15W", limit_w=15.0, source=_MODES),
        PowerMode(mode_id=2, name="30W", limit_w=30.0, source=_MODES),
        PowerMode(mode_id=3, name="50W", limit_w=50.0, source=_MODES),
    ),
    default_power_mode="MAXN",
    max_power_w=AGX_ORIN(60.0, "W"),
    wall_power_w=Sourced(
        value=76.95,
        unit="W",
        source=(
            "whole kit at the wall, MLPerf v3.0 power, cTuning, BERT Offline, MaxN (mlcommons/inference_results_v3.0)"
        ),
        date="2023-04",
    ),
    price_usd=Sourced(
        value=2000.0, unit="USD", source="huggingface.js hardware-nvidia.ts, msrp (developer kit 1999)", date="2026-08"
    ),
)
