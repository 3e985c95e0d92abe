"""Whether capacity is kept when there is nothing to do."""

from dataclasses import dataclass

from aimigrate.assess.rules._base import Family, Potential, Rule
from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

_REPLICAS = 2  # two or more at all times: someone minds when one is away
_WARM_WEIGHT, _ZERO_WEIGHT = 0.5, 0.6  # ours, small: habits of operation, not of the workload


@dataclass(frozen=True)
class KeptWarm:
    """Two replicas at all times point to callers; a floor of none points to work that can wait for a start."""

    name: str = "kept-warm"
    family: Family = "fleet"
    potentials: tuple[Potential, ...] = (
        Potential("realtime", _WARM_WEIGHT, "at least two replicas are always kept"),
        Potential("batch", _ZERO_WEIGHT, "it may scale to zero"),
    )

    def judge(self, workload: Workload) -> Evidence | None:
        """Speak on the floor of the group's size."""
        floor = workload.compute.min_count
        if floor is None or workload.kind in {"lambda_function", "sagemaker_serverless_endpoint", "batch_queue"}:
            return None
        if floor == 0:
            detail = "Its group may shrink to nothing, and starting again takes minutes."
            return Evidence(signal=self.name, value=0.0, leans="batch", weight=_ZERO_WEIGHT, detail=detail)
        if floor >= _REPLICAS:
            detail = f"At least {floor} replicas are always kept; the threshold is {_REPLICAS}."
            return Evidence(signal=self.name, value=float(floor), leans="realtime", weight=_WARM_WEIGHT, detail=detail)
        return None


rule: Rule = KeptWarm()
