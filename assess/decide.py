"""From what was read to what should become of it: one assessment of all workloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from aimigrate.assess.assumptions import ASSUMPTIONS
from aimigrate.assess.attribution import Known, fronts_of
from aimigrate.assess.barriers.data_gravity import needed_mbps
from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.cost import cost_of
from aimigrate.assess.demand import demand_of
from aimigrate.assess.facts import model_facts
from aimigrate.assess.move_money import with_cash_flow
from aimigrate.assess.optimizations import optimizations_of
from aimigrate.assess.outcome import outcome_of
from aimigrate.assess.pooling import settle
from aimigrate.assess.prices import price_book
from aimigrate.assess.rules._base import Rule
from aimigrate.assess.speeds import is_language
from aimigrate.assess.stranded import stranded, stranded_total
from aimigrate.assess.tokens import TAG_TOKENS_OUT, tokens_out_of
from aimigrate.assess.totals import totals_of
from aimigrate.assess.usage import usages_of
from aimigrate.assess.verdict import SIZED_UP_TO, case_of, verdict
from aimigrate.contracts.assessment import AssessedWorkload, Assessment, Classification
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import Inventory, Missing, Workload
from aimigrate.contracts.sites import Hint, Hints, Site, Sites

_RECENT_RUNS = 20  # as AssessedWorkload.recent_runs says
_RESOURCES = 100  # as AssessedWorkload.resources says; the inventory has them all


def assess(
    inventory: Inventory,
    *,
    targets: Mapping[str, EdgeTarget],
    hints: Hints,
    sites: Sites | None = None,
    solve: int = SIZED_UP_TO,
) -> Assessment:
    """Judge every workload. Same inventory, targets, hints and sites give the same assessment, workloads sorted by id.

    With sites, a workload whose data can't reach one of its region, or may not lie there, stays. `solve` is for how
    many workloads, the dearest, every figure at which the verdict flips is solved; for the others the cloud cost alone.
    """
    judge = Judge.of(inventory, targets, hints, sites)
    ordered = sorted(inventory.workloads, key=lambda workload: workload.id)
    found = [judge(workload, sized=len(ordered) <= solve) for workload in ordered]
    if len(ordered) > solve:
        for place in dearest(found, solve):
            found[place] = judge(ordered[place], sized=True)
    return summed(inventory, ordered, settle(found), ai_budget_usd_per_year=hints.ai_budget_usd_per_year)


def summed(
    inventory: Inventory,
    ordered: Sequence[Workload],
    judged: Sequence[AssessedWorkload],
    *,
    ai_budget_usd_per_year: float | None = None,
) -> Assessment:
    """Return the assessment of workloads that are judged and settled, both in the same order."""
    usages = usages_of({one.id: one for one in ordered}, judged, inventory.resources, price_book(inventory))
    left = stranded(inventory.commitments, usages, inventory.collected_at)
    lost = stranded_total(left, inventory.coverage)
    totals = totals_of(judged, ordered, inventory.bill, Known.of(inventory), lost)
    return Assessment(
        account_id=inventory.account_id,
        collected_at=inventory.collected_at,
        inventory_sha256=inventory.sha256(),
        lookback_days=inventory.lookback_days,
        regions=inventory.regions,
        coverage=inventory.coverage,
        workloads=tuple(judged),
        totals=with_cash_flow(
            totals, judged, left, at=inventory.collected_at, ai_budget_usd_per_year=ai_budget_usd_per_year
        ),
        commitments=left,
        assumptions=tuple(ASSUMPTIONS[name] for name in sorted(ASSUMPTIONS)),
    )


def dearest(found: Sequence[AssessedWorkload], most: int) -> list[int]:
    """Return the places of the dearest workloads that money decides."""
    open_ones = [i for i, one in enumerate(found) if one.verdict.flips or one.verdict.decision in {"go", "conditional"}]
    return sorted(open_ones, key=lambda i: (-(found[i].cost.monthly_usd or 0.0), i))[:most]


@dataclass(frozen=True)
class Judge:
    """Judges the workloads of one inventory, each by itself."""

    inventory: Inventory
    rules: tuple[Rule, ...]
    targets: Mapping[str, EdgeTarget]
    hints: Hints
    places: tuple[Site, ...]
    fronts: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, inventory: Inventory, targets: Mapping[str, EdgeTarget], hints: Hints, sites: Sites | None) -> Self:
        """Make ready what all workloads share."""
        places = sites.sites if sites is not None else ()
        return cls(inventory, all_rules(), targets, hints, places, fronts_of(inventory))

    def __call__(self, read: Workload, *, sized: bool) -> AssessedWorkload:
        """Judge one; `sized` solves every figure at which its verdict flips."""
        hint = self.hints.workloads.get(read.id)
        workload = _with_hint(read, hint)
        facts = model_facts(workload, hint)
        demand = demand_of(workload)
        classification = _with_owner(classify(workload, self.rules), hint)
        inventory, targets = self.inventory, self.targets
        book, front = price_book(inventory), self.fronts.get(workload.id, frozenset())
        cost = cost_of(workload, inventory.bill, lookback_days=inventory.lookback_days, book=book, fronts=front)
        tokens_out = tokens_out_of(workload, hint)
        case = case_of(
            workload, facts, demand, classification, cost, targets, tokens_out=tokens_out, hint=hint, sites=self.places
        )
        return AssessedWorkload(
            id=workload.id,
            kind=workload.kind,
            region=workload.region,
            name=workload.name,
            arn=workload.arn,
            tags=dict(sorted(workload.tags.items())),
            compute=workload.compute,
            triggers=workload.triggers,
            started_by=workload.started_by,
            signs=workload.signs,
            reading=workload.reading,
            resources=workload.resources[:_RESOURCES],
            recent_runs=tuple(sorted(workload.runs, key=lambda run: run.started_at)[-_RECENT_RUNS:]),
            model=facts,
            latency_objective_ms=workload.latency_objective_ms,
            idempotent=hint.idempotent if hint else None,
            residency=hint.residency or () if hint else (),
            depends_on=hint.depends_on or () if hint else (),
            inbound_mbps=needed_mbps(case.seen)[0],
            classification=classification,
            demand=demand,
            optimizations=optimizations_of(workload, facts, demand, classification),
            edge_fit=case.fits,
            cost=cost,
            outcome=outcome_of(workload, demand, case.best, case.money, targets),
            verdict=verdict(case, targets, sized=sized),
            missing=_missing(workload, facts.family, tokens_out),
        )


def _with_hint(workload: Workload, hint: Hint | None) -> Workload:
    if hint is None or hint.latency_objective_ms is None:
        return workload
    return workload.model_copy(update={"latency_objective_ms": hint.latency_objective_ms})


def _with_owner(found: Classification, hint: Hint | None) -> Classification:
    if hint is None or hint.label is None:
        return found
    return found.model_copy(update={"owner_label": hint.label})


def _missing(workload: Workload, family: str | None, tokens_out: float | None) -> tuple[Missing, ...]:
    found = list(workload.missing)
    if family is not None and is_language(family) and tokens_out is None:
        fix = f"tag it {TAG_TOKENS_OUT}, or answer in hints.yaml"
        found.append(Missing(what="tokens_out", reason="nothing says how long its answers are", fix=fix))
    if family is None:
        fix = "tag it aimigrate:model, or answer in hints.yaml"
        found.append(Missing(what="model", reason="nothing says which model it runs", fix=fix))
    return tuple(sorted(found, key=lambda one: (one.what, one.reason)))
