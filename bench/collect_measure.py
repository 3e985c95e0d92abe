"""Run a process and take its figures: wall time, CPU, memory of all its processes; the server's CPU meanwhile."""

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_S = 0.25
_SERVER_NICE = -10  # it has its core whatever the readers do; needs root, else it goes without


@dataclass(frozen=True)
class Figures:
    """One run of one reader."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    """The larger of all its processes together (PSS, looked at four times a second) and its largest process's peak."""
    requests: int
    server_cpu: float
    """Share of one core that the server used."""
    exit_code: int
    counts: dict[str, list[list[str | int]]] = field(repr=False, default_factory=dict)

    def by_operation(self) -> Counter[tuple[str, str]]:
        """Return the requests by service and operation."""
        found: Counter[tuple[str, str]] = Counter()
        for _, _, service, operation, number in self.counts["asked"]:
            found[str(service), str(operation)] += int(number)
        return found


class Server:
    """The recorded-response server in its own process, on its own core where there are two."""

    def __init__(self, python: str, *, accounts: int, regions: int, ledger: Path, latency_ms: float) -> None:
        command = [python, "-m", "bench.aws_server", "--accounts", str(accounts), "--regions", str(regions)]
        command += ["--latency-ms", str(latency_ms), "--ledger", str(ledger)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=_on_its_core)  # noqa: PLW1509  # no threads yet
        assert self._process.stdout is not None  # noqa: S101  # a pipe was asked for
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def cpu_s(self) -> float:
        """Return the CPU seconds that it has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def control(self, name: str) -> dict[str, list[list[str | int]]]:
        """Return what a control path answers."""
        with urllib.request.urlopen(f"{self.url}/_bench/{name}") as answer:  # noqa: S310  # the server of this benchmark
            found: dict[str, list[list[str | int]]] = json.load(answer)
        return found

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


def _on_its_core() -> None:
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {0})
    if os.geteuid() == 0:
        os.nice(_SERVER_NICE)


def measure(server: Server, command: list[str], environment: Mapping[str, str], log: Path) -> Figures:
    """Run a command to its end."""
    server.control("reset")
    peak = Peak()
    with log.open("ab") as told:
        before, began = server.cpu_s(), time.monotonic()
        process = subprocess.Popen(
            command, env=dict(environment), stdout=told, stderr=told, stdin=subprocess.DEVNULL, start_new_session=True
        )
        peak.watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - began
        server_s = server.cpu_s() - before
        process.returncode = os.waitstatus_to_exitcode(status)
    counts = server.control("counts")
    return Figures(
        wall_s=wall_s,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mib=peak.end(),
        requests=sum(int(line[-1]) for line in counts["asked"]),
        server_cpu=server_s / wall_s,
        exit_code=process.returncode,
        counts=counts,
    )


class Peak:
    """Looks at the memory of a session's processes until told to end.

    Not `ru_maxrss`: Linux starts that of a program at the peak of the process that started it, which is ours.
    """

    def __init__(self) -> None:
        self._over, self._mib = threading.Event(), 0.0

    def watch(self, session: int) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, args=(session,), daemon=True)
        self._thread.start()

    def end(self) -> float:
        """Stop looking. Returns the most that was seen, MiB."""
        self._over.set()
        self._thread.join()
        return self._mib

    def _look(self, session: int) -> None:
        while not self._over.wait(_LOOK_S):
            session_pids = _of_session(session)
            together = sum(_mib(pid, "smaps_rollup", "Pss:") for pid in session_pids)
            self._mib = max(self._mib, together, *(_mib(pid, "status", "VmHWM:") for pid in session_pids), 0.0)


def _of_session(session: int) -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # it ended meanwhile
                continue
            if int(fields[3]) == session:
                found.append(folder.name)
    return found


def _mib(pid: str, name: str, line_of: str) -> float:
    try:
        lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
    except OSError:  # it ended meanwhile
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(line_of)), 0.0)
