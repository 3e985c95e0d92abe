"""Training stays: modules at the edge serve models."""

from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier

_KINDS = ("sagemaker_training", "sagemaker_tuning", "sagemaker_automl")


@dataclass(frozen=True)
class Training:
    """A job that trains needs many large GPUs for a while, and its data where it lies."""

    name: str = "training"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by the kind alone."""
        if seen.workload.kind not in _KINDS:
            return None
        compute = seen.workload.compute
        many = (compute.accelerators_per_instance or 0) * max(compute.instance_count or 1, 1)
        size = f"training on {many:g} GPUs" if many > 1 else "training"
        return Barrier(
            name=self.name,
            why=f"{size}: modules at the edge serve models, they don't train them",
            evidence=f"its kind is {seen.workload.kind}",
        )


barrier: BarrierRule = Training()
