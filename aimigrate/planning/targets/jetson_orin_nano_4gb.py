"""Jetson Orin Nano 4GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced
from aimigrate.planning.targets._sheets import MSRP, ORIN_NANO, at_the_wall

_MODES = "JetPack 6.2 Super configuration; ids and limits not checked on a module"

target = EdgeTarget(
    name="jetson-orin-nano-4gb",
    title="Jetson Orin Nano 4GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=ORIN_NANO(4.0, "GiB"),
    stated_sparse_tops=Sourced(
        value=34.0,
        unit="TOPS",
        source=("sparse INT8, Super mode; NVIDIA data sheet, from memory; not yet checked against it"),
        date="2026-11",
    ),
    dense_fp16_tflops=Sourced(
        value=8.5,
        unit="TFLOPS",
        source=(
            "34 sparse INT8 TOPS in Super mode, a quarter in dense FP16; it has no DLA; "
            "NVIDIA data sheet, from memory; not yet checked against it"
        ),
        date="2026-11",
    ),
    dense_int8_tops=Sourced(
        value=17.0,
        unit="TOPS",
        source=("34 sparse INT8 TOPS in Super mode, halved for dense; NVIDIA data sheet; not yet checked against it"),
        date="2026-11",
    ),
    memory_bandwidth_gb_s=Sourced(
        value=51.0, unit="GB/s", source="Super mode; NVIDIA data sheet; not yet checked against it", date="2026-11"
    ),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="10W", limit_w=10.0, source=_MODES),
        PowerMode(mode_id=1, name="25W", limit_w=25.0, source=_MODES),
        PowerMode(mode_id=2, name="MAXN_SUPER", limit_w=25.0, source=_MODES),
    ),
    default_power_mode="MAXN_SUPER",
    max_power_w=Sourced(
        value=25.0, unit="W", source="Super mode; NVIDIA data sheet; not yet checked against it", date="2026-11"
    ),
    wall_power_w=at_the_wall(25.0),
    price_usd=MSRP(200.0, "USD"),
)
