"""Closed weights stay: what can't be copied can't move."""

from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier


@dataclass(frozen=True)
class ClosedWeights:
    """The makers of some models (most of Bedrock's own) hand their weights to nobody."""

    name: str = "closed-weights"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by what the account, a tag or a person says of the weights."""
        if not seen.facts.closed_weights:
            return None
        said = "hints.yaml says so" if seen.hint.closed_weights else f"its model is {seen.facts.name or 'not named'}"
        return Barrier(
            name=self.name,
            why="its weights are closed: they can't be copied to a module",
            evidence=f"{said} ({seen.workload.kind})",
            lifted_if="an open model of the same quality takes its place",
        )


barrier: BarrierRule = ClosedWeights()
