"""Say how a workload runs: opinions of independent rules, combined as log-odds.

Rules of one family look at the same thing (the interface, the arrivals, the runs, the latency, the
fleet), so they are not independent: within a family the strongest opinion of a side counts whole and
each further one half of the one before. Across families the sum is shrunk by a fifth, because even
different measures of one workload agree by habit. Both figures are ours, chosen to be modest; they
are not fitted, and so the confidence is ordered, not calibrated.
"""

from collections.abc import Iterable, Mapping
from math import exp
from typing import NamedTuple, cast, get_args

from aimigrate.assess.rules._base import Family, Potential, Rule, Side
from aimigrate.contracts.assessment import Classification, Label
from aimigrate.contracts.inventory import Workload
from aimigrate.registry import discover

OWNER_TAG = "aimigrate:class"
LABEL_PROBABILITY = 0.75  # ours: three to one before a label is given
MIXED_LOG_ODDS = 0.9  # ours: each side alone stands at 2.5 to 1 at least
MIXED_MARGIN = 2.0  # ours: beyond e^2, 7 to 1, the stronger side wins
_SECOND = 0.5
_SHRINK = 0.8
_MOST_FLIPS = 5


class _Opinion(NamedTuple):
    rule: str
    family: Family
    leans: Side
    weight: float


class _Odds(NamedTuple):
    batch: float
    realtime: float

    @property
    def probability(self) -> float:
        return 1.0 / (1.0 + exp(self.realtime - self.batch))


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, sorted by name."""
    return tuple(discover("aimigrate.assess.rules", "rule").values())


def classify(workload: Workload, rules: Iterable[Rule] | Mapping[str, Rule]) -> Classification:
    """Label one workload batch, realtime, mixed or unknown, with the evidence and what would flip it."""
    chosen = tuple(rules.values()) if isinstance(rules, Mapping) else tuple(rules)
    judged = [(rule, evidence) for rule in chosen if (evidence := rule.judge(workload)) is not None]
    opinions = [
        _Opinion(rule.name, rule.family, cast("Side", evidence.leans), evidence.weight)
        for rule, evidence in judged
        if evidence.leans != "neither"
    ]
    odds = _combine(opinions)
    label = _label(odds)
    spoke = {opinion.rule for opinion in opinions}
    potentials = [(rule, potential) for rule in chosen if rule.name not in spoke for potential in rule.potentials]
    return Classification(
        label=label,
        confidence=round(_confidence(label, odds), 4),
        evidence=tuple(sorted((evidence for _, evidence in judged), key=lambda one: (-one.weight, one.signal))),
        flips_if=_flips(label, opinions, potentials),
        owner_label=_owner_label(workload),
        batch_probability=round(odds.probability, 4) if opinions else None,
    )


def _combine(opinions: list[_Opinion]) -> _Odds:
    """Sum each side over the families, dampened within a family and shrunk across them."""
    sides: dict[Side, float] = {"batch": 0.0, "realtime": 0.0}
    for side in sides:
        for family in get_args(Family):
            weights = sorted((o.weight for o in opinions if o.leans == side and o.family == family), reverse=True)
            sides[side] += _SHRINK * sum(weight * _SECOND**rank for rank, weight in enumerate(weights))
    return _Odds(**sides)


def _label(odds: _Odds) -> Label:
    if min(odds) >= MIXED_LOG_ODDS and abs(odds.batch - odds.realtime) < MIXED_MARGIN:
        return "mixed"
    if odds.probability >= LABEL_PROBABILITY:
        return "batch"
    return "realtime" if odds.probability <= 1 - LABEL_PROBABILITY else "unknown"


def _confidence(label: Label, odds: _Odds) -> float:
    """Probability of the label; of `mixed`, of its weaker side; `unknown` claims nothing, so it has none."""
    if label == "unknown":
        return 0.0
    if label == "mixed":
        return 1.0 / (1.0 + exp(-min(odds)))
    return max(odds.probability, 1 - odds.probability)


def _flips(label: Label, opinions: list[_Opinion], potentials: list[tuple[Rule, Potential]]) -> tuple[str, ...]:
    """Name the single changes that give another label; each was tried."""
    found: list[tuple[float, str]] = []
    for opinion in opinions:
        other = _label(_combine([one for one in opinions if one is not opinion]))
        if other != label:
            found.append((opinion.weight, f"{other} if {opinion.rule} did not hold"))
    for rule, potential in potentials:
        added = _Opinion(rule.name, rule.family, potential.leans, potential.weight)
        other = _label(_combine([*opinions, added]))
        if other != label:
            found.append((potential.weight, f"{other} if {potential.when}"))
    found.sort(key=lambda one: (-one[0], one[1]))
    return tuple(sentence for _, sentence in found[:_MOST_FLIPS])


def _owner_label(workload: Workload) -> Label | None:
    """Return the owner's word from the tag; a word that is no label is not one."""
    word = workload.tags.get(OWNER_TAG, "").strip().lower()
    return cast("Label", word) if word in get_args(Label) else None
