"""From the answer to the one question, rows by resource and use, to a bill that adds up to the cent."""

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from aimigrate.assess._bill_forms import INSTANCE
from aimigrate.assess._bill_forms import NULLS as _TEXT_NULLS
from aimigrate.contracts.bill import Bill

NULLS = (None, *_TEXT_NULLS)
SPLIT = "split to tasks and pods"
"""The use that takes from an instance what its tasks and pods carry (split cost allocation data)."""
_INSTANCE = re.compile(INSTANCE)
_KINDS = {
    "Usage": "usage",
    "DiscountedUsage": "usage",
    "SavingsPlanCoveredUsage": "usage",
    "Fee": "fee",
    "Purchase": "fee",
    "SavingsPlanUpfrontFee": "fee",
    "SavingsPlanNegation": "fee",
    "RIFee": "unused_commitment",
    "SavingsPlanRecurringFee": "unused_commitment",
    "Tax": "tax",
    "Credit": "credit",
    "Refund": "refund",
    "Adjustment": "refund",
}
"""Types of a line in CUR 2.0 (line_item_line_item_type) and categories of a charge in FOCUS (AWS Data Exports user
guide and FOCUS 1.2, read 2026-11). Another type is a discount when its name says so, else usage."""
_OF_RESOURCES = ("usage", "fee", "discount")
"""What running a resource costs. A tax, a credit or a refund is none of it and stays apart."""

Row = Mapping[str, Any]
_ZERO = Decimal(0)
_Line = tuple[str | None, Decimal, Row]


@contextmanager
def _unswept() -> Iterator[None]:
    """Hold the garbage collector: it would walk the growing bill again and again, and find nothing to free."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_unswept()
def bill_of(source: str, rows: Sequence[Row], cost: str, edges: Sequence[Row]) -> Bill:
    """Return the bill whose charges the rows sum.

    `cost` names the column that counts, `edges` has the first and last moment of each type of charge.
    """
    total = Decimal(0)
    parts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    held: dict[str, list[_Line]] = defaultdict(list)
    for row in rows:
        usd = row[cost]
        total += usd
        kind, resource = _kind(row), row["resource"]
        if resource in NULLS or kind not in _OF_RESOURCES:
            parts[_part(kind, row), _word(row["service"]) or "unknown"] += usd
        else:
            held[resource].append((_word(row["usage"]), usd, row))
    _split(held, rows)
    start_at, end_at = _period(edges)
    return Bill.model_validate(
        {
            "source": source,
            "period_start_at": start_at,
            "period_end_at": end_at,
            "total_usd": float(total),
            "resources": [_resource(name, held[name]) for name in sorted(held)],
            "without_resource_usd": float(sum(parts.values(), Decimal(0))),
            "parts": [
                {"kind": kind, "service": service, "cost_usd": float(usd)}
                for (kind, service), usd in sorted(parts.items())
            ],
        }
    )


def _word(text: str | None) -> str | None:
    return None if text in NULLS else text


def _kind(row: Row) -> str:
    if row.get("status") == "Unused":  # FOCUS: a commitment that nothing used in the period
        return "unused_commitment"
    charge = row["charge"] or "Usage"
    return _KINDS.get(charge) or ("discount" if "discount" in charge.lower() else "usage")


def _part(kind: str, row: Row) -> str:
    paid = kind in ("usage", "fee")
    return "support" if paid and "support" in (row["service"] or "").lower() else kind


def _split(held: dict[str, list[_Line]], rows: Iterable[Row]) -> None:
    """Move to tasks and pods what they took of their instance, where the instance is on the same bill.

    The columns of such a line hold no cost of its own, so nothing is counted twice: what they get, the instance gives.
    """
    for row in rows:
        moved, child, parent = row.get("moved"), _word(row["resource"]), _word(row.get("parent"))
        if moved and child in held and parent in held and child != parent:
            held[child].append((_word(row["usage"]), moved, row))
            held[parent].append((SPLIT, -moved, {}))


def _period(edges: Sequence[Row]) -> tuple[datetime, datetime]:
    """From the first to the last moment of usage: a monthly fee reaches beyond what was used so far."""
    usage = [row for row in edges if _kind(row) == "usage"] or edges
    start, end = min(row["start"] for row in usage), max(row["end"] for row in usage)
    return start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)


def _resource(name: str, lines: list[_Line]) -> dict[str, Any]:
    """Describe one resource after its dearest line; a null there is filled from the next."""
    if len(lines) > 1:
        lines.sort(key=_dearest)
    usages: dict[str | None, Decimal] = {}
    for usage, usd, _ in lines:
        usages[usage] = usages.get(usage, _ZERO) + usd
    told = len(usages) > 1 or next(iter(usages)) is not None
    return {
        "resource_id": name,
        "service": _first("service", lines) or "unknown",
        "region": _first("region", lines),
        "cost_usd": float(sum(usages.values(), _ZERO)),
        "instance_type": _first("instance", lines)
        or next((kind for usage, _, _ in lines if (kind := _instance_type(usage))), None),
        "account_id": _first("account", lines),
        "usages": [{"usage_type": usage, "cost_usd": float(usages[usage])} for usage in sorted(usages, key=str)]
        if told
        else [],
    }


def _first(key: str, lines: list[_Line]) -> str | None:
    """Return the first word that a line has for a key."""
    for _, _, row in lines:
        word = row.get(key)
        if word not in NULLS:
            return str(word)
    return None


def _dearest(line: _Line) -> tuple[Decimal, str, str, str, str]:
    usage, usd, row = line
    service, region, instance = (str(row.get(key)) for key in ("service", "region", "instance"))
    return -usd, service, region, instance, str(usage)


@cache
def _instance_type(usage: str | None) -> str | None:
    found = _INSTANCE.search(usage) if usage else None
    return found.group(1) if found else None
