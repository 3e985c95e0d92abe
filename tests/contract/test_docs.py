"""Pages that are written from the code say what the code says; links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "playbooks").rglob("*.md")])


def test_the_page_of_commands_is_that_of_the_commands(tmp_path: Path) -> None:
    """`make docs` was run after the last change of a command."""
    written = tmp_path / "commands.md"
    command = ["-m", "typer", "aimigrate.cli", "utils", "docs", "--name", "aimigrate", "--output", str(written)]

    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=ROOT)

    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == written.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_within_the_project_leads_to_a_file(page: Path) -> None:
    """No page points to what is not there."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
