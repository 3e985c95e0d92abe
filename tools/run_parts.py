"""Run the parts of the test suite in turn and list the seconds each took.

Usage: run_parts.py [PART ...]; without a name, all of them. Exits 1 when a part failed.
"""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PYTEST = (str(BIN / "python"), "-m", "pytest", "-q")
FAST = "not engine and not lab and not browser"
PARTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "lint": (
        (str(BIN / "ruff"), "check", "-q"),
        (str(BIN / "ruff"), "format", "--check", "-q"),
        (str(BIN / "lint-imports"),),
        (str(BIN / "yamllint"), "--strict", "playbooks", "aimigrate/demo", "assess", "docs"),
        (str(BIN / "ansible-lint"), "--offline", "--profile", "production", "-q", "playbooks"),
    ),
    "types": ((str(BIN / "mypy"),), (str(BIN / "pyright"),)),
    "fast": ((*PYTEST, "-n", "2", "-m", FAST, "tests"),),
    "browser": ((*PYTEST, "-m", "browser and not lab and not engine", "tests"),),
    "engine": ((*PYTEST, "-m", "engine and not lab", "tests"),),
    "lab": ((*PYTEST, "-m", "lab", "tests"),),
}


def main(names: list[str]) -> int:
    """Run the named parts; print a table of seconds and outcomes."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"no part is named {unknown[0]}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    rows: list[tuple[str, float, bool]] = []
    for name in names or list(PARTS):
        print(f"== {name}", flush=True)
        started = time.monotonic()
        codes = [subprocess.run(command, check=False).returncode for command in PARTS[name]]
        rows.append((name, time.monotonic() - started, not any(codes)))
    print(f"{'part':<10}{'seconds':>8}  outcome")
    for name, seconds, passed in rows:
        print(f"{name:<10}{seconds:>8.0f}  {'passed' if passed else 'FAILED'}")
    return 0 if all(passed for _, _, passed in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
