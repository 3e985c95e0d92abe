"""A notebook stays: it is a person's desk."""

from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier


@dataclass(frozen=True)
class Notebook:
    """Nobody's requests are served by a notebook."""

    name: str = "notebook"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by the kind alone."""
        if seen.workload.kind != "sagemaker_notebook":
            return None
        why = "a notebook is a person's desk, not a service"
        return Barrier(name=self.name, why=why, evidence="its kind is sagemaker_notebook")


barrier: BarrierRule = Notebook()
