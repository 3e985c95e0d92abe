"""How many Jetson modules one cloud accelerator stands for, both running the same tuned model."""

from collections.abc import Mapping
from typing import Final

from aimigrate.contracts.catalog import EdgeTarget

REFERENCE: Final = "jetson-agx-orin-64gb"

# Rate of one accelerator over that of a Jetson AGX Orin 64GB in MAXN, the lowest over the models of MLPerf Inference,
# closed division, Offline, best result of each (rounds v2.0, v2.1 and v3.0; results repositories read 2026-11).
OVER_REFERENCE: Final[dict[str, float]] = {
    "T4": 0.79,  # bert-99, v3.0; resnet50 0.95, rnnt 1.19
    "L4": 1.90,  # bert-99, v3.0
    "A10G": 1.09,  # the A10's 1.95 (bert-99, v2.1) by FP16 TFLOPS, 70/125 (data sheets, from memory, 2026-11)
    "L40S": 3.97,  # the L40's, bert-99, v3.0; an L40S is no slower
    "A100": 4.98,  # SXM, ssd-resnet34, v2.0
    "H100": 13.19,  # SXM, resnet50, v2.1
}


def modules_per_accelerator(accelerator: str | None, module: str, targets: Mapping[str, EdgeTarget]) -> float | None:
    """Return how many modules of a type one accelerator is worth, None where no figure is known.

    From one module to another by the lower ratio of dense INT8 TOPS and memory bandwidth.
    """
    ratio = OVER_REFERENCE.get(accelerator or "")
    target, reference = targets.get(module), targets.get(REFERENCE)
    if ratio is None or target is None or reference is None:
        return None
    parts = [target.memory_bandwidth_gb_s.value / reference.memory_bandwidth_gb_s.value]
    if target.dense_int8_tops and reference.dense_int8_tops:
        parts.append(target.dense_int8_tops.value / reference.dense_int8_tops.value)
    return ratio / min(parts)
