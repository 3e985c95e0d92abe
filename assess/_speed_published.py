"""Speeds as they were published: the table, one row of it as a rate, and how far a repetition may lie from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from aimigrate.assess._speed_rows import key
from aimigrate.contracts.assessment import Estimate
from aimigrate.contracts.catalog import Provenance

# Low and high as shares of the value. MLPerf v3.0 gives the spread between two submitters on one AGX Orin:
# cTuning reached 0.73 of NVIDIA's ResNet-50 and 0.83 of its BERT. Tokens: vLLM reaches 0.71-0.85 of TensorRT Edge-LLM
# on Qwen 3 of 4 and 8 billion weights, one stream, AGX Orin and Thor. Batch-1 figures leave out pre- and
# post-processing.
SPREAD: dict[str, tuple[float, float]] = {"mlperf": (0.70, 1.05), "tokens": (0.70, 1.05), "other": (0.60, 1.10)}
STREAMS: Literal[8] = 8


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


@lru_cache(maxsize=4)
def _index(part: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table()[part]:
        found.setdefault(key(row["family"]), []).append(row)
    return found


def rows_of_family(part: str, family: str) -> list[dict[str, Any]]:
    """Return the published rows of a family: `inference`, `tokens` or `relatives`."""
    return _index(part).get(key(family), [])


def precision_rank(precision: str, wanted: str | None) -> int:
    """Order precisions: the workload's own, then FP16 (no accuracy at stake), then INT8, then FP32."""
    order = ("fp16", "int8", "fp32")
    return 0 if precision == wanted else 1 + (order.index(precision) if precision in order else len(order))


def by_precision(rows: list[dict[str, Any]], wanted: str | None) -> dict[str, Any]:
    """Return the row whose precision suits best."""
    return min(rows, key=lambda row: (precision_rank(row["precision"], wanted), str(row)))


def published(row: Mapping[str, Any]) -> Rate:
    """Return a row of inferences as a rate."""
    reference = table()["references"][row["reference"]]
    spread = SPREAD["mlperf" if row["reference"].startswith("mlperf") else "other"]
    source = f"{reference['source']}, {reference['date']} ({row['how']}, {row['precision'].upper()})"
    return Rate(
        per_second=estimate(row["rps"], spread, "published", source),
        precision=row["precision"],
        power_mode=row["power_mode"],
        latency_ms=row["latency_ms"],
        ran_on=row["target"],
    )


def published_tokens(row: Mapping[str, Any], most: int = STREAMS) -> Rate:
    """Return a row of tokens as a rate of all streams together: eight where eight were run and may run."""
    reference = table()["references"][row["reference"]]
    many = row["eight_streams"] if most >= STREAMS else None
    together = many or row["one_stream"]
    streams = f"{STREAMS} streams" if many else "one stream"
    source = f"{reference['source']}, {reference['date']} ({streams}, {row['precision'].upper()})"
    return Rate(
        per_second=estimate(together, SPREAD["tokens"], "published", source),
        precision=row["precision"],
        power_mode=row["power_mode"],
        latency_ms=None,
        memory_gib=row["memory_gib"],
        stream_tokens=together / STREAMS if many else row["one_stream"],
        ran_on=row["target"],
    )


def estimate(value: float, spread: tuple[float, float], provenance: Provenance, source: str) -> Estimate:
    """Return a value with its spread as shares of it."""
    return Estimate(value=value, low=value * spread[0], high=value * spread[1], provenance=provenance, source=source)


def parameters_in(family: str) -> float | None:
    """Billions of parameters that a dense family's name states; a mixture of experts has two sizes and gives none."""
    sizes = re.findall(r"-(\d+(?:\.\d+)?)b", family)
    return float(sizes[0]) if len(sizes) == 1 and not re.search(r"-a\d", family) else None
