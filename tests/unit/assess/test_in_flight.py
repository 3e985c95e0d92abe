"""So many requests are on their way at once and no more, and a place is held by those alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from aimigrate.assess._in_flight import counted
from aimigrate.assess._meter import Desk, Interrupted

_EMPTY = b"<DescribeRegionsResponse><requestId>r</requestId></DescribeRegionsResponse>"


def client(answer: Callable[[], tuple[int, bytes]]) -> Any:  # noqa: ANN401  # the stubs know clients by literal names alone
    """Return a client whose requests are answered from here, below where they take their place."""
    made: Any = boto3.Session("AKIAEXAMPLE", "example", region_name="eu-central-1").client(
        "ec2", config=Config(retries={"mode": "standard", "total_max_attempts": 2})
    )

    def send(_: object) -> AWSResponse:
        status, body = answer()

        class Raw:
            def stream(self) -> list[bytes]:
                return [body]

        return AWSResponse("https://ec2", status, {}, Raw())

    made._endpoint.http_session.send = send
    counted(made)
    return made


def ask(desk: Desk, ec2: Any, region: str = "eu-central-1") -> None:  # noqa: ANN401  # as above
    """Make one call."""
    with desk.asking("1", region, "ec2"):
        ec2.describe_regions()


def test_no_more_requests_than_allowed_are_on_their_way() -> None:
    """Many threads, several regions, three places: three at once, and all are answered."""
    lock, now, most = threading.Lock(), 0, 0
    all_three = threading.Event()

    def answer() -> tuple[int, bytes]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now == 3:
                all_three.set()
        all_three.wait(5)
        with lock:
            now -= 1
        return 200, _EMPTY

    desk, ec2 = Desk(at_once=3), client(answer)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda number: ask(desk, ec2, f"r{number % 4}"), range(24)))
    assert most == 3


def test_a_place_is_free_while_an_answer_is_parsed() -> None:
    """Reading what came takes a core, not AWS: another request goes out meanwhile."""
    desk = Desk(at_once=1)
    first, second = client(lambda: (200, _EMPTY)), client(lambda: (200, _EMPTY))
    asked_meanwhile = []

    def meanwhile(**_: object) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(ask, desk, second, "elsewhere").result(timeout=5)
        asked_meanwhile.append(True)

    first.meta.events.register("before-parse", meanwhile)
    ask(desk, first)
    assert asked_meanwhile == [True]


def refused() -> tuple[int, bytes]:
    """Answer with a refusal."""
    return 403, b"<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"


def broken() -> tuple[int, bytes]:
    """Answer with nothing: the way is cut."""
    raise EndpointConnectionError(endpoint_url="https://ec2")


@pytest.mark.parametrize("answer", [refused, broken])
def test_a_place_comes_back_from_a_request_that_failed(answer: Callable[[], tuple[int, bytes]]) -> None:
    """Refused, or cut off and tried again: the next request finds the place free."""
    desk, failing, good = Desk(at_once=1), client(answer), client(lambda: (200, _EMPTY))
    for _ in range(2):
        with pytest.raises((ClientError, EndpointConnectionError)):
            ask(desk, failing)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(ask, desk, good).result(timeout=5)


def test_a_request_that_waited_is_not_sent_once_the_reading_is_stopped() -> None:
    """Ctrl-C while requests wait for a place: none of them goes out any more."""
    sent, on_its_way, go_on = [], threading.Event(), threading.Event()

    def answer() -> tuple[int, bytes]:
        sent.append(True)
        on_its_way.set()
        go_on.wait(5)
        return 200, _EMPTY

    desk, ec2 = Desk(at_once=1), client(answer)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, desk, ec2, "one")
        assert on_its_way.wait(5)
        second = pool.submit(ask, desk, ec2, "other")
        desk.stopped.set()
        go_on.set()
        first.result(timeout=5)
        with pytest.raises(Interrupted):
            second.result(timeout=5)
    assert sent == [True]


def test_a_client_that_no_desk_asks_with_needs_no_place() -> None:
    """A call outside of a reading is not held up."""
    client(lambda: (200, _EMPTY)).describe_regions()
