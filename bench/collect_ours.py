"""Run aimigrate's collection of an organization as `aimigrate assess` does, and keep each account's inventory.

`same`: the collectors of EC2, SageMaker and Batch alone, and no metrics, which is what the peers read. `every`: all
collectors, and the metrics. Usage: collect_ours.py same|every ACCOUNT REGIONS OUT AT_ONCE, regions with commas.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from aimigrate.assess import units
from aimigrate.assess._meter import Desk
from aimigrate.commands._assessing import Request
from aimigrate.commands._collecting import reading

SAME = ("ec2", "sagemaker", "batch")


def keep_the_same() -> None:
    """Leave the collectors of what the peers read too."""
    kept = {name: item for name, item in units.collectors().items() if name.startswith(SAME)}
    units.collectors = lambda: kept  # type: ignore[assignment]  # for this process alone
    print("collectors:", ", ".join(sorted(kept)), file=sys.stderr)


def hold_to(at_once: int) -> None:
    """Let so many calls be made at once and no more, whatever the units and threads: the peers' workers are as many."""
    gate, asking = BoundedSemaphore(at_once), Desk.asking

    @contextmanager
    def asking_in_turn(desk: Desk, account_id: str, region: str, service: str) -> Iterator[None]:
        with gate, asking(desk, account_id, region, service):
            yield

    Desk.asking = asking_in_turn  # type: ignore[method-assign]  # for this process alone


def main() -> None:
    """Read every account of the organization."""
    how, account, regions, out, at_once = sys.argv[1:]
    hold_to(int(at_once))
    if how == "same":
        keep_the_same()
    asked = Request(
        out=Path(out),
        account_id=account,
        role_arn="reader",
        regions=tuple(regions.split(",")),
        lookback_days=14.0,
        organization=True,
    )
    with reading(asked) as source:
        for one in source.accounts:
            inventory = one.inventory
            (Path(out) / f"inventory-{inventory.account_id}.json").write_bytes(inventory.canonical())


if __name__ == "__main__":
    main()
