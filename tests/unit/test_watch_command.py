"""`aimigrate watch`: readings on a schedule, and a history that is whole whatever happens."""

import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aimigrate.assess.history import older_series
from aimigrate.assess.observations import read_observations
from aimigrate.cli import app
from aimigrate.commands._assessing import Request
from aimigrate.commands._watching import Watch, duration, read_once, repeat, units
from aimigrate.errors import UsageProblem

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Observations of one workload with three requests a minute apart, in place of an account."""
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "workloads.csv").write_text("workload_id,kind\nw,observed\n")
    write_requests(folder, [1, 2, 3])
    return folder


def write_requests(folder: Path, counts: list[int], hour: int = 0) -> None:
    rows = [f"w,2026-11-19T{hour:02d}:{minute:02d}:00Z,{count}" for minute, count in enumerate(counts)]
    (folder / "requests.csv").write_text("\n".join(["workload_id,timestamp,count", *rows]) + "\n")


def watching(tables: Path, history: Path, *, every: timedelta = DAY, keep: timedelta = 99 * DAY) -> Watch:
    return Watch(history, every, keep, lambda out: Request(out=out, observations=tables, now=NOW))


class Clock:
    """Time that passes only while it is slept through; Ctrl-C comes in the given sleep."""

    def __init__(self, *, interrupted_in: int) -> None:
        self.now, self.left = NOW, interrupted_in
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        self.now += timedelta(seconds=seconds)


def kept(tables: Path, history: Path) -> tuple[float | None, ...]:
    """Return the counts in the history, without those that the tables still hold."""
    found = read_observations(tables, account_id="observations", now=NOW)
    bare = found.model_copy(update={"workloads": tuple(w.model_copy(update={"series": ()}) for w in found.workloads)})
    (series,) = older_series(bare, history)[found.workloads[0].id]
    return series.values


def test_each_round_keeps_its_snapshot_and_adds_to_the_history(tables: Path, tmp_path: Path) -> None:
    """What is not in the source any more is still in the history."""
    history = tmp_path / "history"
    watch = watching(tables, history)

    first = read_once(watch, NOW)
    write_requests(tables, [30, 4, 5], hour=0)
    read_once(watch, NOW + DAY)
    (tables / "requests.csv").write_text("workload_id,timestamp,count\nw,2026-11-19T09:00:00Z,1\n")

    assert first == 0
    assert (history / "20261120T000000Z" / "snapshot" / "manifest.json").is_file()
    assert (history / "20261121T000000Z" / "snapshot" / "manifest.json").is_file()
    assert kept(tables, history) == (30.0, 4.0, 5.0)


def test_readings_keep_their_hour_and_ctrl_c_ends_with_130(tables: Path, tmp_path: Path) -> None:
    """Three rounds, a day apart from the first on; an interrupted sleep loses nothing."""
    clock = Clock(interrupted_in=3)

    code = repeat(watching(tables, tmp_path / "h"), once=False, sleep=clock.sleep, clock=clock)

    assert code == 130
    assert clock.slept == [86_400.0] * 3
    rounds = sorted(path.name for path in (tmp_path / "h").glob("2*"))
    assert rounds == ["20261120T000000Z", "20261121T000000Z", "20261122T000000Z"]


def test_a_round_that_takes_longer_than_the_interval_skips_to_the_next(tables: Path, tmp_path: Path) -> None:
    """It does not fall behind, and does not hammer."""
    clock = Clock(interrupted_in=2)
    plain: Callable[[Path], Request] = watching(tables, tmp_path / "h").request

    def slow(out: Path) -> Request:
        clock.now += timedelta(hours=30)
        return plain(out)

    repeat(Watch(tmp_path / "h", DAY, 99 * DAY, slow), once=False, sleep=clock.sleep, clock=clock)

    assert clock.slept[0] == timedelta(hours=18).total_seconds()


def test_a_failed_round_is_said_and_the_next_one_is_tried(
    tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Credentials that expire at night end no watch; the next reading looks back over both."""
    clock = Clock(interrupted_in=2)
    places: Iterator[Path] = iter((tmp_path / "nothing here", tables))

    def request(out: Path) -> Request:
        return Request(out=out, observations=next(places), now=NOW)

    code = repeat(Watch(tmp_path / "h", DAY, 99 * DAY, request), once=False, sleep=clock.sleep, clock=clock)

    assert code == 130
    assert "this reading failed" in capsys.readouterr().err
    assert kept(tables, tmp_path / "h") == (1.0, 2.0, 3.0)


