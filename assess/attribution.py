"""Whose a bill's lines are: a workload's, many's, nobody's any more, or nobody's; to the cent."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from aimigrate.assess._bill_kinds import SHARED, STAYS, attached_kind
from aimigrate.assess._grain import type_of
from aimigrate.contracts.assessment import AttachedCost, BillSplit, GoneCost
from aimigrate.contracts.bill import Bill, BilledResource
from aimigrate.contracts.inventory import Coverage, Inventory, Workload

_SHORT = re.compile(r"(?:i|vol|nat|eni|fs|eipalloc)-[0-9a-zA-Z]+")
_CENT = Decimal("0.01")
_BALANCER = "elasticloadbalancing:loadbalancer"
_ATTACHED = 20  # as Cost.attached says
_LOG_GROUPS = {
    "lambda_function": "/aws/lambda/{}",  # Lambda developer guide, read 2026-11
    "sagemaker_endpoint": "/aws/sagemaker/Endpoints/{}",  # SageMaker developer guide, read 2026-11
    "sagemaker_async_endpoint": "/aws/sagemaker/Endpoints/{}",
    "sagemaker_serverless_endpoint": "/aws/sagemaker/Endpoints/{}",
}
"""Log groups that a service names after what it runs, where one group is one workload's."""

_LISTED_BY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ec2:instance": (("ec2", "DescribeInstances"),),
    "ec2:volume": (("ec2", "DescribeInstances"), ("ec2", "DescribeVolumes")),
    "ecs:service": (("ecs", "ListServices"),),
    "lambda:function": (("lambda", "ListFunctions"),),
    "sagemaker:endpoint": (("sagemaker", "ListEndpoints"),),
    "sagemaker:notebook-instance": (("sagemaker", "ListNotebookInstances"),),
}
"""The operations that list all of a type, whatever it runs. SageMaker never forgets a job and is asked for recent ones
only, ECS is asked for the tasks of some services only: a job or a task that was not listed need not be gone."""
_IN_CLUSTER = re.compile(r"(arn:[^:]*:ecs:[^:]*:[^:]*):(?:task|service)/([^/]+)/.+")


@dataclass(frozen=True)
class Known:
    """What the APIs of some accounts knew when they were read, and which of them were read whole."""

    asked: bool = False
    names: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    statuses: Mapping[tuple[str, str, str, str], bool] = field(default_factory=dict)
    """By account, region, service and operation: whether it gave everything."""
    fronts: frozenset[str] = frozenset()
    """Load balancers that serve one workload alone, and so belong to it."""

    @classmethod
    def of(cls, inventory: Inventory) -> "Known":
        """Return what an inventory knows. Observations, and an inventory without its resources, asked no API."""
        named = {spelling for one in inventory.resources for spelling in spellings(one.id)}
        named |= {name for workload in inventory.workloads for name in names_of(workload)}
        return cls(
            asked=inventory.source == "aws" and bool(inventory.resources),
            names=frozenset(named),
            accounts=frozenset({inventory.account_id}),
            statuses=_statuses(inventory.coverage),
            fronts=frozenset(name for names in fronts_of(inventory).values() for name in names),
        )

    @classmethod
    def together(cls, parts: Iterable["Known"]) -> "Known":
        """Return what several inventories know."""
        every = list(parts)
        return cls(
            asked=any(one.asked for one in every),
            names=frozenset(name for one in every for name in one.names),
            accounts=frozenset(account for one in every for account in one.accounts),
            statuses={key: whole for one in every for key, whole in one.statuses.items()},
            fronts=frozenset(front for one in every for front in one.fronts),
        )

    def forgot(self, line: BilledResource) -> bool:
        """Say whether the API that lists such things was asked for all of them, and this one was not among them."""
        if not self.asked or spellings(line.resource_id) & self.names:
            return False
        account, region = _where(line)
        if account is None and len(self.accounts) == 1:
            (account,) = self.accounts

        def whole(service: str, operation: str) -> bool:
            return self.statuses.get((account or "", region or "", service, operation), False)

        inside = _IN_CLUSTER.fullmatch(line.resource_id)
        if inside and f"{inside.group(1)}:cluster/{inside.group(2)}" not in self.names:
            return whole("ecs", "ListClusters")
        listed_by = _LISTED_BY.get(type_of(line.resource_id), ())
        return bool(listed_by) and all(whole(service, operation) for service, operation in listed_by)


