"""When jobs ran: worked out from their schedule, backwards from now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aimigrate.demo.seed import Runs
from aimigrate.demo.seed_patterns import source_of_chance


@dataclass(frozen=True)
class OneRun:
    """One job of one run."""

    started_at: datetime
    ended_at: datetime
    failed: bool
    number: int

    @property
    def hours(self) -> float:
        """How long it ran."""
        return (self.ended_at - self.started_at).total_seconds() / 3600

    @property
    def stamp(self) -> str:
        """What tells its name from the others': the start, and a number where several start together."""
        return f"{self.started_at:%Y-%m-%d-%H-%M-%S}-{self.number:03d}"


def runs_between(runs: Runs, since: datetime, until: datetime, *, random_seed: int, name: str) -> list[OneRun]:
    """Return the jobs that started in a time, oldest first; the same times whatever the window."""
    step = timedelta(hours=runs.every_h)
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + timedelta(hours=runs.at_hour_utc)
    while start >= until:
        start -= step
    found = []
    while start >= since:
        chance = source_of_chance(random_seed, f"{name}/{start:%Y-%m-%dT%H:%M}")
        begin = start + (timedelta(hours=runs.every_h * float(chance.random())) if runs.irregular else timedelta(0))
        for number in range(runs.jobs):
            stretch = 1 + runs.spread * (2 * float(chance.random()) - 1)
            late = timedelta(seconds=int(chance.integers(5, 90)))
            length = timedelta(seconds=int(runs.minutes * 60 * stretch))
            failed = bool(chance.random() < runs.failed_share)
            if begin + late + length < until:
                found.append(OneRun(begin + late, begin + late + length, failed, number))
        start -= step
    return sorted(found, key=lambda run: (run.started_at, run.number))
