"""Count what each operation gave, and turn the counts into coverage entries."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from aimigrate.assess._refusals import Refusal
from aimigrate.contracts.inventory import Coverage, CoverageEntry, CoverageStatus

_NAMES_SHOWN = 3
_WORST_FIRST = ("denied", "throttled", "failed", "unsupported", "skipped", "gone")


@dataclass
class Count:
    """What the calls of one operation gave in one region."""

    reads: int = 0
    items: int = 0
    refusals: list[tuple[Refusal, str]] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        """Add what another reader counted for the same operation."""
        self.reads += other.reads
        self.items += other.items
        self.refusals += other.refusals

    def status(self) -> CoverageStatus:
        """Complete, partial, or the worst refusal when nothing was read."""
        if not self.refusals:
            return "complete"
        found = {refusal.status for refusal, _ in self.refusals}
        worst = next(status for status in _WORST_FIRST if status in found)
        return "partial" if self.reads or worst == "gone" else worst

    def reason(self) -> str | None:
        """One clause per kind of refusal, with how often and on what."""
        clauses = []
        for refusal in sorted({refusal for refusal, _ in self.refusals}):
            names = sorted(name for other, name in self.refusals if other == refusal and name)
            times = sum(other == refusal for other, _ in self.refusals)
            shown = ", ".join(names[:_NAMES_SHOWN]) + (", ..." if len(names) > _NAMES_SHOWN else "")
            clauses.append(
                refusal.reason + (f" ({times} times)" if times > 1 else "") + (f": {shown}" if shown else "")
            )
        return "; ".join(clauses) or None

    def fix(self) -> str | None:
        """Say what would mend the refusals."""
        return "; ".join(sorted({refusal.fix for refusal, _ in self.refusals})) or None


Tally = dict[tuple[str, str, str], Count]
"""Counts by region, service and operation."""


def coverage_of(account_id: str, tallies: Iterable[Tally]) -> Coverage:
    """Add up the tallies; the order they come in does not show in the result."""
    total: Tally = {}
    for tally in tallies:
        for key, count in tally.items():
            total.setdefault(key, Count()).add(count)
    return Coverage(
        entries=tuple(
            CoverageEntry(
                account_id=account_id,
                region=region,
                service=service,
                operation=operation,
                status=count.status(),
                items=count.items if count.reads else None,
                reason=count.reason(),
                fix=count.fix(),
            )
            for (region, service, operation), count in sorted(total.items())
        )
    )
