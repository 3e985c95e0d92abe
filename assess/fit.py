"""Which modules could carry a workload: how many, how fast, at what cost, and what is in the way.

Modules are counted at the low end of the speed's interval, so that a thin estimate costs hardware
instead of hope. Realtime work gets one module more than it needs (N+1); batch work gets a night.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from aimigrate.assess.assumptions import assumed
from aimigrate.assess.edge_cost import edge_cost
from aimigrate.assess.memory import memory_need
from aimigrate.assess.speeds import Rate, accelerator_ratio, inference_rate, is_language, own_rate, token_rate
from aimigrate.contracts.assessment import Classification, Demand, EdgeFit, Estimate, Label, Readiness
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import ModelFacts, Workload

NO_SPEED = "no speed of this model on this module is published, and none can be derived"
_MEASURE_FIRST = "measure its speed on one module before buying more"
_MOST_MODULES = 10_000  # beyond it a count says only "not here"
_DAYS_PER_MONTH = 365 / 12
_LEAST_LOAD = 0.02  # below it a rate over a utilization says nothing


@dataclass(frozen=True)
class Need:
    """What the edge must do: requests a second at the peak, or module hours a night through `ratio`."""

    label: Label
    peak_rps: float | None = None
    mean_rps: float | None = None
    requests_per_day: float | None = None
    gpu_hours_per_day: float | None = None

    @property
    def edge_rps(self) -> float | None:
        """Requests a second that the modules are sized for; null where the work is known in GPU hours or not at all."""
        if self.nightly:
            seconds = assumed("nightly_window") * assumed("edge_utilization") * 3600
            return self.requests_per_day / seconds if self.requests_per_day is not None else None
        kept = 1 - assumed("overflow_share")
        return self.peak_rps / assumed("edge_utilization") * kept if self.peak_rps is not None else None

    @property
    def spare(self) -> int:
        """Modules beyond those that work: one, unless the work may wait."""
        return 0 if self.nightly else 1

    @property
    def nightly(self) -> bool:
        """Say whether the work may wait for the night."""
        return self.label == "batch"


@dataclass(frozen=True)
class _Case:
    """All that is known of one workload."""

    workload: Workload
    facts: ModelFacts
    demand: Demand
    need: Need
    targets: Mapping[str, EdgeTarget]
    tokens_out: float | None


@dataclass(frozen=True)
class _Sized:
    """How many modules, at what mean load, and the arithmetic in words."""

    count: int | None
    load: float
    why: str
    on_assumption: bool = False


def need_of(demand: Demand, classification: Classification) -> Need:
    """Return what must be served. The owner's label decides over ours; `mixed` and `unknown` are served as realtime."""
    label = classification.owner_label or classification.label
    hours = demand.gpu_hours_per_month
    requests = demand.requests_per_month
    return Need(
        label=label,
        peak_rps=demand.peak_rps,
        mean_rps=demand.mean_rps,
        requests_per_day=requests / _DAYS_PER_MONTH if requests else None,
        gpu_hours_per_day=hours / _DAYS_PER_MONTH if hours else None,
    )


def fits(
    workload: Workload,
    facts: ModelFacts,
    demand: Demand,
    classification: Classification,
    targets: Mapping[str, EdgeTarget],
    *,
    tokens_out: float | None = None,
) -> tuple[EdgeFit, ...]:
    """Return one answer per module type, those that can carry it first, each group by monthly cost.

    `tokens_out` is the mean output length of a language model; without it tokens don't become requests.
    """
    case = _Case(workload, facts, demand, need_of(demand, classification), targets, tokens_out)
    found = [_fit(case, name) for name in sorted(targets)]
    order: tuple[Readiness, ...] = ("ready", "ready_with_changes", "unknown", "not_ready")
    rank = {readiness: max(index - 1, 0) for index, readiness in enumerate(order)}  # both ready ones are one group
    return tuple(sorted(found, key=lambda fit: (rank[fit.readiness], _cost_key(fit), fit.module)))


def _cost_key(fit: EdgeFit) -> float:
    return fit.edge_usd_per_month if fit.edge_usd_per_month is not None else float("inf")


