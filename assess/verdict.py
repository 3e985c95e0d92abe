"""What to do with a workload: go, conditional, needs_evidence or stay, why, and at which figures that changes.

Asked in this order: can it not move (stay), would no module ever pay (stay), what is not known
(needs_evidence), does it fit, does it pay. `go` needs a known model, demand and cost, a published or
derived speed, and a saving that stands at the unkind end of every range.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.edge_cost import edge_cost
from aimigrate.assess.fit import ACCEPT, NO_SPEED, own_module_rps
from aimigrate.assess.flips import Turning, turning
from aimigrate.assess.need import Need, in_words
from aimigrate.assess.outcome import CARRIES, Money, mean_load
from aimigrate.assess.speeds import is_language
from aimigrate.contracts.assessment import Classification, Cost, Decision, Demand, EdgeFit, Verdict
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import ModelFacts, Workload

IDLE_GPU_PERCENT = 2.0  # ours: a loaded but idle model reads 0-2
_NEURON = ("inf1.", "inf2.", "trn1.", "trn1n.", "trn2.")


@dataclass(frozen=True)
class Judged:
    """Everything a verdict looks at."""

    workload: Workload
    facts: ModelFacts
    demand: Demand
    classification: Classification
    need: Need
    cost: Cost
    fits: tuple[EdgeFit, ...]
    best: EdgeFit | None
    money: Money | None
    tokens_out: float | None = None


def verdict(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict:
    """Return the decision with its reasons and the figures that flip it."""
    for judge in (_cannot_move, _idle, _never_pays):
        said = judge(case, targets)
        if said is not None:
            return said
    if case.facts.family is not None and _all_refused(case):
        return _no_module(case)
    unknown = _unknowns(case)
    if unknown:
        flips = tuple(f"judged anew once known: {what}" for what, _ in unknown)
        return _say("needs_evidence", tuple(reason for _, reason in unknown), flips)
    if case.best is None or case.best.readiness not in CARRIES:
        return _no_module(case)
    if case.money is None:
        return _say("needs_evidence", (case.cost.reason,), ("judged anew once known: its cost",))
    return _by_money(case, case.best, case.money, targets)


def is_idle(demand: Demand) -> bool:
    """Say whether nothing was asked of it in the whole time looked at."""
    if demand.requests_per_month is not None:
        return demand.requests_per_month == 0
    high = demand.gpu_utilization_percent_max
    return high is not None and high <= IDLE_GPU_PERCENT and not demand.runs_per_day


def _say(decision: Decision, reasons: tuple[str, ...], flips: tuple[str, ...] = ()) -> Verdict:
    return Verdict(decision=decision, reasons=reasons, flips_if=flips)


def _cannot_move(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict | None:  # noqa: ARG001  # one shape for all
    """Name what ties a workload to the cloud, whatever it costs."""
    workload, compute = case.workload, case.workload.compute
    kind = workload.kind
    many = (compute.accelerators_per_instance or 0) * max(compute.instance_count or 1, 1)
    if kind in {"sagemaker_training", "sagemaker_tuning", "sagemaker_automl"}:
        size = f"training on {many:g} GPUs" if many > 1 else "training"
        return _say("stay", (f"{size}: modules at the edge serve models, they don't train them",))
    if kind == "sagemaker_notebook":
        idle = ("it did nothing in the time looked at: turn it off",) if is_idle(case.demand) else ()
        return _say("stay", (*idle, "a notebook is a person's desk, not a service"))
    if case.facts.closed_weights:
        why = "its weights are closed: they can't be copied to a module"
        return _say("stay", (why,), ("an open model of the same quality takes its place",))
    instance = (compute.instance_type or "").removeprefix("ml.")
    if instance.startswith(_NEURON):
        why = f"it is compiled for AWS Neuron ({instance}), which no module runs"
        return _say("stay", (why,), ("its original model (PyTorch or ONNX) is at hand and given in hints.yaml",))
    if kind == "sagemaker_processing" and compute.accelerator is None and case.facts.family is None:
        return _say("stay", ("data processing without an accelerator or a model: nothing to infer at the edge",))
    return None


def _idle(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict | None:  # noqa: ARG001  # one shape for all
    """Stay where there is nothing to move: no work at all, or so little that it belongs on something without a GPU."""
    if is_idle(case.demand):
        why = "it did nothing in the time looked at: turn it off instead of moving it"
        return _say("stay", (why,), ("it gets requests again",))
    mean = case.demand.gpu_utilization_percent_mean
    if mean is None or mean > IDLE_GPU_PERCENT or case.need.nightly:
        return None
    why = f"its GPU works {mean:.1f} % of the time: turn it off, or let it scale to zero, before buying modules for it"
    return _say("stay", (why,), (f"its GPU utilization rises above {IDLE_GPU_PERCENT:g} % in the mean",))


def _never_pays(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict | None:
    """Stay where even the cheapest module, doing everything alone, would not pay: no evidence could change that."""
    usd = case.cost.monthly_usd
    if usd is None or not targets:
        return None
    count = 2 if case.need.label in {"realtime", "mixed"} else 1
    floor = min(
        (edge_cost(target, count, 0.0, electricity="electricity_low") for target in targets.values()),
        key=lambda cost: cost.usd_per_month,
    )
    least = Money(cloud=usd, cloud_low=usd, edge=floor, edge_high=floor, edge_low=floor)
    if least.worth_it:
        return None
    cheap = f"{usd:,.2f} USD a month is less than moving it can save, whatever model it runs"
    return _say("stay", (cheap,), (f"its cloud cost rises above {least.worth_it_from():,.0f} USD a month",))


def _unknowns(case: Judged) -> list[tuple[str, str]]:
    """List what is not known and decides, as (name, reason)."""
    found: list[tuple[str, str]] = []
    family = case.facts.family
    if family is None:
        found.append(("which model it runs", "which model it runs is not known"))
    if case.cost.monthly_usd is None:
        found.append(("its monthly cost", f"its cost is not known: {case.cost.reason}"))
    if not _has_demand(case.need):
        found.append(("how much it is asked to do", "how much it is asked to do is not known"))
    if family is not None and is_language(family) and not case.tokens_out:
        found.append(("tokens_out", "how many tokens an answer takes is not known"))
    if not found and (case.best is None or case.best.readiness == "unknown"):
        why = case.best.reasons[0] if case.best is not None else NO_SPEED
        wanted = "how many items a night" if "GPU hours" in why else "parameters" if "parameters" in why else "speed"
        names = {"speed": "its speed on a module, measured", "parameters": "how many parameters it has"}
        found.append((names.get(wanted, wanted), why))
    return found


def _has_demand(need: Need) -> bool:
    if need.nightly:
        return bool(need.requests_per_day or need.gpu_hours_per_day)
    return need.peak_rps is not None


def _all_refused(case: Judged) -> bool:
    """Say whether every module whose speed is known refuses it, and at least one does."""
    refused = [fit for fit in case.fits if fit.readiness == "not_ready"]
    return bool(refused) and all(fit in refused or fit.reasons[:1] == (NO_SPEED,) for fit in case.fits)


def _no_module(case: Judged) -> Verdict:
    """Stay where every module that can be judged is too small or too slow."""
    reasons = tuple(
        dict.fromkeys(f"{fit.module}: {fit.reasons[0]}" for fit in case.fits if fit.readiness == "not_ready")
    )
    objective = case.workload.latency_objective_ms
    slow = [fit.latency_ms for fit in case.fits if fit.latency_ms is not None]
    flips = [] if objective is None or not slow else [f"its latency objective rises above {min(slow):,.0f} ms"]
    unheard = [fit.module for fit in case.fits if fit.readiness == "unknown"]
    if unheard:
        flips.append(f"a speed measured on {', '.join(unheard)}, whose speed is not known, suffices")
    return _say("stay", reasons or ("no module carries it",), (*flips, "a smaller or quantized model takes its place"))


def _by_money(case: Judged, fit: EdgeFit, money: Money, targets: Mapping[str, EdgeTarget]) -> Verdict:
    """Decide by saving and payback, then name the conditions that are left."""
    payback = money.payback_months
    months = f"pays back in {payback:.1f} months" if payback is not None else "never pays back"
    facts = f"{fit.count} x {fit.module}: saves {money.saving:,.0f} USD a month of {money.cloud:,.0f}, {months}"
    if not money.worth_it:
        above = (f"its cloud cost rises above {money.worth_it_from():,.0f} USD a month (now {money.cloud:,.0f})",)
        return _say("stay", (f"cheaper in the cloud: {facts}",), (*above, *_fewer(_turning(case, fit, money, targets))))
    at = _turning(case, fit, money, targets)
    own = own_module_rps(case.workload, case.facts, case.demand, fit.module, targets)
    conditions = (*_conditions(case, fit, money), *_slow_now(own, at))
    stays = f"stay below a cloud cost of {money.worth_it_from():,.0f} USD a month (now {money.cloud:,.0f})"
    reasons = (facts, *_rests_on(fit, own))
    if conditions:
        return _say("conditional", (*conditions, *reasons), (*(f"go once: {one}" for one in conditions), stays))
    flips = [f"conditional below a cloud cost of {money.sure_from():,.0f} USD a month"] if money.sure else []
    if round(money.sure_from()) <= round(money.worth_it_from()):
        flips.clear()
    return _say("go", (*reasons, *fit.changes), (*flips, stays, *_more(at)))


def _rests_on(fit: EdgeFit, own: float | None) -> tuple[str, ...]:
    """Say what the speed rests on, and what the workload's own figures say beside it."""
    speed = fit.throughput_rps
    if speed is None:
        return ()
    beside = f"by its own rate and GPU utilization a module would do about {in_words(own)} rps" if own else ""
    return (f"speed {speed.provenance}: {speed.source}", *((beside,) if beside else ()))


