"""`aimigrate doctor`: names what is missing and how to get it, and reads no secret."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aimigrate.cli import app
from aimigrate.commands.doctor import Check, checks


def check(name: str, environment: dict[str, str]) -> Check:
    return next(item for item in checks(environment) if item.name == name)


def test_a_bare_machine_is_told_what_to_install(tmp_path: Path) -> None:
    """Without an engine or Go each is missing, with a way to get it."""
    bare = {"PATH": str(tmp_path), "HOME": str(tmp_path)}

    engine, go = check("pulumi engine", bare), check("go", bare)

    assert (engine.found, engine.required) == (False, True)
    assert "make tools" in str(engine.fix)
    assert (go.found, go.required) == (False, False)


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIDHIDDEN", "AWS_SECRET_ACCESS_KEY": "verysecret"}, "environment"),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}, "web identity"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23"}, "container"),
    ],
)
def test_credentials_are_seen_but_never_shown(more: dict[str, str], source: str, tmp_path: Path) -> None:
    """Where they come from is said; what they are is not."""
    found = check("aws credentials", {"PATH": "", "HOME": str(tmp_path), **more})

    assert found.found
    assert source in found.detail
    assert "AKIDHIDDEN" not in found.model_dump_json()
    assert "verysecret" not in found.model_dump_json()


def test_no_credentials_is_no_failure(tmp_path: Path) -> None:
    """The demo needs none."""
    found = check("aws credentials", {"PATH": "", "HOME": str(tmp_path)})

    assert (found.found, found.required) == (False, False)


def test_the_command_exits_1_when_something_required_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """JSON alone on stdout, and an exit code a script can use."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("AIMIGRATE_CACHE", str(tmp_path))

    result = CliRunner().invoke(app, ["doctor", "--json"])

    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert answer["ready"] is False
    assert [item["name"] for item in answer["checks"] if item["required"] and not item["found"]] == ["pulumi engine"]
    assert all(item["fix"] for item in answer["checks"] if not item["found"])


def test_the_table_names_every_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A person reads the same, line by line."""
    monkeypatch.setenv("AIMIGRATE_CACHE", str(tmp_path))

    result = CliRunner().invoke(app, ["doctor"])

    for name in ("python", "pulumi engine", "ansible-runner", "disk", "aws credentials"):
        assert name in result.stdout
