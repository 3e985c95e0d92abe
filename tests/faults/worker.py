"""Run one `aimigrate` command over the seeded account in a process of its own, to be killed or interrupted.

    python -m tests.faults.worker LOG LATENCY_S HANG_AFTER LOST_S assess --account 123456789012 ...

Each call that is answered adds a line to LOG, which several workers may share. After HANG_AFTER calls none is answered
any more. The report is left out: it takes longer than the rest.
"""

import os
import sys
import threading
import time
from typing import Any
from unittest.mock import patch

from aimigrate.assess import _workers
from aimigrate.cli import main
from tests.faults.account import REGIONS, seeded
from tests.faults.cloud import Call, Cloud
from tests.faults.running import environment_of

_FOREVER_S = 3600.0


def _cloud(log: str, latency_s: float, hang_after: int) -> Cloud:
    made, lock, count = seeded(regions=REGIONS[:1]), threading.Lock(), [0]
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def answer(call: Call) -> dict[str, Any]:
        with lock:
            count[0] += 1
            mine = count[0]
        time.sleep(_FOREVER_S if mine > hang_after else latency_s)
        os.write(out, f"{os.getpid()} {call.service} {call.operation}\n".encode())
        return made.answer(call)

    return Cloud(answer)


def _run() -> None:
    log, latency_s, hang_after, lost_s, *arguments = sys.argv[1:]
    sys.argv = ["aimigrate", *arguments]
    os.environ.update(environment_of())
    _workers.LOST_S = float(lost_s)
    with (
        patch("aimigrate.rendering.report.write_report", lambda _, path: path),
        _cloud(log, float(latency_s), int(hang_after)).plugged(waits=True),
    ):
        main()


if __name__ == "__main__":
    _run()
