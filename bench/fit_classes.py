"""`make fit-classes`: fit how much each rule counts on the public cluster traces, and write assess/calibration.yaml.

Groups, not rows, are the samples: pods by resource shape, services by app, each training alone. Each class weighs the
same in all, since what share of an account is batch is not known beforehand. The factors are the most probable ones
given the groups and a normal prior around `PRIOR`, found by SciPy within the bound that no factor is below zero.

Usage: python -m bench.fit_classes
"""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from aimigrate.assess.calibration import FILE, PRIOR
from aimigrate.assess.classify import Opinion, all_rules, dampened, judge, opinions_of
from aimigrate.assess.observations import read_observations
from aimigrate.contracts.inventory import Workload
from bench.decisions import DATA
from tests.real_input import ACCOUNT, build

DEVIATION = 0.5  # ours, set beforehand: a factor twice or none of the prior's is two deviations off
_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_SIDES = {"batch": 1.0, "realtime": -1.0}


class _Indented(yaml.SafeDumper):
    """Indents the items of a list, as yamllint asks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Never without an indent."""
        super().increase_indent(flow, indentless=False)


@dataclass(frozen=True)
class Sample:
    """One group of one set: its class, the workload that it makes, and what the rules say of it."""

    belongs_to: str
    truth: str
    workload: Workload
    opinions: tuple[Opinion, ...]


@cache
def samples(data: Path = DATA) -> tuple[Sample, ...]:
    """Read every labelled group as `assess --observations` does; class, name and source are not in what it reads."""
    rules = all_rules()
    with tempfile.TemporaryDirectory() as folder:
        real = build(data, Path(folder) / "real")
        read = read_observations(real.observations, account_id=ACCOUNT, now=_NOW)
    known = [one for one in read.workloads if one.name in real.truth]
    return tuple(
        Sample(real.sets[one.name], real.truth[one.name], one, tuple(opinions_of(judge(one, rules)))) for one in known
    )


def fit(chosen: Sequence[Sample]) -> dict[str, float]:
    """Return the factor of each rule that speaks of a sample."""
    names = sorted({opinion.rule for one in chosen for opinion in one.opinions})
    if not names:
        return {}
    said = np.zeros((len(chosen), len(names)))
    for row, one in zip(said, chosen, strict=True):
        for opinion, value in zip(one.opinions, dampened(one.opinions), strict=True):
            row[names.index(opinion.rule)] = _SIDES[opinion.leans] * value
    truth = np.array([_SIDES[one.truth] for one in chosen])
    of_class = Counter(one.truth for one in chosen)
    weights = np.array([len(chosen) / (len(of_class) * of_class[one.truth]) for one in chosen])

    def loss(factors: np.ndarray) -> tuple[float, np.ndarray]:
        margin = truth * (said @ factors)
        away = (factors - PRIOR) / DEVIATION
        slope = -said.T @ (weights * truth * expit(-margin)) + away / DEVIATION
        return float(-(weights * log_expit(margin)).sum() + 0.5 * (away @ away)), slope

    found = minimize(loss, np.full(len(names), PRIOR), jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(names))
    return dict(zip(names, (float(value) for value in found.x), strict=True))


def document(chosen: Sequence[Sample], factors: Mapping[str, float]) -> str:
    """Return calibration.yaml: the factors, on how many groups each rule spoke, and what they were fitted on."""
    spoke = Counter((opinion.rule, one.truth) for one in chosen for opinion in one.opinions)
    sets = Counter((one.belongs_to, one.truth) for one in chosen)
    told = {
        "source": "alibaba/clusterdata 7a6c496e4f (cluster-trace-gpu-v2023 and -v2025, and Philly's run times)",
        "fetched": "2026-11-24",
        "written_by": "make fit-classes",
        "prior": {"factor": PRIOR, "deviation": DEVIATION},
        "groups": [{"set": name, "class": truth, "groups": count} for (name, truth), count in sorted(sets.items())],
        "rules": {
            name: {
                "factor": round(value, 3),
                "spoke_of": {"batch": spoke[name, "batch"], "realtime": spoke[name, "realtime"]},
            }
            for name, value in sorted(factors.items())
        },
    }
    return yaml.dump(told, Dumper=_Indented, sort_keys=False, width=120)


def main() -> None:
    """Fit on all groups and write the file."""
    chosen = samples()
    factors = fit(chosen)
    FILE.write_text(document(chosen, factors), "utf-8")
    for name, value in factors.items():
        print(f"{name:<20} {value:.3f}")


if __name__ == "__main__":
    main()
