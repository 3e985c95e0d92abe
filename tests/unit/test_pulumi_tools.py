"""The engine's build script and its Python language host."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import language_pb2

from tests.pulumi_deploys import ROOT

TOOLS = ROOT / "tools" / "pulumi"
FAKE_GO = """#!/bin/sh
echo "$@" >> "$FAKE_GO_LOG"
case "$1" in
  env) echo "${FAKE_GO_VERSION:-go1.26.8}" ;;
  list) echo "$FAKE_SDK" ;;
  build)
    sleep "${FAKE_GO_SECONDS:-0}"
    while [ "$1" != "-o" ]; do shift; done
    printf '#!/bin/sh\\necho v3.274.1\\n' > "$2" && chmod +x "$2"
    exit "${FAKE_GO_EXIT:-0}" ;;
esac
"""


def load(name: str) -> Any:  # noqa: ANN401  # a script, read as a module
    spec = spec_from_file_location(f"tools_pulumi_{name}", TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Give a machine with Go's command line and nothing else of ours; what it compiles is a script."""
    binaries, sdk = tmp_path / "bin", tmp_path / "sdk"
    binaries.mkdir()
    (binaries / "go").write_text(FAKE_GO, "utf-8")
    (binaries / "go").chmod(0o755)
    for name in load("build").SDK_FILES:
        (sdk / name).parent.mkdir(parents=True, exist_ok=True)
        (sdk / name).write_text("#!/bin/sh\n", "utf-8")
    return {
        "PATH": f"{binaries}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "AIMIGRATE_CACHE": str(tmp_path / "cache"),
        "FAKE_GO_LOG": str(tmp_path / "go.log"),
        "FAKE_SDK": str(sdk),
    }


