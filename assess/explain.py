"""Why a workload got its class, size, cost and verdict, and what would flip each."""

from difflib import get_close_matches

from aimigrate.assess.need import in_words
from aimigrate.contracts.assessment import AssessedWorkload, Assessment, EdgeFit
from aimigrate.contracts.base import Frozen
from aimigrate.contracts.verdicts import BuildOrBuy, Verdict, Way
from aimigrate.errors import UsageProblem

_SHOWN = 5  # resources of a workload named in one line


class Section(Frozen):
    """One answer: what, the reasons for it, and what would change it."""

    answer: str
    because: tuple[str, ...]
    flips_if: tuple[str, ...] = ()


class Explanation(Frozen):
    """The answers about one workload, and what is not known about it."""

    id: str
    name: str
    classification: Section
    size: Section
    cost: Section
    verdict: Section
    ways: Section | None = None
    reading: Section
    missing: tuple[str, ...]


def printable(text: str) -> str:
    """Replace what a terminal would obey instead of show: names come from the account."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def find(assessment: Assessment, wanted: str) -> AssessedWorkload:
    """Return the workload of this id, or of this name if only one has it. Raises UsageProblem otherwise."""
    by_id = {workload.id: workload for workload in assessment.workloads}
    if wanted in by_id:
        return by_id[wanted]
    named = [workload for workload in assessment.workloads if workload.name == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        raise UsageProblem(
            what=f"{len(named)} workloads are named {wanted!r}",
            why="a name can stand in several regions",
            fix=f"give one of the ids: {', '.join(printable(workload.id) for workload in named)}",
        )
    names = {workload.name: workload.id for workload in assessment.workloads}
    parts = [name for name in sorted(names) if wanted.casefold() in name.casefold()]
    close = parts[:3] or get_close_matches(wanted, [*by_id, *names], n=3, cutoff=0.4)
    near = tuple(dict.fromkeys(names.get(one, one) for one in close))
    meant = (
        f"did you mean {' or '.join(map(printable, near))}?"
        if near
        else "its ids stand in the assessment under workloads"
    )
    raise UsageProblem(
        what=f"the assessment holds no workload {wanted!r}",
        why=f"it holds {len(by_id)} workloads of account {assessment.account_id}",
        fix=meant,
    )


def explain(assessment: Assessment, wanted: str) -> Explanation:
    """Explain one workload, by id or by a name that is unique. Raises UsageProblem for one that is not there."""
    workload = find(assessment, wanted)
    gaps = [*workload.missing, *workload.demand.missing, *workload.outcome.missing]
    lines = (f"{gap.what}: {gap.reason}" + (f"; {gap.fix}" if gap.fix else "") for gap in gaps)
    return Explanation(
        id=workload.id,
        name=workload.name,
        classification=_class(workload),
        size=_size(workload),
        cost=_cost(workload),
        verdict=_verdict(workload.verdict),
        ways=_ways(workload.verdict.build_or_buy),
        reading=_reading(workload),
        missing=tuple(dict.fromkeys(lines)),
    )


def _verdict(verdict: Verdict) -> Section:
    """Give the reasons, and for what keeps it in the cloud where that was seen."""
    seen = tuple(f"{one.name.replace('-', ' ')} seen: {one.evidence}" for one in verdict.barriers)
    return Section(answer=verdict.decision, because=(*verdict.reasons, *seen), flips_if=verdict.flips_if)


def _ways(found: BuildOrBuy | None) -> Section | None:
    """Put the ways of running it beside each other; None in an assessment from before they were compared."""
    if found is None:
        return None
    cheapest = found.cheapest.replace("_", " ") if found.cheapest else "not known"
    return Section(answer=f"{cheapest}; {found.reason}", because=tuple(_way(way) for way in found.ways))


def _way(way: Way) -> str:
    name = way.name.replace("_", " ")
    if way.usd_per_month is None:
        return f"{name}: not known: {way.reason}"
    low, high = way.low_usd_per_month or 0.0, way.high_usd_per_month or 0.0
    upfront = f", {way.upfront_usd:,.0f} USD at once" if way.upfront_usd else ""
    return f"{name}: {way.usd_per_month:,.0f} USD a month ({low:,.0f} to {high:,.0f}){upfront}; {way.reason}"


def _reading(workload: AssessedWorkload) -> Section:
    """Say how it was read, and what it is made of and started by."""
    more = "" if len(workload.resources) < _SHOWN else ", the first"
    shown = ", ".join(workload.resources[:_SHOWN])
    because = (
        *(f"taken to run a model: {sign}" for sign in workload.signs),
        *(f"started by {trigger}" for trigger in workload.triggers),
        *(f"through {source}" for source in workload.started_by),
        *((f"made of {len(workload.resources)} resources{more}: {shown}",) if workload.resources else ()),
    )
    return Section(answer=(workload.reading or "not measured").replace("-", " "), because=because)


def _class(workload: AssessedWorkload) -> Section:
    found = workload.classification
    owner = f", its owner says {found.owner_label}" if found.owner_label else ""
    because = tuple(
        f"{one.signal}: {'unknown' if one.value is None else one.value}, {one.leans} by {one.weight:.2g}; {one.detail}"
        for one in found.evidence
    )
    return Section(
        answer=f"{found.label}, confidence {found.confidence:.2f}{owner}",
        because=because or ("no rule had anything to go by",),
        flips_if=found.flips_if,
    )


def _size(workload: AssessedWorkload) -> Section:
    fits = workload.edge_fit
    best = next((fit for fit in fits if fit.module == workload.outcome.module), None)
    answer = _fit(best) if best is not None else "no module is known to carry it"
    others = tuple(f"{_fit(fit)}: {'; '.join(fit.reasons)}" for fit in fits if fit is not best)
    because = () if best is None else (*best.reasons, *best.changes, *_speed(best))
    return Section(answer=answer, because=(*because, *others))


def _fit(fit: EdgeFit) -> str:
    count = f"{fit.count} x " if fit.count is not None else ""
    usd = f", {fit.edge_usd_per_month:,.0f} USD a month" if fit.edge_usd_per_month is not None else ""
    return f"{count}{fit.module} ({fit.readiness.replace('_', ' ')}{usd})"


def _speed(fit: EdgeFit) -> tuple[str, ...]:
    speed = fit.throughput_rps
    if speed is None or speed.value is None or speed.low is None or speed.high is None:
        return ()
    interval = f"{in_words(speed.value)} rps a module ({in_words(speed.low)} to {in_words(speed.high)})"
    return (f"{interval}, {speed.provenance}: {speed.source}",)


def _cost(workload: AssessedWorkload) -> Section:
    cost, outcome = workload.cost, workload.outcome
    usd = f"{cost.monthly_usd:,.2f} USD a month" if cost.monthly_usd is not None else "unknown"
    because = [cost.reason, *([cost.source] if cost.source else [])]
    if outcome.saving_usd_per_month is not None:
        low, high = outcome.saving_low_usd_per_month or 0, outcome.saving_high_usd_per_month or 0
        because.append(
            f"after {outcome.after_usd_per_month or 0:,.2f}: saves {outcome.saving_usd_per_month:,.2f}"
            f" ({low:,.2f} to {high:,.2f}) USD a month, for {outcome.one_time_usd or 0:,.0f} USD at once"
        )
    because.extend(
        f"{one.name}: {one.saving_share_low:.0%} to {one.saving_share_high:.0%} less; {one.evidence} ({one.source})"
        for one in workload.optimizations
        if one.saving_share_low is not None and one.saving_share_high is not None
    )
    flips = tuple(flip for flip in workload.verdict.flips_if if "cost" in flip)
    return Section(answer=f"{usd} ({cost.quality.replace('_', ' ')})", because=tuple(because), flips_if=flips)
