"""Which modules could carry a workload: how many, how fast, at what cost, and what is in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.edge_cost import edge_cost
from aimigrate.assess.memory import MemoryNeed, memory_need
from aimigrate.assess.need import Need, Sized, modules_for, need_of
from aimigrate.assess.speeds import Rate, accelerator_ratio, inference_rate, is_language, own_rate, token_rate
from aimigrate.contracts.assessment import Classification, EdgeFit, Estimate, Readiness
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import ModelFacts, Workload

NO_SPEED = "no speed of this model on this module is published, and none can be derived"
ACCEPT = "callers must accept"
INSTANT_MS = 100.0  # 0.1 s feels instant (Nielsen, Response Times, 1993)
_MEASURE_FIRST = "measure its speed on one module before buying more"
_LEAST_LOAD = 0.02  # below it a rate over a utilization says nothing


@dataclass(frozen=True)
class _Case:
    """All that is known of one workload."""

    workload: Workload
    facts: ModelFacts
    demand: Demand
    need: Need
    targets: Mapping[str, EdgeTarget]
    tokens_out: float | None
    faster: float = 1.0


def fits(
    workload: Workload,
    facts: ModelFacts,
    demand: Demand,
    classification: Classification,
    targets: Mapping[str, EdgeTarget],
    *,
    tokens_out: float | None = None,
    faster: float = 1.0,
) -> tuple[EdgeFit, ...]:
    """Return one answer per module type, those that can carry it first, each group by monthly cost.

    `tokens_out` is the mean output length of a language model; without it tokens don't become requests.
    `faster` asks what if every module ran it that many times as fast: 1 is as known.
    """
    case = _Case(workload, facts, demand, need_of(demand, classification), targets, tokens_out, faster)
    found = [_fit(case, name) for name in sorted(targets)]
    return tuple(sorted(found, key=lambda fit: (_rank(fit), _cost_key(fit), fit.module)))


def _rank(fit: EdgeFit) -> int:
    """Order the answers: carries it, carries it if callers wait longer, not known, no."""
    if fit.readiness in {"ready", "ready_with_changes"}:
        return int(waits(fit))
    return 2 if fit.readiness == "unknown" else 3


def waits(fit: EdgeFit) -> bool:
    """Say whether callers would wait longer than they do now."""
    return any(change.startswith(ACCEPT) for change in fit.changes)


def _cost_key(fit: EdgeFit) -> float:
    return fit.edge_usd_per_month if fit.edge_usd_per_month is not None else float("inf")


def _fit(case: _Case, name: str) -> EdgeFit:
    target = case.targets[name]
    facts = case.facts
    ratio = accelerator_ratio(facts.family, case.workload.compute.accelerator, name, case.targets)
    rate = _rate(case, name, ratio)
    if rate is None:
        return _unknown(target, NO_SPEED)
    rate = _at_speed(rate, case.faster)
    memory = memory_need(facts, rate, target, case.targets)
    if memory.fits is False:
        return EdgeFit(module=name, readiness="not_ready", power_mode=rate.power_mode, reasons=(memory.reason,))
    throughput, latency_ms = _throughput(facts, rate, case.tokens_out)
    if throughput is None:
        tokens = f"{rate.per_second.value or 0:.0f} tokens a second"
        return _unknown(target, f"{tokens}; how many tokens a request takes is not known")
    sized = modules_for(case.need, throughput, ratio)
    if sized.count is None:
        return _unknown(target, sized.why, throughput=throughput, latency_ms=latency_ms, power_mode=rate.power_mode)
    cost = edge_cost(target, sized.count, sized.load)
    late, changes = _in_the_way(case, rate, latency_ms)
    doubts = _doubts(memory, throughput, sized)
    readiness: Readiness = "ready_with_changes" if changes else "ready"
    return EdgeFit(
        module=name,
        readiness="not_ready" if late else "unknown" if doubts else readiness,
        count=sized.count,
        power_mode=rate.power_mode,
        throughput_rps=throughput,
        latency_ms=latency_ms,
        hardware_usd=cost.hardware_usd,
        power_w=cost.power_w,
        edge_usd_per_month=cost.usd_per_month,
        reasons=tuple(dict.fromkeys((*late, *doubts, sized.why, memory.reason))),
        changes=changes,
    )


def _doubts(memory: MemoryNeed, throughput: Estimate, sized: Sized) -> tuple[str, ...]:
    """Say what of a fit is an assumption, which no decision may rest on."""
    doubts = []
    if throughput.provenance == "assumed":
        doubts.append("its speed is an assumption: nobody published this model on this or a like module")
    if sized.on_assumption:
        doubts.append("its work is known in GPU hours alone, and what those are on a module is an assumption")
    if memory.fits is None:
        doubts.append(memory.reason)
    return tuple(doubts)


def _in_the_way(case: _Case, rate: Rate, latency_ms: float | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return why a module is too slow to answer, if it is, and what must change before it is ready."""
    changes = _changes(case.facts, rate)
    objective = case.workload.latency_objective_ms
    if latency_ms is None:
        return (), changes
    if objective is None:
        return (), (*changes, *_slower(case, latency_ms))
    late = f"about {latency_ms:,.0f} ms under load, over the objective of {objective:,.0f} ms"
    return ((late,) if latency_ms > objective else ()), changes


