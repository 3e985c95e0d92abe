"""Jetson Orin Nano 8GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced
from aimigrate.planning.targets._sheets import ORIN_NANO, at_the_wall

_MODES = (
    "JetPack 6.2 Super configuration (nvpmodel.conf as several public repositories quote it, 2026-11); "
    "MAXN_SUPER has no cap, 25 W is our limit for it"
)

target = EdgeTarget(
    name="jetson-orin-nano-8gb",
    title="Jetson Orin Nano 8GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=ORIN_NANO(8.0, "GiB"),
    stated_sparse_tops=Sourced(
        value=67.0,
        unit="TOPS",
        source=("sparse INT8, Super mode; NVIDIA 2024-12-17 as quoted by two third parties"),
        date="2024-12-17",
    ),
    dense_fp16_tflops=Sourced(
        value=16.75,
        unit="TFLOPS",
        source=("67 sparse INT8 TOPS in Super mode, a quarter in dense FP16; it has no DLA"),
        date="2026-11",
    ),
    dense_int8_tops=Sourced(
        value=33.5,
        unit="TOPS",
        source=("67 sparse INT8 TOPS in Super mode, halved for dense; Super figure not yet checked at its source"),
        date="2026-11",
    ),
    memory_bandwidth_gb_s=Sourced(
        value=102.0, unit="GB/s", source="Super mode, NVIDIA; not yet checked against the data sheet", date="2026-11"
    ),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="15W", limit_w=15.0, source=_MODES),
        PowerMode(mode_id=1, name="25W", limit_w=25.0, source=_MODES),
        PowerMode(mode_id=2, name="MAXN_SUPER", limit_w=25.0, source=_MODES),
        PowerMode(mode_id=3, name="7W", limit_w=7.0, source=_MODES),
    ),
    default_power_mode="MAXN_SUPER",
    max_power_w=Sourced(
        value=25.0, unit="W", source="Super mode, NVIDIA; not yet checked against the data sheet", date="2026-11"
    ),
    wall_power_w=at_the_wall(25.0),
    price_usd=Sourced(
        value=249.0,
        unit="USD",
        source="Super developer kit, NVIDIA 2024-12-17 as quoted by two third parties",
        date="2024-12-17",
    ),
)
