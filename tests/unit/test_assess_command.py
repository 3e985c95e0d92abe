"""`aimigrate assess`: what the command line asks for is what is asked."""

import pytest
import typer
from typer.testing import CliRunner

from aimigrate.cli import app
from aimigrate.commands import _assessing
from aimigrate.commands._assessing import Request


@pytest.mark.parametrize(("given", "expected"), [((), None), (("--at-once", "3"), 3)])
def test_requests_at_once_are_passed_on(
    given: tuple[str, ...], expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless given, the reader's own number holds."""
    asked: list[Request] = []

    def run(request: Request) -> None:
        asked.append(request)
        raise typer.Exit

    monkeypatch.setattr(_assessing, "run", run)
    CliRunner().invoke(app, ["assess", "--account", "123456789012", *given])

    assert [one.calls_at_once for one in asked] == [expected]
