"""Say how a workload runs: opinions of independent rules, combined as log-odds.

Rules of one family look at the same thing (the interface, the arrivals, the runs, the latency, the
fleet), so they are not independent: within a family the strongest opinion of a side counts whole and
each further one half of the one before (ours, modest). Each is then multiplied by its rule's factor, which is fitted
where labelled data shows the rule at work (`calibration.py`). What remains is each evidence's weight: the sum of one
side less that of the other are the log-odds of the label.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp
from typing import NamedTuple, cast, get_args

from aimigrate.assess.calibration import PRIOR, factors
from aimigrate.assess.rules._base import Family, Potential, Rule, Side
from aimigrate.contracts.assessment import Classification, Evidence, Label
from aimigrate.contracts.inventory import Workload
from aimigrate.registry import discover

OWNER_TAG = "aimigrate:class"
LABEL_PROBABILITY = 0.75  # ours: three to one before a label is given
MIXED_LOG_ODDS = 0.9  # ours: each side alone stands at 2.5 to 1 at least
MIXED_MARGIN = 2.0  # ours: beyond e^2, 7 to 1, the stronger side wins
_SECOND = 0.5
_MOST_FLIPS = 5


class Opinion(NamedTuple):
    """What one rule said: its side, and its own weight in log-odds."""

    rule: str
    family: Family
    leans: Side
    weight: float


class _Odds(NamedTuple):
    batch: float
    realtime: float

    @property
    def probability(self) -> float:
        """Of batch."""
        return 1.0 / (1.0 + exp(self.realtime - self.batch))


Factors = Mapping[str, float]


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, sorted by name."""
    return tuple(discover("aimigrate.assess.rules", "rule").values())


def judge(workload: Workload, rules: Iterable[Rule]) -> list[tuple[Rule, Evidence]]:
    """Return the rules that speak and what they say, in the rules' order."""
    return [(rule, evidence) for rule in rules if (evidence := rule.judge(workload)) is not None]


def opinions_of(judged: Iterable[tuple[Rule, Evidence]]) -> list[Opinion]:
    """Return what was said for a side."""
    return [
        Opinion(rule.name, rule.family, evidence.leans, evidence.weight)
        for rule, evidence in judged
        if evidence.leans != "neither"
    ]


def classify(
    workload: Workload, rules: Iterable[Rule] | Mapping[str, Rule], *, fitted: Factors | None = None
) -> Classification:
    """Label one workload batch, realtime, mixed or unknown, with the evidence and what would flip it.

    `fitted` takes the place of the shipped factors, for measuring. A weight of the evidence is what it counts.
    """
    use = factors() if fitted is None else fitted
    chosen = tuple(rules.values()) if isinstance(rules, Mapping) else tuple(rules)
    judged = judge(workload, chosen)
    opinions = opinions_of(judged)
    weights = weigh(opinions, use)
    odds = _odds(opinions, weights)
    label = _label(odds)
    counted = {one.rule: weight for one, weight in zip(opinions, weights, strict=True)}
    evidence = [found.model_copy(update={"weight": round(counted.get(rule.name, 0.0), 4)}) for rule, found in judged]
    potentials = [(rule, potential) for rule in chosen if rule.name not in counted for potential in rule.potentials]
    return Classification(
        label=label,
        confidence=round(_confidence(label, odds), 4),
        evidence=tuple(sorted(evidence, key=lambda one: (-one.weight, one.signal))),
        flips_if=_flips(label, opinions, potentials, use),
        owner_label=_owner_label(workload),
        batch_probability=round(odds.probability, 4) if opinions else None,
    )


def dampened(opinions: Sequence[Opinion]) -> list[float]:
    """Return what each opinion says beside others of its side and family: whole, half, a quarter, strongest first."""
    ranks: Counter[tuple[Side, Family]] = Counter()
    found = [0.0] * len(opinions)
    for index in sorted(range(len(opinions)), key=lambda one: (-opinions[one].weight, opinions[one].rule)):
        opinion = opinions[index]
        found[index] = opinion.weight * _SECOND ** ranks[opinion.leans, opinion.family]
        ranks[opinion.leans, opinion.family] += 1
    return found


def weigh(opinions: Sequence[Opinion], use: Factors) -> list[float]:
    """Return what each opinion counts, in log-odds of its side."""
    if len(opinions) == 1:
        return [opinions[0].weight * use.get(opinions[0].rule, PRIOR)]
    return [value * use.get(one.rule, PRIOR) for one, value in zip(opinions, dampened(opinions), strict=True)]


def _odds(opinions: Sequence[Opinion], weights: Sequence[float]) -> _Odds:
    sides: dict[Side, float] = {"batch": 0.0, "realtime": 0.0}
    for opinion, weight in zip(opinions, weights, strict=True):
        sides[opinion.leans] += weight
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


def _flips(
    label: Label, opinions: list[Opinion], potentials: list[tuple[Rule, Potential]], use: Factors
) -> tuple[str, ...]:
    """Name the single changes that give another label; each was tried."""
    groups: dict[tuple[Side, Family], list[Opinion]] = {}
    for opinion in opinions:
        groups.setdefault((opinion.leans, opinion.family), []).append(opinion)
    odds = _odds(opinions, weigh(opinions, use))
    of_group = {group: sum(weigh(members, use)) for group, members in groups.items()}

    def tried(group: tuple[Side, Family], members: list[Opinion]) -> Label:
        more = sum(weigh(members, use)) - of_group.get(group, 0.0)
        batch, realtime = odds
        return _label(_Odds(batch + more, realtime) if group[0] == "batch" else _Odds(batch, realtime + more))

    found: list[tuple[float, str]] = []
    for group, members in groups.items():
        for opinion in members:
            other = tried(group, [one for one in members if one is not opinion])
            if other != label:
                found.append((opinion.weight, f"{other} if {opinion.rule} did not hold"))
    for rule, potential in potentials:
        group = (potential.leans, rule.family)
        added = Opinion(rule.name, rule.family, potential.leans, potential.weight)
        other = tried(group, [*groups[group], added] if group in groups else [added])
        if other != label:
            found.append((potential.weight, f"{other} if {potential.when}"))
    found.sort(key=lambda one: (-one[0], one[1]))
    return tuple(sentence for _, sentence in found[:_MOST_FLIPS])


def _owner_label(workload: Workload) -> Label | None:
    """Return the owner's word from the tag; a word that is no label is not one."""
    word = workload.tags.get(OWNER_TAG, "").strip().lower()
    return cast("Label", word) if word in get_args(Label) else None
