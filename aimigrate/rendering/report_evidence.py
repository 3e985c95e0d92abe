"""The evidence that a row of the report opens to: signals, demand, modules, money, what is missing."""

from dataclasses import dataclass

from aimigrate.contracts.assessment import AssessedWorkload, EdgeFit, Estimate, Readiness
from aimigrate.rendering.report_text import (
    COST_QUALITY,
    READINESS,
    Shown,
    months,
    number,
    number_text,
    percent,
    percent_text,
    plain,
    span,
    unknown,
    usd,
)

_DAY_WIDTH, _DAY_HEIGHT = 240.0, 44.0  # of the drawing of a day, in its own units
_LEAN_HALF = 100.0  # a signal as strong as the strongest fills its half of the drawing


@dataclass(frozen=True)
class Fact:
    """A name and a value."""

    name: str
    value: Shown


@dataclass(frozen=True)
class Signal:
    """One piece of evidence, drawn to the left (realtime) or right (batch) of the middle."""

    name: str
    value: Shown
    leans: str
    weight: str
    detail: str
    bar_x: str
    bar_width: str


@dataclass(frozen=True)
class Fit:
    """One module that could carry the workload."""

    module: str
    readiness: str
    readiness_key: str
    figures: tuple[Fact, ...]
    reasons: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Saver:
    """Something that would make it cheaper in the cloud too."""

    name: str
    saving: Shown
    effort: str
    evidence: str
    source: str


@dataclass(frozen=True)
class Bar:
    """One hour of the drawing of a day."""

    x: str
    y: str
    height: str


@dataclass(frozen=True)
class Lack:
    """A fact nobody has, why, and what would bring it."""

    what: str
    reason: str
    fix: str


def _words(name: str) -> str:
    return plain(name.replace("_", " ").replace("-", " ").replace(".", ", ").strip())


def lacks(item: AssessedWorkload) -> tuple[Lack, ...]:
    """Write the missing facts, those of one reason and one fix together."""
    together: dict[tuple[str, str], dict[str, None]] = {}
    for one in (*item.missing, *item.demand.missing, *item.outcome.missing):
        together.setdefault((plain(one.reason), plain(one.fix or "")), {})[_words(one.what)] = None
    return tuple(Lack(", ".join(names), reason, fix) for (reason, fix), names in together.items())


def estimate(value: Estimate | None) -> Shown:
    """Write a speed with its interval, how it is known, and the source."""
    if value is None or value.value is None:
        return unknown(value.source if value else "not known")
    between = (
        f" ({number_text(value.low)} to {number_text(value.high)})"
        if value.low is not None and value.high is not None
        else ""
    )
    return Shown(f"{number_text(value.value)} requests/s{between}", note=plain(f"{value.provenance}: {value.source}"))


def _figures(found: EdgeFit) -> tuple[Fact, ...]:
    return (
        Fact("Modules", number(found.count, note="" if found.count else "its speed is unknown")),
        Fact("Power mode", Shown(plain(found.power_mode)) if found.power_mode else unknown()),
        Fact("One module serves", estimate(found.throughput_rps)),
        Fact("Latency", number(found.latency_ms, "ms")),
        Fact("Power at the wall", number(found.power_w, "W")),
        Fact("Hardware, once", usd(found.hardware_usd)),
        Fact("Edge cost a month", usd(found.edge_usd_per_month)),
    )


def _sized(found: EdgeFit) -> bool:
    return found.count is not None or (found.throughput_rps is not None and found.throughput_rps.value is not None)


