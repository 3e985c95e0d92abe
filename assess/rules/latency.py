"""How quick it must be, or is."""

from dataclasses import dataclass

import numpy as np

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.assess.shape import series_of, values_of
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Metric, Workload

_INTERACTIVE_MS = 1_000.0  # limit of uninterrupted thought (Nielsen, Response Times, 1993)
_PATIENT_MS = 60_000.0  # a SageMaker real-time endpoint gives up after 60 s (developer guide, read 2026-11)
_OBJECTIVE_WEIGHT = 2.0  # an objective is a promise
_OBSERVED_WEIGHT = 0.9  # quick answers may be a property of the model alone
_OBSERVED: tuple[Metric, ...] = ("latency_p99_ms", "latency_p50_ms", "latency_mean_ms")


@dataclass(frozen=True)
class Latency:
    """Under a second someone waits; over a minute nobody does."""

    name: str = "latency"
    family: Family = "latency"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _OBJECTIVE_WEIGHT, "it has a latency objective of 1 s or less"),
        Potential("batch", _OBJECTIVE_WEIGHT, "its latency objective is 60 s or more"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak on the objective where there is one, else on what was observed."""
        if workload.latency_objective_ms is not None:
            return self._say("objective", workload.latency_objective_ms, _OBJECTIVE_WEIGHT)
        for metric in _OBSERVED:
            series = series_of(workload, metric)
            if series is not None:
                return self._say(f"observed {metric}", float(np.nanmedian(values_of(series))), _OBSERVED_WEIGHT)
        return None

    def _say(self, what: str, found_ms: float, weight: float) -> Evidence | None:
        if _INTERACTIVE_MS < found_ms < _PATIENT_MS:
            return None
        quick = found_ms <= _INTERACTIVE_MS
        limit = "1,000 ms, the limit of uninterrupted thought" if quick else "60,000 ms, where real-time APIs give up"
        return Evidence(
            signal=self.name,
            value=round(found_ms, 3),
            leans="realtime" if quick else "batch",
            weight=weight,
            detail=f"Latency ({what}) is {found_ms:,.0f} ms; the threshold is {limit}.",
        )


rule: Rule = Latency()
