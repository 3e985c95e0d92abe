"""What a module could do at most: by its dense operations a second and its memory's bandwidth (a roofline).

Everything is a time for one pass of a batch: operations over peak, plus weights read once over bandwidth. They are
added, not the larger taken: a layer bound by one is followed by a layer bound by the other (Williams et al.,
Roofline, 2009, bounds a kernel; a network is many).
"""

import re
from dataclasses import dataclass
from math import log

from aimigrate.contracts.catalog import EdgeTarget

FULL_BATCH = 64  # ours: a queue kept full is batched until weights no longer count
LAUNCH_S = 0.0003  # ours: starting the kernels of one pass takes tenths of a millisecond whatever the module
_BALANCED = 85.0 / 204.8  # TOPS of AGX Orin's GPU over its GB/s
_BYTES = {"fp32": 4.0, "fp16": 2.0, "int8": 1.0, "fp8": 1.0, "int4": 0.56, "nvfp4": 0.56}  # 0.56: scales of groups
_PEAK = {"fp32": 0.5, "fp16": 1.0, "int8": 2.0, "fp8": 2.0, "int4": 1.0, "nvfp4": 4.0}
"""Peak over that of FP16. FP32 runs as TF32 in TensorRT. INT4 are weights alone: they are computed in FP16 (W4A16)."""


@dataclass(frozen=True)
class Device:
    """A module or a GPU: what the physics needs. `fp16_tflops` is dense, of the GPU alone."""

    name: str
    generation: str
    fp16_tflops: float
    bandwidth_gb_s: float

    @property
    def module(self) -> str:
        """The module without its power mode."""
        return self.name.partition("@")[0]

    @property
    def line(self) -> str:
        """The module without its size of memory: AGX Orin's two share chip and board, the smaller with fewer cores."""
        return re.sub(r"-\d+gb$", "", self.module)

    @property
    def edge(self) -> bool:
        """Say whether it is a Jetson."""
        return self.name.startswith("jetson")


@dataclass(frozen=True)
class Work:
    """What one inference takes: billions of operations (two for a multiply-add), millions of weights."""

    family: str
    kind: str
    gflop: float
    weights_m: float


def device_of(target: EdgeTarget) -> Device:
    """Return a module of the catalog as the physics sees it."""
    return Device(target.name, target.generation, target.dense_fp16_tflops.value, target.memory_bandwidth_gb_s.value)


def balance_of(device: Device, precision: str) -> float:
    """Return the logarithm of operations that a module can do for each byte it can read, over AGX Orin's in INT8.

    Activations go through memory too, and how many bytes they are is not known of most models: where this is high, a
    module waits for its memory more than the bound says.
    """
    return log(device.fp16_tflops * _PEAK[precision] / device.bandwidth_gb_s / _BALANCED)


def inference_bound(work: Work, device: Device, precision: str, batch: int) -> float:
    """Return the logarithm of the most inferences a second. A batch of 0 is a queue kept full."""
    many = batch or FULL_BATCH
    compute_s = many * work.gflop / (device.fp16_tflops * _PEAK[precision] * 1e3)
    weights_s = work.weights_m * _BYTES[precision] / (device.bandwidth_gb_s * 1e3)
    return log(many / (compute_s + weights_s + LAUNCH_S))


def decode_bound(parameters_b: float, active_b: float, device: Device, precision: str, batch: int) -> float:
    """Return the logarithm of the most tokens a second, all streams together.

    Each stream of a mixture of experts picks its own, so a batch reads more of the weights than one stream does.
    """
    share = 1 - (1 - active_b / parameters_b) ** batch
    weights_s = parameters_b * share * _BYTES[precision] / device.bandwidth_gb_s
    compute_s = 2 * active_b * batch / (device.fp16_tflops * 1e3)
    return log(batch / (weights_s + compute_s))


def prefill_bound(parameters_b: float, active_b: float, device: Device, precision: str, tokens: float) -> float:
    """Return the logarithm of the most prompt tokens a second, for that many tokens in one pass."""
    compute_s = 2 * active_b * tokens / (device.fp16_tflops * _PEAK[precision] * 1e3)
    return log(tokens / (compute_s + parameters_b * _BYTES[precision] / device.bandwidth_gb_s))


def sizes_of(family: str) -> tuple[float, float] | None:
    """Return billions of parameters, all and those used for one token, that a family's name states."""
    found = re.search(r"(\d+(?:\.\d+)?)b(?:-a(\d+(?:\.\d+)?)b)?", family.lower())
    if found is None:
        return None
    whole = float(found[1])
    return (whole, float(found[2] or whole)) if whole > 0 else None
