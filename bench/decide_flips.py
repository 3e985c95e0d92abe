"""Every flip tried again: the verdict must change at the figure that it names, and not before.

Two accounts: the embedded one as it is read, and a grid of workloads made here. Each workload is judged anew from the
start with one figure set: the recorded series multiplied, the catalog dearer, the assumption another. What sets the
figure here is not what the solver sets it with.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

from aimigrate.assess.assumptions import assumed, assuming
from aimigrate.assess.attribution import fronts_of
from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.cost import cost_of
from aimigrate.assess.decision import decision
from aimigrate.assess.demand import demand_of
from aimigrate.assess.facts import model_facts
from aimigrate.assess.judged import Judged, case_of
from aimigrate.assess.prices import price_book
from aimigrate.assess.tokens import tokens_out_of
from aimigrate.assess.verdict import verdict
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, ModelFacts, Series, Workload
from aimigrate.contracts.verdicts import Decision, Flip
from aimigrate.registry import discover
from bench.decisions import Check

TARGETS: Mapping[str, EdgeTarget] = discover("aimigrate.planning.targets", "target")
ASIDE = 0.001
BETWEEN = (0.1, 0.3, 0.5, 0.7, 0.9)
_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_FLOWS = frozenset({"requests_count", "arrivals_count"})
_LOADS = frozenset({"gpu_utilization_percent"})
_VISION = ("resnet50", "ssd-mobilenet", "retinanet", "yolov8n", "bert-99")


@dataclass
class Tally:
    """Of one figure: flips listed, those that hold, and those before which nothing changes."""

    listed: int = 0
    hold: int = 0
    nearest: int = 0
    first: int = 0


def show() -> list[Check]:
    """Print the tables of both accounts; return what was asked and found."""
    checks: list[Check] = []
    for name, inventory in (("embedded account", demo_inventory()), ("generated grid", grid())):
        checks += _account(name, inventory)
    return checks


def _account(name: str, inventory: Inventory) -> list[Check]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    without: list[str] = []
    misses: list[str] = []
    seconds, solved = 0.0, 0
    for case in cases(inventory):
        began = perf_counter()
        said = verdict(case, TARGETS)
        seconds, solved = seconds + perf_counter() - began, solved + 1
        by_money = said.decision in {"go", "conditional"} or any("cheaper in the cloud" in one for one in said.reasons)
        if by_money and not said.flips:
            without.append(case.workload.id)
        seen: set[str] = set()
        for flip in said.flips:
            tally = tallies[flip.variable]
            tally.listed += 1
            holds = _holds(case, flip)
            tally.hold += holds
            if not holds:
                misses.append(f"{case.workload.id}: {flip.variable} at {flip.at:g} {flip.side} {flip.becomes}")
            if flip.variable not in seen:
                tally.first += 1
                tally.nearest += _nothing_before(case, flip, said.decision)
            seen.add(flip.variable)
    print(f"\n{name}: {solved} workloads, {seconds / max(solved, 1) * 1000:.1f} ms each to decide and to solve")
    print(f"{'figure':<28} {'listed':>7} {'hold':>7} {'first':>7} {'nothing before':>15}")
    for variable, one in sorted(tallies.items()):
        print(f"{variable:<28} {one.listed:>7} {one.hold:>7} {one.first:>7} {one.nearest:>15}")
    for miss in misses[:10]:
        print(f"  does not hold: {miss}")
    listed, hold = sum(one.listed for one in tallies.values()), sum(one.hold for one in tallies.values())
    first, nearest = sum(one.first for one in tallies.values()), sum(one.nearest for one in tallies.values())
    return [
        Check(f"{name}: flips that hold", "100 %", _share(hold, listed), hold == listed > 0),
        Check(f"{name}: nothing flips before", "at least 95 %", _share(nearest, first), nearest >= 0.95 * first > 0),
        Check(f"{name}: decided by money, with a flip", "all", f"{len(without)} without", not without),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


def _holds(case: Judged, flip: Flip) -> bool:
    """Say whether the verdict is what the flip says a thousandth behind its figure, and not yet a thousandth before."""
    out = 1 if flip.side == "above" else -1
    before, behind = (rejudged(case, flip, flip.at * (1 + out * step)) for step in (-ASIDE, ASIDE))
    return behind == flip.becomes and before != behind


def _nothing_before(case: Judged, flip: Flip, said: Decision) -> bool:
    now = flip.now or 0.0
    return all(rejudged(case, flip, now * (flip.at / now) ** share) == said for share in BETWEEN)


def rejudged(case: Judged, flip: Flip, value: float) -> Decision:  # noqa: PLR0911  # one return a figure
    """Judge a workload from the start with the flip's figure at a value."""
    times = value / (flip.now or 1.0)
    match flip.variable:
        case "cloud_cost_usd_per_month":
            cost = case.cost
            stays = cost.stays_usd_per_month
            changed = {"monthly_usd": value, "stays_usd_per_month": None if stays is None else min(stays, value)}
            return _decided(replace(case, cost=cost.model_copy(update=changed)))
        case "module_price_usd":
            return _decided(case, {name: _dearer(target, times) for name, target in TARGETS.items()})
        case "electricity_usd_per_kwh":
            names = ("electricity", "electricity_low", "electricity_high")
            with assuming(**{name: assumed(name) * times for name in names}):
                return _decided(case)
        case "overflow_share":
            low, high = min(assumed("overflow_share_low"), value), max(assumed("overflow_share_high"), value)
            with assuming(overflow_share=value, overflow_share_low=low, overflow_share_high=high):
                return _decided(case)
        case "module_speed_rps":
            return _decided(case, faster=times)
        case "peak_rps" | "requests_per_day":
            return _decided(_recorded(case, _FLOWS | _LOADS, times))
        case "gpu_utilization_percent":
            return _decided(_recorded(case, _LOADS, times))
        case "latency_objective_ms":
            patient = case.workload.model_copy(update={"latency_objective_ms": value})
            return _decided(replace(case, workload=patient))
        case _:
            raise NotImplementedError(flip.variable)


