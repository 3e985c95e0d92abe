"""trtexec of TensorRT: its log, `--exportTimes` and `--exportProfile`.

A query of trtexec is one pass of a whole batch, so its rate is times the batch. A profile sums its layers' means; it
runs slower than a run without one.
"""

import re
from typing import Any

import numpy as np

from aimigrate.assess.importers._reading import Importer, Measured, MeasuringProblem, as_json, optional, positive

_QPS = re.compile(r"Throughput:\s*([\d.eE+-]+)\s*qps")
_LATENCY = re.compile(r"\bLatency:.*?median = ([\d.eE+-]+) ms")
_P99 = re.compile(r"\bLatency:.*?percentile\(99%\) = ([\d.eE+-]+) ms")
_SHAPE = re.compile(r"--shapes=\w[\w./:-]*?:(\d+)x|Input Binding for \S+ with dimensions (\d+)x")


def _recognises(text: str) -> bool:
    values = as_json(text)
    if values is None:
        return bool(_QPS.search(text))
    return _is_times(values) or _is_profile(values)


def _is_times(values: Any) -> bool:  # noqa: ANN401  # parsed JSON
    first = values[0] if isinstance(values, list) and values else None
    return isinstance(first, dict) and "latencyMs" in first and "startComputeMs" in first


def _is_profile(values: Any) -> bool:  # noqa: ANN401  # parsed JSON
    rows = values if isinstance(values, list) else []
    return any(isinstance(row, dict) and "averageMs" in row and "name" in row for row in rows)


def _read(text: str, batch: int | None) -> Measured:
    values = as_json(text)
    if values is None:
        return _of_log(text, batch)
    return _of_times(values, batch or 1) if _is_times(values) else _of_profile(values, batch or 1)


def _of_log(text: str, batch: int | None) -> Measured:
    """Read the performance summary. The batch is that of the first shape in the log, where the index states none."""
    qps, shape = _QPS.search(text), _SHAPE.search(text)
    many = batch or (int(shape[1] or shape[2]) if shape else 1)
    latency, slowest = _LATENCY.search(text), _P99.search(text)
    return Measured(
        per_second=positive(qps[1] if qps else None, "throughput") * max(1, many),
        batch=max(1, many),
        how=f"log, batch {max(1, many)}",
        latency_ms=optional(latency[1]) if latency else None,
        latency_p99_ms=optional(slowest[1]) if slowest else None,
    )


def _of_times(rows: list[dict[str, Any]], batch: int) -> Measured:
    """Read every pass: how many from the first byte in to the last byte out."""
    try:
        latencies = np.array([float(row["latencyMs"]) for row in rows])
        begins = [float(row.get("startH2dMs", row.get("startInMs", row.get("startComputeMs")))) for row in rows]  # type: ignore[arg-type]  # refused below
        ends = [float(row.get("endD2hMs", row.get("endOutMs", row.get("endComputeMs")))) for row in rows]  # type: ignore[arg-type]  # refused below
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MeasuringProblem("a pass without its times") from error
    seconds = positive(max(ends) - min(begins), "span of time") / 1000
    return Measured(
        per_second=positive(len(rows) / seconds, "throughput") * batch,
        batch=batch,
        how=f"--exportTimes, {len(rows):,} passes of batch {batch}",
        latency_ms=optional(np.median(latencies)),
        latency_p99_ms=optional(np.percentile(latencies, 99)),
    )


def _of_profile(rows: list[dict[str, Any]], batch: int) -> Measured:
    total = sum(float(row["averageMs"]) for row in rows if isinstance(row, dict) and optional(row.get("averageMs")))
    pass_ms = positive(total, "layer's time")
    return Measured(1000 / pass_ms * batch, batch, f"--exportProfile, batch {batch}", latency_ms=pass_ms)


importer = Importer("trtexec", _recognises, _read)
