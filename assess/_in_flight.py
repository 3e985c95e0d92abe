"""How many requests a process has on their way to AWS at once, whatever its threads, accounts and services.

A place is held from the sending of a request until its answer is here: not while the answer is parsed, nor while a
retry waits.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.client import BaseClient

CALLS_AT_ONCE = 32
"""Enough that AWS's 50-100 ms an answer are no more of a run than the CPU that reading takes (ours, 2026-11)."""


class Places:
    """The places of one process."""

    def __init__(self, at_once: int) -> None:
        self._free = threading.BoundedSemaphore(at_once)

    @contextmanager
    def sending(self, check: Callable[[], None]) -> Iterator[None]:
        """Let what this thread sends take a place each; `check` may raise before a request is sent."""
        before = vars(_thread).copy()
        vars(_thread).update(places=self, check=check, held=False)
        try:
            yield
        finally:
            _come_back()
            vars(_thread).clear()
            vars(_thread).update(before)

    def take(self) -> None:
        """Wait for a place."""
        self._free.acquire()

    def give(self) -> None:
        """Give a place back."""
        self._free.release()


class _Thread(threading.local):
    """What the request of a thread goes by."""

    places: Places | None = None
    check: Callable[[], None] = staticmethod(lambda: None)
    held: bool = False


_thread = _Thread()


def counted(client: "BaseClient") -> None:
    """Let each request of a client take a place, where its thread is told to."""
    events = client.meta.events
    events.register_last("before-send", _go)  # after the limiter of botocore's retries, which may wait here too
    events.register_first("before-parse", _come_back)
    events.register_first("response-received", _come_back)  # with an error, there is nothing to parse


def _go(**_: Any) -> None:  # noqa: ANN401  # as botocore gives
    if _thread.places is not None and not _thread.held:
        _thread.places.take()
        _thread.held = True
        _thread.check()


def _come_back(**_: Any) -> None:  # noqa: ANN401  # as botocore gives
    if _thread.places is not None and _thread.held:
        _thread.held = False
        _thread.places.give()
