"""A snapshot is read back as it was, or not at all; a run that ends early leaves the old one as it was."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aimigrate.assess.snapshot import Snapshot, SnapshotWriter, write_observed
from aimigrate.contracts import Inventory
from aimigrate.contracts.inventory import Coverage
from aimigrate.errors import MachineProblem, UsageProblem

ACCOUNT = "123456789012"


def _inventory(*regions: str) -> Inventory:
    return Inventory(
        account_id=ACCOUNT,
        source="observations",
        collected_at=datetime(2026, 11, 20, tzinfo=UTC),
        lookback_days=14,
        regions=regions or ("eu-central-1",),
        workloads=(),
        coverage=Coverage(),
    )


def _writer(out: Path) -> SnapshotWriter:
    return SnapshotWriter(out, account_id=ACCOUNT, collected_at=_inventory().collected_at, lookback_days=14)


def test_a_snapshot_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    """What is read equals what was written, from the folder or the one that holds it."""
    folder = write_observed(_inventory(), tmp_path, None)

    for place in (folder, tmp_path):
        (read,) = Snapshot(place).inventories()
        assert read.canonical() == _inventory().canonical()


def test_the_same_inventory_gives_the_same_files(tmp_path: Path) -> None:
    """No time of the day, no path and no order of a folder is in it."""
    folders = [write_observed(_inventory(), tmp_path / name, None) for name in ("one", "two")]

    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)
    assert one == two


@pytest.mark.parametrize("name", [f"inventory/{ACCOUNT}.json"])
def test_a_changed_snapshot_is_refused(tmp_path: Path, name: str) -> None:
    """A byte changed by hand is found by its hash, and the file is named."""
    folder = write_observed(_inventory(), tmp_path, None)
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"eu-central-1", b"eu-central-2"))

    with pytest.raises(UsageProblem) as caught:
        list(Snapshot(folder).inventories())

    assert f"{name} was changed" in caught.value.what


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    """The manifest knows of it."""
    folder = write_observed(_inventory(), tmp_path, None)
    (folder / "inventory" / f"{ACCOUNT}.json").unlink()

    with pytest.raises(UsageProblem) as caught:
        list(Snapshot(folder).inventories())

    assert f"{ACCOUNT}.json" in caught.value.what


@pytest.mark.parametrize("manifest", [b"{}", b"not JSON", b"[1]", b'{"files": {"inventory.json": 3}}', b"\xff"])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: bytes) -> None:
    """Any other JSON, or no JSON, is one clear problem."""
    folder = write_observed(_inventory(), tmp_path, None)
    (folder / "manifest.json").write_bytes(manifest)

    with pytest.raises(UsageProblem) as caught:
        Snapshot(folder)

    assert "manifest.json" in caught.value.what


def test_a_folder_without_a_snapshot_is_named(tmp_path: Path) -> None:
    """The message says which file was looked for."""
    with pytest.raises(UsageProblem) as caught:
        Snapshot(tmp_path)

    assert "manifest.json" in caught.value.why


def test_a_new_snapshot_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    """Nothing of the old one stays, and nothing lies beside it."""
    write_observed(_inventory(), tmp_path, None)
    (tmp_path / "snapshot" / "older").write_text("x")

    write_observed(_inventory("us-east-1"), tmp_path, None)

    (read,) = Snapshot(tmp_path).inventories()
    assert read.regions == ("us-east-1",)
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot"]
    assert not (tmp_path / "snapshot" / "older").exists()


def test_what_was_not_finished_leaves_the_old_snapshot_as_it_was(tmp_path: Path) -> None:
    """An error in the middle, or a kill: the next one clears what is left."""
    write_observed(_inventory(), tmp_path, None)
    given_up, killed = _writer(tmp_path), _writer(tmp_path)
    given_up.add(_inventory("us-east-1"))
    given_up.abandon()
    del killed

    (read,) = Snapshot(tmp_path).inventories()
    assert read.regions == ("eu-central-1",)

    write_observed(_inventory(), tmp_path, None)
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot"]


def test_a_kill_between_the_two_moves_loses_no_snapshot(tmp_path: Path) -> None:
    """The old one was moved away and the new one not yet in place: the next writer puts it back first."""
    folder = write_observed(_inventory(), tmp_path, None)
    away = tmp_path / ".snapshot.abc"
    away.mkdir()
    shutil.move(folder, away / "old")

    writer = _writer(tmp_path)

    (read,) = Snapshot(tmp_path).inventories()
    assert read.regions == ("eu-central-1",)
    writer.abandon()


def test_a_folder_that_can_not_be_written_is_a_problem_of_the_machine(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "out").write_text("")

    with pytest.raises(MachineProblem) as caught:
        _writer(tmp_path / "out")

    assert str(tmp_path / "out") in caught.value.what
