"""Data processing without an accelerator or a model stays: there is nothing to infer."""

from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier


@dataclass(frozen=True)
class NoInference:
    """A processing job on CPUs, of no model that anyone named."""

    name: str = "no-inference"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by the kind, the accelerator and the model."""
        known = seen.workload.compute.accelerator is not None or seen.facts.family is not None
        if seen.workload.kind != "sagemaker_processing" or known:
            return None
        return Barrier(
            name=self.name,
            why="data processing without an accelerator or a model: nothing to infer at the edge",
            evidence="its kind is sagemaker_processing; neither an accelerator nor a model is known",
            lifted_if="it runs a model, and hints.yaml says which (model_family)",
        )


barrier: BarrierRule = NoInference()
