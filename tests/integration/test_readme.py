"""Every command of the README runs, and prints what the README says."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.demo_run import Ran, shell
from tests.readme_commands import Claim, claims

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
MAY_END_WITH = {0, 3}  # 3: done, with holes that are named
INTERRUPTED = 130

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


@pytest.mark.parametrize("claim", claims(README), ids=lambda claim: claim.command[:60])
def test_a_command_of_the_readme_prints_what_it_says(claim: Claim, made_demo: Ran) -> None:
    """Run as a person would type it, from the checkout, with the environment active."""
    del made_demo
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {claim.command}"],
        cwd=ROOT,
        env={**shell(), "PATH": path, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.returncode in MAY_END_WITH, done.stdout
    assert claim.holds(done.stdout), done.stdout


def test_every_make_target_of_the_readme_is_there() -> None:
    """`make help` lists what the README names."""
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, env=shell(), capture_output=True, text=True, check=True
    ).stdout

    named = {word for line in README.split("`") for word in [line.strip()] if line.startswith("make ")}

    assert {name.split()[1] for name in named} <= {line.split()[0] for line in listed.splitlines()}


def test_every_command_named_in_the_table_of_stages_has_help() -> None:
    """A command that the README names exists."""
    table = README.split("## The stages")[1].split("\n\n")[1]
    commands = [name for row in table.splitlines()[2:] for name in row.split("|")[2].replace("`", "").split(",")]

    for command in commands:
        done = subprocess.run(
            [str(ROOT / ".venv" / "bin" / "aimigrate"), *command.split(), "--help"], capture_output=True, check=False
        )
        assert done.returncode == 0, command


def test_the_commands_for_an_own_account_run_on_the_served_one(tmp_path: Path) -> None:
    """What the page says to type, with the embedded account held open by `aimigrate demo --serve` in their place."""
    block = README.split("```sh\n")[1].split("```")[0]
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    with subprocess.Popen(
        ["aimigrate", "demo", "--serve"],
        env={**os.environ, "PATH": path},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stderr is not None
            said: list[str] = []
            while not said or not said[-1].startswith("serving"):
                said.append(server.stderr.readline())
                assert said[-1], "".join(said)
            variables = dict(line.removeprefix("export ").strip().split("=", 1) for line in said if "export" in line)
            suggested = next(line for line in said if line.startswith("aimigrate assess")).split()
            mine = dict(zip(suggested[2::2], suggested[3::2], strict=True))
            script = block.replace("123456789012", mine["--account"]).replace("bill.csv", mine["--focus"])
            done = subprocess.run(
                [
                    "bash",
                    "-c",
                    "\n".join(f"{line.split('  #')[0]} || test $? -eq 3 || exit" for line in script.splitlines()),
                ],
                cwd=tmp_path,
                env={**os.environ, **variables, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "assessed" / "report.html").exists()
    assert server.returncode == INTERRUPTED
