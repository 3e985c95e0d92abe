"""Ask AWS itself: a client for each service, every page, several calls at a time, each refusal told from a fault."""

import os
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from aimigrate.assess._answers import Answer, Item, freeze, question
from aimigrate.assess._in_flight import counted
from aimigrate.assess._meter import Desk, units_of_call
from aimigrate.assess._refusals import (
    CREDENTIAL_ERRORS,
    READ_ERRORS,
    Refusal,
    error_code,
    refusal_of,
    refused_by_a_region,
    region_refusal,
)
from aimigrate.assess._shared_types import TYPES_CALL

if TYPE_CHECKING:
    import boto3
    from botocore.client import BaseClient

_ATTEMPTS = 5  # adaptive mode waits 1, 2, 4, 8 s at most between them: a burst of throttling passes, an outage does not
_OPTIONAL_ATTEMPTS = 2  # an endpoint that lacks a call answers 500 each time: ask once more, no oftener
_TIMEOUT_S = 20
_CONNECTIONS = 16
_ROW = 8  # failures in a row, each after its retries, until a unit stops asking an operation (ours, 2026-11)

_SPARING = frozenset({"sagemaker:Search"})  # what these do not give is asked for one by one: their refusal is no hole

_client_lock = threading.Lock()  # making a client from a shared session is not safe between threads; using one is

# IAM names some services and actions otherwise than the API does.
_IAM_SERVICE = {
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
}


# The Price List API has endpoints in a few regions only (AWS General Reference, read 2026-11).
_ONLY_IN = {"pricing": "us-east-1"}


class Clients:
    """The clients of one region, each made once. AWS_MAX_ATTEMPTS holds where a person has set it."""

    def __init__(self, session: "boto3.Session", region: str) -> None:
        self._session, self._region = session, region
        self._made: dict[tuple[str, bool], BaseClient] = {}
        self._accepted = False

    def get(self, service: str, *, optional: bool) -> "BaseClient":
        """Return the client of a service; an optional one gives up sooner."""
        with _client_lock:
            if (service, optional) not in self._made:
                attempts = int(os.environ.get("AWS_MAX_ATTEMPTS", _ATTEMPTS))
                config = Config(
                    retries={
                        "mode": "standard" if optional else "adaptive",
                        "total_max_attempts": min(attempts, _OPTIONAL_ATTEMPTS) if optional else attempts,
                    },
                    connect_timeout=_TIMEOUT_S,
                    read_timeout=_TIMEOUT_S,
                    max_pool_connections=_CONNECTIONS,
                )
                made: BaseClient = self._session.client(  # type: ignore[call-overload]  # by name
                    service, region_name=_ONLY_IN.get(service, self._region), config=config
                )
                counted(made)
                self._made[service, optional] = made
            return self._made[service, optional]

    def accepted_elsewhere(self) -> bool:
        """Return whether STS takes the credentials, in the region that they are used in first. Asked once if so."""
        if not self._accepted:
            home = self._session.region_name or self._region
            try:
                self._session.client("sts", region_name=home).get_caller_identity()
            except (*READ_ERRORS, *CREDENTIAL_ERRORS):
                return False
            self._accepted = True
        return True


class _Spent(Exception):
    """Raised before a request that the allowance does not pay for."""


