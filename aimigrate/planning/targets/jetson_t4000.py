"""Jetson T4000: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced

_MODES = (
    "JetPack 7.1; id not checked on a module; third parties quote the data sheet with 70 W by default and up to 90 W "
    "at MAXN, tables citing NVIDIA with 40-70 W; 70 W is our limit for it"
)

target = EdgeTarget(
    name="jetson-t4000",
    title="Jetson T4000",
    generation="thor",
    jetpack_majors=(7,),
    memory_gib=Sourced(
        value=64.0,
        unit="GiB",
        source=("NVIDIA Jetson Thor data sheet DS-11945-001 v1.5, as third parties quote it; not yet read itself"),
        date="2026-11",
    ),
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
    memory_bandwidth_gb_s=Sourced(
        value=273.0,
        unit="GB/s",
        source=("NVIDIA Jetson Thor data sheet DS-11945-001 v1.5, as third parties quote it; not yet read itself"),
        date="2026-11",
    ),
    precisions=("fp32", "fp16", "int8", "int4", "fp8", "nvfp4"),
    power_modes=(PowerMode(mode_id=0, name="MAXN", limit_w=70.0, source=_MODES),),
    default_power_mode="MAXN",
    max_power_w=Sourced(value=70.0, unit="W", source="third-party tables citing NVIDIA", date="2026-11"),
    wall_power_w=Sourced(
        value=90.0,
        unit="W",
        source=(
            "the module at most, times 1.28 for carrier and supply: AGX Orin drew 77 W of its "
            "60 W in MLPerf v3.0 (cTuning, BERT Offline, whole system)"
        ),
        date="2026-11",
    ),
    price_usd=Sourced(
        value=1999.0,
        unit="USD",
        source="module at 1000 units, third-party table citing NVIDIA; one shop asks 2999",
        date="2026-08",
    ),
)
