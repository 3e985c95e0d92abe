"""Each resource in one workload: what runs on an instance takes it from what merely started it."""

from collections.abc import Iterable
from dataclasses import replace

from aimigrate.assess._found import Found
from aimigrate.contracts.inventory import WorkloadKind

# A service or a job queue says what runs; a group and an instance say only where.
_WHO_KEEPS: tuple[WorkloadKind, ...] = ("batch_queue", "ecs_service", "ec2_asg", "ec2_instance")


def _order(found: Found) -> tuple[int, str]:
    kind = found.workload.kind
    return (_WHO_KEEPS.index(kind) if kind in _WHO_KEEPS else -1), found.workload.id


def settle(found: Iterable[Found]) -> tuple[Found, ...]:
    """Give each resource to the first that claims it, and drop instances and groups with nothing left of their own.

    A group whose instances all serve one ECS service or Batch queue is that workload's: it lends its ARN.
    """
    owner: dict[str, str] = {}
    kept: dict[str, Found] = {}
    for item in sorted(found, key=_order):
        workload = item.workload
        taken = [resource for resource in workload.resources if resource in owner]
        own = tuple(sorted({r for r in workload.resources if r not in owner}))
        instances_left = [resource for resource in own if resource.startswith("i-")]
        if taken and workload.kind in ("ec2_asg", "ec2_instance") and not instances_left:
            _lend(kept, owner[taken[0]], own)
            owner |= dict.fromkeys(own, owner[taken[0]])
            continue
        owner |= dict.fromkeys(own, workload.id)
        kept[workload.id] = replace(item, workload=workload.model_copy(update={"resources": own}))
    return tuple(kept[identity] for identity in sorted(kept))


def _lend(kept: dict[str, Found], identity: str, resources: tuple[str, ...]) -> None:
    keeper = kept[identity]
    merged = tuple(sorted({*keeper.workload.resources, *resources}))
    kept[identity] = replace(keeper, workload=keeper.workload.model_copy(update={"resources": merged}))
