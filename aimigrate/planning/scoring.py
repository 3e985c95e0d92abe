"""Which workloads move first: proven, then of low risk, then saving most; a score out of 100 whose parts are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aimigrate.contracts.assessment import AssessedWorkload

# The parts are weighed so that a step of proof outweighs risk and saving together: a pilot is there to work.
PROOF_STEP: Final = 25.0
_PROOF: Final = {"measured": 3, "published": 2, "derived": 1, "assumed": 0}
_RISK: Final = {"batch": 17.0, "mixed": 11.0, "realtime": 6.0, "unknown": 0.0}  # a late batch job waits
SAVING: Final = 8.0


@dataclass(frozen=True)
class Score:
    """Three parts and their sum."""

    proven: float
    low_risk: float
    saving: float

    @property
    def total(self) -> float:
        """The sum, 0 to 100."""
        return round(self.proven + self.low_risk + self.saving, 2)


def scores(workloads: Sequence[AssessedWorkload]) -> dict[str, Score]:
    """Score workloads by id; a saving counts as a share of the largest among them."""
    most = max((one.outcome.saving_usd_per_month or 0.0 for one in workloads), default=0.0)
    return {one.id: _score(one, most) for one in workloads}


def _score(workload: AssessedWorkload, most: float) -> Score:
    fit = next((fit for fit in workload.edge_fit if fit.module == workload.outcome.module), None)
    proof = _PROOF[fit.throughput_rps.provenance] if fit and fit.throughput_rps else 0
    if fit is None or fit.readiness != "ready":
        proof = max(0, proof - 1)  # what must be changed first is proven one step less
    label = workload.classification.owner_label or workload.classification.label
    saving = max(workload.outcome.saving_usd_per_month or 0.0, 0.0)  # only ranks; an unknown saving comes last
    share = saving / most if most > 0 else 0.0
    return Score(proven=proof * PROOF_STEP, low_risk=_RISK[label], saving=round(SAVING * share, 2))
