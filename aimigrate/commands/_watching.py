"""The rounds of `aimigrate watch`: one reading each, kept whole, its points added to the history."""

import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from aimigrate.errors import AimigrateError, UsageProblem
from aimigrate.output import stderr

if TYPE_CHECKING:
    from aimigrate.commands._assessing import Request

PARTIAL, INTERRUPTED = 3, 130  # exit codes: done with holes, Ctrl-C
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LEAST = timedelta(minutes=5)  # CloudWatch's own period, below which a reading finds nothing new
_FORGETS = timedelta(days=15)  # it keeps minutes that long (CloudWatch user guide, read 2026-11)
_ROUND = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Watch:
    """What is read, how often, and where it is kept."""

    history: Path
    every: timedelta
    keep: timedelta
    request: "Callable[[Path], Request]"

    def check(self) -> None:
        """Raise UsageProblem for times that would lose points or read nothing new."""
        looks_back = timedelta(days=self.request(Path()).lookback_days)
        if self.every < _LEAST:
            raise UsageProblem(
                what="--every can't be used",
                why="CloudWatch has something new every 5 minutes at most",
                fix="give 5m or more; 1d loses nothing",
            )
        if self.every > looks_back:
            raise UsageProblem(
                what="--every is longer than --lookback",
                why="the time between two readings would be in neither",
                fix="give a --lookback of at least --every",
            )


def duration(option: str, text: str) -> timedelta:
    """Read `30m`, `6h`, `14d` or `2w`. Raises UsageProblem for anything else, and for more than CloudWatch keeps."""
    match = re.fullmatch(r"(\d{1,5})([mhdw])", text.strip())
    found = timedelta(seconds=int(match[1]) * _SECONDS[match[2]]) if match else timedelta(0)
    if not found or (option == "--lookback" and found > timedelta(days=455)):
        raise UsageProblem(
            what=f"{option} {text!r} can't be used",
            why="it is a number of minutes, hours, days or weeks, more than none"
            + (", and at most 455 days" if option == "--lookback" else ""),
            fix=f"give, for example, {option} 14d",
        )
    return found


def repeat(
    watch: Watch,
    *,
    once: bool,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(microsecond=0),
) -> int:
    """Read now, and then each time that `every` is over, until Ctrl-C. Return the exit code.

    A round that fails is said and the next one tried, since it looks back over the time of this one; with `once` the
    problem is raised.
    """
    if not once and watch.every > _FORGETS:
        stderr.print(f"every {watch.every} loses detail: CloudWatch keeps minutes for 15 days")
    begun = clock()
    done = 0
    try:
        while True:
            code = _round(watch, clock(), once=once)
            if once:
                return code
            done += 1
            next_at = begun + watch.every * max(done, -(-(clock() - begun) // watch.every))
            stderr.print(f"next reading at {next_at:%Y-%m-%d %H:%M} UTC; Ctrl-C ends, nothing is lost")
            sleep(max(0.0, (next_at - clock()).total_seconds()))
    except KeyboardInterrupt:
        stderr.print("interrupted: the history is whole")
        return INTERRUPTED


def _round(watch: Watch, now: datetime, *, once: bool) -> int:
    try:
        return read_once(watch, now)
    except AimigrateError as error:
        if once or error.exit_code == INTERRUPTED:
            raise
        stderr.print(escape(f"this reading failed: {error.what}: {error.why}. To mend: {error.fix}"))
        return error.exit_code


def read_once(watch: Watch, now: datetime) -> int:
    """Read, write the round's snapshot, and add its points to the history. Return 3 where the coverage has holes.

    Raises AimigrateError for an account or a disk that can't be used.
    """
    from aimigrate.assess.history import append_history
    from aimigrate.assess.snapshot import SnapshotWriter
    from aimigrate.commands._collecting import reading

    out = _folder(watch, now)
    points = holes = 0
    with reading(watch.request(out)) as source:
        writer = SnapshotWriter(
            out,
            account_id=source.account_id,
            collected_at=source.collected_at,
            lookback_days=source.lookback_days,
        )
        try:
            for read in source.accounts:
                points += append_history(read.inventory, watch.history, keep=watch.keep).points
                holes += read.inventory.coverage.holes
                writer.add(read.inventory, recordings=read.recordings, holes=read.holes)
            snapshot = writer.finish(source.bill)
        except BaseException:
            writer.abandon()
            raise
    for old in _old_rounds(watch, now):
        shutil.rmtree(old, ignore_errors=True)
    stderr.print(escape(f"{points:,} points into {watch.history}, {holes} holes; the reading is in {snapshot}"))
    return PARTIAL if holes else 0


def _folder(watch: Watch, now: datetime) -> Path:
    """Return the folder of this round: of one that was cut off not long ago, to go on with it, or a new one."""
    since = f"{now - watch.every:%Y%m%dT%H%M%SZ}"
    rounds = sorted(path for path in watch.history.glob("*") if _ROUND.fullmatch(path.name) and path.name > since)
    cut_off = [path for path in rounds if not (path / "snapshot").exists()]
    return cut_off[-1] if cut_off else watch.history / f"{now:%Y%m%dT%H%M%SZ}"


def _old_rounds(watch: Watch, now: datetime) -> list[Path]:
    before = f"{now - watch.keep:%Y%m%dT%H%M%SZ}"
    return [path for path in watch.history.glob("*") if _ROUND.fullmatch(path.name) and path.name < before]


def units(watch: Watch, options: list[str]) -> str:
    """Return a systemd service and timer, and a line for cron, that read once each time."""
    history = watch.history.resolve()
    words = [sys.argv[0] if Path(sys.argv[0]).is_absolute() else "/usr/local/bin/aimigrate", "watch", "--once"]
    words += [*options, "--history", str(history)]
    every_s = int(watch.every.total_seconds())
    command = " ".join(_systemd_word(word) for word in words)
    return "\n".join(
        [
            "# /etc/systemd/system/aimigrate-watch.service",
            "[Unit]",
            "Description=Read the account's AI workloads into their history",
            "Wants=network-online.target",
            "After=network-online.target",
            "",
            "[Service]",
            "Type=oneshot",
            f"ExecStart={command}",
            f"SuccessExitStatus={PARTIAL}",
            "",
            "# /etc/systemd/system/aimigrate-watch.timer",
            "[Unit]",
            "Description=Read the account's AI workloads on a schedule",
            "",
            "[Timer]",
            "OnBootSec=5min",
            f"OnUnitActiveSec={every_s}s",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
            "# then: systemctl daemon-reload && systemctl enable --now aimigrate-watch.timer",
            f"# or a line for cron: {_cron(every_s)} {_cron_word(shlex.join(words))}",
        ]
    )


def _systemd_word(word: str) -> str:
    """Quote one word of ExecStart (systemd.service and systemd.syntax, read 2026-11)."""
    escaped = "".join(
        {"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$", "\n": "\\n", "\t": "\\t"}.get(sign, sign) for sign in word
    )
    return f'"{escaped}"'


def _cron_word(command: str) -> str:
    """Escape what ends a command in a crontab: a percent sign, and a line break (crontab(5))."""
    return command.replace("%", "\\%").replace("\n", " ")


def _cron(every_s: int) -> str:
    """Return the five fields that come nearest to the interval."""
    minutes, hours, days = every_s // 60, every_s // 3_600, every_s // 86_400
    if hours < 1:
        return f"*/{minutes} * * * *"
    if days < 1:
        return f"17 */{hours} * * *"
    return "17 3 * * *" if days == 1 else f"17 3 */{min(days, 28)} * *"
