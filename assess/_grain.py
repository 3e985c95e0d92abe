"""Each resource in one workload, and what starts, scales and binds a workload joined to it, by ARN alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aimigrate.assess._found import Finding, Found, Link, Objective, Scaling, Wanted
from aimigrate.contracts.bill import Bill
from aimigrate.contracts.inventory import Commitment, Resource, Workload, WorkloadKind

# A service or a job queue says what runs; a group and an instance say only where.
_WHO_KEEPS: tuple[WorkloadKind, ...] = (
    *("batch_queue", "ecs_service", "ecs_task", "sagemaker_hyperpod", "eks_nodegroup", "eks_fargate"),
    *("ec2_asg", "ec2_fleet", "ec2_instance"),
)
_MACHINES: tuple[WorkloadKind, ...] = ("ec2_asg", "ec2_fleet", "ec2_instance")


@dataclass(frozen=True)
class Settled:
    """What the finders of one region found, each resource in one place."""

    found: tuple[Found, ...] = ()
    resources: tuple[Resource, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    bill: Bill | None = None


def settle(findings: Iterable[Finding]) -> Settled:
    """Sort out what was found in one region: the order it comes in does not show in the result.

    Each resource goes to the first workload that claims it; instances and groups with nothing left of their own are
    dropped: a group whose instances all serve one ECS service or Batch queue is that workload's, and lends its ARN.
    """
    every = list(findings)
    resources = tuple(item for item in every if isinstance(item, Resource))
    found = _with_attached(_one_owner(item for item in every if isinstance(item, Found)), resources)
    links = sorted(item for item in every if isinstance(item, Link))
    scalings = sorted(item for item in every if isinstance(item, Scaling))
    objectives = sorted(item for item in every if isinstance(item, Objective))
    claimed = Counter(name for item in found if item.workload.kind not in _MACHINES for name in _names(item))
    joined = tuple(_bound(_scaled(_started(item, links, claimed), scalings), objectives) for item in found)
    return Settled(
        found=joined,
        resources=resources,
        commitments=tuple(sorted((i for i in every if isinstance(i, Commitment)), key=lambda one: (one.kind, one.id))),
        bill=next((item for item in every if isinstance(item, Bill)), None),
    )


def resources_of(workloads: Iterable[Workload], others: Iterable[Resource]) -> tuple[Resource, ...]:
    """Return everything that exists, once each, by id: what belongs to a workload says to which and how it ended."""
    found: dict[str, Resource] = {}
    for other in sorted(others, key=lambda one: (one.id, one.type, sorted(one.facts.items()))):
        known = found.get(other.id, other)  # two services may each know something of it
        found[other.id] = known.model_copy(update={"facts": dict(sorted({**other.facts, **known.facts}.items()))})
    for workload in workloads:
        whole = workload.arn is not None and workload.arn.rpartition("/")[2] in workload.resources  # by its id already
        for name in sorted({*workload.resources, *([workload.arn] if workload.arn and not whole else [])}):
            known = found.get(name) or Resource(id=name, type=type_of(name), region=workload.region)
            found[name] = known.model_copy(update={"workload": workload.id, "reading": workload.reading})
    return tuple(found[name] for name in sorted(found))


def type_of(name: str) -> str:
    """Return service:type of an ARN or a bare EC2 id: `sagemaker:endpoint`, `ec2:volume`."""
    if not name.startswith("arn:"):
        return {"i": "ec2:instance", "vol": "ec2:volume"}.get(name.partition("-")[0], "unknown")
    _, _, service, _, _, rest = [*name.split(":", 5), "", "", "", "", ""][:6]
    if service in ("sqs", "sns"):
        return f"{service}:{'queue' if service == 'sqs' else 'topic'}"
    return f"{service}:{rest.replace(':', '/').partition('/')[0]}"


def _order(found: Found) -> tuple[int, str]:
    kind = found.workload.kind
    return (_WHO_KEEPS.index(kind) if kind in _WHO_KEEPS else -1), found.workload.id


def _one_owner(found: Iterable[Found]) -> list[Found]:
    owner: dict[str, str] = {}
    kept: dict[str, Found] = {}
    for item in sorted(found, key=_order):
        workload = item.workload
        taken = [resource for resource in workload.resources if resource in owner]
        own = tuple(sorted({r for r in workload.resources if r not in owner}))
        instances_left = [resource for resource in own if resource.startswith("i-")]
        whole = owner.get(workload.arn or "")  # who has the group itself has all of it
        if workload.kind in _MACHINES and (whole or (taken and not instances_left)):
            keeper = whole or owner[taken[0]]
            _lend(kept, keeper, item, own)
            owner |= dict.fromkeys(own, keeper)
            continue
        owner |= dict.fromkeys(own, workload.id)
        kept[workload.id] = replace(item, workload=workload.model_copy(update={"resources": own}))
    return [kept[identity] for identity in sorted(kept)]


def _lend(kept: dict[str, Found], identity: str, lent: Found, resources: tuple[str, ...]) -> None:
    """Give a keeper what is left of a group: its resources, the names that links know it by, and its schedules."""
    keeper = kept[identity]
    update = {
        "resources": tuple(sorted({*keeper.workload.resources, *resources})),
        "triggers": tuple(dict.fromkeys((*keeper.workload.triggers, *lent.workload.triggers))),
    }
    names = tuple(dict.fromkeys((*keeper.names, *lent.names, *_called(lent.workload))))
    kept[identity] = replace(keeper, workload=keeper.workload.model_copy(update=update), names=names)


def _with_attached(found: list[Found], resources: tuple[Resource, ...]) -> list[Found]:
    """Give a workload the disks of its instances, where the service that claims the instance does not know them."""
    owner = {name: index for index, item in enumerate(found) for name in item.workload.resources}
    more: dict[int, set[str]] = {}
    for one in resources:
        keeper = owner.get(one.facts.get("attached_to", ""))
        if keeper is not None and one.id not in owner:
            more.setdefault(keeper, set()).add(one.id)
    for index, names in more.items():
        workload = found[index].workload
        together = tuple(sorted({*workload.resources, *names}))
        found[index] = replace(found[index], workload=workload.model_copy(update={"resources": together}))
    return found


def _called(workload: Workload) -> tuple[str, str]:
    """Return what an owner may call a workload by, where no ARN ties something to it."""
    return workload.id, f"name:{workload.name}"


def _names(found: Found) -> set[str]:
    workload = found.workload
    arn = [workload.arn] if workload.arn else []
    return {*workload.resources, *found.names, *_called(workload), *arn}


def _started(found: Found, links: list[Link], claimed: Mapping[str, int]) -> Found:
    """Join what starts or feeds a workload, and what starts that, however long the chain.

    It does not pass through what a service or queue is known by to another workload: requests for a service, over a
    target group of its own, are not those of the other service that has the instance. Groups and instances may share.
    """
    own = _names(found)
    reached = set(own)
    waiting, taken = sorted(reached), set[Link]()
    by_target: dict[str, list[Link]] = {}
    for link in links:
        by_target.setdefault(link.target, []).append(link)
    while waiting:
        for link in by_target.get(waiting.pop(), ()):
            if claimed.get(link.source, 0) > (link.source in own and found.workload.kind not in _MACHINES):
                continue
            taken.add(link)
            if link.source not in reached:
                reached.add(link.source)
                waiting.append(link.source)
    if not taken:
        return found
    workload = found.workload
    triggers = {*workload.triggers, *(link.trigger for link in taken if link.trigger)}
    named = {trigger.partition(":")[0] for trigger in triggers if ":" in trigger}
    counted = {wanted.metric for link in taken for wanted in link.wanted}
    update = {
        "triggers": tuple(sorted(triggers - named)),  # `http` says no more than `http:alb`
        "started_by": tuple(sorted({*workload.started_by, *(link.source for link in taken)})),
        "missing": tuple(one for one in workload.missing if one.what not in counted),
    }
    wanted = dict.fromkeys((*found.wanted, *(one for link in sorted(taken) for one in link.wanted)))
    return replace(found, workload=workload.model_copy(update=update), wanted=tuple(wanted))


def _scaled(found: Found, scalings: list[Scaling]) -> Found:
    """Join how far a workload may scale: its variants together."""
    names = _names(found)
    mine = [scaling for scaling in scalings if scaling.target in names]
    if not mine:
        return found
    counts = {"min_count": sum(one.min_count for one in mine), "max_count": sum(one.max_count for one in mine)}
    workload = found.workload
    compute = workload.compute.model_copy(update=counts)
    started_by = tuple(sorted({*workload.started_by, *(one.source for one in mine)}))
    return replace(found, workload=workload.model_copy(update={"compute": compute, "started_by": started_by}))


def _bound(found: Found, objectives: list[Objective]) -> Found:
    """Join the tightest latency that an alarm on one of its own metrics allows."""
    if found.workload.latency_objective_ms is not None:
        return found
    mine = [one.latency_ms for one in objectives if any(_same(one, wanted) for wanted in found.wanted)]
    if not mine:
        return found
    return replace(found, workload=found.workload.model_copy(update={"latency_objective_ms": min(mine)}))


def _same(objective: Objective, wanted: Wanted) -> bool:
    """Return whether an alarm watches this metric, a part of it, or all of a balancer that this is one group of."""
    if (objective.namespace, objective.metric_name) != (wanted.namespace, wanted.name):
        return False
    watched, known = set(objective.dimensions), set(wanted.dimensions)
    return bool(watched and known) and (known <= watched or watched <= known)
