"""Cost Explorer: what the account paid of late, for an account whose bill is not at hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess.collectors._pages import pages
from aimigrate.assess.collectors.price_list import USES
from aimigrate.contracts.bill import Bill, BilledResource, BilledUsage, BillPart, ListedPrice

Kind = Literal["usage", "fee", "unused_commitment", "discount", "tax", "support", "credit", "refund"]

_DAYS = 14  # resource-level data reaches back 14 days (Cost Explorer API reference, read 2026-11)
_COST = "AmortizedCost"  # after discounts, with what was paid in advance spread over its term
_QUANTITY = "UsageQuantity"
_CURRENCY = "USD"
_EC2 = "Amazon Elastic Compute Cloud - Compute"  # the one service that may be asked for by resource
_NO_RESOURCE = "NoResourceId"
_NOT_USAGE = ("Credit", "Refund", "Tax")  # they would make a price of something that is none

# `EUC1-BoxUsage:g5.xlarge`, `Host:ml.g5.xlarge`: the instance type that a usage type names, and what it did.
_USAGE = re.compile(r"(?:[A-Z]{2,4}[0-9]?-)?([A-Za-z_]+):((?:ml\.)?[a-z][a-z0-9-]*\.[a-z0-9-]+)")

# What a record type is, by the first word in its name that is here. Amortized, a commitment's fee is what nothing used.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("usage", "usage"),
    ("negation", "usage"),
    ("credit", "credit"),
    ("refund", "refund"),
    ("tax", "tax"),
    ("discount", "discount"),
    ("support", "support"),
    ("savingsplan", "unused_commitment"),
    ("reservation", "unused_commitment"),
    ("rifee", "unused_commitment"),
)
_BOX, _SPOT = "BoxUsage", "SpotUsage"


@dataclass
class _Line:
    """One thing that was paid for, over all days and pages."""

    cost: Decimal = Decimal(0)
    quantity: Decimal = Decimal(0)


@dataclass
class _Sums:
    """What one question gave: lines by their two keys, and whether all of it came."""

    whole: bool = True
    lines: dict[tuple[str, ...], _Line] = field(default_factory=dict)

    def total(self) -> Decimal:
        """All lines together."""
        return sum((line.cost for line in self.lines.values()), Decimal(0))


@dataclass(frozen=True)
class CostExplorer:
    """Yields one bill of the last 14 whole days. Each request costs 0.01 USD; three are made, or one a page.

    The EC2 part is by resource where the account has opted in to that; the rest has no resource. What an instance
    type cost an hour, discounts included, is worked out from usage and cost, for SageMaker too.
    """

    name: str = "cost-explorer"
    place: str = "account"
    only_without_bill: bool = True
    usd_per_request: float = 0.01
    """Cost Explorer pricing page (read 2026-11)."""
    iam_actions: frozenset[str] = frozenset({"ce:GetCostAndUsage", "ce:GetCostAndUsageWithResources"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Bill]:  # noqa: ARG002  # one signature for all
        """Yield the bill, or nothing where its total could not be read whole."""
        until = reader.scope.now.astimezone(UTC).date()
        since = until - timedelta(days=_DAYS)
        period = {"TimePeriod": {"Start": since.isoformat(), "End": until.isoformat()}, "Granularity": "MONTHLY"}
        # Of the management account Cost Explorer tells what all accounts of the organization cost.
        mine = _is("LINKED_ACCOUNT", reader.scope.account_id)
        usage_alone = {"Not": _is("RECORD_TYPE", *_NOT_USAGE)}
        every = _ask(reader, "get_cost_and_usage", ("RECORD_TYPE", "SERVICE"), **period, Metrics=[_COST], Filter=mine)
        if not (every.whole and every.lines):
            return  # a part of a total is no total, and an answer without a line is no bill of nothing
        usage = _ask(
            reader,
            "get_cost_and_usage",
            ("REGION", "USAGE_TYPE"),
            **period,
            Metrics=[_COST, _QUANTITY],
            Filter={"And": [mine, usage_alone]},
        )
        resources = _ask(
            reader,
            "get_cost_and_usage_with_resources",
            ("RESOURCE_ID", "USAGE_TYPE"),
            **(period | {"Granularity": "DAILY"}),
            Metrics=[_COST],
            Filter={"And": [mine, _is("SERVICE", _EC2), usage_alone]},
        )
        yield _bill(every, usage, resources, since, until)


def _is(key: str, *values: str) -> Item:
    return {"Dimensions": {"Key": key, "Values": list(values)}}


def _ask(reader: Reader, call: str, keys: tuple[str, ...], **asked: object) -> _Sums:
    """Ask one question, all pages, and add up its days. What is not in US dollars makes the sum less than whole."""
    sums = _Sums()
    group_by = [{"Type": "DIMENSION", "Key": key} for key in keys]
    for page in pages(reader, "ce", call, "NextPageToken", GroupBy=group_by, **asked):
        if page is None:
            sums.whole = False
            break
        for group in _groups(page):
            cost = group["Metrics"][_COST]
            if cost.get("Unit", _CURRENCY) != _CURRENCY:
                sums.whole = False
                continue
            line = sums.lines.setdefault(tuple(group["Keys"]), _Line())
            line.cost += Decimal(cost["Amount"])
            line.quantity += Decimal(group["Metrics"].get(_QUANTITY, {}).get("Amount", "0"))
    return sums


def _groups(page: Item) -> Iterator[Item]:
    for result in page.get("ResultsByTime") or ():
        yield from result.get("Groups") or ()


def _bill(every: _Sums, usage: _Sums, resources: _Sums, since: date, until: date) -> Bill:
    total = every.total()
    billed = _resources(resources) if resources.whole else ()
    by_resource = _Sums(lines={keys: line for keys, line in resources.lines.items() if _named(keys[0])}).total()
    by_resource = by_resource if billed else Decimal(0)
    said = "EC2 by resource" if billed else "nothing by resource"
    source = f"Cost Explorer, {_COST}, {since} to {until}, {said}; credits, refunds and tax name no resource"
    return Bill(
        source=source,
        period_start_at=datetime.combine(since, time(), UTC),
        period_end_at=datetime.combine(until, time(), UTC),
        total_usd=float(total),
        resources=billed,
        without_resource_usd=float(total - by_resource),
        parts=tuple(_parts(every, by_resource)),
        paid=tuple(_paid(usage, source, until)) if usage.whole else (),
    )


def _parts(every: _Sums, by_resource: Decimal) -> Iterator[BillPart]:
    """Yield what names no resource, by kind and service: all that was paid, less what EC2's resources cost."""
    sums: dict[tuple[Kind, str], Decimal] = {}
    for (record, service), line in every.lines.items():
        key = (_kind(record), service)
        sums[key] = sums.get(key, Decimal(0)) + line.cost
    if by_resource:
        sums["usage", _EC2] = sums.get(("usage", _EC2), Decimal(0)) - by_resource
    for (kind, service), cost in sorted(sums.items()):
        if cost:
            yield BillPart(kind=kind, service=service, cost_usd=float(cost))


