"""One row a workload."""

from dataclasses import dataclass

from aimigrate.contracts.assessment import AssessedWorkload, Assessment
from aimigrate.rendering.report_evidence import (
    Bar,
    Fact,
    Fit,
    Lack,
    Saver,
    Signal,
    day,
    demand,
    fits,
    lacks,
    money,
    runs_on,
    savers,
    signals,
)
from aimigrate.rendering.report_text import (
    COST_QUALITY,
    DECISIONS,
    KINDS,
    LABELS,
    Shown,
    count,
    percent,
    plain,
    unknown,
    usd,
)

_QUESTIONS = 5  # that fit beside the dearest workloads


@dataclass(frozen=True)
class Row:
    """A workload as the table shows it. Sort keys are plain numbers; an empty one is unknown and sorts last."""

    anchor: str
    name: str
    id: str
    kind: str
    region: str
    label: str
    label_key: str
    confidence: Shown
    decision: str
    decision_key: str
    cost: Shown
    after: Shown
    saving: Shown
    moves: bool
    cost_key: str
    after_key: str
    saving_key: str
    confidence_key: str
    quality: str
    reasons: tuple[str, ...]
    flips_if: tuple[str, ...]
    class_flips_if: tuple[str, ...]
    owner_label: str
    signals: tuple[Signal, ...]
    day: tuple[Bar, ...]
    day_peak: str
    runs_on: tuple[Fact, ...]
    demand: tuple[Fact, ...]
    money: tuple[Fact, ...]
    fits: tuple[Fit, ...]
    savers: tuple[Saver, ...]
    lacks: tuple[Lack, ...]


def anchor(place: int) -> str:
    """Return the page's own name of a workload: nothing of the account gets into an address."""
    return f"w{place + 1}"


def by_cost(assessment: Assessment) -> tuple[AssessedWorkload, ...]:
    """Return the workloads dearest first, those of unknown cost last, then by id."""
    return tuple(
        sorted(
            assessment.workloads,
            key=lambda item: (item.cost.monthly_usd is None, -(item.cost.monthly_usd or 0.0), item.id),
        )
    )


def _key(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def row(place: int, item: AssessedWorkload) -> Row:
    """Write one workload. Whoever stays and was never priced at the edge shows a dash, not an unknown."""
    cost, outcome, judged = item.cost, item.outcome, item.classification
    dash = item.verdict.decision == "stay" and outcome.after_usd_per_month is None
    nothing = Shown("\u2013", note="stays in the cloud")
    bars, peak = day(item)
    return Row(
        anchor=anchor(place),
        name=plain(item.name),
        id=plain(item.id),
        kind=KINDS[item.kind],
        region=plain(item.region),
        label=LABELS[judged.label],
        label_key=judged.label,
        confidence=percent(judged.confidence) if judged.evidence or judged.confidence else unknown("no rule spoke"),
        decision=DECISIONS[item.verdict.decision],
        decision_key=item.verdict.decision,
        cost=usd(cost.monthly_usd, cost.reason if cost.monthly_usd is None else ""),
        after=nothing if dash else usd(outcome.after_usd_per_month),
        saving=nothing if dash else usd(outcome.saving_usd_per_month),
        moves=item.verdict.decision == "go",
        cost_key=_key(cost.monthly_usd),
        after_key=_key(outcome.after_usd_per_month),
        saving_key=_key(outcome.saving_usd_per_month),
        confidence_key=_key(judged.confidence),
        quality=COST_QUALITY[cost.quality],
        reasons=tuple(plain(reason) for reason in item.verdict.reasons),
        flips_if=tuple(plain(change) for change in item.verdict.flips_if),
        class_flips_if=tuple(plain(change) for change in judged.flips_if),
        owner_label=LABELS[judged.owner_label] if judged.owner_label else "",
        signals=signals(item),
        day=bars,
        day_peak=peak,
        runs_on=runs_on(item),
        demand=demand(item),
        money=money(item),
        fits=fits(item),
        savers=savers(item),
        lacks=lacks(item),
    )


def rows(assessment: Assessment) -> tuple[Row, ...]:
    """Return a row a workload, dearest first."""
    return tuple(row(place, item) for place, item in enumerate(by_cost(assessment)))


@dataclass(frozen=True)
class Question:
    """A fact whose absence holds up a decision: at which workload, what it costs, why."""

    anchor: str
    name: str
    cost: Shown
    reason: str


def questions(items: tuple[Row, ...]) -> tuple[Question, ...]:
    """Return the dearest workloads that wait for evidence; rows come dearest first, unknown costs last."""
    waiting = [item for item in items if item.decision_key == "needs_evidence"]
    return tuple(
        Question(item.anchor, item.name, item.cost, next(iter(item.reasons), "no reason was given"))
        for item in waiting[:_QUESTIONS]
    )


def caption(assessment: Assessment) -> str:
    """Say what the table holds."""
    return f"{count(len(assessment.workloads), 'workload')}, dearest first; open one for its evidence."
