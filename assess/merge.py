"""One assessment of several accounts: each judged by itself, then summed; no account's series are held for long."""

import hashlib
import math
from collections.abc import Mapping, Sequence

from aimigrate.assess.attribution import Known
from aimigrate.assess.decide import assess
from aimigrate.assess.move_money import with_cash_flow
from aimigrate.assess.stranded import all_or_none
from aimigrate.assess.totals import totals_of
from aimigrate.assess.verdict import SIZED_UP_TO
from aimigrate.contracts.assessment import AssessedWorkload, Assessment
from aimigrate.contracts.bill import Bill
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import Coverage, CoverageEntry, Inventory, Workload
from aimigrate.contracts.sites import Hint, Hints, Sites


class Merge:
    """Judges accounts one after another. Workloads of every account but the one asked for carry its id in theirs."""

    def __init__(
        self,
        account_id: str,
        targets: Mapping[str, EdgeTarget],
        hints: Hints,
        bill: Bill | None,
        *,
        sites: Sites | None = None,
    ) -> None:
        self._account_id, self._targets, self._hints, self._bill = account_id, targets, hints, bill
        self._sites = sites
        self._judged: list[AssessedWorkload] = []
        self._read: list[Workload] = []
        self._entries: list[CoverageEntry] = []
        self._parts: list[Assessment] = []
        self._known: list[Known] = []
        self._bills: list[Bill | None] = []
        self.ids: set[str] = set()
        """Ids of the workloads so far, as the assessment spells them."""

    def add(self, inventory: Inventory) -> None:
        """Judge an account."""
        mine = inventory if self._bill is None else inventory.model_copy(update={"bill": self._bill})
        suffix = "" if inventory.account_id == self._account_id else f"@{inventory.account_id}"
        hints = self._hints if not suffix else Hints(workloads=_own(self._hints, suffix))
        solve = max(0, SIZED_UP_TO - len(self._judged))
        part = assess(mine, targets=self._targets, hints=hints, sites=self._sites, solve=solve)
        self._parts.append(part)
        self._known.append(Known.of(inventory))
        self._bills.append(inventory.bill)
        self.ids |= {f"{one.id}{suffix}" for one in part.workloads}
        self._entries += part.coverage.entries
        self._judged += [_named(one, suffix, inventory.account_id) for one in part.workloads]
        self._read += [one.model_copy(update={"series": (), "runs": ()}) for one in inventory.workloads]

    def assessment(self) -> Assessment:
        """Return the assessment of all that was added."""
        first = next(part for part in self._parts if part.account_id == self._account_id)
        if len(self._parts) == 1:
            return first
        judged = tuple(sorted(self._judged, key=lambda one: one.id))
        ordered = sorted(self._entries, key=lambda e: (e.account_id, e.region, e.service, e.operation))
        hashes = "".join(sorted(f"{part.account_id}:{part.inventory_sha256}\n" for part in self._parts))
        left = [one for part in self._parts for one in part.commitments]
        lost = all_or_none(part.totals.stranded_usd_per_month for part in self._parts)
        bill = self._bill or _one_bill(self._bills)
        totals = totals_of(judged, self._read, bill, Known.together(self._known), lost)
        return first.model_copy(
            update={
                "accounts": tuple(sorted(part.account_id for part in self._parts)),
                "regions": tuple(sorted({region for part in self._parts for region in part.regions})),
                "inventory_sha256": hashlib.sha256(hashes.encode()).hexdigest(),
                "coverage": Coverage(entries=tuple(ordered)),
                "workloads": judged,
                "totals": with_cash_flow(
                    totals,
                    judged,
                    left,
                    at=first.collected_at,
                    ai_budget_usd_per_year=self._hints.ai_budget_usd_per_year,
                ),
                "commitments": tuple(sorted(left, key=lambda one: (one.kind, one.id))),
            }
        )


def _one_bill(bills: Sequence[Bill | None]) -> Bill | None:
    """Add up the bills of the accounts; where one has none, the whole is unknown."""
    known = [bill for bill in bills if bill is not None]
    if not known or len(known) < len(bills):
        return None
    return Bill(
        source=f"{known[0].source}, and of {len(known) - 1} other accounts",
        period_start_at=min(bill.period_start_at for bill in known),
        period_end_at=max(bill.period_end_at for bill in known),
        total_usd=math.fsum(bill.total_usd for bill in known),
        resources=tuple(sorted((one for bill in known for one in bill.resources), key=lambda one: one.resource_id)),
        without_resource_usd=math.fsum(bill.without_resource_usd for bill in known),
        parts=tuple(part for bill in known for part in bill.parts),
    )


def _own(hints: Hints, suffix: str) -> dict[str, Hint]:
    return {name.removesuffix(suffix): hint for name, hint in hints.workloads.items() if name.endswith(suffix)}


def _named(one: AssessedWorkload, suffix: str, account_id: str) -> AssessedWorkload:
    return one.model_copy(update={"id": f"{one.id}{suffix}", "account_id": account_id}) if suffix else one
