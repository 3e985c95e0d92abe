"""How fast a model runs on a module, by the best that is known, the interval wider on each step.

Measured on a device at hand; published for the same model and module; derived from what was published of others
(speed_model.py); assumed, where only whole accelerators can be compared. No verdict of go rests on the last.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from typing import Literal

from aimigrate.assess._speed_derived import WIDEST, Question, as_estimate, derived
from aimigrate.assess._speed_physics import Device, device_of
from aimigrate.assess._speed_published import (
    STREAMS,
    Rate,
    by_precision,
    parameters_in,
    precision_rank,
    published,
    published_tokens,
    rows_of_family,
    table,
)
from aimigrate.assess._speed_rows import key
from aimigrate.assess.measured_speeds import AtHand, at_hand, measured_rate, rows_at_hand
from aimigrate.assess.speed_ratio import accelerator_ratio, own_rate
from aimigrate.contracts.assessment import Estimate
from aimigrate.contracts.catalog import EdgeTarget

__all__ = [
    "Rate", "accelerator_ratio", "inference_rate", "is_language", "key", "own_rate", "prefill_rate", "proven_on",
    "size_of", "table", "token_rate",
]  # fmt: skip

_RELATIVE = (0.60, 1.40)  # ours: FLOPs are a poor guide to time
_LANGUAGE = re.compile(
    r"llama|mistral|mixtral|qwen|gemma|phi-|falcon|gpt|smollm|deepseek|vicuna|nemotron|bloom|zephyr|command"
)
_LIKE_THEM = "edge-llm"  # the runtime that most published tokens were counted with


@dataclass(frozen=True, eq=False)
class _Catalog:
    """What of a catalog decides a speed. One object for each such catalog, so that it is a cheap key."""

    devices: tuple[Device, ...]
    modes: Mapping[str, str]
    int8: frozenset[str]


_SEEN: list[tuple[Mapping[str, EdgeTarget], _Catalog]] = []
_KNOWN: dict[tuple[tuple[Device, ...], tuple[str, ...], frozenset[str]], _Catalog] = {}
_STEP = 0.05  # of a logarithm
_MOST = 65536  # answers that are remembered: families times precisions times modules of a large account


def is_language(family: str) -> bool:
    """Say whether a family writes text token by token."""
    return bool(_LANGUAGE.search(family.lower()))


def size_of(family: str) -> float | None:
    """Return billions of parameters that a family's own publication states, None where we have none."""
    found = (b for part in table()["sizes"] for name, b in part["parameters_b"].items() if key(name) == key(family))
    size = next(found, None)
    return float(size) if size is not None else None


def proven_on(family: str) -> tuple[str, ...]:
    """Modules on which a run of the family was published, so that its memory is known to suffice."""
    rows = (*rows_of_family("inference", family), *rows_of_family("tokens", family))
    return tuple(sorted({row["target"] for row in rows}))


def inference_rate(family: str, precision: str | None, name: str, targets: Mapping[str, EdgeTarget]) -> Rate | None:
    """Return inferences a second of a vision or speech model on one module; None when nothing tells."""
    return _inference(family, precision, name, _catalog(targets), at_hand())


def token_rate(
    family: str,
    parameters_b: float | None,
    name: str,
    targets: Mapping[str, EdgeTarget],
    *,
    precision: str | None = None,
    streams: Literal[1, 8] = STREAMS,
) -> Rate | None:
    """Return output tokens a second of a language model on one module, all streams together.

    `precision` is that of the weights; without it the fastest that was published, else INT4. None for one that the
    module does not have (NVFP4 and FP8 are Thor's alone), and where the model's size is not known.
    """
    if precision is not None and precision not in targets[name].precisions:
        return None
    asked = _Tokens(family, parameters_b or parameters_in(family), name, precision, streams)
    return _tokens(asked, _catalog(targets), at_hand())


def prefill_rate(
    family: str, parameters_b: float | None, name: str, targets: Mapping[str, EdgeTarget], *, tokens: float
) -> Estimate | None:
    """Return prompt tokens a second of one request of so many tokens; None where the model's size is not known.

    A first token takes about `tokens` over it. Derived: nothing that was published is looked up as it stands.
    """
    size = parameters_b or parameters_in(family)
    question = Question("prefill", family, name, "int4", 1, "", size, tokens=_near(tokens))
    found = derived(question, _catalog(targets).devices)
    return as_estimate(found, f"a prompt of {tokens:,.0f} tokens, INT4") if found is not None else None


@lru_cache(maxsize=_MOST)
def _inference(family: str, precision: str | None, name: str, catalog: _Catalog, own: AtHand) -> Rate | None:
    here = [row for row in rows_of_family("inference", family) if row["target"] == name]
    measured = measured_rate(own, family, precision, name, "inferences")
    best = published(by_precision(here, precision)) if here else None
    if measured is not None and (best is None or _suits(measured, best, precision)):
        return measured
    if best is not None or name not in catalog.modes:
        return best
    return _of_relative(family, precision, name, catalog, own) or _derived_inference(
        family, precision, name, catalog, own
    )


