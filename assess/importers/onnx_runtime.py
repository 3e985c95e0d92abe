"""ONNX Runtime: what `onnxruntime_perf_test` prints, and a session's profile (`enable_profiling`)."""

import re
from typing import Any

import numpy as np

from aimigrate.assess.importers._reading import Importer, Measured, MeasuringProblem, as_json, optional, positive

_AVERAGE = re.compile(r"Average (?:inference )?time cost(?: total)?:\s*([\d.eE+-]+)\s*ms")
_PER_SECOND = re.compile(r"Number of inferences per second:\s*([\d.eE+-]+)")
_PERCENTILE = r"P{}\s+Latency(?: is|:)\s*([\d.eE+-]+)\s*s"


def _recognises(text: str) -> bool:
    values = as_json(text)
    return bool(_AVERAGE.search(text)) if values is None else bool(_runs(values))


def _runs(values: Any) -> list[float]:  # noqa: ANN401  # parsed JSON
    """Return the microseconds of each whole run of the session in a profile."""
    rows = values if isinstance(values, list) else []
    named = [
        row for row in rows if isinstance(row, dict) and row.get("name") in ("model_run", "SequentialExecutor::Execute")
    ]
    whole = [row for row in named if row["name"] == "model_run"] or named
    return [took for row in whole if (took := optional(row.get("dur"))) is not None]


def _read(text: str, batch: int | None) -> Measured:
    values, many = as_json(text), batch or 1
    return _of_log(text, many) if values is None else _of_profile(_runs(values), many)


def _of_log(text: str, batch: int) -> Measured:
    average, rate = _AVERAGE.search(text), _PER_SECOND.search(text)
    pass_ms = positive(average[1] if average else None, "average time")
    middle, slowest = (re.search(_PERCENTILE.format(part), text) for part in ("50", "99"))
    return Measured(
        per_second=(positive(rate[1], "inferences a second") if rate else 1000 / pass_ms) * batch,
        batch=batch,
        how=f"onnxruntime_perf_test, batch {batch}",
        latency_ms=_ms(middle) or pass_ms,
        latency_p99_ms=_ms(slowest),
    )


def _ms(found: re.Match[str] | None) -> float | None:
    seconds = optional(found[1]) if found else None
    return seconds * 1000 if seconds is not None else None


def _of_profile(runs_us: list[float], batch: int) -> Measured:
    """Leave the first run out: it warms up. Runs follow each other, one at a time."""
    warm = runs_us[1:]
    if not warm:
        raise MeasuringProblem("fewer than two runs of the session in it")
    return Measured(
        per_second=len(warm) / (sum(warm) / 1e6) * batch,
        batch=batch,
        how=f"session profile, {len(warm):,} runs of batch {batch}",
        latency_ms=float(np.median(warm)) / 1000,
        latency_p99_ms=float(np.percentile(warm, 99)) / 1000,
    )


importer = Importer("onnx_runtime", _recognises, _read)
