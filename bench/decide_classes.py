"""Labels on the public cluster traces: confusion, precision where sure, calibration; docs/classification.md shows it.

Class, name and source of a row are never shown to the rules. Groups, not rows, are counted and split: pods by resource
shape, services by app, trainings one run each. Each group is labelled with factors fitted on the other folds alone;
nothing else is fitted, and no threshold is chosen on the data. Beside it, what each set is labelled when none of it
was fitted on, what run time alone would tell, and how much a forest that sees every shape of the runs could answer.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.shape import DAY_S, run_edges, share_covered, share_of_time
from aimigrate.contracts.inventory import Workload
from bench.decisions import Check
from bench.fit_classes import Sample, fit, samples

SURE, PRECISE, MOST_ERROR, LEAST_ANSWERED, CHANCE = 0.8, 0.95, 0.05, 0.20, 0.6
_BINS = 10  # of equal width, as expected calibration error is defined (Naeini et al., 2015)
_FOLDS = 5


@dataclass(frozen=True)
class Group:
    """One group of one set: its class, what it was labelled, and how sure."""

    belongs_to: str
    truth: str
    label: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the label is the class."""
        return self.label == self.truth


def labelled(chosen: Sequence[Sample], fitted_on: Sequence[Sample]) -> list[Group]:
    """Label each of the chosen by what is fitted on others."""
    rules, factors = all_rules(), fit(fitted_on)
    found = [(one, classify(one.workload, rules, fitted=factors)) for one in chosen]
    return [Group(one.belongs_to, one.truth, it.label, it.confidence) for one, it in found]


def folds(every: Sequence[Sample]) -> list[Group]:
    """Label each fold by factors fitted on the others; a fold holds whole shapes and apps."""
    kinds = [f"{one.belongs_to} {one.truth}" for one in every]
    split = StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(kinds, kinds)
    return [one for rest, held in split for one in labelled([every[i] for i in held], [every[i] for i in rest])]


