"""The decision about one workload: go, conditional, needs_evidence or stay, with its reasons.

Asked in this order: does something keep it in the cloud (stay), would no module ever pay (stay), what is not known
(needs_evidence), does it fit, does it pay. `go` needs a known model, demand and cost, a speed that was measured,
published or derived, and a saving that stands at the unkind end of every range. The figures at which a decision
changes are found by asking this module again (flips.py), never by a formula of their own.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.edge_cost import edge_cost
from aimigrate.assess.fit import ACCEPT, NO_SPEED, own_module_rps
from aimigrate.assess.judged import Judged, floor_of
from aimigrate.assess.need import Need, in_words
from aimigrate.assess.outcome import CARRIES, Money, mean_load
from aimigrate.assess.speeds import is_language
from aimigrate.contracts.assessment import EdgeFit
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.verdicts import Decision, Verdict

IDLE_GPU_PERCENT = 2.0  # ours: a loaded but idle model reads 0-2


def decision(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict:
    """Return the decision, why, and what changes it that is no figure."""
    for judge in (_kept, _idle, _never_pays):
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


def floor_money(case: Judged, targets: Mapping[str, EdgeTarget]) -> Money | None:
    """Return the money of the cheapest module doing everything alone; None where the cost is not known."""
    usd = case.cost.monthly_usd
    if usd is None or not targets:
        return None
    floor = case.floor if case.floor is not None else floor_of(case.need, targets)
    return Money(cloud=usd, cloud_low=usd, edge=floor, edge_high=floor, edge_low=floor)


def _say(decided: Decision, reasons: tuple[str, ...], flips: tuple[str, ...] = ()) -> Verdict:
    return Verdict(decision=decided, reasons=reasons, flips_if=flips)


def _kept(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict | None:  # noqa: ARG001  # one shape for all
    """Stay where something keeps it in the cloud, whatever it costs."""
    barriers = case.kept_by
    if not barriers:
        return None
    off = case.workload.kind == "sagemaker_notebook" and is_idle(case.demand)
    idle = ("it did nothing in the time looked at: turn it off",) if off else ()
    lifted = [one.lifted_if for one in barriers if one.lifted_if is not None]
    together = (" and ".join(lifted),) if len(lifted) == len(barriers) else ()
    said = _say("stay", (*idle, *(one.why for one in barriers)), together)
    return said.model_copy(update={"barriers": barriers})


def _idle(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict | None:  # noqa: ARG001  # one shape for all
    """Stay where there is nothing to move: no work at all, or so little that it belongs on something without a GPU."""
    if is_idle(case.demand):
        why = "it did nothing in the time looked at: turn it off instead of moving it"
        return _say("stay", (why,), ("it gets requests again",))
    mean = case.demand.gpu_utilization_percent_mean
    if mean is None or mean > IDLE_GPU_PERCENT or case.need.nightly:
        return None
    why = f"its GPU works {mean:.1f} % of the time: turn it off, or let it scale to zero, before buying modules for it"
    return _say("stay", (why,))


def _never_pays(case: Judged, targets: Mapping[str, EdgeTarget]) -> Verdict | None:
    """Stay where even the cheapest module, doing everything alone, would not pay: no evidence could change that."""
    least = floor_money(case, targets)
    if least is None or least.worth_it:
        return None
    return _say("stay", (f"{least.cloud:,.2f} USD a month is less than moving it can save, whatever model it runs",))


def _unknowns(case: Judged) -> list[tuple[str, str]]:
    """List what is not known and decides, as (name, reason)."""
    found: list[tuple[str, str]] = []
    family = case.facts.family
    if family is None:
        found.append(("which model it runs", "which model it runs is not known"))
    if case.cost.monthly_usd is None or case.cost.quality == "unknown":
        found.append(("its monthly cost", f"its cost is not known: {case.cost.reason}"))
    if not _has_demand(case.need):
        found.append(("how much it is asked to do", "how much it is asked to do is not known"))
    if family is not None and is_language(family) and not case.tokens_out:
        found.append(("tokens_out", "how many tokens an answer takes is not known"))
    return found or _doubts_of_the_best(case)


def _doubts_of_the_best(case: Judged) -> list[tuple[str, str]]:
    """List what is not known of the best module; an assumed speed is never known."""
    if case.best is None:
        return [("its speed on a module, measured", NO_SPEED)]
    if case.best.readiness != "unknown":
        speed = case.best.throughput_rps
        if case.best.readiness not in CARRIES or (speed is not None and speed.provenance != "assumed"):
            return []
        return [("its speed on a module, measured", "its speed is an assumption")]
    why = case.best.reasons[0]
    if "GPU hours" in why:
        return [("how many items a night", why)]
    return [("how many parameters it has" if "parameters" in why else "its speed on a module, measured", why)]


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
    unheard = [fit.module for fit in case.fits if fit.readiness == "unknown"]
    flips = [f"a speed measured on {', '.join(unheard)}, whose speed is not known, suffices"] if unheard else []
    return _say("stay", reasons or ("no module carries it",), (*flips, "a smaller or quantized model takes its place"))


def _by_money(case: Judged, fit: EdgeFit, money: Money, targets: Mapping[str, EdgeTarget]) -> Verdict:
    """Decide by saving and payback, then name the conditions that are left."""
    payback = money.payback_months
    months = f"pays back in {payback:.1f} months" if payback is not None else "never pays back"
    facts = f"{fit.count} x {fit.module}: saves {money.saving:,.0f} USD a month of {money.cloud:,.0f}, {months}"
    if not money.worth_it:
        return _say("stay", (f"cheaper in the cloud: {facts}",))
    own = own_module_rps(case.workload, case.facts, case.demand, fit.module, targets)
    conditions = (*_conditions(case, fit, money), *_slow_now(case, fit, money, targets, own))
    reasons = (facts, *_rests_on(fit, own))
    if conditions:
        return _say("conditional", (*conditions, *reasons), tuple(f"go once: {one}" for one in conditions))
    return _say("go", (*reasons, *fit.changes))


def _rests_on(fit: EdgeFit, own: float | None) -> tuple[str, ...]:
    """Say what the speed rests on, and what the workload's own figures say beside it."""
    speed = fit.throughput_rps
    if speed is None:
        return ()
    beside = f"by its own rate and GPU utilization a module would do about {in_words(own)} rps" if own else ""
    return (f"speed {speed.provenance}: {speed.source}", *((beside,) if beside else ()))


