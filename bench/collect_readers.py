"""The readers that are measured, and how each is called; docs/collecting-benchmark.md says why, flag by flag."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROLE = "reader"
_PROWLER_AT_ONCE = 2  # accounts; each scan has 10 threads of its own, and takes a gigabyte


@dataclass(frozen=True)
class Task:
    """What one run of a reader is to read, and where it writes."""

    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    out: Path
    at_once: int
    """Calls at once, the same for every reader that can be told: a worker of the others makes one at a time."""


@dataclass(frozen=True)
class Reader:
    """One reader. `not_asked`: rows of the table that it was not told to read."""

    name: str
    command: Callable[[Task], list[str]]
    sampled: bool = False
    not_asked: tuple[str, ...] = ()


def environment(url: str, task: Task) -> dict[str, str]:
    """Return the whole environment of a reader: nothing of the caller's but the path."""
    home = task.out / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(HERE.parent),
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": f"AKIA{task.accounts[0]}SEED",
        "AWS_SECRET_ACCESS_KEY": "seeded",
        "AWS_DEFAULT_REGION": task.regions[0],
        "AWS_EC2_METADATA_DISABLED": "true",
        "C7N_ORG_PARALLEL": str(task.at_once),
    }


def peer(name: str) -> Path:
    """Return the folder of a peer's programs; it is installed first where it is not there."""
    wanted = dict(line.split(": ", 1) for line in (HERE / "peers.txt").read_text().splitlines() if ": " in line)
    packages = wanted[name].split()
    cache = Path(os.environ.get("AIMIGRATE_CACHE") or Path.home() / ".cache" / "aimigrate")
    folder = cache / "bench" / f"{name}-{hashlib.sha256(wanted[name].encode()).hexdigest()[:8]}"
    if not (folder / ".ready").exists():
        print(f"installing {', '.join(packages)} into {folder}", file=sys.stderr, flush=True)
        uv = [str(Path(sys.executable).parent / "uv")]
        subprocess.run([*uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([*uv, "pip", "install", "-q", "--python", str(folder / "bin/python"), *packages], check=True)
        (folder / ".ready").touch()
    return folder / "bin"


def _ours(how: str) -> Callable[[Task], list[str]]:
    def command(task: Task) -> list[str]:
        given = [how, task.accounts[0], ",".join(task.regions), str(task.out), str(task.at_once)]
        return [sys.executable, "-m", "bench.collect_ours", *given]

    return command


def _custodian(finished: bool) -> Callable[[Task], list[str]]:  # noqa: FBT001  # one of two
    def command(task: Task) -> list[str]:
        accounts = [
            {"name": one, "account_id": one, "role": f"arn:aws:iam::{one}:role/{ROLE}", "regions": list(task.regions)}
            for one in task.accounts
        ]
        config = task.out / "accounts.yml"
        config.write_text(json.dumps({"accounts": accounts}))  # JSON is YAML
        cache = task.out / "cache"
        cache.mkdir()
        policies = HERE / ("collect_policies_finished.yaml" if finished else "collect_policies.yaml")
        given = ["-c", str(config), "-u", str(policies), "-s", str(task.out / "found")]
        return [str(peer("custodian") / "c7n-org"), "run", *given, "--cache-period", "0", "--cache-path", str(cache)]

    return command


def _prowler(task: Task) -> list[str]:
    scan = [str(peer("prowler") / "prowler"), "aws", "--services", "sagemaker", "batch", "ec2"]
    scan += ["--region", *task.regions, "--role", f"arn:aws:iam::{{}}:role/{ROLE}", "--output-formats", "json-ocsf"]
    scan += ["--output-directory", str(task.out / "found"), "--no-banner", "--ignore-exit-code-3"]
    scan += ["--log-level", "ERROR"]
    return ["xargs", "-a", str(_lines(task)), "-P", str(_PROWLER_AT_ONCE), "-I", "{}", *scan]


def _lines(task: Task) -> Path:
    path = task.out / "accounts.txt"
    path.write_text("".join(f"{one}\n" for one in task.accounts))
    return path


def _plain(how: str) -> Callable[[Task], list[str]]:
    def command(task: Task) -> list[str]:
        given = [how, ",".join(task.accounts), ",".join(task.regions), str(task.out)]
        return [sys.executable, str(HERE / "plain_readers.py"), *given]

    return command


_UNASKED = ("autoscaling:autoScalingGroup", "sagemaker:transform-job", "sagemaker:transform-job, finished")
READERS = (
    Reader("ours", _ours("same")),
    Reader("ours-every", _ours("every")),
    Reader("custodian", _custodian(finished=False), not_asked=_UNASKED),
    Reader("custodian-finished", _custodian(finished=True), not_asked=_UNASKED),
    Reader("threads", _plain("threads")),
    Reader("prowler", _prowler, sampled=True),
    Reader("sequential", _plain("sequential"), sampled=True),
)
