"""Run aimigrate's collection of an organization as `aimigrate assess` does, and keep each account's inventory.

`same`: the collectors of EC2, SageMaker and Batch alone, and no metrics, which is what the peers read. `every`: all
collectors, and the metrics. Usage: collect_ours.py same|every ACCOUNT REGIONS OUT AT_ONCE, regions with commas.
"""

import sys
from pathlib import Path

from aimigrate.assess import units
from aimigrate.commands._assessing import Request
from aimigrate.commands._collecting import reading

SAME = ("ec2", "sagemaker", "batch")


def keep_the_same() -> None:
    """Leave the collectors of what the peers read too."""
    kept = {name: item for name, item in units.collectors().items() if name.startswith(SAME)}
    units.collectors = lambda: kept  # type: ignore[assignment]  # for this process alone
    print("collectors:", ", ".join(sorted(kept)), file=sys.stderr)


def main() -> None:
    """Read every account of the organization."""
    how, account, regions, out, at_once = sys.argv[1:]
    if how == "same":
        keep_the_same()
    asked = Request(
        out=Path(out),
        account_id=account,
        role_arn="reader",
        regions=tuple(regions.split(",")),
        lookback_days=14.0,
        organization=True,
        calls_at_once=int(at_once),
    )
    with reading(asked) as source:
        for one in source.accounts:
            inventory = one.inventory
            (Path(out) / f"inventory-{inventory.account_id}.json").write_bytes(inventory.canonical())


if __name__ == "__main__":
    main()
