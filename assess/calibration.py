"""How much each rule's opinion counts: judgement first, moved by what labelled groups show.

A rule states its opinion in log-odds. A factor per rule turns it into what counts. Without data every factor is
`PRIOR`: opinions of different rules agree by habit, so each is worth a little less than it says. Where labelled groups
show a rule at work the factor is the most probable one given both (logistic regression with a normal prior, never
below zero: a sign may be worth nothing, it can't turn round). The intercept is zero: before any evidence batch and
realtime are even. `make fit-classes` writes the factors; docs/classification.md says on what.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

PRIOR = 0.8
"""Ours: the worth of an opinion beside others, where no data tells."""

FILE = Path(__file__).with_name("calibration.yaml")


@cache
def factors() -> Mapping[str, float]:
    """Return the fitted factors by rule. A rule that is not among them has the prior's."""
    return {str(name): float(one["factor"]) for name, one in yaml.safe_load(FILE.read_text("utf-8"))["rules"].items()}
