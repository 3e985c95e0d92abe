"""Ask AWS, read-only: every page, every refusal counted, nothing lost in silence."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.utils import parse_timestamp

from aimigrate.assess._coverage import Count, Tally
from aimigrate.assess._refusals import READ_ERRORS, refusal_of

if TYPE_CHECKING:
    import boto3
    from botocore.client import BaseClient

Item = dict[str, Any]

_ATTEMPTS = 5  # adaptive mode waits 1, 2, 4, 8 s at most between them: a burst of throttling passes, an outage does not
_OPTIONAL_ATTEMPTS = 2  # an endpoint that lacks a call answers 500 each time: ask once more, no oftener
_TIMEOUT_S = 20
_CONNECTIONS = 16

_client_lock = threading.Lock()  # making a client from a shared session is not safe between threads; using one is

# IAM names some services and actions otherwise than the API does.
_IAM_SERVICE = {"resourcegroupstaggingapi": "tag", "elbv2": "elasticloadbalancing"}


@dataclass(frozen=True)
class Scope:
    """What is read, and as of when."""

    account_id: str
    regions: tuple[str, ...]
    now: datetime
    lookback_days: float

    @property
    def since(self) -> datetime:
        """Start of the lookback."""
        return self.now - timedelta(days=self.lookback_days)


def _moment(value: str | float) -> datetime:
    """Read a time as UTC. botocore turns each into local time, which takes most of reading a metric's points."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return parse_timestamp(value).astimezone(UTC)


def read_times_as_utc(session: "boto3.Session") -> None:
    """Make each client of the session give times in UTC, whatever the machine's time zone."""
    core = session._session  # noqa: SLF001  # boto3 has no other way to the session below it
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)


class Clients:
    """The clients of one region, each made once. AWS_MAX_ATTEMPTS holds where a person has set it."""

    def __init__(self, session: "boto3.Session", region: str) -> None:
        self._session, self._region = session, region
        self._made: dict[tuple[str, bool], BaseClient] = {}

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
                self._made[service, optional] = self._session.client(  # type: ignore[call-overload]  # by name
                    service, region_name=self._region, config=config
                )
            return self._made[service, optional]


class Reader:
    """Reads one region of one account, and counts what each operation gave."""

    def __init__(self, scope: Scope, region: str, clients: Clients) -> None:
        self.scope, self.region, self._clients = scope, region, clients
        self.tally: Tally = {}
        self.listed_metrics: dict[tuple[str, str], list[tuple[tuple[str, str], ...]]] = {}

    def items(
        self,
        service: str,
        call: str,
        key: str,
        *,
        optional: bool = False,
        counted: str | None = None,
        inner: str | None = None,
        place: str | None = None,
        **parameters: Any,  # noqa: ANN401  # as boto3
    ) -> list[Any]:
        """Return what all pages of a list call hold under `key`, or under `inner` in each thing there.

        It is counted as `counted` and at `place`, if given, in place of the operation's name and the region.

        A refusal is counted, and what was read before it is kept. Raises AccountProblem when the
        credentials can't be used, and any error that is not in the table of refusals.
        """
        client = self._clients.get(service, optional=optional)
        count, action = self._count(client, service, call, counted, place), self._action(client, service, call)
        found: list[Any] = []
        try:
            if client.can_paginate(call):
                for page in client.get_paginator(call).paginate(**parameters):
                    found += page.get(key) or []
                    count.reads += 1
            else:
                found += getattr(client, call)(**parameters).get(key) or []
                count.reads += 1
        except READ_ERRORS as error:
            count.refusals.append((refusal_of(error, action), ""))
        if inner is not None:
            found = [item for outer in found for item in outer.get(inner) or []]
        count.items += len(found)
        return found

    def one(
        self,
        service: str,
        call: str,
        *,
        named: str,
        optional: bool = False,
        may_be_none: bool = False,
        **parameters: Any,  # noqa: ANN401  # as boto3
    ) -> Item | None:
        """Return one answer about the thing `named`, or None where it was refused or is gone (which is counted).

        With `may_be_none` the answer "there is none" is an answer, not something that went.
        """
        client = self._clients.get(service, optional=optional)
        count, action = self._count(client, service, call), self._action(client, service, call)
        try:
            answer: Item = getattr(client, call)(**parameters)
        except READ_ERRORS as error:
            refusal = refusal_of(error, action)
            if may_be_none and refusal.status == "gone":
                count.reads += 1
            else:
                count.refusals.append((refusal, named))
            return None
        count.reads += 1
        count.items += 1
        return answer

    def many(
        self,
        service: str,
        call: str,
        asked: Sequence[tuple[str, Item]],
        *,
        optional: bool = False,
        may_be_none: bool = False,
    ) -> list[Item | None]:
        """Do as `one` for each pair of a name and its parameters; the answers come in the order asked."""
        return [
            self.one(service, call, named=named, optional=optional, may_be_none=may_be_none, **parameters)
            for named, parameters in asked
        ]

    def many_items(
        self, service: str, call: str, key: str, asked: Sequence[Item], *, optional: bool = False
    ) -> list[list[Any]]:
        """Do as `items` for each set of parameters; the answers come in the order asked."""
        return [self.items(service, call, key, optional=optional, **parameters) for parameters in asked]

    def refused(self, service: str, operation: str) -> str | None:
        """Return why an operation gave less than everything, None if it gave all."""
        count = self.tally.get((self.region, service, operation))
        return count.reason() if count else None

    def gone(self, service: str, operation: str, named: str) -> bool:
        """Return whether the thing `named` was listed and then not there any more."""
        count = self.tally.get((self.region, service, operation), Count())
        return any(refusal.status == "gone" and name == named for refusal, name in count.refusals)

    def _count(
        self, client: "BaseClient", service: str, call: str, counted: str | None = None, place: str | None = None
    ) -> Count:
        operation = counted or client.meta.method_to_api_mapping[call]
        return self.tally.setdefault((place or self.region, service, operation), Count())

    @staticmethod
    def _action(client: "BaseClient", service: str, call: str) -> str:
        return f"{_IAM_SERVICE.get(service, service)}:{client.meta.method_to_api_mapping[call]}"
