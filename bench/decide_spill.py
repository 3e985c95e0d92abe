"""Predicted against replayed spill: the edge is sized on the first half of a trace, and the second half sent to it.

Size and prediction are what `aimigrate overflow size` gives for the first half, nothing else. Where a trace holds
single requests the second half is replayed one by one; ServeGen states rates of ten minutes, so its second half is
computed with the same queue, not replayed. The standard error is that of a block bootstrap over 20 stretches
of the second half.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
from scipy.stats import bootstrap

from aimigrate.planning.arrivals import Arrivals, Floats
from aimigrate.planning.overflow import OverflowSize, size, spilled
from bench.decisions import DATA, Check

WITHIN, MOST_ERROR = 0.02, 0.01  # two points, where the standard error is at most one point
BAND = (0.10, 0.20)
_PER_TOKEN_S = 0.02  # an answer takes 20 ms a token, as a 7B model on one GPU of the traces' time does (ours)
_LIMIT = 2.0  # the latency limit over the service time
_DRIFT = 0.10  # a half whose mean rate is more than a tenth off is said to differ; named before any spill is looked at
_SEED = 20261125


@dataclass(frozen=True)
class Trace:
    """One trace: its halves, and how long an answer takes."""

    name: str
    first: Arrivals
    second: Arrivals
    service_s: float
    seen: str


def _events(name: str, at_s: Floats, service_s: float) -> Trace:
    middle = (at_s.min() + at_s.max()) / 2
    first, second = (Arrivals.of_events(half) for half in (at_s[at_s < middle], at_s[at_s >= middle]))
    return Trace(name, first, second, service_s, "replayed")


def _rates(name: str, rates_rps: Floats, service_s: float) -> Trace:
    half = len(rates_rps) // 2
    first, second = (Arrivals.of_rates(part, 600.0) for part in (rates_rps[:half], rates_rps[half:]))
    return Trace(name, first, second, service_s, "computed")


def _column(file: str, column: str, where: str = "true") -> Floats:
    """Return a column of a trace's file in the order of time."""
    path = DATA / "request_arrivals" / file
    rows = duckdb.sql(f"SELECT {column} FROM read_csv('{path}') WHERE {where} ORDER BY 1").fetchnumpy()  # noqa: S608  # ours
    found: Floats = np.asarray(next(iter(rows.values())), dtype=np.float64)
    return found


def _mean(file: str, column: str, where: str = "true") -> float:
    return float(_column(file, column, where).mean())


def traces() -> list[Trace]:
    """Return every trace of the folder, and the two Azure services pooled on one edge."""
    azure, mooncake, genai = "azure_llm_2023_dev.csv", "mooncake_conversation_dev.csv", "genai_image_requests_dev.csv"
    found = []
    for name, where in (("conv", "service = 'conv'"), ("code", "service = 'code'"), ("both pooled", "true")):
        service_s = _mean(azure, "generated_tokens", where) * _PER_TOKEN_S
        found.append(_events(f"azure {name}", _column(azure, "t_s", where), service_s))
    service_s = _mean(mooncake, "output_length") * _PER_TOKEN_S
    found.append(_events("mooncake", _column(mooncake, "t_s"), service_s))
    took_s = float(np.median(_column(genai, "exec_time_seconds", "exec_time_seconds IS NOT NULL")))
    found.append(_events("genai images", _column(genai, "epoch(gmt_create)"), took_s))
    for model in ("m-small", "m-large", "deepseek-r1"):
        rows = f"model = '{model}'"
        path = DATA / "request_arrivals" / "servegen_rates_dev.csv"
        rates = duckdb.sql(f"SELECT rate_rps FROM read_csv('{path}') WHERE {rows} ORDER BY t_s").fetchnumpy()  # noqa: S608  # ours
        found.append(_rates(f"servegen {model}", np.asarray(rates["rate_rps"], dtype=np.float64), 1.0))
    return found


def standard_error(requests: Floats, spills: Floats) -> float:
    """Return the standard error of the share of spills, by a bootstrap of whole blocks."""
    kept = requests > 0

    def share(spilled_: Floats, requests_: Floats, axis: int = -1) -> Floats:
        found: Floats = spilled_.sum(axis=axis) / requests_.sum(axis=axis)
        return found

    drawn = bootstrap(
        (spills[kept], requests[kept]), share, paired=True, vectorized=True, method="percentile", rng=_SEED
    )
    return float(drawn.standard_error)


def cloud_share(found: OverflowSize) -> float:
    """Return the share of all slots that whole slots in the cloud make, the nearest number to what was asked."""
    cloud = max(1, round(found.edge_slots * found.capacity_share / (1 - found.capacity_share)))
    return cloud / (cloud + found.edge_slots)


def show() -> list[Check]:
    """Print a line for each trace. Returns a check of the spill where it can be told, and one of the capacity share."""
    print(
        f"{'trace':<22}{'second half':>12}{'service s':>10}{'slots':>7}{'cloud':>7}"
        f"{'predicted':>11}{'interval':>15}{'found':>8}{'error':>8}{'off':>7}  drift of the mean rate"
    )
    checks = []
    for trace in traces():
        limit_s = _LIMIT * trace.service_s
        asked = size(trace.first, service_time_s=trace.service_s, latency_limit_s=limit_s)
        came = spilled(trace.second, asked.edge_slots, service_time_s=trace.service_s, wait_s=limit_s - trace.service_s)
        found, error = float(came.spilled.sum() / came.requests.sum()), standard_error(came.requests, came.spilled)
        off, drift = abs(found - asked.expected_spill_share), trace.second.mean_rps / trace.first.mean_rps - 1
        share, told = cloud_share(asked), error <= MOST_ERROR
        interval = f"{asked.spill_share.low:.1%}-{asked.spill_share.high:.1%}"
        named = f"{drift:+.0%}{', differs' if abs(drift) > _DRIFT else ''}{'' if told else '; error too large to tell'}"
        print(
            f"{trace.name:<22}{trace.seen:>12}{trace.service_s:>10.2f}{asked.edge_slots:>7}{share:>7.1%}"
            f"{asked.expected_spill_share:>11.2%}{interval:>15}{found:>8.2%}{error:>8.2%}{off:>7.2%}  {named}"
        )
        if told:
            figure = f"{off * 100:.2f} points, mean rate {drift:+.0%}"
            checks.append(Check(f"{trace.name}: spill", "within 2 points", figure, off <= WITHIN))
        one = 1 / (1 + asked.edge_slots)
        band = BAND[0] <= share <= BAND[1] or (one > BAND[1] and share == one)
        checks.append(Check(f"{trace.name}: capacity share", "10-20 %, whole slots", f"{share:.1%}", band))
    return checks
