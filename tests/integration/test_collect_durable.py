"""A run that is killed or interrupted goes on where it was.

Each run is a process of its own; AWS is answered in it, below the socket, and each answer adds to a log that stays.
"""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults import postgres
from tests.faults.account import ACCOUNT, REGIONS, cloud_of, seeded
from tests.faults.running import SHARED, Calls, assess, bytes_of, calls_of, finished_units

ROOT = Path(__file__).resolve().parent.parent.parent
NEVER = 10**9
NAMES = ("Worker.read", "Worker.end")


def _worker(
    out: Path,
    log: Path,
    *more: str,
    latency_s: float = 0.02,
    hang_after: int = NEVER,
    lost_s: float = 300,
) -> subprocess.Popen[str]:
    settings = [str(log), str(latency_s), str(hang_after), str(lost_s)]
    asked = ["--account", ACCOUNT, "--regions", REGIONS[0], "--now", "2026-11-20T00:00:00Z", "--out", str(out)]
    command = [sys.executable, "-m", "tests.faults.worker", *settings, "assess", *asked, *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _ends_well(process: subprocess.Popen[str]) -> str:
    _, said = process.communicate(timeout=240)
    assert process.returncode == 0, said
    return said


@contextmanager
def _killed_at_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def _logged(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def _asked(log: Path) -> Calls:
    """Return what each unit asked for itself: all but who is asking, which regions there are, and what is shared."""
    calls = Counter((service, operation) for _, service, operation in map(str.split, _logged(log)))
    about = {("ec2", "DescribeRegions"), SHARED}
    return +Counter({key: n for key, n in calls.items() if key[0] != "sts" and key not in about})


def _until(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    for _ in range(24_000):
        if true():
            return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.005)
    raise AssertionError("it never came to that")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a run in which nothing went wrong."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    _ends_well(_worker(out, out.parent / "log", latency_s=0))
    assert _asked(out.parent / "log") == calls_of(out)
    return out


def _units(out: Path) -> int:
    return len(list((out / "snapshot" / "answers").rglob("*.jsonl.gz")))


def _is_over(out: Path, log: Path, whole: Path) -> bool:
    return _asked(log) == calls_of(whole) and len(finished_units(out)) == _units(whole)


MOMENTS: dict[str, Callable[[Path, Path, Path], bool]] = {
    "before the first unit": lambda out, _log, _whole: (out / ".aimigrate").exists(),
    "among the finders": lambda _out, log, _whole: len(_logged(log)) > 60,
    "while metrics are read": lambda _out, log, _whole: any("GetMetricData" in line for line in _logged(log)),
    "after the last unit": _is_over,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_no_finished_unit_is_read_again_and_the_bytes_are_the_same(
    undisturbed: Path, tmp_path: Path, moment: str
) -> None:
    """SIGKILL, then the same command: it asks for exactly what the units that were not finished ask for."""
    out, log = tmp_path / "out", tmp_path / "log"
    process = _worker(out, log)
    with _killed_at_the_end(process):
        _until(lambda: MOMENTS[moment](out, log, undisturbed), process)
    kept = finished_units(out)
    assert not (out / "assessment.json").exists()

    said = _ends_well(_worker(out, tmp_path / "again", latency_s=0))

    assert _asked(tmp_path / "again") == calls_of(undisturbed, but=kept)
    assert bytes_of(out) == bytes_of(undisturbed)
    assert (f"{len(kept)} units are read and kept" in said) == bool(kept)
    assert not list(out.glob(".snapshot.*"))


def test_ctrl_c_ends_within_two_seconds_while_calls_hang_and_keeps_what_was_read(
    undisturbed: Path, tmp_path: Path
) -> None:
    """Exit code 130, whatever hangs; the next run goes on."""
    out, log = tmp_path / "out", tmp_path / "log"
    process = _worker(out, log, hang_after=100, latency_s=0)
    _until(lambda: len(_logged(log)) >= 100 and bool(finished_units(out)), process)
    time.sleep(0.5)  # what was in flight is over or hangs
    kept = finished_units(out)

    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    took_s = time.monotonic() - started

    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert took_s < 2.0
    assert finished_units(out) >= kept

    kept = finished_units(out)
    _ends_well(_worker(out, tmp_path / "again", latency_s=0))

    assert _asked(tmp_path / "again") == calls_of(undisturbed, but=kept)
    assert bytes_of(out) == bytes_of(undisturbed)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Run a PostgreSQL for this module."""
    with postgres.running() as url:
        yield url


def test_two_workers_share_one_assessment_and_write_the_same_bytes(
    database: str, undisturbed: Path, tmp_path: Path
) -> None:
    """On PostgreSQL each unit is read once over both."""
    log = tmp_path / "log"
    slow = _worker(tmp_path / "one", log, "--state", database, latency_s=0.4)
    _until(lambda: bool(_asked(log)), slow)
    quick = _worker(tmp_path / "two", log, "--state", database, latency_s=0)

    for worker in (quick, slow):
        _ends_well(worker)

    assert _asked(log) == calls_of(undisturbed)
    assert len({line.split()[0] for line in _logged(log) if "Describe" in line}) == 2, "one worker did it all"
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two") == bytes_of(undisturbed)


def test_what_a_dead_worker_left_is_read_by_another_that_is_not_it(
    database: str, undisturbed: Path, tmp_path: Path
) -> None:
    """It never starts again: once it is not heard of any more, another takes its units over."""
    log = tmp_path / "log"
    dead = _worker(tmp_path / "dead", log, "--state", database, "--lookback", "13d", hang_after=80, latency_s=0)
    with _killed_at_the_end(dead):
        _until(lambda: len(_logged(log)) >= 80, dead)
        time.sleep(1)
    before = _asked(log)

    said = _ends_well(
        _worker(tmp_path / "other", tmp_path / "again", "--state", database, "--lookback", "13d", lost_s=3)
    )

    assert "units are read and kept" in said
    again = _asked(tmp_path / "again")
    whole = calls_of(tmp_path / "other")
    assert again <= whole
    assert again != whole, "what was finished was read again"
    assert before + again >= whole


def test_a_state_that_can_not_be_opened_is_said_without_its_password(tmp_path: Path) -> None:
    """Three lines, exit code 1."""
    url = "postgresql://reader:hunter2@127.0.0.1:1/aimigrate"
    process = _worker(tmp_path / "out", tmp_path / "log", "--state", url)

    _, said = process.communicate(timeout=120)

    assert process.returncode == 1
    assert "can't be opened" in said
    assert "hunter2" not in said
    assert "Traceback" not in said


def test_of_runs_that_asked_the_same_the_last_two_keep_their_recordings(database: str, tmp_path: Path) -> None:
    """A state that workers share does not grow with every run, while each still knows how many ended before it."""
    for _ in range(4):
        assess(cloud_of(seeded(regions=REGIONS[:1])), tmp_path, state=database, lookback_days=12)

    with psycopg.connect(database) as state:
        every = state.execute("SELECT name, workflow_uuid FROM dbos.workflow_status").fetchall()
    key = next(one for called, one in every if called == "Worker.end" and "-3/" in one).rpartition("-3/")[0]
    kept = [(called, one.removeprefix(f"{key}-")) for called, one in every if one.startswith(f"{key}-")]
    runs = {name: {one.partition("/")[0] for called, one in kept if called == name} for name in NAMES}
    assert runs == {"Worker.read": {"2", "3"}, "Worker.end": {"0", "1", "2", "3"}}
