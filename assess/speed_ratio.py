"""What a module is worth of a cloud accelerator, from one round of MLPerf each; and speeds that rest on it."""

from collections.abc import Mapping
from functools import lru_cache
from math import exp, log

from aimigrate.assess._speed_published import SPREAD, Rate, table
from aimigrate.assess._speed_rows import key
from aimigrate.contracts.assessment import Estimate
from aimigrate.contracts.catalog import EdgeTarget

_DERIVED = (0.75, 1.20)  # ours: TOPS foretell MLPerf v3.0's Orin NX from AGX Orin within 0.83-1.08
_ASSUMED = (0.35, 1.75)  # ours: a high of five times the low, as wide as the widest that still counts as derived
_BASE = "jetson-agx-orin-64gb"


def accelerator_ratio(
    family: str | None,
    accelerator: str | None,
    name: str,
    targets: Mapping[str, EdgeTarget],
    *,
    without: str | None = None,
) -> Estimate | None:
    """Return how much of one cloud accelerator one module is worth, from one round of MLPerf each.

    Derived when both ran the family; assumed (all models' spread) when only others tell. None for an
    accelerator that MLPerf's rounds here did not hold. `without` leaves a family out, as if it had not run.
    """
    gpu = table()["gpus"].get(accelerator) if accelerator else None
    scale = _scale(targets, _BASE, name)
    if gpu is None or scale is None:
        return None
    return _ratio(family, (str(gpu["as"]), str(gpu["note"])), name, scale, key(without or ""))


@lru_cache(maxsize=4096)
def _ratio(family: str | None, ran: tuple[str, str], name: str, scale: float, without: str) -> Estimate | None:
    gpu, note = ran
    found: dict[str, tuple[str, float, bool]] = {}
    for row in table()["rounds"]:
        rates = row["rps"]
        anchor = name if name in rates else _BASE
        if gpu in rates and anchor in rates and key(row["family"]) != without:
            factor = 1.0 if anchor == name else scale
            found[row["family"]] = (row["round"], rates[anchor] / rates[gpu] * factor, anchor == name)
    said = f"; {note}" if note else ""
    own = next((value for known, value in found.items() if family and key(known) == key(family)), None)
    if own is not None:
        low, high = SPREAD["mlperf"] if own[2] else _DERIVED
        source = f"MLPerf Inference {own[0]}, {family}, Offline: {name} over {gpu}{said}"
        return Estimate(value=own[1], low=own[1] * low, high=own[1] * high, provenance="derived", source=source)
    if not found:
        return None
    ratios = [ratio for _, ratio, _ in found.values()]
    middle = exp(sum(map(log, ratios)) / len(ratios))
    source = f"MLPerf Inference, {len(ratios)} other models: {name} over {gpu}, geometric mean{said}"
    low, high = min(ratios) * _DERIVED[0], max(ratios) * _DERIVED[1]
    return Estimate(value=middle, low=low, high=high, provenance="assumed", source=source)


def _scale(targets: Mapping[str, EdgeTarget], donor: str, name: str) -> float | None:
    """Return the lower of the ratios of dense peak (INT8, else FP16) and of memory bandwidth, donor to module."""
    if donor not in targets or name not in targets:
        return None
    there, here = targets[donor], targets[name]
    bandwidth = here.memory_bandwidth_gb_s.value / there.memory_bandwidth_gb_s.value
    if there.dense_int8_tops is None or here.dense_int8_tops is None:
        return min(here.dense_fp16_tflops.value / there.dense_fp16_tflops.value, bandwidth)
    return min(here.dense_int8_tops.value / there.dense_int8_tops.value, bandwidth)


def own_rate(capacity_rps: float, ratio: Estimate, power_mode: str) -> Rate:
    """Return a module's assumed rate: what a cloud accelerator does now, times what a module is worth of one."""
    value, low, high = ratio.value or 0.0, ratio.low or 0.0, ratio.high or 0.0
    estimate = Estimate(
        value=capacity_rps * value,
        low=capacity_rps * min(low, value * _ASSUMED[0]),
        high=capacity_rps * max(high, value * _ASSUMED[1]),
        provenance="assumed",
        source=f"its own rate over its own utilization, {capacity_rps:.3g} rps a full accelerator; {ratio.source}",
    )
    return Rate(per_second=estimate, precision="as now", power_mode=power_mode, latency_ms=None)
