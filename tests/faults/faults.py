"""What can go wrong between AWS and its reader, each as a function that makes a call fail or leaves it alone."""

import json
import zlib
from collections import Counter
from threading import Lock

from tests.faults.cloud import Call, Fault, Refused
from tests.faults.place import is_later_page

_IAM = {
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
}
_NOT_OF_THE_ACCOUNT = ("sts",)


def iam_action(call: Call) -> str:
    """Return the action that IAM checks for a call."""
    return f"{_IAM.get(call.service, call.service)}:{call.operation}"


def denied(action: str) -> Fault:
    """Deny one action everywhere."""

    def fault(call: Call) -> None:
        if iam_action(call) == action:
            raise Refused("AccessDeniedException", "not authorized", 403)

    return fault


def _question(call: Call) -> str:
    return json.dumps([call.account_id, call.region, *call.action, call.given], sort_keys=True, default=str)


def _throttled(call: Call) -> Refused:
    return Refused("RequestLimitExceeded" if call.service == "ec2" else "ThrottlingException", "Rate exceeded")


def every_other_attempt_throttled() -> Fault:
    """Throttle each question's first attempt, third, and so on: half of all calls."""
    attempts: Counter[str] = Counter()
    lock = Lock()

    def fault(call: Call) -> None:
        with lock:
            attempts[_question(call)] += 1
            odd = attempts[_question(call)] % 2 == 1
        if odd:
            raise _throttled(call)

    return fault


def half_of_all_questions_throttled() -> Fault:
    """Throttle every attempt of half of the questions, told by their checksum: the same ones each time."""

    def fault(call: Call) -> None:
        if zlib.crc32(_question(call).encode()) % 2 and call.service not in _NOT_OF_THE_ACCOUNT:
            raise _throttled(call)

    return fault


def later_pages_fail(code: str = "ThrottlingException", status: int = 400) -> Fault:
    """Fail each page after the first."""

    def fault(call: Call) -> None:
        if is_later_page(call):
            raise Refused(code, "said AWS", status)

    return fault


def storm(after: int = 0) -> Fault:
    """Answer 503 to everything once so many calls were answered."""
    answered = Counter[str]()
    lock = Lock()

    def fault(call: Call) -> None:
        with lock:
            answered["calls"] += 1
            over = answered["calls"] > after
        if over and call.service not in _NOT_OF_THE_ACCOUNT:
            raise Refused("ServiceUnavailable", "try later", 503)

    return fault


def from_call(number: int, error: Refused, *, but: tuple[str, ...] = ()) -> Fault:
    """Fail everything from the nth call on, of services other than `but`."""
    answered = Counter[str]()
    lock = Lock()

    def fault(call: Call) -> None:
        with lock:
            answered["calls"] += 1
            over = answered["calls"] >= number
        if over and call.service not in but:
            raise error

    return fault


def region_refuses(region: str) -> Fault:
    """Refuse the credentials in one region, as AWS does where it is disabled or a token is not valid there."""

    def fault(call: Call) -> None:
        if call.region == region and call.service not in _NOT_OF_THE_ACCOUNT:
            code = "AuthFailure" if call.service == "ec2" else "UnrecognizedClientException"
            raise Refused(code, "The security token included in the request is invalid", 401)

    return fault


GARBAGE: dict[str, str] = {
    "$at": "12",
    "Environment": "production",
    "secrets": "none",
    "control": "\x00\x07\x1b[31m\r\n",
    "lone": "a\ud800b",
    "\u202eright to left": "\u05d0\u202e<script>{{ 7*7 }}$(id)",
    "large": "x" * 10_000_000,
}
"""Tags that no console would take, and names that mean something to us."""


def as_tags(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
