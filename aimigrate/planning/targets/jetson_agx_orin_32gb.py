"""Jetson AGX Orin 32GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced

_MODES = (
    "JetPack 5 and 6; ids not checked on a module (a forum post reports a 50W mode 3); the "
    "module takes at most 40 W (NVIDIA forum, topic 323456)"
)

target = EdgeTarget(
    name="jetson-agx-orin-32gb",
    title="Jetson AGX Orin 32GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=Sourced(
        value=32.0,
        unit="GiB",
        source="NVIDIA Jetson AGX Orin Series data sheet DS-10662-001 v1.6, text of a public copy",
        date="2026-11",
    ),
    stated_sparse_tops=Sourced(
        value=200.0,
        unit="TOPS",
        source=(
            "sparse INT8, GPU 108 and DLA 92; NVIDIA Jetson AGX Orin Series data sheet "
            "DS-10662-001 v1.6, text of a public copy"
        ),
        date="2026-11",
    ),
    dense_fp16_tflops=Sourced(
        value=27.0,
        unit="TFLOPS",
        source=(
            "54 sparse FP16 TFLOPS of the GPU, halved for dense; NVIDIA Jetson AGX Orin Series "
            "data sheet DS-10662-001 v1.6, text of a public copy"
        ),
        date="2026-11",
    ),
    dense_int8_tops=Sourced(
        value=100.0,
        unit="TOPS",
        source=(
            "200 sparse INT8 TOPS, halved for dense; NVIDIA Jetson AGX Orin Series data sheet "
            "DS-10662-001 v1.6, text of a public copy"
        ),
        date="2026-11",
    ),
    memory_bandwidth_gb_s=Sourced(
        value=204.8,
        unit="GB/s",
        source="NVIDIA Jetson AGX Orin Series data sheet DS-10662-001 v1.6, text of a public copy",
        date="2026-11",
    ),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="MAXN", limit_w=40.0, source=_MODES),
        PowerMode(mode_id=1, name="15W", limit_w=15.0, source=_MODES),
        PowerMode(mode_id=2, name="30W", limit_w=30.0, source=_MODES),
        PowerMode(mode_id=3, name="40W", limit_w=40.0, source=_MODES),
    ),
    default_power_mode="MAXN",
    max_power_w=Sourced(
        value=40.0,
        unit="W",
        source="NVIDIA Jetson AGX Orin Series data sheet DS-10662-001 v1.6, text of a public copy",
        date="2026-11",
    ),
    wall_power_w=Sourced(
        value=51.0,
        unit="W",
        source=(
            "the module at most, times 1.28 for carrier and supply: AGX Orin drew 77 W of its "
            "60 W in MLPerf v3.0 (cTuning, BERT Offline, whole system)"
        ),
        date="2026-11",
    ),
    price_usd=Sourced(value=999.0, unit="USD", source="huggingface.js hardware-nvidia.ts, msrp", date="2026-08"),
)
