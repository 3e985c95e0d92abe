"""Each kind of machine and container goes through the rest: judged, priced, decided, named."""

from datetime import timedelta

import pytest

from aimigrate.assess.decide import assess
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, Run, Workload, WorkloadKind
from aimigrate.contracts.sites import Hints
from aimigrate.registry import discover
from tests.recorded_aws import ACCOUNT, NOW, REGION

TARGETS = discover("aimigrate.planning.targets", "target")
KINDS: tuple[WorkloadKind, ...] = ("ec2_fleet", "ecs_task", "eks_nodegroup", "eks_fargate")


def inventory(workload: Workload) -> Inventory:
    """Give an account that runs this alone."""
    return Inventory(
        account_id=ACCOUNT,
        source="aws",
        collected_at=NOW,
        lookback_days=14,
        regions=(REGION,),
        workloads=(workload,),
        coverage=Coverage(),
    )


def workload(kind: WorkloadKind, **more: object) -> Workload:
    """Give a workload on one g5.xlarge."""
    compute = Compute(instance_type="g5.xlarge", instance_count=1, accelerator="A10G", gpu_memory_gib=24)
    known = {"id": f"{kind}:{REGION}:a", "kind": kind, "region": REGION, "name": "a", "compute": compute}
    return Workload.model_validate({**known, **more})


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_judged(kind: WorkloadKind) -> None:
    """None of them ends the assessment, and without a model or demand none is moved."""
    (judged,) = assess(inventory(workload(kind)), targets=TARGETS, hints=Hints()).workloads

    assert judged.kind == kind
    assert judged.verdict.decision in ("stay", "needs_evidence")


@pytest.mark.parametrize("kind", ["ec2_fleet", "eks_nodegroup"])
def test_what_stands_there_costs_all_month(kind: WorkloadKind) -> None:
    """Instances that are started together are paid for by the hour, busy or not."""
    (judged,) = assess(inventory(workload(kind)), targets=TARGETS, hints=Hints()).workloads

    assert judged.cost.quality == "rate_card"
    assert "730 h" in judged.cost.reason


def test_a_task_without_a_service_costs_the_hours_it_ran() -> None:
    """A task that still runs says nothing of a month: unknown, not a whole month."""
    running = Run(started_at=NOW - timedelta(hours=1), status="running")

    (judged,) = assess(inventory(workload("ecs_task", runs=(running,))), targets=TARGETS, hints=Hints()).workloads

    assert judged.cost.monthly_usd is None
    assert "run" in judged.cost.reason


def test_a_multi_node_job_costs_all_its_nodes() -> None:
    """Four instances for an hour are four hours."""

    def priced(nodes: float | None) -> float:
        ran = Run(started_at=NOW - timedelta(hours=2), ended_at=NOW - timedelta(hours=1), status="succeeded")
        given = workload("batch_queue", runs=(ran,))
        given = given.model_copy(update={"compute": given.compute.model_copy(update={"instance_count": nodes})})
        (judged,) = assess(inventory(given), targets=TARGETS, hints=Hints()).workloads
        return judged.cost.monthly_usd or 0.0

    assert priced(4) == pytest.approx(4 * priced(None))
    assert priced(None) > 0
