"""A snapshot is read back as it was, or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aimigrate.assess.snapshot import read_snapshot, write_snapshot
from aimigrate.contracts import Inventory
from aimigrate.contracts.inventory import Coverage
from aimigrate.errors import UsageProblem


def _inventory() -> Inventory:
    return Inventory(
        account_id="123456789012",
        source="aws",
        collected_at=datetime(2026, 11, 20, tzinfo=UTC),
        lookback_days=14,
        regions=("eu-central-1",),
        workloads=(),
        coverage=Coverage(),
    )


def test_a_snapshot_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    """What is read equals what was written, from the folder or the one that holds it."""
    folder = write_snapshot(_inventory(), tmp_path)

    assert read_snapshot(folder).canonical() == _inventory().canonical()
    assert read_snapshot(tmp_path) == _inventory()


def test_a_changed_snapshot_is_refused(tmp_path: Path) -> None:
    """A byte changed by hand is found by its hash, and the file is named."""
    folder = write_snapshot(_inventory(), tmp_path)
    path = folder / "inventory.json"
    path.write_bytes(path.read_bytes().replace(b"eu-central-1", b"eu-central-2"))

    with pytest.raises(UsageProblem) as caught:
        read_snapshot(folder)

    assert "inventory.json was changed" in caught.value.what


@pytest.mark.parametrize("manifest", [b"{}", b"not JSON", b"[1]", b'{"files": {"inventory.json": 3}}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: bytes) -> None:
    """Any other JSON, or no JSON, is one clear problem."""
    folder = write_snapshot(_inventory(), tmp_path)
    (folder / "manifest.json").write_bytes(manifest)

    with pytest.raises(UsageProblem) as caught:
        read_snapshot(folder)

    assert "manifest.json" in caught.value.what


def test_a_folder_without_a_snapshot_is_named(tmp_path: Path) -> None:
    """The message says which file was looked for."""
    with pytest.raises(UsageProblem) as caught:
        read_snapshot(tmp_path)

    assert "manifest.json" in caught.value.why