def build(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "build.py"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def compiled(environment: dict[str, str]) -> int:
    log = Path(environment["FAKE_GO_LOG"])
    return sum(line.startswith("build") for line in log.read_text("utf-8").splitlines()) if log.exists() else 0


def test_the_engine_is_built_once_with_its_host_beside_it(machine: dict[str, str]) -> None:
    """The path of `pulumi` is printed alone; a second call compiles nothing."""
    first, second = build(machine), build(machine)

    assert first.returncode == 0, first.stderr
    path = Path(first.stdout.strip())
    assert second.stdout == first.stdout
    assert compiled(machine) == 1
    beside = {item.name for item in path.parent.iterdir()}
    assert beside == {
        *("pulumi", "pulumi-language-python", "language_host.py"),
        *("pulumi-language-python-exec", "pulumi-resource-pulumi-python"),
    }
    assert not path.is_symlink()
    assert (path.parent.parent / "pulumi" / "pulumi").samefile(path)


def test_an_engine_on_path_is_taken(machine: dict[str, str], tmp_path: Path) -> None:
    """A person's own Pulumi comes first; nothing is built."""
    for name in ("pulumi", "pulumi-language-python"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\necho v3.300.0\n", "utf-8")
        (tmp_path / "bin" / name).chmod(0o755)

    answer = build(machine)

    assert answer.stdout.strip() == str(tmp_path / "bin" / "pulumi")
    assert compiled(machine) == 0


def test_a_pulumi_without_its_language_host_is_not_enough(machine: dict[str, str], tmp_path: Path) -> None:
    """A command line alone can't run our programs."""
    (tmp_path / "bin" / "pulumi").write_text("#!/bin/sh\necho v3.300.0\n", "utf-8")
    (tmp_path / "bin" / "pulumi").chmod(0o755)

    answer = build(machine)

    assert answer.returncode == 0
    assert str(tmp_path / "cache") in answer.stdout


def test_two_builds_at_once_are_one(machine: dict[str, str]) -> None:
    """The second waits for the first and finds its result."""
    slow = {**machine, "FAKE_GO_SECONDS": "1.5"}
    answers: list[subprocess.CompletedProcess[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(build(slow))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.returncode for answer in answers] == [0, 0]
    assert answers[0].stdout == answers[1].stdout
    assert compiled(machine) == 1
    assert any("waiting for it" in answer.stderr for answer in answers)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_nothing_that_looks_finished(machine: dict[str, str], sign: signal.Signals) -> None:
    """Cut off in the middle, the next call builds anew and clears what was left."""
    slow = {**machine, "FAKE_GO_SECONDS": "30"}
    command = [sys.executable, str(TOOLS / "build.py")]
    tools = Path(machine["AIMIGRATE_CACHE"]) / "tools"
    with subprocess.Popen(command, env=slow, stderr=subprocess.DEVNULL, start_new_session=True) as run:
        until = time.monotonic() + 30
        while compiled(machine) == 0 and time.monotonic() < until:
            time.sleep(0.05)
        run.send_signal(sign)
        run.wait(timeout=30)
        left = [item.name for item in tools.iterdir() if not item.name.startswith(".")]
        if sign is signal.SIGKILL:
            os.killpg(run.pid, signal.SIGKILL)  # what the dead build had started

    again = build(machine)

    assert run.returncode == (130 if sign is signal.SIGINT else -signal.SIGKILL)
    assert left == []
    assert again.returncode == 0
    assert not list(tools.glob(".building-*"))


def test_a_failed_build_is_an_error_and_leaves_nothing(machine: dict[str, str]) -> None:
    """Go's own words are shown, and the next call tries again."""
    failed = build({**machine, "FAKE_GO_EXIT": "1"})

    assert failed.returncode == 1
    assert "go build failed" in failed.stderr
    assert build(machine).returncode == 0


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--optional",), 0)])
def test_without_go_it_says_what_to_install(machine: dict[str, str], options: tuple[str, ...], code: int) -> None:
    """A machine without Go is told both ways to an engine; for the demo that is no failure."""
    (Path(machine["PATH"].split(":")[0]) / "go").unlink()

    answer = build({**machine, "PATH": machine["PATH"].split(":")[0]}, *options)

    assert answer.returncode == code
    assert "https://go.dev/dl" in answer.stderr
    assert "https://www.pulumi.com/docs/install" in answer.stderr
    assert answer.stdout == ""


def test_a_go_too_old_to_fetch_its_toolchain_is_named(machine: dict[str, str]) -> None:
    """Debian 12's Go 1.19 can't build it; the message says which one is there."""
    answer = build({**machine, "FAKE_GO_VERSION": "go1.19.8"})

    assert answer.returncode == 1
    assert "go1.19.8" in answer.stderr


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        ({"virtualenv": "venv"}, {"VIRTUAL_ENV": "/other"}, "/project/venv/bin/python"),
        ({"virtualenv": "/abs"}, {}, "/abs/bin/python"),
        ({}, {"PULUMI_PYTHON_CMD": "/py", "VIRTUAL_ENV": "/other"}, "/py"),
        ({}, {"VIRTUAL_ENV": "/other"}, "/other/bin/python"),
        ({}, {}, "python3"),
    ],
)
def test_the_host_picks_the_programs_python(
    options: dict[str, str], environment: dict[str, str], expected: str
) -> None:
    """The project's own virtualenv, else what the caller says, else python3."""
    assert load("language_host").interpreter(Path("/project"), options, environment) == expected


@pytest.fixture
def run_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Run a launcher script through the host's Run call."""
    monkeypatch.setenv("PULUMI_PYTHON_CMD", sys.executable)

    def run(script: str) -> Any:  # noqa: ANN401  # protobuf messages carry no types
        launcher = tmp_path / "launcher"
        launcher.write_text(script, "utf-8")
        host = load("language_host").LanguageHost("127.0.0.1:1", launcher)
        info = language_pb2.ProgramInfo(
            root_directory=str(tmp_path), program_directory=str(tmp_path), entry_point=".", options=struct_pb2.Struct()
        )
        request = language_pb2.RunRequest(
            project="pilot",
            stack="pilot.eu",
            pwd=str(tmp_path),
            dryRun=True,
            parallel=4,
            monitor_address="127.0.0.1:2",
            organization="organization",
            config={"a:b": "c"},
            info=info,
        )
        return host.Run(request, SimpleNamespace(add_callback=lambda _: True))

    return run


@pytest.mark.parametrize(
    ("code", "error", "bail"), [(0, "", False), (32, "", True), (3, "the program ended with exit code 3", False)]
)
def test_the_host_tells_how_a_program_ended(
    code: int, error: str, *, bail: bool, run_program: Callable[[str], Any]
) -> None:
    """Exit code 32 means that the person has been told already."""
    answer = run_program(f"import sys; sys.exit({code})")

    assert (answer.error, answer.bail) == (error, bail)


def test_the_host_hands_the_program_its_settings(tmp_path: Path, run_program: Callable[[str], Any]) -> None:
    """Stack, addresses, dry run and configuration reach the program."""
    script = "import json, os, sys\njson.dump([sys.argv[1:], os.environ['PULUMI_CONFIG']], open('seen.json', 'w'))\n"

    run_program(script)

    arguments, config = json.loads((tmp_path / "seen.json").read_text("utf-8"))
    named = dict(zip(arguments[:-1:2], arguments[1:-1:2], strict=True))
    assert (named["--stack"], named["--dry_run"], named["--parallel"]) == ("pilot.eu", "true", "4")
    assert (named["--monitor"], named["--engine"]) == ("127.0.0.1:2", "127.0.0.1:1")
    assert arguments[-1] == str(tmp_path)
    assert json.loads(config) == {"a:b": "c"}


def start_host() -> "subprocess.Popen[str]":
    environment = {**os.environ, "PULUMI_PYTHON_CMD": sys.executable}
    command = [str(TOOLS / "pulumi-language-python"), "127.0.0.1:1"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_host_prints_its_port_and_leaves_quietly_on_sigint() -> None:
    """The engine reads one port, and takes any noise at the end for a crash."""
    with start_host() as host:
        assert host.stdout is not None
        port = int(host.stdout.readline())
        host.send_signal(signal.SIGINT)
        _, noise = host.communicate(timeout=20)

    assert port > 0
    assert host.returncode == 0
    assert noise == ""


def test_the_host_says_so_when_no_python_can_run_it(tmp_path: Path) -> None:
    """Without Pulumi's SDK the message says how to get it."""
    for name in ("python3", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}

    answer = subprocess.run(
        [str(TOOLS / "pulumi-language-python"), "x"], env=environment, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert "aimigrate[pulumi]" in answer.stderr
