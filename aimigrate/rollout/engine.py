"""Find the Pulumi engine, give it its environment, and run it so that nothing of it outlives a failure.

The engine's command line is driven, not its Automation API: `--event-log` gives the same events for every operation,
a signal reaches the engine itself (it finishes the resource at hand and writes its state), and what a person reads in
our output is what they would type.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aimigrate.errors import AimigrateError, MachineProblem

DEMO_PASSPHRASE = "aimigrate"  # noqa: S105  # guards a local demo's state, which holds no secret
GRACE_SECONDS = 60  # for the engine to finish the resource at hand after an interrupt
LAST_GRACE_SECONDS = 10
LANGUAGE_HOST = "pulumi-language-python"
PASSED_ON = (
    *("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "USER"),
    *("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)


class EngineProblem(AimigrateError):
    """The engine ran and said no (exit code 1)."""


@dataclass(frozen=True)
class Engine:
    """A Pulumi command line with its Python language host."""

    path: Path
    version: str
    source: Literal["PATH", "cache"]


@dataclass(frozen=True)
class Answer:
    """How a run of the engine ended, and what it wrote."""

    code: int
    stdout: str
    stderr: str


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return where `make tools` puts what it builds."""
    home = Path(environment.get("HOME") or Path.home())
    own = environment.get("AIMIGRATE_CACHE")
    base = Path(own) if own else Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "aimigrate"
    return base / "tools"


def find(environment: Mapping[str, str] | None = None) -> Engine | None:
    """Return the engine on PATH, else the one in the cache, None when there is none that answers."""
    seen = os.environ if environment is None else environment
    path = seen.get("PATH", os.defpath)
    on_path = shutil.which("pulumi", path=path)
    if on_path and (
        shutil.which(LANGUAGE_HOST, path=path) or Path(on_path).resolve().with_name(LANGUAGE_HOST).exists()
    ):
        version = _version(Path(on_path), seen)
        if version:
            return Engine(Path(on_path), version, "PATH")
    cached = cache_folder(seen) / "pulumi" / "pulumi"
    version = _version(cached, seen) if cached.exists() else None
    return Engine(cached.resolve(), version, "cache") if version else None


def require(environment: Mapping[str, str] | None = None) -> Engine:
    """Return the engine. Raises MachineProblem that says how to get one."""
    found = find(environment)
    if found is None:
        raise MachineProblem(
            what="there is no Pulumi engine",
            why="no working `pulumi` with its Python language host is on PATH or in aimigrate's cache",
            fix="install Pulumi (https://www.pulumi.com/docs/install), or run `make tools` in a checkout to build it",
        )
    return found


def _version(path: Path, environment: Mapping[str, str]) -> str | None:
    settings = {**_passed_on(environment), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(  # noqa: S603  # a path we found ourselves
            [path, "version"], capture_output=True, text=True, env=settings, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip().removeprefix("v") if answer.returncode == 0 else None


def _passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Keep what a tool needs and what was meant for it; the rest of a person's environment is none of its business."""
    kept = ("AWS_", "PULUMI_", "AIMIGRATE_", "XDG_")
    return {key: value for key, value in environment.items() if key in PASSED_ON or key.startswith(kept)}


def backend_in(folder: Path) -> str:
    """Return the address of a backend in a folder, one that an engine killed while it writes leaves readable.

    By default the engine's file store keeps attributes beside each file, which nothing reads and which it writes in
    place: cut off there, the stack can't be loaded ("failed to load checkpoint: EOF"). Without them each write is a
    rename.
    """
    return f"file://{folder.resolve()}?metadata=skip"


def folder_of(backend: str) -> Path | None:
    """Return the folder that a backend's address names, None when its state lies elsewhere."""
    if not backend.startswith("file://"):
        return None
    return Path(backend.removeprefix("file://").partition("?")[0]).expanduser()


def environment_for(engine: Engine, state: Path, environment: Mapping[str, str], *, closed: bool) -> dict[str, str]:
    """Return the environment that a run of the engine gets.

    State lies below `state` unless PULUMI_BACKEND_URL says where. PULUMI_CONFIG_PASSPHRASE (or its _FILE, or
    a stack's own secrets provider) is the caller's; a local state without one gets the demo's. `closed` keeps the
    engine from fetching plugins. The program runs in this very Python.
    """
    found = _passed_on(environment)
    found.setdefault("PULUMI_BACKEND_URL", backend_in(state))
    if "PULUMI_CONFIG_PASSPHRASE" not in found and "PULUMI_CONFIG_PASSPHRASE_FILE" not in found:
        found["PULUMI_CONFIG_PASSPHRASE"] = DEMO_PASSPHRASE
    found.setdefault("PULUMI_HOME", str((cache_folder(environment).parent / "pulumi-home").resolve()))
    found["PULUMI_SKIP_UPDATE_CHECK"] = "true"
    found["PULUMI_DEBUG_COMMANDS"] = "true"  # without it the engine does not know --event-log
    if closed:
        found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    found["PULUMI_PYTHON_CMD"] = sys.executable
    folders = (str(Path(sys.executable).parent), str(engine.path.parent), found.get("PATH", os.defpath))
    found["PATH"] = os.pathsep.join(folders)
    return found


def run(engine: Engine, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Answer:
    """Run the engine in `folder` to its end.

    On Ctrl-C (or any other exception here) the engine is asked to stop, may finish the resource at hand, and is ended
    with all it started if it does not; then the exception goes on.
    """
    command = [str(engine.path), *arguments, "--non-interactive", "--color", "never"]
    with subprocess.Popen(  # noqa: S603  # our own command line, no shell
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C in the terminal reaches us alone, and we hand it on once
    ) as process:
        try:
            stdout, stderr = process.communicate()
        except BaseException:
            _stop(process)
            raise
        finally:
            _end_group(process.pid)
    return Answer(process.returncode, stdout, stderr)


def _stop(process: subprocess.Popen[str]) -> None:
    """Ask once, ask again, then end it."""
    for grace in (GRACE_SECONDS, LAST_GRACE_SECONDS):
        if process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=grace)
        except subprocess.TimeoutExpired:
            continue
    _end_group(process.pid)
    process.wait()


def _end_group(leader: int) -> None:
    """End what is left of a run; a plugin in a group of its own leaves by itself when its engine is gone."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