def _decided(case: Judged, targets: Mapping[str, EdgeTarget] = TARGETS, faster: float = 1.0) -> Decision:
    again = case_of(
        case.workload, case.facts, case.demand, case.classification, case.cost, targets,
        tokens_out=case.tokens_out, hint=case.hint, sites=case.sites, faster=faster,
    )  # fmt: skip
    return decision(again, targets).decision


def _dearer(target: EdgeTarget, times: float) -> EdgeTarget:
    price = target.price_usd
    return target.model_copy(update={"price_usd": price.model_copy(update={"value": price.value * times})})


def _recorded(case: Judged, metrics: frozenset[str], times: float) -> Judged:
    """Return the case with some of its recorded series multiplied, and the demand read from them anew."""
    series = tuple(
        one.model_copy(update={"values": tuple(None if value is None else value * times for value in one.values)})
        if one.metric in metrics
        else one
        for one in case.workload.series
    )
    workload = case.workload.model_copy(update={"series": series})
    return replace(case, workload=workload, demand=demand_of(workload))


def cases(inventory: Inventory) -> Iterator[Judged]:
    """Yield every workload as the product judges it, without what others of its region change."""
    rules, book, fronts = all_rules(), price_book(inventory), fronts_of(inventory)
    for workload in sorted(inventory.workloads, key=lambda one: one.id):
        facts, demand = model_facts(workload, None), demand_of(workload)
        cost = cost_of(
            workload, inventory.bill, lookback_days=inventory.lookback_days, book=book,
            fronts=fronts.get(workload.id, frozenset()),
        )  # fmt: skip
        classified = classify(workload, rules)
        yield case_of(workload, facts, demand, classified, cost, TARGETS, tokens_out=tokens_out_of(workload, None))


def demo_inventory() -> Inventory:
    """Read the embedded account with its bill, as `aimigrate demo` does."""
    import boto3
    import pytest

    from aimigrate.assess.bill import read_focus
    from aimigrate.assess.collect import collect
    from aimigrate.demo.account import running

    with running() as account, pytest.MonkeyPatch.context() as patch:
        for name, value in account.environment.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", account.endpoint_url)
        found = collect(
            boto3.Session(), account_id=account.account_id, regions=tuple(account.regions), lookback_days=14,
            now=account.now,
        )  # fmt: skip
        return found.model_copy(update={"bill": read_focus(Path(account.bill))})


def grid() -> Inventory:
    """Return workloads of five open models at several rates, sizes, utilizations and classes, on a price list."""
    start = _NOW - timedelta(days=7)
    made = []
    for i, (family, rps, count, percent, label) in enumerate(
        product(_VISION, (0.5, 8.0, 120.0), (1, 4), (6.0, 55.0), ("realtime", "batch"))
    ):
        series = tuple(
            Series(
                metric=metric, statistic=statistic, start_at=start, period_s=300, values=(value,) * 2016, source="made"
            )
            for metric, statistic, value in _made_metrics(rps, percent)
        )
        made.append(
            Workload(
                id=f"ec2_asg:eu-central-1:made-{i:03}",
                kind="ec2_asg",
                region="eu-central-1",
                name=f"made-{i:03}",
                compute=_compute(count),
                model=ModelFacts(name=family, family=family, source="tag"),
                series=series,
                tags={"aimigrate:model": family, "aimigrate:class": label},
                triggers=("http:alb",),
                latency_objective_ms=None if label == "batch" else (60.0, 250.0)[i % 2],
            )
        )
    return Inventory(
        account_id="000000000000", source="observations", collected_at=_NOW, lookback_days=7.0,
        regions=("eu-central-1",), workloads=tuple(made), coverage=Coverage(),
    )  # fmt: skip


def _made_metrics(rps: float, percent: float) -> tuple[tuple[Any, Any, float], ...]:
    return (("requests_count", "sum", rps * 300), ("gpu_utilization_percent", "average", percent))


def _compute(count: int) -> Compute:
    return Compute(
        instance_type="g4dn.xlarge", instance_count=count, accelerator="T4", accelerators_per_instance=1,
        gpu_memory_gib=16, vcpus=4, memory_gib=16,
    )  # fmt: skip