def _kind(record: str) -> Kind:
    """Return what a charge of a record type is: `SavingsPlanCoveredUsage`, `RIFee`, `Credit`, ..."""
    plain = record.replace(" ", "").lower()
    return next((kind for word, kind in _KINDS if word in plain), "fee")


def _named(resource: str) -> bool:
    return resource not in ("", _NO_RESOURCE)


def _resources(sums: _Sums) -> tuple[BilledResource, ...]:
    """Return one entry for each resource, named after its dearest usage."""
    held: dict[str, list[tuple[Decimal, str]]] = {}
    for (resource, usage_type), line in sums.lines.items():
        if _named(resource):
            held.setdefault(resource, []).append((line.cost, usage_type))
    found = []
    for resource, parts in sorted(held.items()):
        _, dearest = max(parts)
        match = _USAGE.fullmatch(dearest)
        found.append(
            BilledResource(
                resource_id=resource,
                service=_EC2,
                region=None,
                cost_usd=float(sum((cost for cost, _ in parts), Decimal(0))),
                instance_type=match[2] if match else None,
                usages=tuple(BilledUsage(usage_type=name, cost_usd=float(cost)) for cost, name in sorted(parts)),
            )
        )
    return tuple(found)


def _paid(usage: _Sums, source: str, until: date) -> Iterator[ListedPrice]:
    """Yield what an hour of each instance type cost on average; what cost nothing has no price."""
    for (region, usage_type), line in sorted(usage.lines.items()):
        match = _USAGE.fullmatch(usage_type)
        if match is None or line.quantity <= 0 or line.cost <= 0:
            continue
        word, kind = match[1], match[2]
        if word in USES if kind.startswith("ml.") else word in (_BOX, _SPOT):
            yield ListedPrice(
                instance_type=kind,
                region=region,
                kind="spot" if word == _SPOT else "on_demand",
                use=USES.get(word),
                usd_per_hour=float(line.cost / line.quantity),
                source=f"paid on average over {line.quantity:,.0f} h: {source}",
                effective_at=datetime.combine(until, time(), UTC),
            )


collector = CostExplorer()