def _slow_now(own: float | None, at: Turning) -> tuple[str, ...]:
    """Ask for a measurement where the workload as it runs now is too slow for what the published speed promises."""
    if own is None or at.speed_rps is None or own >= at.speed_rps:
        return ()
    why = f"its own GPU utilization suggests {in_words(own)}"
    return (f"one module is measured at {in_words(at.speed_rps)} rps or more with its own model server ({why})",)


def _conditions(case: Judged, fit: EdgeFit, money: Money) -> tuple[str, ...]:
    """List what must be settled first."""
    found = []
    if not money.sure and replace(money, cloud_low=money.cloud).sure:
        found.append(f"its cost stands on a bill (a price list may be {assumed('list_price_discount'):.0%} too high)")
    elif not money.sure:
        found.append(f"it saves at the unkind end of the ranges too (now {money.saving_low:,.0f} USD a month)")
    found.extend(change for change in fit.changes if change.startswith(ACCEPT))
    if case.facts.family is not None and is_language(case.facts.family):
        found.append("its speed is measured with its own prompts, whose processing is not counted here")
    if case.classification.owner_label is None and case.classification.label == "unknown":
        found.append("its owner says whether callers wait for it (tag aimigrate:class)")
    return tuple(found)


def _turning(case: Judged, fit: EdgeFit, money: Money, targets: Mapping[str, EdgeTarget]) -> Turning:
    target = targets[fit.module]
    edge_rps, peak = case.need.edge_rps, case.need.peak_rps
    per_edge = peak / edge_rps if edge_rps and peak and not case.need.nightly else 0.0
    load = mean_load(fit, target)
    return turning(money, fit, target, load=load, spare=case.need.spare, edge_rps=edge_rps, peak_per_edge=per_edge)


def _more(at: Turning) -> tuple[str, ...]:
    """Say at which speed or demand the modules become too many."""
    speed = () if at.speed_rps is None else (f"stay if one module is measured below {in_words(at.speed_rps)} rps",)
    peak = f"stay if its peak rises above {in_words(at.peak_rps)} rps at the same cloud cost" if at.peak_rps else ""
    return (*speed, *((peak,) if peak else ()))


def _fewer(at: Turning) -> tuple[str, ...]:
    """Say at which speed so few modules suffice that it pays."""
    return () if at.speed_rps is None else (f"one module is measured at {in_words(at.speed_rps)} rps or more",)
