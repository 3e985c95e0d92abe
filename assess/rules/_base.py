"""What a rule is: a name, the family whose members see the same thing, and an opinion."""

from dataclasses import dataclass
from typing import Literal, Protocol

from aimigrate.contracts.assessment import Evidence
from aimigrate.contracts.inventory import Workload

Side = Literal["batch", "realtime"]
Family = Literal["interface", "arrivals", "runs", "latency", "fleet"]


@dataclass(frozen=True)
class Potential:
    """What a rule would say if it saw what it has not seen; `when` completes "if ..."."""

    leans: Side
    weight: float
    when: str


class Rule(Protocol):
    """One opinion with the numbers that made it. Weights are log-odds: 0.7 is 2 to 1, 2.2 is 9 to 1."""

    @property
    def name(self) -> str:
        """Unique among the rules."""
        ...

    @property
    def family(self) -> Family:
        """Rules of one family look at the same thing, so they count for less together."""
        ...

    @property
    def potentials(self) -> tuple[Potential, ...]:
        """The opinions this rule can have."""
        ...

    def judge(self, workload: Workload) -> Evidence | None:
        """Say what the workload shows, or None when there is nothing to say."""
        ...