def _slow_now(
    case: Judged, fit: EdgeFit, money: Money, targets: Mapping[str, EdgeTarget], own: float | None
) -> tuple[str, ...]:
    """Ask for a measurement where the modules that the workload's own speed calls for would not pay.

    A measured speed needs no second opinion.
    """
    edge_rps, speed, target = case.need.edge_rps, fit.throughput_rps, targets[fit.module]
    if own is None or edge_rps is None or speed is None or speed.provenance == "measured":
        return ()
    load, spare = mean_load(fit, target), case.need.spare
    needed = max(1, ceil(edge_rps / own)) + spare
    if needed <= (fit.count or 1) or with_modules(money, fit, target, load, needed).worth_it:
        return ()
    most = _most_that_pay(money, fit, target, load, needed)
    least_rps = edge_rps / max(most - spare, 1)
    why = f"its own GPU utilization suggests {in_words(own)}"
    return (f"one module is measured at {in_words(least_rps)} rps or more with its own model server ({why})",)


def with_modules(money: Money, fit: EdgeFit, target: EdgeTarget, load: float, count: int) -> Money:
    """Return the money with another count of modules doing the same work."""
    spread = min(1.0, load * (fit.count or 1) / count)
    return replace(money, edge=edge_cost(target, count, spread))


def _most_that_pay(money: Money, fit: EdgeFit, target: EdgeTarget, load: float, too_many: int) -> int:
    """Return the most modules that pay, the spare included, by halving."""
    low, high = fit.count or 1, too_many
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if with_modules(money, fit, target, load, middle).worth_it else (low, middle)
    return low


def _conditions(case: Judged, fit: EdgeFit, money: Money) -> tuple[str, ...]:
    """List what must be settled first."""
    found = []
    if not money.sure and replace(money, cloud_low=money.cloud).sure:
        found.append(f"its cost stands on a bill (a price list may be {assumed('list_price_discount'):.0%} too high)")
    elif not money.sure:
        found.append(f"it saves at the unkind end of the ranges too (now {money.saving_low:,.0f} USD a month)")
    found.extend(change for change in fit.changes if change.startswith(ACCEPT))
    store = next((one for one in case.cost.attached if one.what == "file_system" and not one.goes), None)
    if store is not None and case.hint.gigabytes_in_per_day is None:
        usd = f"{store.usd_per_month:,.0f} USD a month"
        found.append(f"how much it reads each day of {store.resource_id} ({usd}), which stays, is known (hints.yaml)")
    if case.facts.family is not None and is_language(case.facts.family):
        found.append("its speed is measured with its own prompts, whose processing is not counted here")
    if case.classification.owner_label is None and case.classification.label == "unknown":
        found.append("its owner says whether callers wait for it (tag aimigrate:class)")
    return tuple(found)
