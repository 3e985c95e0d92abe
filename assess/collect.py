"""Read one account with a session at hand: every unit in a few threads, into one Inventory. Nothing is kept on disk."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import TYPE_CHECKING

from aimigrate.assess._live import Clients, Live
from aimigrate.assess._meter import Desk
from aimigrate.assess._reading import Scope
from aimigrate.assess._session import for_reading
from aimigrate.assess.units import GLOBAL, Unit, inventory_of, read_unit, units_of
from aimigrate.contracts.inventory import Inventory

if TYPE_CHECKING:
    import boto3

_THREADS = 8  # AWS answers in 50-100 ms; below the rate limits of a region with adaptive retries on


def collect(
    session: "boto3.Session",
    *,
    account_id: str,
    regions: tuple[str, ...],
    lookback_days: float,
    now: datetime,
    with_bill: bool = False,
) -> Inventory:
    """Read what runs a model in these regions, and how busy it was in the `lookback_days` before `now`.

    Only reads. What could not be read is in the coverage, never a zero. Raises AccountProblem when the
    credentials can't be used, and any answer from AWS that is not understood.
    """
    return inventory_of(*read_account(session, account_id, regions, lookback_days, now, with_bill=with_bill))


def read_account(
    session: "boto3.Session",
    account_id: str,
    regions: tuple[str, ...],
    lookback_days: float,
    now: datetime,
    *,
    with_bill: bool = False,
) -> tuple[Scope, dict[Unit, bytes]]:
    """Return the scope and the recording of each unit. Raises as `collect`."""
    for_reading(session)
    scope = Scope(account_id, tuple(sorted(set(regions))), now, lookback_days)
    desk = Desk()
    clients = {region: Clients(session, region) for region in scope.regions}
    recordings: dict[Unit, bytes] = {}

    def read(unit: Unit) -> bytes:
        region = scope.regions[0] if unit.region == GLOBAL else unit.region
        source = Live(clients[region], desk, account_id=account_id, region=region, place=unit.region)
        return read_unit(scope, unit, source, before=recordings)

    try:
        recordings |= _run(read, units_of(scope, "find", with_bill=with_bill))
        recordings |= _run(read, (*units_of(scope, "measure"), *units_of(scope, "price")))
    finally:
        desk.close()
    return scope, recordings


def _run(work: Callable[[Unit], bytes], units: Iterable[Unit]) -> dict[Unit, bytes]:
    """Run the units in a few threads. The first error ends the rest."""
    with ThreadPoolExecutor(_THREADS) as pool:
        futures: dict[Unit, Future[bytes]] = {unit: pool.submit(work, unit) for unit in units}
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        finally:  # an error or Ctrl-C: what has not begun never begins
            for future in futures.values():
                future.cancel()
        for future in futures.values():
            if future.done() and not future.cancelled():
                future.result()
        return {unit: future.result() for unit, future in futures.items()}
