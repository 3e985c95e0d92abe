"""Rows of speed, and by which labels they are pooled.

A row is one published (or measured) speed: one model on one module, at one precision and batch. The kinds of label
below are all the structure that the fit has; it has one width for each.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Literal

from aimigrate.assess._speed_fit import Case
from aimigrate.assess._speed_physics import (
    Device,
    Work,
    balance_of,
    decode_bound,
    inference_bound,
    prefill_bound,
    sizes_of,
)

Kind = Literal["inference", "decode", "prefill"]

KINDS: dict[Kind, tuple[str, ...]] = {
    "inference": (
        "batch", "class", "model", "model_batch", "module", "generation", "precision", "capped", "source", "pair",
        "run", "size", "balance",
    ),
    "decode": (
        "batch", "experts", "series", "drafted", "drafted_batch", "drafted_precision", "precision", "runtime",
        "runtime_generation", "module", "module_batch", "generation", "model", "pair", "size", "size_batch",
    ),
    "prefill": (
        "batch", "experts", "series", "precision", "module", "generation", "model", "pair", "images", "size", "length",
    ),
}  # fmt: skip
_TYPICAL_GFLOP, _TYPICAL_B, _TYPICAL_TOKENS = 20.0, 4.0, 300.0  # where the slopes are zero; any middle would do


@dataclass(frozen=True)
class Row:
    """One speed. `per_second` is inferences, or tokens of all streams together; a question carries 1.0 there."""

    kind: Kind
    family: str
    device: Device
    precision: str
    batch: int
    per_second: float = 1.0
    capped: bool = False
    source: str = ""
    run: str = ""
    drafted: str = ""
    images: bool = False
    tokens: float = 0.0

    @property
    def model(self) -> str:
        """Spell the family for comparison."""
        return key(self.family)


@lru_cache(maxsize=4096)
def key(family: str) -> str:
    """Spell a family for comparison, without signs that people write or leave out."""
    return re.sub(r"[^a-z0-9.]", "", family.lower())


def bound_of(row: Row, work: Work | None, parameters_b: float | None = None) -> float | None:
    """Return the logarithm of the most that physics allows; None where the model's work is not known."""
    if row.kind == "inference":
        return inference_bound(work, row.device, row.precision, row.batch) if work is not None else None
    sizes = sizes_of(row.family) or ((parameters_b, parameters_b) if parameters_b else None)
    if sizes is None:
        return None
    if row.kind == "decode":
        return decode_bound(*sizes, row.device, row.precision, row.batch)
    return prefill_bound(*sizes, row.device, row.precision, row.tokens or _TYPICAL_TOKENS)


def case_of(row: Row, work: Work | None, parameters_b: float | None = None) -> Case:
    """Return the labels and slopes by which a row is pooled with others."""
    if row.kind == "inference" and work is not None:
        return _inference_case(row, work)
    whole, active = sizes_of(row.family) or (parameters_b or _TYPICAL_B, parameters_b or _TYPICAL_B)
    generation, batch = row.device.generation, f"{row.batch}"
    labels = {
        "batch": batch,
        "experts": f"{active < whole} {batch}",
        "series": re.split(r"-?\d+(?:\.\d+)?b", row.family.lower())[0],
        "precision": f"{row.precision} {batch} {generation}",
        "runtime": f"{row.source} {batch}",
        "runtime_generation": f"{row.source} {batch} {generation}",
        "module": row.device.line,
        "module_batch": f"{row.device.line} {batch}",
        "generation": generation,
        "model": row.model,
        "pair": f"{row.model} {row.device.module}",
        "images": f"{row.images} {batch} {generation}",
    }
    if row.drafted:
        drafted = f"{row.drafted} {batch}"
        labels |= {"drafted": row.drafted, "drafted_batch": drafted, "drafted_precision": f"{drafted} {row.precision}"}
    size = log(active / _TYPICAL_B)
    length = log((row.tokens or _TYPICAL_TOKENS) / _TYPICAL_TOKENS)
    return Case(labels, {"size": size, "size_batch": size if row.batch > 1 else 0.0, "length": length})


def _inference_case(row: Row, work: Work) -> Case:
    generation, batch = row.device.generation, f"{row.batch}"
    labels = {
        "batch": batch,
        "class": f"{work.kind} {batch}",
        "model": row.model,
        "model_batch": f"{row.model} {batch}",
        "module": row.device.line,
        "generation": f"{generation} {batch}",
        "precision": f"{generation} {row.precision}",
        "capped": "capped" if row.capped else "",
        "source": f"{row.source} {batch}",
        "pair": f"{row.model} {row.device.module}",
        "run": f"{row.model} {row.run}" if row.run else "",
    }
    size = log(work.gflop / _TYPICAL_GFLOP) if row.batch == 1 else 0.0
    balance = balance_of(row.device, row.precision) if row.batch != 1 else 0.0
    return Case(labels, {"size": size, "balance": balance})
