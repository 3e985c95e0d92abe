"""`aimigrate list` shows what the package scan finds."""

import json

import pytest
from typer.testing import CliRunner

from aimigrate.cli import app
from aimigrate.registry import discover

PARTS = {
    "collectors": ("aimigrate.assess.collectors", "collector"),
    "rules": ("aimigrate.assess.rules", "rule"),
    "strategies": ("aimigrate.planning.strategies", "strategy"),
    "targets": ("aimigrate.planning.targets", "target"),
}


@pytest.mark.parametrize("kind", PARTS)
def test_every_part_that_is_found_is_listed(kind: str) -> None:
    """A part that someone adds in one file shows up with a line about it."""
    result = CliRunner().invoke(app, ["list", kind, "--json"])

    found = json.loads(result.stdout)

    assert set(found) == {kind}
    assert list(found[kind]) == list(discover(*PARTS[kind]))
    assert all(found[kind].values())


def test_all_kinds_are_listed_for_a_person() -> None:
    """Without a kind, each is shown with its count."""
    result = CliRunner().invoke(app, ["list"])

    assert all(f"{kind} (" in result.stdout for kind in PARTS)
    assert "jetson-agx-orin-64gb" in result.stdout