class Live:
    """Asks AWS in one region of one account. Raises AccountProblem when the credentials can't be used.

    With an `allowance` no request is made that would cost more than is left of it: those are refused as `skipped`.
    """

    records = True

    def __init__(
        self,
        clients: Clients,
        desk: Desk,
        *,
        account_id: str,
        region: str,
        place: str | None = None,
        allowance: int | None = None,
    ) -> None:
        self._clients, self._desk, self._allowance = clients, desk, allowance
        self._account_id, self._region, self._place = account_id, region, place or region
        self._in_a_row: dict[tuple[str, str], int] = {}

    def read(self, service: str, call: str, key: str | None, parameters: Item, *, optional: bool) -> Answer:
        """Ask one question, all pages; what another unit of the region learned of instance types is not asked again."""
        if (service, call) != TYPES_CALL or key is None:
            return self._ask(service, call, key, parameters, optional=optional)
        whole, place = question(key, parameters), (self._account_id, self._region)
        return self._desk.types.answer(
            *place, parameters, lambda given: self._ask(service, call, key, given, optional=optional), whole
        )

    def _ask(self, service: str, call: str, key: str | None, parameters: Item, *, optional: bool) -> Answer:
        client = self._clients.get(service, optional=optional)
        operation = client.meta.method_to_api_mapping[call]
        action = f"{_IAM_SERVICE.get(service, service)}:{operation}"
        row = (service, operation)
        pages: list[Any] = []
        refusal = None
        if self._in_a_row.get(row, 0) >= _ROW:
            why = f"{action} was not asked again after {_ROW} failures in a row"
            refusal = Refusal("failed", why, "run again; the service or the way to it failed")
        else:
            try:
                for page in self._pages(client, service, call, parameters, paged=key is not None):
                    pages.append(freeze(page if key is None else page.get(key) or []))  # noqa: PERF401  # kept on error
                self._in_a_row[row] = 0
            except _Spent:
                why = f"{action} was not asked: --max-api-spend is used up"
                refusal = Refusal("skipped", why, "give a higher --max-api-spend")
            except READ_ERRORS as error:
                self._note(service, operation, parameters)
                refusal = self._refusal(error, action)
                worn = refusal.status in ("failed", "throttled") and not optional
                self._in_a_row[row] = self._in_a_row.get(row, 0) + 1 if worn else 0
        if refusal is not None and action not in _SPARING:
            self._desk.hole(self._place)
        frozen = (pages[0] if pages else None) if key is None else [item for page in pages for item in page]
        return Answer(service, operation, question(key, parameters), frozen, len(pages), refusal)

    def _refusal(self, error: Exception, action: str) -> Refusal:
        if refused_by_a_region(error) and self._clients.accepted_elsewhere():
            return region_refusal(error, action, self._region)
        if action in _SPARING and error_code(error) == "ValidationException":  # a kind or a filter that it lacks here
            return Refusal("unsupported", f"{action} was answered with ValidationException", "none is needed")
        return refusal_of(error, action)

    def _pages(self, client: "BaseClient", service: str, call: str, parameters: Item, *, paged: bool) -> Iterator[Item]:
        operation = client.meta.method_to_api_mapping[call]
        if not (paged and client.can_paginate(call)):
            after: Item = {}
            while True:
                self._pay(service, operation, parameters)
                with self._desk.asking(self._account_id, self._region, service):
                    page = getattr(client, call)(**parameters, **after)
                self._note(service, operation, parameters)
                yield page
                if not paged or not page.get("NextToken"):  # a list that botocore has no paginator for
                    return
                after = {"NextToken": page["NextToken"]}
        paginator: Any = client.get_paginator(call)
        ask = paginator._method  # noqa: SLF001  # only it knows whether one more page is asked for

        def paid(**given: Any) -> Item:  # noqa: ANN401  # as boto3
            self._pay(service, operation, parameters)
            answered: Item = ask(**given)
            return answered

        paginator._method = paid  # noqa: SLF001  # as above
        pages = iter(paginator.paginate(**parameters))
        while True:
            with self._desk.asking(self._account_id, self._region, service):
                page = next(pages, None)
            if page is None:
                return
            self._note(service, operation, parameters)
            yield page

    def _pay(self, service: str, operation: str, parameters: Item) -> None:
        """Take what a request costs from the allowance. Raises _Spent when that is not left."""
        if self._allowance is not None:
            cost = units_of_call(service, operation, len(parameters.get("MetricDataQueries", ())))
            if cost > self._allowance:
                raise _Spent
            self._allowance -= cost

    def _note(self, service: str, operation: str, parameters: Item) -> None:
        self._desk.note(self._place, service, operation, metrics=len(parameters.get("MetricDataQueries", ())))

    def read_all(
        self, service: str, call: str, key: str | None, asked: Sequence[Item], *, optional: bool
    ) -> list[Answer]:
        """Ask several questions at once, as many as a service in a region bears; under an allowance one by one."""
        if len(asked) < 2 or self._allowance is not None:  # noqa: PLR2004  # nothing to do at once, or in order alone
            return [self.read(service, call, key, given, optional=optional) for given in asked]
        self._clients.get(service, optional=optional)
        return list(self._desk.pool.map(lambda given: self.read(service, call, key, given, optional=optional), asked))
