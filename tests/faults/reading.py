"""Read a seeded account unit by unit, as a worker does, and hold what was found against the ledger."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import boto3

from aimigrate.assess._live import Clients, Live
from aimigrate.assess._meter import Desk
from aimigrate.assess._reading import Scope
from aimigrate.assess._session import for_reading
from aimigrate.assess.units import GLOBAL, Unit, collectors, inventory_of, read_unit, units_of
from aimigrate.contracts.inventory import CoverageEntry, Inventory
from tests.faults.account import ACCOUNT, REGIONS
from tests.faults.cloud import Cloud, key_of
from tests.faults.place import Thing
from tests.faults.seed_compute import NOW


def session_of(account_id: str = ACCOUNT) -> boto3.Session:
    """Return a session whose keys carry the account."""
    session = boto3.Session(key_of(account_id), "made-up", "made-up", region_name=REGIONS[0])
    for_reading(session)
    return session


class Eyes:
    """Clients of a seeded account, made once: making one takes longer than a read."""

    def __init__(self, account_id: str = ACCOUNT) -> None:
        self._account_id, self._session = account_id, session_of(account_id)
        self._clients: dict[str, Clients] = {}
        self._whole: dict[Unit, bytes] = {}

    def fresh(self) -> None:
        """Forget the clients: they remember failures, and retry less after many."""
        self._clients = {}

    def read(self, cloud: Cloud, regions: tuple[str, ...] = REGIONS) -> Inventory:
        """Read the account through the given cloud."""
        scope = Scope(self._account_id, regions, NOW, 14)
        recordings: dict[Unit, bytes] = {}
        for which in ("find", "measure", "price"):
            recordings |= self._units(cloud, scope, units_of(scope, which), recordings)
        return inventory_of(scope, recordings)

    def read_again(self, cloud: Cloud, action: str, regions: tuple[str, ...] = REGIONS[:1]) -> Inventory:
        """Read only the units that may call an action; the others, once read whole, are as they were."""
        scope = Scope(self._account_id, regions, NOW, 14)
        finders = units_of(scope, "find")
        if not self._whole:
            self._whole = self._units(cloud_without_faults(cloud), scope, finders, {})
        concerned = {name for name, item in collectors().items() if action in item.iam_actions}
        again = self._units(cloud, scope, tuple(unit for unit in finders if unit.collector in concerned), {})
        recordings = {**self._whole, **again}
        for which in ("measure", "price"):
            units = tuple(unit for unit in units_of(scope, which) if unit.collector in concerned)
            recordings |= self._units(cloud, scope, units, recordings)
        return inventory_of(scope, recordings)

    def _units(
        self, cloud: Cloud, scope: Scope, units: tuple[Unit, ...], before: dict[Unit, bytes]
    ) -> dict[Unit, bytes]:
        desk, regions = Desk(), scope.regions

        def one(unit: Unit) -> bytes:
            region = regions[0] if unit.region == GLOBAL else unit.region
            live = Live(self._of(region), desk, account_id=self._account_id, region=region, place=unit.region)
            return read_unit(scope, unit, live, before=before)

        for region in regions:
            self._of(region)
        with cloud.plugged(), ThreadPoolExecutor(4) as pool:
            try:
                return dict(zip(units, pool.map(one, units), strict=True))
            finally:
                desk.close()

    def _of(self, region: str) -> Clients:
        if region not in self._clients:
            self._clients[region] = Clients(self._session, region)
        return self._clients[region]


def cloud_without_faults(cloud: Cloud) -> Cloud:
    """Return the same accounts on a good day."""
    return Cloud(cloud.answer)


@dataclass(frozen=True)
class Row:
    """A line of the fault table. `lost` is in neither `found` nor `named`, and must be empty."""

    fault: str
    expected: int
    found: int
    named: int
    lost: tuple[Thing, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether nothing is missing in silence."""
        return not self.lost and self.found + self.named == self.expected


def row_of(fault: str, ledger: Iterable[Thing], inventories: Iterable[Inventory]) -> Row:
    """Count what the ledger holds, what of it was found, and what a hole in the coverage stands for."""
    ids, holes = set[tuple[str, str]](), list[CoverageEntry]()
    for inventory in inventories:
        known = {one.id for one in (*inventory.resources, *inventory.commitments)}
        known |= {name for one in inventory.workloads for name in one.resources}
        ids |= {(inventory.account_id, name) for name in known}
        holes += [entry for entry in inventory.coverage.entries if entry.status != "complete"]
    every = list(ledger)
    unfound = [one for one in every if (one.account_id, one.id) not in ids]
    named = [one for one in unfound if any(_stands_for(hole, one) for hole in holes)]
    lost = tuple(one for one in unfound if one not in named)
    return Row(fault, len(every), len(every) - len(unfound), len(named), lost)


def _stands_for(hole: CoverageEntry, thing: Thing) -> bool:
    """Return whether a hole is in the thing's region, for a call without which AWS does not tell of the thing."""
    if hole.account_id != thing.account_id:
        return False
    if (hole.service, hole.operation) in {("sts", "AssumeRole"), ("ec2", "DescribeRegions")}:
        return hole.region in ("global", thing.region) or thing.region in (hole.reason or "")
    operation = hole.operation.split(" ")[0]
    return hole.region == thing.region and (hole.service, operation) in thing.through
