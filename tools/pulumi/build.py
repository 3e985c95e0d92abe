"""Build the Pulumi engine once, into the cache, when no working one is on PATH. Prints the path of `pulumi`.

Usage: build.py [--optional] [--force]. With --optional a machine without Go is no failure: the demo then previews
under mocks and says so. --force builds even when PATH has an engine.

The cache is $AIMIGRATE_CACHE, else $XDG_CACHE_HOME/aimigrate, else ~/.cache/aimigrate. In its `tools` folder:
`cli-<key>/` holds the binary (key: go.mod and go.sum), `engine-<key>/` the binary and its Python language host
(key: every file here that goes into it), and the link `pulumi` points at the engine last asked for.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "3.274.1"
VERSION_FLAG = f"-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={VERSION}"
OWN_FILES = ("pulumi-language-python", "language_host.py")
SDK_FILES = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
OLDEST_GO = (1, 21)  # the first that fetches the toolchain a go.mod asks for (go.dev/doc/toolchain)
PROGRESS_SECONDS = 60


class BuildProblem(Exception):
    """What is missing, and how to get it."""


def cache_folder() -> Path:
    """Return the folder for built tools; the environment decides where."""
    if os.environ.get("AIMIGRATE_CACHE"):
        return Path(os.environ["AIMIGRATE_CACHE"]) / "tools"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aimigrate" / "tools"


def key(*names: str) -> str:
    """Return twelve hex digits that change with any of the files."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (HERE / name).read_bytes())
    return digest.hexdigest()[:12]


def say(line: str) -> None:
    """Show progress on stderr; stdout is for the path."""
    print(line, file=sys.stderr, flush=True)


def on_path() -> Path | None:
    """Return the engine on PATH if it answers and its Python language host is on PATH or beside it."""
    found = shutil.which("pulumi")
    if found is None:
        return None
    beside = Path(found).resolve().with_name("pulumi-language-python")
    if not (shutil.which("pulumi-language-python") or beside.exists()):
        return None
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    answer = subprocess.run([found, "version"], capture_output=True, check=False, env=environment, timeout=60)
    return Path(found) if answer.returncode == 0 else None


def go() -> str:
    """Return the Go command. Raises BuildProblem when there is none that can build the engine."""
    found = shutil.which("go")
    install = "install Go 1.21 or newer (https://go.dev/dl), or Pulumi itself (https://www.pulumi.com/docs/install)"
    if found is None:
        raise BuildProblem(f"no pulumi and no go on PATH; {install}")
    answer = subprocess.run([found, "env", "GOVERSION"], capture_output=True, text=True, check=False)
    version = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_GO:
        raise BuildProblem(f"{found} is {answer.stdout.strip() or 'not working'}; {install}")
    return found


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; a second build waits for the first and then finds its result."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build of the Pulumi engine runs; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in folder.glob(".building-*"):  # of a build that was cut off: we hold the lock, so it is dead
            shutil.rmtree(leftover)
        yield


def compile_cli(target: Path) -> None:
    """Compile the CLI to `target`, with a line a minute."""
    command = [go(), "build", "-trimpath", "-ldflags", f"-s -w {VERSION_FLAG}", "-o", str(target)]
    command.append("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
    say(f"building the Pulumi engine {VERSION} into {target.parent.parent} (once; about 6 minutes of CPU, 2 GB)")
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly"}
    started = time.monotonic()
    with subprocess.Popen(command, cwd=HERE, env=environment, stdout=sys.stderr) as build:
        try:
            while True:
                try:
                    code = build.wait(PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    say(f"building the Pulumi engine: {(time.monotonic() - started) / 60:.0f} min")
        except BaseException:
            build.terminate()
            raise
    if code:
        raise BuildProblem("go build failed; its words are above")
    say(f"built the Pulumi engine in {time.monotonic() - started:.0f} s")


def sdk_folder() -> Path:
    """Return the folder of the Go module that carries the Python scripts."""
    command = [go(), "mod", "download", "-json", "github.com/pulumi/pulumi/sdk/v3"]
    listing = [go(), "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"]
    subprocess.run(command, cwd=HERE, check=True, capture_output=True)
    answer = subprocess.run(listing, cwd=HERE, check=True, capture_output=True, text=True)
    return Path(answer.stdout.strip())


@contextmanager
def made_whole(final: Path) -> Iterator[Path]:
    """Give a folder to fill; it appears under its final name only when it is finished."""
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=final.parent))
    try:
        yield building
        building.chmod(0o755)
        building.rename(final)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def install(folder: Path) -> Path:
    """Return the cached engine's `pulumi`, built first where it is not there yet."""
    cli = folder / f"cli-{key('go.mod', 'go.sum')}"
    engine = folder / f"engine-{key('go.mod', 'go.sum', *OWN_FILES)}"
    with alone(folder):
        if not cli.is_dir():
            with made_whole(cli) as building:
                compile_cli(building / "pulumi")
        if not engine.is_dir():
            sdk = sdk_folder()
            with made_whole(engine) as building:
                os.link(cli / "pulumi", building / "pulumi")  # a link by name would hide the host beside it
                for source in (*(HERE / name for name in OWN_FILES), *(sdk / name for name in SDK_FILES)):
                    shutil.copyfile(source, building / source.name)
                    (building / source.name).chmod(0o755)
        point(folder / "pulumi", engine.name)
    return engine / "pulumi"


def point(link: Path, name: str) -> None:
    """Point the link at `name` in one step."""
    temporary = link.with_name(f".{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name)
    temporary.replace(link)


def main() -> int:
    """Find or build the engine; 0 when there is one (or it is optional), 1 when not."""
    parser = argparse.ArgumentParser(description="Build the Pulumi engine once, into the cache.")
    parser.add_argument("--optional", action="store_true", help="no failure on a machine that can't build it")
    parser.add_argument("--force", action="store_true", help="build even when PATH has an engine")
    options = parser.parse_args()
    try:
        print((None if options.force else on_path()) or install(cache_folder()))
    except BuildProblem as problem:
        say(f"no Pulumi engine: {problem}")
        return 0 if options.optional else 1
    except KeyboardInterrupt:
        say("interrupted: nothing half-built is left")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
