"""Jetson T4000: the figures that sizing needs, each with source and date."""

from aimigrate.contracts.catalog import EdgeTarget, PowerMode, Sourced

_MODES = "JetPack 7.1; id not checked on a module; its other modes are not known to us"

target = EdgeTarget(
    name="jetson-t4000",
    title="Jetson T4000",
    generation="thor",
    jetpack_majors=(7,),
    memory_gib=Sourced(
        value=64.0, unit="GiB", source="third-party tables citing NVIDIA JetPack 7.1 blog", date="2026-11"
    ),
    dense_int8_tops=None,  # the makers state FP4 only; an INT8 figure was not found
    memory_bandwidth_gb_s=Sourced(value=273.0, unit="GB/s", source="third-party tables citing NVIDIA", date="2026-11"),
    power_modes=(PowerMode(mode_id=0, name="MAXN", limit_w=70.0, source=_MODES),),
    default_power_mode="MAXN",
    max_power_w=Sourced(value=70.0, unit="W", source="third-party tables citing NVIDIA", date="2026-11"),
    price_usd=Sourced(
        value=1999.0,
        unit="USD",
        source="module at 1000 units, third-party table citing NVIDIA; one shop asks 2999",
        date="2026-08",
    ),
)
