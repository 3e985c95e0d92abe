"""Units of collection: one collector in one region of one account, read once, and what is built from what they left.

A finder's unit reads what a service holds. A measurer's or pricer's unit comes after the finders of its region or
account, since it asks about what they found. Each leaves a recording; the inventory is made from recordings alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from aimigrate.assess._answers import allowance, line_of, recording
from aimigrate.assess._coverage import Tally, coverage_of
from aimigrate.assess._found import Found
from aimigrate.assess._grain import Settled, resources_of, settle
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Reader, Scope, Source
from aimigrate.assess._replay import Replay
from aimigrate.contracts.bill import ListedPrice
from aimigrate.contracts.inventory import Inventory, Workload
from aimigrate.registry import discover

GLOBAL = "global"
"""The region of a unit that belongs to the account as a whole."""

Pass = Literal["find", "measure", "price"]


@dataclass(frozen=True, order=True)
class Unit:
    """What is read in one go, by one worker, once."""

    account_id: str
    region: str
    collector: str

    @property
    def name(self) -> str:
        """Return its path in a snapshot and in the state."""
        return f"{self.account_id}/{self.region}/{self.collector}"


@lru_cache(maxsize=1)
def collectors() -> dict[str, Any]:
    """Return every collector by name: those with `find`, with `measure`, and with `price`."""
    return discover("aimigrate.assess.collectors", "collector")


def pass_of(collector: Any) -> Pass:  # noqa: ANN401  # Finder, Measurer or Pricer
    """Return when a collector runs."""
    return next(one for one in ("find", "measure", "price") if hasattr(collector, one))


def units_of(scope: Scope, which: Pass, *, with_bill: bool = False) -> tuple[Unit, ...]:
    """Return the units of one pass over an account. What stands in for a bill is left out where there is one."""
    chosen = [
        (name, item)
        for name, item in collectors().items()
        if pass_of(item) == which and not (with_bill and getattr(item, "only_without_bill", False))
    ]
    return tuple(
        sorted(
            Unit(scope.account_id, region, name)
            for name, item in chosen
            for region in ((GLOBAL,) if getattr(item, "place", "region") == "account" else scope.regions)
        )
    )


def reader_of(scope: Scope, unit: Unit, source: Source, *, metrics_left: int | None = None) -> Reader:
    """Return a reader for a unit; one of the whole account asks in the account's first region."""
    region = scope.regions[0] if unit.region == GLOBAL else unit.region
    return Reader(scope, region, source, place=unit.region, metrics_left=metrics_left)


Recordings = Mapping[Unit, bytes]


@dataclass(frozen=True)
class Gave:
    """What a unit gave: findings, workloads or prices, and what its calls counted."""

    items: tuple[Any, ...]
    tally: Tally


Held = dict[Unit, Gave]
"""What units gave in this process: the same that their recordings give, without reading these again."""


def read_unit(
    scope: Scope,
    unit: Unit,
    source: Source,
    *,
    before: Recordings | None = None,
    metrics_left: int | None = None,
    held: Held | None = None,
) -> bytes:
    """Ask all that a unit asks, and return its recording. `before` holds the finders' recordings that it builds on.

    What it gave is put into `held`, and what the finders gave is taken from there. Raises AccountProblem when the
    credentials can't be used, Interrupted, and any answer that is not understood.
    """
    reader = reader_of(scope, unit, source, metrics_left=metrics_left)
    found: tuple[Found, ...] = ()
    if pass_of(collectors()[unit.collector]) != "find":
        regions = scope.regions if unit.region == GLOBAL else (unit.region,)
        found = tuple(one for region in regions for one in found_in(scope, region, before or {}, held)[0].found)
    gave = _give(reader, unit, found)
    if held is not None:
        held[unit] = gave
    allowed = [] if metrics_left is None else [line_of(allowance(metrics_left))]
    return recording([*allowed, *(reader.lines or ())])


def _give(reader: Reader, unit: Unit, found: tuple[Found, ...]) -> Gave:
    collector = collectors()[unit.collector]
    which = pass_of(collector)
    if which == "find":
        items = collector.find(reader, InstanceTypes(reader))
    else:
        items = collector.measure(reader, found) if which == "measure" else collector.price(reader, found)
    return Gave(tuple(items), reader.tally)


def _gave(scope: Scope, unit: Unit, recordings: Recordings, held: Held | None, found: tuple[Found, ...] = ()) -> Gave:
    """Return what a unit gave, from this process or from its recording."""
    if held is not None and unit in held:
        return held[unit]
    replay = Replay(recordings[unit])
    return _give(reader_of(scope, unit, replay, metrics_left=replay.metrics_left), unit, found)


def found_in(
    scope: Scope, region: str, recordings: Recordings, held: Held | None = None
) -> tuple[Settled, list[Tally]]:
    """Return what the finders found in a region (`global`: in the account as a whole)."""
    gave = [
        _gave(scope, unit, recordings, held)
        for unit in sorted(recordings)
        if (unit.account_id, unit.region) == (scope.account_id, region)
        and pass_of(collectors()[unit.collector]) == "find"
    ]
    return settle(item for one in gave for item in one.items), [one.tally for one in gave]


def inventory_of(scope: Scope, recordings: Recordings, held: Held | None = None) -> Inventory:
    """Build the inventory of an account from its recordings: the same recordings give the same bytes."""
    tallies: list[Tally] = []
    settled: dict[str, Settled] = {}
    for region in (GLOBAL, *scope.regions):
        settled[region], counted = found_in(scope, region, recordings, held)
        tallies += counted
    every = tuple(one for region in scope.regions for one in settled[region].found)
    workloads: dict[str, Workload] = {one.workload.id: one.workload for one in every}
    prices: list[ListedPrice] = []
    for unit in sorted(recordings):
        which = pass_of(collectors()[unit.collector])
        if unit.account_id != scope.account_id or which == "find":
            continue
        gave = _gave(scope, unit, recordings, held, every if unit.region == GLOBAL else settled[unit.region].found)
        if which == "measure":
            workloads |= {one.id: one for one in gave.items}
        else:
            prices += gave.items
        tallies.append(gave.tally)
    ordered = tuple(workloads[name] for name in sorted(workloads))
    return Inventory(
        account_id=scope.account_id,
        source="aws",
        collected_at=scope.now,
        lookback_days=scope.lookback_days,
        regions=scope.regions,
        workloads=ordered,
        resources=resources_of(ordered, (one for part in settled.values() for one in part.resources)),
        commitments=tuple(one for part in settled.values() for one in part.commitments),
        prices=tuple(sorted(prices, key=lambda one: (one.instance_type, one.region, one.kind))),
        coverage=coverage_of(scope.account_id, tallies),
        bill=settled[GLOBAL].bill,
    )
