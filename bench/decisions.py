"""`make bench-decisions`: how well the decisions hold on real data that they were not made from.

Each `bench/decide_<part>.py` prints its tables and returns its checks: what was asked, what came out. docs/decisions.md
explains them. Exits 1 when a check is missed.

Usage: python -m bench.decisions [PART ...]
"""

import importlib
import os
import pkgutil
import sys
from dataclasses import dataclass
from pathlib import Path

import bench

DATA = Path(os.environ.get("AIMIGRATE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
"""Where the traces, benchmarks and prices lie; PROVENANCE.md of each says what they are."""


@dataclass(frozen=True)
class Check:
    """One thing asked for: the target and the figure in words, and whether it is met."""

    name: str
    target: str
    figure: str
    passed: bool


def parts() -> list[str]:
    """Return the names of the parts, sorted."""
    names = (module.name for module in pkgutil.iter_modules(bench.__path__))
    return sorted(name.removeprefix("decide_") for name in names if name.startswith("decide_"))


def main(wanted: list[str]) -> int:
    """Show the named parts, all without a name; then every check in one table."""
    unknown = [name for name in wanted if name not in parts()]
    if unknown:
        print(f"no part is named {unknown[0]}; there are {', '.join(parts())}", file=sys.stderr)
        return 2
    checks: list[tuple[str, Check]] = []
    for name in wanted or parts():
        print(f"\n== {name}", flush=True)
        checks += [(name, one) for one in importlib.import_module(f"bench.decide_{name}").show()]
    print(f"\n{'part':<12} {'check':<44} {'asked':<26} {'found':<30} outcome")
    for name, one in checks:
        print(f"{name:<12} {one.name:<44} {one.target:<26} {one.figure:<30} {'met' if one.passed else 'MISSED'}")
    return 0 if all(one.passed for _, one in checks) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