def fits(item: AssessedWorkload) -> tuple[Fit, ...]:
    """Write the options: a sized one with its figures, those without any figure together by reason."""
    sized: list[Fit] = []
    other: dict[tuple[Readiness, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for found in item.edge_fit:
        reasons = tuple(plain(reason) for reason in found.reasons)
        changes = tuple(plain(change) for change in found.changes)
        if _sized(found):
            readiness = found.readiness
            sized.append(Fit(plain(found.module), READINESS[readiness], readiness, _figures(found), reasons, changes))
        else:
            other.setdefault((found.readiness, reasons, changes), []).append(plain(found.module))
    unsized = (
        Fit(", ".join(modules), READINESS[readiness], readiness, (), reasons, changes)
        for (readiness, reasons, changes), modules in other.items()
    )
    return (*sized, *unsized)


def signals(item: AssessedWorkload) -> tuple[Signal, ...]:
    """Write the evidence, heaviest first, scaled to the heaviest."""
    ordered = sorted(item.classification.evidence, key=lambda one: (-one.weight, one.signal))
    heaviest = max((one.weight for one in ordered), default=0.0) or 1.0
    written: list[Signal] = []
    for one in ordered:
        size = 0.0 if one.leans == "neither" else one.weight / heaviest * _LEAN_HALF
        start = _LEAN_HALF - size if one.leans == "realtime" else _LEAN_HALF
        value = (
            unknown()
            if one.value is None
            else number(one.value)
            if isinstance(one.value, float)
            else Shown(plain(str(one.value)))
        )
        written.append(
            Signal(
                plain(one.signal),
                value,
                one.leans,
                f"{one.weight:.2f}",
                plain(one.detail),
                f"{start:.1f}",
                f"{size:.1f}",
            )
        )
    return tuple(written)


def day(item: AssessedWorkload) -> tuple[tuple[Bar, ...], str]:
    """Draw the mean day: a bar an hour, the busiest as high as the drawing; and name the busiest."""
    hours = item.demand.hourly_rps
    peak = max(hours, default=0.0)
    if not peak:
        return (), ""
    step = _DAY_WIDTH / len(hours)
    bars = tuple(
        Bar(f"{place * step:.1f}", f"{_DAY_HEIGHT * (1 - rps / peak):.1f}", f"{_DAY_HEIGHT * rps / peak:.1f}")
        for place, rps in enumerate(hours)
    )
    return bars, f"busiest at {hours.index(peak):02d}:00 UTC with {number_text(peak)} requests/s"


_ASKED: tuple[tuple[str, str, str], ...] = (
    ("Requests, mean", "mean_rps", "/s"),
    ("Requests, peak", "peak_rps", "/s"),
    ("Requests, 99th percentile", "p99_rps", "/s"),
    ("Requests a month", "requests_per_month", ""),
    ("Peak over mean", "burstiness", ""),
    ("Daily rhythm (24 h autocorrelation)", "day_autocorrelation", ""),
    ("Latency p99", "latency_p99_ms", "ms"),
    ("Service time", "service_time_ms", "ms"),
    ("GPU busy, mean", "gpu_utilization_percent_mean", "%"),
    ("GPU busy, most", "gpu_utilization_percent_max", "%"),
    ("GPU hours a month", "gpu_hours_per_month", ""),
    ("Time with any work", "busy_share", "share"),
    ("Runs a day", "runs_per_day", ""),
    ("Median run", "run_minutes_median", "min"),
)


def demand(item: AssessedWorkload) -> tuple[Fact, ...]:
    """Write what the workload is asked to do; what is unknown carries its own reason."""
    why = {lacking.what: lacking.reason for lacking in item.demand.missing}
    facts: list[Fact] = []
    for name, field, unit in _ASKED:
        value: float | None = getattr(item.demand, field)
        note = why.get(field, "") if value is None else ""
        facts.append(Fact(name, percent(value, note) if unit == "share" else number(value, unit, note)))
    return tuple(facts)


def runs_on(item: AssessedWorkload) -> tuple[Fact, ...]:
    """Write what it runs on and which model it serves."""
    compute, model = item.compute, item.model

    def text(value: str | None) -> Shown:
        return Shown(plain(value)) if value else unknown()

    cards = ""
    if compute.accelerator and compute.accelerators_per_instance:
        cards = f", {number_text(compute.accelerators_per_instance)} \u00d7 {compute.accelerator} each"
    instances = (
        Shown(plain(f"{number_text(compute.instance_count)} \u00d7 {compute.instance_type}{cards}"))
        if compute.instance_type and compute.instance_count is not None
        else text(compute.instance_type)
    )
    repeat = unknown("read as no") if item.idempotent is None else Shown("yes" if item.idempotent else "no")
    source = f"from its {model.source.replace('_', ' ')}" if model.source else ""
    return (
        Fact("Instances, mean", instances),
        Fact("Started by", text(", ".join(item.triggers))),
        Fact("Model", Shown(plain(model.name), note=source) if model.name else unknown()),
        Fact("Model family", text(model.family)),
        Fact("Parameters", number(model.parameters_b, "billion")),
        Fact("Precision", text(model.precision)),
        Fact("Latency it must keep", number(item.latency_objective_ms, "ms")),
        Fact("Safe to repeat a request", repeat),
        Fact("May run in", Shown(plain(", ".join(item.residency))) if item.residency else Shown("any country")),
        Fact("Depends on", Shown(plain(", ".join(item.depends_on))) if item.depends_on else Shown("nothing named")),
    )


def money(item: AssessedWorkload) -> tuple[Fact, ...]:
    """Write before, after and what lies between."""
    cost, outcome = item.cost, item.outcome
    why = next((lacking.reason for lacking in outcome.missing), "")
    low, high = outcome.saving_low_usd_per_month, outcome.saving_high_usd_per_month
    basis = f"{COST_QUALITY[cost.quality]}: {cost.reason}" + (f" ({cost.source})" if cost.source else "")
    between = span(low, high)
    after = usd(outcome.after_usd_per_month, why if outcome.after_usd_per_month is None else "")
    return (
        Fact("Cloud cost now, a month", usd(cost.monthly_usd, cost.reason if cost.monthly_usd is None else basis)),
        Fact("After, on the edge and in the overflow", after),
        Fact("Saving a month", usd(outcome.saving_usd_per_month, f"likely {between}" if between else why)),
        Fact("Once, hardware and setup", usd(outcome.one_time_usd)),
        Fact("Payback", months(outcome.payback_months)),
        Fact("Cloud capacity kept for overflow", percent(outcome.overflow_share)),
        Fact("Carbon now, a month", number(outcome.cloud_kg_co2e_per_month, "kg CO\u2082e")),
        Fact("Carbon after, a month", number(outcome.edge_kg_co2e_per_month, "kg CO\u2082e")),
    )


def savers(item: AssessedWorkload) -> tuple[Saver, ...]:
    """Write what would make it cheaper, moved or not."""
    written: list[Saver] = []
    for one in item.optimizations:
        low, high = one.saving_share_low, one.saving_share_high
        saving = unknown() if low is None or high is None else Shown(f"{percent_text(low)} to {percent_text(high)}")
        written.append(
            Saver(
                _words(one.name),
                saving,
                one.effort,
                plain(one.evidence),
                plain(one.source),
            )
        )
    return tuple(written)