def _unknown(target: EdgeTarget, reason: str, **known: object) -> EdgeFit:
    values = {"throughput_rps": known.get("throughput"), "latency_ms": known.get("latency_ms")}
    mode = known.get("power_mode", target.default_power_mode)
    return EdgeFit.model_validate(
        {"module": target.name, "readiness": "unknown", "power_mode": mode, "reasons": (reason,), **values}
    )


def _slower(case: _Case, latency_ms: float) -> tuple[str, ...]:
    """Without an objective, what callers get now is one, where they wait at all."""
    now = case.demand.latency_p99_ms
    if case.need.nightly or latency_ms <= max(now or 0.0, INSTANT_MS):
        return ()
    known = f"now {now:,.0f} ms at the 99th percentile" if now is not None else "what they get now is not known"
    return (f"{ACCEPT} about {latency_ms:,.0f} ms under load ({known})",)


def _rate(case: _Case, name: str, ratio: Estimate | None) -> Rate | None:
    """Return the best speed there is: published, derived from the family, or assumed from its own use."""
    facts, targets = case.facts, case.targets
    if facts.family is not None:
        found = (
            token_rate(facts.family, facts.parameters_b, name, targets)
            if is_language(facts.family)
            else inference_rate(facts.family, facts.precision, name, targets)
        )
        if found is not None or is_language(facts.family):
            return found
    capacity = _accelerator_rps(case.workload, case.demand)
    if capacity is None or ratio is None:
        return None
    return own_rate(capacity, ratio, targets[name].default_power_mode)


def own_module_rps(
    workload: Workload, facts: ModelFacts, demand: Demand, name: str, targets: Mapping[str, EdgeTarget]
) -> float | None:
    """Return what one module would do by the workload's own rate and GPU utilization: a check on published speeds.

    It holds the workload's own pre- and post-processing and whatever its server wastes; a published speed does not.
    """
    ratio = accelerator_ratio(facts.family, workload.compute.accelerator, name, targets)
    capacity = _accelerator_rps(workload, demand)
    return capacity * ratio.value if capacity is not None and ratio is not None and ratio.value is not None else None


def _at_speed(rate: Rate, faster: float) -> Rate:
    """Return the rate as if the module ran the model that many times as fast."""
    if faster == 1.0:
        return rate
    known = rate.per_second
    values = {part: value * faster for part in ("value", "low", "high") if (value := getattr(known, part)) is not None}
    return replace(
        rate,
        per_second=known.model_copy(update=values),
        latency_ms=rate.latency_ms / faster if rate.latency_ms is not None else None,
        stream_tokens=rate.stream_tokens * faster if rate.stream_tokens is not None else None,
    )


def _accelerator_rps(workload: Workload, demand: Demand) -> float | None:
    """Return requests a second of one cloud accelerator when full: its mean rate over its mean utilization."""
    compute = workload.compute
    count = (compute.instance_count or 0.0) * (compute.accelerators_per_instance or 0.0)
    load = (demand.gpu_utilization_percent_mean or 0.0) / 100
    if not demand.mean_rps or count <= 0 or load < _LEAST_LOAD:
        return None
    return demand.mean_rps / count / load


def _throughput(facts: ModelFacts, rate: Rate, tokens_out: float | None) -> tuple[Estimate | None, float | None]:
    """Return requests a second of one module and a request's milliseconds at the load that it is sized for."""
    if facts.family is None or not is_language(facts.family):
        queueing = 1 / (1 - assumed("edge_utilization"))
        return rate.per_second, rate.latency_ms * queueing if rate.latency_ms is not None else None
    if not tokens_out:
        return None, None
    tokens = rate.per_second
    values = {
        part: value / tokens_out for part in ("value", "low", "high") if (value := getattr(tokens, part)) is not None
    }
    source = f"{tokens.source}; {tokens_out:,.0f} tokens a request, prompt processing not counted"
    latency = tokens_out / rate.stream_tokens * 1000 if rate.stream_tokens else None
    return tokens.model_copy(update={**values, "source": source}), latency


def _changes(facts: ModelFacts, rate: Rate) -> tuple[str, ...]:
    """Say what must change in the model before it runs as fast as that."""
    if rate.precision == "as now":
        return (_MEASURE_FIRST,)
    if facts.precision == rate.precision:
        return ()
    if rate.precision in {"int4", "nvfp4"}:
        return (f"quantize the weights to {rate.precision.upper()} and check its answers",)
    if rate.precision == "int8":
        return ("calibrate to INT8 and check its accuracy",)
    return () if facts.precision is None else (f"build its engine in {rate.precision.upper()}",)
