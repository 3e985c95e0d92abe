"""100,000 workloads decided and written: time, memory, and the same bytes twice.

The workloads are made up (`bench/scale_account.py`), each with a day of hours; `assess.streamed` judges them in as many
processes as there are cores. The least it could take is writing the file: the same bytes, from memory, in one go. The
figures are those of a process of its own, whose workloads are made before the clock starts.

Usage: python -m bench.decide_scale [COUNT]
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aimigrate.assess.streamed import write_assessment
from aimigrate.contracts.sites import Hints
from aimigrate.registry import discover
from bench.collect_measure import Peak
from bench.decisions import Check
from bench.scale_account import account

COUNT = 100_000
MOST_S, MOST_GB = 60.0, 2.0


def decide(count: int) -> dict[str, float | str]:
    """Decide `count` workloads in this process and its workers."""
    inventory = account(count)
    targets = discover("aimigrate.planning.targets", "target")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assessment.json"
        began = time.perf_counter()
        told = write_assessment(inventory, path, targets=targets, hints=Hints(), workers=os.cpu_count() or 1)
        took = time.perf_counter() - began
        content = path.read_bytes()
        began = time.perf_counter()
        (Path(folder) / "again.json").write_bytes(content)
        written = time.perf_counter() - began
    return {
        "took_s": took,
        "write_s": written,
        "bytes": float(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "go": float(told.totals.by_decision["go"]),
    }


def _run() -> tuple[dict[str, float | str], float]:
    with tempfile.TemporaryFile() as out:
        with subprocess.Popen(
            [sys.executable, "-m", "bench.decide_scale", f"{COUNT}"], stdout=out, start_new_session=True
        ) as process:
            peak = Peak()
            peak.watch(process.pid)
            code = process.wait()
            most_mib = peak.end()
        if code:
            raise RuntimeError(f"deciding ended with {code}")
        out.seek(0)
        return json.loads(out.read()), most_mib


def show() -> list[Check]:
    """Decide twice. Returns what was asked of time, memory and bytes."""
    runs = [_run() for _ in range(2)]
    print(f"{'run':<6}{'seconds':>9}{'writing alone':>15}{'over':>7}{'GB':>7}{'file GB':>9}{'go':>8}  sha256")
    for number, (one, mib) in enumerate(runs, 1):
        took, alone, size = float(one["took_s"]), float(one["write_s"]), float(one["bytes"]) / 1e9
        shown = f"{number:<6}{took:>9.1f}{alone:>15.1f}{took / alone:>7.0f}{mib * 2**20 / 1e9:>7.2f}{size:>9.2f}"
        print(f"{shown}{one['go']:>8.0f}  {str(one['sha256'])[:16]}")
    print(f"{os.cpu_count()} cores; GB is all processes together, the workloads read included")
    slowest = max(float(one["took_s"]) for one, _ in runs)
    most = max(mib for _, mib in runs) * 2**20 / 1e9
    same = len({one["sha256"] for one, _ in runs}) == 1
    return [
        Check(f"{COUNT:,} workloads decided", f"under {MOST_S:g} s", f"{slowest:.1f} s", slowest < MOST_S),
        Check("memory of all its processes", f"under {MOST_GB:g} GB", f"{most:.2f} GB", most < MOST_GB),
        Check("the same bytes twice", "same", "same" if same else "differ", same),
    ]


if __name__ == "__main__":
    print(json.dumps(decide(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)))
