"""Jetson Orin NX 8GB: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced

_MODES = "JetPack 5 and 6 without Super; ids not checked on a module; 20 W is our limit for MAXN"

target = EdgeTarget(
    name="jetson-orin-nx-8gb",
    title="Jetson Orin NX 8GB",
    generation="orin",
    jetpack_majors=(5, 6),
    memory_gib=Sourced(
        value=8.0,
        unit="GiB",
        source="NVIDIA Jetson Orin NX Series data sheet DS-10712-001 v1.5, text of a public copy",
        date="2026-11",
    ),
    stated_sparse_tops=Sourced(
        value=70.0,
        unit="TOPS",
        source=(
            "sparse INT8, 20 of it DLA, without Super (117 with); NVIDIA Jetson Orin NX Series "
            "data sheet DS-10712-001 v1.5, text of a public copy"
        ),
        date="2026-11",
    ),
    dense_fp16_tflops=Sourced(
        value=12.5,
        unit="TFLOPS",
        source=(
            "70 sparse INT8 TOPS less 20 of the DLA, a quarter in dense FP16; NVIDIA Jetson Orin "
            "NX Series data sheet DS-10712-001 v1.5, text of a public copy"
        ),
        date="2026-11",
    ),
    dense_int8_tops=Sourced(
        value=35.0,
        unit="TOPS",
        source=(
            "70 sparse INT8 TOPS, 35 dense; NVIDIA Jetson Orin NX Series data sheet DS-10712-001 "
            "v1.5, text of a public copy"
        ),
        date="2026-11",
    ),
    memory_bandwidth_gb_s=Sourced(
        value=102.4,
        unit="GB/s",
        source=(
            "128 bits at 3200 MHz, stated as 102; NVIDIA Jetson Orin NX Series data sheet "
            "DS-10712-001 v1.5, text of a public copy"
        ),
        date="2026-11",
    ),
    precisions=("fp32", "fp16", "int8", "int4"),
    power_modes=(
        PowerMode(mode_id=0, name="MAXN", limit_w=20.0, source=_MODES),
        PowerMode(mode_id=1, name="10W", limit_w=10.0, source=_MODES),
        PowerMode(mode_id=2, name="15W", limit_w=15.0, source=_MODES),
        PowerMode(mode_id=3, name="20W", limit_w=20.0, source=_MODES),
    ),
    default_power_mode="MAXN",
    max_power_w=Sourced(
        value=20.0,
        unit="W",
        source=(
            "without Super (40 with); NVIDIA Jetson Orin NX Series data sheet DS-10712-001 v1.5, text of a public copy"
        ),
        date="2026-11",
    ),
    wall_power_w=Sourced(
        value=26.0,
        unit="W",
        source=(
            "the module at most, times 1.28 for carrier and supply: AGX Orin drew 77 W of its "
            "60 W in MLPerf v3.0 (cTuning, BERT Offline, whole system)"
        ),
        date="2026-11",
    ),
    price_usd=Sourced(value=400.0, unit="USD", source="huggingface.js hardware-nvidia.ts, msrp", date="2026-08"),
)