def _statuses(coverage: Coverage) -> dict[tuple[str, str, str, str], bool]:
    found: dict[tuple[str, str, str, str], bool] = {}
    for one in coverage.entries:
        key = (one.account_id, one.region, one.service, one.operation)
        found[key] = found.get(key, True) and one.status == "complete"
    return found


def _where(line: BilledResource) -> tuple[str | None, str | None]:
    """Return account and region of a billed resource, from its ARN where the bill does not say."""
    parts = [*line.resource_id.split(":"), "", "", "", "", "", ""] if line.resource_id.startswith("arn:") else [""] * 6
    return line.account_id or parts[4] or None, line.region or parts[3] or None


def spellings(resource_id: str) -> frozenset[str]:
    """Return the spellings of one resource, as bills and APIs write it.

    EC2 is billed by id or by ARN, SageMaker in small letters, a log group with or without its streams.
    """
    name = resource_id.removesuffix(":*")
    if name.startswith("arn:"):
        service = name.split(":", 3)[2]
        if service == "sagemaker":
            name = name.lower()
        last = name.rsplit("/", 1)[-1]
        if service in ("ec2", "elasticfilesystem") and _SHORT.fullmatch(last):
            return frozenset({name, last})
    return frozenset({name})


def names_of(workload: Workload) -> frozenset[str]:
    """Return every spelling of what belongs to a workload, its own log group included."""
    given = {*workload.resources, *([workload.arn] if workload.arn else [])}
    group = _LOG_GROUPS.get(workload.kind)
    if group and workload.arn:
        partition, account = workload.arn.split(":")[1], [*workload.arn.split(":"), "", "", "", ""][4]
        given.add(f"arn:{partition}:logs:{workload.region}:{account}:log-group:{group.format(workload.name)}")
    return frozenset(spelling for name in given for spelling in spellings(name))


def fronts_of(inventory: Inventory) -> dict[str, frozenset[str]]:
    """Return, by workload, the load balancers that serve it alone: what a move leaves with nothing to do.

    One with several target groups, or in front of several workloads, serves others too and is no one's.
    What it costs is counted once, as part of the workload's cost.
    """
    served: dict[str, set[str]] = defaultdict(set)
    for workload in inventory.workloads:
        for source in workload.started_by:
            served[source].add(workload.id)
    fronts: dict[str, set[str]] = defaultdict(set)
    for one in inventory.resources:
        groups = one.facts.get("target_groups", "").split()
        if one.type == _BALANCER and len(groups) <= 1 and len(served.get(one.id, ())) == 1:
            fronts[next(iter(served[one.id]))].add(one.id)
    return {identity: frozenset(names) for identity, names in fronts.items()}


class BillIndex:
    """A bill's lines by every spelling of their resource: found without reading the bill once a workload."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self._lines: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(bill.resources):
            for name in spellings(line.resource_id):
                self._lines[name].append(number)

    def of(self, names: Iterable[str]) -> tuple[BilledResource, ...]:
        """Return the lines of some names, in the order of the bill, each once."""
        numbers = sorted({number for name in names for number in self._lines.get(name, ())})
        return tuple(self.bill.resources[number] for number in numbers)


_latest: list[BillIndex] = []


def index_of(bill: Bill) -> BillIndex:
    """Return the bill's index. The latest one is kept: an assessment asks one bill, once for every workload."""
    if not _latest or _latest[0].bill is not bill:
        _latest[:] = [BillIndex(bill)]
    return _latest[0]


