"""Read an account: every collector in every region, then the metrics, into one Inventory."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from aimigrate.assess._coverage import Tally, coverage_of
from aimigrate.assess._found import Finder, Found, Measurer
from aimigrate.assess._grain import settle
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Clients, Reader, Scope, read_times_as_utc
from aimigrate.assess.account import ACCOUNT_ACTIONS
from aimigrate.contracts.inventory import Inventory, Workload
from aimigrate.registry import discover

if TYPE_CHECKING:
    import boto3

_THREADS = 8  # AWS answers in 50-100 ms; below the rate limits of a region with adaptive retries on
T = TypeVar("T")


def collectors() -> dict[str, Any]:
    """Return every collector by name: those with `find`, and those with `measure`."""
    return discover("aimigrate.assess.collectors", "collector")


def policy() -> dict[str, Any]:
    """Return the IAM policy that allows what the collectors call and nothing else."""
    actions = ACCOUNT_ACTIONS.union(*(collector.iam_actions for collector in collectors().values()))
    statement = {"Sid": "AimigrateRead", "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def collect(
    session: "boto3.Session",
    *,
    account_id: str,
    regions: tuple[str, ...],
    lookback_days: float,
    now: datetime,
) -> Inventory:
    """Read what runs a model in these regions, and how busy it was in the `lookback_days` before `now`.

    Only reads. What could not be read is in the coverage, never a zero. Raises AccountProblem when the
    credentials can't be used, and any answer from AWS that is not understood.
    """
    read_times_as_utc(session)
    scope = Scope(account_id, tuple(sorted(set(regions))), now, lookback_days)
    found = collectors()
    finders: list[Finder] = [item for item in found.values() if hasattr(item, "find")]
    measurers: list[Measurer] = [item for item in found.values() if hasattr(item, "measure")]
    tallies: list[Tally] = []
    workloads: list[Workload] = []
    clients = {region: Clients(session, region) for region in scope.regions}
    types = {region: InstanceTypes(Reader(scope, region, clients[region])) for region in scope.regions}

    def find(region: str, finder: Finder) -> tuple[str, list[Found], Tally]:
        reader = Reader(scope, region, clients[region])
        return region, [item for item in finder.find(reader, types[region]) if isinstance(item, Found)], reader.tally

    def measure(region: str, measurer: Measurer) -> tuple[str, list[Workload], Tally]:
        reader = Reader(scope, region, clients[region])
        return region, list(measurer.measure(reader, settled[region])), reader.tally

    by_region: dict[str, list[Found]] = {region: [] for region in scope.regions}
    for region, items, tally in _run(find, [(region, finder) for region in scope.regions for finder in finders]):
        by_region[region] += items
        tallies.append(tally)
    settled = {region: settle(items) for region, items in by_region.items()}
    for _, measured, tally in _run(measure, [(region, item) for region in scope.regions for item in measurers]):
        workloads += measured
        tallies.append(tally)
    tallies += [region_types.reader.tally for region_types in types.values()]
    return Inventory(
        account_id=account_id,
        source="aws",
        collected_at=now,
        lookback_days=lookback_days,
        regions=scope.regions,
        workloads=tuple(sorted(workloads, key=lambda workload: workload.id)),
        coverage=coverage_of(account_id, tallies),
    )


def _run(work: Callable[..., T], units: Iterable[tuple[Any, ...]]) -> list[T]:
    """Run the units in a few threads, results in the order of the units. The first error ends the rest."""
    with ThreadPoolExecutor(_THREADS) as pool:
        futures: list[Future[T]] = [pool.submit(work, *unit) for unit in units]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        finally:  # an error or Ctrl-C: what has not begun never begins
            for future in futures:
                future.cancel()
        for future in (f for f in futures if f in done):
            future.result()
        return [future.result() for future in futures]
