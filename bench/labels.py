"""The table of docs/classification.md: labels on the public cluster traces, with Wilson bounds.

Reads AIMIGRATE_DATA. Class, name and source of a row are never shown to the rules. The 12,000 trainings are taken
one distinct run time each: `tests/integration/test_real_input.py` holds that none of them gets a label.
"""

import os
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from scipy.stats import binomtest

from aimigrate.assess.classify import all_rules, classify
from aimigrate.assess.observations import read_observations
from tests.real_input import ACCOUNT, build


def main() -> None:
    """Print groups, labelled, right and bounds by set."""
    data = Path(os.environ.get("AIMIGRATE_DATA", ""))
    if not data.is_dir():
        sys.exit(f"no real data at {data}; set AIMIGRATE_DATA")
    rules = all_rules()
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        real = build(data, Path(folder) / "real")
        inventory = read_observations(real.observations, account_id=ACCOUNT, now=datetime(2026, 11, 20, tzinfo=UTC))
        for workload in inventory.workloads:
            truth = real.truth.get(workload.name)
            if truth is None:
                continue
            label = classify(workload, rules).label
            count = counts.setdefault(real.sets[workload.name], Counter())
            count.update(groups=1, labelled=label != "unknown", right=label == truth)
    print(f"{'set':<10}{'groups':>8}{'labelled':>10}{'right':>7}  right of labelled (95 % Wilson)")
    for name, count in sorted(counts.items()):
        shown = "none"
        if count["labelled"]:
            bounds = binomtest(count["right"], count["labelled"]).proportion_ci(method="wilson")
            shown = f"{count['right'] / count['labelled']:.2f} ({bounds.low:.2f}-{bounds.high:.2f})"
        print(f"{name:<10}{count['groups']:>8}{count['labelled']:>10}{count['right']:>7}  {shown}")


if __name__ == "__main__":
    main()
