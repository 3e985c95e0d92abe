"""Which workloads get every figure solved, and what a region's warm instance leaves of the flips."""

from aimigrate.assess.decide import assess
from aimigrate.contracts.assessment import AssessedWorkload
from aimigrate.contracts.inventory import Coverage, Inventory, Workload
from aimigrate.contracts.sites import Hints
from tests.unit.assess.test_deciding import G5, NOW, TARGETS, endpoint, only


def solved(*workloads: Workload, most: int) -> dict[str, AssessedWorkload]:
    """Assess with a limit; return workloads by name."""
    inventory = Inventory(
        account_id="111122223333",
        source="aws",
        collected_at=NOW,
        lookback_days=14,
        regions=("eu-central-1",),
        workloads=workloads,
        coverage=Coverage(),
    )
    return {one.name: one for one in assess(inventory, targets=TARGETS, hints=Hints(), solve=most).workloads}


def variables(one: AssessedWorkload) -> set[str]:
    """Figures that are solved."""
    return {flip.variable for flip in one.verdict.flips}


def test_beyond_the_limit_the_dearest_are_solved_whole() -> None:
    """The others have their cloud cost alone; verdicts are the same either way."""
    dear = endpoint("dear", compute=G5.model_copy(update={"instance_count": 5}))
    others = (endpoint("one"), endpoint("two"))

    few, all_of_them = solved(dear, *others, most=1), solved(dear, *others, most=10)

    assert len(variables(few["dear"])) > 1
    assert variables(few["one"]) == variables(few["two"]) == {"cloud_cost_usd_per_month"}
    assert variables(all_of_them["one"]) > variables(few["one"])
    assert {name: one.verdict.decision for name, one in few.items()} == {
        name: one.verdict.decision for name, one in all_of_them.items()
    }


def test_what_is_conditional_for_its_region_does_not_flip_to_conditional() -> None:
    """The one warm instance made it so already; what flips to stay is left, as data and in words."""
    alone = only(endpoint("lone", compute=G5.model_copy(update={"instance_count": 1}))).verdict

    assert alone.decision == "conditional"
    assert alone.flips
    assert {flip.becomes for flip in alone.flips} == {"stay"}
    assert not any(sentence.startswith("conditional if") for sentence in alone.flips_if)
    assert alone.build_or_buy is not None
