"""A boto3 session that answers from a table: for pages and faults that the embedded account does not have.

Nothing reaches a socket. What is not in the table is answered with nothing, as an empty account does.
"""

import pkgutil
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3

from aimigrate.assess._live import Clients, Live
from aimigrate.assess._meter import Desk
from aimigrate.assess._reading import Reader, Scope
from aimigrate.assess.collect import collect
from aimigrate.contracts.inventory import CoverageEntry, Inventory
from tests import recorded

ACCOUNT = "123456789012"
REGION = "eu-central-1"
NOW = datetime(2026, 11, 20, tzinfo=UTC)

Answer = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]


class Refused(Exception):
    """Raised by an answer to make the call fail with an AWS error code."""

    def __init__(self, code: str, message: str = "said AWS") -> None:
        super().__init__(code)
        self.code, self.message = code, message


class RecordedAws:
    """Answers by (service, operation); a callable gets the parameters and may raise Refused."""

    def __init__(self, answers: Mapping[tuple[str, str], Answer] | None = None) -> None:
        self.answers: dict[tuple[str, str], Answer] = dict(answers or {})
        self.calls: Counter[tuple[str, str]] = Counter()
        self.actions: set[str] = set()
        self.session = boto3.Session(
            aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="example", region_name=REGION
        )
        self.session.events.register("before-parameter-build.*.*", self._note)
        self.session.events.register("before-call.*.*", self._answer)

    def refuse(self, service: str, operation: str, code: str, message: str = "said AWS") -> None:
        """Let an operation fail from now on."""

        def answer(_: dict[str, Any]) -> Mapping[str, Any]:
            raise Refused(code, message)

        self.answers[service, operation] = answer

    def collect(self, *, regions: tuple[str, ...] = (REGION,)) -> Inventory:
        """Read the recorded account."""
        return collect(self.session, account_id=ACCOUNT, regions=regions, lookback_days=14, now=NOW)

    def reader(self, clients: Clients | None = None, *, metrics_left: int | None = None) -> Reader:
        """Return a reader of this account; give clients made once, since making one takes longer than a test."""
        source = Live(clients or Clients(self.session, REGION), Desk(), account_id=ACCOUNT, region=REGION)
        return Reader(Scope(ACCOUNT, (REGION,), NOW, 14), REGION, source, metrics_left=metrics_left)

    @staticmethod
    def _note(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["given"] = dict(params)

    def _answer(self, model: Any, context: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401  # botocore's
        key = (model.service_model.service_name, model.name)
        self.calls[key] += 1
        answer = self.answers.get(key, {})
        meta = {"ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}}
        try:
            given = answer(context["given"]) if callable(answer) else answer
        except Refused as refused:
            error = {"Error": {"Code": refused.code, "Message": refused.message}}
            return SimpleNamespace(status_code=400), {**error, **meta}
        return SimpleNamespace(status_code=200), {**given, **meta}


def entry_of(inventory: Inventory, service: str, operation: str, region: str = REGION) -> CoverageEntry:
    """Return the one coverage entry of an operation."""
    (entry,) = (
        e for e in inventory.coverage.entries if (e.service, e.operation, e.region) == (service, operation, region)
    )
    return entry


def areas() -> tuple[Any, ...]:
    """Return the modules of tests/recorded, each with `answers()` and `WORKLOADS`."""
    names = sorted(module.name for module in pkgutil.iter_modules(recorded.__path__))
    return tuple(import_module(f"tests.recorded.{name}") for name in names)


def small_company() -> RecordedAws:
    """One or two of everything that runs a model, so that each operation of the collectors is called."""
    merged: dict[tuple[str, str], Answer] = {}
    for area in areas():
        mine = area.answers()
        twice = merged.keys() & mine.keys()
        if twice:
            raise ValueError(f"{area.__name__} answers again: {sorted(twice)}")
        merged |= mine
    return RecordedAws(merged)
