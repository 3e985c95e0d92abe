"""Cloud capacity comes in whole instances, shared by the workloads of a region that callers wait for."""

from collections import defaultdict
from collections.abc import Sequence

from aimigrate.assess.assumptions import assumed
from aimigrate.contracts.assessment import AssessedWorkload


def whole_unit_usd(workloads: Sequence[AssessedWorkload], share_name: str) -> dict[str, float]:
    """Return, by region, what one whole instance kept warm costs a month beyond the pooled share of the costs.

    Only workloads of verdict go count. Batch work waits in a queue and needs nothing warm. The instance is
    the cheapest that one of them runs on; `share_name` names the assumed share that is already counted.
    """
    pools: dict[str, list[AssessedWorkload]] = defaultdict(list)
    for one in workloads:
        if one.verdict.decision == "go" and (one.classification.owner_label or one.classification.label) != "batch":
            pools[one.region].append(one)
    return {region: max(0.0, _unit(pool) - assumed(share_name) * _cost(pool)) for region, pool in sorted(pools.items())}


def settle(workloads: Sequence[AssessedWorkload]) -> tuple[AssessedWorkload, ...]:
    """Turn go into conditional where a region's one warm instance eats what its workloads save together."""
    extra = whole_unit_usd(workloads, "overflow_share")
    saved: dict[str, float] = defaultdict(float)
    for one in workloads:
        if one.verdict.decision == "go":
            saved[one.region] += one.outcome.saving_usd_per_month or 0.0
    lost = {region for region, usd in extra.items() if usd > 0 and saved[region] <= usd}
    return tuple(made_conditional(one, extra[one.region]) if _loses(one, lost) else one for one in workloads)


def _loses(one: AssessedWorkload, lost: set[str]) -> bool:
    label = one.classification.owner_label or one.classification.label
    return one.verdict.decision == "go" and one.region in lost and label != "batch"


def made_conditional(one: AssessedWorkload, usd: float) -> AssessedWorkload:
    """Return it as conditional: alone its region's warm instance costs `usd` a month more than its share."""
    why = f"more of {one.region} moves with it: one instance kept warm costs {usd:,.0f} USD a month beyond its share"
    said = one.verdict
    changed = {
        "decision": "conditional",
        "reasons": (why, *said.reasons),
        "flips_if": (f"go once: {why}", *(flip for flip in said.flips_if if not flip.startswith("conditional if "))),
        "flips": tuple(flip for flip in said.flips if flip.becomes != "conditional"),
    }
    return one.model_copy(update={"verdict": said.model_copy(update=changed)})


def _unit(pool: Sequence[AssessedWorkload]) -> float:
    """Return the monthly cost of the cheapest instance among them; a workload of several is divided by their number."""
    return min((one.cost.monthly_usd or 0.0) / max(one.compute.instance_count or 1.0, 1.0) for one in pool)


def _cost(pool: Sequence[AssessedWorkload]) -> float:
    return sum(one.cost.monthly_usd or 0.0 for one in pool)
