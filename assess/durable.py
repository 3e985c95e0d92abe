"""Collection that survives anything: each unit is a durable workflow on a queue, so none that finished is read again.

The state is a SQLite file beside the results, or a PostgreSQL database that workers on several machines share. A run
that was cut off, by Ctrl-C, SIGKILL or an expired token, goes on with the next call for the same thing.
"""

import hashlib
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from aimigrate import __version__
from aimigrate.assess._live import Clients, Live
from aimigrate.assess._meter import Desk
from aimigrate.assess._reading import Scope
from aimigrate.assess.organization import Sessions
from aimigrate.assess.units import GLOBAL, Held, Unit, read_unit
from aimigrate.errors import AimigrateError, MachineProblem

_NAME = "collect"
_QUEUE = "units"
_UNITS_AT_ONCE = 24  # of one process: most wait for AWS, so more than its cores (measured by `make bench-collect`)
POLL_S = 0.2
"""Seconds between two looks at the state."""
_LISTED = 500  # workflow ids in one query


class Stopped(BaseException):
    """Ends a workflow without an outcome: DBOS records those of exceptions alone, so it is still to be done."""


@dataclass
class Office:
    """What a process needs to work on units: sessions, and what its readers share."""

    sessions: Sessions
    members: Callable[[], tuple[str, ...]]
    now: datetime
    desk: Desk = field(default_factory=Desk)
    clients: dict[tuple[str, str], Clients] = field(default_factory=dict)
    held: Held = field(default_factory=dict)
    problem: AimigrateError | None = None
    """What ended the reading in this process: its credentials, or a person."""

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep what is wrong with this process from becoming the outcome of a unit: another may read it well."""
        try:
            yield
        except AimigrateError as error:
            self.problem = self.problem or error
            raise Stopped from error
        except BaseException as error:
            if self.desk.stopped.is_set():  # it had no threads to ask with any more
                raise Stopped from error
            raise

    def forget(self, account_id: str) -> None:
        """Let go of an account that is read."""
        self.held = {unit: gave for unit, gave in self.held.items() if unit.account_id != account_id}
        self.clients = {key: made for key, made in self.clients.items() if key[0] != account_id}
        self.desk.types.forget(account_id)

    def live(self, scope: Scope, unit: Unit, allowance: int | None) -> Live:
        """Return the way to AWS for a unit, which may spend its allowance (None: anything)."""
        region = scope.regions[0] if unit.region == GLOBAL else unit.region
        key = (unit.account_id, region)
        if key not in self.clients:
            self.clients[key] = Clients(self.sessions.of(unit.account_id), region)
        return Live(
            self.clients[key],
            self.desk,
            account_id=unit.account_id,
            region=region,
            place=unit.region,
            allowance=allowance,
        )


class Results(Mapping[Unit, bytes]):
    """Recordings that lie in the state, each fetched when it is asked for."""

    def __init__(self, names: Mapping[Unit, str], office: Office) -> None:
        self._names, self._office = names, office

    def __getitem__(self, unit: Unit) -> bytes:
        # In a thread of its own: within a workflow DBOS would keep what is fetched a second time.
        return bytes(self._office.desk.pool.submit(result_of, self._names[unit]).result())

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@DBOS.dbos_class()
class Worker(DBOSConfiguredInstance):
    """Reads units. After a restart DBOS finds it by its name, so a process has one, and a run gives it its office."""

    office: Office

    def __init__(self) -> None:
        super().__init__(config_name=_NAME)

    @DBOS.workflow()
    def begin(self) -> dict[str, Any]:
        """Return the time that the run is as of, and its accounts: decided once, whoever goes on with it."""
        return {"now": self.office.now.isoformat(), "accounts": list(self.office.members())}

    @DBOS.workflow()
    def end(self) -> bool:
        """Mark the run as over."""
        return True

    @DBOS.workflow()
    def beat(self) -> bool:
        """Say that this worker lives."""
        return True

    @DBOS.workflow()
    def open(self, account_id: str, regions: list[str]) -> dict[str, Any]:
        """Return the regions of an account to read, and the holes so far."""
        office = self.office
        with office.working():
            chosen, holes = office.sessions.open(account_id, tuple(regions))
        return {"regions": list(chosen), "holes": [hole.model_dump(mode="json") for hole in holes]}

    @DBOS.workflow()
    def read(self, scope: dict[str, Any], unit: list[str], before: list[list[str]], metrics_left: int | None) -> bytes:
        """Return the recording of a unit."""
        what, one, office = _scope(scope), Unit(*unit), self.office
        recordings = Results({Unit(*parts): name for name, *parts in before}, office)
        try:
            with office.working():
                return read_unit(
                    what,
                    one,
                    office.live(what, one, metrics_left),
                    before=recordings,
                    metrics_left=metrics_left,
                    held=office.held,
                )
        finally:
            office.desk.end(one.region)


WORKER = Worker()
"""The one of this process."""


def _scope(values: Mapping[str, Any]) -> Scope:
    now = datetime.fromisoformat(values["now"])
    return Scope(values["account_id"], tuple(values["regions"]), now, values["lookback_days"])


@contextmanager
def durable(office: Office, state: str, out: Path) -> Iterator[Callable[[str], None]]:
    """Work with a state: a SQLAlchemy URL of SQLite or PostgreSQL. The worker is named by its machine and folder.

    Gives a function to call often with the name of the run: it takes over what other workers left undone.
    Raises MachineProblem.
    """
    from aimigrate.assess._workers import Watch

    place = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:8]
    executor = f"{socket.gethostname()}-{place}"
    DBOS(
        config={
            "name": "aimigrate",
            "system_database_url": state,
            "application_version": __version__,
            "executor_id": executor,
            "console_log_level": "CRITICAL",
            "log_level": "CRITICAL",
        }
    )
    WORKER.office = office
    watch = None if state.startswith("sqlite") else Watch(executor)  # a file is one worker's alone
    launched = interrupted = False
    try:
        _launch(state)
        launched = True
        if watch:
            watch.beat()
        DBOS.register_queue(_QUEUE, worker_concurrency=_UNITS_AT_ONCE, polling_interval_sec=POLL_S)
        yield watch.look if watch else lambda _: None
    except KeyboardInterrupt:
        interrupted = True  # the process ends at once, and what hangs with it
        raise
    finally:
        office.desk.close()
        if watch and launched:
            watch.leave()
        if not interrupted:
            DBOS.destroy(workflow_completion_timeout_sec=0)


def _launch(state: str) -> None:
    """Open the state. Raises MachineProblem when the database does not answer or may not be written."""
    try:
        DBOS.launch()
    except SQLAlchemyError as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
        raise MachineProblem(
            what=f"the state {make_url(state).render_as_string()} can't be opened",
            why=said[0] if said else type(error).__name__,
            fix="give --out a folder on a disk with room that you may write to"
            if make_url(state).get_backend_name() == "sqlite"
            else "check that the database runs, that it exists, and that its user may make a schema in it",
        ) from error


def start(name: str, work: Callable[..., Any], *given: Any) -> None:  # noqa: ANN401  # as the workflow takes
    """Put a workflow on the queue under its name; one that is there already is not started again."""
    with SetWorkflowID(name):
        DBOS.enqueue_workflow(_QUEUE, work, *given)


def over_among(names: Iterable[str]) -> dict[str, bool]:
    """Map each of these workflows that is over to whether it gave a result."""
    asked, found = sorted(names), dict[str, bool]()
    for first in range(0, len(asked), _LISTED):
        chunk = asked[first : first + _LISTED]
        listed = DBOS.list_workflows(
            workflow_ids=chunk, status=["SUCCESS", "ERROR"], load_input=False, load_output=False
        )
        found |= {one.workflow_id: one.status == "SUCCESS" for one in listed}
    return found


def result_of(name: str) -> Any:  # noqa: ANN401  # as the workflow returned
    """Return what a workflow that is over returned. Raises what it raised."""
    return DBOS.retrieve_workflow(name).get_result()