@dataclass(frozen=True)
class _Tokens:
    """A question about tokens."""

    family: str
    parameters_b: float | None
    name: str
    precision: str | None
    streams: int


@lru_cache(maxsize=_MOST)
def _tokens(asked: _Tokens, catalog: _Catalog, own: AtHand) -> Rate | None:
    measured = measured_rate(own, asked.family, asked.precision, asked.name, "tokens")
    if measured is not None and asked.precision in {None, measured.precision}:
        return measured
    thor = any(device.name == asked.name and device.generation == "thor" for device in catalog.devices)
    wanted = {asked.precision} if asked.precision else {"int4", "nvfp4"} if thor else {"int4"}
    rows = [row for row in rows_of_family("tokens", asked.family) if row["target"] == asked.name]
    here = [published_tokens(row, asked.streams) for row in rows if row["precision"] in wanted]
    if here:
        return max(here, key=lambda rate: (rate.per_second.value or 0.0, rate.precision))
    precision = asked.precision or "int4"
    question = Question("decode", asked.family, asked.name, precision, asked.streams, _LIKE_THEM, asked.parameters_b)
    found = derived(question, catalog.devices, rows_at_hand(own, catalog.devices))
    if found is None:
        return None
    return Rate(
        per_second=as_estimate(found, f"{asked.streams} streams, {precision.upper()}"),
        precision=precision,
        power_mode=catalog.modes[asked.name],
        latency_ms=None,
        stream_tokens=found.value / asked.streams,
    )


def _near(tokens: float) -> float:
    """Round a prompt's length by at most 2.5 %, so that a large account asks few different questions."""
    return float(f"{exp(round(log(max(1.0, tokens)) / _STEP) * _STEP):.4g}")


def _suits(measured: Rate, best: Rate, wanted: str | None) -> bool:
    """Say whether a measured rate beats a published one: unless only the published one has the wanted precision."""
    return wanted is None or precision_rank(measured.precision, wanted) <= precision_rank(best.precision, wanted)


def _catalog(targets: Mapping[str, EdgeTarget]) -> _Catalog:
    """Return what of a catalog decides a speed; the last few catalogs are known by sight."""
    for known, catalog in _SEEN:
        if known is targets and len(known) == len(catalog.devices):
            return catalog
    named = sorted(targets.items())
    devices = tuple(device_of(target) for _, target in named)
    modes = tuple(target.default_power_mode for _, target in named)
    int8 = frozenset(name for name, target in named if target.dense_int8_tops is not None)
    by_name = dict(zip((name for name, _ in named), modes, strict=True))
    found = _KNOWN.setdefault((devices, modes, int8), _Catalog(devices, by_name, int8))
    _SEEN.insert(0, (targets, found))
    del _SEEN[4:]
    return found


def _derived_inference(family: str, precision: str | None, name: str, catalog: _Catalog, own: AtHand) -> Rate | None:
    """Derive as the model's own rows were measured: their precision, batch and harness; else a queue kept full."""
    rows = rows_of_family("inference", family)
    donor = by_precision(rows, precision) if rows else None
    stated = {"fp32", "fp16", "int8"} - ({"int8"} if name not in catalog.int8 else set())
    ran = donor["precision"] if donor else precision
    at = ran if ran in stated else "fp16"
    full = donor is None or donor["how"] == "Offline"
    source = "mlperf" if donor is None or donor["reference"].startswith("mlperf") else "tensorrt"
    rows_own = rows_at_hand(own, catalog.devices)
    found = derived(Question("inference", family, name, at, 0 if full else 1, source), catalog.devices, rows_own)
    one = derived(Question("inference", family, name, at, 1, source), catalog.devices, rows_own)
    if found is None or one is None:
        return None
    return Rate(
        per_second=as_estimate(found, f"{'queue kept full' if full else 'batch 1'}, {at.upper()}"),
        precision=at,
        power_mode=catalog.modes[name],
        latency_ms=float(f"{1000 / one.value:.6g}"),
    )


def _of_relative(family: str, precision: str | None, name: str, catalog: _Catalog, own: AtHand) -> Rate | None:
    """Return the rate of a model that nobody ran by that of a relative, times their work's ratio."""
    if rows_of_family("inference", family):
        return None
    relative = next(iter(rows_of_family("relatives", family)), None)
    base = _inference(relative["of"], precision, name, catalog, own) if relative else None
    if relative is None or base is None:
        return None
    faster, known = relative["faster"], base.per_second
    low, high = (known.low or 0.0) * faster * _RELATIVE[0], (known.high or 0.0) * faster * _RELATIVE[1]
    estimate = Estimate(
        value=(known.value or 0.0) * faster,
        low=low,
        high=high,
        provenance="derived" if high <= WIDEST * low else "assumed",
        source=f"{family} from {relative['of']}: {relative['source']}; {known.source}",
    )
    latency = base.latency_ms / faster if base.latency_ms is not None else None
    return replace(base, per_second=estimate, latency_ms=latency, ran_on=None)
