"""The first screen of the report: one sentence, the sums, and what moves, stays, or is unknown."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.verdicts import Decision
from aimigrate.rendering.report_text import DECISIONS, Shown, count, months, percent_text, span, unknown, usd, usd_text

MEANING: dict[Decision, str] = {
    "go": "pay off at the edge on known speed and cost",
    "conditional": "would pay off once something changes",
    "needs_evidence": "lack a fact that decides",
    "stay": "are better off in the cloud",
}


GROUNDS: dict[Literal["billed", "rate_card", "stated", "unknown"], str] = {
    "billed": "billed",
    "rate_card": "at list price",
    "stated": "as stated",
    "unknown": "unknown",
}


@dataclass(frozen=True)
class Figure:
    """One big number of the first screen. `tone` chooses its color."""

    label: str
    value: Shown
    note: str
    tone: str = ""


@dataclass(frozen=True)
class Group:
    """The workloads of one verdict: how many, what they cost, and how many of them have no known cost."""

    decision: Decision
    title: str
    meaning: str
    workloads: int
    usd_per_month: float
    unknown_cost: int

    @property
    def cost(self) -> str:
        """The group's known cost, and what is not in it."""
        if not self.workloads:
            return ""
        if self.workloads == self.unknown_cost:
            return "cost unknown"
        known = f"{usd_text(self.usd_per_month)} a month"
        return f"{known} + {self.unknown_cost} of unknown cost" if self.unknown_cost else known


@dataclass(frozen=True)
class Lost:
    """What nobody knows: workloads without a cost, and reads with holes."""

    many: int
    meaning: str
    holes: str


@dataclass(frozen=True)
class FirstScreen:
    """What a reader sees before scrolling."""

    headline: str
    standfirst: tuple[str, ...]
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]
    lost: Lost


def groups(assessment: Assessment) -> tuple[Group, ...]:
    """Return the four verdicts in the order a reader asks for them, those without workloads too."""
    found: list[Group] = []
    for decision, title in DECISIONS.items():
        costs = [item.cost.monthly_usd for item in assessment.workloads if item.verdict.decision == decision]
        known = [cost for cost in costs if cost is not None]
        found.append(Group(decision, title, MEANING[decision], len(costs), sum(known), len(costs) - len(known)))
    return tuple(found)


def headline(assessment: Assessment) -> str:
    """Return the verdict in one sentence."""
    totals = assessment.totals
    go, whole = totals.by_decision.get("go", 0), count(totals.workloads, "AI workload")
    if not totals.workloads:
        return "No AI workload was found in what could be read of this account."
    if not go:
        return f"None of {whole} is ready to move: not one pays off at the edge on what is known today."
    saving = totals.saving_usd_per_month
    if saving <= 0:
        return f"{go} of {whole} could move to the edge, but that would cost {usd_text(-saving)} more a month."
    share = saving / totals.known_usd_per_month if totals.known_usd_per_month else None
    relative = f", {percent_text(share)} of the known cost" if share is not None else ""
    return f"Moving {go} of {whole} to the edge saves {usd_text(saving)} a month{relative}."


def standfirst(assessment: Assessment) -> tuple[str, ...]:
    """Return the sentences under the headline: what it takes, or why nothing is ready."""
    totals, said = assessment.totals, list[str]()
    if totals.by_decision.get("go", 0):
        said.append(
            f"It takes {usd_text(totals.one_time_usd)} once, hardware included; each moved workload keeps part of "
            "its capacity in the cloud for overflow."
        )
    elif totals.workloads:
        said.append("The groups below say what is in the way; each workload says what would change its verdict.")
    return tuple(said)


def lost(assessment: Assessment) -> Lost:
    """Count what is unknown, so that no sum passes for the whole."""
    totals, entries, holes = assessment.totals, assessment.coverage.entries, assessment.coverage.holes
    many = totals.unknown_cost_workloads
    return Lost(
        many=many,
        meaning=f"of these {totals.workloads}, in none of the sums" if many else "each workload has a known cost",
        holes=(
            f"{holes} of {count(len(entries), 'read')} left {'a hole' if holes == 1 else 'holes'}: more may run"
            if holes
            else "each read was complete"
            if entries
            else "nothing was read from AWS"
        ),
    )


def grounds(assessment: Assessment) -> str:
    """Say what the costs rest on: how many are billed, at list price, the owner's word, or unknown."""
    found = Counter(item.cost.quality for item in assessment.workloads)
    return ", ".join(f"{found[quality]} {words}" for quality, words in GROUNDS.items() if found[quality])


def first_screen(assessment: Assessment) -> FirstScreen:
    """Gather the first screen from the totals; nothing here is computed anew but the cost left after the move."""
    totals = assessment.totals
    go = totals.by_decision.get("go", 0)
    known = totals.workloads - totals.unknown_cost_workloads
    now = usd(totals.known_usd_per_month) if known else unknown("no workload has a known cost")
    after = usd(totals.known_usd_per_month - totals.saving_usd_per_month) if known else unknown()
    moved = f"{usd_text(totals.movable_usd_per_month)} of it moves and becomes {usd_text(totals.after_usd_per_month)}"
    between = span(totals.saving_low_usd_per_month, totals.saving_high_usd_per_month)
    figures = (
        Figure("Cost now, a month", now, grounds(assessment)),
        Figure("After the move", after, moved if go else "nothing moves yet"),
        Figure(
            "Saving, a month",
            usd(totals.saving_usd_per_month),
            f"likely {between}" if go else "nothing moves yet",
            "go",
        ),
        Figure(
            "Payback",
            months(totals.payback_months) if go else Shown("\u2013"),
            f"on {usd_text(totals.one_time_usd)} once" if go else "nothing to pay back",
        ),
    )
    return FirstScreen(headline(assessment), standfirst(assessment), figures, groups(assessment), lost(assessment))
