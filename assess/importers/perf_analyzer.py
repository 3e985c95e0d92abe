"""Triton's perf_analyzer: its CSV (`-f`, microseconds), its `--profile-export-file`.

Also the JSON of genai-perf, and of AIPerf, which follows it.
"""

import csv
import io
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from aimigrate.assess.importers._reading import Importer, Measured, MeasuringProblem, as_json, optional, positive

_RATE = "Inferences/Second"


def _recognises(text: str) -> bool:
    values = as_json(text)
    if isinstance(values, dict):
        return "experiments" in values or "output_token_throughput" in values or "request_throughput" in values
    return _RATE in text.partition("\n")[0].split(",")


def _read(text: str, batch: int | None) -> Measured:
    values = as_json(text)
    if values is None:
        return _of_csv(text, batch or 1)
    return _of_export(values, batch or 1) if "experiments" in values else _of_genai(values, batch)


def _of_csv(text: str, batch: int) -> Measured:
    """Take the load with the most inferences a second; the tool counts inferences, not requests."""
    rows = list(csv.DictReader(io.StringIO(text)))
    known = [row for row in rows if optional(row.get(_RATE))]
    if not known:
        raise MeasuringProblem("no row with inferences a second in it")
    best = max(known, key=lambda row: float(row[_RATE] or 0))
    load = next((f"{name.lower()} {best[name]}" for name in ("Concurrency", "Request Rate") if best.get(name)), "")
    return Measured(
        per_second=positive(best[_RATE], "inferences a second"),
        batch=batch,
        how=f"CSV, {load}, batch {batch}",
        latency_ms=_ms(best.get("p50 latency")),
        latency_p99_ms=_ms(best.get("p99 latency")),
    )


def _ms(microseconds: object) -> float | None:
    value = optional(microseconds)
    return value / 1000 if value is not None else None


def _of_export(values: Mapping[str, Any], batch: int) -> Measured:
    """Count every request between the window's first send and last answer; take the load with the most."""
    experiments = values["experiments"] if isinstance(values["experiments"], list) else []
    found = [one for experiment in experiments if (one := _of_experiment(experiment, batch))]
    if not found:
        raise MeasuringProblem("no experiment with answered requests in it")
    return max(found, key=lambda one: one.per_second)


def _of_experiment(experiment: Mapping[str, Any], batch: int) -> Measured | None:
    try:
        spans = np.array(
            [
                (float(request["timestamp"]), float(request["response_timestamps"][-1]))
                for request in experiment["requests"]
                if request["response_timestamps"]
            ]
        )
        load = dict(experiment["experiment"])
        windows = [float(at) for at in experiment.get("window_boundaries") or []]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise MeasuringProblem("an experiment without its requests' times") from error
    if not len(spans):
        return None
    begins, ends = spans[:, 0], spans[:, 1]
    took_ms = (ends - begins) / 1e6
    rates = [((ends > a) & (ends <= b)).sum() / ((b - a) / 1e9) for a, b in pairwise(windows) if b > a]
    whole_s = positive((ends.max() - begins.min()) / 1e9, "span of time")
    rate = float(np.mean(rates)) if rates else len(spans) / whole_s
    return Measured(
        per_second=positive(rate, "throughput") * batch,
        batch=batch,
        how=f"profile export, {load.get('mode', 'load')} {load.get('value', '?')}, batch {batch}",
        latency_ms=optional(np.median(took_ms)),
        latency_p99_ms=optional(np.percentile(took_ms, 99)),
    )


def _of_genai(values: Mapping[str, Any], streams: int | None) -> Measured:
    """Read genai-perf: tokens a second of all streams together; requests where no tokens were counted."""
    tokens = _part(values, "output_token_throughput", "avg")
    latency = values.get("request_latency")
    p50, p99 = (
        _part(values, "request_latency", part) if isinstance(latency, dict) else None for part in ("p50", "p99")
    )
    many = streams or _concurrency(values.get("input_config")) or 1
    if tokens is None:
        rate = positive(_part(values, "request_throughput", "avg"), "request throughput")
        return Measured(rate, many, f"genai-perf, concurrency {many}", p50, p99)
    return Measured(tokens, many, f"genai-perf, {many} streams", p50, p99, unit="tokens")


def _part(values: Mapping[str, Any], name: str, part: str) -> float | None:
    found = values.get(name)
    return optional(found.get(part)) if isinstance(found, dict) else None


def _concurrency(values: object, depth: int = 5) -> int | None:
    """Find the streams in the tool's own record of its settings, whose form differs by version."""
    if not isinstance(values, dict) or depth == 0:
        return None
    number = optional(values.get("concurrency"))
    deeper = (_concurrency(value, depth - 1) for value in values.values())
    return round(number) if number is not None else next((found for found in deeper if found is not None), None)


importer = Importer("perf_analyzer", _recognises, _read)
