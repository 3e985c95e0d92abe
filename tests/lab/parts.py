"""What the lab is built from once and kept in the cache: a base root, an apt repository, a wheelhouse."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "playbooks" / "roles" / "runtime" / "files" / "requirements.txt"
SUITE = "bookworm"
IN_ROOT = [
    "ca-certificates",
    "dbus",
    "iproute2",
    "netbase",
    "openssh-server",
    "procps",
    "python3",
    "python3-apt",
    "sudo",
    "systemd",
    "systemd-sysv",
]
IN_REPOSITORY = ("haproxy", "python3-venv")
MASKED = [
    "apt-daily-upgrade.timer",
    "apt-daily.timer",
    "console-getty.service",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "fstrim.timer",
    "getty@tty1.service",
    "systemd-networkd.service",
    "systemd-resolved.service",
    "systemd-timesyncd.service",
]
_UNREAD = ("man", "doc", "locale", "info")
_SSHD = "UseDNS no\nPermitRootLogin no\nPasswordAuthentication no\nHostKey /etc/ssh/ssh_host_ed25519_key\n"


def cache() -> Path:
    """Where what is built once is kept, outside the checkout."""
    given = os.environ.get("AIMIGRATE_CACHE")
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(given) if given else user / "aimigrate") / "lab"


def say(text: str) -> None:
    """One progress line on stderr."""
    print(f"lab: {text}", file=sys.stderr, flush=True)  # noqa: T201 - a person waits for this


@dataclass(frozen=True)
class Parts:
    """Folders in the cache."""

    root: Path
    apt: Path
    wheels: Path


def parts() -> Parts:
    """Build what is missing, each part under a key of its recipe, and say so."""
    recipe = "\n".join((SUITE, *IN_ROOT, "-", *IN_REPOSITORY, "-", *MASKED, "-", *_UNREAD, _SSHD, "recipe 1"))
    base = _kept("base", recipe.encode(), _base, "the base root and the apt repository, about a minute")
    wheels = _kept("wheels", LOCK.read_bytes(), _wheels, "the wheelhouse, about a minute")
    return Parts(root=base / "root", apt=base / "apt", wheels=wheels)


def run(*command: str | Path, **env: str) -> str:
    """Run a command; its output is in the error when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return done.stdout


_started: dict[int, subprocess.Popen[bytes]] = {}


def start(command: Sequence[str], log: Path, *, cwd: Path | None = None, **env: str) -> int:
    """Start a process of its own session that outlives this one if not ended; return its id."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started[process.pid] = process
    return process.pid


def ended(pid: int, seconds: float) -> bool:
    """Wait until a process is gone, started here or by an earlier run; False when it still is after that time."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if pid in _started and _started[pid].poll() is not None:
            del _started[pid]
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.1)
    return False


def _kept(name: str, recipe: bytes, build: Callable[[Path], None], what: str) -> Path:
    folder = cache() / f"{name}-{hashlib.sha256(recipe).hexdigest()[:16]}"
    if folder.is_dir():
        return folder
    say(f"building {what}")
    started = time.monotonic()
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    build(partial)
    partial.rename(folder)
    say(f"built in {time.monotonic() - started:.0f} s")
    return folder


def _base(folder: Path) -> None:
    apt, root = folder / "apt", folder / "root"
    (apt / "partial").mkdir(parents=True)
    download = (
        f'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq --yes --no-install-recommends --download-only'
        f" -o Dir::Cache::archives={apt} -o APT::Sandbox::User=root install {' '.join(IN_REPOSITORY)}"
    )
    run(
        "mmdebstrap",
        "--variant=minbase",
        "--mode=root",
        "--skip=check/empty",
        f"--include={','.join(IN_ROOT)}",
        *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _UNREAD),
        f"--customize-hook={download}",
        '--customize-hook=chroot "$1" useradd --create-home --shell /bin/bash aimigrate',
        SUITE,
        root,
    )
    shutil.rmtree(apt / "partial", ignore_errors=True)
    (apt / "lock").unlink(missing_ok=True)
    for unit in MASKED:
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    (root / "etc/ssh/sshd_config.d/lab.conf").write_text(_SSHD)
    (root / "etc/sudoers.d/aimigrate").write_text("aimigrate ALL=(ALL) NOPASSWD: ALL\n")
    (root / "etc/sudoers.d/aimigrate").chmod(0o440)
    (root / "etc/machine-id").write_text("")
    (root / "etc/apt/sources.list").write_text("")
    (apt / "Packages").write_text(run("apt-ftparchive", "-o", f"Dir={apt}", "packages", apt).replace(f"{apt}/", "./"))
    (apt / "Release").write_text(run("apt-ftparchive", "release", apt))


def _wheels(folder: Path) -> None:
    """Download every locked wheel for the hosts' Python (3.11, x86-64), checked by its hash."""
    exact = folder.parent / f"{folder.name}.txt"
    tools = folder.parent / f"{folder.name}.venv"
    uv = Path(sys.executable).with_name("uv")
    run(
        uv, "pip", "compile", "-q", "--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_36",
        "--generate-hashes", "--no-header", "--no-annotate", "-o", exact, LOCK,
    )  # fmt: skip
    venv.create(tools, with_pip=True, clear=True)
    run(
        tools / "bin/pip", "download", "-q", "--require-hashes", "--no-deps", "--only-binary=:all:",
        "--python-version", "3.11", "--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_17_x86_64",
        "--platform", "manylinux2014_x86_64", "-d", folder, "-r", exact,
    )  # fmt: skip
    shutil.rmtree(tools)
    exact.unlink()
