"""`make bench-collect`: how fast, with how many requests and how much memory an organization is read, and by whom.

Each reader runs in its own process against a server of seeded accounts, one after another, round by round. What it
found is counted against the server's ledger. docs/collecting-benchmark.md says what is compared and what is not.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import collect_found, collect_print
from bench.collect_least import least_of, with_empty_lists, with_metrics
from bench.collect_measure import Figures, Server, measure
from bench.collect_readers import READERS, Reader, Task, environment

LONG_S = 300.0  # a reader whose round is longer is not run again


@dataclass
class Result:
    """What one reader's runs gave."""

    reader: Reader
    accounts: int
    of_accounts: int
    least: int
    rounds: list[Figures] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """What a sample's figures are multiplied by."""
        return self.of_accounts / self.accounts

    def median(self, name: str) -> float:
        """Return the median of a figure over the rounds, as it was measured."""
        return statistics.median(getattr(one, name) for one in self.rounds)


def main() -> None:
    """Measure, and print the tables and what passed."""
    given = _arguments()
    folder = Path(given.out or tempfile.mkdtemp(prefix="bench-collect-")).resolve()
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} holds something already: give OUT an empty folder, or none")
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(
        sys.executable,
        accounts=given.accounts,
        regions=given.regions,
        ledger=folder / "ledger.json",
        latency_ms=given.latency_ms,
    )
    try:
        results = _rounds(given, server, folder)
    finally:
        server.stop()
    _write(folder / "results.json", results)
    collect_print.figures(results, at_once=given.at_once)
    collect_print.verdicts(results)
    collect_print.found(results)
    print(f"\nall figures and what each reader wrote: {folder}")


def _arguments() -> argparse.Namespace:
    names = [reader.name for reader in READERS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=int(os.environ.get("ACCOUNTS", "20")))
    parser.add_argument("--regions", type=int, default=int(os.environ.get("REGIONS", "4")))
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "3")))
    parser.add_argument("--sample", type=int, default=int(os.environ.get("SAMPLE", "20")), help="accounts of the slow")
    parser.add_argument("--readers", default=os.environ.get("READERS", ",".join(names)))
    parser.add_argument("--at-once", type=int, default=int(os.environ.get("AT_ONCE", str(4 * (os.cpu_count() or 1)))))
    parser.add_argument("--latency-ms", type=float, default=40.0)
    parser.add_argument("--out", default=os.environ.get("OUT"))
    given = parser.parse_args()
    unknown = set(given.readers.split(",")) - set(names)
    if unknown:
        parser.error(f"no reader {', '.join(sorted(unknown))}: there are {', '.join(names)}")
    return given


def _rounds(given: argparse.Namespace, server: Server, folder: Path) -> list[Result]:
    ledger = json.loads((folder / "ledger.json").read_text())
    chosen = [reader for reader in READERS if reader.name in given.readers.split(",")]
    results: dict[str, Result] = {}
    for turn in range(given.rounds):
        for reader in chosen:
            before = results.get(reader.name)
            if before and before.median("wall_s") > LONG_S:
                continue
            sample = min(given.sample, given.accounts) if reader.sampled else given.accounts
            accounts = tuple(ledger["accounts"][:sample])
            task = Task(accounts, tuple(ledger["regions"]), folder / f"{reader.name}-{turn + 1}", given.at_once)
            task.out.mkdir()
            command = reader.command(task)
            figures = measure(server, command, environment(server.url, task), task.out / "log.txt")
            collect_print.one(reader.name, turn + 1, figures)
            if before is None:
                results[reader.name] = _result(reader, ledger, accounts, figures, task.out)
            results[reader.name].rounds.append(figures)
    return list(results.values())


def _result(reader: Reader, ledger: dict[str, Any], accounts: tuple[str, ...], figures: Figures, out: Path) -> Result:
    held = {**ledger, "accounts": list(accounts)}
    held["resources"] = [line for line in ledger["resources"] if line["account"] in set(accounts)]
    searched = any(operation == "Search" for _, _, _, operation, _ in figures.counts["asked"])
    least = least_of(held, search=searched)
    if reader.name.startswith("ours"):
        least = with_metrics(with_empty_lists(least, figures.counts), figures.counts)
    names = collect_found.named_in(out)
    return Result(
        reader=reader,
        accounts=len(accounts),
        of_accounts=len(ledger["accounts"]),
        least=least.total,
        found=dict(collect_found.found(ledger, set(accounts), names)),
        expected=dict(collect_found.expected(ledger, set(accounts))),
    )


def _write(path: Path, results: list[Result]) -> None:
    told: dict[str, Any] = defaultdict(dict)
    for result in results:
        told[result.reader.name] = {
            "accounts": result.accounts,
            "least": result.least,
            "rounds": [asdict(one) for one in result.rounds],
            "found": result.found,
            "expected": result.expected,
        }
    path.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