def test_once_reads_once_and_raises_what_fails(tables: Path, tmp_path: Path) -> None:
    """For cron and timers: the exit code tells them."""
    assert repeat(watching(tables, tmp_path / "h"), once=True) == 0
    with pytest.raises(UsageProblem):
        repeat(watching(tmp_path / "nothing", tmp_path / "h"), once=True)


def test_a_round_that_was_cut_off_is_gone_on_with(tables: Path, tmp_path: Path) -> None:
    """Its folder holds what was read; one from before the last interval is left alone."""
    history = tmp_path / "h"
    (history / "20261119T130000Z").mkdir(parents=True)
    (history / "20261101T000000Z").mkdir(parents=True)

    read_once(watching(tables, history), NOW)

    assert (history / "20261119T130000Z" / "snapshot").is_dir()
    assert not (history / "20261101T000000Z" / "snapshot").exists()
    assert not (history / "20261120T000000Z").exists()


def test_readings_older_than_what_is_kept_are_removed(tables: Path, tmp_path: Path) -> None:
    """Only folders of readings: nothing else is touched."""
    history = tmp_path / "h"
    for name in ("20260101T000000Z", "20261115T000000Z", "my notes"):
        (history / name / "snapshot").mkdir(parents=True)

    read_once(watching(tables, history, keep=30 * DAY), NOW)

    names = {path.name for path in history.glob("*")}
    assert names == {"20261115T000000Z", "20261120T000000Z", "my notes", "series"}


def test_a_schedule_that_would_lose_points_is_refused(tables: Path, tmp_path: Path) -> None:
    """Time between two readings must be in the lookback of the second."""
    with pytest.raises(UsageProblem, match="longer than --lookback"):
        watching(tables, tmp_path, every=15 * DAY).check()
    with pytest.raises(UsageProblem, match="--every"):
        watching(tables, tmp_path, every=timedelta(minutes=1)).check()


@pytest.mark.parametrize("text", ["", "5", "-1d", "0d", "1y", "1d2h", "999999d"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    """With the option that was wrong, and an example."""
    with pytest.raises(UsageProblem, match="--keep"):
        duration("--keep", text)


def test_the_units_read_once_with_the_same_options(tmp_path: Path, tables: Path) -> None:
    """Percent signs, dollars, quotes and spaces in a name stay what they are to systemd and to cron."""
    watch = watching(tables, tmp_path / "my $history 100%", every=timedelta(hours=6))

    text = units(watch, ["--profile", 'a"b', "--regions", "eu-central-1"])

    (start,) = (line for line in text.splitlines() if line.startswith("ExecStart="))
    assert '"watch" "--once" "--profile" "a\\"b" "--regions" "eu-central-1"' in start
    assert "my $$history 100%%" in start
    assert "OnUnitActiveSec=21600s" in text
    assert "SuccessExitStatus=3" in text
    cron = text.splitlines()[-1].partition("cron: ")[2]
    assert cron.startswith("17 */6 * * * ")
    words = shlex.split(cron.replace("\\%", "%"))[5:]
    assert words[1:3] == ["watch", "--once"]
    assert words[-1].endswith("my $history 100%")


def test_the_command_prints_units_and_reads_nothing(tmp_path: Path) -> None:
    """`--systemd` is for a machine that runs it later."""
    given = ["--account", "123456789012", "--at-once", "4", "--history", str(tmp_path / "h"), "--organization"]
    done = CliRunner().invoke(app, ["watch", "--systemd", *given])

    assert done.exit_code == 0
    assert '"--account" "123456789012"' in done.stdout
    assert '"--organization"' in done.stdout
    assert '"--at-once" "4"' in done.stdout
    assert not (tmp_path / "h").exists()
