"""What runs in an account that a commitment could cover: each workload, and each instance that is none's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from aimigrate.assess.assumptions import HOURS_PER_MONTH, assumed
from aimigrate.assess.prices import PriceBook
from aimigrate.contracts.assessment import AssessedWorkload, Cost
from aimigrate.contracts.inventory import Compute, Resource, Workload, WorkloadKind

Service = Literal["ec2", "fargate", "lambda", "sagemaker"]

_SERVICES: dict[WorkloadKind, Service] = {
    "batch_queue": "ec2",
    "ec2_asg": "ec2",
    "ec2_instance": "ec2",
    "ecs_service": "ec2",
    "ecs_task": "ec2",
    "eks_fargate": "fargate",
    "eks_nodegroup": "ec2",
    "lambda_function": "lambda",
    "sagemaker_async_endpoint": "sagemaker",
    "sagemaker_automl": "sagemaker",
    "sagemaker_endpoint": "sagemaker",
    "sagemaker_hyperpod": "sagemaker",
    "sagemaker_notebook": "sagemaker",
    "sagemaker_processing": "sagemaker",
    "sagemaker_training": "sagemaker",
    "sagemaker_transform": "sagemaker",
    "sagemaker_tuning": "sagemaker",
}
_ON_FARGATE_WITHOUT_TYPE: frozenset[WorkloadKind] = frozenset({"batch_queue", "ecs_service", "ecs_task"})
_STANDING: frozenset[WorkloadKind] = frozenset(
    {
        *("ec2_asg", "ec2_instance", "ecs_service", "eks_nodegroup"),
        *("sagemaker_async_endpoint", "sagemaker_endpoint", "sagemaker_hyperpod", "sagemaker_notebook"),
    }
)
_ONE_UNLESS_SAID: frozenset[WorkloadKind] = frozenset({"ec2_instance", "sagemaker_notebook"})


@dataclass(frozen=True)
class Usage:
    """One thing that runs, and whether it would move away."""

    id: str
    service: Service
    region: str
    instance_type: str | None
    moving: bool
    count: float | None
    """Instances that run, averaged over the month."""
    usd_per_hour: float | None
    """Averaged over the month, at about what a Savings Plan asks for it."""


def usages_of(
    read: Mapping[str, Workload], judged: Iterable[AssessedWorkload], others: Iterable[Resource], book: PriceBook
) -> tuple[Usage, ...]:
    """Return what runs, sorted by id. Spot is left out: no commitment covers it."""
    found = [
        usage
        for one in judged
        if one.id in read and (usage := _usage(read[one.id], one.cost, book, moving=one.verdict.decision == "go"))
    ]
    found += [usage for one in others if (usage := _instance(one, book))]
    return tuple(sorted(found, key=lambda usage: usage.id))


def _usage(workload: Workload, cost: Cost, book: PriceBook, *, moving: bool) -> Usage | None:
    service, compute = _SERVICES.get(workload.kind), workload.compute
    if service is None or compute.spot:
        return None
    if workload.kind in _ON_FARGATE_WITHOUT_TYPE and compute.instance_type is None:
        service = "fargate"
    # A bill's cost is after discounts; a list price is cut by what a commitment takes off.
    share = 1.0 if cost.quality == "billed" else 1 - assumed("list_price_discount")
    known = cost.monthly_usd is not None and cost.quality != "unknown"
    usd = cost.monthly_usd * share / HOURS_PER_MONTH if known and cost.monthly_usd is not None else None
    return Usage(
        id=workload.id,
        service=service,
        region=workload.region,
        instance_type=compute.instance_type,
        moving=moving,
        count=_count(workload, cost, book),
        usd_per_hour=usd,
    )


def _count(workload: Workload, cost: Cost, book: PriceBook) -> float | None:
    """Return how many instances run on average; of jobs, their cost a month over what an hour costs."""
    if workload.kind in _STANDING:
        count = workload.compute.instance_count
        return 1.0 if count is None and workload.kind in _ONE_UNLESS_SAID else count
    hour = book.hour(workload).usd
    if not hour or cost.monthly_usd is None:
        return None
    return cost.monthly_usd / hour / HOURS_PER_MONTH


def _instance(one: Resource, book: PriceBook) -> Usage | None:
    """Return an instance that no workload holds and that runs; it stays."""
    facts = one.facts
    plain = one.type == "ec2:instance" and one.workload is None and "instance_type" in facts
    if not plain or facts.get("state", "running") != "running" or facts.get("lifecycle") == "spot":
        return None
    kind = facts["instance_type"]
    alone = Workload(
        id=one.id, kind="ec2_instance", region=one.region, name=one.id, compute=Compute(instance_type=kind)
    )
    hour = book.hour(alone).usd
    usd = hour * (1 - assumed("list_price_discount")) if hour is not None else None
    return Usage(one.id, "ec2", one.region, kind, moving=False, count=1.0, usd_per_hour=usd)
