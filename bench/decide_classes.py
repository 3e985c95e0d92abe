"""Labels on the public cluster traces: confusion, precision where sure, calibration; docs/classification.md shows it.

Class, name and source of a row are never shown to the rules. Groups, not rows, are counted: pods by resource shape,
services by app. The trainings are taken one distinct run time each; `tests/integration/test_real_input.py` holds that
none of the 12,000 gets a label. Nothing is fitted, so there are no folds: the rules' weights are judgement.
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.observations import read_observations
from bench.decisions import DATA, Check
from tests.real_input import ACCOUNT, build

SURE, PRECISE, MOST_ERROR, LEAST_ANSWERED = 0.8, 0.95, 0.05, 0.20
_BINS = 10  # of equal width, as expected calibration error is defined (Naeini et al., 2015)


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


def groups(data: Path) -> list[Group]:
    """Classify every group of the traces."""
    rules = all_rules()
    with tempfile.TemporaryDirectory() as folder:
        real = build(data, Path(folder) / "real")
        read = read_observations(real.observations, account_id=ACCOUNT, now=datetime(2026, 11, 20, tzinfo=UTC))
        known = [one for one in read.workloads if one.name in real.truth]
        judged = [(one.name, classify(one, rules)) for one in known]
    return [Group(real.sets[name], real.truth[name], found.label, found.confidence) for name, found in judged]


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


def show() -> list[Check]:
    """Print the confusion matrix and a line for each set. Returns what was asked of them."""
    found = groups(DATA)
    labels = ("batch", "realtime", "mixed", "unknown")
    print(f"{'class':<12}" + "".join(f"{label:>10}" for label in labels) + "   (labelled as)")
    matrix = Counter((one.truth, one.label) for one in found)
    for truth in ("batch", "realtime"):
        print(f"{truth:<12}" + "".join(f"{matrix[truth, label]:>10}" for label in labels))
    print(
        f"\n{'set':<10}{'groups':>8}{'labelled':>10}  {'right of labelled (95 % Wilson)':<36}"
        f"right where confidence >= {SURE:g}"
    )
    checks = []
    for name in sorted({one.belongs_to for one in found}):
        mine = [one for one in found if one.belongs_to == name]
        answered = [one for one in mine if one.label != "unknown"]
        sure = [one for one in answered if one.confidence >= SURE]
        right = sum(one.right for one in sure)
        shown = _share(right, len(sure))
        all_answered = _share(sum(one.right for one in answered), len(answered))
        print(f"{name:<10}{len(mine):>8}{len(answered):>10}  {all_answered:<36}{shown}")
        if sure:
            asked = f"at least {PRECISE:g}"
            checks.append(Check(f"{name}: right where sure", asked, shown, right / len(sure) >= PRECISE))
    answered = [one for one in found if one.label != "unknown"]
    share, error = len(answered) / len(found), calibration_error(answered)
    most = max((one.confidence for one in answered), default=0.0)
    checks.append(Check("the surest label", f"confidence >= {SURE:g}", f"{most:.2f}", most >= SURE))
    asked = f"at least {LEAST_ANSWERED:.0%}"
    checks.append(Check("answered, all sets pooled", asked, f"{share:.0%} of {len(found)}", share >= LEAST_ANSWERED))
    checks.append(Check("expected calibration error", f"at most {MOST_ERROR:g}", f"{error:.3f}", error <= MOST_ERROR))
    return checks
