"""Print the benchmark's figures, what passed, and what each reader found."""

from typing import TYPE_CHECKING

from bench.collect_measure import Figures

if TYPE_CHECKING:
    from bench.collect import Result

MAX_SERVER_CPU = 0.70
OVER = (0, 3)  # exit codes of a run that is over; 3: with holes in the coverage
FASTER, MAX_OVER_LEAST, MAX_MIB = 5.0, 1.15, 500.0  # what is to be shown


def one(name: str, turn: int, figures: Figures) -> None:
    """Print one run as it ends."""
    invalid = "" if figures.server_cpu < MAX_SERVER_CPU else f"  INVALID: the server used {figures.server_cpu:.0%}"
    failed = f"  EXIT CODE {figures.exit_code}" if figures.exit_code not in OVER else ""
    print(
        f"round {turn} {name:<20}{figures.wall_s:>8.1f} s{figures.requests:>8,} requests"
        f"{figures.cpu_s:>8.1f} s CPU{figures.peak_mib:>7.0f} MiB  server {figures.server_cpu:.0%}{invalid}{failed}",
        flush=True,
    )


def figures(results: "list[Result]", *, at_once: int) -> None:
    """Print the medians."""
    print(f"\nmedians; at most {at_once} calls at once where a reader can be told (`threads`: 16, `sequential`: 1)")
    print(
        f"{'reader':<20}{'rounds':>7}{'accounts':>9}{'wall s':>9}{'min-max':>15}{'CPU s':>8}{'requests':>10}"
        f"{'over least':>11}{'peak MiB':>10}{'server CPU':>11}"
    )
    for result in results:
        walls = [run.wall_s for run in result.rounds]
        print(
            f"{result.reader.name:<20}{len(walls):>7}{result.accounts:>9}{result.median('wall_s'):>9.1f}"
            f"{f'{min(walls):.1f}-{max(walls):.1f}':>15}{result.median('cpu_s'):>8.1f}{result.median('requests'):>10,.0f}"
            f"{result.median('requests') / result.least:>11.2f}{result.median('peak_mib'):>10.0f}"
            f"{max(run.server_cpu for run in result.rounds):>11.0%}"
        )
    for result in results:
        if result.scale > 1:
            print(
                f"{result.reader.name}: {result.accounts} of {result.of_accounts} accounts were read; for all, computed"
                f" and not measured: {result.median('wall_s') * result.scale:,.0f} s,"
                f" {result.median('requests') * result.scale:,.0f} requests"
            )


def verdicts(results: "list[Result]") -> None:
    """Print what passed and what failed."""
    by_name = {result.reader.name: result for result in results}
    ours = by_name.get("ours")
    print()
    if ours is None:
        return
    for peer in ("custodian", "custodian-finished", "prowler", "threads", "sequential"):
        if peer in by_name:
            other = by_name[peer]
            times = other.median("wall_s") * other.scale / ours.median("wall_s")
            wanted = FASTER if peer in ("custodian", "custodian-finished", "prowler") else None
            _say(f"faster than {peer}", f"{times:.1f} times", None if wanted is None else times >= wanted, wanted)
    for name in ("ours", "ours-every"):
        if name in by_name:
            result = by_name[name]
            over, mib = result.median("requests") / result.least, max(run.peak_mib for run in result.rounds)
            _say(
                f"{name}: requests over the least, {result.least:,}",
                f"{over:.2f}",
                over <= MAX_OVER_LEAST,
                MAX_OVER_LEAST,
            )
            _say(f"{name}: peak memory", f"{mib:.0f} MiB", mib < MAX_MIB, MAX_MIB)
    failed = sorted({result.reader.name for result in results for run in result.rounds if run.exit_code not in OVER})
    _say("readers that ended in an error", ", ".join(failed) or "none", passed=not failed, wanted=None)
    cpu = max(run.server_cpu for result in results for run in result.rounds)
    _say("the server's CPU while measured", f"{cpu:.0%}", cpu < MAX_SERVER_CPU, MAX_SERVER_CPU)


def _say(what: str, value: str, passed: bool | None, wanted: float | None) -> None:  # noqa: FBT001  # a verdict
    verdict = "     " if passed is None else "pass " if passed else "FAIL "
    print(f"{verdict}{what}: {value}" + ("" if wanted is None else f" (wanted: {wanted:g})"))


def found(results: "list[Result]") -> None:
    """Print how many things of each type each reader named, against the ledger."""
    print("\nfound, of what the ledger holds in the accounts that were read; `-`: it was not told to read them")
    print(f"{'type':<38}{'ledger':>8}" + "".join(f"{result.reader.name[:18]:>20}" for result in results))
    widest = max(results, key=lambda result: result.accounts)
    for row, total in sorted(widest.expected.items()):
        cells = ""
        for result in results:
            here, there = result.found.get(row, 0), result.expected.get(row, 0)
            cell = "-" if row in result.reader.not_asked else f"{here:,}"
            if row not in result.reader.not_asked and there != total:
                cell = f"{here:,} of {there:,}"
            cells += f"{cell:>20}"
        print(f"{row:<38}{total:>8,}{cells}")
