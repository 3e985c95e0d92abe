"""Does a model fit into a module's unified memory, which the system shares."""

from collections.abc import Mapping
from dataclasses import dataclass

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.speeds import Rate, is_language, proven_on, size_of
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import ModelFacts

_BYTES = {"fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "int8": 1.0, "fp8": 1.0, "int4": 0.56, "nvfp4": 0.56}
"""Bytes a parameter; four bits carry a scale for each group of weights (AWQ, group of 128, and FP16 embeddings)."""

_BILLION_PER_GIB = 1e9 / 2**30


@dataclass(frozen=True)
class MemoryNeed:
    """Whether it fits (None is unknown), in words, and how much it needs if that is known."""

    fits: bool | None
    reason: str
    gib: float | None = None


def memory_need(facts: ModelFacts, rate: Rate, target: EdgeTarget, targets: Mapping[str, EdgeTarget]) -> MemoryNeed:
    """Compare weights, activations or KV cache, and the system with a module's memory."""
    has = target.memory_gib.value
    system = assumed("os_memory")
    if rate.memory_gib is not None and rate.ran_on == target.name and target.generation == "orin":
        need = rate.memory_gib + system
        return _compare(need, has, "its published run's peak and the system")
    parameters_b = facts.parameters_b or size_of(facts.family or "")
    if parameters_b is not None:
        precision = rate.precision if rate.precision in _BYTES else facts.precision or "fp16"
        weights = parameters_b * _BYTES.get(precision, 2.0) * _BILLION_PER_GIB
        language = facts.family is not None and is_language(facts.family)
        extra = assumed("kv_cache") if language else assumed("activations")
        return _compare(weights + extra + system, has, f"weights in {precision.upper()}, working memory and the system")
    ran = [targets[name].memory_gib.value for name in proven_on(facts.family or "") if name in targets]
    if ran and min(ran) <= has:
        return MemoryNeed(fits=True, reason=f"it ran in {min(ran):g} GiB (published)")
    return MemoryNeed(fits=None, reason="its parameters are not known, so its memory is not")


def _compare(need: float, has: float, what: str) -> MemoryNeed:
    usable = has * assumed("memory_headroom")
    words = f"{what}: {need:.1f} of {usable:.1f} usable GiB"
    return MemoryNeed(fits=need <= usable, reason=words if need <= usable else f"does not fit: {words}", gib=need)
