"""A steady load of inference requests on a router, and what became of each request."""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from tests.lab.models import Array

_TIMEOUT_S = 15


@dataclass(frozen=True)
class Answer:
    """One request: when it began and ended (monotonic seconds), its status, who served it, the first output."""

    began: float
    ended: float
    status: int | None
    served_by: str | None
    stand_in: bool
    values: Array | None
    error: str | None = None


def ask(address: str, model: str, given: tuple[str, Array]) -> Answer:
    """Send one request to a router on a new connection."""
    name, values = given
    tensor = {"name": name, "datatype": "FP32", "shape": values.shape, "data": values.ravel().tolist()}
    body = json.dumps({"inputs": [tensor]})
    began = time.monotonic()
    link = http.client.HTTPConnection(address, 80, timeout=_TIMEOUT_S)
    try:
        link.request("POST", f"/v2/models/{model}/infer", body, {"Content-Type": "application/json"})
        reply = link.getresponse()
        content = reply.read()
    except (OSError, http.client.HTTPException) as error:
        return Answer(began, time.monotonic(), None, None, stand_in=False, values=None, error=repr(error))
    finally:
        link.close()
    served_by, stand_in = reply.getheader("x-aimigrate-served-by"), reply.getheader("x-cloud-stand-in") == "yes"
    if reply.status != http.client.OK:
        text = content[:200].decode(errors="replace")
        return Answer(began, time.monotonic(), reply.status, served_by, stand_in, values=None, error=text)
    output = json.loads(content)["outputs"][0]
    found = np.array(output["data"], np.float32).reshape(output["shape"])
    return Answer(began, time.monotonic(), reply.status, served_by, stand_in, values=found)


@dataclass
class SteadyLoad:
    """`workers` threads, each sending a request every `pause_s` seconds, from entering to leaving."""

    address: str
    model: str
    given: tuple[str, Array]
    workers: int = 3
    pause_s: float = 0.1
    answers: list[Answer] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._send) for _ in range(self.workers)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        while not self._over.wait(self.pause_s):
            self.answers.append(ask(self.address, self.model, self.given))

    def wait_for(self, *, cloud: bool, seconds: float) -> float:
        """Wait until an answer came from the cloud (or from a host); return when it began. Raises TimeoutError."""
        since = time.monotonic()
        while time.monotonic() < since + seconds:
            for answer in list(self.answers):
                if answer.began > since and answer.status == http.client.OK and answer.stand_in is cloud:
                    return answer.began
            time.sleep(0.1)
        raise TimeoutError(f"no answer from the {'cloud' if cloud else 'edge'} in {seconds} s: {self.counts()}")

    def counts(self) -> Counter[str]:
        """Count the answers by who gave them, or by what went wrong."""
        return Counter(answer.served_by or "-" if answer.error is None else answer.error for answer in self.answers)

    def failures(self) -> list[Answer]:
        """Return the requests that were not answered with 200."""
        return [answer for answer in self.answers if answer.status != http.client.OK]
