"""Jetson AGX Orin 32GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode
from aimigrate.planning.targets._sheets import AGX_ORIN, MSRP, at_the_wall

_MODES = (
    "JetPack 5 and 6; ids not checked on a module (a forum post reports a 50W mode 3); the "
    "module takes at most 40 W (NVIDIA forum, topic 323456)"
)

target = EdgeTarget(
    name="jetson-agx-orin-32gb",
    title="Jetson AGX Orin 32GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=AGX_ORIN(32.0, "GiB"),
    stated_sparse_tops=AGX_ORIN(200.0, "TOPS", "sparse INT8, GPU 108 and DLA 92"),
    dense_fp16_tflops=AGX_ORIN(27.0, "TFLOPS", "54 sparse FP16 TFLOPS of the GPU, halved for dense"),
    dense_int8_tops=AGX_ORIN(100.0, "TOPS", "200 sparse INT8 TOPS, halved for dense"),
    memory_bandwidth_gb_s=AGX_ORIN(204.8, "GB/s"),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="MAXN", limit_w=40.0, source=_MODES),
        PowerMode(mode_id=1, name="15W", limit_w=15.0, source=_MODES),
        PowerMode(mode_id=2, name="30W", limit_w=30.0, source=_MODES),
        PowerMode(mode_id=3, name="40W", limit_w=40.0, source=_MODES),
    ),
    default_power_mode="MAXN",
    max_power_w=AGX_ORIN(40.0, "W"),
    wall_power_w=at_the_wall(40.0),
    price_usd=MSRP(999.0, "USD"),
)
