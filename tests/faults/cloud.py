"""AWS below the socket: botocore builds, signs, retries and parses as ever; what it would send is answered from here.

No host is reached. Which account asks is read from the access key, which carries it; the region from the signature.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.loaders import Loader
from botocore.model import OperationModel
from botocore.retries.adaptive import ClientRateLimiter

from tests.faults.spelling import refusal, spelled

_SIGNED = re.compile(r"Credential=(?:AKIA|ASIA)(\d{12})[^/]*/\d+/([^/]+)/")


@dataclass(frozen=True)
class Call:
    """One request as it would go over the wire."""

    account_id: str
    region: str
    service: str
    operation: str
    given: dict[str, Any]
    key_id: str
    """Access key that signed it."""

    @property
    def action(self) -> tuple[str, str]:
        """Service and operation, as botocore names them."""
        return self.service, self.operation


class Refused(Exception):
    """Raised in place of an answer: an error of AWS with its code and HTTP status."""

    def __init__(self, code: str, message: str = "said AWS", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


Answering = Callable[[Call], dict[str, Any]]
Fault = Callable[[Call], None]
"""Raises Refused, or an error of botocore, where the call is to fail."""


@dataclass
class Cloud:
    """Answers every request of the process while it is plugged in, and counts them."""

    answer: Answering
    fault: Fault = field(default=lambda _: None)
    asked: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """Requests by account, region, service and operation, retries included."""
    metrics: int = 0
    """Metrics that GetMetricData was asked for."""
    slept_s: float = 0.0
    log: list[Call] = field(default_factory=list)
    _calls: threading.local = field(default_factory=threading.local)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def plugged(self, *, waits: bool = False) -> Iterator["Cloud"]:
        """Answer in place of the network; without `waits` retries don't sleep, only say how long they would."""
        original = BaseClient._make_api_call

        def called(client: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:  # noqa: ANN401  # botocore's
            with self._calling(client.meta.service_model.operation_model(operation_name), api_params):
                return original(client, operation_name, api_params)

        def send(_: Endpoint, request: AWSPreparedRequest) -> AWSResponse:
            return self._send(request)

        def sleep(seconds: float) -> None:
            with self._lock:
                self.slept_s += seconds
            _no_sleep(seconds)

        with (
            patch.object(BaseClient, "_make_api_call", called),
            patch("botocore.session.create_loader", lambda *_: _LOADER),  # the service models, read once
            patch.object(Endpoint, "_send", send),
            nullcontext() if waits else patch("time.sleep", sleep),
            patch.object(ClientRateLimiter, "on_sending_request", lambda *_args, **_more: None),
        ):
            yield self

    @contextmanager
    def _calling(self, model: OperationModel, given: dict[str, Any]) -> Iterator[None]:
        stack = self._calls.__dict__.setdefault("stack", [])  # a client may call STS while it signs
        stack.append((model, given))
        try:
            yield
        finally:
            stack.pop()

    def _send(self, request: AWSPreparedRequest) -> AWSResponse:
        model, given = self._calls.stack[-1]
        signed = request.headers.get("Authorization", b"")
        match = _SIGNED.search(signed.decode() if isinstance(signed, bytes) else signed)
        account_id, region = match.groups() if match else ("", "")
        key_id = match[0].removeprefix("Credential=").split("/")[0] if match else ""
        call = Call(account_id, region, model.service_model.service_name, model.name, given, key_id)
        with self._lock:
            self.asked[account_id, region, *call.action] += 1
            self.log.append(call)
            if call.action == ("cloudwatch", "GetMetricData"):
                self.metrics += len(given["MetricDataQueries"])
        try:
            self.fault(call)
            status, body = 200, spelled(model, self.answer(call))
        except Refused as error:
            status, body = error.status, refusal(model, error.code, error.message)
        response = AWSResponse(request.url, status, {"Content-Type": "application/x-amz-json-1.1"}, None)
        response._content = body
        return response


_sleep = time.sleep
_LOADER = Loader()


def _no_sleep(seconds: float) -> None:
    """Give the other threads a turn, so that a loop that waits does not hold the processor."""
    _sleep(min(seconds, 0.001))


def key_of(account_id: str, number: int = 0) -> str:
    """Return an access key id that carries the account."""
    return f"ASIA{account_id}{number:04d}"


def assumed(call: Call, *, number: int = 0, lasts: timedelta = timedelta(hours=1)) -> dict[str, Any]:
    """Answer AssumeRole with credentials of the role's account."""
    account_id = call.given["RoleArn"].split(":")[4]
    keys = {"AccessKeyId": key_of(account_id, number), "SecretAccessKey": "made-up", "SessionToken": "made-up"}
    user = {"AssumedRoleId": "AROAEXAMPLE:aimigrate", "Arn": call.given["RoleArn"]}
    return {"Credentials": {**keys, "Expiration": datetime.now(UTC) + lasts}, "AssumedRoleUser": user}
