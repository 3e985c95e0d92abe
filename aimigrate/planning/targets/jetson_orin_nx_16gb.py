"""Jetson Orin NX 16GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode
from aimigrate.planning.targets._sheets import MSRP, ORIN_NX, at_the_wall

_MODES = "JetPack 5 and 6 without Super; ids not checked on a module; 25 W is our limit for MAXN"

target = EdgeTarget(
    name="jetson-orin-nx-16gb",
    title="Jetson Orin NX 16GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=ORIN_NX(16.0, "GiB"),
    stated_sparse_tops=ORIN_NX(100.0, "TOPS", "sparse INT8, 40 of it DLA, without Super (157 with)"),
    dense_fp16_tflops=ORIN_NX(15.0, "TFLOPS", "100 sparse INT8 TOPS less 40 of the DLA, a quarter in dense FP16"),
    dense_int8_tops=ORIN_NX(50.0, "TOPS", "100 sparse INT8 TOPS, 50 dense"),
    memory_bandwidth_gb_s=ORIN_NX(102.4, "GB/s", "128 bits at 3200 MHz, stated as 102"),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="MAXN", limit_w=25.0, source=_MODES),
        PowerMode(mode_id=1, name="10W", limit_w=10.0, source=_MODES),
        PowerMode(mode_id=2, name="15W", limit_w=15.0, source=_MODES),
        PowerMode(mode_id=3, name="25W", limit_w=25.0, source=_MODES),
    ),
    default_power_mode="MAXN",
    max_power_w=ORIN_NX(25.0, "W", "without Super (40 with)"),
    wall_power_w=at_the_wall(25.0),
    price_usd=MSRP(600.0, "USD"),
)
