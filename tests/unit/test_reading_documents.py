"""Documents that a person edits: faults by file, line and field; files written whole or not at all."""

import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from aimigrate.contracts import Assessment, Sites
from aimigrate.documents import load_json, load_yaml, save
from aimigrate.errors import MachineProblem, UsageProblem

GOOD = """\
sites:
  - id: fra-1
    region: eu-central-1
    country: DE
"""


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (GOOD.replace("eu-central-1", "frankfurt"), 3, "sites[0].region"),
        (GOOD.replace("country: DE", "country: Germany"), 4, "sites[0].country"),
        (GOOD + "    powr_limit_w: 60\n", 5, "sites[0].powr_limit_w"),
        (GOOD + "    hosts:\n      - {name: a, address: 300.1.1.1, module: x}\n", 6, "sites[0].hosts[0].address"),
        (GOOD.replace("    country: DE\n", ""), 2, "sites[0].country"),
        ("sites: []\n", 1, "sites"),
        ("- 1\n", 1, "(document)"),
        ("", 1, "(document)"),
    ],
)
def test_a_fault_is_named_by_line_and_field(tmp_path: Path, text: str, line: int, field: str) -> None:
    """A person goes straight to the place."""
    path = tmp_path / "sites.yaml"
    path.write_text(text)

    with pytest.raises(UsageProblem) as caught:
        load_yaml(path, Sites)

    assert f"{path}:{line}: {field}: " in caught.value.why
    assert caught.value.exit_code == 2


def test_broken_yaml_is_named_by_line(tmp_path: Path) -> None:
    """A stray bracket is found by its line."""
    path = tmp_path / "sites.yaml"
    path.write_text(GOOD + "  - [\n")

    with pytest.raises(UsageProblem, match="not YAML"):
        load_yaml(path, Sites)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    """No traceback for a wrong path."""
    with pytest.raises(UsageProblem, match="No such file"):
        load_yaml(tmp_path / "none.yaml", Sites)
    with pytest.raises(UsageProblem, match="No such file"):
        load_json(tmp_path / "none.json", Assessment)


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    """A person mends a file in one pass."""
    path = tmp_path / "sites.yaml"
    path.write_text(GOOD.replace("eu-central-1", "x").replace("DE", "x"))

    with pytest.raises(UsageProblem) as caught:
        load_yaml(path, Sites)

    assert len(caught.value.why.splitlines()) == 2


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Every write beyond 64 KiB fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, before)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """What was there before is still whole, and no half-written file lies beside it."""
    path = save(tmp_path / "plan.yaml", b"old")

    with pytest.raises(MachineProblem, match="was not written"):
        save(path, b"x" * 100_000)

    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.yaml"]