def attached_costs(lines: Iterable[BilledResource], scale: float) -> tuple[AttachedCost, ...]:
    """Return what some lines pay for beside compute, by resource and usage type, a month, dearest first."""
    found = [
        AttachedCost(
            what=what,
            resource_id=line.resource_id,
            usage_type=usage,
            usd_per_month=usd * scale,
            goes=what not in STAYS,
        )
        for line in lines
        for usage, usd in _uses(line)
        if (what := attached_kind(line.service, usage, line.resource_id)) is not None
    ]
    return tuple(sorted(found, key=_rank))


def dearest(found: Iterable[AttachedCost]) -> tuple[AttachedCost, ...]:
    """Return as many as an assessment carries, dearest first; the bill has them all."""
    return tuple(sorted(found, key=_rank)[:_ATTACHED])


def _rank(one: AttachedCost) -> tuple[float, str, str]:
    return -one.usd_per_month, one.resource_id, one.usage_type or ""


def _uses(line: BilledResource) -> list[tuple[str | None, float]]:
    return [(use.usage_type, use.cost_usd) for use in line.usages] or [(None, line.cost_usd)]


def split_bill(workloads: Iterable[Workload], bill: Bill, known: Known) -> BillSplit:
    """Split the bill: what workloads explain, what is shared, gone, of other resources, of none. It adds up."""
    own = {name for one in workloads for name in names_of(one)} | known.fronts
    explained = {id(line) for line in index_of(bill).of(own)}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    gone: dict[str, list[Decimal]] = defaultdict(list)
    for line in bill.resources:
        if id(line) in explained:
            sums["attributed"] += _exact(line.cost_usd)
        elif known.forgot(line):
            sums["gone"] += _exact(line.cost_usd)
            gone[line.service].append(_exact(line.cost_usd))
        else:
            for usage, usd in _uses(line):
                shared = attached_kind(line.service, usage, line.resource_id) in SHARED
                sums["shared" if shared else "others"] += _exact(usd)
    total = _exact(bill.total_usd)
    for part in bill.parts:
        sums["no_resource" if part.kind in ("usage", "fee") else "charges"] += _exact(part.cost_usd)
    if not bill.parts:
        sums["no_resource"] += _exact(bill.without_resource_usd)
    names = ["shared", "others", "charges", "no_resource", *(["gone"] if known.asked else [])]
    attributed = sums["attributed"].quantize(_CENT, ROUND_HALF_EVEN)
    rest = total.quantize(_CENT, ROUND_HALF_EVEN) - attributed
    cents = _whole_cents({name: sums[name] for name in names}, rest)
    return BillSplit(
        total_usd=float(attributed + rest),
        attributed_usd=float(attributed),
        unattributed_usd=float(rest),
        shared_usd=float(cents["shared"]),
        gone_usd=float(cents["gone"]) if known.asked else None,
        others_usd=float(cents["others"]),
        charges_usd=float(cents["charges"]),
        no_resource_usd=float(cents["no_resource"]),
        gone=tuple(
            GoneCost(service=service, resources=len(each), cost_usd=float(sum(each, Decimal(0)).quantize(_CENT)))
            for service, each in sorted(gone.items())
        ),
    )


def _exact(usd: float) -> Decimal:
    """Return the decimal that a float was written from."""
    return Decimal(repr(usd))


def _whole_cents(parts: Mapping[str, Decimal], total: Decimal) -> dict[str, Decimal]:
    """Round parts to cents that make the total: down, then a cent more for those that lost most."""
    down = {name: part.quantize(_CENT, ROUND_FLOOR) for name, part in parts.items()}
    left = int((total - sum(down.values(), Decimal(0))) / _CENT)
    each, more = divmod(left, len(down))
    order = sorted(down, key=lambda name: (down[name] - parts[name], name))
    return {name: down[name] + _CENT * (each + (place < more)) for place, name in enumerate(order)}
