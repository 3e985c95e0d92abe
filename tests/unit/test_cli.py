"""The command line as a whole: wrong usage, help, and what ends up where."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

AIMIGRATE = str(Path(sys.executable).parent / "aimigrate")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([AIMIGRATE, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("plam",), "Did you mean 'plan'?"),
        (("plan",), "assessment"),
        (("plan", "x.json"), "--sites"),
        (("verify", "--jsn", "x"), "--jsn"),
        (("overflow", "size", "--arrivals", "x", "--service-time-ms", "soon"), "'--service-time-ms'"),
        (("assess", "--account", "123456789012", "--at-once", "0"), "'--at-once'"),
        (("watch", "--account", "123456789012", "--at-once", "-3"), "'--at-once'"),
        (("schema", "plam"), "no document is named 'plam'"),
        (("verify", "no-such-folder"), "no-such-folder"),
        (("rollout", "no-such-folder", "--phase", "pilot"), "no-such-folder"),
        (("status", "no-such-folder", "--phase", "pilot"), "has not been rolled out"),
        (("status", "no-such-folder", "--phase", "polit"), "no phase is named polit"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_no_traceback(arguments: tuple[str, ...], says: str) -> None:
    """A person reads what was wrong; nothing goes to stdout."""
    done = run(*arguments)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_every_command_has_help() -> None:
    """And the help of the whole names each."""
    listed = run("--help").stdout
    from aimigrate.cli import app

    names = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    groups = [group.name for group in app.registered_groups]
    for name in [*names, *groups]:
        name = str(name).replace("_", "-")  # noqa: PLW2901  # as typed
        assert name in listed
        assert run(name, "--help").returncode == 0


def test_a_schema_is_json_alone_on_stdout() -> None:
    """It can be piped."""
    done = run("schema", "plan")

    assert json.loads(done.stdout)["title"] == "Plan"
    assert done.stderr == ""


def test_help_needs_no_heavy_import() -> None:
    """Help must not wait for boto3, Pulumi, pandas and their like."""
    heavy = ("boto3", "pulumi", "altair", "numpy", "ibis", "dbos", "moto", "jinja2")
    code = f"import sys, aimigrate.cli; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_an_interrupt_ends_with_130_and_a_word() -> None:
    """Ctrl-C is no traceback."""
    with subprocess.Popen(
        [AIMIGRATE, "demo", "--serve"], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        time.sleep(2)

        process.send_signal(2)
        said = process.communicate(timeout=60)[1]

    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
