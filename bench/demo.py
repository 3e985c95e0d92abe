"""Wall time of the demo by stage and peak memory of the whole process tree, over several runs.

The least a run can take is its slowest parts that can't be had sooner: the engine starts once per
phase and region (3 to 5 s each on two cores), everything else is ours. Usage: demo.py [RUNS].
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run_once(out: Path) -> tuple[float, dict[str, float]]:
    """Run the demo into `out`; return its wall time and seconds by stage."""
    started = time.monotonic()
    command = [str(Path(sys.executable).parent / "aimigrate"), "demo", "--out", str(out), "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    seconds = time.monotonic() - started
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return seconds, json.loads(done.stdout)["seconds"]


def main() -> None:
    """Print minimum, median and maximum by stage."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rows: dict[str, list[float]] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            whole, stages = run_once(Path(folder) / "demo")
        for stage, seconds in {**stages, "whole": whole}.items():
            rows.setdefault(stage, []).append(seconds)
    print(f"{'stage':<12}{'min s':>8}{'median s':>10}{'max s':>8}   ({runs} runs)")
    for stage, seconds in rows.items():
        print(f"{stage:<12}{min(seconds):>8.1f}{statistics.median(seconds):>10.1f}{max(seconds):>8.1f}")
    peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the largest process: {peak_mib:.0f} MiB")


if __name__ == "__main__":
    main()
