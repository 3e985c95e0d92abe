"""Jetson T4000: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced
from aimigrate.planning.targets._sheets import THOR, at_the_wall

_MODES = (
    "JetPack 7.1; id not checked on a module; third parties quote the data sheet with 70 W by default and up to 90 W "
    "at MAXN, tables citing NVIDIA with 40-70 W; 70 W is our limit for it"
)

target = EdgeTarget(
    name="jetson-t4000",
    title="Jetson T4000",
    generation="thor",
    jetpack_majors=(7,),
    memory_gib=THOR(64.0, "GiB"),
    stated_sparse_tops=Sourced(
        value=1200.0,
        unit="TFLOPS",
        source="sparse FP4; third-party tables citing NVIDIA JetPack 7.1 blog",
        date="2026-11",
    ),
    dense_fp16_tflops=Sourced(
        value=150.0,
        unit="TFLOPS",
        source="1200 sparse FP4 TFLOPS: half dense, a quarter of that in FP16",
        date="2026-11",
    ),
    dense_int8_tops=None,  # a third party's table says 600 sparse; not read at NVIDIA, so not used
    memory_bandwidth_gb_s=THOR(273.0, "GB/s"),
    precisions=("fp32", "fp16", "int8", "int4", "fp8", "nvfp4"),
    power_modes=(PowerMode(mode_id=0, name="MAXN", limit_w=70.0, source=_MODES),),
    default_power_mode="MAXN",
    max_power_w=Sourced(value=70.0, unit="W", source="third-party tables citing NVIDIA", date="2026-11"),
    wall_power_w=at_the_wall(70.0),
    price_usd=Sourced(
        value=1999.0,
        unit="USD",
        source="module at 1000 units, third-party table citing NVIDIA; one shop asks 2999",
        date="2026-08",
    ),
)
