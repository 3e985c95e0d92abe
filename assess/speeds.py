"""How fast a model runs on a module: published, or derived from what was published; the interval widens on the way.

Nothing here is measured by us. `assumed` is a ratio of whole accelerators, used where the model is
not known; no verdict of go rests on it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from pathlib import Path
from typing import Any

import yaml

from aimigrate.contracts.assessment import Estimate
from aimigrate.contracts.catalog import EdgeTarget, Provenance

# Low and high as shares of the value. MLPerf v3.0 gives the spread between two submitters on one AGX Orin:
# cTuning reached 0.73 of NVIDIA's ResNet-50 and 0.83 of its BERT. Batch-1 figures leave out pre- and post-processing.
_SPREAD: dict[str, tuple[float, float]] = {"mlperf": (0.70, 1.05), "other": (0.60, 1.10)}
_DERIVED = (0.75, 1.20)  # ours: TOPS foretell MLPerf v3.0's Orin NX from AGX Orin within 0.83-1.08
_RELATIVE = (0.60, 1.40)  # ours: FLOPs are a poor guide to time
_ASSUMED = (0.40, 1.60)  # ours
_STREAMS = 8
_NEAR = 0.3  # ours: sizes within a third of each other are alike, then eight streams beat one
_LANGUAGE = re.compile(
    r"llama|mistral|mixtral|qwen|gemma|phi-|falcon|gpt|smollm|deepseek|vicuna|nemotron|bloom|zephyr|command"
)
_BASE = "jetson-agx-orin-64gb"


@dataclass(frozen=True)
class Rate:
    """What one module does a second, and what it rests on. Unit: inferences, or output tokens."""

    per_second: Estimate
    precision: str
    power_mode: str
    latency_ms: float | None
    memory_gib: float | None = None
    stream_tokens: float | None = None  # tokens a second that one caller sees, language only
    ran_on: str | None = None  # the module of the published row


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return the whole speed table, read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_name("speeds.yaml").read_text("utf-8")
    return dict(yaml.load(text, Loader=loader))  # noqa: S506  # CSafeLoader is the safe loader in C


def key(family: str) -> str:
    """Spell a family for comparison, without signs that people write or leave out."""
    return re.sub(r"[^a-z0-9.]", "", family.lower())


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
    return tuple(sorted({row["target"] for row in _rows("inference", family) + _rows("tokens", family)}))


def inference_rate(family: str, precision: str | None, name: str, targets: Mapping[str, EdgeTarget]) -> Rate | None:
    """Return inferences a second of a vision or speech model on one module; None when nothing tells."""
    rows = _rows("inference", family)
    if not rows:
        return _of_relative(family, precision, name, targets)
    here = [row for row in rows if row["target"] == name]
    if here:
        return _published(_by_precision(here, precision))
    donors = [(scale, row) for row in rows if (scale := _scale(targets, row["target"], name)) is not None]
    if not donors:
        return None
    scale, row = min(donors, key=lambda pair: (_precision_rank(pair[1], precision), abs(log(pair[0][0])), str(pair[1])))
    return _scaled(_published(row), scale, targets[name].default_power_mode, row["target"])


def token_rate(family: str, parameters_b: float | None, name: str, targets: Mapping[str, EdgeTarget]) -> Rate | None:
    """Return output tokens a second of a language model on one module, all streams together."""
    thor = targets[name].generation == "thor"
    rows = [row for row in table()["tokens"] if row["precision"] == "int4" or thor]
    own = [row for row in rows if key(row["family"]) == key(family)]
    here = [row for row in own if row["target"] == name]
    if here:
        return _published_tokens(
            max(here, key=lambda row: (row["eight_streams"] or row["one_stream"], row["precision"]))
        )
    if not own and parameters_b is None:
        return None
    size = parameters_b or 1.0
    donors = []
    for row in own or [row for row in rows if _parameters(row["family"])]:
        donor_size = size if own else _parameters(row["family"])
        bandwidth = _bandwidth(targets, row["target"], name)
        if donor_size and bandwidth and row["precision"] == "int4":
            near = (
                round(abs(log(donor_size / size)) / _NEAR),
                row["eight_streams"] is None,
                abs(log(bandwidth)),
                str(row),
            )
            donors.append((near, donor_size / size * bandwidth, row))
    if not donors:
        return None
    _, ratio, row = min(donors, key=lambda donor: donor[0])
    scaled = _scaled(_published_tokens(row), (ratio, ratio), targets[name].default_power_mode, row["target"])
    return replace(scaled, memory_gib=None)


def accelerator_ratio(
    family: str | None, accelerator: str | None, name: str, targets: Mapping[str, EdgeTarget]
) -> Estimate | None:
    """Return how much of one cloud accelerator one module is worth, from one round of MLPerf each.

    Derived when both ran the family; assumed (all models' spread) when only others tell. None for an
    accelerator that MLPerf's rounds here did not hold.
    """
    gpu = table()["gpus"].get(accelerator) if accelerator else None
    scale = _scale(targets, _BASE, name)
    if gpu is None or scale is None:
        return None
    found: dict[str, tuple[str, float, bool]] = {}
    for row in table()["rounds"]:
        rates = row["rps"]
        anchor = name if name in rates else _BASE
        if gpu["as"] in rates and anchor in rates:
            factor = 1.0 if anchor == name else scale[0]
            found[row["family"]] = (row["round"], rates[anchor] / rates[gpu["as"]] * factor, anchor == name)
    note = f"; {gpu['note']}" if gpu["note"] else ""
    own = next((value for known, value in found.items() if family and key(known) == key(family)), None)
    if own is not None:
        low, high = _SPREAD["mlperf"] if own[2] else _DERIVED
        source = f"MLPerf Inference {own[0]}, {family}, Offline: {name} over {gpu['as']}{note}"
        return Estimate(value=own[1], low=own[1] * low, high=own[1] * high, provenance="derived", source=source)
    if not found:
        return None
    ratios = [ratio for _, ratio, _ in found.values()]
    middle = exp(sum(map(log, ratios)) / len(ratios))
    source = f"MLPerf Inference, {len(ratios)} other models: {name} over {gpu['as']}, geometric mean{note}"
    low, high = min(ratios) * _DERIVED[0], max(ratios) * _DERIVED[1]
    return Estimate(value=middle, low=low, high=high, provenance="assumed", source=source)


def _rows(part: str, family: str) -> list[dict[str, Any]]:
    return [row for row in table()[part] if key(row["family"]) == key(family)]


def _precision_rank(row: Mapping[str, Any], wanted: str | None) -> int:
    """Order rows: the workload's own precision, then FP16 (no accuracy at stake), then INT8, then FP32."""
    return 0 if row["precision"] == wanted else 1 + ("fp16", "int8", "fp32").index(row["precision"])


def _by_precision(rows: list[dict[str, Any]], wanted: str | None) -> dict[str, Any]:
    return min(rows, key=lambda row: (_precision_rank(row, wanted), str(row)))


def _published(row: Mapping[str, Any]) -> Rate:
    reference = table()["references"][row["reference"]]
    spread = _SPREAD["mlperf" if row["reference"].startswith("mlperf") else "other"]
    source = f"{reference['source']}, {reference['date']} ({row['how']}, {row['precision'].upper()})"
    return Rate(
        per_second=_estimate(row["rps"], spread, "published", source),
        precision=row["precision"],
        power_mode=row["power_mode"],
        latency_ms=row["latency_ms"],
        ran_on=row["target"],
    )


def _published_tokens(row: Mapping[str, Any]) -> Rate:
    reference = table()["references"][row["reference"]]
    together = row["eight_streams"] or row["one_stream"]
    streams = f"{_STREAMS} streams" if row["eight_streams"] else "one stream"
    source = f"{reference['source']}, {reference['date']} ({streams}, {row['precision'].upper()})"
    return Rate(
        per_second=_estimate(together, _SPREAD["other"], "published", source),
        precision=row["precision"],
        power_mode=row["power_mode"],
        latency_ms=None,
        memory_gib=row["memory_gib"],
        stream_tokens=together / _STREAMS if row["eight_streams"] else row["one_stream"],
        ran_on=row["target"],
    )


def _of_relative(family: str, precision: str | None, name: str, targets: Mapping[str, EdgeTarget]) -> Rate | None:
    relative = next((row for row in table()["relatives"] if key(row["family"]) == key(family)), None)
    base = inference_rate(relative["of"], precision, name, targets) if relative else None
    if relative is None or base is None:
        return None
    faster = relative["faster"]
    source = f"{family} from {relative['of']}: {relative['source']}; {base.per_second.source}"
    latency = base.latency_ms / faster if base.latency_ms is not None else None
    estimate = _times(base.per_second, faster, _RELATIVE, source)
    return replace(base, per_second=estimate, latency_ms=latency, ran_on=None)


def _scale(targets: Mapping[str, EdgeTarget], donor: str, name: str) -> tuple[float, float] | None:
    """Return the lower and the higher of the ratios of dense INT8 TOPS and of memory bandwidth, donor to module."""
    if donor not in targets or name not in targets:
        return None
    there, here = targets[donor].dense_int8_tops, targets[name].dense_int8_tops
    bandwidth = _bandwidth(targets, donor, name)
    if there is None or here is None or bandwidth is None:
        return None
    tops = here.value / there.value
    return min(tops, bandwidth), max(tops, bandwidth)


def _bandwidth(targets: Mapping[str, EdgeTarget], donor: str, name: str) -> float | None:
    if donor not in targets or name not in targets:
        return None
    return targets[name].memory_bandwidth_gb_s.value / targets[donor].memory_bandwidth_gb_s.value


def _scaled(rate: Rate, scale: tuple[float, float], power_mode: str, donor: str) -> Rate:
    """Carry a published rate to another module by the lower ratio; the interval reaches to the higher."""
    low, high = scale
    source = f"from {donor} by the lower ratio of TOPS and bandwidth, {low:.2f}; {rate.per_second.source}"
    estimate = _times(rate.per_second, low, (_DERIVED[0], _DERIVED[1] * high / low), source)
    latency = rate.latency_ms / low if rate.latency_ms is not None else None
    stream = rate.stream_tokens * low if rate.stream_tokens is not None else None
    return replace(rate, per_second=estimate, latency_ms=latency, stream_tokens=stream, power_mode=power_mode)


def _times(base: Estimate, factor: float, spread: tuple[float, float], source: str) -> Estimate:
    value, low, high = base.value or 0.0, base.low or 0.0, base.high or 0.0
    return Estimate(
        value=value * factor,
        low=low * factor * spread[0],
        high=high * factor * spread[1],
        provenance="derived",
        source=source,
    )


def _estimate(value: float, spread: tuple[float, float], provenance: Provenance, source: str) -> Estimate:
    return Estimate(value=value, low=value * spread[0], high=value * spread[1], provenance=provenance, source=source)


def _parameters(family: str) -> float | None:
    """Billions of parameters that a dense family's name states; a mixture of experts has two sizes and gives none."""
    sizes = re.findall(r"-(\d+(?:\.\d+)?)b", family)
    return float(sizes[0]) if len(sizes) == 1 and not re.search(r"-a\d", family) else None


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
