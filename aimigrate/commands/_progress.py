"""How a collection goes: a bar per region with calls, dollars and holes on a terminal, else a line now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from aimigrate.assess._meter import Desk
from aimigrate.output import stderr

_EVERY_S = 15.0  # a line in a log


@contextmanager
def shown(desk: Desk) -> Iterator[Callable[[], None]]:
    """Give a function to call often; it shows where the desk's counts are."""
    if not stderr.is_terminal:
        yield _Lines(desk).show
        return
    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[how]}"),
    )
    with Progress(*columns, console=stderr, transient=True, refresh_per_second=5) as progress:
        yield _Bars(desk, progress).show


class _Bars:
    def __init__(self, desk: Desk, progress: Progress) -> None:
        self._desk, self._progress = desk, progress
        self._tasks: dict[str, TaskID] = {}

    def show(self) -> None:
        """Draw the bars."""
        for region, counted in sorted(self._desk.counts().items()):
            if region not in self._tasks:
                self._tasks[region] = self._progress.add_task(region, total=None, how="")
            how = f"{counted.calls:,} calls  {counted.usd:.4f} USD  {counted.holes} holes"
            self._progress.update(self._tasks[region], total=counted.units, completed=counted.done, how=how)


class _Lines:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._next = desk, time.monotonic() + _EVERY_S

    def show(self) -> None:
        """Print a line when it is time for one."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY_S
        counts = self._desk.counts().values()
        done, units = sum(one.done for one in counts), sum(one.units for one in counts)
        stderr.print(
            f"{done} of {units} units read, {self._desk.calls:,} calls, {self._desk.usd:.4f} USD, "
            f"{sum(one.holes for one in counts)} holes so far"
        )