def _fit(case: _Case, name: str) -> EdgeFit:
    target = case.targets[name]
    facts = case.facts
    ratio = accelerator_ratio(facts.family, case.workload.compute.accelerator, name, case.targets)
    rate = _rate(case, name, ratio)
    if rate is None:
        return _unknown(target, NO_SPEED)
    memory = memory_need(facts, rate, target, case.targets)
    if memory.fits is False:
        return EdgeFit(module=name, readiness="not_ready", power_mode=rate.power_mode, reasons=(memory.reason,))
    throughput, latency_ms = _throughput(facts, rate, case.tokens_out)
    if throughput is None:
        tokens = f"{rate.per_second.value or 0:.0f} tokens a second"
        return _unknown(target, f"{tokens}; how many tokens a request takes is not known")
    sized = _count(case.need, throughput, ratio)
    if sized.count is None:
        return _unknown(target, sized.why, throughput=throughput, latency_ms=latency_ms, power_mode=rate.power_mode)
    cost = edge_cost(target, sized.count, sized.load)
    late, changes = _in_the_way(case, rate, latency_ms)
    known = memory.fits is not None and throughput.provenance != "assumed" and not sized.on_assumption
    readiness: Readiness = "ready_with_changes" if changes else "ready"
    return EdgeFit(
        module=name,
        readiness="not_ready" if late else readiness if known else "unknown",
        count=sized.count,
        power_mode=rate.power_mode,
        throughput_rps=throughput,
        latency_ms=latency_ms,
        hardware_usd=cost.hardware_usd,
        power_w=cost.power_w,
        edge_usd_per_month=cost.usd_per_month,
        reasons=(*late, sized.why, memory.reason),
        changes=changes,
    )


def _in_the_way(case: _Case, rate: Rate, latency_ms: float | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return why a module is too slow to answer, if it is, and what must change before it is ready."""
    changes = _changes(case.facts, rate)
    objective = case.workload.latency_objective_ms
    if objective is None or latency_ms is None:
        return (), changes
    late = f"about {latency_ms:,.0f} ms under load, over the objective of {objective:,.0f} ms"
    return ((late,) if latency_ms > objective else ()), changes


def _unknown(target: EdgeTarget, reason: str, **known: object) -> EdgeFit:
    values = {"throughput_rps": known.get("throughput"), "latency_ms": known.get("latency_ms")}
    mode = known.get("power_mode", target.default_power_mode)
    return EdgeFit.model_validate(
        {"module": target.name, "readiness": "unknown", "power_mode": mode, "reasons": (reason,), **values}
    )


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


def _count(need: Need, throughput: Estimate, ratio: Estimate | None) -> _Sized:
    """Count the modules at the low end of their speed."""
    low, value = throughput.low or 0.0, throughput.value or 0.0
    if low <= 0:
        return _Sized(None, 0.0, "its speed is not known")
    if need.nightly:
        return _nightly(need, low, value, ratio)
    edge_rps = need.edge_rps
    if edge_rps is None:
        return _Sized(None, 0.0, "how many requests it gets is not known")
    working = max(1, ceil(edge_rps / low))
    if working > _MOST_MODULES:
        return _Sized(None, 0.0, f"it would take {working:,} modules")
    load = min(1.0, (need.mean_rps or 0.0) / ((working + 1) * value))
    return _Sized(
        working + 1, load, f"{edge_rps:.3g} rps at the edge over {low:.3g} rps a module: {working} and a spare"
    )


def _nightly(need: Need, low: float, value: float, ratio: Estimate | None) -> _Sized:
    """Count the modules that finish a day's work in the nightly window."""
    window = assumed("nightly_window") * assumed("edge_utilization")
    guessed = False
    if need.requests_per_day is not None:
        hours, likely = need.requests_per_day / low / 3600, need.requests_per_day / value / 3600
        what = f"{need.requests_per_day:,.0f} requests a day at {low:.3g} rps"
    elif need.gpu_hours_per_day is not None and ratio is not None and ratio.low and ratio.value:
        hours, likely = need.gpu_hours_per_day / ratio.low, need.gpu_hours_per_day / ratio.value
        what = f"{need.gpu_hours_per_day:.3g} GPU hours a day at {ratio.low:.2g} of the GPU a module ({ratio.source})"
        guessed = ratio.provenance == "assumed"
    else:
        return _Sized(None, 0.0, "how much work there is each day is not known")
    count = max(1, ceil(hours / window))
    if count > _MOST_MODULES:
        return _Sized(None, 0.0, f"it would take {count:,} modules")
    why = f"{what} are {hours:.3g} module hours, in a nightly window of {window:.3g} usable hours"
    return _Sized(count, min(1.0, likely / 24 / count), why, on_assumption=guessed)


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
