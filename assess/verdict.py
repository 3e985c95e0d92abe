"""What to do with a workload: go, conditional, needs_evidence or stay, why, and at which figures that changes."""

from collections.abc import Mapping

from aimigrate.assess.build_or_buy import build_or_buy
from aimigrate.assess.decision import decision, is_idle
from aimigrate.assess.flip_words import in_a_sentence
from aimigrate.assess.flips import flips_of
from aimigrate.assess.judged import Judged, case_of
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.verdicts import Verdict

__all__ = ["SIZED_UP_TO", "Judged", "case_of", "is_idle", "verdict"]

SIZED_UP_TO = 300
"""Workloads of one assessment for which every figure is solved, the dearest: each takes some tens of milliseconds, as
its modules are sized anew some dozens of times."""


def verdict(case: Judged, targets: Mapping[str, EdgeTarget], *, sized: bool = True) -> Verdict:
    """Return the decision with its reasons, the figures that flip it, and what each way of running it costs.

    Without `sized` only the cloud cost at which it flips is solved for.
    """
    said = decision(case, targets)
    flips = flips_of(case, targets, said.decision, sized=sized)
    spoken = tuple(in_a_sentence(flip) for flip in flips)
    return said.model_copy(
        update={
            "flips": flips,
            "flips_if": (*said.flips_if, *spoken),
            "build_or_buy": build_or_buy(case),
        }
    )