def calibration_error(answered: Sequence[Group]) -> float:
    """Return the mean distance of confidence and share right, over bins of confidence, weighted by their size."""
    sure = np.array([one.confidence for one in answered])
    right = np.array([one.right for one in answered], dtype=float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    inside = [bins == one for one in np.unique(bins)]
    return float(sum(held.mean() * abs(sure[held].mean() - right[held].mean()) for held in inside))


def _share(right: int, of: int) -> str:
    if not of:
        return "none"
    bounds = binomtest(right, of).proportion_ci(method="wilson")
    return f"{right / of:.2f} ({bounds.low:.2f}-{bounds.high:.2f}), {right} of {of}"


def _answered(found: Sequence[Group]) -> list[Group]:
    return [one for one in found if one.label in {"batch", "realtime"}]


def _print_sets(found: Sequence[Group]) -> None:
    print(f"{'set':<10}{'groups':>8}{'labelled':>10}  {'right of labelled (95 % Wilson)':<36}right where >= {SURE:g}")
    for name in sorted({one.belongs_to for one in found}):
        mine = [one for one in found if one.belongs_to == name]
        answered = _answered(mine)
        sure = [one for one in answered if one.confidence >= SURE]
        told = _share(sum(one.right for one in answered), len(answered))
        print(f"{name:<10}{len(mine):>8}{len(answered):>10}  {told:<36}{_share(sum(o.right for o in sure), len(sure))}")


def _print_confusion(found: Sequence[Group]) -> None:
    labels = ("batch", "realtime", "mixed", "unknown")
    print(f"{'class':<12}" + "".join(f"{label:>10}" for label in labels) + "   (labelled as)")
    matrix = Counter((one.truth, one.label) for one in found)
    for truth in ("batch", "realtime"):
        print(f"{truth:<12}" + "".join(f"{matrix[truth, label]:>10}" for label in labels))


def _lengths(workload: Workload) -> np.ndarray:
    starts, ends = run_edges(workload.runs)
    horizon = np.nanmax(np.concatenate([starts, ends]))
    return np.where(np.isnan(ends), horizon, ends) - starts


def _run_time(workload: Workload) -> list[float]:
    return [float(np.log1p(np.median(_lengths(workload))))]


def _run_shape(workload: Workload) -> list[float]:
    starts, ends = run_edges(workload.runs)
    lengths = _lengths(workload)
    shares = [share_of_time(starts, ends, count) for count in (2, 3, 5)]
    running = float(np.isnan(ends).sum())
    days = float(starts[-1] - starts[0]) / DAY_S
    return [
        *_run_time(workload),
        share_covered(starts, ends),
        *shares,
        running,
        days,
        len(starts),
        float(np.std(lengths)),
    ]


def _foretold(chosen: Sequence[Sample], see: Callable[[Workload], list[float]], model: object) -> np.ndarray:
    """Return the probability of realtime of each, from folds that it is not in."""
    seen = np.array([see(one.workload) for one in chosen])
    truth = np.array([one.truth == "realtime" for one in chosen])
    kinds = [f"{one.belongs_to} {one.truth}" for one in chosen]
    split = list(StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(seen, kinds))
    found: np.ndarray = np.asarray(cross_val_predict(model, seen, truth, cv=split, method="predict_proba"))
    return found[:, 1]


def _balanced(chosen: Sequence[Sample], probability: np.ndarray) -> float:
    truth = np.array([one.truth == "realtime" for one in chosen])
    said = probability >= 0.5  # the even odds
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def _print_ceiling(every: Sequence[Sample]) -> None:
    """Print how much a forest that sees the whole shape of the runs answers when it is as sure as we must be."""
    forest = RandomForestClassifier(500, min_samples_leaf=5, class_weight="balanced", random_state=0, n_jobs=1)
    probability = _foretold(every, _run_shape, forest)
    print("\na forest over nine figures of the runs, held to the same: sure, and right of these")
    for name in sorted({one.belongs_to for one in every}):
        mine = [(one, p) for one, p in zip(every, probability, strict=True) if one.belongs_to == name]
        sure = [(one.truth == "realtime") == (p >= SURE) for one, p in mine if max(p, 1 - p) >= SURE]
        print(f"{name:<10}{len(mine):>8}{len(sure):>10}  {_share(sum(sure), len(sure))}")


def show() -> list[Check]:
    """Print the tables. Returns what was asked of them."""
    every = samples()
    found = folds(every)
    _print_confusion(found)
    print(f"\neach group labelled by factors of the other {_FOLDS - 1} folds")
    _print_sets(found)
    print("\neach set labelled by factors of the other sets alone")
    names = sorted({one.belongs_to for one in every})
    apart = [([s for s in every if s.belongs_to == name], [s for s in every if s.belongs_to != name]) for name in names]
    _print_sets([one for mine, rest in apart for one in labelled(mine, rest)])
    _print_ceiling(every)
    pods = [one for one in every if one.belongs_to == "pods"]
    by_time = _balanced(pods, _foretold(pods, _run_time, LogisticRegression(class_weight="balanced")))
    print(f"\npods by their median run time alone: balanced accuracy {by_time:.2f} (chance is 0.50)")

    checks = []
    for name in names:
        sure = [one for one in _answered(found) if one.belongs_to == name and one.confidence >= SURE]
        if sure:
            right = sum(one.right for one in sure)
            told = _share(right, len(sure))
            checks.append(
                Check(f"{name}: right where sure", f"at least {PRECISE:g}", told, right / len(sure) >= PRECISE)
            )
    answered = _answered(found)
    share, error = len(answered) / len(found), calibration_error(answered)
    most = max((one.confidence for one in answered), default=0.0)
    asked = f"at least {LEAST_ANSWERED:.0%}"
    checks.append(Check("the surest label", f"confidence >= {SURE:g}", f"{most:.2f}", most >= SURE))
    checks.append(Check("answered, all sets pooled", asked, f"{share:.0%} of {len(found)}", share >= LEAST_ANSWERED))
    checks.append(Check("expected calibration error", f"at most {MOST_ERROR:g}", f"{error:.3f}", error <= MOST_ERROR))
    checks.append(
        Check("pods by run time alone", f"under {CHANCE:g} (near chance)", f"{by_time:.2f}", by_time < CHANCE)
    )
    return checks
