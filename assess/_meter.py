"""What reading costs and how it goes: calls, dollars and refusals by region; and the switch that stops it."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from aimigrate.assess._in_flight import CALLS_AT_ONCE, Places
from aimigrate.assess._shared_types import SharedTypes
from aimigrate.errors import AimigrateError

# CloudWatch pricing page (read 2026-11): GetMetricData 0.01 USD per 1,000 metrics asked for, other API requests
# 0.01 USD per 1,000. Cost Explorer pricing page (read 2026-11): 0.01 USD a request. Other read calls cost nothing.
USD_PER_METRIC = 0.01 / 1000
USD_PER_CLOUDWATCH_REQUEST = 0.01 / 1000
USD_PER_COST_EXPLORER_REQUEST = 0.01

_IN_FLIGHT = 8  # calls at once to one service in one region of one account: below AWS's rates at 50-100 ms a call
_THREADS = 32  # calls at once in one process


class Interrupted(AimigrateError):
    """A person pressed Ctrl-C (exit code 130)."""

    exit_code = 130


USD_PER_UNIT = USD_PER_METRIC
"""What an allowance is counted in: one metric of GetMetricData, one other request to CloudWatch."""
COST_EXPLORER_UNITS = 1000
"""One request to Cost Explorer."""


def units_of_call(service: str, operation: str, metrics: int) -> int:
    """Return what one request costs in units of an allowance."""
    return round(usd_of(service, operation, metrics) / USD_PER_UNIT)


def usd_of(service: str, operation: str, metrics: int) -> float:
    """Return what one request costs in USD; `metrics` is how many metrics a GetMetricData asks for."""
    if service == "ce":
        return USD_PER_COST_EXPLORER_REQUEST
    if service == "cloudwatch":
        return metrics * USD_PER_METRIC if operation == "GetMetricData" else USD_PER_CLOUDWATCH_REQUEST
    return 0.0


@dataclass
class Counted:
    """What was asked in one region so far."""

    calls: int = 0
    usd: float = 0.0
    holes: int = 0
    done: int = 0
    units: int = 0


@dataclass
class Desk:
    """What the readers of one process share: counts, limits, threads, and the switch that stops them all."""

    at_once: int = CALLS_AT_ONCE
    """Requests on their way at once, of all readers together."""
    stopped: threading.Event = field(default_factory=threading.Event)
    by_region: dict[str, Counted] = field(default_factory=dict)
    operations: Counter[tuple[str, str]] = field(default_factory=Counter)
    types: SharedTypes = field(default_factory=SharedTypes)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _gates: dict[tuple[str, str, str], threading.Semaphore] = field(default_factory=dict)
    _pool: ThreadPoolExecutor | None = None
    _places: Places = field(init=False)

    def __post_init__(self) -> None:
        self._places = Places(self.at_once)

    @contextmanager
    def asking(self, account_id: str, region: str, service: str) -> Iterator[None]:
        """Hold a place among the calls to a service while one is made. Raises Interrupted."""
        with self._lock:
            gate = self._gates.setdefault((account_id, region, service), threading.Semaphore(_IN_FLIGHT))
        with gate, self._places.sending(self._check):
            self._check()
            yield

    def _check(self) -> None:
        if self.stopped.is_set():
            raise Interrupted(what="interrupted", why="Ctrl-C stopped the reading", fix="run the same command to go on")

    def note(self, place: str, service: str, operation: str, *, metrics: int = 0) -> None:
        """Count a call that was made."""
        with self._lock:
            counted = self.by_region.setdefault(place, Counted())
            counted.calls += 1
            counted.usd += usd_of(service, operation, metrics)
            self.operations[service, operation] += 1

    def expect(self, place: str) -> None:
        """Count a unit that is to be read."""
        with self._lock:
            self.by_region.setdefault(place, Counted()).units += 1

    def end(self, place: str) -> None:
        """Count a unit that was read."""
        with self._lock:
            self.by_region.setdefault(place, Counted()).done += 1

    def hole(self, region: str) -> None:
        """Count a refusal."""
        with self._lock:
            self.by_region.setdefault(region, Counted()).holes += 1

    def counts(self) -> dict[str, Counted]:
        """Return the counts by region, or `global`, as they are now."""
        with self._lock:
            return {place: replace(counted) for place, counted in self.by_region.items()}

    @property
    def calls(self) -> int:
        """Calls made so far."""
        return sum(one.calls for one in self.counts().values())

    @property
    def usd(self) -> float:
        """Dollars that AWS charges for them."""
        return sum(one.usd for one in self.counts().values())

    @property
    def pool(self) -> ThreadPoolExecutor:
        """Return the threads for calls made several at a time."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="aimigrate-read")
            return self._pool

    def close(self) -> None:
        """Let go of the threads; what has not begun never begins."""
        self.stopped.set()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
