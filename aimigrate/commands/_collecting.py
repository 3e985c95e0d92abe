"""From a request to the accounts it is about: live and durable, or from a snapshot, or from observations."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from aimigrate.contracts.bill import Bill
from aimigrate.contracts.inventory import CoverageEntry, Inventory, Series
from aimigrate.errors import AccountProblem, AimigrateError, MachineProblem, UsageProblem
from aimigrate.output import stderr

if TYPE_CHECKING:
    from aimigrate.assess.account import Account
    from aimigrate.assess.durable_runs import Asked, Run
    from aimigrate.assess.history import Older
    from aimigrate.assess.organization import Role
    from aimigrate.assess.units import Unit
    from aimigrate.commands._assessing import Request

_STATE = ".aimigrate"  # below --out: what lets a run that was cut off go on
_OBSERVED = "observations"  # the account id of an inventory that came from no account


@dataclass(frozen=True)
class Read:
    """One account, read: its inventory, and what it was built from where that was AWS."""

    inventory: Inventory
    recordings: "dict[Unit, bytes] | None" = None
    holes: tuple[CoverageEntry, ...] = ()
    history: dict[str, tuple[Series, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """What is read: the account asked for, as of when, each account in turn, and a bill that came with it."""

    account_id: str
    collected_at: datetime
    lookback_days: float
    accounts: Iterator[Read]
    bill: Bill | None = None


@contextmanager
def reading(request: "Request") -> Iterator[Source]:
    """Open what a request is about. A live run is over, and its state gone, once the block ends without an error.

    Raises AimigrateError for an account, a snapshot, observations or a disk that can't be used.
    """
    if request.snapshot:
        yield _frozen(request, request.snapshot)
    elif request.observations:
        yield _observed(request, request.observations)
    else:
        with _live(request) as source:
            yield source


def collect_inventory(request: "Request") -> Inventory:
    """Read one account and return its inventory. Raises AimigrateError."""
    with reading(request) as source:
        return next(source.accounts).inventory


def _frozen(request: "Request", folder: Path) -> Source:
    from aimigrate.assess.history import with_series
    from aimigrate.assess.snapshot import Snapshot

    snapshot = Snapshot(folder)
    about = snapshot.manifest
    if request.account_id and request.account_id != about.account_id:
        raise AccountProblem(
            what=f"the snapshot is not of account {request.account_id}",
            why=f"it was taken of account {about.account_id}",
            fix=f"give --account {about.account_id} or leave --account out",
        )

    def accounts() -> Iterator[Read]:
        aws = about.source == "aws"
        for account_id, inventory in zip(about.accounts, snapshot.inventories(), strict=True):
            older = snapshot.history(account_id)
            yield Read(
                with_series(inventory, older),
                snapshot.recordings(account_id) if aws else None,
                snapshot.holes(account_id) if aws else (),
                older,
            )

    return Source(about.account_id, about.collected_at, about.lookback_days, accounts(), snapshot.bill())


def _observed(request: "Request", folder: Path) -> Source:
    from aimigrate.assess.observations import read_observations

    account_id = request.account_id or _OBSERVED
    inventory = read_observations(folder, account_id=account_id, now=request.now)
    return Source(account_id, inventory.collected_at, inventory.lookback_days, iter((Read(inventory),)))


@contextmanager
def _live(request: "Request") -> Iterator[Source]:
    from aimigrate.assess._flow import accounts_done
    from aimigrate.assess._meter import Desk
    from aimigrate.assess.durable import Office, durable
    from aimigrate.assess.durable_runs import begin, end
    from aimigrate.assess.history import with_series
    from aimigrate.assess.organization import Sessions, members
    from aimigrate.assess.snapshot import with_holes
    from aimigrate.assess.units import inventory_of
    from aimigrate.commands._progress import shown

    account, role = _account(request)
    now = request.now or datetime.now(UTC).replace(microsecond=0)
    office = Office(
        sessions=Sessions(account, role),
        members=(lambda: members(account)) if request.organization else (lambda: (account.account_id,)),
        now=now,
        desk=Desk(request.calls_at_once or Desk.at_once),
    )
    with _alone(request.out), durable(office, request.state or _sqlite(request.out), request.out) as look:
        run = begin(_asked(request, account))
        _say_before(request, account, run)

        def accounts() -> Iterator[Read]:
            try:
                with shown(office.desk) as told:
                    for done in accounts_done(run, told, look):
                        inventory = with_holes(inventory_of(done.scope, done.recordings, office.held), done.holes)
                        office.forget(inventory.account_id)
                        older = _older(request, inventory)
                        yield Read(with_series(inventory, older), done.recordings, done.holes, older)
            except AimigrateError as error:
                raise _kept(run, error) from error

        yield Source(account.account_id, run.now, request.lookback_days, accounts())
        end(run)
    stderr.print(f"{office.desk.calls:,} calls to AWS, for which it charges {office.desk.usd:.4f} USD")
    if not request.state:
        shutil.rmtree(request.out / _STATE, ignore_errors=True)


def _older(request: "Request", inventory: Inventory) -> "Older":
    """Return what `aimigrate watch` kept of earlier times, nothing where no history was given."""
    from aimigrate.assess.history import older_series

    if request.history is None:
        return {}
    return older_series(inventory, request.history, must_exist=not request.organization)


def _account(request: "Request") -> "tuple[Account, Role | None]":
    """Return the account asked for, and the role for the other accounts of its organization."""
    from aimigrate.assess.account import resolve
    from aimigrate.assess.organization import role_of

    role = role_of(request.role_arn, request.external_id) if request.organization else None
    account = resolve(
        request.account_id,
        profile=request.profile,
        role_arn=None if role else request.role_arn,
        external_id=None if role else request.external_id,
        regions=request.regions,
    )
    return account, role


def _asked(request: "Request", account: "Account") -> "Asked":
    from aimigrate.assess._meter import USD_PER_METRIC
    from aimigrate.assess.durable_runs import Asked

    spend = request.max_api_spend_usd
    return Asked(
        account_id=account.account_id,
        regions=request.regions,
        lookback_days=request.lookback_days,
        organization=request.organization,
        with_bill=request.focus is not None,
        max_metrics=None if spend is None else int(spend / USD_PER_METRIC + 1e-9),
    )


def _say_before(request: "Request", account: "Account", run: "Run") -> None:
    """Say whose account is read, how, and what it will take, before the first call."""
    from aimigrate.assess.durable_runs import finished_units
    from aimigrate.assess.units import collectors

    where = f"{len(account.regions)} regions" if len(account.regions) > 1 else ", ".join(account.regions)
    what = f"account {account.account_id}"
    if request.organization:
        what = f"{len(run.accounts)} accounts of the organization of {account.account_id}"
    stderr.print(f"reading {what} in {where} as {escape(account.caller_arn)}, read-only")
    calls = len(collectors()) * len(account.regions) * len(run.accounts)
    limit = request.max_api_spend_usd
    at_most = "no limit is set (--max-api-spend)" if limit is None else f"at most {limit:g} USD (--max-api-spend)"
    stderr.print(
        f"at least {calls:,} calls; AWS charges 0.01 USD for each 1,000 metrics that are then asked for"
        f"{'' if request.focus else ', and for each request to Cost Explorer'}: {at_most}"
    )
    kept = finished_units(run)
    if kept:
        stderr.print(f"going on with the run of {run.now:%Y-%m-%d %H:%M} UTC: {kept} units are read and kept")


def _kept(run: "Run", error: AimigrateError) -> AimigrateError:
    """Add what is kept to an error that ended a run."""
    from aimigrate.assess.durable_runs import finished_units

    kept = finished_units(run)
    if not kept or not isinstance(error, AccountProblem):
        return error
    why = f"{error.why}; {kept} units are read and kept"
    return AccountProblem(what=error.what, why=why, fix=f"{error.fix}: it goes on where it was")


def _sqlite(out: Path) -> str:
    return f"sqlite:///{(out / _STATE / 'collect.sqlite').resolve()}"


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep a second run from writing to the same folder. Raises UsageProblem, and MachineProblem for a bad disk."""
    folder = out / _STATE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise MachineProblem(
            what=f"{folder} can't be written",
            why=error.strerror or str(error),
            fix="give --out a folder that you may write to",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageProblem(
                what=f"another aimigrate writes to {out}",
                why=f"{folder / 'lock'} is held",
                fix="wait for it, or give another --out",
            ) from error
        yield
