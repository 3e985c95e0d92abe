"""Jetson T5000 (AGX Thor): the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced
from aimigrate.planning.targets._sheets import THOR, at_the_wall

_MODES = "JetPack 7 (L4T R38): ids as a third party's test quotes nvpmodel.conf, read 2026-11; not checked on a module"

target = EdgeTarget(
    name="jetson-t5000",
    title="Jetson T5000 (AGX Thor)",
    generation="thor",
    jetpack_majors=(7,),
    memory_gib=THOR(128.0, "GiB"),
    stated_sparse_tops=Sourced(
        value=2070.0, unit="TFLOPS", source="sparse FP4; third-party tables; Hugging Face hardware page", date="2026-11"
    ),
    dense_fp16_tflops=Sourced(
        value=258.5,
        unit="TFLOPS",
        source=("Hugging Face hardware page (tensor cores); an eighth of 2070 sparse FP4 TFLOPS is the same"),
        date="2026-11",
    ),
    dense_int8_tops=None,  # a third party's table says 1035 sparse; not read at NVIDIA, so not used
    memory_bandwidth_gb_s=THOR(273.0, "GB/s"),
    precisions=("fp32", "fp16", "int8", "int4", "fp8", "nvfp4"),
    power_modes=(
        PowerMode(mode_id=0, name="MAXN", limit_w=130.0, source=_MODES),
        PowerMode(mode_id=1, name="120W", limit_w=120.0, source=_MODES),
        PowerMode(mode_id=2, name="90W", limit_w=90.0, source=_MODES),
        PowerMode(mode_id=3, name="70W", limit_w=70.0, source=_MODES),
    ),
    default_power_mode="MAXN",
    max_power_w=THOR(130.0, "W"),
    wall_power_w=at_the_wall(130.0),
    price_usd=Sourced(
        value=3499.0,
        unit="USD",
        source="developer kit, third-party table citing NVIDIA; Hugging Face hardware page says 3.5k",
        date="2026-08",
    ),
)
